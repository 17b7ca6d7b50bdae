"""A treemap: the network, in it its modules, their branches, their layers, by multiplies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..analysis import UNIT_NAMES
from ..core import Counts
from .axes import new_figure
from .modules import swatches
from .parts import by_module, fold_note
from .style import SMALL, area, ink_on, styled, theme
from .texts import apart, counted, in_all, width
from .treemap import Box, Piece, pieces
from .words import aside, at_least, network_of, nothing, of_count, subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..analysis import Report

TINY = 7  # points, of a layer's name
_PAD = 0.03  # inches, between a name and the edge
_LINE = SMALL * 1.25 / 72  # inches, of a module's name


@styled
def tree(report: "Report") -> "Figure":
    """A treemap: area is multiplies, wide gaps part modules, colours are kernels, pieces layers.

    Names stand where they fit; a layer's only where its module's does. Raises
    `FlopcountError` where no layer multiplies.
    """
    from matplotlib.patches import Rectangle

    total = int(report.cost.multiplies)
    if not total:
        raise nothing(report, "no layer multiplies")
    whole = in_all(counted(report, total), report.scale)
    said = f"areas: {of_count(report)}, {at_least(report)}{whole} in all"
    figure = new_figure(
        6,
        (
            f"Where the {UNIT_NAMES[report.unit]} of {subject(network_of(report))} go",
            aside(network_of(report), said, fold_note(by_module(report))),
        ),
        swatches(row for row in report.rows if Counts([row]).multiplies),
    )
    axes = figure.subplots()
    axes.set_axis_off()
    figure.draw_without_rendering()
    inches = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    # rounded, so that a hair's breadth of text does not decide how the rows are cut
    canvas = Box(0, 0, round(inches.width, 1), round(inches.height, 1))
    axes.set(xlim=(0, canvas.wide), ylim=(canvas.high, 0))
    drawn = pieces(report, canvas)
    for piece in drawn:
        box = piece.box
        side = min(box.wide, box.high)  # a line is never most of what it goes round
        gap: dict[str, Any] = {
            "fill": False,
            "edgecolor": theme().ground,
            "linewidth": min(0.6, 2 * side),
        }
        if piece.layer is None:
            gap |= {"linewidth": min(3.0, 6 * side), "zorder": 2}
        else:
            axes.add_artist(Rectangle(box[:2], box.wide, box.high, **area(*piece.look)))
        axes.add_artist(Rectangle(box[:2], box.wide, box.high, **gap))
    _names(axes, drawn, total)
    return figure


def _names(axes: "Axes", drawn: Sequence[Piece], total: int) -> None:
    """Name the modules, the largest first, and the layers of those that are named."""
    taken: list[Box] = []
    modules = [piece for piece in drawn if piece.layer is None]
    paths = [piece.module for piece in modules]
    names = dict(zip(paths, apart(paths), strict=True))
    layer = {piece.module: piece for piece in drawn if piece.layer}
    shown = []
    for piece in modules:
        name, share = names[piece.module], _share(piece, total)
        if layer[piece.module].layer == piece.module:  # of one layer, whose name is its own
            colour = area(*layer[piece.module].look)["facecolor"]
            if _layer_name(axes, piece.box, [f"{name}\n{share}", name], colour, taken):
                continue
        # one alone is named in the title
        if len(modules) == 1 or _module_name(axes, piece, name, share, taken):
            shown.append(piece.module)
    for module in shown:
        layers = [p for p in drawn if p.layer not in (None, module) and p.module == module]
        for piece, name in zip(
            layers, apart([str(one.layer) for one in layers], size=TINY), strict=True
        ):
            texts = [f"{name}\n{_share(piece, total)}", name]
            _layer_name(axes, piece.box, texts, area(*piece.look)["facecolor"], taken)


def _share(piece: Piece, total: int) -> str:
    return f"{100 * piece.multiplies / total:.1f} %"


def _module_name(axes: "Axes", piece: Piece, name: str, share: str, taken: list[Box]) -> bool:
    """Write a module's name in its corner, with its share if there is room; say if it fits."""
    box = piece.box
    for text in (f"{name}  {share}", name):
        low = box.top + box.high - _PAD - _LINE  # at the top its reductions are
        label = Box(box.left + _PAD, low, width(text, SMALL), _LINE)
        if label.wide + 2 * _PAD <= box.wide and label.high + 2 * _PAD <= box.high:
            taken.append(label)
            axes.text(
                label.left,
                label.top,
                text,
                fontsize=SMALL,
                va="top",
                zorder=4,
                bbox={"facecolor": theme().ground, "edgecolor": "none", "pad": 1},
            )
            return True
    return False


def _layer_name(
    axes: "Axes", box: Box, texts: Sequence[str], colour: str, taken: list[Box]
) -> bool:
    """Write the first of the texts that fits in the middle of a box, upright if need be; say so."""
    for text in texts:
        lines = text.splitlines()
        wide, high = max(width(line, TINY) for line in lines), len(lines) * TINY * 1.25 / 72
        for across, up, turn in ((wide, high, 0), (high, wide, 90)):
            label = Box(
                box.left + (box.wide - across) / 2, box.top + (box.high - up) / 2, across, up
            )
            fits = across + 2 * _PAD <= box.wide and up + 2 * _PAD <= box.high
            if fits and not any(_touch(label, other) for other in taken):
                taken.append(label)
                axes.text(
                    box.left + box.wide / 2,
                    box.top + box.high / 2,
                    text,
                    fontsize=TINY,
                    rotation=turn,
                    ha="center",
                    va="center",
                    color=ink_on(colour),
                    zorder=3,
                    bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.5},
                )
                return True
    return False


def _touch(one: Box, other: Box) -> bool:
    return (
        abs(2 * one.left + one.wide - 2 * other.left - other.wide)
        < one.wide + other.wide + 4 * _PAD
        and abs(2 * one.top + one.high - 2 * other.top - other.high)
        < one.high + other.high + 4 * _PAD
    )
