"""Grids: how a row that slides a window reads one and gives one, and what windows are written."""

from collections.abc import Sequence

from ...core import Row, is_channels_last
from ...errors import FlopcountError
from ...records import replace
from ...sizes import Size, Window
from .lifting import Lifting, ints
from .values import Value, first, last


def grid_of(lifting: Lifting, row: Row, axes: int) -> Value:
    """The grid, of so many axes, that a row reads first. Raises `FlopcountError` for another."""
    return lifting.grid(row.node.inputs[0], -1 if is_channels_last(row.node.op) else -axes - 1)


def given(lifting: Lifting, row: Row, at: str) -> None:
    """A row puts out a grid at a node's port, its axes as the op has them."""
    sizes = ints(row.output)[1:]
    if is_channels_last(row.node.op):
        lifting.gives(row, last(Value(at, sizes, ())))
    else:
        lifting.gives(row, first(Value(at, (*sizes[1:], sizes[0]), ())))


def writable(window: Window, grid: Sequence[Size]) -> Window:
    """The window as a table has it: padded alike before and behind, or as ``same`` does.

    Raises `FlopcountError` where neither gives the same.

    >>> odd = Window((3, 3), (2, 2), padding=(0, 0), after=(1, 1))
    >>> writable(odd, (224, 224)).padding
    'same'
    """
    if not window.after and window.padding != "same lower":
        return window
    wanted = window.slides(grid)
    pads = tuple(slide.before for slide in wanted)
    for padding in ("valid", "same", pads):
        other = replace(window, padding=padding, after=())
        try:
            if other.slides(grid) == wanted:
                return other
        except FlopcountError:  # it does not fit so
            continue
    before = "×".join(map(str, pads))
    raise FlopcountError(
        f"it is padded by {before} before and by another number behind: a table pads alike on "
        "both sides, or as 'same' does"
    )
