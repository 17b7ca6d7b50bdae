"""What moves numbers, looks them up, or writes them into a tensor."""

from ....core.ops.tensors import Lookup, Scatter
from ...models.operands import Made, given_one, own
from .arguments import Arguments
from .table import Rule, moved, rule

# By the word: PyTorch's names. What chooses numbers by the data computes nothing that is counted.
_MOVES = {
    "concat": "cat _chunk_cat concat",
    "copy": "clone copy _to_copy lift_fresh_copy contiguous _conj_physical resolve_conj "
    "_copy_from to_mkldnn to_dense _to_dense resize",
    "pad": "constant_pad_nd reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d "
    "replication_pad2d replication_pad3d",
    "dropout": "native_dropout",
    "roll": "roll",
    "flip": "flip fliplr flipud rot90",
    "gather": "gather index index_select take _unsafe_index _unsafe_masked_index masked_select "
    "take_along_dim nonzero nonzero_static repeat_interleave",
    "stack": "stack _stack block_diag",
    "repeat": "repeat",
    "fill": "fill zero index_fill",
    "scatter": "scatter index_copy masked_scatter put slice_scatter select_scatter "
    "diagonal_scatter as_strided_scatter set",
    "unique": "_unique _unique2 unique_dim unique_consecutive unique_dim_consecutive",
    "bincount": "bincount",
    "searchsorted": "searchsorted bucketize",
    "triangle": "tril triu",
    "diag": "diag_embed",
    "unfold": "im2col",
    "pixelshuffle": "pixel_shuffle",
    "pixelunshuffle": "pixel_unshuffle",
    "shuffle": "channel_shuffle",
    "unpool": "max_unpool2d max_unpool3d",
    "transpose": "transpose_copy permute_copy",
    "split": "split_copy split_with_sizes_copy",
    "one_hot": "one_hot",
    "sample": "multinomial bernoulli poisson",
    "isnan": "isnan isinf isfinite isneginf isposinf signbit isin",
    "complex": "complex real imag view_as_real_copy view_as_complex_copy",
    "pack": "_pack_padded_sequence _pad_packed_sequence",
}


def _move(word: str) -> Rule:
    return lambda a: moved(word, a)


for _word, _names in _MOVES.items():
    rule(*_names.split())(_move(_word))


@rule("index_put", "_index_put_impl", "_unsafe_index_put", "scatter_add", "index_add")
def _put(a: Arguments) -> Made:
    """Numbers written at places that the data says, or added to what is there."""
    if not a.get("accumulate", default=True):
        return moved("scatter", a)
    return _scattered(a, "sum")


def _scattered(a: Arguments, by: str) -> Made:
    """As many numbers as there are places: those of an index for each, or of what is written."""
    places = a["index"] if a.get("src") is not None else a.get("values", a.get("source"))
    return Made(Scatter("scatter", places.shape, a.outputs[0], by), tuple(a.tensors))


rule("_unsafe_masked_index_put_accumulate")(lambda a: _scattered(a, "sum"))


@rule("scatter_reduce", "index_reduce")
def _reduced(a: Arguments) -> Made | None:
    """Numbers added to what is there, multiplied, or compared with it; no mean of them."""
    return None if a["reduce"] == "mean" else _scattered(a, a["reduce"])


@rule("embedding")
def _embedding(a: Arguments) -> Made:
    table, tokens = a["weight"], a["indices"]
    _, weights, flows = own(E=table)
    op = Lookup(table.shape[0], table.shape[1], given_one(tokens), computed=not weights)
    return Made(op, (tokens, *flows), weights)


@rule("_embedding_bag", "_embedding_bag_forward_only")
def _bag(a: Arguments) -> Made:
    """The rows of each bag: as many as there are on average, where bags are not of one size."""
    table, tokens, bags = a["weight"], a["indices"], a.outputs[0][0]
    weighted = a["per_sample_weights"]
    each = tokens.shape[0] // bags
    kind = ("sum", "mean", "max")[a["mode"]]
    _, weights, flows = own(E=table)
    reads = (tokens, *(() if weighted is None else (weighted,)), *flows)
    by_number, computed = weighted is not None, not weights
    op = Lookup(table.shape[0], table.shape[1], (bags, each), kind, by_number, computed=computed)
    return Made(op, reads, weights)
