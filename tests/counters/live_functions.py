"""Counters that patch functions of torch, run on a module: what each prints."""

from collections.abc import Callable
from typing import Any

import torch

Run = Callable[[torch.nn.Module, tuple[Any, ...]], int]


def _calflops(column: int) -> Run:
    def run(module: torch.nn.Module, inputs: tuple[Any, ...]) -> int:
        from calflops import calculate_flops

        given = list(inputs)
        try:
            found = calculate_flops(module, args=given, print_results=False, output_as_string=False)
        except BaseException:
            _restore()
            raise
        return int(found[column])

    return run


def _restore() -> None:
    """Take back what calflops patched, which it leaves so where a network fails."""
    from calflops.calculate_pipline import old_functions
    from calflops.pytorch_ops import _reload_functionals, _reload_tensor_methods

    _reload_functionals(old_functions)
    _reload_tensor_methods(old_functions)


def _torchlens(name: str) -> Run:
    def run(module: torch.nn.Module, inputs: tuple[Any, ...]) -> int:
        import torchlens
        from torchlens.backends.torch.wrappers import unwrap_torch

        try:
            return int(getattr(torchlens.trace(module, inputs), name))
        finally:
            unwrap_torch()

    return run


RUNNERS: dict[str, Run] = {
    "calflops": _calflops(0),
    "calflops-macs": _calflops(1),
    "torchlens": _torchlens("total_flops_forward"),
    "torchlens-macs": _torchlens("total_macs_forward"),
}
