"""What a network calls: as it was watched, or as its layers are taken to; and what counters say."""

from collections.abc import Callable, Container
from functools import cached_property
from typing import TYPE_CHECKING

from ..calls import Call
from ..calls.layers import Assumed, calls_of_layers
from ..core import Network
from ..errors import FlopcountError
from ..notation import batch_of, draft_of
from ..notation.models import as_model
from ..records import dataclass
from .counting import Counted, count, own_count
from .places import Places
from .rules import Tool

if TYPE_CHECKING:
    from ..analysis.model_notes import Unpriced

_WATCHED = "from one run of its own code, on tensors without numbers"
_NOTHING = Assumed()


@dataclass(frozen=True)
class Watched:
    """The calls of a network, and a sentence on where they are from.

    `assumed` is what was taken for granted of layers that nobody watched; None where the network's
    own code was watched: then calls are of the whole, and what is counted is of the part asked for.
    """

    network: Network
    calls: tuple[Call, ...]
    says: str
    assumed: Assumed | None = None
    batch: int = 1

    def count(self, tool: Tool) -> Counted:
        """What a tool counts. Raises `FlopcountError` where a rule does not fit a call."""
        return self._asked(count(tool, self.calls))

    def own(self, unit: str) -> Counted:
        """What flopcount counts, in a tool's unit."""
        return self._asked(own_count(unit, self.calls))

    def otherwise(self) -> "list[tuple[str, Watched]]":
        """The same with something else assumed, one thing each, and what that is."""
        if self.assumed is None:
            return []
        modules = "modules in the place of functions"
        functions = "functions in the place of modules"
        in_place = "nothing in place" if self.assumed.in_place else "activations in place"
        other = self.assumed._replace(functions=not self.assumed.functions)
        place = self.assumed._replace(in_place=not self.assumed.in_place)
        return [
            (modules if self.assumed.functions else functions, self._with(other)),
            (in_place, self._with(place)),
        ]

    @cached_property
    def unknown(self) -> "list[Unpriced]":
        """Operations of a model of which nobody here knows what they compute."""
        from ..analysis.model_notes import unpriced

        return unpriced(self.network.rows) if self.network.reader else []

    @property
    def unknown_note(self) -> str:
        """The sentence that names them, which every count leaves out; empty where all is known."""
        from ..analysis.model_notes import unknown_note

        return unknown_note(self.network.rows) if self.unknown else ""

    @cached_property
    def places(self) -> Places:
        """Which layer of the network each call is of."""
        rows = (self.network.whole or self.network).rows
        return Places(self.calls, rows, watched=self.assumed is None)

    def _with(self, assumed: Assumed) -> "Watched":
        return assume(self.network, assumed, self.batch)

    def _asked(self, counted: Counted) -> Counted:
        part = self.network.whole is not None and self.assumed is None
        return counted.only(self._among) if part else counted

    @cached_property
    def _among(self) -> Callable[[int], bool]:
        own = {node.path for node in self.network.nodes}
        return lambda number: self.places.is_in(number, own)


def calls_of(network: Network, assumed: Assumed = _NOTHING, batch: int = 1) -> Watched:
    """What a network calls, of so many samples; a model's are of its input as it was read.

    Of a PyTorch model nothing is assumed: it is watched. Raises `FlopcountError` where a model
    does not run, and for something assumed of one that is watched.
    """
    model = as_model(draft_of(network))
    if model is not None and not model.rewrites:
        sizes = {"B": batch_of(network)} if "B" in model.model.symbols else {}
        calls = model.model.calls(sizes)
        if calls is not None:
            _refuse(network, assumed)
            return Watched(network, calls, _WATCHED)
    return assume(network, assumed, batch)


def assume(network: Network, assumed: Assumed, batch: int = 1) -> Watched:
    """What a network's layers are taken to call."""
    rows = (network.whole or network).rows
    calls = calls_of_layers(rows, assumed, None if network.reader else batch)
    if network.whole:
        calls = _of_layers(calls, {node.path for node in network.nodes})
    return Watched(network, calls, assumed.says, assumed, batch)


def _of_layers(calls: tuple[Call, ...], layers: Container[str]) -> tuple[Call, ...]:
    """The calls of some layers; what is called within another call is of its layer."""
    kept = [number for number, call in enumerate(calls) if call.path in layers]
    now = {number: place for place, number in enumerate(kept)} | {-1: -1}
    return tuple([calls[n]._replace(within=now[calls[n].within]) for n in kept])


def _refuse(network: Network, assumed: Assumed) -> None:
    for name, given in assumed._asdict().items():
        if given:
            raise FlopcountError(
                f"{network.name} is watched while it runs, so nothing is assumed of it: leave out "
                f"--{name.replace('_', '-')}"
            )
