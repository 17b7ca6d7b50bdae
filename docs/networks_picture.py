"""The picture of docs/networks.md: multiplies and accuracy, a line a family."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import flopcount as fc
from flopcount.notation.shipped import family_of


def points(printed: Mapping[str, Any]) -> dict[str, list[tuple[str, int, float]]]:
    """By family: each network, its multiplies where its accuracy was measured, and that."""
    found: dict[str, list[tuple[str, int, float]]] = {}
    for reference, fact in printed.items():
        name, _, variant = reference.partition("@")
        if variant == "keras":  # the same network stands there with torchvision's
            continue
        line = family_of(name).name
        if variant and variant != "torchvision":
            line += f"@{variant}"
        if fact.line:
            line += f", {fact.line}"
        network = fc.load(reference, input=fact.input) if fact.input else fc.load(reference)
        cost = fc.analyze(network).cost.multiplies
        found.setdefault(line, []).append((reference, cost, float(fact.top1)))
    return {line: sorted(some, key=lambda one: one[1]) for line, some in found.items()}


def draw(path: Path, printed: Mapping[str, Any]) -> None:
    """Draw it; a label is moved until it lies on no other and on no point."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    lines = points(printed)
    mpl.rcParams["svg.hashsalt"] = "flopcount"
    figure, axes = plt.subplots(figsize=(11, 8), dpi=110, layout="constrained")
    axes.set_xscale("log")
    colours = plt.get_cmap("tab20").colors
    for at, (line, some) in enumerate(lines.items()):
        _, costs, tops = zip(*some, strict=True)
        colour = colours[at % 20]
        axes.plot(costs, tops, "o-", color=colour, markersize=4, linewidth=1.2, label=line)
    axes.set_xlabel("multiplies")
    axes.set_ylabel("top-1 accuracy, ImageNet, %")
    axes.grid(visible=True, which="major", color="#ddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlim(min(c for some in lines.values() for _, c, _ in some) * 0.7, None)
    figure.canvas.draw()
    _label(axes, lines, [colours[at % 20] for at in range(len(lines))])
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)


def _label(axes: Any, lines: Mapping[str, list[tuple[str, int, float]]], colours: Any) -> None:
    """A label at each point, at the first of the places around it that is free."""
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

    renderer = axes.figure.canvas.get_renderer()
    spots = [
        axes.transData.transform((cost, top)) for some in lines.values() for _, cost, top in some
    ]
    taken = [Bbox.from_extents(x - 3, y - 3, x + 3, y + 3) for x, y in spots]
    crossed = [Bbox.from_extents(x - 1, y - 1, x + 1, y + 1) for x, y in _along(axes, lines)]
    inside = axes.get_window_extent(renderer)
    for (_, some), colour in zip(lines.items(), colours, strict=True):
        for reference, cost, top in some:
            for far, may_cross, (dx, dy, across, up) in _tried():
                label = axes.annotate(
                    reference, (cost, top), (dx, dy), textcoords="offset points", fontsize=7.5,
                    color=tuple(0.65 * part for part in colour), ha=across, va=up,
                    arrowprops={"arrowstyle": "-", "lw": 0.5, "color": "#999"} if far else None,
                )  # fmt: skip
                label.update_positions(renderer)
                box = Text.get_window_extent(label, renderer)  # without its line
                free = not any(box.overlaps(other) for other in taken)
                free &= may_cross or not any(box.overlaps(other) for other in crossed)
                if free and inside.x0 <= box.x0 and box.x1 <= inside.x1 and box.y0 >= inside.y0:
                    taken.append(box)
                    break
                label.remove()
            else:
                raise SystemExit(f"no room for the label {reference}")


def _along(axes: Any, lines: Mapping[str, list[tuple[str, int, float]]]) -> list[Any]:
    """Places on the lines, in pixels, close to each other."""
    found = []
    for some in lines.values():
        spots = [axes.transData.transform((cost, top)) for _, cost, top in some]
        for (x, y), (to_x, to_y) in pairwise(spots):
            found += [(x + (to_x - x) * i / 60, y + (to_y - y) * i / 60) for i in range(61)]
    return found


def _tried() -> Iterator[tuple[bool, bool, tuple[float, float, str, str]]]:
    """Places for a label: whether it is far and has a line, may lie on a line, and where it is."""
    for far, distances in ((False, (5, 8, 11)), (True, (17, 24, 32, 41, 50))):
        for may_cross in (False, True):
            yield from ((far, may_cross, place) for place in _places(distances))


def _places(distances: Iterable[float]) -> Iterator[tuple[float, float, str, str]]:
    for far in distances:
        yield far, 0, "left", "center"
        yield -far, 0, "right", "center"
        yield 0, far, "center", "bottom"
        yield 0, -far, "center", "top"
        for dx, across in ((far, "left"), (-far, "right")):
            for dy, up in ((far, "bottom"), (-far, "top")):
                yield 0.7 * dx, 0.7 * dy, across, up
