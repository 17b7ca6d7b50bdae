"""Grids made larger or smaller, or added up from windows."""

from math import ceil

from ....errors import FlopcountError
from ....records import dataclass
from ....sizes import Enlarged, Shape, Window, is_open, product
from ...nest import Nest
from ...op import Work

TAPS = {"nearest": 1, "exact": 1, "linear": 2, "cubic": 4}  # how many neighbours along an axis


@dataclass(frozen=True)
class FirstUpsample:
    """The last axes resampled `to` other sizes: each output is a mean of neighbours, weighed.

    t^axes neighbours, t = 1, 2 or 4 as `kind` says (`TAPS`), are t^axes multiplies and one add
    less for each output; nearest takes none, nor does ``exact``, which is nearest to the centre.
    The weights are known beforehand. `smooth` widens the window by as much as the grid is made
    smaller, one axis after the other from the last (PyTorch's antialias): its t are
    2·⌈t/2·max(n/m, 1)⌉ + 1. `given` is the shape of what no layer puts out, such as a mask that a
    model makes. Raises `FlopcountError` where that is asked of a size that is open.
    """

    kind: str
    to: Shape
    smooth: bool = False
    given: Shape | None = None
    word = "upsample"
    channelwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0] if self.given is None else self.given
        axes = len(self.to)
        output = (*x[:-axes], *self.to)
        if self.smooth:
            return Work(tuple(self._passes(x)), (output,))
        taps = (TAPS[self.kind],) * axes
        centred = (self.kind == "exact",) * axes
        meets = tuple(map(Enlarged, x[-axes:], self.to, taps, centred))
        sizes = {"...": x[:-axes], "o": self.to, "t": taps}
        texts = ["y[... o*] = x[... o*:t*]"]
        if TAPS[self.kind] > 1:  # f: how near each of the neighbours is, known beforehand
            texts = ["p[... o* t*] = x[... o*:t*] * f[o* t*]", "y[... o*] += p[... o* t*]"]
        return Work(tuple(Nest(text, sizes, {"o:t": meets}) for text in texts), (output,))

    def _passes(self, x: Shape) -> list[Nest]:
        nests = []
        shape, of = list(x), "x"
        for axis in range(len(x) - 1, len(x) - len(self.to) - 1, -1):
            n, m = shape[axis], self.to[axis - len(x)]
            if is_open(n) or is_open(m):
                raise FlopcountError("an antialiased upsample has no formula in an open size")
            taps = 2 * ceil(TAPS[self.kind] / 2 * max(n / m, 1)) + 1
            sizes = {"...": tuple(shape[:axis]), "o": m, "t": taps, "s": tuple(shape[axis + 1 :])}
            meets = {"o:t": (Enlarged(n, m, taps),)}
            nests.append(Nest(f"p[... o t s*] = {of}[... o:t s*] * f[o t]", sizes, meets))
            nests.append(Nest("y[... o s*] += p[... o t s*]", sizes))
            shape[axis], of = m, "y"
        return nests


@dataclass(frozen=True)
class LastUpsample:
    """The axes before the channels resampled `to` other sizes; `kind` as `FirstUpsample` has it."""

    kind: str
    to: Shape
    word = "upsample"
    channelwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        axes = len(self.to)
        taps = (TAPS[self.kind],) * axes
        centred = (self.kind == "exact",) * axes
        meets = tuple(map(Enlarged, x[-axes - 1 : -1], self.to, taps, centred))
        sizes = {"...": x[: -axes - 1], "o": self.to, "t": taps, "c": x[-1]}
        texts = ["y[... o* c] = x[... o*:t* c]"]
        if TAPS[self.kind] > 1:
            texts = [
                "p[... o* t* c] = x[... o*:t* c] * f[o* t*]",
                "y[... o* c] += p[... o* t* c]",
            ]
        output = (*x[: -axes - 1], *self.to, x[-1])
        return Work(tuple(Nest(text, sizes, {"o:t": meets}) for text in texts), (output,))


@dataclass(frozen=True)
class Fold:
    """Windows added up to the grid that they were cut out of (PyTorch's ``fold``): adds alone.

    It reads batch × (channels · taps) × windows.
    """

    window: Window
    to: Shape
    word = "fold"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        taps = product(self.window.kernel)
        slides = self.window.slides(self.to)
        sizes = {"...": x[:-2], "c": x[-2] // taps, "t": self.window.kernel}
        sizes["o"] = tuple([slide.outputs for slide in slides])
        nest = Nest("y[... c o*:t*] += x[... c t* o*]", sizes, {"o:t": slides})
        return Work((nest,), ((*x[:-2], x[-2] // taps, *self.to),))
