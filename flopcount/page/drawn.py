"""The drawings of a page: where each box and each link stands, by the layout of the pictures.

What stands in the boxes and how wide the links are is the scripts', since sliders change it.
Lengths are the units of `pictures.drawing`: a box is 136 of them wide, a row of boxes 60 high.
"""

from collections.abc import Iterator, Sequence

from ..analysis import Report
from ..analysis.repeats import Repeat
from ..core import Node, Port, Scope
from ..pictures.drawing import entering
from ..pictures.drawing.plan import Column, Plan, arranged, planned
from ..pictures.drawing.sketch import Sketch, sketch
from ..pictures.grouped import Grouped
from ..records import dataclass, replace

MOST_LAYERS = 200  # of a module that is drawn; a longer one has its table alone
MOST_BOXES, MOST_LINKS = 600, 2_400  # of a drawing: what a browser redraws while a slider moves
_ABREAST = 1.6  # width to height of a whole network, as it is on a wide screen
_ALONE = 1.2  # of a module that is so long that it is broken into columns

Point = tuple[float, float]


@dataclass(frozen=True)
class DrawnBox:
    """A rectangle by the middle of its top; with its `layers`, one of each repeat.

    One without layers says what enters: `inputs` are indices of the drawing's. Where a box is
    several layers, `groups` has those of each repeat; its `text` is a module's, or None.
    """

    layers: tuple[int, ...]
    inputs: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    text: str | None
    x: float
    y: float
    width: float
    height: float
    bar: bool


@dataclass(frozen=True)
class DrawnLink:
    """From a box to another by the points of its `way`, into input `port` of the second.

    `input` is the index of what enters, where the first box says that; `reader` that of the layer
    whose input is meant, where it is not the box's own.
    """

    start: int
    end: int
    input: int | None
    reader: int | None
    port: int
    way: tuple[Point, ...]


@dataclass(frozen=True)
class DrawnPanel:
    """The ground of a module, or of those that repeat it, by its left upper corner.

    So much `room` is free left of it for its name; a longer one stands above it.
    """

    modules: tuple[int, ...]
    name: str
    x: float
    y: float
    width: float
    height: float
    room: float


@dataclass(frozen=True)
class Drawn:
    """A drawing, read down and then from left to right, as the boxes are in their order.

    `inputs` are results of layers, by their index, or other ports, as in what a layer reads.
    """

    width: float
    height: float
    inputs: tuple[int | Port, ...]
    boxes: tuple[DrawnBox, ...]
    links: tuple[DrawnLink, ...]
    panels: tuple[DrawnPanel, ...]


def whole_drawn(report: Report) -> Drawn | None:
    """Draw all modules, those that repeat each other once.

    None for a module alone, whose own drawing shows all of it, and where there is too much.

    >>> import flopcount as fc
    >>> drawing = whole_drawn(fc.analyze(fc.load("inception-resnet-v2")))
    >>> [panel.name for panel in drawing.panels][8:11]
    ['A × 10', 'reduction-A', 'B × 20']
    >>> sorted({len(box.layers) for box in drawing.boxes if box.layers})
    [1, 9, 10, 20]
    """
    if len(_modules(report)) < 2:
        return None
    shown = _shown(report)
    plan = planned(shown, _ABREAST)
    return _drawn(report, shown, plan) if _fits(plan) else None


def module_drawn(report: Report, module: str) -> Drawn | None:
    """Draw a module alone. None where it is too long."""
    shown = _shown(report, module)
    nodes = [row.node for row in shown.rows if row.node.module == module]
    if len(nodes) > MOST_LAYERS or sum(len(node.inputs) for node in nodes) > MOST_LINKS:
        return None
    plan = arranged(nodes, [Repeat((module,))], report.network.heads, _ALONE)
    return _drawn(report, shown, plan)


def _shown(report: Report, module: str | None = None) -> Report:
    """The report as it is drawn: of a model a sketch, of one module or of all."""
    if not isinstance(report, Grouped):
        return report
    own = {row.node.path for row in report.rows if module in (None, row.node.module)}
    rows = tuple(row for row in report.source.rows if row.node.path in own)
    shown = sketch(replace(report.source, rows=rows), report.at)
    if module is None:
        return shown
    if not shown.rows:  # parameters alone, which else are not drawn
        return report
    alone = (row._replace(node=replace(row.node, scope=(Scope(module),))) for row in shown.rows)
    return replace(shown, rows=tuple(alone))


def _fits(plan: Plan) -> bool:
    boxes = sum(len(column.drawing.boxes) for column in plan.columns)
    return boxes <= MOST_BOXES and sum(len(c.drawing.links) for c in plan.columns) <= MOST_LINKS


