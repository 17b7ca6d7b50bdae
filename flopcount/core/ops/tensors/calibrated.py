"""What works element by element with factors and shifts of its own: quantising, folded norms."""

import re

from ....errors import FlopcountError
from ....records import dataclass
from ....sizes import Shape, differ
from ...nest import Nest
from ...op import Work
from .written import LETTERS, is_one


@dataclass(frozen=True)
class Calibrated:
    """A function of the elements of x, in `steps`, with `parameters` spread over its axes.

    Each of these has a name in the steps and a shape with as many axes as x, 1 where it is the
    same: a capital is held (A: factors, B: shifts), a small one comes in, after x, in their order.
    A size that is neither 1 nor x's own divides it: each of so many blocks has its own. The result
    is y; other names stand for numbers on the way. Raises `FlopcountError` where a shape does not
    fit.
    """

    word: str
    steps: tuple[str, ...]
    parameters: tuple[tuple[str, Shape], ...] = ()
    tail_part = "activation"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        axes: list[list[str]] = [[letter] for letter in LETTERS[: len(x)]]
        sizes = {letter: size for (letter,), size in zip(axes, x, strict=False)}
        on: dict[str, str] = {}
        for name, shape in self.parameters:
            own = []
            for place, size in enumerate(shape, len(x) - len(shape)):
                if place < 0 or is_one(size):
                    continue
                blocks = axes[place][0]
                if differ(size, sizes[blocks]):
                    if len(axes[place]) > 1 or not self._divides(size, x[place]):
                        raise FlopcountError(f"{name} has {size} on an axis of {x[place]}")
                    sizes[blocks] = size
                    axes[place].append(f"{blocks}n")
                    sizes[f"{blocks}n"] = x[place] // size
                own.append(blocks)
            on[name] = " ".join(own)
        every = " ".join(letter for each in axes for letter in each)
        nests = [Nest(_text(step, on, every), sizes) for step in self.steps]
        return Work(tuple(nests), (x,))

    @staticmethod
    def _divides(size: object, whole: object) -> bool:
        return type(size) is int and type(whole) is int and size > 0 and whole % size == 0


def _text(step: str, on: dict[str, str], every: str) -> str:
    def named(name: re.Match[str]) -> str:
        return f"{name[0]}[{on.get(name[0], every)}]"

    names = "|".join(sorted(map(re.escape, on), key=len, reverse=True))
    names = f"{names}|[a-z]" if names else "[a-z]"
    return re.sub(rf"\b(?:{names})\b(?![\[(])", named, step)


@dataclass(frozen=True)
class DynamicQuantize:
    """Numbers as bytes by their own range, which has the 0 in it: ONNX' DynamicQuantizeLinear.

    The scale is (max − min) / 255, the zero point −min / scale, and both come out too.
    """

    word = "quantize"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        texts = (
            "m[] max= x[...]",
            "n[...] = -x[...]",
            "l[] max= n[...]",
            "u[] = (max(m[], 0) + max(l[], 0)) / 255",
            "z[] = min(max((max(l[], 0) / u[] + 0.5) // 1, 0), 255)",
            "y[...] = min(max((x[...] / u[] + 0.5) // 1 + z[], 0), 255)",
        )
        nests = tuple(Nest(text, {"...": x}) for text in texts)
        return Work(nests, (x, (), ()))
