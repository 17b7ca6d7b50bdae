"""A page that fills from top to bottom with texts, scenes and arrows, and becomes a figure."""

import math
from typing import TYPE_CHECKING, Any

from ..axes import within_dots
from ..style import theme
from ..texts import fitted, width, wrapped
from .painter import BOLD, Painter
from .scene import Scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARGIN = 0.16  # inches
_FULL = 11.0  # inches of width from which on letters have their full size
_LEAST, _SMALLEST = 0.6, 6.0  # of their size on a narrow figure; points of any letters
_CROWDED = 1.2  # lines that become one of smaller letters
_LEADING = 1.5  # of a line, in its letters' size
_SET = 0.96  # of a line's width: small letters are set to whole dots, which makes them wider
_ARROW = 16.0  # points, of what stands at an arrow


class Page:
    """A figure that fills from top to bottom; lengths are inches, `y` how far it is filled."""

    def __init__(self, wide: float) -> None:
        self.wide = wide
        self.y = MARGIN
        self._letters = min(1.0, max(wide / _FULL, _LEAST))
        self._texts: list[tuple[float, float, str, dict[str, Any]]] = []
        self._arrows: list[tuple[tuple[float, float], tuple[float, float]]] = []
        self._scenes: list[tuple[Scene, tuple[float, float, float, float]]] = []

    @property
    def high(self) -> float:
        """The height of the figure."""
        return self.y + MARGIN

    def skip(self, inches: float) -> None:
        """Leave room."""
        self.y += inches

    def say(
        self, text: str, points: float, *, x: float | None = None, most: int = 3, **look: Any
    ) -> None:
        """Put a text in as many lines as it takes, up to a `most`; on an `x`, in its middle."""
        text = fitted(text, math.inf)  # in signs that the font has
        points = max(points * self._letters, _SMALLEST)
        room = self.wide - 2 * MARGIN if x is None else 2 * min(x, self.wide - x)
        room /= BOLD if look.get("fontweight") == "bold" else 1.0
        points /= _smaller(width(text, points) / (_SET * room))
        high = points * _LEADING / 72
        for line in wrapped(text, _SET * room, points, most):
            place = (MARGIN, "left") if x is None else (x, "center")
            self._write(line, place[0], self.y + high / 2, points, ha=place[1], **look)
            self.y += high

    def broken(self, text: str, points: float, room: float) -> list[str]:
        """The lines of a bold text that has less room than the page, to be said one by one."""
        points = max(points * self._letters, _SMALLEST)
        return wrapped(fitted(text, math.inf), _SET * room / BOLD, points)

    def skip_lines(self, lines: int, points: float) -> None:
        """Leave room for so many lines of letters of this size."""
        self.y += lines * max(points * self._letters, _SMALLEST) * _LEADING / 72

    def _write(self, text: str, x: float, y: float, points: float, **look: Any) -> None:
        self._texts.append((x, y, text, {"fontsize": points, "va": "center", **look}))

    def show(self, scene: Scene, left: float, wide: float, high: float) -> None:
        """Leave the room of a scene."""
        self._scenes.append((scene, (left, self.y, wide, high)))
        self.y += high

    def arrow(self, text: str, x: float, y: float, along: float, down: float) -> None:
        """An arrow to the right or downwards, with a text of two words or more over it."""
        points = _ARROW * self._letters
        first, _, rest = text.rpartition(" ")
        high = points * _LEADING / 72
        if along:
            middle = x + along / 2
            self._write(first, middle, y - 1.6 * high, points, ha="center", fontweight="bold")
            self._write(rest, middle, y - 0.7 * high, 0.8 * points, ha="center")
            self._arrows.append(((x + 0.25 * along, y), (x + 0.75 * along, y)))
        else:
            self._arrows.append(((x, y + 0.2 * down), (x, y + 0.85 * down)))
            self._write(text, x + high / 2, y + down / 2, points, ha="left", fontweight="bold")

    def figure(self, painter: Painter, accent: tuple[str, str | None] | None) -> "Figure":
        """Draw what was put on it."""
        from matplotlib.figure import Figure
        from matplotlib.patches import FancyArrowPatch

        high = self.high
        figure = Figure(figsize=within_dots(self.wide, high))
        ground = figure.add_axes((0, 0, 1, 1))
        ground.set(xlim=(0, self.wide), ylim=(high, 0))
        ground.set_axis_off()
        for scene, (left, top, wide, tall) in self._scenes:
            place = (left / self.wide, 1 - (top + tall) / high, wide / self.wide, tall / high)
            axes = figure.add_axes(place)
            axes.set(xlim=(0, scene.plan.width), ylim=(scene.plan.height, 0))
            axes.set_axis_off()
            painter.paint(axes, scene, accent)
        for x, y, text, look in self._texts:
            ground.text(x, y, text, **look)
        for start, end in self._arrows:
            look = {"arrowstyle": "-|>", "mutation_scale": 14, "linewidth": 2.2}
            ground.add_patch(FancyArrowPatch(start, end, color=theme().ink, **look))
        return figure


def _smaller(lines: float) -> float:
    """By how much a text is set smaller that takes a little more than one line."""
    return lines if 1 < lines < _CROWDED else 1.0
