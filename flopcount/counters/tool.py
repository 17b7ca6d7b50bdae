"""A counter: its rules, what each counts of a call, and where it looks for calls."""

from collections.abc import Container, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property

from ..calls import MODULE, OPERATOR, Call
from ..errors import FlopcountError
from ..records import dataclass, field, replace
from .expressions import Expression
from .versions import Older, Span, Version, known_version, older, version_text


@dataclass(frozen=True)
class Selector:
    """Which calls something is of: of a level, by their names or by their kind, and when.

    With `inside` they are those that are made, at any depth, in a call of such a name.
    """

    level: str
    names: tuple[str, ...]
    by_kind: bool = False
    when: Expression | None = None
    inside: tuple[str, ...] = ()

    def may_hold(self, call: Call, *, ancestry: bool = False) -> bool:
        """Whether its names are a call's, of a module's class also those it is derived from."""
        if call.level != self.level:
            return False
        names = (call.kind,) if self.by_kind else (call.name, *(call.bases if ancestry else ()))
        if any(name in self.names for name in names):
            return True
        return any(self._fits(name, pattern) for name in names for pattern in self._patterns)

    @cached_property
    def _patterns(self) -> list[str]:
        return [name for name in self.names if set(name) & set("*?[")]

    def _fits(self, name: str, pattern: str) -> bool:
        """Whether a pattern is of a name. One like ``*Conv*`` is of a class wherever it is from."""
        if self.level == MODULE and "." not in pattern:
            name = name.rpartition(".")[2]
        return fnmatchcase(name, pattern)

    def now(self, call: Call, around: Container[str] = ()) -> bool:
        """Whether it is of a call that it may be of; `around` are those that it is made in."""
        if self.inside and not any(name in around for name in self.inside):
            return False
        return self.when is None or bool(self.when.value(call.facts))


@dataclass(frozen=True)
class Fault:
    """What a tool does wrong, in a sentence, the thread where it was told, and what shows it.

    Without a selector it is one of the whole tool.
    """

    says: str
    thread: str = ""
    of: Selector | None = None

    def __str__(self) -> str:
        """The sentence, with the thread."""
        return f"{self.says} ({self.thread})" if self.thread else self.says


@dataclass(frozen=True)
class Rule:
    """An entry of a tool's file: which calls it is of, in which versions, and what it counts.

    `counts` has an expression for each column that the tool adds up for what it prints. `stops`
    says that the tool prints nothing or nobody knows what at such a call, and why; else empty.
    """

    number: int
    of: Selector
    counts: Mapping[str, Expression]
    versions: Span = Span()
    fault: Fault | None = None
    stops: str = ""


@dataclass(frozen=True)
class Tool:
    """A counter in one version: what it prints, in which unit, and by which rules.

    `column` is which of each rule's expressions it adds up. `covers` are the levels at which it
    does not look inside a module that it has a rule for, one that is just ``0`` but for.
    `ancestry`: a rule of a class is one of the classes derived from it, too. `shared` is what it
    multiplies a module's count by, with `shared_within` also that of what is called in it.
    `averaged` are the levels of which it divides the sum by the samples, so as to count one.
    `unknown` is what it does about a call without a rule, and ends a sentence; it is empty where
    that is meant, as by a habit of papers, which has no version either. `written` are all rules of
    its `file`, `known` the versions that they name.
    """

    name: str
    title: str
    version: str
    unit: str
    column: str
    rules: tuple[Rule, ...]
    says: str = ""
    unknown: str = "it prints nothing and counts 0"
    source: str = ""
    covers: tuple[str, ...] = ()
    ancestry: bool = False
    shared: Expression | None = None
    shared_within: bool = False
    faults: tuple[Fault, ...] = ()
    written: tuple[Rule, ...] = ()
    known: tuple[Version, ...] = ()
    newest: bool = True
    file: str = ""
    averaged: tuple[str, ...] = ()
    _found: dict[tuple[str, str, str, tuple[str, ...]], tuple[Rule, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def named(self) -> str:
        """Its name, with the version where that is not the newest."""
        return self.name if self.newest else f"{self.name}@{self.version}"

    @property
    def with_version(self) -> str:
        """Its name and version, which a habit has not."""
        return f"{self.name} {self.version}".rstrip()

    @cached_property
    def levels(self) -> frozenset[str]:
        """Where it finds what it counts."""
        return frozenset(rule.of.level for rule in self.rules)

    @cached_property
    def older(self) -> list[Older]:
        """The versions in which other rules hold, the oldest first."""
        return older(rule.versions for rule in self.written)

    def at(self, version: Version, text: str = "") -> "Tool":
        """The same tool in another version: the rules that hold there."""
        return replace(
            self,
            version=text or version_text(version),
            rules=tuple(rule for rule in self.written if rule.versions.has(version)),
            newest=False,
        )

    def at_version(self, text: str) -> "Tool":
        """The same in a version that somebody typed. Raises `FlopcountError` for one not known."""
        if not self.version:
            raise FlopcountError(f"it has no versions; leave out @{text}")
        version = known_version(text, self.version, self.known)
        return self if text == self.version else self.at(version, text)

    def rule_of(self, call: Call, around: Container[str] = ()) -> Rule | None:
        """The first rule that is of a call, made in those named; None where there is none.

        Raises `FlopcountError` where its `when` asks for a size that the call has not.
        """
        if call.level not in self.levels:
            return None
        bases = call.bases if self.ancestry and call.level == MODULE else ()
        kind = call.kind if call.level == OPERATOR else ""
        key = (call.level, call.name, kind, bases)
        rules = self._found.get(key)
        if rules is None:  # patterns are tried once for all calls of a name
            rules = tuple(self._of(call))
            self._found[key] = rules
        for rule in rules:
            if rule.number not in self._numbers:
                continue
            try:
                if rule.of.now(call, around):
                    return rule
            except FlopcountError as error:
                raise self.error_at(rule, "when", error) from None
        return None

    def _of(self, call: Call) -> Iterator[Rule]:
        """All rules whose names are a call's, in whatever version."""
        for rule in self.written or self.rules:
            if rule.of.may_hold(call, ancestry=self.ancestry):
                yield rule

    @cached_property
    def _numbers(self) -> frozenset[int]:
        return frozenset(rule.number for rule in self.rules)

    def error_at(self, rule: Rule, key: str, error: FlopcountError) -> FlopcountError:
        """An error with the place of the rule that was applied."""
        of = rule.of
        named = f"rule {rule.number} ({'kind' if of.by_kind else of.level} {of.names[0]})"
        return FlopcountError(f"{self.file or self.name}: {named}: {key}: {error}")

    @cached_property
    def looks_inside(self) -> bool:
        """Whether it matters to a rule or a fault which calls a call is made in."""
        faults = [fault.of for fault in self.faults if fault.of]
        return any(of.inside for of in (*faults, *(rule.of for rule in self.rules)))

    def faults_of(self, call: Call, around: Container[str] = ()) -> Iterator[Fault]:
        """Those of the whole tool that a call shows, made in those named.

        One of which it is not known whether a call shows it is among them.
        """
        for fault in self.faults:
            of = fault.of
            if of and of.may_hold(call, ancestry=self.ancestry):
                try:
                    shows = of.now(call, around)
                except FlopcountError:
                    shows = True
                if shows:
                    yield fault
