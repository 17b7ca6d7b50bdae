"""Scores of attention: a sum over a function of query + key; a factor of all scores."""

from ....records import dataclass
from ....sizes import Shape, Size
from ...nest import Nest
from ...op import Work


@dataclass(frozen=True)
class AdditiveScores:
    """Σ_d a_d · tanh(q_d + k_d) for each pair of a query and a key (Bahdanau et al., 1409.0473).

    It reads queries … × s × d and keys … × t × d. `scale`: where the factor a is, on each d
    (``"each"``), one for all within the tanh (``"one"``), or none; `weighted`: the sum has one too.
    """

    scale: str = "each"
    weighted: bool = False
    word = "scores"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        q, k = inputs[:2]
        sizes: dict[str, Size | Shape] = {"...": q[:-2], "s": q[-2], "t": k[-2], "d": q[-1]}
        h = "h[... s t d]"
        texts = [f"{h} = x[... s d] + x1[... t d]"]
        if self.scale == "one":
            texts.append(f"{h} = A[] * {h}")
        texts += [f"e[... s t d] = exp(2 * {h})"]
        texts += [f"{h} = (e[... s t d] - 1) / (e[... s t d] + 1)"]
        if self.scale == "each":
            texts.append(f"{h} = A[d] * {h}")
        texts.append(f"y[... s t] += {h}")
        if self.weighted:
            texts.append("y[... s t] = Ac[] * y[... s t]")
        return Work(tuple(Nest(text, sizes) for text in texts), ((*q[:-1], k[-2]),))


@dataclass(frozen=True)
class Factor:
    """Each number of a tensor times one that is trained."""

    word = "scale"
    channelwise = True
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        return Work((Nest("y[...] = A[] * x[...]", {"...": inputs[0]}),), (inputs[0],))
