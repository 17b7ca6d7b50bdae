"""Which operators only move numbers, make, compare or choose them, and compute none."""

from .call import Call

_MOVING = """
    view view_as reshape reshape_as _unsafe_view _reshape_alias _reshape_copy flatten unflatten
    ravel unsqueeze squeeze
    transpose permute t numpy_T adjoint mT mH swapaxes swapdims movedim moveaxis expand expand_as
    broadcast_to broadcast_tensors repeat repeat_interleave tile contiguous clone alias
    detach slice select narrow narrow_copy index index_select gather take take_along_dim
    take_along_axis diagonal diag diag_embed unfold im2col unbind split split_with_sizes chunk
    tensor_split hsplit vsplit unsafe_split unsafe_split_with_sizes unsafe_chunk as_strided
    view_as_real view_as_complex real imag resolve_conj resolve_neg conj _conj
    cat concat concatenate stack hstack vstack dstack column_stack block_diag meshgrid
    cartesian_prod combinations
    pad constant_pad_nd reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d
    replication_pad2d replication_pad3d _pad_circular _pad_enum
    flip fliplr flipud roll rot90 pixel_shuffle pixel_unshuffle channel_shuffle
    native_channel_shuffle
    to _to_copy type_as float half double long int bool bfloat16 cpu cuda to_dense
    copy fill zero set lift lift_fresh lift_fresh_copy resize resize_as requires_grad
    index_copy index_put index_fill _index_put_impl scatter slice_scatter select_scatter
    slice_copy masked_fill masked_scatter masked_select where tril triu
    empty empty_like empty_strided empty_permuted new_empty new_empty_strided zeros zeros_like
    new_zeros ones ones_like new_ones full full_like new_full arange range linspace logspace eye
    tensor scalar_tensor _efficientzerotensor tril_indices triu_indices hann_window hamming_window
    rand rand_like randn randn_like randint randint_like randperm normal uniform bernoulli
    multinomial
    dropout feature_dropout alpha_dropout feature_alpha_dropout native_dropout
    embedding
    eq ne lt le gt ge equal allclose isclose isnan isinf isfinite isin logical_and logical_or
    logical_not logical_xor bitwise_and bitwise_or bitwise_not bitwise_xor __and__ __or__ __xor__
    any all nonzero nonzero_numpy argwhere item _local_scalar_dense _assert_async unique unique2
    _unique2 unique_consecutive unique_dim argsort searchsorted bucketize one_hot bincount
    numel size stride dim
    _pack_padded_sequence _pad_packed_sequence
    profiler._record_function_enter_new profiler._record_function_exit
"""
MOVING = frozenset(_MOVING.split())
# Kinds of layers and modules that move numbers, where the name of no operator is that of the kind.
_KINDS = {
    *("concatenation", "constant", "identity", "parameter", "shuffle", "zero_pad2d"),
    *("dropout1d", "dropout2d", "dropout3d"),
}

_ARITHMETIC = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "truediv": "div",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "pow",
    "matmul": "matmul",
}
# What Python's operators are called: __add__, the other way round __radd__, in place __iadd__.
DUNDERS = {
    f"__{way}{name}__": operator for name, operator in _ARITHMETIC.items() for way in ("", "r", "i")
}
DUNDERS |= {"__neg__": "neg", "__abs__": "abs", "__getitem__": "index", "__rpow__": "pow"}


def moves(operator: str) -> bool:
    """Whether an operator computes no numbers: it moves, makes, compares or chooses them.

    Dropout is one, since in evaluation it gives what came in; looking up in a table is another.

    >>> moves("permute"), moves("copy_"), moves("add_")
    (True, True, False)
    """
    return operator in MOVING or operator.rstrip("_") in MOVING


def moves_only(call: Call) -> bool:
    """Whether a call computes nothing of what it is given, by its kind or by its name.

    >>> moves_only(Call("operator", "view", "view", "", -1, {}))
    True
    >>> moves_only(Call("operator", "relu_", "ReLU", "", -1, {}))
    False
    """
    names = (call.kind, call.name, call.name.removesuffix("_copy"))
    return call.kind in _KINDS or call.name.startswith("_") or any(map(moves, names))
