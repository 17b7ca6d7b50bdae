"""What moves numbers: each that comes out came in; and lookups."""

import torch

from .draws import Call, Draw, call, case


@case("cat", "concat", "stack", "_stack")
def joined(d: Draw) -> Call:
    shape = d.sizes(2)
    return call("default", [d.tensor(*shape) for _ in range(d.size(1, 3))], d.one_of(0, 1, -1))


@case("_chunk_cat")
def joined_in_parts(d: Draw) -> Call:
    return call("default", [d.tensor(4, 3), d.tensor(2, 3)], 0, 2)


@case("block_diag")
def on_a_diagonal(d: Draw) -> Call:
    return call("default", [d.tensor(2, 3), d.tensor(1, 2)])


_SAME = (
    "clone contiguous resolve_conj lift_fresh_copy _conj_physical triu tril isnan isinf isfinite"
)


@case(*_SAME.split(), "isneginf", "isposinf", "signbit", "fliplr", "flipud", "nonzero")
def alone(d: Draw) -> Call:
    return call("default", d.tensor(*d.sizes(2)))


@case("_to_copy")
def to_copy(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), dtype=torch.float64)


@case("copy")
def copied(d: Draw) -> Call:
    shape = d.shape()
    return call("default", d.tensor(*shape), d.tensor(*d.spread(shape)))


@case("resize")
def resized(d: Draw) -> Call:
    return call("default", d.tensor(6), [2, 3])


@case("constant_pad_nd")
def padded(d: Draw) -> Call:
    return call("default", d.tensor(*d.sizes(3)), d.sizes(4, 0, 2))


@case(*(f"{kind}_pad{n}d" for n in (1, 2, 3) for kind in ("reflection", "replication")))
def mirrored(d: Draw) -> Call:
    axes = int(d.name[-2])
    return call("default", d.tensor(1, 2, *d.sizes(axes, 3)), d.sizes(2 * axes, 0, 2))


@case("roll", "flip")
def turned(d: Draw) -> Call:
    x = d.tensor(*d.sizes(2))
    return (
        call("default", x, [1], [d.axis(2)]) if d.name == "roll" else call("default", x, d.axes(2))
    )


@case("rot90")
def rotated(d: Draw) -> Call:
    return call("default", d.tensor(2, 3), d.size(1, 3), [0, 1])


@case("repeat")
def repeated(d: Draw) -> Call:
    return call("default", d.tensor(2, 3), d.sizes(3, 1, 2))


@case("repeat_interleave")
def repeated_each(d: Draw) -> Call:
    return call("self_int", d.tensor(2, 3), 2, d.axis(2))


@case("gather", "take_along_dim")
def gathered(d: Draw) -> Call:
    x, axis = d.tensor(3, 4), d.axis(2)
    form = "default"
    if d.name == "take_along_dim":
        return call(form, x, d.whole(3, 4, most=3), axis)
    return call(form, x, axis, d.whole(2, 3, most=3))


@case("index", "_unsafe_index")
def indexed(d: Draw) -> Call:
    places = d.one_of([d.whole(3, most=3)], [None, d.whole(2, 2, most=3)])
    where = [torch.tensor([d.yes(), True, d.yes()])] if d.name == "index" and d.yes() else places
    return call("Tensor", d.tensor(3, 4), where)


@case("_unsafe_masked_index")
def indexed_where(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.truths(2), [d.whole(2, most=3), d.whole(2)], 0)


@case("index_select")
def selected(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.axis(2), d.whole(2, most=3))


@case("take")
def taken(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.whole(5, most=12))


@case("masked_select")
def selected_where(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.truths(3, 4))


@case("nonzero_static")
def places(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), size=4)


@case("_unique", "_unique2", "unique_consecutive")
def different(d: Draw) -> Call:
    return call("default", d.whole(6).double())


