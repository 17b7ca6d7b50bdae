"""Graph to graph: what-ifs, priced by the same walk as the network itself; typed values only.

Each is loaded with the first of its names that is asked for: a report needs few.
"""

from typing import TYPE_CHECKING

from ..lazy import names_later

if TYPE_CHECKING:
    from .attention import share_keys, with_window
    from .bypassing import bypass
    from .convolutions import asymmetric, factorize, separable
    from .marking import BY_PATTERN, mark_reductions, narrow_paths
    from .naive import (
        READINGS,
        changes,
        modules_alone,
        modules_bare,
        naive_rows,
        without_reductions,
    )
    from .parts import Parted, of_branch, part_name, place_of, scope_of, selected, with_part
    from .past import with_past, written_input
    from .patterns import paths_met
    from .widths import scale_widths, with_scaled_widths

_ROOMS = {  # the modules, and what of each other rooms use
    "attention": "share_keys with_window",
    "bypassing": "bypass",
    "convolutions": "asymmetric factorize separable",
    "marking": "BY_PATTERN mark_reductions narrow_paths",
    "naive": "READINGS changes modules_alone modules_bare naive_rows without_reductions",
    "parts": "Parted of_branch part_name place_of scope_of selected with_part",
    "past": "with_past written_input",
    "patterns": "paths_met",
    "widths": "scale_widths with_scaled_widths",
}

if not TYPE_CHECKING:  # else a name that is not there would be of any type
    __getattr__ = names_later(__name__, _ROOMS)

__all__ = [
    "BY_PATTERN",
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
    "written_input",
]
