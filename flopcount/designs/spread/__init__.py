"""The tiles of a sweep, priced by several processes or machines: Dask hands them out."""

from .asked import Spread
from .run import merged, pieces

__all__ = ["Spread", "merged", "pieces"]
