"""Graph to graph: what-ifs, priced by the same walk as the network itself; typed values only."""

from .attention import share_keys, with_past, with_window
from .bypassing import bypass
from .convolutions import asymmetric, factorize, separable
from .marking import mark_reductions, narrow_paths
from .naive import (
    READINGS,
    changes,
    modules_alone,
    modules_bare,
    naive_rows,
    without_reductions,
)
from .parts import Parted, of_branch, part_name, place_of, scope_of, selected, with_part
from .patterns import paths_met
from .widths import scale_widths, with_scaled_widths

__all__ = [
    "READINGS",
    "Parted",
    "asymmetric",
    "bypass",
    "changes",
    "factorize",
    "mark_reductions",
    "modules_alone",
    "modules_bare",
    "naive_rows",
    "narrow_paths",
    "of_branch",
    "part_name",
    "paths_met",
    "place_of",
    "scale_widths",
    "scope_of",
    "selected",
    "separable",
    "share_keys",
    "with_part",
    "with_past",
    "with_scaled_widths",
    "with_window",
    "without_reductions",
]
