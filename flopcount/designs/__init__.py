"""Many designs: axes, price, keep, choose, fit; how they are written to files has its module."""

from .fitted.fitting import fit
from .output import Output, sweep_to
from .pricing import Sweep
from .sweeps import plan, sweep

__all__ = ["Output", "Sweep", "fit", "plan", "sweep", "sweep_to"]
