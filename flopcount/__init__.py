"""What a neural network costs: exactly, by branch, with the arithmetic shown.

>>> import flopcount as fc
>>> net = fc.load("googlenet")
>>> fc.analyze(net["3a"]).total.cost.multiplies
128049152
"""

from .errors import FlopcountError
from .graph import Network
from .library import names
from .references import load, parse
from .report import Report, analyze

__all__ = ["FlopcountError", "Network", "Report", "analyze", "load", "names", "parse"]
__version__ = "0.1.0"
