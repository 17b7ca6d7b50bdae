"""What tools that trace a model, or watch its operators, print for it: run here, by their names.

Each takes a module in evaluation and its inputs. The tools that read gradients are handed a module
whose parameters have them.
"""

import io
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any


def fvcore(module: Any, inputs: tuple[Any, ...]) -> int:
    """The total of FlopCountAnalysis."""
    with _quiet():
        from fvcore.nn import FlopCountAnalysis

        return int(FlopCountAnalysis(module, inputs).total())


def torchprofile_printed(module: Any, inputs: tuple[Any, ...]) -> int:
    """profile_macs, as it prints."""
    with _quiet():
        from torchprofile import profile_macs

        return int(profile_macs(module, inputs))


def torchprofile(module: Any, inputs: tuple[Any, ...]) -> int:
    """profile_macs, without the multiplications of sizes that its trace has as operators."""
    with _quiet():
        from torchprofile.trace import trace

        nodes = trace(module, inputs).nodes
    sized: dict[int, bool] = {}  # whether a value is computed from sizes and constants alone
    of_sizes = 0
    for node in nodes:
        alone = node.operator == "aten::size" or all(sized.get(id(one)) for one in node.inputs)
        sized |= {id(one): alone for one in node.outputs}
        product = node.operator in ("aten::mul", "aten::mul_")
        of_sizes += int(product and alone and not node.outputs[0].shape)
    return torchprofile_printed(module, inputs) - of_sizes


def flopcountermode(module: Any, inputs: tuple[Any, ...]) -> int:
    """FlopCounterMode without gradients."""
    return _counted(module, inputs, gradients=False, backward=False)


def flopcountermode_grad(module: Any, inputs: tuple[Any, ...]) -> int:
    """FlopCounterMode with gradients on, forward only."""
    return _counted(module, inputs, gradients=True, backward=False)


def flopcountermode_backward(module: Any, inputs: tuple[Any, ...]) -> int:
    """FlopCounterMode around a forward and the backward of the sum of what comes out."""
    return _counted(module, inputs, gradients=True, backward=True)


def _counted(module: Any, inputs: tuple[Any, ...], *, gradients: bool, backward: bool) -> int:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    mode = FlopCounterMode(display=False)
    with nullcontext() if gradients else torch.no_grad(), mode:
        out = module(*inputs)
        if backward:
            learned = [one.sum() for one in _results(out) if one.requires_grad]
            if learned:
                sum(learned[1:], learned[0]).backward()
    module.zero_grad(set_to_none=True)
    return int(mode.get_total_flops())


def _results(out: Any) -> Iterator[Any]:
    import torch
    from torch.utils._pytree import tree_leaves

    return (one for one in tree_leaves(out) if isinstance(one, torch.Tensor))


def ptflops_aten(module: Any, inputs: tuple[Any, ...]) -> int:
    """The MACs of ptflops by its backend ``aten``."""
    import torch

    class Given(torch.nn.Module):
        """The module on its inputs: ptflops hands on one alone."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = module

        def forward(self, _: Any) -> Any:
            return self.inner(*inputs)

    alone = len(inputs) == 1
    printed = io.StringIO()
    with _quiet():
        from ptflops import get_model_complexity_info

        macs, _ = get_model_complexity_info(
            module if alone else Given(),
            (1,),
            input_constructor=lambda _: inputs[0],
            as_strings=False,
            backend="aten",
            print_per_layer_stat=False,
            verbose=False,
            ost=printed,
        )
    if macs is None:
        raise RuntimeError(printed.getvalue() or "ptflops counted nothing")
    return int(macs)


def torch_profiler(module: Any, inputs: tuple[Any, ...]) -> int:
    """The FLOPs of all events of torch.profiler, without gradients."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    with (
        torch.no_grad(),
        profile(activities=[ProfilerActivity.CPU], record_shapes=True, with_flops=True) as seen,
    ):
        module(*inputs)
    return int(sum(event.flops or 0 for event in seen.events()))


class _quiet:  # noqa: N801  a context, as nullcontext is
    """Neither warnings of the tracer nor lines of a log."""

    def __enter__(self) -> None:
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)

    def __exit__(self, *error: object) -> None:
        logging.disable(logging.NOTSET)
        self._warnings.__exit__(*error)


RUNNERS: dict[str, Callable[[Any, tuple[Any, ...]], int]] = {
    "fvcore": fvcore,
    "torchprofile": torchprofile,
    "flopcountermode": flopcountermode,
    "flopcountermode-grad": flopcountermode_grad,
    "flopcountermode-backward": flopcountermode_backward,
    "ptflops-aten": ptflops_aten,
    "torch-profiler": torch_profiler,
}
