"""Windows over all axes of a tensor, each reduced to one number."""

from ....records import dataclass
from ....sizes import Shape, Window
from ...nest import Nest
from ...op import Work

_STEPS = {
    "max": ("y[o*] max= x[o*:t*]",),
    "min": ("n[...] = -x[...]", "m[o*] max= n[o*:t*]", "y[o*] = -m[o*]"),
    "sum": ("y[o*] += x[o*:t*]",),
}


@dataclass(frozen=True)
class WindowReduction:
    """The largest, the smallest or the sum of each window, which slides over all of the axes.

    Of n numbers it takes n − 1 operations, those on the padding included. Raises `FlopcountError`
    where the window does not fit.
    """

    kind: str
    window: Window

    @property
    def word(self) -> str:  # noqa: D102
        return f"{self.kind}pool"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        slides = self.window.slides(x)
        output = tuple(slide.outputs for slide in slides)
        sizes = {"...": x, "o": output, "t": self.window.kernel}
        meets = {"o:t": slides}
        return Work(tuple(Nest(text, sizes, meets) for text in _STEPS[self.kind]), (output,))
