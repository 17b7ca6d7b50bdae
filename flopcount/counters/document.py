"""What other counters print → JSON, schema 1: keys may be added, never renamed."""

from collections.abc import Sequence
from typing import Any

from ..errors import visible
from .differences import Difference
from .found import Found


def counters_dict(found: Found) -> dict[str, Any]:
    """What a JSON file holds of what counters print.

    The values of a counter's `kinds` sum to its `value`; those of its `difference` to what it
    prints more than `ours`, which is in its unit; with another counter, `against` has that.
    """
    watched = found.watched
    return {
        "schema": 1,
        "network": watched.network.name,
        "calls": watched.says,
        "assumed": None if watched.assumed is None else watched.assumed._asdict(),
        "batch": watched.batch,
        "complete": not watched.unknown,
        "unknown": [
            {"op": one.op, "uses": one.uses, "layers": list(one.layers)} for one in watched.unknown
        ],
        "tools": [_tool(found, name) for name in found],
        "otherwise": [
            {"tool": one.tool, "where": one.says, "value": one.value} for one in found.otherwise
        ],
    }


def _tool(found: Found, name: str) -> dict[str, Any]:
    tool = found.tools[name]
    if name in found.failed:
        unknown: dict[str, Any] = {
            "value": None,
            "kinds": [],
            "faults": [],
            "error": found.failed[name],
        }
        return {"tool": tool.name, "version": tool.version or None, "unit": tool.unit, **unknown}
    counted = found[name]
    own, other = found.own_of(name), found.other(name)
    document: dict[str, Any] = {
        "tool": tool.name,
        "version": tool.version or None,
        "unit": tool.unit,
        "value": counted.value,
        "kinds": lines(counted.kinds),
        "faults": [visible(str(fault)) for fault in counted.faults],
        "title": tool.title,
        "unruled": list(counted.unruled),
        "unknown": tool.unknown,
        "counted_as_nothing": list(counted.nothing),
        "ours": own.value,
        "difference": lines(counted.explain(own)),
    }
    if other is not None:
        document["against"] = {
            "tool": other.named,
            "unit": other.tool.unit if other.tool else tool.unit,
            "value": other.value,
            "difference": counted.value - other.value,
            "kinds": lines(counted.explain(other)),
        }
    return document


def lines(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Lines of an explanation: kind, formula, what it comes to, and what that is added up from."""
    return [
        {
            "kind": line.kind,
            "formula": line.formula,
            "value": line.value,
            "calls": line.calls,
            "terms": [
                {"times": piece.times, "of": piece.text, "sum": piece.amount}
                for piece in line.pieces
            ],
        }
        for line in found
    ]
