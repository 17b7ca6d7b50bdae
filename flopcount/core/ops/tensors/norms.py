"""Norms over tensors as frameworks have them: over batches, the last axes, groups of channels."""

from collections.abc import Sequence
from dataclasses import dataclass

from ....errors import FlopcountError
from ....sizes import Shape, Size, differ, split
from ...nest import Nest, Sizes
from ...op import Work
from ..norm import NORMS
from .written import LETTERS

_MEAN = (
    "m[{mean}] += x[{x}]",
    "m[{mean}] = m[{mean}] / |{over}|",
    "d[{x}] = x[{x}] - m[{mean}]",
)
_SCALE = (
    "q[{x}] = {of}[{x}] * {of}[{x}]",
    "v[{mean}] += q[{x}]",
    "r[{mean}] = 1 / pow(v[{mean}] / |{over}| + 0.00001, 0.5)",
)


def _affine(parameters: str, axes: str) -> str:
    """γ and β behind what is normed, those that there are: ``g`` and ``b`` where they come in."""
    names = {"G": "G", "S": "S", "g": "g", "s": "b"}
    scale = "".join(f" * {names[p]}[{axes}]" for p in parameters if p in "Gg")
    return scale + "".join(f" + {names[p]}[{axes}]" for p in parameters if p in "Ss")


def _normed(x: str, mean: str, over: str, affine: str, *, centred: bool = True) -> Sequence[str]:
    """The texts of a norm by its own mean and variance, or, not `centred`, its mean square."""
    of = "d" if centred else "x"
    steps = [*(_MEAN if centred else ()), *_SCALE]
    texts = [step.format(x=x, mean=mean, over=over, of=of) for step in steps]
    return [*texts, f"y[{x}] = {of}[{x}] * r[{mean}]{affine}"]


def _work(texts: Sequence[str], sizes: Sizes, x: Shape) -> Work:
    return Work(tuple(Nest(text, sizes) for text in texts), (x,))


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Batch norm at inference, the channels on the second axis; `parameters` as there are.

    G is γ, S is β; small letters where they come in after x. With `own` statistics, those of the
    batch (and it has none that are held), as in training and in an instance norm.
    """

    parameters: str = "GS"
    own: bool = False
    word = "norm"
    channelwise = True
    tail_part = "norm"

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return not self.own

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        sizes = {"b": x[0], "k": x[1], "s": x[2:]}
        affine = _affine(self.parameters, "k")
        if self.own:
            return _work(_normed("b k s*", "k", "b s", affine), sizes, x)
        if self.parameters in _HELD:
            steps = NORMS[_HELD[self.parameters]]
            return _work([*steps, "y[b k s*] = x[b k s*] * s[k] + t[k]"], sizes, x)
        texts = (
            "r[k] = 1 / pow(V[k] + 0.00001, 0.5)",
            f"y[b k s*] = (x[b k s*] - M[k]) * r[k]{affine}",
        )
        return _work(texts, sizes, x)


_HELD = {"GS": "norm", "S": "shift", "G": "scale", "": "stats"}  # as NORMS calls them


@dataclass(frozen=True, slots=True)
class LayerNorm:
    """A norm over so many of the last `axes` (Ba et al., 1607.06450); `parameters` as `BatchNorm`.

    Not `centred` it is the RMS norm of Zhang & Sennrich (1910.07467), without a mean.
    """

    axes: int = 1
    parameters: str = "GS"
    centred: bool = True
    word = "norm"

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return self.axes == 1

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        sizes = {"...": x[: -self.axes], "k": x[-self.axes :]}
        affine = _affine(self.parameters, "k*")
        return _work(_normed("... k*", "...", "k", affine, centred=self.centred), sizes, x)


@dataclass(frozen=True, slots=True)
class GroupNorm:
    """A norm over each of the `groups` of channels, on the second axis (Wu & He, 1803.08494).

    `parameters` as `BatchNorm`. Raises `FlopcountError` where they do not divide the channels.
    """

    groups: int
    parameters: str = "GS"
    word = "norm"
    tail_part = "norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        if differ(x[1] % self.groups, 0):
            raise FlopcountError(f"{self.groups} groups do not divide {x[1]} channels")
        sizes: dict[str, Size | Shape] = {"b": x[0], "g": self.groups, "s": x[2:]}
        sizes["c"] = split(x[1], self.groups)
        affine = _affine(self.parameters, "g c")
        return _work(_normed("b g c s*", "b g", "c s", affine), sizes, x)


@dataclass(frozen=True, slots=True)
class WeightNorm:
    """v · (g / ‖v‖), the norm over all axes but one (Salimans & Kingma, 1602.07868)."""

    axis: int = 0
    word = "weight norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        sizes = dict(zip(LETTERS, x, strict=False))
        axes, kept = " ".join(sizes), LETTERS[self.axis % len(x)]
        texts = (
            f"q[{axes}] = x[{axes}] * x[{axes}]",
            f"s[{kept}] += q[{axes}]",
            f"r[{kept}] = x1[{kept}] / pow(s[{kept}], 0.5)",
            f"y[{axes}] = x[{axes}] * r[{kept}]",
        )
        return _work(texts, sizes, x)
