"""Which layer of a network a call is of."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cached_property

from ..calls import MODULE, Call
from ..core import Row
from .counting import operation

_AGAIN = re.compile(r"\.[0-9]+$")  # behind the path of what is called once more


class Places:
    """The layer that each call is of, by the place of the call; a call may be of none.

    A model's calls have the path of the module that made them, ``layer1.0.conv1``; its layers are
    named by that, a second use ``relu.2``, and a function's by its module and its word,
    ``layer1/0/add``.
    """

    def __init__(self, calls: Sequence[Call], rows: Sequence[Row], *, watched: bool) -> None:
        self._calls, self._watched = calls, watched
        self._rows = {row.node.path: row for row in rows}

    def layer(self, number: int) -> str | None:
        """The path of the layer that a call is of; None of one that is no layer's."""
        return self._layers[self._operation(number)]

    def name(self, number: int) -> str:
        """The path of its layer or, where there is none, the module's and what is done there."""
        found = self.layer(number)
        if found is not None:
            return found
        call = self._calls[self._operation(number)]
        way = self.way(number)
        if call.level == MODULE:
            return way or call.name
        return f"{way}/{call.kind}" if way else call.kind

    def row(self, number: int) -> Row | None:
        """The layer itself."""
        path = self.layer(number)
        return None if path is None else self._rows[path]

    def way(self, number: int) -> str:
        """The path of the module that made a call, as layers' paths are written."""
        path = self._calls[number].path
        return path.replace(".", "/") if self._watched else path

    def is_in(self, number: int, layers: Collection[str]) -> bool:
        """Whether a call is of one of these layers.

        One that is of none is if the module that made it has layers, and all of these are.
        """
        found = self.layer(number)
        if found is not None:
            return found in layers
        way = self.way(number)
        while way and way not in self._below:
            way = way.rpartition("/")[0]
        return self._below.get(way, set()) <= set(layers)

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        """The layers in each module, at any depth."""
        found: dict[str, set[str]] = defaultdict(set)
        for path in self._rows:
            way = path
            while way:
                found[way].add(path)
                way = way.rpartition("/")[0]
            found[""].add(path)
        return found

    def _operation(self, number: int) -> int:
        return operation(self._calls, number)

    @cached_property
    def _layers(self) -> dict[int, str | None]:
        first = dict.fromkeys(self._operation(number) for number in range(len(self._calls)))
        if not self._watched:
            return {number: self._known(self._calls[number].path) for number in first}
        used: dict[tuple[str, str], int] = defaultdict(int)
        modules = {self.way(number) for number in first if self._calls[number].level == MODULE}
        inside = self._by_module(modules)
        found: dict[int, str | None] = {}
        for number in first:
            call, way = self._calls[number], self.way(number)
            key = way, call.kind
            used[key] += 1
            if call.level == MODULE:
                again = f"{way}.{used[key]}" if used[key] > 1 else way
                found[number] = self._known(again) or self._known(way)
                continue
            rows = inside.get(key, [])
            place = used[key] - 1
            found[number] = rows[place] if place < len(rows) else self._known(way)
        return found

    def _known(self, path: str) -> str | None:
        return path if path in self._rows else None

    def _by_module(self, modules: Collection[str]) -> dict[tuple[str, str], list[str]]:
        """The layers that are functions, by the module that calls them and by kind, in order."""
        from ..calls.layers.words import kind_of_layer

        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path, row in self._rows.items():
            if _AGAIN.sub("", path) not in modules:
                found[path.rpartition("/")[0], kind_of_layer(row)].append(path)
        return found
