"""A count in thousands, millions, and up: how it is printed, and to how many digits."""

from typing import NamedTuple

from ..reading import POWERS
from .cells import raised

DIGITS, MOST_DIGITS = 3, 15


class Scale(NamedTuple):
    """A prefix of `POWERS`, and how many significant digits are printed; without prefix all are."""

    prefix: str = ""
    digits: int = DIGITS

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.prefix)

    @property
    def power(self) -> int:
        """The power of ten that is 1."""
        return POWERS[self.prefix]

    def text(self, value: int) -> str:
        """A count as it is printed: rounded to its digits, half away from zero; 0 only if it is 0.

        >>> Scale("G").text(1582671872), Scale("G").text(123456), Scale("M").text(1582671872)
        ('1.58', '0.000123', '1,580')
        >>> Scale("G", 5).text(1582671872), Scale("K").text(12), Scale("M").text(0)
        ('1.5827', '0.0120', '0')
        """
        from .cells import AtLeast, number

        if not self or not value:
            return number(value)
        digits, last = self._rounded(abs(int(value)))
        sign, last = "-" if value < 0 else "", last - self.power  # it is digits · 10 ** last
        sign = "≥ " if isinstance(value, AtLeast) else sign
        if last >= 0:
            return f"{sign}{number(digits * 10**last)}"
        whole, decimals = divmod(digits, 10**-last)
        return f"{sign}{number(whole)}.{decimals:0{-last}}"

    def _rounded(self, value: int) -> tuple[int, int]:
        """As many digits as are printed, and the power of ten of the last one."""
        last = len(str(value)) - self.digits
        if last <= 0:
            return value * 10**-last, last
        rounded = (value + 10**last // 2) // 10**last
        return (rounded // 10, last + 1) if rounded == 10**self.digits else (rounded, last)

    def of(self, name: str) -> str:
        """The name of what is counted, after a number: ``1.58 GFLOPs``, ``1.58 G multiplies``."""
        return f"{self.prefix}{'' if _takes_prefix(name) else ' '}{name}" if self else name

    def heading(self, name: str) -> str:
        """The same above a column: ``GFLOPs``, ``naive GFLOPs``, ``multiplies (G)``."""
        before, blank, unit = name.rpartition(" ")
        if not self:
            return name
        return (
            f"{before}{blank}{self.of(unit)}" if _takes_prefix(unit) else f"{name} ({self.prefix})"
        )

    def says(self) -> str:
        """What the prefix is: ``G = 10⁹``."""
        return f"{self.prefix} = 10{raised(self.power)}"

    def rounding(self) -> str:
        """How far a number is rounded, in words."""
        return f"{self.digits} significant digit{'s' if self.digits > 1 else ''}"


def _takes_prefix(unit: str) -> bool:
    """Whether a unit is an abbreviation, which a prefix is written onto."""
    return unit[:1].isupper()


EXACT = Scale()
