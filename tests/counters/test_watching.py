"""A model that is watched: it and PyTorch are left as found, and its products are the report's."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

import flopcount as fc
from flopcount.calls import DISPATCHED, OPERATOR
from flopcount.counters.networks import calls_of
from tests.counters.networks import TORCHVISION, network, watched
from tests.frameworks.hostile import KINDS, Base, state_of, state_of_torch

OTHERS = ("squeezenet1_1", "shufflenet_v2_x0_5", "mobilenet_v3_small", "mnasnet0_5", "r3d_18")


def unchanged(module: nn.Module, *inputs: torch.Tensor) -> None:
    """Watch a module, whatever comes of it, and compare all that was there before."""
    before, of_torch = state_of(module), state_of_torch()
    with suppress(fc.FlopcountError):
        watched(module, *inputs)
    for now, then in zip(state_of_torch(), of_torch, strict=True):
        assert now == then
    assert state_of(module) == before


@pytest.mark.parametrize("make", KINDS, ids=lambda kind: kind.__name__)
def test_hostile_modules_leave_nothing(make: Any) -> None:
    unchanged(make(), torch.zeros(2, 4))


def _tied() -> nn.Module:
    module = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    module[1].weight = module[0].weight
    return module


ODD: dict[str, Callable[[], nn.Module]] = {
    "tied": _tied,
    "lazy": lambda: nn.Sequential(nn.LazyLinear(5), nn.LazyBatchNorm1d()),
    "weight norm": lambda: nn.utils.parametrizations.weight_norm(nn.Linear(4, 5)),
    "spectral norm": lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(4, 5)),
    "recurrent": lambda: nn.Sequential(nn.Dropout(), nn.LSTM(4, 3)),
    "in training": lambda: Base().train(),
    "half": lambda: Base().to(torch.float16),
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_modules_with_state_of_their_own_stay_as_they_are(make: Callable[[], nn.Module]) -> None:
    unchanged(make(), torch.zeros(2, 4))


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_scripted_modules_stay_too() -> None:
    unchanged(torch.jit.trace(nn.Linear(4, 5), torch.zeros(2, 4)), torch.zeros(2, 4))


def test_operators_of_tensors_are_as_they_were() -> None:
    before = {name: getattr(torch.Tensor, name) for name in ("__add__", "__rmul__", "__matmul__")}
    watched(Base(), torch.zeros(2, 4))
    assert {name: getattr(torch.Tensor, name) for name in before} == before


class Doubled(torch.autograd.Function):
    """A function with a backward pass of its own."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x @ w.t()


