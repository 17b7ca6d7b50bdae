"""Positions that a run looks up: numbers from 0 on, and the table that has a row for each."""

from collections.abc import Iterable, Iterator
from typing import Any

from .places import Place
from .trace import Call

# Operations whose result holds the numbers that came in.
_AS_IT_IS = {
    "aten." + name
    for name in ("_to_copy", "alias", "clone", "detach", "expand", "unsqueeze", "view")
}


def positions(calls: Iterable[Call]) -> Iterator[tuple[Any, int, Place]]:
    """How many rows the positions need that are looked up, how many there are, and where."""
    ends: dict[int, Any] = {}  # of a tensor that holds positions, how many rows they need
    for call in calls:
        given = call.bound
        if call.written is not None:
            ends.pop(id(call.written), None)
        if call.name == "aten.arange":
            if (given.get("start", 0), given.get("step", 1)) == (0, 1):
                ends[id(call.outputs[0])] = given["end"]
        elif call.name == "aten.embedding":
            end, rows = ends.get(id(given["indices"])), given["weight"].shape[0]
            if end is not None and type(rows) is int:
                yield end, rows, call.place
        elif call.name in _AS_IT_IS and id(given["self"]) in ends:
            ends[id(call.outputs[0])] = ends[id(given["self"])]
        elif call.name == "aten.add" and type(given["other"]) is int and given["alpha"] == 1:
            end = ends.get(id(given["self"]))
            if end is not None:
                ends[id(call.outputs[0])] = end + given["other"]
