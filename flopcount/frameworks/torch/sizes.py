"""A size as the tracer has it, a whole number or sympy's expression, as ours."""

from collections.abc import Mapping
from typing import Any

from ...errors import FlopcountError
from ...sizes import Size, maximum, minimum


class Sizes:
    """Reads sizes, with what stands in the place of the tracer's own symbols."""

    def __init__(self, values: Mapping[str, Size] | None = None) -> None:
        self.values = dict(values or {})  # by the symbol's name
        self._known: dict[Any, Size] = {}

    def __call__(self, size: Any) -> Size:
        """A size. Raises `FlopcountError` for an expression that has no counterpart here."""
        if type(size) is int:
            return size
        node = getattr(size, "node", None)
        if node is None:
            return int(size)
        expression = node.expr
        if expression not in self._known:
            self._known[expression] = self._read(expression)
        return self._known[expression]

    def _read(self, e: Any) -> Size:
        if e.is_Integer:
            return int(e)
        if e.is_Symbol:
            if e.name not in self.values:
                raise FlopcountError(f"a size ({e}) that depends on the data")
            return self.values[e.name]
        parts = [self._read(part) for part in e.args]
        kind = type(e).__name__
        if e.is_Add or e.is_Mul or kind in ("Max", "Min"):
            total = parts[0]
            for part in parts[1:]:
                if e.is_Add:
                    total = total + part
                elif e.is_Mul:
                    total = total * part
                else:
                    total = (maximum if kind == "Max" else minimum)(total, part)
            return total
        if e.is_Pow and isinstance(parts[1], int) and parts[1] > 0:
            total = parts[0]
            for _ in range(parts[1] - 1):
                total = total * parts[0]
            return total
        if kind in ("FloorDiv", "CleanDiv") and isinstance(parts[1], int):
            return parts[0] // parts[1]
        if kind in ("Mod", "PythonMod") and isinstance(parts[1], int):
            return parts[0] % parts[1]
        if kind in ("CeilToInt", "TruncToInt", "FloorToInt", "ToFloat"):
            return parts[0]
        raise FlopcountError(f"a size ({e}) that is no formula here")
