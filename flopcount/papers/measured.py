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

    A table is data, so that a reference in it reads neither another file nor a model. Its own
    networks are those of `name`, which a user `typed` otherwise, as a path.
    """

    first = "network"
    sums = False

    def __init__(self, reports: "Reports", name: str = "", typed: str = "") -> None:
        self.reports, self.name, self.typed = reports, name, typed

    def check(self, row: str) -> None:
        """Raise `FlopcountError` where it is no such reference."""
        with at("networks"):
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

    def _report(self, row: str) -> Report:
        with at(f"networks: {quote(row)}"):
            return self.reports.of(self._reference(row))

    def _reference(self, row: str) -> str:
        head, modifiers = split_reference(row)
        if self.name and head == self.name:
            return "@".join([self.typed, *modifiers])
        if find(head) is None:
            own = f"this table's own, {quote(self.name)}, or " if self.name else ""
            known = [*([self.name] if self.name else []), *names()]
            raise FlopcountError(
                f"{quote(head)} is no network{nearest(head, known)} (expected {own}one that "
                "flopcount list shows)"
            )
        return row


class Reports:
    """The networks of all the printed tables that are shown together, each priced once.

    Raises `FlopcountError` for more of them than the limits allow.
    """

    def __init__(self) -> None:
        self._by_reference: dict[str, Report] = {}
        self._layers = self._text = 0

    def of(self, reference: str) -> Report:
        """The report of a network."""
        if reference not in self._by_reference:
            self._by_reference[reference] = self._priced(reference)
        return self._by_reference[reference]

    def _priced(self, reference: str) -> Report:
        plan = draft(reference)
        self._text += plan.length
        if len(self._by_reference) >= MOST_NETWORKS or self._text > _MOST_TEXT * 2**20:
            raise FlopcountError(
                f"more than {plural(MOST_NETWORKS, 'network')} or {_MOST_TEXT} MiB of tables in "
                "all, the limit"
            )
        network = plan.build()
        self._layers += len(network.nodes)
        if self._layers > MOST_NETWORK_LAYERS:
            raise FlopcountError(f"more than {MOST_NETWORK_LAYERS:,} layers in all, the limit")
        return analyze(network)
