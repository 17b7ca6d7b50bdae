"""A line of a report for programs: its counts as plain integers, under the names of the JSON."""

from collections.abc import Sequence
from typing import Any

from ..core import COUNTS, Counts
from ..writing.cells import AtLeast
from .lines import Line


def told(cost: Counts, name: str, times: int = 1) -> int | None:
    """So many times a count, as it is printed: `AtLeast` where some of it is not known.

    None where none of it is.
    """
    count = plain(cost, name)
    if count is None or cost.is_whole(name):
        return None if count is None else count * times
    return AtLeast(count * times)


def plain(cost: Counts, name: str) -> int | None:
    """A count as a plain integer; None where it is not known of any row."""
    count = cost.get(name)
    return None if count is None else int(count)


def counts(line: Line) -> dict[str, Any]:
    """A line's counts under the names of the JSON schema, as plain integers: built and naive."""
    naive = {f"naive_{name}": plain(line.naive, name) for name in ("multiplies", "params")}
    return built_counts(line) | naive


def built_counts(line: Line) -> dict[str, Any]:
    """The same without the naive reading's."""
    found: dict[str, Any] = {}
    for name in COUNTS:
        group, dot, kind = name.rpartition(".")
        (found.setdefault(group, {}) if dot else found)[kind] = plain(line.cost, name)
    return found


def line_record(line: Line, grain: str, columns: Sequence[str] = ()) -> dict[str, Any]:
    """A line's names and its counts, or those chosen, flat: a record of a data frame."""
    names = {"layer": ["module", "branch", "layer", "op"], "branch": ["module", "branch"]}
    own = {name: getattr(line, name) for name in names.get(grain, [grain])}
    if columns:
        return own | {name: plain(line.cost, name) for name in columns}
    return own | {key: value for key, value in counts(line).items() if key != "elementwise"}
