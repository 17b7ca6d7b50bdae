"""Each operator that multiplies, slides, norms or recurs beside ONNX' own reference.

Its nests, run literally, put out the reference's numbers, and its counts are what the lines did.
Nodes are drawn at random; an operator without a case fails the suite.
"""

from zlib import crc32

import pytest

from flopcount.frameworks.onnx.checking.twins import Beside, beside
from flopcount.frameworks.onnx.operations import OPERATIONS
from tests.frameworks.onnx_cases import (
    attention,  # noqa: F401  it fills the table, as do the others
    microsoft,  # noqa: F401
    norms,  # noqa: F401
    products,  # noqa: F401
    quantised,  # noqa: F401
    recurrent,  # noqa: F401
    resampling,  # noqa: F401
    windows,  # noqa: F401
)
from tests.frameworks.onnx_cases.draws import CASES, Draw

FEW, MANY = 1, 60
HERE = {
    "attention",
    "einsum",
    "microsoft",
    "microsoft_attention",
    "microsoft_quantised",
    "norms",
    "pools",
    "products",
    "quantised",
    "recurrent",
    "resampling",
    "windows",
}
# Nobody knows what they compute: what the data says, or a training's statistics.
UNKNOWN = {"MaxRoiPool", "RoiAlign", "BatchNormalization"}
# Where numbers are read between places that are worked out on the way, or by many neighbours.
SHAPE_ALONE = {"DeformConv", "GridSample", "RoiAlign", "Resize"}

# What onnx 1.23's reference does otherwise than ONNX says, and onnxruntime does as ONNX says: the
# cases are drawn around it. The counts are the same either way.
REFERENCE_FAULTS = {
    "ConvTranspose": "groups with a bias, or with several outputs each; output_padding beside "
    "output_shape is left out",
    "MaxPool": "SAME_LOWER rounds the number of windows down; unlike pads give another shape, and "
    "some of one axis fail",
    "AveragePool": "ceil_mode moves the first window; SAME with a stride above the kernel fails",
    "LpPool": "likewise",
    "GlobalMaxPool": "of a grid of one axis it leaves an axis out",
    "LRN": "as many channels as there are samples are normed, and no others",
    "LpNormalization": "with p = 1 the sum is not of absolute values",
    "BatchNormalization": "before opset 14 the statistics are those of the batch",
    "Attention": "qk_matmul_output_mode 0 with a softcap gives the capped scores",
    "Resize": "align_corners takes the output's length before it is made whole",
}


def ran(key: tuple[str, str], seed: int) -> Beside:
    _, name = key
    return beside(CASES[key](Draw(crc32(name.encode()) + seed, name)))


def without_fault(key: tuple[str, str], times: int) -> None:
    for seed in range(times):
        done = ran(key, seed)
        assert done.differs == "", (key, seed, done)
        assert not done.skipped or key[1] in UNKNOWN, (key, seed, done)
        assert not done.is_shape_alone or key[1] in SHAPE_ALONE, (key, seed, done)


@pytest.mark.parametrize("key", sorted(CASES), ids="/".join)
def test_an_operator_puts_out_what_onnx_does(key: tuple[str, str]) -> None:
    without_fault(key, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(CASES), ids="/".join)
def test_an_operator_does_so_in_many_forms(key: tuple[str, str]) -> None:
    without_fault(key, MANY)


def test_each_operator_has_a_case() -> None:
    own = {key for key, rule in OPERATIONS.items() if rule.__module__.rpartition(".")[2] in HERE}
    assert own == CASES.keys()


def test_each_fault_of_the_reference_is_of_an_operator_here() -> None:
    assert {("", name) for name in REFERENCE_FAULTS} <= CASES.keys()
