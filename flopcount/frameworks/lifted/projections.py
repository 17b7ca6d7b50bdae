"""The dense layers of an attention, and the sizes of its heads, all read off what they count."""

from typing import NamedTuple

from ...core import Row
from ...errors import FlopcountError
from .trails import Graph, size_of


class Projection(NamedTuple):
    """The dense layer of queries, keys or values, and what was passed on the way back to it.

    `added` are the parameters of its bias, and what moves them, where it is not its own.
    """

    dense: Row
    passed: tuple[str, ...]
    scaled: tuple[str, ...]
    normed: tuple[str, ...]
    added: tuple[str, ...]
    weights: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """The paths of the dense layer, of its weights and its bias where they are apart."""
        return (self.dense.node.path, *self.added, *self.weights)

    def biases(self, graph: Graph) -> int:
        """How many numbers its biases have."""
        rows = [self.dense, *(graph.rows[path] for path in dict.fromkeys(self.added))]
        return sum(_count(row, "biases") for row in rows)


class Sizes(NamedTuple):
    """Its heads of queries, the channels of each, its windows and the tokens of one.

    `kv` are the heads of keys, once they are known.
    """

    heads: int
    dim: int
    windows: int
    tokens: int
    kv: int = 0


def _count(row: Row, name: str) -> int:
    return int(row.known(name))


def has_bias(dense: Row) -> bool:
    """Whether a dense layer has a bias of its own."""
    return _count(dense, "biases") > 0


def channels_in(dense: Row) -> int:
    """How many channels a dense layer, or a 1×1 convolution, reads at each place."""
    return _count(dense, "multiplies") // size_of(dense.output)


def channels_out(dense: Row) -> int:
    """How many it puts out."""
    return _count(dense, "multiplies") // size_of(dense.inputs[0])


def sizes_of(
    softmax: Row, scores: Row, weighed: Row, result: Row, ways: tuple[Projection, ...]
) -> Sizes:
    """The sizes of an attention, from those of its products and of the layers of its `ways`.

    Those are of queries, keys and values. Raises `FlopcountError` where they do not fit.
    """
    pairs, keys = size_of(softmax.output), int(softmax.output[-1])
    dim, own = _count(scores, "multiplies") // pairs, _count(weighed, "multiplies") // pairs
    if dim != own:
        raise FlopcountError(f"a head has {dim} channels of keys and {own} of values")
    heads = channels_in(result) // dim
    queries, others = (
        size_of(way.dense.inputs[0]) // channels_in(way.dense) for way in (ways[0], ways[1])
    )
    windows = others // keys
    if not heads or not windows or pairs != heads * keys * queries or others % keys:
        raise FlopcountError(
            f"{pairs:,} scores are not those of {heads} heads, {queries} queries and {keys} keys"
        )
    sizes = Sizes(heads, dim, windows, queries // windows)
    return sizes._replace(kv=_kv(sizes, ways))


def _kv(sizes: Sizes, ways: tuple[Projection, ...]) -> int:
    """How many heads of keys and values there are, from the widths of the dense layers."""
    made = {way.dense.node.path: way.dense for way in ways}
    total = sum(map(channels_out, made.values()))
    wide = sizes.heads * sizes.dim
    kv = (total - wide) // (2 * sizes.dim)
    names = [way.dense.node.path for way in ways]
    share = dict.fromkeys(made, 0)
    for name, width in zip(names, (wide, kv * sizes.dim, kv * sizes.dim), strict=True):
        share[name] += width
    if kv < 1 or sizes.heads % kv or any(channels_out(made[at]) != n for at, n in share.items()):
        widths = " and ".join(str(channels_out(row)) for row in made.values())
        raise FlopcountError(
            f"its dense layers put out {widths} channels, which are not those of queries, keys and "
            f"values of {sizes.heads} heads of {sizes.dim}"
        )
    return kv


def biased(graph: Graph, sizes: Sizes, ways: tuple[Projection, ...], *, result: bool) -> bool | str:
    """Which projections have a bias, by their letters, or all or none; `result`: that of it does.

    Raises `FlopcountError` where a part of one alone has.
    """
    wide, narrow = sizes.heads * sizes.dim, sizes.kv * sizes.dim
    numbers = {"q": wide, "k": narrow, "v": narrow}
    letters: dict[str, str] = {}
    for letter, way in zip("qkv", ways, strict=True):
        letters[way.dense.node.path] = letters.get(way.dense.node.path, "") + letter
    found = ""
    for path, own in letters.items():
        has = next(way for way in ways if way.dense.node.path == path).biases(graph)
        fits = [some for some in (own, "qv", "") if {*some} <= {*own}]
        some = next((some for some in fits if sum(numbers[one] for one in some) == has), None)
        if some is None:
            raise FlopcountError(f"{path} has {has} biases: some of its channels alone have one")
        found += some
    found = "".join(sorted(found, key="qkv".index)) + ("o" if result else "")
    return {"qkvo": True, "": False}.get(found, found)
