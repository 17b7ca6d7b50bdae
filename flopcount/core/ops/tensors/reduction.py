"""What makes of the numbers along some axes one: sums, means, extremes; and softmax."""

from dataclasses import dataclass

from ....sizes import Shape, Size
from ...nest import Nest
from ...op import Work
from .written import LETTERS

# By its kind, what it does: x has all axes, y those that stay; ``|n|`` is how many are summed.
KINDS = {
    "sum": ("y[{y}] += x[{x}]",),
    "mean": ("s[{y}] += x[{x}]", "y[{y}] = s[{y}] / |{n}|"),
    "max": ("y[{y}] max= x[{x}]",),
    "min": ("n[{x}] = -x[{x}]", "m[{y}] max= n[{x}]", "y[{y}] = -m[{y}]"),
    "norm": ("q[{x}] = x[{x}] * x[{x}]", "s[{y}] += q[{x}]", "y[{y}] = pow(s[{y}], 0.5)"),
    "var": (
        "s[{y}] += x[{x}]",
        "m[{y}] = s[{y}] / |{n}|",
        "d[{x}] = x[{x}] - m[{y}]",
        "q[{x}] = d[{x}] * d[{x}]",
        "v[{y}] += q[{x}]",
        "y[{y}] = v[{y}] / |{n}|",
    ),
}


@dataclass(frozen=True, slots=True)
class Reduction:
    """The sum, mean, maximum, … (`KINDS`) over some axes of a tensor: n − 1 operations for one of n.

    `keep`: an axis that is reduced stays, with a size of 1.
    """

    word: str
    kind: str
    axes: tuple[int, ...]
    keep: bool = False
    given: Shape | None = None

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0] if self.given is None else self.given
        over = {axis % len(x) for axis in self.axes} if x else set()
        named = dict(zip(LETTERS, x, strict=False))
        summed = " ".join(LETTERS[axis] for axis in sorted(over))
        kept = " ".join(letter for place, letter in enumerate(named) if place not in over)
        texts = [step.format(x=" ".join(named), y=kept, n=summed) for step in KINDS[self.kind]]
        output: list[Size] = [1 if place in over else n for place, n in enumerate(x)]
        if not self.keep:
            output = [n for place, n in enumerate(x) if place not in over]
        return Work(tuple(Nest(text, named) for text in texts), (tuple(output),))


@dataclass(frozen=True, slots=True)
class Softmax:
    """Softmax along an axis, as it is computed: e^(x − max x) / Σ; of `log`, its logarithm."""

    axis: int = -1
    log: bool = False
    given: Shape | None = None

    @property
    def word(self) -> str:  # noqa: D102
        return "log softmax" if self.log else "softmax"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0] if self.given is None else self.given
        named = dict(zip(LETTERS, x, strict=False))
        axis = self.axis % len(x)
        kept = " ".join(letter for place, letter in enumerate(named) if place != axis)
        every = " ".join(named)
        texts = [
            f"m[{kept}] max= x[{every}]",
            f"d[{every}] = x[{every}] - m[{kept}]",
            f"e[{every}] = exp(d[{every}])",
            f"s[{kept}] += e[{every}]",
        ]
        if self.log:
            texts.append(f"y[{every}] = d[{every}] - log(s[{kept}])")
        else:
            texts.append(f"y[{every}] = e[{every}] / s[{kept}]")
        return Work(tuple(Nest(text, named) for text in texts), (x,))
