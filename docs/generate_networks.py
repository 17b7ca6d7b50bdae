"""Write docs/networks.md and its picture from the tables: `python docs/generate_networks.py`.

A test compares the page with what `page` returns. Costs are computed; accuracies are printed by
others, and stand with their sources in accuracy.toml.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import flopcount as fc
from flopcount.analysis.catalog import references
from flopcount.core import role_of
from flopcount.notation.references import load_table
from flopcount.notation.shipped import Family, families, note_files
from flopcount.papers.claims import claims_table
from flopcount.rewrites.naive import READINGS
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet

HERE = Path(__file__).parent
INTRODUCTION = (
    "This page is made from `tables/` by `docs/generate_networks.py`; a test keeps it fresh. "
    "What the counts mean: [conventions](conventions.md). 1000 classes where the network is one "
    "of ImageNet. Naive is the whole network with each 1×1 that is marked a reduction bypassed "
    "([conventions](conventions.md#the-naive-network)); saved is how many times more that costs."
)
ACCURACY = (
    "Multiplies and accuracy, as torchvision and Keras print it of their own trained weights: top-1 "
    "on ImageNet, one crop, in percent. It is of weights, and of the recipe that they were trained "
    "with, not of a network alone. torchvision's are its `IMAGENET1K_V1`, the first it had; sources "
    "stand in `docs/accuracy.toml`. The cost is that at the input where the accuracy was measured."
)
CLAIMS = (
    "Each claim with what was measured. The figure and the verdict are computed from "
    "`tables/notes/`; `flopcount paper NETWORK` shows those of one network. A claim is true when "
    'the exact figure rounds to the claimed one; "about as much" is within 10 %.'
)
PICTURE = "![Multiplies and top-1 accuracy by family](images/networks.png)"


class Accuracy(NamedTuple):
    """What a source prints of a network, and the input that it was measured at, if another.

    `line` names the line of the picture that it is on, where that is not its family's.
    """

    by: str
    top1: str
    input: str | None = None
    line: str = ""


@cache
def accuracies() -> dict[str, Accuracy]:
    """What is printed of each network or variant."""
    found = tomllib.loads((HERE / "accuracy.toml").read_text(encoding="utf-8"))
    return {
        reference: Accuracy(by, fact["top1"], fact.get("input"), fact.get("line", ""))
        for by, source in found.items()
        for reference, fact in source["networks"].items()
    }


@cache
def _loaded(reference: str) -> fc.Network:
    return fc.load(reference)


def _formula(network: fc.Network) -> str | None:
    """The multiplies of a network that reads a text, in its tokens T."""
    if any(len(shape) != 1 for shape in network.inputs.values()):
        return None
    try:
        found = fc.formula(network)
    except fc.FlopcountError:  # inputs of two lengths
        return None
    return str(found) if found.names == ("T",) else None


def _table(of: Sequence[str]) -> str:
    """The totals of each network and variant; columns that would be empty are left out."""
    rows = []
    for reference in of:
        report = fc.analyze(_loaded(reference))
        total, network = report.total, report.network
        printed = accuracies().get(reference)
        inputs = " + ".join("×".join(map(str, shape)) for shape in network.inputs.values())
        rows.append(
            (
                reference,
                inputs,
                total.cost.multiplies,
                total.cost.multiplies_unpadded,
                total.cost.params,
                total.cost.norm_stats or None,
                total.naive.multiplies if report.bypasses else None,
                total.saved if report.bypasses else None,
                _formula(network),
                _said(printed),
            )
        )
    columns = (
        Column("network", "network"),
        Column("input", "input"),
        Column("multiplies", "multiplies", "count"),
        Column("inside", "inside the image", "count"),
        Column("params", "params", "count"),
        Column("stats", "moving statistics", "count"),
        Column("naive", "naive", "count"),
        Column("saved", "saved", "ratio"),
        Column("formula", "multiplies of T tokens"),
        Column("top1", "top-1"),
    )
    return _rendered(columns, rows)


def _said(printed: Accuracy | None) -> str | None:
    if printed is None:
        return None
    at = f" at {printed.input.replace('x', '×')}" if printed.input else ""
    return f"{printed.top1} % ({printed.by}{at})"


def _rendered(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> str:
    """A table without the columns that hold nothing."""
    filled = [
        place
        for place in range(len(columns))
        if any(row[place] is not None and row[place] != 0 for row in rows)
    ]
    kept = [[row[place] for place in filled] for row in rows]
    return render(Sheet(tuple(columns[place] for place in filled), kept), "markdown")


def _heads(of: Sequence[str]) -> str:
    """What auxiliary heads add, where there are any."""
    rows = []
    for reference in of:
        if load_table(reference).document.get("aux"):
            plain, headed = (fc.analyze(fc.load(reference, aux=aux)).cost for aux in (False, True))
            more = (headed.multiplies - plain.multiplies, headed.params - plain.params)
            rows.append((reference, *more))
    columns = (
        Column("network", "network"),
        Column("multiplies", "auxiliary heads add", "count"),
        Column("params", "and params", "count"),
    )
    return _rendered(columns, rows) if rows else ""


def _naive(of: Sequence[str]) -> str:
    """What each reading comes to, where they differ."""
    rows = []
    differ = False
    for reference in of:
        network = _loaded(reference)
        if not any(role_of(node.op) == "project" for node in network.nodes):
            continue  # the readings are one
        totals = [fc.analyze(network, naive=reading).total for reading in READINGS]
        differ = differ or len({total.naive.multiplies for total in totals}) > 1
        rows.append([reference, *(v for one in totals for v in (one.naive.multiplies, one.saved))])
    columns = [Column("network", "network")]
    for reading in READINGS:
        columns += [
            Column(reading, f"naive: {reading}", "count"),
            Column("saved", "saved", "ratio"),
        ]
    return _rendered(columns, rows) if differ else ""


def _sources(of: Sequence[str]) -> str:
    """Where each network is from; those of one source share a line."""
    by_source: dict[str, list[str]] = {}
    for reference in of:
        by_source.setdefault(load_table(reference).document["source"], []).append(reference)
    return "\n".join(
        f"- {', '.join(f'`{name}`' for name in names)}: {source}."
        for source, names in by_source.items()
    )


def _family(family: Family, notes: dict[str, dict[str, list[str]]]) -> list[str]:
    """The section of a family."""
    of = [reference for reference in references() if reference.split("@")[0] in family.networks]
    parts = [f"## {family.title}", _sources(of), _table(of), _heads(of), _naive(of)]
    for name in family.networks:
        said = []
        for heading in ("decisions", "discrepancies"):
            if lines := notes.get(name, {}).get(heading, []):
                said += [f"**{heading.capitalize()}**", "\n".join(f"- {line}" for line in lines)]
        if assumed := load_table(name).document.get("assumed", {}):
            lines = [f"- `{path}`: {why}." for path, why in assumed.items()]
            said += ["**Assumed widths**", "\n".join(lines)]
        parts += [f"### `{name}`", *said] if said else []
    return parts


def page() -> str:
    """The whole page."""
    notes: dict[str, dict[str, list[str]]] = {}
    for path in note_files():
        notes |= tomllib.loads(path.read_text(encoding="utf-8")).get("networks", {})
    parts = ["# The networks", INTRODUCTION, ACCURACY, PICTURE]
    for family in families().values():
        parts += _family(family, notes)
    claims = claims_table()
    if claims:
        parts += [
            "## What the article and the papers claim",
            CLAIMS,
            render(replace(claims, heading=()), "markdown"),
        ]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


if __name__ == "__main__":
    from networks_picture import draw

    (HERE / "networks.md").write_text(page(), encoding="utf-8")
    draw(HERE / "images" / "networks.png", accuracies())
