"""Norms over tensors as frameworks have them: over batches, the last axes, groups of channels."""

from dataclasses import dataclass

from ....errors import FlopcountError
from ....sizes import Shape, Size, differ, split
from ...nest import Nest
from ...op import Work
from ..norm import NORMS

_MEAN = (
    "m[{mean}] += x[{x}]",
    "m[{mean}] = m[{mean}] / |{over}|",
    "d[{x}] = x[{x}] - m[{mean}]",
    "q[{x}] = d[{x}] * d[{x}]",
    "v[{mean}] += q[{x}]",
    "r[{mean}] = 1 / pow(v[{mean}] / |{over}| + 0.00001, 0.5)",
)


@dataclass(frozen=True, slots=True)
class BatchNorm:
    """Batch norm at inference, the channels on the second axis; `kind` as `NORMS` has it.

    With `own` statistics, those of the batch (and it has none that are held), as in training and
    in an instance norm.
    """

    kind: str = "norm"
    own: bool = False
    word = "norm"
    tail_part = "norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        sizes = {"b": x[0], "k": x[1], "s": x[2:]}
        if not self.own:
            last = "y[b k s*] = x[b k s*] * s[k] + t[k]"
            return Work(tuple(Nest(text, sizes) for text in (*NORMS[self.kind], last)), (x,))
        scaled = " * G[k]" if self.kind in ("norm", "scale") else ""
        shifted = " + S[k]" if self.kind in ("norm", "shift") else ""
        steps = [step.format(mean="k", x="b k s*", over="b s") for step in _MEAN]
        steps.append(f"y[b k s*] = d[b k s*] * r[k]{scaled}{shifted}")
        return Work(tuple(Nest(text, sizes) for text in steps), (x,))


@dataclass(frozen=True, slots=True)
class LayerNorm:
    """A norm over so many of the last `axes` (Ba et al., 1607.06450), γ and β as they are there."""

    axes: int = 1
    scales: bool = True
    shifts: bool = True
    word = "norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        sizes = {"...": x[: -self.axes], "k": x[-self.axes :]}
        steps = [step.format(mean="...", x="... k*", over="k") for step in _MEAN]
        scaled, shifted = " * G[k*]" * self.scales, " + S[k*]" * self.shifts
        steps.append(f"y[... k*] = d[... k*] * r[...]{scaled}{shifted}")
        return Work(tuple(Nest(text, sizes) for text in steps), (x,))


@dataclass(frozen=True, slots=True)
class GroupNorm:
    """A norm over each of the `groups` of channels, on the second axis (Wu & He, 1803.08494).

    Raises `FlopcountError` where they do not divide the channels.
    """

    groups: int
    scales: bool = True
    shifts: bool = True
    word = "norm"
    tail_part = "norm"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        if differ(x[1] % self.groups, 0):
            raise FlopcountError(f"{self.groups} groups do not divide {x[1]} channels")
        sizes: dict[str, Size | Shape] = {"b": x[0], "g": self.groups, "s": x[2:]}
        sizes["c"] = split(x[1], self.groups)
        steps = [step.format(mean="b g", x="b g c s*", over="c s") for step in _MEAN]
        scaled, shifted = " * G[g c]" * self.scales, " + S[g c]" * self.shifts
        steps.append(f"y[b g c s*] = d[b g c s*] * r[b g]{scaled}{shifted}")
        return Work(tuple(Nest(text, sizes) for text in steps), (x,))
