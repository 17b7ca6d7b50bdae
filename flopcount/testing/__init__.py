"""What a network may cost, as a test: `assert_cost` names the layers that grew.

Pytest loads this package wherever flopcount is installed: it imports nothing until it is used.
"""

from typing import TYPE_CHECKING

from ..lazy import names_later

if TYPE_CHECKING:
    from .costs import assert_cost

__all__ = ["assert_cost"]

if not TYPE_CHECKING:  # else a name that is not there would be of any type
    __getattr__ = names_later(__name__, {"costs": "assert_cost"})
