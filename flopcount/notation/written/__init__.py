"""A network → the text of a table that a person can read, and the proof that it is the same."""

import os
import tomllib
from collections.abc import Iterator, Mapping

from ...core import COUNTS, PARAMETERS, Network, Row
from ...errors import FlopcountError, shorten
from ...records import dataclass
from ...writing.files import save
from ...writing.formats import TABLE_FILES
from ..library import MAX_FILE, LoadedTable
from .chains import is_identity
from .sections import sections_of
from .segments import with_ways
from .table import table_of


@dataclass(frozen=True, repr=False)
class WrittenTable:
    """A table that was written: its `text`, and the `network` that it is when it is read again.

    `print` shows the text, and `save` writes it.

    `stands_for` has, by the path of each layer of it, the paths of the layers that it was written
    from. `beside` says what these do that a table does not count, to the number, `notes` what is
    otherwise there at the same cost.
    """

    text: str
    network: Network
    stands_for: Mapping[str, tuple[str, ...]]
    beside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The text."""
        return self.text

    def __repr__(self) -> str:
        """How long it is."""
        lines, layers = len(self.text.splitlines()), len(self.stands_for)
        return f"<WrittenTable of {lines} lines: {layers} layers>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file that ends in .toml; there is the whole file then, or what was before.

        Raises `FlopcountError` for another ending, and where the file cannot be written.
        """
        save(path, TABLE_FILES, lambda _: self.text)


def written(network: Network) -> WrittenTable:
    """Write a network as a table: a model that was read, or what a table or a spec is.

    Blocks that come again are written once, with what differs among them in columns. What is
    written is read again, and every count of every layer is the same, or it is not written. Raises
    `FlopcountError` that names the first layer which the notation cannot say, or not in its place.
    """
    try:
        return _written(network)
    except FlopcountError as error:
        raise FlopcountError(
            f"{shorten(network.name)} cannot be written as a table: {error}"
        ) from None


def _written(network: Network) -> WrittenTable:
    if all(is_identity(row.node) for row in network.rows):
        raise FlopcountError("it has no layer: what comes in is what it puts out")
    stands_for: Mapping[str, tuple[str, ...]] = {}
    beside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    graph = network
    if network.reader:
        from ...frameworks.lifted import lifted

        found = lifted(network)
        graph, stands_for, beside = found.network, found.stands_for, found.beside
        notes = found.notes
    sections = sections_of(with_ways(graph))
    text = table_of(graph, sections, [*_heading(network, graph, beside), *notes])
    if len(text.encode()) > MAX_FILE:
        raise FlopcountError(f"it would be larger than a table may be, {MAX_FILE:,} bytes")
    again = LoadedTable(tomllib.loads(text), "written", "what was written").build()
    pairs: dict[str, tuple[str, ...]] = {}
    rows = {row.node.path: row for row in graph.rows}
    of = (rows[node.path] for part in sections for term in part.chain for node in term.nodes)
    for was, row in _paired([row for row in of if not is_identity(row.node)], again):
        pairs[row.node.path] = stands_for.get(was.node.path, (was.node.path,))
    return WrittenTable(text, again, pairs, beside, notes)


def _heading(network: Network, graph: Network, beside: tuple[str, ...]) -> Iterator[str]:
    """What the table's first lines say: what it was written from, and what it lacks of it."""
    versions = ", ".join(
        f"{name} {version}" for name, version in network.reader.items() if name != "name"
    )
    of = f" ({versions})" if versions else ""
    equal = "the multiplies and parameters" if beside else "all counts"
    if _held(network) != _held(graph):  # what layers share, or none of them reads
        equal = "the multiplies"
    yield f"Written from {shorten(network.name)}{of}: {equal} of every layer are equal."
    yield from (f"Not equal: {sentence}." for sentence in beside)


def _held(network: Network) -> list[int]:
    """How many parameters it has of each kind, those that layers share once."""
    kinds = dict.fromkeys(PARAMETERS.values())
    return [sum(int(row.known(name)) for row in network.rows) for name in kinds]


def _paired(rows: list[Row], again: Network) -> Iterator[tuple[Row, Row]]:
    """The layers beside those that were read again, each equal in every count.

    Raises `FlopcountError` where they are not: the writing itself is at fault then.
    """
    read = [row for row in again.rows if not is_identity(row.node)]
    for was, row in zip(rows, read, strict=False):
        same = was.output == row.output and all(was.count(n) == row.count(n) for n in COUNTS)
        if not same:
            raise FlopcountError(
                f"{was.node.path} would be read again as {row.node.path}, and cost something else"
            )
        yield was, row
    if len(rows) != len(read):
        raise FlopcountError(f"{len(rows)} layers would be read again as {len(read)}")
