"""A scene on matplotlib's axes: grounds of modules, bands, boxes with what they say."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ...records import dataclass
from ..kernels import mixed, tinted
from ..style import settings, theme
from ..texts import ending, fitted, width, wrapped
from .lanes import Box
from .plan import GUTTER, Panel
from .scene import NARROWEST, WIDEST, Band, Card, Point, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch
    from matplotlib.text import Text

INCH = 1 / 96  # of a unit, at full size
NAME, LINE, MODULE = 12.0, 10.0, 11.0  # points, at full size
BOLD = 1.16  # how much wider than plain letters
_PLACES = (16, 33, 50), (11, 23, 37, 51)  # units from a box's top to its lines; a long name has two
_PAD = 10  # units of a box's width that its texts leave free
_ROUND = 4  # units, of corners
_TINT = 0.38  # of the share of a box
_INKED = 0.25  # of a frame's colour: a light one is seen on paper, a dark one on the dark theme
_ACCENT = 0.13
_HALO, _MARKED = 8, 0.45  # units around a box that the other side has no equal of; its colour
_BEHIND = 0.7  # of the ground's colour, what a module's name stands on
_BOLD = {"fontweight": "bold"}
_APART = 4  # units of a name from what is left of it, where nothing is in its way
_SHRUNK = 0.7  # of its size, a name that is too long; longer still, it is cut
_SMALLER = 0.85  # of its size, a module's name that is not broken
_WIDER = 2.0  # of its full width, a box at most, for a name that would be cut in two lines


@dataclass(frozen=True)
class Scale:
    """Inches of a unit, along and down, and how large letters are of their full size."""

    along: float
    down: float
    letters: float


def least_along(scenes: Sequence[Scene]) -> float:
    """Inches that a unit must have along, for letters of full size.

    Each number stays whole; so does a name in one line or two, unless it is so long that it is cut.
    """
    cards = [card for scene in scenes for card in scene.cards if not card.box.bar]
    lines = {(line, card.box.width) for card in cards for line in card.lines}
    names = {(card.name, card.box.width) for card in cards}
    return max(
        *(width(line, LINE) / (box - _PAD) for line, box in lines),
        *(min(INCH, _bold(name) / (box - _PAD)) for name, box in names),
        *(min(_WIDER * INCH, _in_two(name) / (box - _PAD)) for name, box in names),
        0.0,
        0.0,
    )


def _bold(name: str) -> float:
    """How wide a name is at its smallest."""
    return 1.02 * width(name, NAME * BOLD * _SHRUNK)


def _in_two(name: str) -> float:
    """How wide it is in two lines."""
    words = name.split()
    lines = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
    return min((max(map(_bold, both)) for both in lines), default=0.0)


def _in_lines(name: str, times: str, inches: float, size: float) -> tuple[str, float] | None:
    r"""A module's name in up to three lines, and its part of the size; None if it does not fit.

    How often it stands there has a line of its own where that helps. A name is set a little smaller
    before it is broken behind underscores, and much smaller where it has none.

    >>> _in_lines("block0–3", " × 4", 0.9, 11)
    ('block0–3\n× 4', 1.0)
    >>> (_in_lines("conv5_block1_1_conv", "", 0.9, 11) or [""])[0].splitlines()
    ['conv5_', 'block1_1_', 'conv']
    """
    shrunk = _shrunk(name, size, inches)
    broken = name.replace("_", "_\0").split("\0")
    for steps, part in (([name], max(shrunk, _SMALLER)), (broken, 1.0), ([name], shrunk)):
        lines = [""]
        for step in [*steps, times]:
            if lines[-1] and width(lines[-1] + step, size * part) > inches:
                lines.append("")
            lines[-1] += step
        lines[-1] = lines[-1].lstrip()
        if len(lines) <= 3 and all(width(line, size * part) <= inches for line in lines):
            return "\n".join(lines), part
    return None


class Painter:
    """Paints scenes of one figure: the same band for as many activations, `most` the widest."""

    def __init__(self, scale: Scale, most: int, whole: int) -> None:
        """A box is filled by its share of the `whole`."""
        self._scale = scale
        self._most = most
        self._whole = whole

    @property
    def letters(self) -> float:
        """How large letters are of their full size."""
        return self._scale.letters

    def paint(self, axes: "Axes", scene: Scene, accent: tuple[str, str | None] | None) -> None:
        """Paint all of a scene; a branch that is the `accent` has a ground of its own."""
        for panel in scene.plan.panels():
            inner = (panel.x + 6, panel.y + 6, panel.width - 12, panel.height - 12)
            self._rectangle(axes, *inner, facecolor=theme().ink, alpha=0.05, zorder=0)
            self._name(axes, panel)
        if accent:
            self._ground(axes, scene, accent)
        for band in scene.bands:
            self._band(axes, band)
        for card in scene.cards:
            self._card(axes, card)

    def _name(self, axes: "Axes", panel: Panel) -> None:
        """A module's name in the gutter; where a box is in its way, above the module.

        Where it is cut, how often it stands stays whole.
        """
        repeat, size, shrunk = panel.repeat, MODULE * self._scale.letters, 1.0

        def within(units: float) -> str:
            room = units * self._scale.along / BOLD - width(repeat.times, size)
            return ending(repeat.block, room, size) + repeat.times

        name, whole = within(panel.room), within(10 * GUTTER)
        above = name != whole and (panel.room < GUTTER - _APART or "/" in whole)
        name = within(panel.width) if above else name
        if name != whole and not above and "/" not in whole:
            room = panel.room * self._scale.along / BOLD
            lines = _in_lines(whole.removesuffix(repeat.times), repeat.times, room, size)
            name, shrunk = lines or (name, 1.0)
        side = "left" if above else "right"
        place = Point(panel.x + 6, panel.y - 3) if above else Point(panel.x, panel.y + 26)
        text = self._text(axes, place, name, MODULE * shrunk, ha=side, **_BOLD)
        if not settings().transparent:  # a band may be in its way
            text.set_bbox({"facecolor": theme().ground, "alpha": _BEHIND, "linewidth": 0, "pad": 1})

    def _ground(self, axes: "Axes", scene: Scene, branch: tuple[str, str | None]) -> None:
        boxes = [
            box for path, box in scene.plan.boxes.items() if scene.plan.branches[path] == branch
        ]
        left = min(box.x - box.width / 2 for box in boxes) - 9
        right = max(box.x + box.width / 2 for box in boxes) + 9
        top = min(box.y for box in boxes) - 30
        bottom = max(box.y + box.height for box in boxes) + 30
        look = {"facecolor": theme().costs, "alpha": _ACCENT, "zorder": 0.5}
        self._rectangle(axes, left, top, right - left, bottom - top, **look)

    def _rectangle(self, axes: "Axes", *place: float, **look: Any) -> "Patch":
        from matplotlib.patches import FancyBboxPatch

        x, y, wide, high = place
        style = f"round,pad=0,rounding_size={_ROUND}"
        aspect = self._scale.down / self._scale.along
        usual: dict[str, Any] = {"edgecolor": "none", "clip_on": False}
        patch = FancyBboxPatch(
            (x, y), wide, high, style, mutation_aspect=1 / aspect, **usual | look
        )
        axes.add_artist(patch)
        return patch

    def _band(self, axes: "Axes", band: Band) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        corners, codes = [band.way[0]], [Path.MOVETO]
        for start, end in pairwise(band.way):
            if abs(start.x - end.x) < 0.01:
                corners.append(end)
                codes.append(Path.LINETO)
                continue
            middle = (start.y + end.y) / 2
            corners += [Point(start.x, middle), Point(end.x, middle), end]
            codes += [Path.CURVE4] * 3
        share = band.activations / self._most
        axes.add_artist(
            PathPatch(
                Path(corners, codes),
                fill=False,
                edgecolor=theme().naive,
                linewidth=max(NARROWEST, WIDEST * share) * self._scale.along * 72,
                capstyle="butt",
                clip_on=False,
                zorder=1,
            )
        )

    def _card(self, axes: "Axes", card: Card) -> None:
        box, letters = card.box, self._scale.letters
        place = (box.x - box.width / 2, box.y, box.width, box.height)
        room = (box.width - _PAD) * self._scale.along
        if card.kernel is None or box.bar:
            look = {"facecolor": theme().faint, "edgecolor": theme().quiet}
            self._rectangle(axes, *place, linewidth=0.7 * letters, zorder=2, **look)
            text = " ".join([card.name, *card.lines])
            shrunk = _shrunk(text, LINE * letters, room)
            text = fitted(text, room, LINE * letters * shrunk)
            self._text(axes, Point(box.x, box.y + box.height / 2), text, LINE * shrunk)
            return
        if card.marked:
            x, y, wide, high = place
            around = (x - _HALO, y - _HALO, wide + 2 * _HALO, high + 2 * _HALO)
            self._rectangle(axes, *around, facecolor=theme().costs, alpha=_MARKED, zorder=1.5)
        colour = card.kernel.colour
        self._rectangle(axes, *place, facecolor=theme().ground, zorder=2)
        edge = mixed(colour, theme().ink, _INKED)
        look = {"facecolor": "none", "edgecolor": edge}
        frame = self._rectangle(axes, *place, linewidth=1.8 * letters, zorder=3, **look)
        if card.count:
            self._fill(axes, box, card.count / self._whole, tinted(colour, theme().lighter), frame)
        shrunk = _shrunk(card.name, BOLD * NAME * letters, room)
        name = wrapped(card.name, room / BOLD, NAME * letters * shrunk, most=2)
        places = _PLACES[len(name) - 1]
        for at, text in zip(places, name, strict=False):
            self._text(axes, Point(box.x, box.y + at), text, NAME * shrunk, **_BOLD)
        for at, line in zip(places[len(name) :], card.lines, strict=False):
            self._text(axes, Point(box.x, box.y + at), line, LINE)

    def _fill(self, axes: "Axes", box: Box, share: float, colour: str, frame: "Patch") -> None:
        """Fill a share of a box, inside of its frame."""
        from matplotlib.patches import Rectangle

        corner = (box.x - box.width / 2, box.y)
        look: dict[str, Any] = {"facecolor": colour, "alpha": _TINT, "linewidth": 0, "zorder": 2.5}
        filled = Rectangle(corner, box.width * share, box.height, **look)
        axes.add_artist(filled)
        filled.set_clip_path(frame)

    def _text(self, axes: "Axes", place: Point, text: str, size: float, **look: Any) -> "Text":
        points = size * self._scale.letters
        usual: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": points, "zorder": 4}
        return axes.text(place.x, place.y, text, **usual | look)


def _shrunk(text: str, points: float, room: float) -> float:
    """By how much a text is set smaller, so as to fit into so many inches if it can."""
    return max(_SHRUNK, min(1.0, 0.99 * room / max(width(text, points), 0.01)))
