"""Layers that join branches, and that part channels among them."""

from collections.abc import Callable

from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Shape, Size, differ, nearest_divided, split
from ..nest import Nest
from ..op import Kind, Work, register


def _unfit(inputs: tuple[Shape, ...], other: Shape, what: str) -> FlopcountError:
    shapes = ", ".join("x".join(map(str, shape)) for shape in (inputs[0], other))
    return FlopcountError(f"branches that do not fit {what}: {shapes}")


def _fit(inputs: tuple[Shape, ...], axes: slice, what: str) -> None:
    """Raise `FlopcountError` unless all inputs agree on some axes."""
    for other in inputs[1:]:
        ranks = len(inputs[0]) != len(other)
        if ranks or any(differ(a, b) for a, b in zip(inputs[0][axes], other[axes], strict=True)):
            raise _unfit(inputs, other, what)


def _joined(sign: str, inputs: int, read: Callable[[str, int], str]) -> list[str]:
    """The texts of nests that join so many inputs; `read` writes the tensor of each."""
    names = ["x", *(f"x{place}" for place in range(1, inputs))]
    texts = []
    for start in range(0, len(names), 100):  # Python's parser, which reads a nest, has a depth
        some = [read(x, start + place) for place, x in enumerate(names[start : start + 100])]
        texts.append(sign.join([*([read("y", -1)] if start else []), *some]))
    return texts


@dataclass(frozen=True)
class Concat:
    """Branches side by side on one grid, their channels one after the other."""

    word = "concat"
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        _fit(inputs, slice(-1), "a concat (height and width must be equal)")
        channels = inputs[0][-1]
        for other in inputs[1:]:
            channels = channels + other[-1]
        return Work((), ((*inputs[0][:-1], channels),))


@dataclass(frozen=True)
class Add:
    """Branches added element by element."""

    word = "add"
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        _fit(inputs, slice(None), "an add (shapes must be equal)")
        texts = _joined(" + ", len(inputs), lambda x, _: f"{x}[...]")
        nests = [Nest(f"y[...] = {text}", {"...": inputs[0]}) for text in texts]
        return Work(tuple(nests), (inputs[0],))


@dataclass(frozen=True)
class Multiply:
    """Branches multiplied element by element; where one has 1 on an axis, it spreads along it.

    So a gate on 1×1×c scales each channel of a grid (Hu et al., arXiv:1709.01507). These products
    are elementwise: none is a multiply of the convolutions and dense layers.
    """

    word = "multiply"
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        what = "a multiply (an axis must be equal, or 1)"
        output: list[Size] = [*inputs[0]]
        for other in inputs[1:]:
            if len(other) != len(output):
                raise _unfit(inputs, other, what)
            for axis, size in enumerate(other):
                if _is_one(output[axis]):
                    output[axis] = size
                elif not _is_one(size) and differ(size, output[axis]):
                    raise _unfit(inputs, other, what)
        letters = "abcdefgh"[: len(output)]

        def read(x: str, place: int) -> str:
            shape = output if place < 0 else inputs[place]
            axes = [a for a, n, m in zip(letters, shape, output, strict=True) if n is m or n == m]
            return f"{x}[{' '.join(axes)}]"

        sizes = dict(zip(letters, output, strict=True))
        texts = _joined(" * ", len(inputs), read)
        nests = [Nest(f"{read('y', -1)} = {text}", sizes) for text in texts]
        return Work(tuple(nests), (tuple(output),))


def _is_one(size: Size) -> bool:
    """Whether a size is 1 whatever else varies."""
    return type(size) is int and size == 1


@dataclass(frozen=True)
class Split:
    """The channels in so many equal `parts`, an output each; they are read where they lie.

    Raises `FlopcountError` where they do not divide.
    """

    parts: int
    word = "split"
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        if differ(channels % self.parts, 0):
            raise FlopcountError(
                f"{channels} channels do not divide among {self.parts} arms"
                f"{nearest_divided(channels, self.parts)}"
            )
        return Work((), ((*grid, split(channels, self.parts)),) * self.parts, view=True)


@dataclass(frozen=True)
class Shuffle:
    """Channels of `groups` in turn: a transpose of groups × channels (Zhang et al. 1707.01083).

    Raises `FlopcountError` where the groups do not divide the channels.
    """

    groups: int
    word = "shuffle"
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        if differ(x[-1] % self.groups, 0):
            raise FlopcountError(
                f"groups={self.groups} does not divide {x[-1]} channels"
                f"{nearest_divided(x[-1], self.groups)}"
            )
        return Work((), (x,))


def _shuffle(groups: int | None) -> Shuffle:
    if groups is None:
        raise FlopcountError("shuffle wants its groups: shuffle groups=2")
    return Shuffle(groups)


register("shuffle", Kind(lambda w: (_shuffle(w.settings.get("groups")),), takes=("groups",)))
