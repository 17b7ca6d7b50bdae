"""The tiles of a sweep, priced by several processes or machines: Dask hands them out."""

from .asked import Spread
from .run import designs, fill, merged

__all__ = ["Spread", "designs", "fill", "merged"]
