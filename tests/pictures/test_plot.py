"""Every kind of picture of every network: each word inside the frame, none on another."""

import itertools
import tomllib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import flopcount as fc
from flopcount.core.graph import Scope
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.pictures.breakeven import breakeven
from flopcount.pictures.compare import scatter
from flopcount.pictures.counters import counters
from flopcount.pictures.drawing.figure import drawing
from flopcount.pictures.layers import layers
from flopcount.pictures.matched import by_module
from flopcount.pictures.modules import modules
from flopcount.pictures.savings import savings
from flopcount.pictures.tree import tree
from tests.pictures.drawn import SAMPLED, SHIPPED

HOSTILE = (
    "$x^2$ and $",
    "two\nlines\tand a tab",
    "w" * 2_000,
    "🙈🙉🙊",
    "שלום עולם",
    "\u202eright to left",
    "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306",
    "中文",
    "\\frac{1}{2}_a^b",
    "<b>&amp;</b>",
)


def table(lines: Iterator[str] | list[str], name: str = "own") -> fc.Network:
    text = 'input = "32x32x16"\n[rows]\n' + "\n".join(lines)
    return build(parse_table(tomllib.loads(text)), name, Options())


def rows(count: int, name: str = "m{}") -> fc.Network:
    """Build a network of so many modules, each with a reduction of its own."""
    return table(
        f'"{name.format(place)}" = "conv 1x1 {2 + place % 7} reduce > '
        f'conv 5x5 {8 + place % 5} > conv 1x1 16"'
        for place in range(count)
    )


def branched(count: int, branch: str = "a{}") -> fc.Network:
    """Build a network of so many modules, each with branches of its own names."""
    return table(
        f'm{place} = "[{branch.format(place)}: conv 1x1 {3 + place} | b: conv 1x1 2 reduce > '
        'conv 3x3 13]"'
        for place in range(count)
    )


def renamed(network: fc.Network, names: tuple[str, ...]) -> fc.Network:
    """Give its modules, branches and itself names that no table lets through."""
    from dataclasses import replace

    known = dict(zip(network.modules, itertools.cycle(names), strict=False))
    modules = {module: f"{known[module]}{place}" for place, module in enumerate(known)}

    def path(old: str) -> str:
        module, slash, rest = old.partition("/")
        return f"{modules.get(module, module)}{slash}{rest}"

    nodes = tuple(
        replace(
            node,
            path=path(node.path),
            inputs=tuple(map(path, node.inputs)),
            scope=(
                Scope(modules[node.module]),
                *(Scope(f"{step.name}{names[0]}") for step in node.scope[1:]),
            ),
        )
        for node in network.nodes
    )
    return replace(network, name=names[0], nodes=nodes, output=path(network.output))


def of_report(draw: Callable[[Any], Figure]) -> Callable[[fc.Network], Figure]:
    return lambda network: draw(fc.analyze(network))


def beside_naive(report: fc.Report) -> Figure:
    """Draw it beside itself without reductions; alone where there are none that matter."""
    total = report.total
    return drawing(report, "naive" if total.naive.multiplies != total.cost.multiplies else None)


KINDS: dict[str, Callable[[fc.Network], Figure]] = {
    "drawing": of_report(drawing),
    "drawing beside naive": of_report(beside_naive),
    "savings": of_report(savings),
    "modules": of_report(modules),
    "layers": of_report(layers),
    "breakeven": lambda network: breakeven(network, fc.reductions(network, counts=["multiplies"])),
    "compare": lambda network: scatter(
        [fc.analyze(other) for other in (network, fc.load("googlenet"), network)]
    ),
    "by module": lambda network: by_module([network, fc.load("googlenet"), network]),
    "tree": of_report(tree),
    "counters": of_report(counters),
}
NETWORKS: dict[str, Callable[[], fc.Network]] = {
    "one module": lambda: rows(1),
    "3 modules": lambda: rows(3),
    "60 modules": lambda: rows(60),
    "300 modules": lambda: rows(300),
    "30 branches": lambda: branched(30),
    "long names": lambda: rows(12, "w" * 56 + "{}"),
    "a long spec": lambda: fc.parse(
        "8x8x3" + " > conv 3x3 4" * 40 + " > conv 1x1 2 reduce > conv 3x3 8"
    ),
    "3a alone": lambda: fc.load("googlenet")["3a"],
    "a reduction that costs": lambda: fc.parse("8x8x3 > conv 1x1 64 reduce > conv 1x1 4"),
    "large numbers": lambda: fc.load("googlenet", input="400000x400000"),
    **{
        f"names from {place}": (
            lambda place=place: renamed(branched(10), HOSTILE[place:] + HOSTILE[:place])
        )
        for place in range(0, len(HOSTILE), 3)
    },
    **{name: (lambda name=name: fc.load(name)) for name in SHIPPED},
}


