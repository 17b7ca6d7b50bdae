"""A layer of the tree → the ops that it is."""

from collections.abc import Mapping
from typing import cast

from ..core import SINGLE, Op, Written
from ..core.ops.words import OPS
from ..errors import FlopcountError, plural
from ..reading import along
from ..sizes import Size
from .trees import Layer
from .vocabulary import Settings, settings

# The groups of words with a number for each axis, and what an error calls them.
_PER_AXIS = {"padding": "pad=", "dilation": "dilation=", "extent": "to="}
_PER_AXIS |= {group: f"{group}=" for group in ("outpad", "before", "after", "window", "shift")}
_CURES = {
    1: " (a size ends with its channels: 28x28x3, say)",
    3: " (three of them, as in 3x3x3, or one for all axes)",
}


class Maker:
    """Makes the ops of layers.

    `defaults` are the words that each kind of layer carries where it has none of their group.
    ``same`` is what it is in the `framework`: in "torch", equal padding on both sides.
    """

    def __init__(self, defaults: Mapping[str, Settings], framework: str) -> None:
        self._defaults = defaults
        self._framework = framework
        self._known: dict[tuple[Layer, Size, int], tuple[Op, ...]] = {}

    def ops(self, layer: Layer, width: Size, axes: int) -> tuple[Op, ...]:
        """The ops of a layer of this width on a grid of so many axes.

        Equal layers of whole numbers share theirs.

        Raises `FlopcountError` for a kernel, say, that has not a number for each axis.
        """
        key = (layer, width, axes) if type(width) is int else None
        if key in self._known:
            return self._known[key]
        carried = {**self._defaults[layer.op], **settings(layer.words, layer.op)}
        for group, what in _PER_AXIS.items():
            if isinstance(carried.get(group), tuple):
                carried[group] = _along(carried[group], axes, what)
        kernel = cast("tuple[int, ...] | None", layer.kernel)  # no column is left in them
        what = OPS[layer.op].kernel
        stride: tuple[int, ...] = ()
        if kernel and what not in SINGLE:
            kernel = _along(kernel, axes, f"the {what}")
            stride = _along(cast("tuple[int, ...]", layer.stride), axes, "the stride")
        if kernel and self._framework == "torch" and carried.get("padding") == "same":
            spread = carried.get("dilation", (1,) * len(kernel))
            carried["padding"] = _both_sides(kernel, spread)
        own = None if layer.width is None and "width" in OPS[layer.op].optional else width
        ops = OPS[layer.op].make(Written(kernel, stride, own, carried))
        if key:
            self._known[key] = ops
        return ops


def _along(sizes: tuple[int, ...], axes: int, what: str) -> tuple[int, ...]:
    """A kernel, a stride and the like along the axes of the grid."""
    spread = along(sizes, axes)
    if not axes:
        raise FlopcountError(
            "there is no grid to work on (one number is tokens, or a vector; a size ends with its "
            "channels: 28x28x3, say)"
        )
    if len(spread) == axes:
        return spread
    text, numbers = "x".join(map(str, sizes)), plural(len(sizes), "number")
    grid, cure = plural(axes, "axis", "axes"), _CURES.get(axes, "")
    between = "" if what.endswith("=") else " "
    raise FlopcountError(f"{what}{between}{text} has {numbers}, but the grid {grid}{cure}")


def _both_sides(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    """The padding on both sides that gives as many outputs as inputs at stride 1.

    Half of (k − 1)·dilation: torch.nn.Conv2d. Raises `FlopcountError` where that is no whole
    number.
    """
    beyond = [(k - 1) * d for k, d in zip(kernel, dilation, strict=True)]
    if any(size % 2 for size in beyond):
        shape = "×".join(map(str, kernel))
        raise FlopcountError(
            f"an even kernel, {shape}, has no 'same' with framework = \"torch\", which pads both "
            "sides alike; write the padding: pad=1, or valid"
        )
    return tuple([size // 2 for size in beyond])
