"""What works element by element on one tensor or several, each spread over the axes it lacks."""

import re
from functools import lru_cache

from ....errors import FlopcountError
from ....records import dataclass
from ....sizes import Shape, Size, Slide, differ, split
from ...nest import Nest
from ...op import Work
from .written import LETTERS, by_letter, letters, spread


@dataclass(frozen=True)
class Elementwise:
    """A function of the elements of some tensors, in `steps`: ``("y = x + 0.5 * x1",)``.

    The operands are x, x1, x2, …, the result is y; its operations are read off the steps. `given`
    are the shapes of operands that no layer puts out, None for each that one does. Raises
    `FlopcountError` where the shapes do not fit.
    """

    word: str
    steps: tuple[str, ...]
    given: tuple[Shape | None, ...] = ()
    tail_part = "activation"

    @property
    def channelwise(self) -> bool:
        """Whether it works on each number of one tensor by itself."""
        return not any(re.search(r"\bx1\b", step) for step in self.steps)

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return self.channelwise

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        flowing = iter(inputs)
        given = self.given or (None,) * len(inputs)
        shapes = [next(flowing) if shape is None else shape for shape in given]
        output = spread(shapes)
        sizes = by_letter(output)
        axes = tuple(letters(shape, output) for shape in shapes)
        own = letters(output, output)
        return Work(tuple(Nest(_text(step, axes, own), sizes) for step in self.steps), (output,))


@lru_cache(maxsize=4096)
def _text(step: str, axes: tuple[str, ...], own: str) -> str:
    """A step with the axes of each tensor in it."""
    tensors = {f"x{place or ''}": f"x{place or ''}[{on}]" for place, on in enumerate(axes)}

    def named(name: re.Match[str]) -> str:
        return tensors.get(name[0]) or f"{name[0]}[{own}]"

    return re.sub(r"\b(?:x\d*|[a-w]|[yz])\b(?![\[(])", named, step)


@dataclass(frozen=True)
class PReLU:
    """x where it is positive, else a·x (He et al., 1502.01852): a slope a channel, or one for all.

    The channels stand on the second axis; or the slopes are of the axes `on` which they vary.
    """

    slopes: Size = 1
    on: tuple[int, ...] = ()
    word = "prelu"
    channelwise = True
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        axes, slope = "...", "[o]"
        sizes: dict[str, Size | Shape] = {"...": x, "o": 1}
        if differ(self.slopes, 1):
            axes, slope = "b k s*", "[k]"
            sizes = {"b": x[0], "k": x[1], "s": x[2:]}
        if self.on:
            sizes = by_letter(x)
            axes, slope = " ".join(sizes), f"[{' '.join(LETTERS[axis] for axis in self.on)}]"
        text = f"y[{axes}] = x[{axes}] if x[{axes}] > 0 else A{slope} * x[{axes}]"
        return Work((Nest(text, sizes),), (x,))


@dataclass(frozen=True)
class Gated:
    """The first half of an axis times the sigmoid of the second (Dauphin et al., 1612.08083)."""

    axis: int = -1
    word = "glu"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        axis = self.axis % len(x)
        whole = x[axis]
        if differ(whole % 2, 0):
            raise FlopcountError(f"glu halves an axis, and {whole} is odd")
        half = split(whole, 2)
        sizes = {"...": x[:axis], "k": half, "s": x[axis + 1 :], "t": 1, "u": 1}
        first, second = Slide(whole, half, 1), Slide(whole, half, 1, before=-half)
        meets = {"k:t": (first,), "k:u": (second,)}
        texts = (
            "h[... k s*] = x[... k:u s*]",
            "g[... k s*] = 1 / (1 + exp(-h[... k s*]))",
            "y[... k s*] = x[... k:t s*] * g[... k s*]",
        )
        output = (*x[:axis], half, *x[axis + 1 :])
        return Work(tuple(Nest(text, sizes, meets) for text in texts), (output,))
