"""Each operation of the table beside PyTorch: its nests, run literally, put out PyTorch's numbers.

Arguments and settings are drawn at random; an operation without a case fails the suite.
"""

from typing import Any
from zlib import crc32

import pytest
import torch
import torchvision  # noqa: F401  which has operations of its own

from flopcount.frameworks.torch.checking.values import Beside, beside
from flopcount.frameworks.torch.operations import OPERATIONS, RECURRENT
from tests.frameworks.torch_cases import (
    elementwise,  # noqa: F401  it fills the table, as do the others
    moving,  # noqa: F401
    norms,  # noqa: F401
    products,  # noqa: F401
    recurrent,  # noqa: F401
    reductions,  # noqa: F401
    windows,  # noqa: F401
    written,  # noqa: F401
)
from tests.frameworks.torch_cases.draws import CASES, Call, Draw

FEW, MANY = 3, 40

# Why an operation has no case: what PyTorch does not run on a CPU, or on tensors such as these.
WITHOUT = {
    "a GPU's": "cudnn_convolution cudnn_batch_norm _scaled_dot_product_cudnn_attention "
    "_scaled_dot_product_efficient_attention _scaled_dot_product_flash_attention "
    "_scaled_dot_product_fused_attention_overrideable _scaled_grouped_mm _scaled_mm",
    "another backend's": "_copy_from mkldnn_linear to_mkldnn",
    "of sparse tensors": "to_dense _to_dense",
    "of packed sequences": "_pack_padded_sequence _pad_packed_sequence",
    "writes another tensor's storage": "set set_",
    "draws its numbers by another law": "bernoulli_",
}
WITHOUT_CASE = {name for names in WITHOUT.values() for name in names.split()}


TORCHVISION = ("torchvision.roi_align", "torchvision.deform_conv2d")  # of another package's


def name_of(key: str) -> str:
    return key.removeprefix("aten.")


def is_there(name: str) -> bool:
    space, _, own = name.rpartition(".")
    return space == "torch" or hasattr(getattr(torch.ops, space or "aten"), own)


def in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")


NAMES = sorted(name_of(key) for key in (*OPERATIONS, *RECURRENT) if is_there(name_of(key)))
RUN = [name for name in NAMES if name not in WITHOUT_CASE]


def function_of(name: str, call: Call) -> Any:
    space, _, own = name.removeprefix("torch.").rpartition(".")
    return getattr(getattr(getattr(torch.ops, space or "aten"), own), call.form)


def bound_to(function: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """The arguments of a call by name, the defaults among them."""
    schema = function._schema.arguments
    bound = {argument.name: argument.default_value for argument in schema}
    return bound | dict(zip(bound, args, strict=False)) | kwargs


def ran(name: str, seed: int, device: str = "cpu") -> Beside:
    own = name.removesuffix("_") if in_place(name) else name
    drawn = CASES[own](Draw(crc32(name.encode()) + seed, own, in_place=in_place(name)))
    function = function_of(name, drawn)
    bound = bound_to(function, *drawn.args, **drawn.kwargs)
    key = name if "." in name else f"aten.{name}"
    return beside(key, function, bound, drawn.held, device)


def without_fault(name: str, times: int) -> None:
    for seed in range(times):
        done = ran(name, seed)
        assert (done.differs, done.skipped) == ("", ""), (name, seed, done)


@pytest.mark.parametrize("name", RUN)
def test_an_operation_puts_out_what_pytorch_does(name: str) -> None:
    without_fault(name, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_an_operation_does_so_in_many_forms(name: str) -> None:
    without_fault(name, MANY)


def test_each_operation_has_a_case() -> None:
    plain = {name.removesuffix("_") if in_place(name) else name for name in RUN}
    assert plain == CASES.keys()
    assert set(NAMES) >= WITHOUT_CASE


def test_each_name_in_the_table_is_one_of_pytorchs() -> None:
    own = [key for key in OPERATIONS if not key.endswith(("_", *TORCHVISION))]
    assert [key for key in own if not is_there(name_of(key))] == []


@pytest.mark.slow
def test_of_no_operation_the_shape_alone_is_compared_but_of_those_named() -> None:
    alone = {name for name in RUN for seed in range(FEW) if ran(name, seed).is_shape_alone}
    assert alone == {
        "torchvision.roi_align",
        "torchvision.deform_conv2d",
        "grid_sampler_2d",
        "grid_sampler_3d",
        "_upsample_bilinear2d_aa",
        "_upsample_bicubic2d_aa",
    }
