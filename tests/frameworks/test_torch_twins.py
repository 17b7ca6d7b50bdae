"""Each operation of the table beside PyTorch: its nests, run literally, put out PyTorch's numbers.

Arguments and settings are drawn at random; an operation without a case fails the suite.
"""

from typing import Any
from zlib import crc32

import pytest
import torch

from flopcount.frameworks.torch.operations import OPERATIONS
from flopcount.frameworks.torch.values import COUNTS_ALONE, Beside, beside, bound_to
from tests.frameworks.torch_cases import (
    elementwise,  # noqa: F401  it fills the table, as do the others
    moving,  # noqa: F401
    norms,  # noqa: F401
    products,  # noqa: F401
    recurrent,  # noqa: F401
    reductions,  # noqa: F401
    windows,  # noqa: F401
)
from tests.frameworks.torch_cases.draws import CASES, Call, Draw

FEW, MANY = 3, 40

# Operations that PyTorch does not run on a CPU; a case is the same as that of another.
ELSEWHERE = {
    "cudnn_convolution": "a GPU's",
}


def name_of(key: str) -> str:
    return key.removeprefix("aten.")


def is_there(name: str) -> bool:
    return name.startswith("torch.") or hasattr(torch.ops.aten, name)


def in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")


NAMES = sorted(name_of(key) for key in OPERATIONS if is_there(name_of(key)))
PLAIN = [name for name in NAMES if not in_place(name)]
WRITING = [name for name in NAMES if in_place(name)]


def function_of(name: str, call: Call) -> Any:
    packet = getattr(torch.ops.aten, name.removeprefix("torch."))
    return getattr(packet, call.form)


def ran(name: str, seed: int, device: str = "cpu") -> Beside:
    own = name.removesuffix("_") if in_place(name) else name
    drawn = CASES[own](Draw(crc32(name.encode()) + seed, own, in_place=in_place(name)))
    function = function_of(name, drawn)
    bound = bound_to(function, *drawn.args, **drawn.kwargs)
    key = name if name.startswith("torch.") else f"aten.{name}"
    return beside(key, function, bound, drawn.held, device)


@pytest.mark.parametrize("name", PLAIN)
def test_an_operation_puts_out_what_pytorch_does(name: str) -> None:
    for seed in range(FEW):
        done = ran(name, seed)
        assert not (done.differs or done.skipped), (name, seed, done)


