"""A reading leaves the module and PyTorch as they were: compared, after errors too."""

from contextlib import suppress
from typing import Any

import pytest
import torch

import flopcount as fc
from tests.frameworks.hostile import KINDS, Base, state_of, state_of_torch

nn = torch.nn


def unchanged(module: Any, *inputs: Any) -> None:
    """Read a module, whatever comes of it, and compare all that was there before."""
    before, of_torch = state_of(module), state_of_torch()
    with suppress(fc.FlopcountError):
        fc.read_torch(module, *(inputs or [fc.inputs(2, 4)]))
    for now, then in zip(state_of_torch(), of_torch, strict=True):
        assert now == then
    assert state_of(module) == before


@pytest.mark.parametrize("make", KINDS, ids=lambda kind: kind.__name__)
def test_hostile_modules_leave_nothing(make: Any) -> None:
    unchanged(make())


@pytest.mark.parametrize("make", KINDS[:4], ids=lambda kind: kind.__name__)
def test_a_second_reading_reads_the_same(make: Any) -> None:
    module = make()
    first = fc.analyze(module, fc.inputs(2, 4))
    assert str(fc.analyze(module, fc.inputs(2, 4))) == str(first)


def test_a_module_then_runs_as_before() -> None:
    module = Base().eval()
    x = torch.randn(2, 4)
    before = module(x)
    fc.read_torch(module, x)
    assert torch.equal(module(x), before)
    assert not module.training


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_parameters_of_other_types_stay_as_they_are(dtype: Any) -> None:
    unchanged(Base().to(dtype), fc.inputs(2, 4, dtype=dtype))
    unchanged(Base().to(dtype), fc.inputs(2, 4))


def test_a_module_on_the_device_meta_stays_there() -> None:
    with torch.device("meta"):
        module = Base()
    unchanged(module)
    assert module.dense.weight.is_meta


def _tied() -> Any:
    module = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    module[1].weight = module[0].weight
    return module


def _in_a_loop() -> Any:
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = nn.ModuleList([nn.Linear(4, 4)] * 2)
            self.held = [self.parts[0].weight]  # a parameter that is known twice

        def forward(self, x: Any) -> Any:
            for part in self.parts:
                x = part(x) @ self.held[0]
            return x

    return Loop()


@pytest.mark.parametrize(
    "module",
    [
        _tied(),
        _in_a_loop(),
        nn.Sequential(nn.LazyLinear(5), nn.LazyBatchNorm1d()),
        nn.utils.parametrizations.weight_norm(nn.Linear(4, 5)),
        nn.utils.parametrizations.spectral_norm(nn.Linear(4, 5)),
        nn.DataParallel(Base()),
        nn.Sequential(nn.Dropout(), nn.LSTM(4, 3)),
        nn.TransformerEncoderLayer(4, 2, batch_first=True, dim_feedforward=8),
    ],
    ids=[
        "tied",
        "loop",
        "lazy",
        "weight norm",
        "spectral norm",
        "parallel",
        "dropout",
        "attention",
    ],
)
def test_modules_with_state_of_their_own_stay_as_they_are(module: Any) -> None:
    inputs = (
        fc.inputs(1, 2, 4) if isinstance(module, nn.TransformerEncoderLayer) else fc.inputs(2, 4)
    )
    unchanged(module, inputs)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_scripted_modules_and_old_norms_of_weights_stay_as_they_are() -> None:
    unchanged(torch.jit.script(nn.Sequential(nn.Linear(4, 5), nn.ReLU())))
    unchanged(nn.utils.weight_norm(nn.Linear(4, 5)))


def test_what_is_written_into_an_input_is_not_in_the_users_tensor() -> None:
    class Writes(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.add_(1)

    x = torch.zeros(2, 4, requires_grad=False)
    fc.read_torch(Writes(), x)
    assert x.sum() == 0
    assert x._version == 0


@pytest.mark.parametrize("make", KINDS, ids=lambda kind: kind.__name__)
def test_open_sizes_leave_nothing_either(make: Any) -> None:
    module = make()
    before, of_torch = state_of(module), state_of_torch()
    with suppress(fc.FlopcountError):
        network = fc.read_torch(module, fc.inputs(2, 4), symbols={"B": (0, 0)})
        fc.formula(network, free=["B"])
    for now, then in zip(state_of_torch(), of_torch, strict=True):
        assert now == then
    assert state_of(module) == before
