"""Layers that normalise: batch norm, and local response normalisation."""

from dataclasses import dataclass

from ...sizes import Shape, Slide
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


def norm(kind: str, of: str) -> list[str]:
    """The nests of batch norm of a tensor."""
    return [*NORMS[kind], f"y[... k] = {of}[... k] * s[k] + t[k]"]


@dataclass(frozen=True, slots=True)
class Norm:
    """Batch norm on its own: γ and β as `kind` says (`NORMS`), moving statistics apart."""

    kind: str = "norm"
    word = "norm"
    channelwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        sizes = {"...": x[:-1], "k": x[-1]}
        return Work(tuple(Nest(text, sizes) for text in norm(self.kind, "x")), (x,))


@dataclass(frozen=True, slots=True)
class LRN:
    """Local response normalisation over `size` channels (Krizhevsky et al. 2012, section 3.3).

    x / (k + (α/n)·Σx²)^β with AlexNet's α = 1e-4, β = 0.75 and Caffe's k = 1. The sum is counted
    over n channels also at the first and the last, where fewer exist.
    """

    size: int = 5
    word = "lrn"

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
