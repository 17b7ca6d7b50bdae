"""The reader's own rules of shapes, against PyTorch's."""

from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from flopcount.frameworks.torch.run import fake

SHAPE = (2, 8, 6, 5)
CHANGED = sorted(fake._CHANGED - {fake._NORM} | fake._IN_PLACE, key=str)


def lying(how: str) -> torch.Tensor:
    """A tensor without numbers that an operation gave, or part of one."""
    given = torch.empty(SHAPE, device="cpu")
    if how == "channels last":
        given = given.to(memory_format=torch.channels_last)
    made = torch.ops.aten.add.Tensor(given, 1.0)
    return {"turned": made.transpose(1, 3), "a part": made.chunk(2, 1)[1]}.get(how, made)


def kind(made: Any) -> Any:
    several = made if isinstance(made, tuple) else (made,)
    return [(tuple(one.shape), one.stride(), one.dtype, one.device) for one in several]


@pytest.mark.parametrize("how", ["in rows", "channels last", "turned", "a part"])
@pytest.mark.parametrize("func", [*CHANGED, fake._NORM], ids=str)
def test_a_result_lies_as_pytorch_says(func: Any, how: str) -> None:
    found = []
    for mode in (fake.Fake(), FakeTensorMode()):
        with mode, torch.no_grad():
            given = lying(how)
            channels = given.shape[1]
            held = [torch.empty(channels) for _ in range(4)]
            rest = (*held, 0.1, 1e-5) if func is fake._NORM else ()
            made = func(given, *rest)
            assert func not in fake._IN_PLACE or made is given
            found.append(kind(made))
    assert found[0] == found[1]
