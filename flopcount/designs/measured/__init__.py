"""Designs that somebody measured: rows of a table, priced, filtered and chosen from."""

from .best import BestMeasured, best_measured
from .sweeps import Asked, MeasuredSweep, plan_measured

__all__ = ["Asked", "BestMeasured", "MeasuredSweep", "best_measured", "plan_measured"]
