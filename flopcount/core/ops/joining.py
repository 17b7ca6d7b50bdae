"""Layers that join branches."""

from dataclasses import dataclass

from ...errors import FlopcountError
from ...sizes import Shape, differ
from ..nest import Nest
from ..op import Work


def _fit(inputs: tuple[Shape, ...], axes: slice, what: str) -> None:
    """Raise `FlopcountError` unless all inputs agree on some axes."""
    for other in inputs[1:]:
        ranks = len(inputs[0]) != len(other)
        if ranks or any(differ(a, b) for a, b in zip(inputs[0][axes], other[axes], strict=True)):
            shapes = ", ".join("x".join(map(str, shape)) for shape in (inputs[0], other))
            raise FlopcountError(f"branches that do not fit {what}: {shapes}")


@dataclass(frozen=True, slots=True)
class Concat:
    """Branches side by side on one grid, their channels one after the other."""

    word = "concat"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        _fit(inputs, slice(-1), "a concat (height and width must be equal)")
        channels = inputs[0][-1]
        for other in inputs[1:]:
            channels = channels + other[-1]
        return Work((), ((*inputs[0][:-1], channels),))


@dataclass(frozen=True, slots=True)
class Add:
    """Branches added element by element."""

    word = "add"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        _fit(inputs, slice(None), "an add (shapes must be equal)")
        names = ["x", *(f"x{place}" for place in range(1, len(inputs)))]
        nests = []
        for start in range(0, len(names), 100):  # Python's parser, which reads a nest, has a depth
            summed = " + ".join(f"{x}[...]" for x in ["y"][:start] + names[start : start + 100])
            nests.append(Nest(f"y[...] = {summed}", {"...": inputs[0]}))
        return Work(tuple(nests), (inputs[0],))
