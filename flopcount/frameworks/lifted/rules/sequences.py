"""Parameters that are added to a value, and learned tokens that are put before a sequence."""

from ....core import Row
from ..lifting import Lifting
from ..positions import parameter_added, tokens_before
from ..sequences import merged
from ..table import MOVES, WITH_PARAMETER
from .elementwise import joined
from .moving import concat


def _added(lifting: Lifting, row: Row) -> None:
    if not parameter_added(lifting, row):
        lifting.gives(row, joined(lifting, row))


def _concat(lifting: Lifting, row: Row) -> None:
    if tokens_before(lifting, row):
        return
    if (patches := merged(lifting, row.node.inputs)) is not None:
        lifting.moves(row, patches)
        return
    concat(lifting, row)


WITH_PARAMETER["y = x + x1"] = _added
MOVES["concat"] = _concat
