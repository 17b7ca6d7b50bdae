"""A line of a report for programs: its counts as plain integers, under the names of the JSON."""

from collections.abc import Sequence
from typing import Any

from ..core import COUNTS
from .report import Line


def counts(line: Line) -> dict[str, Any]:
    """A line's counts under the names of the JSON schema, as plain integers: built and naive."""
    naive = {f"naive_{name}": int(line.naive[name]) for name in ("multiplies", "params")}
    return built_counts(line) | naive


def built_counts(line: Line) -> dict[str, Any]:
    """The same without the naive reading's."""
    plain: dict[str, Any] = {}
    for name in COUNTS:
        group, dot, kind = name.rpartition(".")
        (plain.setdefault(group, {}) if dot else plain)[kind] = int(line.cost[name])
    return plain


def line_record(line: Line, grain: str, columns: Sequence[str] = ()) -> dict[str, Any]:
    """A line's names and its counts, or those chosen, flat: a record of a data frame."""
    names = {"layer": ["module", "branch", "layer", "op"], "branch": ["module", "branch"]}
    own = {name: getattr(line, name) for name in names.get(grain, [grain])}
    if columns:
        return own | {name: int(line.cost[name]) for name in columns}
    return own | {key: value for key, value in counts(line).items() if key != "elementwise"}
