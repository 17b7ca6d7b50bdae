"""What makes of the numbers along some axes one: sums, means, extremes; softmax; running sums."""

from ....records import dataclass
from ....sizes import Placed, Shape, Size
from ...nest import Nest
from ...op import Work
from .written import LETTERS, by_letter

_VARIANCE = (
    "s[{y}] += x[{x}]",
    "m[{y}] = s[{y}] / |{n}|",
    "d[{x}] = x[{x}] - m[{y}]",
    "q[{x}] = d[{x}] * d[{x}]",
    "v[{y}] += q[{x}]",
)
# By its kind, what it does: x has all axes, y those that stay; ``|n|`` is how many are summed.
KINDS = {
    "sum": ("y[{y}] += x[{x}]",),
    "mean": ("s[{y}] += x[{x}]", "y[{y}] = s[{y}] / |{n}|"),
    "prod": ("y[{y}] = y[{y}] * x[{x}]",),  # from a y of 1
    "max": ("y[{y}] max= x[{x}]",),
    "min": ("n[{x}] = -x[{x}]", "m[{y}] max= n[{x}]", "y[{y}] = -m[{y}]"),
    "norm": ("q[{x}] = x[{x}] * x[{x}]", "s[{y}] += q[{x}]", "y[{y}] = pow(s[{y}], 0.5)"),
    "abs sum": ("q[{x}] = max(x[{x}], -x[{x}])", "y[{y}] += q[{x}]"),
    "abs max": ("q[{x}] = max(x[{x}], -x[{x}])", "y[{y}] max= q[{x}]"),
    "square sum": ("q[{x}] = x[{x}] * x[{x}]", "y[{y}] += q[{x}]"),
    "log sum": ("s[{y}] += x[{x}]", "y[{y}] = log(s[{y}])"),
    "power": (
        "q[{x}] = pow(max(x[{x}], -x[{x}]), {p})",
        "s[{y}] += q[{x}]",
        "y[{y}] = pow(s[{y}], 1 / {p})",
    ),
    "count": ("q[{x}] = x[{x}] != 0", "y[{y}] += q[{x}]"),
    "var": (*_VARIANCE, "y[{y}] = v[{y}] / (|{n}| - {p})"),
    "std": (*_VARIANCE, "y[{y}] = pow(v[{y}] / (|{n}| - {p}), 0.5)"),
    "logsumexp": (
        "m[{y}] max= x[{x}]",
        "e[{x}] = exp(x[{x}] - m[{y}])",
        "s[{y}] += e[{x}]",
        "y[{y}] = m[{y}] + log(s[{y}])",
    ),
}


@dataclass(frozen=True)
class Reduction:
    """The sum, mean, maximum, … (`KINDS`) over some axes of a tensor: n − 1 operations of n.

    `keep`: an axis that is reduced stays, with a size of 1. `power` is p of a p-norm, or what a
    variance takes from the number of elements that it divides by.
    """

    word: str
    kind: str
    axes: tuple[int, ...]
    keep: bool = False
    given: Shape | None = None
    power: float = 0

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0] if self.given is None else self.given
        over = {axis % len(x) for axis in self.axes} if x else set()
        named = by_letter(x)
        summed = " ".join(LETTERS[axis] for axis in sorted(over))
        kept = " ".join(letter for place, letter in enumerate(named) if place not in over)
        sides = {"x": " ".join(named), "y": kept, "n": summed, "p": self.power}
        texts = [step.format(**sides) for step in KINDS[self.kind]]
        if not summed:  # of a single number: |n| would be no loop's
            texts = [text.replace("||", "1") for text in texts]
        output: list[Size] = [1 if place in over else n for place, n in enumerate(x)]
        if not self.keep:
            output = [n for place, n in enumerate(x) if place not in over]
        return Work(tuple(Nest(text, named) for text in texts), (tuple(output),))


@dataclass(frozen=True)
class Softmax:
    """Softmax along an axis, as it is computed: e^(x − max x) / Σ; of `log`, its logarithm.

    It is taken over so many `axes` together, from that one on.
    """

    axis: int = -1
    log: bool = False
    given: Shape | None = None
    axes: int = 1

    @property
    def word(self) -> str:  # noqa: D102
        return "log softmax" if self.log else "softmax"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0] if self.given is None else self.given
        named = by_letter(x)
        first = self.axis % max(len(x), 1) if self.axes else len(x)
        over = range(first, first + self.axes)
        kept = " ".join(letter for place, letter in enumerate(named) if place not in over)
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


# From what is held so far, h, and the next number, x, what is held then.
STEPS = {
    "cumsum": "{h} + {x}",
    "cumprod": "{h} * {x}",  # from an h of 1
    "cummax": "max({h}, {x})",
    "cummin": "min({h}, {x})",
    "logcumsumexp": "log(exp({h}) + exp({x}))",
}


@dataclass(frozen=True)
class Running:
    """The sum, product or extreme of all numbers so far along an axis: one operation a number."""

    word: str
    axis: int
    given: Shape | None = None

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0] if self.given is None else self.given
        axis = self.axis % max(len(x), 1)
        n = x[axis] if x else 1
        sizes = {"b": x[:axis], "t": n, "s": x[axis + 1 :], "p": 1, "q": 1}
        meets = {"t:p": (Placed(n + 1, n),), "t:q": (Placed(n + 1, n, 1),)}
        step = STEPS[self.word].format(h="d[b* t s*]", x="x[b* t s*]")
        nests = (
            Nest("d[b* t s*] = h[b* t:p s*]", sizes, meets, serial="t"),
            Nest(f"h[b* t:q s*] = {step}", sizes, meets, serial="t"),
            Nest("y[b* t s*] = h[b* t:q s*]", sizes, meets),
        )
        return Work(nests, (x,))
