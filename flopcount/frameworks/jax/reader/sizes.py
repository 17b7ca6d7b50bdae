"""A dimension as JAX has it, a whole number or an expression in names, as a size of ours.

JAX writes an expression down in the form that `jax.export.symbolic_shape` reads:
``2*H*floordiv(H, 2) + mod(B, 8)``, a power as ``H^2``.
"""

import ast
from collections.abc import Callable, Mapping
from operator import add, mul, sub
from typing import Any

from ....errors import FlopcountError
from ....sizes import Size, maximum, minimum

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}
_CALLS: dict[str, Callable[..., Any]] = {
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "max": maximum,
    "min": minimum,
    "non_negative": lambda a: maximum(a, 0),
}


class Sizes:
    """Reads dimensions, with `values` in the place of the names.

    >>> Sizes({"H": 224})(7), Sizes({"H": 224}).of("- floordiv(- H, 3) + H^2")
    (7, 50251)
    """

    def __init__(self, values: Mapping[str, Size] | None = None) -> None:
        self.values = dict(values or {})
        self._known: dict[str, Size] = {}

    def __call__(self, dimension: Any) -> Size:
        """A size. Raises `FlopcountError` for an expression that has no counterpart here."""
        if type(dimension) is int:
            return dimension
        if hasattr(dimension, "__index__") and not hasattr(dimension, "dimension_as_value"):
            try:
                return int(dimension)
            except Exception:  # noqa: BLE001  it is an expression
                return self.of(str(dimension))
        return self.of(str(dimension))

    def of(self, text: str) -> Size:
        """An expression as JAX writes it down. Raises likewise."""
        if text not in self._known:
            try:
                tree = ast.parse(text.strip().replace("^", "**"), mode="eval")
            except SyntaxError:
                raise FlopcountError(f"a size ({text}) that is no formula here") from None
            self._known[text] = self._of(tree.body, text)
        return self._known[text]

    def _of(self, part: ast.expr, text: str) -> Size:
        match part:
            case ast.Constant(value=int() as number):
                return number
            case ast.Name(id=name) if name in self.values:
                return self.values[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._of(operand, text)
            case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() as power)):
                base, result = self._of(left, text), 1
                for _ in range(power):
                    result = result * base
                return result
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](self._of(left, text), self._of(right, text))
            case ast.Call(func=ast.Name(id=name), args=args) if name in _CALLS:
                return _CALLS[name](*(self._of(one, text) for one in args))
        raise FlopcountError(f"a size ({text}) that is no formula here")
