"""What a neural network costs: exactly, by branch, with the arithmetic shown.

>>> import flopcount as fc
>>> net = fc.load("googlenet")
>>> fc.analyze(net["3a"]).total.cost.multiplies
128049152
"""

TYPE_CHECKING = False  # as typing has it, which takes long to load
if TYPE_CHECKING:
    from typing import Any

    from .api import (
        Counters,
        FlopcountError,
        Formula,
        Network,
        Report,
        align,
        analyze,
        check,
        claims_table,
        compare,
        crossovers,
        families,
        fit,
        formula,
        inputs,
        load,
        names,
        other_counters,
        parse,
        plot,
        read_jax,
        read_keras,
        read_onnx,
        read_torch,
        reductions,
        sweep,
        sweep_to,
        who_prints,
        write,
    )
    from .version import __version__

__all__ = [
    "Counters",
    "FlopcountError",
    "Formula",
    "Network",
    "Report",
    "__version__",
    "align",
    "analyze",
    "check",
    "claims_table",
    "compare",
    "crossovers",
    "families",
    "fit",
    "formula",
    "inputs",
    "load",
    "names",
    "other_counters",
    "parse",
    "plot",
    "read_jax",
    "read_keras",
    "read_onnx",
    "read_torch",
    "reductions",
    "sweep",
    "sweep_to",
    "who_prints",
    "write",
]


def __getattr__(name: str) -> "Any":
    """Load the interface on first use: `import flopcount` is quick, and so is a program's start."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from .version import __version__

        return __version__
    from .garbage import Uncollected

    with Uncollected():
        from . import api

    return getattr(api, name)


def __dir__() -> list[str]:
    """What the interface is, loaded or not."""
    return sorted({*globals(), *__all__})
