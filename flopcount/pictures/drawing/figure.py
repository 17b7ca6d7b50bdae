"""A drawing as a figure: what it shows in words, one scene, or two with what lies between them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...analysis import UNIT_NAMES, Report
from ...analysis.units import Measure
from ...errors import FlopcountError
from ...records import dataclass, replace
from ..style import settings, styled, theme
from ..words import aside, at_least, headed, nothing
from .page import MARGIN, Page
from .painter import INCH, Painter, Scale, least_along
from .plan import planned
from .scene import Scene, built
from .sides import Contrast, Side, contrast
from .sketch import sketched

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ASPECTS = (1.6, 0.9, 0.5, 0.25, 0.1)  # of a network's columns, width to height: what is tried
LEAST, MOST = 6.0, 40.0  # inches of a side, where no size was chosen
_NARROW, _BROAD = 0.8, 1.5  # of its full width, a box where no size was chosen, and at most
BETWEEN, BELOW = 130, 64  # units between two sides, one beside or below the other
_TITLE, _SUB, _SIDE, _SAID, _SMALL = 18.0, 11.0, 14.0, 16.0, 9.0  # points, at full size
_MOST_LINES = 8  # of a text that must stay whole
_SMALLEST = 0.55  # of the letters' full size, that can be read
_TIGHT = 1.15  # letters in a box that is less high than they ask for
_STACK = 0.8  # of the letters' full size: below, two sides stand one below the other


@styled
def drawing(report: Report, beside: Any = None) -> "Figure":
    """A network, or some of its modules, as boxes and bands; `beside` it another, see `contrast`.

    Raises `FlopcountError` as `contrast` does, and where the chosen size is too small to read.
    """
    best: _Composed | None = None
    refused: list[_TooSmallError] = []
    for aspect in ASPECTS if settings().width else ASPECTS[:1]:
        found = contrast(report, beside, aspect) if beside is not None else None
        sides = found.sides if found else [_alone(report, aspect)]
        # where a height was chosen, it may leave room for one of the two ways alone
        for stacked in (False, True) if found and settings().height else (None,):
            try:
                tried = _composed(report, sides, found, stacked=stacked)
            except _TooSmallError as error:
                refused.append(error)
                continue
            if best is None or tried.painter.letters > best.painter.letters:
                best = tried
        if best is not None and best.painter.letters > _STACK:
            break
    if best is None:  # say the least that is enough
        raise min(refused, key=lambda error: (error.what == "wide", error.need))
    return best.page.figure(best.painter, best.accent)


def _alone(report: Report, aspect: float) -> Side:
    if not report.rows:
        raise nothing(report, "there is no layer")
    shown = sketched(report)
    if not shown.rows:
        raise nothing(report, "no layer computes")
    return Side("", built(shown, planned(shown, aspect)), report.network.source)


class _TooSmallError(FlopcountError):
    """The chosen size is too small for letters that can be read."""

    def __init__(self, what: str, need: float) -> None:
        """So many inches `wide` or `high` are what it needs."""
        self.what, self.need = what, math.ceil(10 * need) / 10
        super().__init__(
            f"the drawing must be {self.need}in {what} or more to be read; choose a larger "
            "--size, or modules with --module"
        )


@dataclass(frozen=True)
class _Composed:
    """A page, what paints it, and the branch that has a ground of its own."""

    page: Page
    painter: Painter
    accent: tuple[str, str | None] | None


def _composed(
    report: Report, sides: Sequence[Side], found: Contrast | None, *, stacked: bool | None
) -> _Composed:
    """Put it together; two sides stacked or side by side, or as `_layout` has it."""
    scenes = [side.scene for side in sides]
    layout = _layout(scenes, stacked=stacked)
    page = _page(report, sides, found, layout)
    high = settings().height
    if high is not None:  # texts keep their size: the scenes take what they leave
        units = _down(scenes, layout)
        layout = _as_high(layout, high, page.high - units * layout.scale.down, units)
        page = _page(report, sides, found, layout)
    whole = max(scene.total for scene in scenes)
    most = max(band.activations for scene in scenes for band in scene.bands)
    return _Composed(page, Painter(layout.scale, most, whole), found.accent if found else None)


@dataclass(frozen=True)
class _Layout:
    """Whether two sides are `stacked`, their scale, and the width of the figure in inches."""

    stacked: bool
    scale: Scale
    wide: float


def _layout(scenes: Sequence[Scene], *, stacked: bool | None) -> _Layout:
    """The usual size or the chosen width; side by side, unless that is too narrow to be read."""
    chosen, least = settings().width, least_along(scenes)
    widths = [scene.plan.width for scene in scenes]
    abreast = sum(widths) + BETWEEN * (len(widths) - 1)
    if chosen is None:
        along = max(_NARROW * INCH, least)
        wide = along * abreast + 2 * MARGIN
        small = min(1.0, MOST / wide, MOST / (INCH * max(scene.plan.height for scene in scenes)))
        scale = Scale(small * along, small * INCH, small)
        return _Layout(stacked=False, scale=scale, wide=max(small * wide, LEAST))
    room = chosen - 2 * MARGIN

    def letters(units: float) -> float:
        return min(1.0, room / units / least) if least else 1.0

    below = letters(abreast) < _STACK if stacked is None else stacked
    units = max(widths) if below else abreast
    size = letters(units)
    if size < _SMALLEST:
        raise _TooSmallError("wide", _SMALLEST * least * units + 2 * MARGIN)
    along = min(room / units, _BROAD * max(INCH, least))
    return _Layout(below, Scale(along, INCH * size, size), chosen)


def _as_high(layout: _Layout, high: float, texts: float, units: float) -> _Layout:
    """The scenes' `units` in what the `texts` leave of a height, in inches."""
    scale = layout.scale
    down = (high - texts) / units
    letters = min(scale.letters, _TIGHT * down / INCH)
    if letters < _SMALLEST:
        raise _TooSmallError("high", texts + units * _SMALLEST * INCH / _TIGHT)
    return replace(layout, scale=Scale(scale.along, down, letters))


