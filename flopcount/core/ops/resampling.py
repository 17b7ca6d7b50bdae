"""Layers that change a grid without weights: upsampling, pixel shuffle, padding and cropping."""

from collections.abc import Iterator, Sequence

from ...errors import FlopcountError
from ...reading import axes_text
from ...records import dataclass
from ...sizes import (
    Enlarged,
    Shape,
    Size,
    Slide,
    certainly,
    check_parts,
    differ,
    nearest_divided,
    product,
    split,
)
from ..nest import Nest
from ..op import Kind, Op, Work, Written, register


@dataclass(frozen=True)
class Upsample:
    """A grid made larger, by a whole `factor` along each axis or `to` a given grid.

    Nearest: each output is a copy of number ⌊o·n/m⌋, as PyTorch's; no operation. Keras has it so
    by a whole factor, and else takes half-pixel centres. `smooth` (bilinear on two axes): a mean
    of the two neighbours along each axis, weighed by how near they are: 2^axes multiplies and one
    add less for each output, elementwise, with half-pixel centres, as both have it. Raises
    `FlopcountError` where `to` is smaller.
    """

    factor: tuple[int, ...] = ()
    to: tuple[int, ...] = ()
    smooth: bool = False
    word = "upsample"
    channelwise = True

    @property
    def text(self) -> str:  # noqa: D102
        larger = f"to={axes_text(self.to)}" if self.to else axes_text(self.factor)
        return f"upsample {larger}{' bilinear' if self.smooth else ''}"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        outputs = self.to or tuple([n * by for n, by in zip(grid, self.factor, strict=True)])
        for n, m in zip(grid, outputs, strict=True):
            if certainly(m - n < 0):
                raise FlopcountError(f"upsample to={axes_text(self.to)} makes {n} smaller, to {m}")
        taps = (2 if self.smooth else 1,) * len(grid)
        meets = tuple(map(Enlarged, grid, outputs, taps))
        sizes = {"...": (), "o": outputs, "t": taps, "c": channels}
        texts = ["y[... o* c] = x[... o*:t* c]"]
        if self.smooth:  # f: how near each of the neighbours is, known beforehand
            texts = ["p[... o* t* c] = x[... o*:t* c] * f[o* t*]", "y[... o* c] += p[... o* t* c]"]
        nests = [Nest(text, sizes, {"o:t": meets}) for text in texts]
        return Work(tuple(nests), ((*outputs, channels),))


@dataclass(frozen=True)
class PixelShuffle:
    """Channels to a larger grid, r along each axis (Shi et al., arXiv:1609.05158), or `back`.

    Numbers are moved alone. `patches`: what is read is said to be those. Raises `FlopcountError`
    where r does not divide.
    """

    factor: tuple[int, ...]
    back: bool = False
    patches: bool = False

    @property
    def word(self) -> str:  # noqa: D102
        return "pixelunshuffle" if self.back else "pixelshuffle"

    @property
    def text(self) -> str:  # noqa: D102
        return f"{self.word} {axes_text(self.factor)}"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        whole = product(self.factor)
        if self.back:
            check_parts(grid, self.factor, "a patch of" if self.patches else self.word)
            sides = tuple([split(n, by) for n, by in zip(grid, self.factor, strict=True)])
            return Work((), ((*sides, channels * whole),))
        if differ(channels % whole, 0):
            raise FlopcountError(
                f"{self.word} {axes_text(self.factor)} takes {whole} channels for each that it "
                f"puts out, which does not divide {channels}{nearest_divided(channels, whole)}"
            )
        sides = tuple([n * by for n, by in zip(grid, self.factor, strict=True)])
        return Work((), ((*sides, split(channels, whole)),))


@dataclass(frozen=True)
class Pad:
    """Zeros around a grid, so many `before` and `after` along each axis."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    word = "pad"
    channelwise = True

    @property
    def text(self) -> str:  # noqa: D102
        return f"pad {_margin(self.before, self.after)}"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return _shifted(
            x, [n + a + b for n, a, b in _sides(x, self.before, self.after)], self.before
        )


@dataclass(frozen=True)
class Crop:
    """A grid without so many `before` and `after` along each axis, or its middle, `to` a size.

    Raises `FlopcountError` where nothing is left.
    """

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    to: tuple[int, ...] = ()
    word = "crop"
    channelwise = True

    @property
    def text(self) -> str:  # noqa: D102
        left = f"to={axes_text(self.to)}" if self.to else _margin(self.before, self.after)
        return f"crop {left}"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        if self.to:
            before: list[Size] = [(n - m) // 2 for n, m in zip(x, self.to, strict=False)]
            outputs: list[Size] = [*self.to]
        else:
            before = [*self.before]
            outputs = [n - a - b for n, a, b in _sides(x, self.before, self.after)]
        for n, start, m in zip(x, before, outputs, strict=False):
            if certainly(start < 0) or certainly(m < 1):
                raise FlopcountError(f"a side of {n} is not long enough to be cropped so")
        return _shifted(x, outputs, [-start for start in before])


def _margin(before: tuple[int, ...], after: tuple[int, ...]) -> str:
    if before == after:
        return axes_text(before)
    return f"before={axes_text(before)} after={axes_text(after)}"


def _sides(
    x: Shape, before: Sequence[int], after: Sequence[int]
) -> Iterator[tuple[Size, int, int]]:
    return zip(x[:-1], before, after, strict=True)


def _shifted(x: Shape, outputs: Sequence[Size], before: Sequence[Size]) -> Work:
    """A grid of other sizes, whose first number lies `before` the input's: copies alone."""
    meets = [Slide(*axis) for axis in zip(x[:-1], outputs, (1,) * len(outputs), strict=True)]
    placed = tuple([meet._replace(before=at) for meet, at in zip(meets, before, strict=True)])
    sizes = {"...": (), "o": tuple(outputs), "t": (1,) * len(outputs), "c": x[-1]}
    nest = Nest("y[... o* c] = x[... o*:t* c]", sizes, {"o:t": placed})
    return Work((nest,), ((*outputs, x[-1]),))


def _upsample(layer: Written) -> tuple[Op, ...]:
    smooth = layer.settings.get("interpolation", "nearest") == "bilinear"
    return (Upsample(layer.kernel or (), layer.settings.get("extent", ()), smooth),)


def _margins(layer: Written) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What stands before and after: one margin for both sides, or a word for each."""
    if layer.kernel:
        return layer.kernel, layer.kernel
    given = [layer.settings[side] for side in ("before", "after") if side in layer.settings]
    none = (0,) * len(given[0])
    return layer.settings.get("before", none), layer.settings.get("after", none)


def _crop(layer: Written) -> tuple[Op, ...]:
    if "extent" in layer.settings:
        return (Crop(to=layer.settings["extent"]),)
    return (Crop(*_margins(layer)),)


_BOTH = ("before", "after")
register(
    "upsample",
    Kind(_upsample, kernel="factor", takes=("to=", "interpolation"), default="nearest"),
)
register("pixelshuffle", Kind(lambda w: (PixelShuffle(w.kernel or ()),), kernel="factor"))
register(
    "pixelunshuffle", Kind(lambda w: (PixelShuffle(w.kernel or (), back=True),), kernel="factor")
)
register("pad", Kind(lambda w: (Pad(*_margins(w)),), kernel="margin", takes=_BOTH))
register("crop", Kind(_crop, kernel="margin", takes=(*_BOTH, "to=")))
