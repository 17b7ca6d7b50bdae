"""Many designs: axes, price, keep, choose, fit; how they are written to files has its module."""

from .fitted.fits import fit
from .pricing import Sweep
from .sweeps import plan, sweep

__all__ = ["Sweep", "fit", "plan", "sweep"]
