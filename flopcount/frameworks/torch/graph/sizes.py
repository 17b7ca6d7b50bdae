"""A size as the tracer has it, a whole number or sympy's expression, as ours: exactly, or refused.

The tracer's own functions (``torch.utils._sympy.functions``) floor and divide as Python does.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

from ....errors import FlopcountError
from ....sizes import Size, is_open, maximum, minimum
from ....sizes.condition import Condition, primitive

_MOST_BINARY = 2**16  # below a float's binary point: what is exact in the products of sizes


class Ratio(NamedTuple):
    """A size over a whole number; how many `roundings` it takes in floating point.

    One quotient of sizes rounds to no other whole number than it is; what is worked out from it may
    be off by a last digit where it would be whole.
    """

    above: Size
    below: int = 1
    roundings: int = 0


class Sizes:
    """Reads sizes, with what stands in the place of the tracer's own symbols.

    `values` are by the symbol's name, whole numbers or polynomials.
    """

    def __init__(self, values: Mapping[str, Size] | None = None) -> None:
        self.values = dict(values or {})
        self._known: dict[Any, Ratio] = {}

    def __call__(self, size: Any) -> Size:
        """A size. Raises `FlopcountError` for an expression that has no counterpart here."""
        if type(size) is int:
            return size
        node = getattr(size, "node", None)
        return int(size) if node is None else self.of(node.expr)

    def of(self, expression: Any) -> Size:
        """An expression of the tracer's. Raises likewise."""
        above, below, _ = self._read(expression)
        return above if below == 1 else _exactly(above, below)

    def _read(self, e: Any) -> Ratio:
        if e not in self._known:
            self._known[e] = self._made(e)
        return self._known[e]

    def _made(self, e: Any) -> Ratio:
        kind = type(e).__name__
        if e.is_Symbol:
            if e.name not in self.values:
                raise FlopcountError(f"a size ({e}) that depends on the data")
            made = Ratio(self.values[e.name])
        elif e.is_Number:
            made = _number(e)
        elif e.is_Add or e.is_Mul:
            made = reduce(_plus if e.is_Add else _times, map(self._read, e.args))
        elif e.is_Pow and e.args[1].is_Integer and e.args[1] > 0:
            made = reduce(_times, [self._read(e.args[0])] * int(e.args[1]))
        elif kind in _WHOLE:
            made = Ratio(_WHOLE[kind](*map(self.of, e.args)))
        else:
            made = self._of_quotients(kind, e)
        return made

    def _of_quotients(self, kind: str, e: Any) -> Ratio:
        if kind in _ROUNDED:
            above, below, roundings = self._read(e.args[0])
            if roundings > 1:
                raise FlopcountError(f"a size ({e}) that is rounded in floating point")
            return Ratio(_ROUNDED[kind](above, below))
        if kind in ("IntTrueDiv", "FloatTrueDiv"):
            a, b = map(self._read, e.args)
            if is_open(b.above) or b.above < 1:
                raise FlopcountError(f"a size ({e}) that is divided by another open one")
            return _times(a, Ratio(b.below, b.above, b.roundings + (not _is_binary(b.above))))
        if kind in ("ToFloat", "Identity"):
            return self._read(e.args[0])
        if kind == "Where":
            return self._read(e.args[1 if self.holds(e.args[0]) else 2])
        raise FlopcountError(f"a size ({e}) that is no formula here")

    def holds(self, e: Any) -> bool:
        """Whether a relation holds for all sizes. Raises `FlopcountError` where that is not so."""
        found = [one.decided() for one in self.misfits(e)]
        if any(one is True for one in found):
            return False
        if all(one is False for one in found):
            return True
        raise FlopcountError(f"a size that depends on whether {e}")

    def misfits(self, e: Any) -> list[Condition]:
        """Where a relation of the tracer's does not hold, each as a condition.

        Raises `FlopcountError` for what is no relation, nor several that all must hold.
        """
        kind = type(e).__name__
        if kind == "And":
            return [one for part in e.args for one in self.misfits(part)]
        if getattr(e, "is_Boolean", False) and not e.args:
            return [] if e else [Condition(-1, "<")]
        if kind not in _MISFITS:
            raise FlopcountError(f"a choice ({e}) that is no condition here")
        (a, below_a, _), (b, below_b, _) = map(self._read, e.args)
        found = _MISFITS[kind](a * below_b, b * below_a)
        return [found._replace(value=primitive(found.value))]


