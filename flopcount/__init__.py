"""What a neural network costs: exactly, by branch, with the arithmetic shown.

>>> import flopcount as fc
>>> net = fc.load("googlenet")
>>> fc.analyze(net["3a"]).total.cost.multiplies
128049152
"""

from typing import TYPE_CHECKING, Any

from . import api
from .api import FlopcountError, Network, Report, analyze, load, names, parse
from .version import __version__

if TYPE_CHECKING:
    from .api import (
        Formula,
        check,
        claims_table,
        compare,
        fit,
        formula,
        reductions,
        sweep,
    )

__all__ = [
    "FlopcountError",
    "Formula",
    "Network",
    "Report",
    "__version__",
    "analyze",
    "check",
    "claims_table",
    "compare",
    "fit",
    "formula",
    "load",
    "names",
    "parse",
    "reductions",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """Load what few need on first use, so that `import flopcount` stays quick."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(api, name)
