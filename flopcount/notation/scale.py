"""A table's scale: its widths and depths times a factor, as those of a family of networks."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import FlopcountError, one_of, quote
from ..reading import MAX_SIZE
from ..records import dataclass
from ..sizes import Size, scaled_width

if TYPE_CHECKING:
    from fractions import Fraction

_KEYS = ("width", "depth", "multiple", "keep")
_MOST = 1_000_000  # a factor, and what it is over


def as_it_is(width: Size) -> Size:
    """A width that nothing scales."""
    return width


@dataclass(frozen=True)
class Scale:
    """What widths and numbers of repeats are multiplied by; widths are rounded to a `multiple`.

    The rows in `keep` keep their widths.
    """

    width: "Fraction | int" = 1
    depth: "Fraction | int" = 1
    multiple: int = 1
    keep: tuple[str, ...] = ()

    def widths_of(self, row: str) -> "Scale":
        """The scale of a row's widths."""
        return UNSCALED if row in self.keep else self

    def widened(self, width: Size) -> Size:
        """A width that is typed, or stands in a column, times the factor, as `scaled_width` rounds.

        >>> Scale(width=2, multiple=8).widened(12)
        24
        """
        if self.width == 1 and self.multiple == 1:
            return width
        return scaled_width(width, self.width.numerator, self.width.denominator, self.multiple)

    def deepened(self, repeats: int) -> int:
        """A number of repeats times the factor, rounded up (1905.11946's code).

        >>> Scale(depth=2).deepened(3)
        6
        """
        return -(-repeats * self.depth.numerator // self.depth.denominator)

    @property
    def note(self) -> str:
        """What a heading says of it; nothing where it changes nothing.

        >>> Scale(multiple=8, depth=2).note
        'scaled: widths rounded to multiples of 8; numbers of repeats × 2, rounded up'
        """
        said = []
        if self.width != 1 or self.multiple != 1:
            to = f"to multiples of {self.multiple}" if self.multiple > 1 else "half up"
            but = f", but those of {', '.join(self.keep)}" if self.keep else ""
            times = f" × {_decimal(self.width)}," if self.width != 1 else ""
            said.append(f"widths{times} rounded {to}{but}")
        if self.depth != 1:
            said.append(f"numbers of repeats × {_decimal(self.depth)}, rounded up")
        return f"scaled: {'; '.join(said)}" if said else ""


UNSCALED = Scale()


def _decimal(factor: "Fraction | int") -> str:
    return f"{float(factor):g}"


def scale_of(document: Mapping[str, Any], rows: Collection[str]) -> Scale:
    """Read the key ``scale``. Raises `FlopcountError` for what does not fit."""
    given = document.get("scale", {})
    if not isinstance(given, dict):
        raise FlopcountError(
            f"scale: read {quote(given)}, expected a section: {{width = 1.1, multiple = 8}}"
        )
    if not given:
        return UNSCALED
    for key in given:
        if key not in _KEYS:
            raise FlopcountError(f"scale: {one_of(key, _KEYS, 'key')}")
    multiple, keep = given.get("multiple", 1), given.get("keep", [])
    if type(multiple) is not int or not 1 <= multiple <= MAX_SIZE:
        raise FlopcountError(f"scale.multiple: read {quote(multiple)}, expected a whole number")
    if not isinstance(keep, list):
        raise FlopcountError(f"scale.keep: read {quote(keep)}, expected a list of rows")
    for row in keep:
        if row not in rows:
            raise FlopcountError(f"scale.keep: {one_of(row, rows, 'row')}")
    return Scale(_factor(given, "width"), _factor(given, "depth"), multiple, tuple(keep))


def _factor(given: Mapping[str, Any], key: str) -> "Fraction | int":
    """A factor as it is written: 1.1 is 11/10."""
    from fractions import Fraction

    value = given.get(key, 1)
    if type(value) in (int, float) and 0 < value <= _MOST:
        factor = Fraction(str(value))
        if factor.denominator <= _MOST:
            return factor
    raise FlopcountError(
        f"scale.{key}: read {quote(value)}, expected a number above 0, of at most six decimals"
    )
