"""Write docs/networks.md from the tables: `python docs/generate_networks.py`.

A test compares the file with what `page` returns.
"""

import tomllib
from dataclasses import replace
from pathlib import Path

import flopcount as fc
from flopcount.analysis.catalog import references
from flopcount.notation.references import load_table
from flopcount.notation.shipped import note_files
from flopcount.papers.claims import claims_table
from flopcount.rewrites.naive import READINGS
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet

INTRODUCTION = (
    "This page is made from `tables/` by `docs/generate_networks.py`; a test keeps it fresh. "
    "What the counts mean: [conventions](conventions.md). 1000 classes everywhere, but for "
    "`cifar10-inception` (10) and `inception-resnet-v1@facenet` (a bottleneck of 128, no classifier)."
)
CLAIMS = (
    "Each claim with what was measured. The figure and the verdict are computed from "
    "`tables/notes/`; `flopcount paper NETWORK` shows those of one network. A claim is true when "
    'the exact figure rounds to the claimed one; "about as much" is within 10 %.'
)
COUNTS = ("multiplies", "multiplies_unpadded", "params", "norm_stats")


def _totals(of: list[str]) -> str:
    """The totals of a network and its variants, and what the auxiliary heads add."""
    rows = []
    for reference in of:
        network = fc.load(reference)
        plain, headed = (
            fc.analyze(fc.load(reference, aux=aux)).total.cost for aux in (False, True)
        )
        rows.append(
            (
                reference,
                next(iter(network.inputs.values())),
                *(getattr(plain, count) for count in COUNTS),
                (headed.multiplies - plain.multiplies) or None,
                (headed.params - plain.params) or None,
            )
        )
    columns = (
        Column("network", "network"),
        Column("input", "input", "shape"),
        Column("multiplies", "multiplies", "count"),
        Column("inside", "inside the image", "count"),
        Column("params", "params", "count"),
        Column("stats", "moving statistics", "count"),
        Column("aux_multiplies", "auxiliary heads add", "count"),
        Column("aux_params", "and params", "count"),
    )
    return render(Sheet(columns, rows), "markdown")


def _naive(of: list[str]) -> str:
    """What each reading comes to; nothing where no network has reductions."""
    rows = []
    bypasses = False
    for reference in of:
        cells: list[object] = [reference]
        for reading in READINGS:
            report = fc.analyze(fc.load(reference), naive=reading)
            bypasses = bypasses or report.bypasses
            cells += [report.total.naive.multiplies, report.total.saved]
        rows.append(cells)
    if not bypasses:
        return ""
    columns = [Column("network", "network")]
    for reading in READINGS:
        columns += [
            Column(reading, f"naive: {reading}", "count"),
            Column("saved", "saved", "ratio"),
        ]
    return render(Sheet(tuple(columns), rows), "markdown")


def page() -> str:
    """The whole page."""
    notes: dict[str, dict[str, list[str]]] = {}
    for path in note_files():
        notes |= tomllib.loads(path.read_text(encoding="utf-8")).get("networks", {})
    parts = [
        "# The networks",
        INTRODUCTION,
    ]
    for name in fc.names():
        of = [reference for reference in references() if reference.partition("@")[0] == name]
        document = load_table(name).document
        parts += [f"## {document['title']}: `{name}`", f"Source: {document['source']}."]
        parts += [
            f"- `{reference}`: {load_table(reference).document['source']}." for reference in of[1:]
        ]
        parts += [_totals(of), _naive(of)]
        for heading in ("decisions", "discrepancies"):
            lines = notes.get(name, {}).get(heading, [])
            if lines:
                parts += [f"**{heading.capitalize()}**", "\n".join(f"- {line}" for line in lines)]
        assumed = document.get("assumed", {})
        if assumed:
            parts += [
                "**Assumed widths**",
                "\n".join(f"- `{path}`: {why}." for path, why in assumed.items()),
            ]
    claims = claims_table()
    if claims:
        parts += [
            "## What the article and the papers claim",
            CLAIMS,
            render(replace(claims, heading=()), "markdown"),
        ]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("networks.md").write_text(page(), encoding="utf-8")
