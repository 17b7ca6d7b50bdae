"""What a neural network costs: exactly, by branch, with the arithmetic shown.

>>> import flopcount as fc
>>> net = fc.load("googlenet")
>>> fc.analyze(net["3a"]).total.cost.multiplies
128049152
"""

from typing import TYPE_CHECKING, Any

from .errors import FlopcountError
from .graph import Network
from .library import names
from .references import load, parse
from .report import Report, analyze

if TYPE_CHECKING:
    from .breakeven import reductions
    from .claims import claims_table
    from .comparisons import compare
    from .fits import fit
    from .formulas import Formula, formula
    from .keras_check import check
    from .sweeps import sweep

__all__ = [
    "FlopcountError",
    "Formula",
    "Network",
    "Report",
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
__version__ = "0.1.0"

_LATER = {  # loaded when they are asked for, from modules of other names
    "Formula": "formulas",
    "check": "keras_check",
    "claims_table": "claims",
    "compare": "comparisons",
    "fit": "fits",
    "formula": "formulas",
    "reductions": "breakeven",
    "sweep": "sweeps",
}


def __getattr__(name: str) -> Any:
    """Load what few need on first use, so that `import flopcount` stays quick."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_LATER[name]}", __name__), name)