def _exactly(above: Size, below: int) -> Size:
    """A quotient that the tracer knows to be whole."""
    return above.over(below) if is_open(above) else above // below


def _number(e: Any) -> Ratio:
    number = Fraction(int(e.p), int(e.q)) if e.is_Rational else Fraction(float(e))
    if not e.is_Rational and number.denominator > _MOST_BINARY:
        raise FlopcountError(f"a size that is a multiple of {float(e)}, in floating point")
    return Ratio(number.numerator, number.denominator, int(not _is_binary(number.denominator)))


def _is_binary(number: int) -> bool:
    return number > 0 and number & (number - 1) == 0


def _plus(a: Ratio, b: Ratio) -> Ratio:
    roundings = a.roundings + b.roundings
    above = a.above * b.below + b.above * a.below
    if a.below == b.below:
        return Ratio(a.above + b.above, a.below, roundings and roundings + 1)
    return Ratio(above, a.below * b.below, roundings and roundings + 1)


def _times(a: Ratio, b: Ratio) -> Ratio:
    roundings = a.roundings + b.roundings
    if roundings and not (_is_power(a.above) or _is_power(b.above)):
        roundings += 1
    return Ratio(a.above * b.above, a.below * b.below, roundings)


def _is_power(size: Size) -> bool:
    """Whether it is a power of two, by which floating-point numbers multiply exactly."""
    return not is_open(size) and _is_binary(size)


def _floor(a: Size, b: Size) -> Size:
    """⌊a / b⌋; by an open size where it divides each term."""
    return a // b if not is_open(b) else _quotient(a, b)


def _modulo(a: Size, b: Size) -> Size:
    if not is_open(b):
        return a % b
    _quotient(a, b)  # which is whole
    return 0


def _quotient(a: Size, b: Size) -> Size:
    """A size over another, a product that divides each of its terms. Raises `FlopcountError`."""
    from ....sizes.polynomial import opened

    a, b = opened(a), opened(b)
    if a == b:
        return 1
    if is_open(a) and is_open(b) and len(b.terms) == 1:
        ((taken, by),) = b.terms.items()
        powers, terms = dict(taken), {}
        for monomial, count in a.terms.items():
            less = dict(monomial)
            for atom, power in powers.items():
                less[atom] = less.get(atom, 0) - power
            if min(less.values()) < 0 or Fraction(count, by).denominator > 1:
                break
            left = frozenset(pair for pair in less.items() if pair[1])
            terms[left] = Fraction(count, by)
        else:
            return a.space.sum(terms)
    raise FlopcountError(f"a size ({a}) that is divided by another open one ({b})")


def _power(a: Size, power: Size) -> Size:
    if is_open(power) or power < 0:
        raise FlopcountError(f"a size to the power of {power}")
    return a**power


_WHOLE: dict[str, Callable[..., Size]] = {
    "FloorDiv": _floor,
    "CleanDiv": _floor,
    "CeilDiv": lambda a, b: -_floor(-a, b),
    "Mod": _modulo,
    "PythonMod": _modulo,
    "ModularIndexing": lambda a, by, of: _modulo(_floor(a, by), of),
    "Max": lambda *sizes: reduce(maximum, sizes),
    "Min": lambda *sizes: reduce(minimum, sizes),
    "PowByNatural": _power,
    "LShift": lambda a, by: a * _power(2, by),
    "RShift": lambda a, by: a // _power(2, by),
}
# A quotient made whole; sizes are not negative, so that what is cut off is floored.
_ROUNDED: dict[str, Callable[[Size, int], Size]] = {
    "FloorToInt": lambda a, b: a // b,
    "TruncToInt": lambda a, b: a // b,
    "TruncToFloat": lambda a, b: a // b,
    "CeilToInt": lambda a, b: -(-a // b),
}
_MISFITS: dict[str, Callable[[Size, Size], Condition]] = {
    "Equality": lambda a, b: Condition(a - b, "≠"),
    "Unequality": lambda a, b: Condition(a - b, "="),
    "StrictLessThan": lambda a, b: Condition(b - a - 1, "<"),
    "LessThan": lambda a, b: Condition(b - a, "<"),
    "StrictGreaterThan": lambda a, b: Condition(a - b - 1, "<"),
    "GreaterThan": lambda a, b: Condition(a - b, "<"),
}
