"""A figure as a paper prints it: ``159K``, ``1.58 G``, ``3.8×10^9``, ``1,582,671,872``."""

import re
from collections.abc import Iterable
from fractions import Fraction

from ..errors import FlopcountError, quote
from ..records import dataclass
from .cells import number as with_separators

_LONGEST = 60
_BLANK = " \u00a0\u2009\u202f"  # also thin and unbroken ones
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LARGE = {  # suffixes in small letters, and their powers of ten; k is the paper's own
    "": 0,
    **dict.fromkeys(("k", "thousand"), 3),
    **dict.fromkeys(("m", "mn", "million"), 6),
    **dict.fromkeys(("g", "b", "bn", "billion"), 9),
    **dict.fromkeys(("t", "trillion"), 12),
}
_FIGURE = re.compile(
    rf"""
    (?P<whole>
        [0-9]+
      | [0-9]{{1,3}} (?P<apart>[,{_BLANK}]) [0-9]{{3}} (?: (?P=apart) [0-9]{{3}} )*
    )
    (?: \. (?P<decimals>[0-9]+) )?
    (?P<suffix>
        [eE] \+? (?P<exponent>[0-9]{{1,2}})
      | [{_BLANK}]* [×x·⋅*] [{_BLANK}]* 10 (?:
            \^ (?P<brace>\{{)? (?P<power>[0-9]{{1,2}}) (?(brace)\}})
          | (?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}})
        )
      | [{_BLANK}]* (?P<large> {"|".join(sorted(_LARGE, key=len, reverse=True))} )
    )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,  # else K is the sign of kelvin too
)


@dataclass(frozen=True)
class Printed:
    """A figure as printed: a `number` with so many `decimals`, of a `unit` that a `suffix` says.

    ``159K`` of 1024 is 159 × 1024, give or take 1024.
    """

    text: str
    number: Fraction
    decimals: int
    unit: int
    suffix: str = ""

    def difference(self, exact: int) -> float:
        """Printed ÷ exact − 1."""
        return float(self.number * self.unit / exact) - 1

    def fits(self, exact: int) -> bool:
        """Whether the print is the exact figure, rounded or cut off after its last digit."""
        steps = Fraction(exact * 10**self.decimals, self.unit)
        printed = self.number * 10**self.decimals
        return printed in (steps // 1, (steps + Fraction(1, 2)) // 1)


def read_printed(figure: object, place: str, thousand: int) -> Printed:
    """Read a figure as papers print it, in a text, or a whole number; K is `thousand`.

    A number with a point, and with commas or blanks between thousands; then nothing, a power
    (``e9``, ``×10^9``, ``x 10⁹``), or a suffix: K, M, G or B, T, or a word such as million. Raises
    `FlopcountError` for another, and for a float, which has lost the digits that were printed.

    >>> read_printed("2.7K", "conv1", 1024).unit, read_printed("1.58 G", "total", 1000).unit
    (1024, 1000000000)
    """
    if isinstance(figure, float):
        raise FlopcountError(
            f'{place}: read {quote(figure)}, expected quotes around it, as in "1.50e9": its last '
            "digit says how exact it is"
        )
    whole = isinstance(figure, int) and not isinstance(figure, bool)
    text = str(figure) if whole and -1 < figure < 10**_LONGEST else figure  # type: ignore[operator]
    text = text.strip(_BLANK) if isinstance(text, str) and len(text) < _LONGEST else ""
    found = _FIGURE.fullmatch(text)
    if not found:
        raise FlopcountError(
            f"{place}: read {quote(figure)}, expected a figure such as 159K, 10.8 M, 1.58e9 or "
            "1,582,671,872"
        )
    decimals = found["decimals"] or ""
    digits = re.sub(rf"[,{_BLANK}]", "", found["whole"]) + decimals
    exponent = found["exponent"] or found["power"] or (found["raised"] or "").translate(_RAISED)
    large = (found["large"] or "").lower()
    unit = thousand if large == "k" else 10 ** int(exponent or _LARGE[large])
    number = Fraction(int(digits), 10 ** len(decimals))
    return Printed(text, number, len(decimals), unit, found["suffix"])


def summed(figures: Iterable[Printed]) -> Printed | None:
    """The sum of figures in one unit, with as many decimals as the longest; else None."""
    figures = list(figures)
    if len({figure.unit for figure in figures}) != 1:
        return None
    decimals = max(figure.decimals for figure in figures)
    total = sum((figure.number for figure in figures), Fraction(0))
    whole, rest = divmod(total.numerator * 10**decimals // total.denominator, 10**decimals)
    point = f".{rest:0{decimals}}" if decimals else ""
    text = f"{with_separators(whole)}{point}{figures[0].suffix}"
    return Printed(text, total, decimals, figures[0].unit, figures[0].suffix)
