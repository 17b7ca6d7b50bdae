"""Grids made larger or smaller, read at places that the data says, or added up from windows."""

from dataclasses import dataclass
from math import ceil

from ....errors import FlopcountError
from ....sizes import Enlarged, Shape, Window, is_open, product
from ...nest import Nest
from ...op import Work

TAPS = {"nearest": 1, "linear": 2, "cubic": 4}  # how many neighbours along an axis


@dataclass(frozen=True, slots=True)
class FirstUpsample:
    """The last axes resampled `to` other sizes: each output is a mean of neighbours, weighed.

    t^axes neighbours, t = 1, 2 or 4 as `kind` says (`TAPS`), are t^axes multiplies and one add
    less for each output; nearest takes none. The weights are known beforehand. `smooth` widens the
    window by as much as the grid is made smaller, one axis after the other from the last (PyTorch's
    antialias): its t are 2·⌈t/2·max(n/m, 1)⌉ + 1. `given` is the shape of what no layer puts out,
    such as a mask that the code makes. Raises `FlopcountError` where that is asked of
    a size that is open.
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
        meets = tuple(map(Enlarged, x[-axes:], self.to, taps))
        sizes = {"...": x[:-axes], "o": self.to, "t": taps}
        texts = ["y[... o*] = x[... o*:t*]"]
        if self.kind != "nearest":  # f: how near each of the neighbours is, known beforehand
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


@dataclass(frozen=True, slots=True)
class GridSample:
    """A grid read at places that a second tensor gives, one number an axis (1506.02025).

    `kind` as `TAPS`. Each place: its coordinates from −1 … 1 to the grid, their whole parts, and a
    weight for each of the t^axes neighbours; each output of those: t^axes multiplies, one add less.
    """

    kind: str = "linear"
    word = "grid_sampler"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x, at = inputs[:2]
        grid, to = x[2:], at[1:-1]
        axes = len(grid)
        sizes = {"b": x[0], "c": x[1], "o": to, "d": axes, "v": product(grid)}
        sizes["t"] = (TAPS[self.kind],) * axes
        texts = ["u[b o* d] = ((x1[b o* d] + 1) * l[d] - 1) / 2"]
        output = (*x[:2], *to)
        if self.kind == "nearest":
            texts += ["i[b o* d] = (u[b o* d] + 0.5) // 1", "y[b c o*] = x[b c ?v]"]
            return Work(tuple(Nest(text, sizes) for text in texts), (output,))
        texts += [
            "i[b o* d] = u[b o* d] // 1",
            "f[b o* d] = u[b o* d] - i[b o* d]",
            "g[b o* d] = 1 - f[b o* d]",
        ]
        nests = [Nest(text, sizes) for text in texts]
        weighed = {**sizes, "d": max(axes - 1, 1)}  # of each neighbour a product of axes factors
        nests.append(Nest("w[b o* t* d] = f[b o* d] * g[b o* d]", weighed))
        last = ("p[b c o* t*] = x[b c ?v] * w[b o* t*]", "y[b c o*] += p[b c o* t*]")
        return Work((*nests, *[Nest(text, sizes) for text in last]), (output,))


@dataclass(frozen=True, slots=True)
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
