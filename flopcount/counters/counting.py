"""What a tool prints for a network, from what that calls: each part with its rule."""

from collections.abc import Callable, Container, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ..calls import DISPATCHED, MODULE, OPERATOR, Call
from ..calls.moving import moves_only
from ..core import UNITS
from ..errors import FlopcountError, at
from ..records import dataclass, field, replace
from .averaging import averaged
from .expressions import Term
from .rules import Rule, Tool
from .tool import Fault

if TYPE_CHECKING:
    from .differences import Difference


class Part(NamedTuple):
    """What is counted for one call: the terms that it is the sum of, and the rule they are from."""

    call: Call
    of: int  # the place in the list of calls of the operation that it is one call of
    terms: tuple[Term, ...]
    rule: Rule | None = None
    number: int = -1  # its own place in that list

    @property
    def value(self) -> int:
        """What the terms come to."""
        return sum(term.times * term.value for term in self.terms)


@dataclass(frozen=True)
class Counted:
    """What a tool counts in a network; without a tool, what flopcount does.

    `parts` has a part for each call that a rule is of, those that it counts as 0 among them.
    `calls` are all that were looked at, `among` the places of those that are reported.
    """

    parts: tuple[Part, ...]
    tool: Tool | None = None
    calls: Sequence[Call] = field(default=(), repr=False)
    among: Callable[[int], bool] | None = field(default=None, repr=False)

    @cached_property
    def value(self) -> int:
        """What it prints."""
        return sum(part.value for part in self.parts)

    @property
    def named(self) -> str:
        """The tool's name, with its version where that is not the newest."""
        return self.tool.named if self.tool else "flopcount"

    def only(self, among: Callable[[int], bool]) -> "Counted":
        """The same of some of the calls, by their places."""
        parts = tuple(part for part in self.parts if among(part.number))
        return replace(self, parts=parts, among=among)

    @cached_property
    def kinds(self) -> "list[Difference]":
        """What that is made of: by kind of operation and formula, the largest first."""
        return self.explain()

    def explain(self, other: "Counted | None" = None) -> "list[Difference]":
        """What it prints more than another, by kind and formula; their sum is the difference.

        Units may differ: numbers are compared as they are printed.
        """
        from .differences import explain

        return explain(self, other)

    @cached_property
    def nothing(self) -> tuple[str, ...]:
        """The kinds for which it has a rule that counts nothing, in order."""
        counted = {part.call.kind for part in self.parts if part.terms}
        return tuple(dict.fromkeys(p.call.kind for p in self.parts if p.call.kind not in counted))

    @cached_property
    def unruled(self) -> tuple[str, ...]:
        """The kinds of operations that compute something and have no rule, in order."""
        ruled = {part.number for part in self.parts}
        for part in self.parts:
            number = part.number
            while number >= 0 and self.calls[number].level == DISPATCHED:
                number = self.calls[number].within
                ruled.add(number)
        kinds: dict[str, None] = {}
        for number, call in enumerate(self.calls):
            if call.level != OPERATOR or (self.among and not self.among(number)):
                continue
            outer = number
            while outer >= 0 and outer not in ruled:
                outer = self.calls[outer].within
            if outer < 0 and not moves_only(call):
                kinds[call.kind] = None
        return tuple(kinds)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What the tool does wrong in this network, as far as its file knows, each once."""
        return tuple(dict.fromkeys(self._faults()))

    def _faults(self) -> Iterator[Fault]:
        if not self.tool:
            return
        yield from (part.rule.fault for part in self.parts if part.rule and part.rule.fault)
        yield from (fault for fault in self.tool.faults if not fault.of)
        if any(fault.of for fault in self.tool.faults):
            for number, call in enumerate(self.calls):
                if self.among is None or self.among(number):
                    around = _Around(self.calls, number) if self.tool.looks_inside else ()
                    yield from self.tool.faults_of(call, around)


def count(tool: Tool, calls: Sequence[Call]) -> Counted:
    """What a tool counts of these calls.

    Raises `FlopcountError` with the file's rule, and where a rule says that the tool stops.
    """
    parts = []
    covering: set[int] = set()  # modules that it does not look into
    for number, call in enumerate(calls):
        if call.level not in tool.levels:
            continue
        if call.level in tool.covers and any(map(covering.__contains__, _outer(calls, number))):
            continue
        rule = tool.rule_of(call, _Around(calls, number) if tool.looks_inside else ())
        if rule is None:
            continue
        if rule.stops:
            raise FlopcountError(f"{tool.with_version} {rule.stops}")
        expression = rule.counts[tool.column]
        if call.level == MODULE and expression.text != "0":
            covering.add(number)
        try:
            terms = expression.terms(call.facts)
        except FlopcountError as error:
            raise tool.error_at(rule, tool.column, error) from None
        holder = _holder(calls, number) if tool.shared_within else number
        if tool.shared is not None and calls[holder].level == MODULE:
            with at(f"{tool.name}: shared"):
                times = tool.shared.value(calls[holder].facts)
            terms = tuple(term._replace(times=times * term.times) for term in terms)
        parts.append(Part(call, operation(calls, number), terms, rule, number))
    if tool.averaged:
        parts = list(averaged(parts, tool.averaged, calls))
    return Counted(tuple(parts), tool, calls)


def own_count(unit: str, calls: Sequence[Call]) -> Counted:
    """What flopcount counts of these calls in a tool's unit: the products, and nothing else.

    Of a tool that counts parameters, those that each operation is the first to read.
    """
    name = "stored" if unit == "parameters" else "macs"
    times = UNITS["flops"] if unit == "FLOP" else 1
    parts = tuple(
        Part(call, operation(calls, number), (Term(times, name, call.facts[name]),), None, number)
        for number, call in enumerate(calls)
        if call.level == OPERATOR and call.facts.get(name)
    )
    return Counted(parts, None, calls)


def _outer(calls: Sequence[Call], number: int) -> Iterator[int]:
    """The places of the calls that one is made in, from the inside."""
    while (number := calls[number].within) >= 0:
        yield number


class _Around(Container[str]):
    """The names of the calls that one is made in: looked at where a rule asks for one."""

    def __init__(self, calls: Sequence[Call], number: int) -> None:
        self._calls, self._number = calls, number

    def __contains__(self, name: object) -> bool:
        return any(self._calls[outer].name == name for outer in _outer(self._calls, self._number))


def _holder(calls: Sequence[Call], number: int) -> int:
    """The module that a call is, or the innermost that it is made in; itself without one."""
    at = number
    while calls[at].level != MODULE:
        at = calls[at].within
        if at < 0:
            return number
    return at


def operation(calls: Sequence[Call], number: int) -> int:
    """The outermost call of the operation that a call is of: of a module, if it has that kind."""
    kind = calls[number].kind
    while calls[number].within >= 0 and calls[calls[number].within].kind == kind:
        number = calls[number].within
    return number
