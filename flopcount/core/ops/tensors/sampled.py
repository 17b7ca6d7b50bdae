"""Grids read between their places, where the data says: a weighed mean of the neighbours."""

from ....records import dataclass
from ....sizes import Shape, Size, Window, product
from ...nest import Nest
from ...op import Work
from ..convolution import in_groups
from ..tail import PLAIN, Tail
from .channels_first import biased
from .resampling import TAPS
from .written import computed_text

# From coordinates u, how far each is from the whole number below it, and from the one above.
_PARTS = ("i[{u}] = u[{u}] // 1", "f[{u}] = u[{u}] - i[{u}]", "g[{u}] = 1 - f[{u}]")


@dataclass(frozen=True)
class GridSample:
    """A grid read at places that a second tensor gives, one number an axis (1506.02025).

    `kind` as `TAPS`. Each place: its coordinates from −1 … 1 to the grid, their whole parts, and a
    weight for each of the t^axes neighbours; each output of those: t^axes multiplies, one add less.
    """

    kind: str = "linear"
    word = "grid_sampler"
    of_several = True  # it needs the shape of each tensor that comes in

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
        texts += [part.format(u="b o* d") for part in _PARTS]
        nests = [Nest(text, sizes) for text in texts]
        weighed = {**sizes, "d": max(axes - 1, 1)}  # of each neighbour a product of axes factors
        nests.append(Nest("w[b o* t* d] = f[b o* d] * g[b o* d]", weighed))
        last = ("p[b c o* t*] = x[b c ?v] * w[b o* t*]", "y[b c o*] += p[b c o* t*]")
        return Work((*nests, *[Nest(text, sizes) for text in last]), (output,))


@dataclass(frozen=True)
class RoiAlign:
    """Of each region `to` so many cells, each the mean of s × s samples (He et al., 1703.06870).

    Each sample is four neighbours, weighed: 4·s² multiplies for each output. Of `kind` ``max`` it
    is the largest of what they give.
    """

    to: tuple[Size, ...]
    samples: int
    kind: str = "avg"
    word = "roi_align"
    of_several = True  # it needs the shape of each tensor that comes in

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x, regions = inputs[:2]
        sizes: dict[str, Size | Shape] = {"k": regions[0], "c": x[1], "o": self.to}
        sizes |= {"t": 4 * self.samples**2, "v": product((x[0], *x[2:]))}
        texts: tuple[str, ...] = (
            "p[k c o* t] = x[c ?v] * w[k o* t]",
            "y[k c o*] += p[k c o* t]",
            f"y[k c o*] = y[k c o*] / {self.samples**2}",
        )
        if self.kind == "max":
            texts = (texts[0], "y[k c o*] max= p[k c o* t]")
        output = (regions[0], x[1], *self.to)
        return Work(tuple(Nest(text, sizes) for text in texts), (output,))


@dataclass(frozen=True)
class DeformConv:
    """A convolution whose taps lie where `offsets` groups of places say (Dai et al., 1703.06211).

    k_h·k_w·(c_in/groups)·width multiplies for each output, as without; beside them each tap is read
    between four places and, where there is a mask, multiplied by its number. It reads the grid, the
    offsets and the mask. `computed` as `FirstConv`.
    """

    window: Window
    width: Size
    groups: int = 1
    tail: Tail = PLAIN
    offsets: int = 1
    masked: bool = False
    computed: str = ""
    word = "deform_conv"
    of_several = True  # it needs the shape of each tensor that comes in

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        each, out = in_groups(x[1], self.width, self.groups)
        grid = tuple([slide.outputs for slide in self.window.slides(x[2:])])
        output = (x[0], self.width, *grid)
        sizes: dict[str, Size | Shape] = {"b": x[0], "o": grid, "t": self.window.kernel}
        sizes |= {"f": self.offsets, "e": x[1] // self.offsets, "d": 2, "n": 4}
        sizes |= {"g": self.groups, "c": each, "k": out, "v": product(x[2:])}
        at = "b f o* t* d"
        texts = [f"u[{at}] = x1[{at}] + l[{at}]", *(part.format(u=at) for part in _PARTS)]
        texts += [
            "w[b f o* t* n] = f[b f o* t* n] * g[b f o* t* n]",
            "q[b f e o* t* n] = x[b f e ?v] * w[b f o* t* n]",
            "p[b f e o* t*] += q[b f e o* t* n]",
        ]
        if self.masked:
            texts.append("p[b f e o* t*] = p[b f e o* t*] * x2[b f o* t*]")
        last = "y[b g k o*] += p[b g c o* t*] * W[g k c t*]"
        texts.append(computed_text(last, self.computed))
        nests = [Nest(text, sizes) for text in texts]
        return Work((*nests, *biased(output, 2, self.tail, self.computed)), (output,))
