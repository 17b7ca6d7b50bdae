"""A mixture of experts: a router that chooses some for each token, and the sum of what they say."""

from ...errors import FlopcountError
from ...records import dataclass, replace
from ...sizes import Shape
from ..nest import Nest
from ..op import Op, Work
from .dense import Dense
from .traits import has_weights, is_positionwise


@dataclass(frozen=True)
class Route:
    """Each token to the `top` of so many `experts`: its channels once for each, and their weights.

    c·experts multiplies a token for the router, a softmax over them, and, of several, the weights
    of the chosen over their sum (Shazeer et al., arXiv:1701.06538; Jiang et al., 2401.04088). The
    choice itself is not counted. Raises `FlopcountError` where there are fewer experts.
    """

    experts: int
    top: int
    word = "experts"
    family = "experts"
    positionwise = True

    @property
    def text(self) -> str:  # noqa: D102
        return f"{self.word} {self.experts} top={self.top}"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*before, channels),) = inputs
        if self.top > self.experts:
            raise FlopcountError(
                f"top={self.top} of {self.experts} experts; top={self.experts} takes all of them"
            )
        sizes = {"...": tuple(before), "c": channels, "e": self.experts, "n": self.top}
        shared = ("s[...] += g[... n]", "g[... n] = g[... n] / s[...]")
        texts = (
            "r[... e] += x[... c] * W[c e]",
            "m[...] max= r[... e]",
            "r[... e] = exp(r[... e] - m[...])",
            "z[...] += r[... e]",
            "r[... e] = r[... e] / z[...]",
            "g[... n] = r[... ?e]",
            *(shared if self.top > 1 else ()),
            "y[... n c] = x[... c]",
        )
        outputs = ((*before, self.top, channels), (*before, self.top))
        return Work(tuple(Nest(text, sizes) for text in texts), outputs)


@dataclass(frozen=True)
class Combine:
    """What a token's experts put out, times their weights, added up."""

    word = "combine"
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*before, top, width), _) = inputs
        sizes = {"...": tuple(before), "n": top, "k": width}
        texts = ("w[... n k] = x[... n k] * x1[... n]", "y[... k] += w[... n k]")
        return Work(tuple(Nest(text, sizes) for text in texts), ((*before, width),))


def among_experts(op: Op, experts: int) -> Op:
    """An op where there are so many experts, each with weights of its own; 0 anywhere else.

    A token's numbers lie there once for each that it takes. Raises `FlopcountError` for a layer
    with parameters that is not dense, or has others than a kernel and a bias.
    """
    if not experts:
        return op
    if is_positionwise(op):
        if isinstance(op, Dense) and _parameters(op) <= {"W", "B"}:
            return replace(op, experts=experts)
        if not has_weights(op) and not _parameters(op):
            return op
    raise FlopcountError(
        "among experts stand dense layers, and what has no weights and works on each token"
    )


def _parameters(op: Op) -> set[str]:
    """The names of what it would hold once for all experts, read off its nests on any tokens."""
    from ...sizes.polynomial import Space

    space = Space()
    return {*op.nests((space.name("T"), space.name("c"))).parameters}
