"""A layer of the tree → the ops that it is."""

from collections.abc import Mapping

from ..core import OPS, Op, Written
from ..errors import FlopcountError, plural
from ..reading import along
from ..sizes import Size
from .trees import Layer
from .vocabulary import Settings, settings

# The groups of words with a number for each axis, and what an error calls them.
_PER_AXIS = {"padding": "pad=", "dilation": "dilation=", "extent": "to="}
_PER_AXIS |= {group: f"{group}=" for group in ("outpad", "before", "after")}
_CURES = {
    1: " (a size ends with its channels: 28x28x3, say)",
    3: " (three of them, as in 3x3x3, or one for all axes)",
}


class Maker:
    """Makes the ops of layers on a grid of so many `axes`.

    `defaults` are the words that each kind of layer carries where it has none of their group.
    """

    def __init__(self, defaults: Mapping[str, Settings], axes: int) -> None:
        self._defaults = defaults
        self._axes = axes
        self._known: dict[tuple[Layer, Size], tuple[Op, ...]] = {}

    def ops(self, layer: Layer, width: Size) -> tuple[Op, ...]:
        """The ops of a layer of this width; equal layers of whole numbers share theirs.

        Raises `FlopcountError` for a kernel, say, that has not a number for each axis.
        """
        key = (layer, width) if type(width) is int else None
        if key in self._known:
            return self._known[key]
        carried = {**self._defaults[layer.op], **settings(layer.words, layer.op)}
        for group, what in _PER_AXIS.items():
            if isinstance(carried.get(group), tuple):
                carried[group] = self._along(carried[group], what)
        what = f"the {OPS[layer.op].kernel}"
        kernel = self._along(layer.kernel, what) if layer.kernel else None
        stride = self._along(layer.stride, "the stride")
        ops = OPS[layer.op].make(Written(kernel, stride, width, carried))
        if key:
            self._known[key] = ops
        return ops

    def _along(self, sizes: tuple[int, ...], what: str) -> tuple[int, ...]:
        """A kernel, a stride and the like along the axes of the grid."""
        spread = along(sizes, self._axes)
        if len(spread) == self._axes:
            return spread
        text, numbers = "x".join(map(str, sizes)), plural(len(sizes), "number")
        grid, cure = plural(self._axes, "axis", "axes"), _CURES.get(self._axes, "")
        between = "" if what.endswith("=") else " "
        raise FlopcountError(f"{what}{between}{text} has {numbers}, but the grid {grid}{cure}")
