"""What works element by element on one tensor or several, each spread over the axes it lacks."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ....sizes import Shape
from ...nest import Nest
from ...op import Work
from .written import LETTERS, letters, spread


@dataclass(frozen=True, slots=True)
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

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        flowing = iter(inputs)
        given = self.given or (None,) * len(inputs)
        shapes = [next(flowing) if shape is None else shape for shape in given]
        output = spread(shapes)
        axes = tuple(letters(shape, output) for shape in shapes)
        sizes = dict(zip(LETTERS, output, strict=False))
        own = letters(output, output)
        return Work(tuple(Nest(_text(step, axes, own), sizes) for step in self.steps), (output,))


@lru_cache(maxsize=4096)
def _text(step: str, axes: tuple[str, ...], own: str) -> str:
    """A step with the axes of each tensor in it."""
    tensors = {f"x{place or ''}": f"x{place or ''}[{on}]" for place, on in enumerate(axes)}

    def named(name: re.Match[str]) -> str:
        return tensors.get(name[0]) or f"{name[0]}[{own}]"

    return re.sub(r"\b(?:x\d*|[a-w]|[yz])\b(?![\[(])", named, step)
