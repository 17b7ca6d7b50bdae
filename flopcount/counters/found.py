"""What other counters print for a network, each explained: the data of tables and files."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ..errors import FlopcountError, one_of
from ..records import dataclass, field
from .counting import Counted
from .networks import Watched
from .rules import UNITS, Tool, tool_named
from .rules import tools as known_tools


class Otherwise(NamedTuple):
    """What a counter prints in another version, or where something else is assumed: which, what."""

    says: str
    tool: str
    value: int | None


@dataclass(frozen=True)
class Found(Mapping[str, Counted]):
    """What each counter prints for a network, by its name; `asked` where some were asked for."""

    watched: Watched
    asked: tuple[Tool, ...] = ()
    against: str | None = None
    _counted: dict[str, Counted] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def tools(self) -> Mapping[str, Tool]:
        """The counters, by name."""
        return {tool.named: tool for tool in self.asked} if self.asked else known_tools()

    def __getitem__(self, name: str) -> Counted:
        """What a counter prints. Raises `FlopcountError` for one that is not there."""
        if name not in self._counted:
            if name not in self.tools and not isinstance(name, str):
                raise FlopcountError(one_of(name, self.tools, "counter"))
            tool = self.tools.get(name) or tool_named(name)
            self._counted[name] = self.watched.count(tool)
        return self._counted[name]

    def __contains__(self, name: object) -> bool:
        """Whether it is one of the counters."""
        return name in self.tools

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self.tools)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.tools)

    @cached_property
    def failed(self) -> Mapping[str, str]:
        """Counters of which a rule asks for a size that a call has not, and the message.

        Where counters were asked for there are none: `FlopcountError` is raised.
        """
        found = {}
        for name in self.tools:
            try:
                self[name]
            except FlopcountError as error:
                if self.asked:
                    raise
                found[name] = str(error)
        return found

    @property
    def fitting(self) -> list[str]:
        """The counters of which it is known what they print."""
        return [name for name in self.tools if name not in self.failed]

    def own(self, unit: str = "MAC") -> Counted:
        """What flopcount counts, in the unit of a counter: MAC, FLOP, mult-adds or parameters.

        Raises `FlopcountError` for another unit.
        """
        if unit not in UNITS:
            raise FlopcountError(one_of(unit, UNITS, "unit"))
        key = f" {unit}"
        if key not in self._counted:
            self._counted[key] = self.watched.own(unit)
        return self._counted[key]

    def own_of(self, name: str) -> Counted:
        """The same in a counter's unit."""
        return self.own(self.tools[name].unit)

    def other(self, name: str) -> Counted | None:
        """What a counter is held against, if that was asked for: flopcount is in its unit."""
        if self.against is None:
            return None
        return self.own_of(name) if self.against == "flopcount" else self[self.against]

    @cached_property
    def otherwise(self) -> list[Otherwise]:
        """What counters print in older versions, and where something else is assumed.

        Only what differs: a counter that prints the same there has none.
        """
        found: list[Otherwise] = []
        for name in self.fitting:
            found += self._older(name)
        for says, watched in self.watched.otherwise():
            for name in self.fitting:
                value = _value(watched, self.tools[name])
                if value != self[name].value:
                    found.append(Otherwise(f"with {says}", name, value))
        return found

    def _older(self, name: str) -> Iterator[Otherwise]:
        """What a counter prints in older versions, where the next one prints another number."""
        tool = self.tools[name]
        older = tool.older if tool.newest else []
        values = [_value(self.watched, tool.at(one.version)) for one in older]
        values.append(self[name].value)
        first = 0  # of those that print the same
        for place, one in enumerate(older):
            if values[place] != values[place + 1]:
                says = one.from_(older[first]).says
                yield Otherwise(f"in {name} {says}", name, values[place])
                first = place + 1


def _value(watched: Watched, tool: Tool) -> int | None:
    """What a counter prints; None where a rule asks for a size that a call has not."""
    try:
        return watched.count(tool).value
    except FlopcountError:
        return None
