"""Attention as one operation, with masks and caps, and the turning of its heads by their places."""

from collections.abc import Iterator
from typing import NamedTuple

from ....errors import FlopcountError
from ....records import dataclass
from ....sizes import Causal, Meet, Shape, Size, Slide, differ, is_open, minimum, split
from ...nest import Nest
from ...op import Work
from .written import is_one


class FromStart(NamedTuple):
    """A mask: each query sees the keys up to its own place, both counted from the first."""

    queries: Size
    keys: Size

    @property
    def n(self) -> Size:
        """The keys."""
        return self.keys

    @property
    def full(self) -> Size:
        """All pairs: a mask is applied after the product."""
        return self.queries * self.keys

    @property
    def inside(self) -> Size:
        """The pairs that count.

        >>> FromStart(3, 3).inside, FromStart(2, 5).inside, FromStart(5, 2).inside
        (6, 3, 9)
        """
        v = minimum(self.queries, self.keys)
        return split(v * (v + 1), 2) + (self.queries - v) * self.keys

    def lands(self, o: int, t: int) -> int | None:
        """The key, where the query may see it."""
        return t if t <= o else None


@dataclass(frozen=True)
class HeadsAttention:
    """softmax(mask(cap(q·kᵀ))) · v, q and k scaled before by the root of the `scale`: ONNX' way.

    q is batch × heads × s × d or, with `heads`, batch × s × (heads·d), which is so with y; k and v
    are batch × groups × t × d, or, with `groups`, batch × t × (groups·d). Each group of keys serves
    as many heads of queries. A cap c is c·tanh(x/c). A `mask` that comes in after v has the last of
    the axes batch, heads, s and t, or 1; it is added, or, of truths (`is_choice`), chooses.
    `causal`: a query counts no key behind its own, of which the last is the last query's or, where
    no cache lies before them (not `cached`), the first the first's. Masked pairs are computed too.
    `scores` names what comes out beside y: a, the products, c, capped, w, masked, or p, their
    softmax.
    """

    heads: int = 0
    groups: int = 0
    scale: float = 0
    cap: float = 0
    mask: Shape = ()
    is_choice: bool = False
    causal: bool = False
    cached: bool = False
    scores: str = ""
    word = "attention"
    of_several = True  # it needs the shape of each tensor that comes in

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        q, k, v = inputs[:3]
        sizes = _sizes(self, q, k, v)
        b, g, n, s, t, d, e = (sizes[loop] for loop in "bgnstde")
        if differ(k[0], b) or differ(v[-2 if not self.groups else 1], t):
            raise FlopcountError("keys and values of another batch, or of other lengths")
        root = self.scale or (float(d) ** -0.5 if isinstance(d, int) else 0.125)
        meets: dict[str, tuple[Meet, ...]] = {}
        if self.causal:
            meets = {"s:t": (Causal(s, t) if self.cached else FromStart(s, t),)}
        nests = [
            Nest(text, sizes, meets if "where" in text else {}) for text in _texts(self, root**0.5)
        ]
        y = (b, s, g * n * e) if self.heads else (b, g * n, s, e)
        outputs: tuple[Shape, ...] = (y, (b, g * n, s, t)) if self.scores else (y,)
        return Work(tuple(nests), outputs)


def _sizes(op: HeadsAttention, q: Shape, k: Shape, v: Shape) -> dict[str, Size]:
    heads = op.heads or q[1]
    groups = op.groups or k[1]
    if heads != groups and (is_open(heads) or is_open(groups)):
        raise FlopcountError("how many heads it has is open, of queries or of keys")
    if heads != groups and differ(heads % groups, 0):
        raise FlopcountError(f"{groups} heads of keys do not divide {heads} of queries")
    sizes = {"b": q[0], "g": groups, "n": 1 if heads == groups else split(heads, groups)}
    sizes["s"] = q[1] if op.heads else q[2]
    sizes["d"] = split(q[2], heads) if op.heads else q[3]
    sizes["t"] = k[1] if op.groups else k[2]
    sizes["e"] = split(v[2], groups) if op.groups else v[3]
    return sizes