@case("unique_dim", "unique_dim_consecutive")
def different_rows(d: Draw) -> Call:
    return call("default", d.whole(3, 2, most=2).double(), 0)


@case("bincount")
def how_often(d: Draw) -> Call:
    return call("default", d.whole(6))


@case("searchsorted", "bucketize")
def searched(d: Draw) -> Call:
    x, bounds = d.tensor(2, 3), d.tensor(4).sort().values
    return call("Tensor", *((bounds, x) if d.name == "searchsorted" else (x, bounds)))


@case("diag_embed")
def diagonal(d: Draw) -> Call:
    return call("default", d.tensor(2, 3))


@case("complex")
def complex_(d: Draw) -> Call:
    return call("default", d.tensor(2, 3), d.tensor(2, 3))


@case("real", "imag", "view_as_real_copy")
def parts(d: Draw) -> Call:
    return call("default", torch.complex(d.tensor(2, 3), d.tensor(2, 3)))


@case("view_as_complex_copy")
def together(d: Draw) -> Call:
    return call("default", d.tensor(3, 2))


@case("pixel_shuffle")
def shuffled(d: Draw) -> Call:
    return call("default", d.tensor(1, 4, 2, 3), 2)


@case("pixel_unshuffle")
def unshuffled(d: Draw) -> Call:
    return call("default", d.tensor(1, 1, 4, 2), 2)


@case("channel_shuffle")
def channels_shuffled(d: Draw) -> Call:
    return call("default", d.tensor(1, 4, 2, 3), 2)


@case("max_unpool2d")
def unpooled(d: Draw) -> Call:
    return call("default", d.tensor(1, 1, 2, 2), torch.tensor([[[[0, 2], [5, 7]]]]), [4, 4])


@case("max_unpool3d")
def unpooled_in_3d(d: Draw) -> Call:
    places_ = torch.tensor([[[[[0, 2], [5, 7]]]]])
    return call("default", d.tensor(1, 1, 1, 2, 2), places_, [2, 4, 4], [2, 2, 2], [0, 0, 0])


@case("transpose_copy")
def transposed(d: Draw) -> Call:
    return call("int", d.tensor(2, 3), 0, 1)


@case("permute_copy")
def permuted(d: Draw) -> Call:
    return call("default", d.tensor(2, 3, 2), [2, 0, 1])


@case("split_copy")
def split(d: Draw) -> Call:
    return call("Tensor", d.tensor(4, 3), 2, d.axis(2))


@case("split_with_sizes_copy")
def split_with_sizes(d: Draw) -> Call:
    return call("default", d.tensor(4, 3), [1, 3])


@case("one_hot")
def one_hot(d: Draw) -> Call:
    return call("default", d.whole(3), 4)


@case("multinomial")
def drawn(d: Draw) -> Call:
    return call("default", d.above(2, 4), 2)


@case("bernoulli", "poisson")
def drawn_each(d: Draw) -> Call:
    return call("default", d.above(2, 4, most=0.9))


@case("isin")
def is_in(d: Draw) -> Call:
    return call("Tensor_Tensor", d.whole(4), d.whole(2))


@case("native_dropout")
def dropout(d: Draw) -> Call:
    return call("default", d.tensor(2, 3), 0.5, train=False)


@case("embedding")
def embedded(d: Draw) -> Call:
    held = d.one_of(("weight",), ())
    return call("default", d.tensor(5, 3), d.whole(*d.shape(), most=5), held=held)


@case("_embedding_bag", "_embedding_bag_forward_only")
def bags(d: Draw) -> Call:
    mode, each = d.size(0, 2), d.size(1, 3)
    tokens = d.whole(2 * each, most=5)
    weighed = d.tensor(2 * each) if mode == 0 and d.yes() else None
    starts = torch.tensor([0, each])
    held = d.one_of(("weight",), ())
    settings = (False, mode, False, weighed)
    return call("default", d.tensor(5, 3), tokens, starts, *settings, held=held)
