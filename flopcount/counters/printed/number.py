"""A number as somebody has it, ``4.14 G`` or ``25.6M params``: what it says, and what fits it."""

import re
from fractions import Fraction
from typing import NamedTuple

from ...errors import FlopcountError, quote
from ...writing.cells import number
from ...writing.figures import Printed, read_printed

MACS, FLOPS, PARAMETERS = "MAC", "FLOP", "parameters"
_LONGEST = 80
_WORDS = {
    PARAMETERS: "params param parameters parameter weights",
    MACS: "mac macs macc maccs madd madds adds fma fmas mul muls mults mult-add mult-adds multadds "
    "mul-adds muladds multi-adds multiply-add multiply-adds multiply-accumulates multiplies "
    "multiplications",
    FLOPS: "flop flops",
    "": "op ops operation operations",
}
_UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()} | {"": ""}
_RATE = re.compile(r"(?:/|per)\s*s(?:ec(?:ond)?s?)?\.?$", re.IGNORECASE)
_BYTES = re.compile(r"(?P<figure>.*[0-9.]\s*)(?P<prefix>[kmgtKMGT]?)(?P<two>i?)(?:B|[bB]ytes?)$")
_DECIMAL_COMMA = re.compile(r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})(?![0-9])")
_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?![0-9])")
_UNDERSCORE = re.compile(r"(?<=[0-9])_(?=[0-9])")
_AMBIGUOUS = re.compile(r"[0-9]{1,3},[0-9]{3}(?![0-9,.])")


class Fit(NamedTuple):
    """How a count fits a number: the less the `rank`, the better; in words."""

    rank: int
    says: str


EXACTLY, ROUNDED, CUT, FEWER = 0, 1, 2, 3


class Asked(NamedTuple):
    """A number that somebody has: as it is typed, its figure, and the unit that its word names.

    The word is a hint: what counts multiply-adds is called FLOPs as often as not.
    """

    text: str
    figure: Printed
    unit: str

    @property
    def value(self) -> Fraction:
        """The number."""
        return self.figure.number * self.figure.unit

    @property
    def step(self) -> Fraction:
        """What its last digit counts."""
        return Fraction(self.figure.unit, 10**self.figure.decimals)

    def fit(self, count: int) -> Fit | None:
        """How a count fits: it is the number, rounded to it, or cut off; None where it does not.

        Zeros at the end of a whole number may be none of its digits: 300M is 300 or 3.0e2.
        """
        if count == self.value:
            return Fit(EXACTLY, "exactly")
        if self.step > 1 and 2 * abs(count - self.value) <= self.step:
            return Fit(ROUNDED, "rounded")
        if self.value <= count < self.value + self.step:
            return Fit(CUT, "cut off")
        digits = str(self.figure.number) if not self.figure.decimals else ""
        kept = max(len(digits.rstrip("0")), 2)
        for left in range(len(digits) - 1, kept - 1, -1):
            if 2 * abs(count - self.value) <= self.step * 10 ** (len(digits) - left):
                return Fit(FEWER + len(digits) - left, f"rounded to {left} digits")
        return None

    def off(self, count: int) -> Fraction:
        """By which part of the number a count is more."""
        return count / self.value - 1

    def says(self) -> str:
        """What was understood: the number, and between which counts round to it."""
        if self.step == 1:
            return f"exactly {number(int(self.value))}"
        least, most = self.value - self.step / 2, self.value + self.step / 2
        return f"what rounds to it is from {_whole(least, up=True)} to {_whole(most)}"

    def notes(self) -> tuple[str, ...]:
        """What else may have been meant."""
        if not self.figure.suffix or not (found := _AMBIGUOUS.match(self.figure.text)):
            return ()
        point = found[0].replace(",", ".")
        return (f"{found[0]} is read with a comma between thousands; with a point it is {point}",)


def _whole(value: Fraction, *, up: bool = False) -> str:
    return number(-(-value // 1) if up else value // 1)


def read_asked(text: object, place: str = "printed") -> Asked:
    """Read a number as people have it: with K, M, G, B, T or a power, and with a unit's word.

    Raises `FlopcountError` for what is none: no scale behind a fraction, a speed, a size in bytes.

    >>> asked = read_asked("4.14 GFLOPs")
    >>> int(asked.value), asked.unit, asked.fit(4_135_000_000).says, asked.fit(4_134_999_999)
    (4140000000, 'FLOP', 'rounded', None)
    >>> read_asked("25.6M params").unit, read_asked("1,814,073,344").fit(1_814_073_344).says
    ('parameters', 'exactly')
    """
    whole = hasattr(text, "__index__") and not isinstance(text, bool)  # numpy's too
    typed = str(text) if whole and -1 < text < 10**60 else text  # type: ignore[operator]
    typed = typed.strip() if isinstance(typed, str) else ""
    said = f"{place} {quote(text)}"
    bare = _UNDERSCORE.sub("", typed.lstrip("~≈ "))
    if len(bare) > _LONGEST or not bare:
        raise FlopcountError(f"{said}: {_EXPECTED}")
    _refuse_others(bare, said)
    found = _figure(bare)
    if found is None:
        raise FlopcountError(f"{said}: {_EXPECTED}")
    asked = Asked(typed, *found)
    if not asked.value:
        raise FlopcountError(f"{said}: nothing costs that; {_EXPECTED}")
    if asked.figure.unit == 1 and asked.figure.decimals:
        raise FlopcountError(
            f"{said}: of what is it {asked.figure.text}? Expected its scale too: "
            f"{asked.figure.text} G, or {asked.figure.text} M"
        )
    if asked.step < 1:
        raise FlopcountError(f"{said}: no count has parts of one")
    return asked


_EXPECTED = "expected a number such as 4.14 G, 25.6M params, 3.8 GFLOPs or 1,814,073,344"


def _figure(text: str) -> tuple[Printed, str] | None:
    """The figure of a text, and the unit that is behind it; of several readings one with a scale.

    569 MAdds is 569 M, and the longest word else.
    """
    found: list[tuple[bool, int, Printed, str]] = []
    for word, unit in _UNITS.items():
        if text.casefold().endswith(word):
            rest = text[: len(text) - len(word)]
            try:
                figure = read_printed(rest, "", 1000)
            except FlopcountError:
                continue
            found.append((figure.unit > 1, len(word), figure, unit))
    if not found:
        return None
    *_, figure, unit = max(found, key=lambda one: one[:2])
    return figure, unit


def _refuse_others(text: str, said: str) -> None:
    """Raise for what is a number of something else, or in another notation."""
    if _RATE.search(text):
        raise FlopcountError(f"{said}: a speed; what a network costs has no seconds")
    if found := _DECIMAL_COMMA.match(text):
        raise FlopcountError(
            f"{said}: {found[0]} may be a decimal or thousands; with a point it is "
            f"{found[0].replace(',', '.')}"
        )
    if found := _POINTS.match(text):
        raise FlopcountError(
            f"{said}: points between thousands are not taken: {found[0].replace('.', ',')}"
        )
    size = _BYTES.fullmatch(text)
    if size and (size["prefix"] or size["two"] or "yte" in text):
        with_params = ""
        try:
            figure = read_printed(f"{size['figure'].strip()}{size['prefix'].upper()}", "", 1000)
            power = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}[size["prefix"].lower()]
            unit = 1024**power if size["two"] else figure.unit
            params = figure.number * unit / 4
            with_params = f"; of parameters in float32 it is {float(params / 10**6):,.1f}M params"
        except FlopcountError:
            pass
        raise FlopcountError(f"{said}: a size in bytes{with_params}")
