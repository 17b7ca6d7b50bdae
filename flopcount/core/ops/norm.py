"""Layers that normalise: batch norm, those over what lies in one sample, and over channels near."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Shape, Size, Slide, differ, nearest_divided, split
from ..nest import Nest
from ..op import Kind, Work, register

# Batch norm at inference, y = s·x + t with s and t folded once, by what it has of γ (G) and β (S);
# M and V are its moving mean and variance. Ioffe & Szegedy, arXiv:1502.03167, algorithm 2.
_SCALED = "s[k] = G[k] / pow(V[k] + 0.001, 0.5)"
_UNSCALED = "s[k] = 1 / pow(V[k] + 0.001, 0.5)"
_SHIFTED = "t[k] = S[k] - M[k] * s[k]"
_UNSHIFTED = "t[k] = -M[k] * s[k]"
NORMS = {
    "norm": (_SCALED, _SHIFTED),
    "shift": (_UNSCALED, _SHIFTED),
    "scale": (_SCALED, _UNSHIFTED),
    "stats": (_UNSCALED, _UNSHIFTED),
}

# The norms whose mean and variance are those of the sample itself: the axes of x, of the mean, of
# γ and β, and the loops that are summed over. Ba et al. 1607.06450 (here over the channels at each
# position, as PyTorch's LayerNorm of the last axis); Wu & He 1803.08494; Ulyanov et al. 1607.08022;
# rms, without a mean: Zhang & Sennrich 1910.07467.
_AXES = {
    "layer": ("... k", "...", "k", "k"),
    "group": ("s* g c", "g", "g c", "s c"),
    "instance": ("s* k", "k", "k", "s"),
    "rms": ("... k", "...", "k", "k"),
}
_MEAN = (
    "m[{mean}] += x[{x}]",
    "m[{mean}] = m[{mean}] / |{over}|",
    "d[{x}] = x[{x}] - m[{mean}]",
)
_SCALE = (
    "q[{x}] = d[{x}] * d[{x}]",
    "v[{mean}] += q[{x}]",
    "r[{mean}] = 1 / pow(v[{mean}] / |{over}| + 0.001, 0.5)",
)
_OF_SAMPLE = re.compile(
    r"(layer|instance|rms|group(?::([0-9]{1,9}))?)(?::(norm|shift|scale|stats))?"
)
KINDS = "shift, scale, stats, layer, group:32, instance or rms"


def check_kind(kind: str) -> str:
    """A norm as the notation has it behind ``norm=``: ``shift``, ``layer``, ``group:32:scale``.

    Raises `FlopcountError` for another.
    """
    if kind in NORMS and kind != "norm":
        return kind
    written = _OF_SAMPLE.fullmatch(kind)
    if not written:
        raise FlopcountError(f"norm={kind}: expected {KINDS}")
    over, groups, which = written.groups()
    if over.startswith("group") and not int(groups or 0):
        raise FlopcountError(f"norm={kind}: how many groups? norm=group:32, say")
    if over == "rms" and which in ("norm", "shift"):
        raise FlopcountError(f"norm={kind}: rms has no shift")
    return kind


class NormKind(NamedTuple):
    """A kind of norm, taken apart: what it averages `over`, a group norm's `groups`.

    `which` of γ and β it has, one of `NORMS`; empty where that is not written.
    """

    over: str  # batch, layer, group, instance or rms
    groups: int
    which: str

    @property
    def scales(self) -> bool:
        """Whether it has γ."""
        return self.which not in ("shift", "stats")

    @property
    def shifts(self) -> bool:
        """Whether it has β."""
        return self.which not in ("scale", "stats") and self.over != "rms"


@lru_cache(maxsize=256)
def read_kind(kind: str) -> NormKind:
    """Take apart a kind of norm that `check_kind` has let pass, or ``norm``.

    >>> read_kind("group:32:scale")
    NormKind(over='group', groups=32, which='scale')
    """
    if kind in NORMS:
        return NormKind("batch", 1, kind)
    over, *rest = kind.split(":")
    groups = int(rest.pop(0)) if over == "group" else 1
    return NormKind(over, groups, rest[0] if rest else "")


def keeps_channels_apart(kind: str) -> bool:
    """Whether a norm works on each channel by itself."""
    return read_kind(kind).over in ("batch", "instance")


def keeps_positions_apart(kind: str) -> bool:
    """Whether a norm works on each position by itself."""
    return read_kind(kind).over in ("batch", "layer", "rms")


def norm(kind: str, of: str, x: Shape) -> tuple[Nest, ...]:
    """The nests of a norm of a tensor of this shape: `kind` as `check_kind` has it.

    Raises `FlopcountError` where its groups do not divide the channels, or there is no grid.
    """
    sizes: dict[str, Size | tuple[Size, ...]] = {"...": x[:-1], "k": x[-1]}
    over, groups, _ = read_kind(kind)
    if over != "batch":
        sizes["s"] = x[:-1]
        if over == "group":
            if differ(x[-1] % groups, 0):
                raise FlopcountError(
                    f"norm=group:{groups} does not divide {x[-1]} channels"
                    f"{nearest_divided(x[-1], groups)}"
                )
            sizes |= {"g": groups, "c": split(x[-1], groups)}
        elif over == "instance" and not x[:-1]:
            raise FlopcountError("norm=instance averages over a grid, and there is none")
    return tuple([Nest(text, sizes) for text in norm_steps(kind, of)])


@lru_cache(maxsize=256)
def norm_steps(kind: str, of: str) -> Sequence[str]:
    """The texts of those nests."""
    if kind in NORMS:
        return (*NORMS[kind], f"y[... k] = {of}[... k] * s[k] + t[k]")
    read = read_kind(kind)
    over = read.over
    x, mean, parameters, summed = _AXES[over]
    steps = [*([] if over == "rms" else _MEAN), *_SCALE]
    last = f"y[{x}] = d[{x}] * r[{mean}]"
    last += f" * G[{parameters}]" if read.scales else ""
    last += f" + S[{parameters}]" if read.shifts else ""
    texts = [step.format(x=x, mean=mean, over=summed) for step in steps] + [last]
    name = of if over == "rms" else "d"
    return tuple([re.sub(r"\bx\[", f"{of}[", re.sub(r"\bd\[", f"{name}[", t)) for t in texts])


@dataclass(frozen=True)
class Norm:
    """A norm on its own: batch norm, γ and β as `kind` says (`NORMS`), or one of the sample."""

    kind: str = "norm"
    word = "norm"

    @property
    def text(self) -> str:  # noqa: D102
        return self.word if self.kind == self.word else f"norm={self.kind}"

    @property
    def channelwise(self) -> bool:  # noqa: D102
        return keeps_channels_apart(self.kind)

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return keeps_positions_apart(self.kind)

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return Work(norm(self.kind, "x", x), (x,))


@dataclass(frozen=True)
class LRN:
    """Local response normalisation over `size` channels (Krizhevsky et al. 2012, section 3.3).

    x / (k + (α/n)·Σx²)^β with AlexNet's α = 1e-4, β = 0.75 and Caffe's k = 1. The sum is counted
    over n channels also at the first and the last, where fewer exist.
    """

    size: int = 5
    word = "lrn"
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        sizes = {"...": x[:-1], "c": x[-1], "w": self.size}
        near = Slide(x[-1], x[-1], self.size, before=self.size // 2)
        steps = (
            Nest("q[... c] = x[... c] * x[... c]", sizes),
            Nest("s[... c] += q[... c:w]", sizes, {"c:w": (near,)}),
            Nest(f"y[... c] = x[... c] / pow(1 + {1e-4 / self.size} * s[... c], 0.75)", sizes),
        )
        return Work(steps, (x,))


register("lrn", Kind(lambda w: (LRN(w.settings.get("size", 5)),), takes=("size",)))
register("norm", Kind(lambda w: (Norm(w.settings["norm"]),), takes=("norm",), default="norm"))
