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
    from .fits import fit
    from .sweeps import sweep

__all__ = [
    "FlopcountError",
    "Network",
    "Report",
    "analyze",
    "fit",
    "load",
    "names",
    "parse",
    "sweep",
]
__version__ = "0.1.0"

_LATER = {"fit": "fits", "sweep": "sweeps"}  # loaded when they are asked for


def __getattr__(name: str) -> Any:
    """Load what few need on first use, so that `import flopcount` stays quick."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_LATER[name]}", __name__), name)
