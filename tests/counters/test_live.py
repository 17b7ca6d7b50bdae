"""The tools themselves, run on networks that nobody chose: what each prints, the rules say.

Five networks are drawn from torchvision and timm by a seed; another one is set by
FLOPCOUNT_COUNTERS_SEED. None of them is one that the rules were written with.
"""

import copy
import os
import random
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from flopcount.calls import Call
from flopcount.counters.counting import count
from flopcount.counters.rules import tools
from flopcount.frameworks.models.inputs import Inputs, Tensor
from flopcount.frameworks.torch.called import calls_of
from tests.counters.networks import TORCHVISION

RUNNERS: dict[str, Callable[..., int]] = {
    name: run
    for module in ("modules", "functions", "tracers")
    for name, run in import_module(f"tests.counters.live_{module}").RUNNERS.items()
}
SEED = int(os.environ.get("FLOPCOUNT_COUNTERS_SEED", "21"))
WRITTEN_WITH = set(TORCHVISION)
MOST_PARAMETERS, MOST_SIDE = 40_000_000, 300  # of one that is drawn: the tools run it on a CPU
# What a tool itself fails with, as its file says, and prints nothing.
FAILS = {"flopcountermode": ["Expected gradient function to be set"]}
DRAWN = ("torchvision", "torchvision", "timm", "timm", "timm")


def candidates(package: str) -> list[str]:
    """The names of the classifiers that may be drawn."""
    if package == "timm":
        import timm

        return sorted(timm.list_models(exclude_filters=sorted(WRITTEN_WITH)))
    import torchvision

    names = torchvision.models.list_models(module=torchvision.models)
    return sorted(set(names) - WRITTEN_WITH)


def built(package: str, name: str) -> tuple[Any, tuple[int, ...]]:
    """A model without weights, in evaluation, and the shape of its input."""
    if package == "timm":
        import timm

        model = timm.create_model(name, pretrained=False)
        return model.eval(), (1, *model.pretrained_cfg["input_size"])
    import torchvision

    options = {"init_weights": False, "aux_logits": False} if name == "inception_v3" else {}
    model = torchvision.models.get_model(name, weights=None, **options).eval()
    return model, (1, 3, *[side(package, name)] * 2)


def parameters(package: str, name: str) -> int:
    """How many a model has. Torchvision says it: its RegNets cannot be built without numbers."""
    import torch

    if package == "torchvision":
        import torchvision

        return int(next(iter(torchvision.models.get_model_weights(name))).meta["num_params"])
    try:
        with torch.device("meta"):
            model, _ = built(package, name)
    except (NotImplementedError, RuntimeError):  # it reads its own numbers
        model, _ = built(package, name)
    return sum(parameter.numel() for parameter in model.parameters())


def side(package: str, name: str) -> int:
    """The longest side of the picture that a model takes."""
    if package == "torchvision":
        return 299 if name == "inception_v3" else 224
    import timm

    return max(timm.get_pretrained_cfg(name, allow_unregistered=True).input_size)


def drawn() -> Iterator[tuple[str, str]]:
    """The networks: by the seed in random order, the first ones that are small enough to run."""
    chance = random.Random(SEED)  # noqa: S311  a draw that can be repeated
    order = {
        package: iter(chance.sample(names, len(names)))
        for package in dict.fromkeys(DRAWN)
        for names in [candidates(package)]
    }
    for package in DRAWN:
        for name in order[package]:
            if side(package, name) > MOST_SIDE:
                continue
            if parameters(package, name) <= MOST_PARAMETERS:
                yield package, name
                break


@cache
def network(number: int) -> tuple[str, Any, tuple[Any, ...], tuple[Call, ...]]:
    """A drawn network: its name, the model, numbers to run it on, and what it was seen to call."""
    import torch

    package, name = list(drawn())[number]
    torch.manual_seed(0)
    model, (_, *shape) = built(package, name)
    shape = (1 + number % 2, *shape)  # a batch shows in what a tool prints for one sample
    calls = calls_of(model, Inputs((Tensor(shape),)))
    return f"{package}:{name}", model, (torch.zeros(shape),), calls


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(DRAWN)))
@pytest.mark.parametrize("tool", sorted(RUNNERS))
def test_a_tool_prints_what_its_rules_say(tool: str, number: int) -> None:
    name, model, inputs, calls = network(number)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            printed = RUNNERS[tool](copy.deepcopy(model), inputs)  # some keep what they computed
        except RuntimeError as error:
            if not any(message in str(error) for message in FAILS.get(tool, ())):
                raise
            faults = " ".join(fault.says for fault in tools()[tool].faults)
            assert all(message in faults for message in FAILS[tool])
            return
    assert (name, tool, count(tools()[tool], calls).value) == (name, tool, printed)


def test_the_tools_that_a_test_installs_are_run() -> None:
    asked = {"fvcore", "ptflops", "thop", "torchinfo", "calflops", "torchprofile"}
    assert asked | {"flopcountermode", "torch-profiler"} <= RUNNERS.keys() <= tools().keys()
