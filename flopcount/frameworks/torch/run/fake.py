"""The mode in which tensors hold no numbers, quick where an operation's result is as its input.

PyTorch's own rule for a norm in use is a dozen operations in Python, each of which asks how its
result lies in memory: more than half of the time of reading a network of convolutions.
"""

from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

_ATEN = torch.ops.aten
_NORM = _ATEN._native_batch_norm_legit_no_training.default
_CHANGED = {
    _NORM,
    _ATEN.elu.default,
    _ATEN.gelu.default,
    _ATEN.hardsigmoid.default,
    _ATEN.hardswish.default,
    _ATEN.hardtanh.default,
    _ATEN.leaky_relu.default,
    _ATEN.relu.default,
    _ATEN.sigmoid.default,
    _ATEN.silu.default,
    _ATEN.tanh.default,
}
_IN_PLACE = {
    _ATEN.elu_.default,
    _ATEN.gelu_.default,
    _ATEN.hardsigmoid_.default,
    _ATEN.hardswish_.default,
    _ATEN.hardtanh_.default,
    _ATEN.leaky_relu_.default,
    _ATEN.relu_.default,
    _ATEN.sigmoid_.default,
    _ATEN.silu_.default,
    _ATEN.tanh_.default,
}
# What comes out of these lies in memory without gaps, so that another may lie as it does.
_DENSE = {
    *_CHANGED,
    _ATEN.add.Tensor,
    _ATEN.addmm.default,
    _ATEN.cat.default,
    _ATEN.convolution.default,
    _ATEN.mm.default,
    _ATEN.mul.Tensor,
}
_MARK = "lies_without_gaps"


class Fake(FakeTensorMode):
    """Tensors that hold no numbers."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """What an operation gives."""
        call: Any = super().__torch_dispatch__
        given: Any = args[0] if args and (func in _CHANGED or func in _IN_PLACE) else None
        if getattr(given, _MARK, False) and given.dtype.is_floating_point:
            if func in _IN_PLACE:
                return given
            like = {"dtype": given.dtype, "device": given.device}
            made = call(_ATEN.empty_strided.default, types, (given.shape, given.stride()), like)
            setattr(made, _MARK, True)
            if func is _NORM:  # mean and variance are those that it holds, so that none come out
                return made, *(call(_ATEN.empty.memory_format, types, ((0,),), like) for _ in "mv")
            return made
        made = call(func, types, args, kwargs)
        first: Any = made[0] if func is _NORM else made
        if func in _DENSE and isinstance(first, torch.Tensor):
            setattr(first, _MARK, True)
        return made
