"""What a report's footer says of norms, and of the multiplies outside the image, by what is there.

Both are read off the nests of the rows.
"""

from collections.abc import Iterable, Sequence

from ..core import Counts, Row, family_of, is_convolution, is_transposed, window_of
from ..writing.cells import number
from .conventions import Families

_PLANE = 2  # axes of an image's grid
_TOKENS = 2  # axes of tokens × channels; an image has more


def norms_text(rows: Iterable[Row]) -> str:
    """Whose γ and β those of the rows are: batch norm has moving statistics, others have none.

    >>> import flopcount as fc
    >>> norms_text(fc.parse("9x9x4 > conv 1x1 8 norm").rows)
    'batch norm'
    >>> norms_text(fc.parse("9x9x4 > conv 1x1 8 norm > norm=layer").rows)
    'batch norm and other norms'
    """
    found = {bool(row.count("norm_stats")) for row in rows if row.count("norm_params")}
    if len(found) > 1:
        return "batch norm and other norms"
    return "batch norm" if found == {True} else "norms"


def outside_text(rows: Iterable[Row]) -> str:
    """On what those multiplies fall that do not fall inside the image.

    >>> import flopcount as fc
    >>> outside_text(fc.parse("9x9x4 > conv 3x3 8 > transposed 4x4/2 8 pad=1").rows)
    'its zero padding, and on what transposed convolutions crop'
    """
    apart = (
        row
        for row in rows
        if family_of(row.node.op) != "attention"
        and row.count("multiplies") != row.count("multiplies_unpadded")
    )
    found = {is_transposed(row.node.op) for row in apart}
    cropped = "what transposed convolutions crop"
    if len(found) > 1:
        return f"its zero padding, and on {cropped}"
    return cropped if found == {True} else "its zero padding"


def _images(rows: Iterable[Row]) -> bool:
    """Whether some row reads more than tokens; experts do not, whose tokens have an axis more."""
    rows = list(rows)
    routed = any(family_of(row.node.op) == "experts" for row in rows)
    return not routed and any(len(shape) > _TOKENS for row in rows for shape in row.inputs)


def _has_images(rows: Iterable[Row]) -> bool:
    """Whether a layer of a model slides weights over rows and columns."""
    windows = (window_of(row.node.op) for row in rows if is_convolution(row.node.op))
    return any(window is not None and len(window.kernel) == _PLANE for window in windows)


def inside_text(rows: Sequence[Row], cost: Counts, hidden: int, there: Families) -> str:
    """How many of the multiplies count: the others fall on padding, or on pairs that a mask hides.

    `hidden` are the latter, of the whole batch; of the families that are `there` it depends what
    is said where all count.
    """
    count = cost.multiplies_unpadded
    padding = cost.multiplies - count - hidden
    outside = outside_text(rows) if padding else ""
    if hidden:
        on_padding = f"{number(padding)} are on {outside.replace('its zero', 'zero')}"
        others = f"{on_padding}, and {number(hidden)}" if padding else "the rest"
        return (
            f"multiplies unpadded: {number(count)} count, {others} are of pairs that a mask hides, "
            "which are worked out all the same"
        )
    read = any(row.node.call for row in rows)
    if padding:
        image = "input" if read and not _has_images(rows) else "image"
        return f"{number(count)} of the multiplies inside the {image}, the rest on {outside}"
    if read:
        return "all of the multiplies count: none on padding"
    if "attention" in there:
        return "all of the multiplies count: none on padding, or of pairs that a mask hides"
    if "recurrence" in there or not _images(rows):
        return "all of the multiplies count: none on padding"
    return "all of the multiplies inside the image"
