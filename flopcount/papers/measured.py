"""What the rows of a printed table are of: the modules of a network, or whole networks."""

from collections.abc import Iterable, Iterator

from ..analysis import Line, Report, analyze
from ..core import Network, Row
from ..errors import FlopcountError, at, nearest, one_of, plural, quote
from ..notation import draft, find, names, parse_alone, split_reference
from ..reading import MOST_LAYERS

MOST_NETWORKS = 100  # of all the printed tables that are shown together, and so on
MOST_NETWORK_LAYERS = 40_000
_MOST_TEXT = 4  # MiB


class Modules:
    """The modules of a network; another reading of one is a spec on what it really reads."""

    first = "row"
    sums = True

    def __init__(self, network: Network) -> None:
        lines = analyze(network).by("module").lines
        self.lines: dict[str, Line] = {str(line.module): line for line in lines}
        self._read = 0

    def check(self, row: str) -> None:
        """Raise `FlopcountError` where the network has no such module."""
        if row not in self.lines:
            raise FlopcountError(one_of(row, self.lines, "row"))

    def cost(self, row: str) -> object:
        """What a module costs."""
        return self.lines[row].cost

    def other(self, row: str, reading: str) -> object:
        """What a spec costs in a module's place."""
        with at(quote(reading)):
            alone = analyze(parse_alone(reading, row, self.lines[row].rows[0].inputs[0]))
        self._read += len(alone.network.nodes)
        if self._read > MOST_LAYERS:
            raise FlopcountError(f"more than {MOST_LAYERS:,} layers in all readings, the limit")
        return alone.total.cost

    def layers(self, rows: Iterable[str]) -> Iterator[Row]:  # noqa: ARG002
        """The layers of the whole network."""
        for line in self.lines.values():
            yield from line.rows


class Networks:
    """Whole networks by reference: shipped ones, and those of the table that names them.

    A table is data, so that a reference in it reads neither a file nor a model. Of its own
    networks, `name` is what it calls itself, `typed` what a user called it.
    """

    first = "network"
    sums = False

    def __init__(self) -> None:
        self.name = self.typed = ""
        self._reports: dict[str, Report] = {}
        self._layers = self._text = 0

    def of(self, name: str, typed: str) -> "Networks":
        """The same, where the references stand in a table of this name."""
        self.name, self.typed = name, typed
        return self

    def check(self, row: str) -> None:
        """Raise `FlopcountError` where it is no such reference."""
        self._reference(row)

    def cost(self, row: str) -> object:
        """What a network costs."""
        return self._report(row).total.cost

    def other(self, row: str, reading: str) -> object:  # noqa: ARG002
        """What the network of another reference costs."""
        return self._report(reading).total.cost

    def layers(self, rows: Iterable[str]) -> Iterator[Row]:
        """The layers of the networks of some rows."""
        for row in rows:
            yield from self._report(row).rows

    def _reference(self, row: str) -> str:
        head, modifiers = split_reference(row)
        if head == self.name:
            return "@".join([self.typed, *modifiers])
        if find(head) is None:
            own = f"this table's own, {quote(self.name)}, or " if self.name else ""
            known = [*([self.name] if self.name else []), *names()]
            raise FlopcountError(
                f"networks: {quote(head)} is no network{nearest(head, known)} (expected {own}one "
                "that flopcount list shows)"
            )
        return row

    def _report(self, row: str) -> Report:
        reference = self._reference(row)
        if reference not in self._reports:
            with at(f"networks: {quote(row)}"):
                self._reports[reference] = self._analyzed(reference)
        return self._reports[reference]

    def _analyzed(self, reference: str) -> Report:
        plan = draft(reference)
        self._text += plan.length
        if len(self._reports) >= MOST_NETWORKS or self._text > _MOST_TEXT * 2**20:
            raise FlopcountError(
                f"more than {plural(MOST_NETWORKS, 'network')} or {_MOST_TEXT} MiB of tables in "
                "all, the limit"
            )
        network = plan.build()
        self._layers += len(network.nodes)
        if self._layers > MOST_NETWORK_LAYERS:
            raise FlopcountError(f"more than {MOST_NETWORK_LAYERS:,} layers in all, the limit")
        return analyze(network)