class Own(nn.Module):
    """What it does with its layer is given."""

    def __init__(self, does: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        self.does, self.dense = does, nn.Linear(4, 4)
        self.register_buffer("seen", torch.zeros(4))

    def forward(self, x: torch.Tensor) -> Any:
        return self.does(self, x)


def _grid(module: Own, x: torch.Tensor) -> Any:
    places = functional.affine_grid(module.seen[:3].expand(1, 2, 3), [1, 1, 2, 4])
    return functional.grid_sample(x.view(1, 1, 2, 4), places)


# What inference mode, or a tensor without numbers, does not let through, or takes another way.
TRAPS: dict[str, Callable[[Any, Any], Any]] = {
    "data": lambda m, x: m.dense.weight.data @ x.t(),
    "gradients turned on": lambda m, x: m.dense(x.detach().requires_grad_()),
    "function of its own": lambda m, x: Doubled.apply(x, m.dense.weight),
    "checkpoint": lambda m, x: torch.utils.checkpoint.checkpoint(m.dense, x, use_reentrant=False),
    "outside PyTorch": lambda m, x: m.dense(torch.from_numpy(x.numpy() * 2)),
    "a number of the data": lambda m, x: m.dense(x) * x.sum().item(),
    "a branch on the data": lambda m, x: m.dense(x) if x.sum() < 1e9 else x,
    "a buffer written": lambda m, x: m.dense(x) + m.seen.add_(1),
    "shapes of the data": lambda m, x: m.dense(x[x[:, 0].abs().ge(0).nonzero()[:, 0]]),
    "vmap": lambda m, x: torch.vmap(m.dense)(x),
    "gradient in it": lambda m, x: torch.func.grad(lambda y: m.dense(y).sum())(x),
    "einsum": lambda m, x: torch.einsum("...i,oi->...o", x, m.dense.weight),
    "tensordot": lambda m, x: torch.tensordot(x, m.dense.weight, dims=([1], [1])),
    "many matrices": lambda m, x: torch.linalg.multi_dot([x, m.dense.weight, m.dense.weight]),
    "baddbmm": lambda m, x: torch.baddbmm(m.seen[:2], x[None], x.t()[None], beta=0),
    "addbmm": lambda m, x: torch.addbmm(m.seen[:2], x[None], x.t()[None]),
    "distances": lambda m, x: torch.cdist(m.dense(x).repeat(20, 1), x.repeat(15, 1)),
    "grid": _grid,
}


def compared(module: nn.Module, *inputs: torch.Tensor) -> int:
    """The products of a module's operators, and of what they come to: those of its report."""
    found = watched(module, *inputs)
    report = fc.analyze(module, inputs[0] if len(inputs) == 1 else inputs).macs
    for level in (OPERATOR, DISPATCHED):
        assert sum(call.facts.get("macs", 0) for call in found if call.level == level) == report
    return int(report)


@pytest.mark.parametrize("does", TRAPS.values(), ids=TRAPS)
def test_code_that_runs_another_way_has_the_products_of_its_report(
    does: Callable[[Any, Any], Any],
) -> None:
    assert compared(Own(does).eval(), torch.zeros(2, 4)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", TORCHVISION)
def test_networks_have_the_products_of_their_reports(name: str) -> None:
    module, inputs = network(name)
    compared(module, *inputs)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_other_networks_have_them_too(name: str) -> None:
    from torchvision.models import get_model

    shape = (1, 3, 4, 56, 56) if name == "r3d_18" else (1, 3, 224, 224)
    module, inputs = _on_meta(lambda: (get_model(name, weights=None).eval(), (torch.zeros(shape),)))
    compared(module, *inputs)


def _on_meta(make: Callable[[], Any]) -> Any:
    with torch.device("meta"):
        return make()


def test_an_error_names_the_module_and_the_line() -> None:
    module = nn.Sequential(nn.Linear(4, 4), Own(lambda m, x: m.dense(x[:, :3])))
    with pytest.raises(fc.FlopcountError) as error:
        watched(module, torch.zeros(2, 4))
    assert str(error.value).startswith("1.dense (Linear) does not run on x 2×4 float32 (at ")


def test_an_interruption_is_no_error_of_the_module() -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watched(Own(interrupted), torch.zeros(2, 4))


def test_an_error_that_its_code_takes_back_leaves_the_calls_in_order() -> None:
    def tries(module: Any, x: torch.Tensor) -> torch.Tensor:
        with suppress(RuntimeError):
            module.dense(x[:, :3])
        return module.dense(x)

    found = watched(Own(tries).eval(), torch.zeros(2, 4))
    tops = [call.name for call in found if call.within == 0 and call.level != DISPATCHED]
    assert tops == ["Tensor.__getitem__", "Linear"]
    assert sum(call.facts.get("macs", 0) for call in found if call.level == OPERATOR) == 32


@pytest.mark.slow
def test_an_archive_is_taken_as_modules_and_says_so(tmp_path: Path) -> None:
    module, x = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()), torch.zeros(1, 3, 8, 8)
    torch.export.save(torch.export.export(module.eval(), (x,)), tmp_path / "model.pt2")
    seen = calls_of(fc.load(str(tmp_path / "model.pt2")))
    assert seen.says.startswith("each layer as the module that torch.nn has for it")
    assert [call.name for call in seen.calls if call.level == "module"] == ["Conv2d", "ReLU"]


def test_a_shared_parameter_is_stored_once_and_a_foreign_class_has_its_full_name() -> None:
    found = watched(_tied(), torch.zeros(2, 4))
    assert sum(call.facts.get("stored", 0) for call in found if call.level == OPERATOR) == 24
    (own,) = (call for call in watched(Base(), torch.zeros(2, 4)) if call.within < 0)
    assert own.name == f"{Base.__module__}.{Base.__qualname__}"


def test_a_convolution_that_a_norm_alone_reads_is_folded() -> None:
    class Read(nn.Module):
        def __init__(self, *, twice: bool) -> None:
            super().__init__()
            self.conv, self.norm, self.twice = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), twice

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.conv(x)
            return self.norm(x) + x if self.twice else self.norm(x)

    for twice, folded in ((False, 1), (True, 0)):
        found = watched(Read(twice=twice).eval(), torch.zeros(1, 3, 8, 8))
        facts = [call.facts["folded"] for call in found if "folded" in call.facts]
        assert set(facts) == {folded}
        assert len(facts) == 8  # two operations at four levels
