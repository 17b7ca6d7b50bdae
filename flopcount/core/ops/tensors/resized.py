"""Grids resampled as ONNX has it: any axes, and six ways to lay the new places over the old."""

from math import ceil, floor
from typing import NamedTuple

from ....errors import FlopcountError
from ....records import dataclass
from ....sizes import Shape, Size, is_open
from ...nest import Nest
from ...op import Work
from .resampling import TAPS


class Placing(NamedTuple):
    """How the places of an axis lie over those that come in, as ONNX' Resize calls it.

    `transformation` is its coordinate_transformation_mode, `rounding` its nearest_mode, `scale` how
    many times as long the axis becomes, which need be no whole number, and `start` and `end` what
    part of it is read (tf_crop_and_resize).
    """

    transformation: str = "half_pixel"
    rounding: str = "round_prefer_floor"
    scale: float = 0
    start: float = 0
    end: float = 1

    def at(self, o: int, n: int, m: int) -> float:
        """Where the place o of m lies on an axis of n numbers."""
        kind, scale = self.transformation, self.scale or m / n
        centred = (o + 0.5) / scale - 0.5
        part, step = self.end - self.start, (n - 1) / max(m - 1, 1)
        cropped = self.start * (n - 1) + (o * part * step if m > 1 else part * (n - 1) / 2)
        return {
            "asymmetric": o / scale,
            "tf_half_pixel_for_nn": (o + 0.5) / scale,
            "align_corners": o * step,
            "pytorch_half_pixel": centred if m > 1 else 0,
            "half_pixel_symmetric": centred + n / 2 * (1 - m / (scale * n)),
            "tf_crop_and_resize": cropped,
        }.get(kind, centred)

    def nearest(self, place: float) -> int:
        """The whole number that is nearest to a place."""
        if self.rounding == "floor":
            return floor(place)
        if self.rounding == "ceil":
            return ceil(place)
        return floor(place + 0.5) if self.rounding == "round_prefer_ceil" else ceil(place - 0.5)


class Resampled(NamedTuple):
    """Where the outputs of a resampled axis and their neighbours meet: a `Meet`.

    With one tap the nearest number, with more those around its place, as many on either side; the
    border's own number where there is none beyond it.
    """

    n: Size
    outputs: Size
    taps: int
    placing: Placing

    @property
    def full(self) -> Size:
        """Every tap of every output."""
        return self.outputs * self.taps

    @property
    def inside(self) -> Size:
        """As many."""
        return self.full

    def lands(self, o: int, t: int) -> int | None:
        """The number that an output reads.

        >>> [Resampled(3, 6, 1, Placing("asymmetric", "floor")).lands(o, 0) for o in range(6)]
        [0, 0, 1, 1, 2, 2]
        """
        n, m = int(self.n), int(self.outputs)
        place = self.placing.at(o, n, m)
        first = self.placing.nearest(place) if self.taps == 1 else floor(place)
        return min(max(first - (self.taps - 1) // 2 + t, 0), n - 1)


@dataclass(frozen=True)
class Resize:
    """Some axes resampled `to` other sizes, each output a mean of neighbours, weighed.

    t^axes neighbours, t = 1, 2 or 4 as `kind` says (`TAPS`), are t^axes multiplies and one add
    less for each output; the nearest alone takes none. The weights are known beforehand. So many
    axes stand `behind` those; `placings` has one for each of them, or one for all. `smooth` widens
    the window by as much as the grid is made smaller (antialias), one axis after the other from the
    last: t is 2·⌈t/2·max(n/m, 1)⌉ + 1 then. Raises `FlopcountError` where that is asked of a size
    that is open.
    """

    kind: str
    to: Shape
    placings: tuple[Placing, ...] = (Placing(),)
    behind: int = 0
    smooth: bool = False
    given: Shape | None = None
    word = "upsample"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0] if self.given is None else self.given
        last = len(x) - self.behind
        before, grid, after = x[: last - len(self.to)], x[last - len(self.to) : last], x[last:]
        output = (*before, *self.to, *after)
        if self.smooth:
            return Work(tuple(self._passes(before, grid, after)), (output,))
        taps = TAPS[self.kind]
        placings = self.placings * (len(grid) if len(self.placings) == 1 else 1)
        axes = zip(grid, self.to, placings, strict=True)
        meets = tuple([Resampled(n, m, taps, placing) for n, m, placing in axes])
        sizes = {"...": before, "o": self.to, "t": (taps,) * len(grid), "s": after}
        texts = ["y[... o* s*] = x[... o*:t* s*]"]
        if taps > 1:  # f: how near each of the neighbours is, known beforehand
            texts = [
                "p[... o* t* s*] = x[... o*:t* s*] * f[o* t*]",
                "y[... o* s*] += p[... o* t* s*]",
            ]
        return Work(tuple(Nest(text, sizes, {"o:t": meets}) for text in texts), (output,))

    def _passes(self, before: Shape, grid: Shape, after: Shape) -> list[Nest]:
        """One axis after the other, from the last: those behind it are resampled already."""
        nests = []
        shape, of = list(grid), "x"
        for axis in reversed(range(len(grid))):
            n, m = grid[axis], self.to[axis]
            if is_open(n) or is_open(m):
                raise FlopcountError("how much a smooth resampling takes, its sizes have to say")
            taps = 2 * ceil(TAPS[self.kind] / 2 * max(n / m, 1)) + 1
            sizes: dict[str, Size | Shape] = {"...": (*before, *shape[:axis]), "o": m, "t": taps}
            sizes["s"] = (*shape[axis + 1 :], *after)
            meets = {"o:t": (Resampled(n, m, taps, Placing()),)}
            nests.append(Nest(f"p[... o t s*] = {of}[... o:t s*] * f[o t]", sizes, meets))
            nests.append(Nest("y[... o s*] += p[... o t s*]", sizes))
            shape[axis], of = m, "y"
        return nests
