"""What other counters print for a network, as it is shown and saved."""

import os
from collections.abc import Sequence
from typing import Any

from ..calls.layers import Assumed
from ..core import Network
from ..errors import FlopcountError, visible
from ..reading import texts
from ..writing.files import save
from ..writing.formats import endings, render
from ..writing.records import json_document
from ..writing.sheet import Sheet
from .document import counters_dict
from .found import Found
from .networks import calls_of
from .rules import Tool, tool_named
from .sheet import flat, overview, whole


class Counters(Found):
    """What each counter prints for a network, by its name; `asked` where some were asked for.

    ``counters["fvcore"]`` has its `value`, the `kinds` that this is made of, and
    ``explain(counters["ptflops"])``: the difference by kind, adding up exactly. Without another,
    `explain` of `own` is flopcount's own count in a unit. `print` shows a row a counter.
    """

    def sheet(self) -> Sheet:
        """The table that is printed: a row a counter or, of those asked for, what each counts."""
        return whole(self) if self.asked else overview(self)

    def written(self, form: str) -> str:
        """What a file of a format holds: markdown, csv, json, latex, html; or table."""
        if form == "json":
            return json_document(self.to_dict())
        if self.asked:
            return render(flat(self) if form == "csv" else whole(self), form)
        if form == "csv":
            return render(overview(self, most=None), form)
        return render(overview(self), form)

    def to_dict(self) -> dict[str, Any]:
        """What a JSON file holds, as Python objects."""
        return counters_dict(self)

    def to_json(self) -> str:
        """Schema 1 of the JSON that other programs rely on."""
        return self.written("json")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, in the format of its ending: .md, .csv, .json or .tex.

        Raises `FlopcountError` for another ending, and where the file cannot be written; there is
        the whole file then, or what was there before.
        """
        save(path, endings(), self.written)

    def __str__(self) -> str:
        """What the terminal shows."""
        return self.written("table")

    def __repr__(self) -> str:
        """The network, and what each prints."""
        printed = ", ".join(f"{name} {self[name].value:,}" for name in self.fitting)
        return f"<Counters of {visible(self.watched.network.name)}: {printed}>"

    def _repr_markdown_(self) -> str:
        return self.written("markdown")

    def _repr_html_(self) -> str:
        return self.written("html")


def counters(  # noqa: PLR0913  the options of the verb
    network: Network,
    *,
    tools: Sequence[str] = (),
    against: str | None = None,
    batch: int = 1,
    functions: bool = False,
    in_place: bool = False,
) -> Counters:
    """What other counters print: arguments and errors as `flopcount.other_counters` has them."""
    named = texts(tools, "tools", "names of counters")
    asked: dict[str, Tool] = {}
    for name in named:
        tool = tool_named(name)
        if asked.setdefault(tool.named, tool) != tool:
            raise FlopcountError(f"two of the counters are called {tool.named}: rename one")
    if against is not None and against != "flopcount":
        tool_named(against)
    watched = calls_of(network, Assumed(functions, in_place), batch)
    return Counters(watched, tuple(asked.values()), against)
