"""What papers print of a network, as numbers that somebody may have from there."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from ..core import Network
from ..counters.printed.candidates import Reading
from ..notation import draft_of, families, find, load_table, note_files, split_reference
from ..notation.options import Options
from ..writing.figures import Printed, read_printed, summed

_UNITS = {  # of the counts that papers print
    "multiplies": "MAC",
    "macs": "MAC",
    "flops": "FLOP",
    "params": "parameters",
    "weights": "parameters",
}
_KEYS = {"source", "counts", "K", "notes", "readings", "networks"}


def printed_of(network: Network) -> Iterator[Reading]:
    """What papers print of a shipped network, and what the columns of its printed table sum to.

    Of another network, and of one that was changed, there is nothing.
    """
    plan = draft_of(network) if network.whole is None else None
    if plan is None or plan.rewrites or plan.options != Options():
        return
    reference = network.name
    name = find(split_reference(reference)[0])
    if name is None:
        return
    given = load_table(reference).document.get("paper", [])
    for section in given if isinstance(given, list) else [given]:
        if "networks" not in section:
            yield from _sums(section)
        yield from _whole(section, name, reference)
    family = next(one.name for one in families().values() if name in one.networks)
    for path in note_files():
        if path.stem == family:
            for section in tomllib.loads(path.read_text(encoding="utf-8")).get("paper", []):
                yield from _whole(section, name, reference)


def _sums(section: Mapping[str, Any]) -> Iterator[Reading]:
    """The columns of a printed table, each summed; with K as 1000 where it is 1024 there."""
    rows = {row: figures for row, figures in section.items() if row not in _KEYS}
    for thousand in {section.get("K", 1000), 1000}:
        changed = () if thousand == section.get("K", 1000) else ("K as 1000",)
        for place, unit in enumerate(_units(section)):
            figures = [read_printed(each[place], row, thousand) for row, each in rows.items()]
            total = summed(figures)
            if total and unit:
                yield Reading(_number(total), f"a column's sum: {_source(section)}", unit, changed)


def _whole(section: Mapping[str, Any], name: str, reference: str) -> Iterator[Reading]:
    """The figures of whole networks; of a variant of the same, with its name."""
    for row, figures in section.get("networks", {}).items():
        if find(split_reference(row)[0]) == name:
            changed = () if row == reference else (row,)
            for figure, unit in zip(figures, _units(section), strict=True):
                if unit:
                    printed = read_printed(figure, row, section.get("K", 1000))
                    yield Reading(_number(printed), _source(section), unit, changed)


def _units(section: Mapping[str, Any]) -> list[str]:
    return [_UNITS.get(count, "") for count in section.get("counts", ["params", "multiplies"])]


def _source(section: Mapping[str, Any]) -> str:
    return str(section.get("source", "a printed table")).split("; ")[0]


def _number(printed: Printed) -> int:
    return int(printed.number * printed.unit)