def _texts(op: HeadsAttention, root: float) -> Iterator[str]:
    mask = "Causal" if op.cached else "FromStart"
    where = f" where {mask}(s, t)" if op.causal else ""
    query = "b s g n d" if op.heads else "b g n s d"
    key, value = ("b t g d", "b t g e") if op.groups else ("b g t d", "b g t e")
    a = "b g n s t"
    yield f"q[{query}] = {root} * x[{query}]"
    yield f"k[{key}] = {root} * x1[{key}]"
    yield f"a[{a}] += q[{query}] * k[{key}]"
    of = "a"
    if op.cap:
        yield f"h[{a}] = exp(2 * ({of}[{a}] / {op.cap}))"
        yield f"c[{a}] = {op.cap} * ((h[{a}] - 1) / (h[{a}] + 1))"
        of = "c"
    if op.mask:
        letters = ("b", "g n", "s", "t")[4 - len(op.mask) :]
        pairs = zip(letters, op.mask, strict=True)
        mask = f"x3[{' '.join(letter for letter, size in pairs if not is_one(size))}]"
        score = f"{of}[{a}]"
        masked = f"{score} if {mask} else -1e999" if op.is_choice else f"{score} + {mask}"
        yield f"w[{a}] = {masked}"
        of = "w"
    yield f"m[b g n s] max= {of}[{a}]{where}"
    yield f"e[{a}] = exp({of}[{a}] - m[b g n s]){where}"
    yield f"z[b g n s] += e[{a}]{where}"
    yield f"p[{a}] = e[{a}] / z[b g n s]{where}"
    y = "b s g n e" if op.heads else "b g n s e"
    yield f"y[{y}] += p[{a}] * x2[{value}]{where}"


@dataclass(frozen=True)
class Turned:
    """Pairs of a head's first `dim` numbers turned by angles of their place (2104.09864).

    Two multiplies and an add a number. x is batch × heads × s × d or, with `heads`, batch × s ×
    (heads·d); the cosines and sines that come in after it are batch × s × dim/2, or s × dim/2. Half
    of `dim` lies between the two of a pair, or, `interleaved`, they stand side by side.
    """

    dim: Size
    heads: int = 0
    interleaved: bool = False
    word = "rotary"
    of_several = True  # it needs the shape of each tensor that comes in

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x, angles = inputs[:2]
        heads, tokens = (self.heads, x[1]) if self.heads else (x[1], x[2])
        width = split(x[2], self.heads) if self.heads else x[3]
        if differ(self.dim % 2, 0):
            raise FlopcountError(f"pairs are turned, and {self.dim} numbers are odd")
        half = split(self.dim, 2)
        sizes = {"b": x[0], "h": heads, "s": tokens, "k": half, "t": 1, "u": 1}
        sizes |= {"o": width - self.dim, "v": 1}
        step, apart = (2, 1) if self.interleaved else (1, half)
        meets: dict[str, tuple[Meet, ...]] = {
            "k:t": (Slide(width, half, 1, step),),
            "k:u": (Slide(width, half, 1, step, before=-apart),),
            "o:v": (Slide(width, width - self.dim, 1, before=-self.dim),),
        }
        at = "b s h" if self.heads else "b h s"
        on = "b s k" if len(angles) > 2 else "s k"
        texts = [
            f"p[{at} k] = x[{at} k:t]",
            f"q[{at} k] = x[{at} k:u]",
            f"y[{at} k:t] = x1[{on}] * p[{at} k] - x2[{on}] * q[{at} k]",
            f"y[{at} k:u] = x2[{on}] * p[{at} k] + x1[{on}] * q[{at} k]",
        ]
        if differ(width, self.dim):
            texts.append(f"y[{at} o:v] = x[{at} o:v]")
        return Work(tuple(Nest(text, sizes, meets) for text in texts), (x,))