def _drawn(report: Report, shown: Report, plan: Plan) -> Drawn:
    """A plan of a report, as it is `shown`."""
    places = _Places(report, shown)
    boxes: list[DrawnBox] = []
    links: list[DrawnLink] = []
    for column in plan.columns:
        numbers = {box.layer: len(boxes) + at for at, box in enumerate(column.drawing.boxes)}
        inputs = places.entering(column)
        boxes += _boxes(column, places, inputs)
        links += _links(column, places, numbers, inputs)
    return Drawn(
        width=_short(plan.width),
        height=_short(plan.height),
        inputs=places.read(),
        boxes=tuple(boxes),
        links=tuple(links),
        panels=tuple(
            DrawnPanel(
                modules=tuple(map(places.module, panel.repeat.modules)),
                name=panel.repeat.name,
                x=_short(panel.x),
                y=_short(panel.y),
                width=_short(panel.width),
                height=_short(panel.height),
                room=_short(panel.room),
            )
            for panel in plan.panels()
        ),
    )


class _Places:
    """The indices of a report's layers and modules, and of what enters the columns of a plan."""

    def __init__(self, report: Report, shown: Report) -> None:
        self._modules = {module: at for at, module in enumerate(_modules(report))}
        self._module_of = {row.node.path: row.node.module for row in report.rows}
        self._layers = {row.node.path: at for at, row in enumerate(report.rows)}
        self._units = shown.units if isinstance(shown, Sketch) else {}
        self.inputs: dict[Port, int] = {}
        self._reads = {row.node.path: row.node.inputs for row in shown.rows}
        self._of_module: dict[str, list[str]] = {}
        for row in shown.rows:
            self._of_module.setdefault(row.node.module, []).append(row.node.path)

    def module(self, name: str) -> int:
        """The index of a module, or of the one that the first layer of such a name is in."""
        (first, *_) = self._of_module[name]
        own = self._units[first].rows[0].node.path if first in self._units else first
        return self._modules[self._module_of[own]]

    def repeated(self, node: Node, repeat: Repeat) -> list[str]:
        """The path of a box, and what it is in each module that repeats its own."""
        number = self._of_module[node.module].index(node.path)
        return [self._of_module[module][number] for module in repeat.modules]

    def layer(self, path: str) -> int:
        """The layer that a box is, or the costliest of those that it is."""
        unit = self._units.get(path)
        return self._layers[unit.main.node.path if unit else path]

    def group(self, path: str) -> tuple[int, ...]:
        """The layers that a box is, where there are several."""
        rows = self._units[path].rows if path in self._units else []
        return tuple(self._layers[row.node.path] for row in rows) if len(rows) > 1 else ()

    def text(self, path: str) -> str | None:
        """What a box is called that is a module."""
        return (self._units[path].text or None) if path in self._units else None

    def read_by(self, node: Node, place: int) -> tuple[int | None, int]:
        """The layer that reads what a box reads at a place, where it is not its own, and where."""
        if node.path not in self._units:
            return None, place
        read = self._units[node.path].reads[self._reads[node.path][place]]
        return self._layers[read.path], read.place

    def entering(self, column: Column) -> list[int]:
        """The index of each of what enters a column, in its order.

        After modules that are drawn once, that is what the last of them puts out.
        """
        really = {
            drawn: port
            for node in column.nodes
            for drawn, port in zip(node.inputs, self._reads[node.path], strict=True)
        }
        ports = [really[port] for port in entering(column.nodes)]
        return [self.inputs.setdefault(port, len(self.inputs)) for port in ports]

    def read(self) -> tuple[int | Port, ...]:
        """All that enters: the index of the layer that puts it out, or the port."""
        return tuple(self._layers.get(port, port) for port in map(self._put_out, self.inputs))

    def _put_out(self, port: Port) -> Port:
        """What a box puts out that is a module: its last layer's output."""
        return self._units[port].rows[-1].node.path if port in self._units else port


def _modules(report: Report) -> dict[str, None]:
    return dict.fromkeys(row.node.module for row in report.rows)


def _boxes(column: Column, places: _Places, inputs: Sequence[int]) -> Iterator[DrawnBox]:
    repeats = {repeat.modules[0]: repeat for repeat in column.repeats}
    for box in column.drawing.boxes:
        node = None if box.layer is None else column.nodes[box.layer]
        paths = places.repeated(node, repeats[node.module]) if node else []
        groups = tuple(map(places.group, paths))
        yield DrawnBox(
            tuple(map(places.layer, paths)),
            () if node else tuple(inputs),
            groups if any(groups) else (),
            places.text(node.path) if node else None,
            x=_short(box.x + column.x),
            y=_short(box.y),
            width=_short(box.width),
            height=_short(box.height),
            bar=box.bar,
        )


def _links(
    column: Column, places: _Places, numbers: dict[int | None, int], inputs: Sequence[int]
) -> Iterator[DrawnLink]:
    come: dict[int, int] = {}  # of each layer, how many have come: links are in their order
    for link in column.drawing.links:
        place = come.get(link.end, 0)
        come[link.end] = place + 1
        reader, port = places.read_by(column.nodes[link.end], place)
        yield DrawnLink(
            numbers[link.start],
            numbers[link.end],
            None if link.input is None else inputs[link.input],
            reader,
            port,
            tuple((_short(x + column.x), _short(y)) for x, y in link.way),
        )


def _short(length: float) -> float:
    """A length to a hundredth, a whole one as an integer: so much less to write."""
    rounded = round(length, 2)
    return int(rounded) if rounded == int(rounded) else rounded