def drawn(figure: Figure) -> np.ndarray:
    """Draw a figure; its pixels, height × width × RGBA."""
    if np.allclose(tenths := 10 * figure.get_size_inches(), np.round(tenths)):
        figure.set_dpi(100)  # fewer dots are drawn faster; no edge is half a dot
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def words(figure: Figure) -> list[Text]:
    """Every text that is drawn; ticks only where they are inside their axis."""
    shown, ticks = [], set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            places = axis.get_majorticklocs()
            for tick, place in zip(axis.get_major_ticks(len(places)), places, strict=True):
                ticks |= {tick.label1, tick.label2}
                seen = tick.label1.get_visible() and axes.axison
                if seen and low <= place <= high:
                    shown.append(tick.label1)
            ticks |= {
                label for tick in axis.get_minor_ticks() for label in (tick.label1, tick.label2)
            }
            if not axes.axison:
                ticks |= {axis.label}
    found = figure.findobj(Text)
    return [
        text
        for text in [*shown, *(text for text in found if text not in ticks)]
        if isinstance(text, Text) and text.get_text().strip() and text.get_visible()
    ]


def check(figure: Figure) -> None:
    """Nothing touches the edge of the picture, each text lies inside it, and on no other."""
    pixels = drawn(figure)
    edge = [pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]]
    ground = np.round(255 * np.array(figure.get_facecolor()))
    assert all((side == ground).all() for side in edge), "something is cut off at the edge"
    boxes = [(text, text.get_window_extent()) for text in words(figure)]
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y1 <= figure.bbox.height, text
    pairs = overlapping([box for _, box in boxes])
    assert pairs == [], [(boxes[one][0], boxes[other][0]) for one, other in pairs]


def overlapping(boxes: Sequence[Bbox]) -> list[tuple[int, int]]:
    """The pairs of boxes that overlap, as `Bbox.overlaps` says it, of all of them at once."""
    if not boxes:
        return []
    extents = np.array([box.extents for box in boxes])
    both = np.ones((len(boxes), len(boxes)), bool)
    for axis in (0, 1):
        least, most = np.sort(extents[:, [axis, axis + 2]]).T
        both &= (least[:, None] <= most[None, :]) & (least[None, :] <= most[:, None])
    return [(int(one), int(other)) for one, other in np.argwhere(np.triu(both, 1))]


def test_boxes_overlap_as_matplotlib_says() -> None:
    places = np.random.default_rng(0).integers(9, size=(60, 4))
    boxes = [Bbox.from_extents(*place) for place in places]
    pairs = itertools.combinations(range(len(boxes)), 2)
    expected = [(one, other) for one, other in pairs if boxes[one].overlaps(boxes[other])]
    assert overlapping(boxes) == expected != []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "what"),
    [*itertools.product(KINDS, NETWORKS)],
)
def test_every_word_is_inside_and_on_no_other(kind: str, what: str) -> None:
    check(KINDS[kind](NETWORKS[what]()))


@pytest.mark.slow
@pytest.mark.parametrize("grain", ["layer", "branch", "module", "op"])
def test_the_saving_at_every_grain(grain: str) -> None:
    check(fc.analyze(fc.load("googlenet")).by(grain).plot())


@pytest.mark.slow
@pytest.mark.parametrize("draw", [savings, modules, tree])
@pytest.mark.parametrize(
    ("unit", "batch"),
    [
        *(("multiplies", 1), ("macs", 1), ("flops", 1)),
        *(("multiplies", 1_000_000), ("flops", 1_000_000)),
    ],
)
def test_units_and_batches_fit_too(
    draw: Callable[[fc.Report], Figure], unit: str, batch: int
) -> None:
    figure = draw(fc.analyze(fc.load("googlenet"), unit=unit, batch=batch))
    check(figure)
    said = " ".join(text.get_text() for text in words(figure)).replace("\n", " ")
    name = {"multiplies": "multiplies", "macs": "MACs", "flops": "FLOPs (2 × MACs)"}[unit]
    samples = "for 1,000,000 samples" if batch > 1 else "per sample"
    assert f"{name} {samples}, taps on padding included" in said


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 10, 40])
def test_many_networks_have_their_names(count: int) -> None:
    names = [f"googlenet@width={1 + place / 20}" for place in range(count)]
    figure = scatter([fc.analyze(fc.load(name)) for name in names])
    check(figure)
    assert set(names) <= {text.get_text() for text in words(figure)}


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_names_in_a_treemap_stand_in_their_own_part(name: str) -> None:
    figure = tree(fc.analyze(fc.load(name)))
    drawn(figure)
    (axes,) = figure.axes
    parts = [patch.get_window_extent() for patch in axes.patches if patch.get_fill()]
    for text in axes.texts:
        box = text.get_window_extent()
        if text.get_va() == "center":  # a layer's; a module's is at the top of several
            middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            (own,) = (part for part in parts if part.contains(*middle))
            assert own.x0 <= box.x0 < box.x1 <= own.x1, text
            assert own.y0 <= box.y0 < box.y1 <= own.y1, text


# -- the helper finds what it is there to find


@pytest.mark.slow
def test_a_label_that_is_cut_off_is_found() -> None:
    figure = KINDS["savings"](rows(4))
    figure.axes[0].annotate("█" * 200, (0, 1))
    figure.set_layout_engine("none")
    with pytest.raises(AssertionError, match="cut off"):
        check(figure)


@pytest.mark.slow
def test_a_label_on_another_is_found() -> None:
    figure = KINDS["layers"](rows(4))
    figure.axes[0].text(1, 50, "here")
    figure.axes[0].text(1, 50, "here too")
    with pytest.raises(AssertionError, match="here too"):
        check(figure)
