"""What the tools that hook modules print for a model: run here, by their names.

Each takes a module in evaluation and its inputs, and is handed a copy: THOP leaves hooks behind on
a module that stands at several places.
"""

import contextlib
import copy
import inspect
import io
from collections.abc import Callable
from typing import Any


def thop(module: Any, inputs: tuple[Any, ...]) -> int:
    """The first of the two numbers of profile."""
    from thop import profile

    with contextlib.redirect_stdout(io.StringIO()):
        counted, _ = profile(copy.deepcopy(module), inputs=inputs, verbose=False)
    return _whole(counted)


def torchinfo(module: Any, inputs: tuple[Any, ...]) -> int:
    """The total mult-adds of summary."""
    from torchinfo import summary

    statistics = summary(copy.deepcopy(module), input_data=list(inputs), device="cpu", verbose=0)
    return _whole(statistics.total_mult_adds)


def ptflops(module: Any, inputs: tuple[Any, ...]) -> int:
    """The MACs of ptflops by its backend ``pytorch``."""
    from ptflops import get_model_complexity_info

    names = list(inspect.signature(module.forward).parameters)
    batch = inputs[0] if len(inputs) == 1 else dict(zip(names, inputs, strict=False))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        macs, _ = get_model_complexity_info(
            copy.deepcopy(module),
            (1,),
            input_constructor=lambda _: batch,
            as_strings=False,
            backend="pytorch",
            print_per_layer_stat=False,
            verbose=False,
        )
    if macs is None:
        raise RuntimeError(printed.getvalue())
    return _whole(macs)


def _whole(printed: float) -> int:
    """A number that is whole, whatever type it has."""
    if printed != int(printed):
        raise AssertionError(f"{printed} is no whole number")
    return int(printed)


RUNNERS: dict[str, Callable[[Any, tuple[Any, ...]], int]] = {
    "thop": thop,
    "torchinfo": torchinfo,
    "ptflops": ptflops,
}
