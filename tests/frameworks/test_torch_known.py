"""Which operations of PyTorch have a rule: what public models call, but a few that are named."""

from typing import Any

import numpy as np
import torch

import flopcount as fc
from flopcount.frameworks.torch.operations import CREATED, OPERATIONS
from flopcount.frameworks.torch.run.trace import _VIEWS

from .torch_models import floats, read, unknown

# What 271 public models of torchvision, timm and transformers, and single layers, dispatched.
CALLED = """
_adaptive_avg_pool2d _embedding_bag_forward_only _fft_r2c _local_scalar_dense
_native_batch_norm_legit _native_batch_norm_legit_no_training _safe_softmax _softmax _to_copy
_unique2 _unsafe_index _unsafe_view _upsample_bicubic2d_aa _weight_norm_interface abs
adaptive_max_pool2d add add_ addcmul addmm alias arange argmax as_strided_ avg_pool2d avg_pool3d
baddbmm bitwise_and bitwise_not bmm cat ceil clamp clamp_min clone constant_pad_nd convolution
copy_ cos cumsum detach div div_ dot embedding empty eq exp expand eye fill_ flip floor full
full_like gather ge gelu grid_sampler_2d gt hardsigmoid hardswish hardswish_ hardtanh hardtanh_
im2col index index_put_ le leaky_relu leaky_relu_ lift_fresh linalg_solve_triangular
linalg_vector_norm linspace log2 masked_fill max max_pool2d_with_indices max_pool3d_with_indices
maximum mean mm mul mul_ mv native_group_norm native_layer_norm ne neg new_empty new_full
new_ones new_zeros nonzero ones ones_like permute pixel_shuffle polar pow reflection_pad2d relu
relu_ remainder repeat roll round rsqrt rsub scalar_tensor select sigmoid sigmoid_ silu silu_
sin slice softplus sort split split_with_sizes sqrt squeeze stack sub sub_ sum t tanh tanh_ topk
torchvision.nms transpose transpose_ tril triu unbind unfold unsafe_split unsqueeze
upsample_bicubic2d upsample_bilinear2d upsample_linear1d view view_as_complex view_as_real where
zero_ zeros zeros_like
""".split()  # noqa: SIM905
UNKNOWN = {"_fft_r2c", "linalg_solve_triangular", "polar", "torchvision.nms"}
# What gives no tensor, or asks the data for a number; what lies anew in place is a view.
NO_TENSOR = {"_local_scalar_dense"}


def _is_view(name: str) -> bool:
    packet = getattr(torch.ops.aten, name)
    forms = [getattr(packet, form) for form in packet.overloads()]
    return f"aten.{name}" in _VIEWS or any(
        form.is_view or torch.Tag.inplace_view in form.tags for form in forms
    )


def test_of_what_public_models_call_few_operations_are_unknown() -> None:
    known = {key.removeprefix("aten.") for key in (*OPERATIONS, *CREATED)} | NO_TENSOR
    rest = {name for name in CALLED if name not in known}
    unknown = {name for name in rest if name.startswith("torchvision.") or not _is_view(name)}
    assert unknown == UNKNOWN


def test_an_operation_that_works_in_place_has_the_rule_of_the_other() -> None:
    for key, rule in OPERATIONS.items():
        if key.endswith("_") and not key.endswith("__"):
            assert OPERATIONS[key.removesuffix("_")] is rule


def test_what_is_computed_in_numpy_is_unknown_and_no_zero() -> None:
    def forward(module: Any, x: Any) -> Any:
        y = module.first(x)
        return module.second(torch.from_numpy(y.numpy() @ np.ones((8, 8), np.float32)))

    found = read(forward, floats(2, 8), first=torch.nn.Linear(8, 8), second=torch.nn.Linear(8, 4))
    assert unknown(found) == ["numpy"]
    report = fc.analyze(found)
    assert (report.multiplies, report.total.cost.complete) == (2 * 8 * 8 + 2 * 8 * 4, False)


def test_numbers_that_the_code_makes_itself_may_come_from_numpy() -> None:
    def forward(module: Any, x: Any) -> Any:
        steps = torch.arange(8.0).numpy()
        return module.layer(x) + torch.from_numpy(steps)

    assert unknown(read(forward, floats(2, 8), layer=torch.nn.Linear(8, 8))) == []
