"""Norms over tensors as frameworks have them: over batches, the last axes, groups of channels."""

from collections.abc import Sequence

from ....errors import FlopcountError
from ....records import dataclass
from ....sizes import Shape, Size, differ, split
from ...nest import Nest, Sizes
from ...op import Work
from ..norm import NORMS
from .written import LETTERS, by_letter

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


def _around(x: Shape, axis: int, channels: str) -> tuple[str, dict[str, Size | Shape]]:
    """The axes of a tensor whose channels stand on one of them, and the sizes of all others.

    On the second axis ``b`` is the batch; else all that stands before, and ``s*`` behind may be
    missing.
    """
    axis %= len(x)
    if axis == 1:
        return f"b {channels} s*", {"b": x[0], "s": x[2:]}
    behind = " s*" if x[axis + 1 :] else ""
    return f"b* {channels}{behind}", {"b": x[:axis], "s": x[axis + 1 :]}


def _work(texts: Sequence[str], sizes: Sizes, x: Shape) -> Work:
    return Work(tuple(Nest(text, sizes) for text in texts), (x,))


@dataclass(frozen=True)
class BatchNorm:
    """Batch norm at inference, the channels on an `axis`; `parameters` as there are.

    G is γ, S is β; small letters where they come in after x. With `own` statistics, those of the
    batch (and it has none that are held), as in training and in an instance norm.
    """

    parameters: str = "GS"
    own: bool = False
    axis: int = 1
    word = "norm"
    channelwise = True
    tail_part = "norm"

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return not self.own

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        on, sizes = _around(x, self.axis, "k")
        sizes["k"] = x[self.axis]
        affine = _affine(self.parameters, "k")
        if self.own:
            return _work(_normed(on, "k", "b s", affine), sizes, x)
        if self.parameters in _HELD:
            steps = NORMS[_HELD[self.parameters]]
            return _work([*steps, f"y[{on}] = x[{on}] * s[k] + t[k]"], sizes, x)
        texts = (
            "r[k] = 1 / pow(V[k] + 0.00001, 0.5)",
            f"y[{on}] = (x[{on}] - M[k]) * r[k]{affine}",
        )
        return _work(texts, sizes, x)


_HELD = {"GS": "norm", "S": "shift", "G": "scale", "": "stats"}  # as NORMS calls them


@dataclass(frozen=True)
class LayerNorm:
    """A norm over so many of the last `axes` (Ba et al., 1607.06450); `parameters` as `BatchNorm`.

    Not `centred` it is the RMS norm of Zhang & Sennrich (1910.07467), without a mean. `over` are
    the axes where they are not the last ones.
    """

    axes: int = 1
    parameters: str = "GS"
    centred: bool = True
    over: tuple[int, ...] = ()
    word = "norm"

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return self.axes == 1 and not self.over

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        if self.over:
            named = by_letter(x)
            summed = " ".join(LETTERS[axis] for axis in self.over)
            kept = " ".join(name for place, name in enumerate(named) if place not in self.over)
            affine = _affine(self.parameters, summed)
            texts = _normed(" ".join(named), kept, summed, affine, centred=self.centred)
            return _work(texts, named, x)
        sizes = {"...": x[: -self.axes], "k": x[-self.axes :]}
        affine = _affine(self.parameters, "k*")
        return _work(_normed("... k*", "...", "k", affine, centred=self.centred), sizes, x)


@dataclass(frozen=True)
class GroupNorm:
    """A norm over each of the `groups` of channels, on an `axis` (Wu & He, 1803.08494).

    `parameters` as `BatchNorm`, one a channel or, `by_group`, one a group. Raises `FlopcountError`
    where the groups do not divide the channels.
    """

    groups: int
    parameters: str = "GS"
    axis: int = 1
    by_group: bool = False
    word = "norm"
    tail_part = "norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        channels = x[self.axis]
        if differ(channels % self.groups, 0):
            raise FlopcountError(f"{self.groups} groups do not divide {channels} channels")
        on, sizes = _around(x, self.axis, "g c")
        mean, over = "b g", "c s"
        if self.axis != 1:  # the batch alone stays beside the groups
            on, sizes["b"], sizes["p"] = on.replace("b*", "b p*"), x[0], x[1 : self.axis]
            over = "p c s" if "s*" in on else "p c"
        sizes |= {"g": self.groups, "c": split(channels, self.groups)}
        affine = _affine(self.parameters, "g" if self.by_group else "g c")
        return _work(_normed(on, mean, over, affine), sizes, x)


@dataclass(frozen=True)
class Standardized:
    """(x − μ) / max(σ, 1e-7) by a mean and variance that were measured beforehand and are held.

    They have the `axes` of x that are named; σ is worked out once. `inverted`: μ + x·max(σ, 1e-7).
    """

    axes: tuple[int, ...]
    inverted: bool = False
    word = "norm"
    channelwise = True
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        sizes = by_letter(x)
        every, k = " ".join(sizes), " ".join(LETTERS[axis] for axis in self.axes)
        of = f"(x[{every}] - M[{k}]) / r[{k}]"
        if self.inverted:
            of = f"M[{k}] + x[{every}] * r[{k}]"
        return _work([f"r[{k}] = max(pow(V[{k}], 0.5), 1e-7)", f"y[{every}] = {of}"], sizes, x)


@dataclass(frozen=True)
class AxesNorm:
    """A norm by the mean and variance of any axes, or, not `centred`, by their p-norm alone.

    That is x / (Σ|x|ᵖ)^(1/p) with p = `power`, 1 or 2.
    """

    axes: tuple[int, ...]
    centred: bool = True
    power: int = 2
    word = "norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        over = {axis % len(x) for axis in self.axes}
        sizes = by_letter(x)
        every, mean, summed = (
            " ".join(LETTERS[place] for place in range(len(x)) if place in places)
            for places in (range(len(x)), {*range(len(x))} - over, over)
        )
        if self.centred:
            return _work(_normed(every, mean, summed, ""), sizes, x)
        each = f"x[{every}]"
        texts: tuple[str, ...] = (
            f"q[{every}] = " + (f"max({each}, -{each})" if self.power == 1 else f"{each} * {each}"),
            f"s[{mean}] += q[{every}]",
            f"y[{every}] = {each} / s[{mean}]",
        )
        if self.power != 1:
            root = f"r[{mean}] = pow(s[{mean}], 0.5)"
            texts = (*texts[:2], root, f"y[{every}] = {each} / r[{mean}]")
        return _work(texts, sizes, x)


@dataclass(frozen=True)
class WeightNorm:
    """v · (g / ‖v‖), the norm over all axes but one (Salimans & Kingma, 1602.07868)."""

    axis: int = 0
    word = "weight norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        sizes = by_letter(x)
        axes, kept = " ".join(sizes), LETTERS[self.axis % len(x)]
        texts = (
            f"q[{axes}] = x[{axes}] * x[{axes}]",
            f"s[{kept}] += q[{axes}]",
            f"r[{kept}] = x1[{kept}] / pow(s[{kept}], 0.5)",
            f"y[{axes}] = x[{axes}] * r[{kept}]",
        )
        return _work(texts, sizes, x)