def _down(scenes: Sequence[Scene], layout: _Layout) -> float:
    """The units of all scenes, and the arrow, from top to bottom."""
    heights = [scene.plan.height for scene in scenes]
    return sum(heights) + BELOW * (len(heights) - 1) if layout.stacked else max(heights)


def _page(report: Report, sides: Sequence[Side], found: Contrast | None, layout: _Layout) -> Page:
    page = Page(layout.wide)
    if settings().heading:
        title = found.title if found else headed(report.network)
        page.say(settings().title or title, _TITLE, most=5, fontweight="bold")
        total = at_least(report) + _total(report.measure, sides[0]) if not found else ""
        page.say(aside(report.network, total), _SUB, color=theme().quiet)
        page.skip(0.12)
    show = _stacked if layout.stacked else _abreast
    show(page, sides, layout.scale, report.measure, found)
    if found:
        page.skip(0.1)
        colour = theme().costs if found.accent else theme().ink
        look = {"fontweight": "bold", "color": colour}
        page.say(found.sentence, _SAID, x=page.wide / 2, most=_MOST_LINES, **look)
    if settings().heading:
        page.skip(0.14)
        page.say(_key(report, sides, found), _SMALL, most=_MOST_LINES, color=theme().quiet)
    return page


def _abreast(
    page: Page, sides: Sequence[Side], scale: Scale, measure: Measure, found: Contrast | None
) -> None:
    """The scenes from left to right, the arrow between them."""
    widths = [side.scene.plan.width for side in sides]
    units = sum(widths) + BETWEEN * (len(sides) - 1)
    left, top, bottom = (page.wide - units * scale.along) / 2, page.y, page.y
    names = _names(page, sides, scale)
    for at, side in enumerate(sides):
        if found and at:
            wide = BETWEEN * scale.along
            middle = page.y - sides[0].scene.plan.height * scale.down / 2
            page.arrow(found.ratio, left, middle, wide, 0)
            left += wide
        page.y = top
        page.skip_lines(max(map(len, names)) - len(names[at]), _SIDE)
        left += _shown(page, side, names[at], left, scale, measure)
        bottom = max(bottom, page.y)
    page.y = bottom


def _names(page: Page, sides: Sequence[Side], scale: Scale) -> list[list[str]]:
    """The lines of each side's name: on the page, and not into the other's."""
    if not sides[0].name:
        return [[] for _ in sides]
    first, last = (sides[at].scene.plan.width * scale.along for at in (0, -1))
    between = (first + last) / 2 + BETWEEN * scale.along  # from the middle of one to the other's
    margin = (page.wide - between - (first + last) / 2) / 2
    return [
        page.broken(side.name, _SIDE, min(between, 2 * margin + width))
        for side, width in zip(sides, (first, last), strict=True)
    ]


def _stacked(
    page: Page, sides: Sequence[Side], scale: Scale, measure: Measure, found: Contrast | None
) -> None:
    """The scenes one below the other, the arrow between them."""
    for at, side in enumerate(sides):
        if found and at:
            page.arrow(found.ratio, page.wide / 2, page.y, 0, BELOW * scale.down)
            page.skip(BELOW * scale.down)
        left = (page.wide - side.scene.plan.width * scale.along) / 2
        _shown(page, side, [side.name] if side.name else [], left, scale, measure)


def _shown(  # noqa: PLR0913, PLR0917  a side and its place
    page: Page, side: Side, name: Sequence[str], left: float, scale: Scale, measure: Measure
) -> float:
    """Put a scene on the page, the lines of its name and its total above it; return its width."""
    plan = side.scene.plan
    wide, high = plan.width * scale.along, plan.height * scale.down
    for line in name:
        page.say(line, _SIDE, x=left + wide / 2, fontweight="bold")
    if name:
        page.say(_total(measure, side), _SUB, x=left + wide / 2)
        page.skip(0.1)
    page.show(side.scene, left, wide, high)
    return wide


def _total(measure: Measure, side: Side) -> str:
    return f"{measure.text(side.scene.total)} {measure.name}"


def _key(report: Report, sides: Sequence[Side], found: Contrast | None) -> str:
    """How to read it, and where the networks are from."""
    unit = UNIT_NAMES[report.unit]
    of = f"all {unit}" if len(sides) == 1 else f"the {unit} of the costlier side"
    key = "A band is as wide as the activations that it carries; a box is filled by its share of"
    sources = "; ".join(dict.fromkeys(side.source for side in sides if side.source))
    marked = found is not None and found.marked
    marks = "A box on a red ground has no equal on the other side. " if marked else ""
    return f"{key} {of}. {marks}{sources}".strip()
