"""What works on numbers near each other, channels before the grid: norms of windows and such."""

from ....records import dataclass
from ....sizes import Shape, Size, Slide, Window
from ...nest import Nest
from ...op import Work


@dataclass(frozen=True)
class NormPool:
    """The p-norm of a window that slides over the last axes, p = `power`: (Σ|x|ᵖ)^(1/p).

    Raises `FlopcountError` where no window fits.
    """

    window: Window
    power: float = 2.0
    word = "lppool"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes, p = len(self.window.kernel), self.power
        before, grid = inputs[0][:-axes], inputs[0][-axes:]
        slides = self.window.slides(grid)
        to = tuple([slide.outputs for slide in slides])
        sizes = {"...": before, "o": to, "t": self.window.kernel, "s": grid}
        x = "x[... s*]"
        each = f"{x} * {x}" if p == 2 else f"max({x}, -{x})"
        if p not in (1, 2):
            each = f"pow({each}, {p})"
        last = "y[... o*] = s[... o*]" if p == 1 else f"y[... o*] = pow(s[... o*], {1 / p})"
        texts = (f"q[... s*] = {each}", "s[... o*] += q[... o*:t*]", last)
        nests = tuple(Nest(text, sizes, {"o:t": slides}) for text in texts)
        return Work(nests, ((*before, *to),))


@dataclass(frozen=True)
class FirstLRN:
    """Local response normalisation over `size` channels, which stand on the second axis.

    x / (bias + (α/n)·Σx²)^β (Krizhevsky et al. 2012, section 3.3), with (n − 1)//2 channels before
    each and the others behind it, as ONNX has it. At the first and the last, where fewer exist,
    the sum is counted over n too.
    """

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    bias: float = 1.0
    word = "lrn"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        sizes: dict[str, Size | Shape] = {"b": x[0], "c": x[1], "s": x[2:], "w": self.size}
        near = Slide(x[1], x[1], self.size, before=(self.size - 1) // 2)
        of = f"{self.bias} + {self.alpha / self.size} * s[b c s*]"
        texts = (
            "q[b c s*] = x[b c s*] * x[b c s*]",
            "s[b c s*] += q[b c:w s*]",
            f"y[b c s*] = x[b c s*] / pow({of}, {self.beta})",
        )
        return Work(tuple(Nest(text, sizes, {"c:w": (near,)}) for text in texts), (x,))
