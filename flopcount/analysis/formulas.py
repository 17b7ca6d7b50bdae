"""The cost as an exact formula: the walk with names in the place of sizes and widths.

The same ops price it as price a report.
"""

import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..core import FirstUses, Network, Row, walk
from ..errors import FlopcountError, listed, one_of, quote, shorten
from ..notation import (
    Draft,
    Given,
    Of,
    Variable,
    as_model,
    check_input_unset,
    check_unset,
    is_length,
    narrowed,
    planned,
    variables_of,
)
from ..reading import texts, whole_number
from ..records import dataclass, field
from ..rewrites import of_branch, selected
from ..sizes import Size, as_factor
from ..sizes.domain import Domain, domain
from ..sizes.multiples import divided, enough, multiples
from ..sizes.polynomial import Polynomial, Space, total
from ..sizes.values import Substitution, tidied
from .count_names import count_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sympy import Expr

_LET = re.compile(r"(?=.)([0-9]+(?:\*(?=[A-Za-z]))?)?([A-Za-z]\w*)?", re.ASCII)


@dataclass(frozen=True)
class Formula:
    """A count over open sizes and widths, and the sentences that say for which of them it holds.

    `value` is the polynomial, or a number where nothing is open. `put` says of which names its own
    are parts: ``H = 16h``.
    """

    name: str
    count: str
    value: Size
    holds: Domain = field(repr=False, hash=False)
    notes: tuple[str, ...] = field(
        default=(), repr=False
    )  # of a model: what it fixes itself, at which sizes it was checked
    put: tuple[str, ...] = field(default=(), repr=False)

    @property
    def domain(self) -> tuple[str, ...]:
        """Sentences such as ``H ≥ 75``: outside it the network cannot be built, or not by this."""
        return (*self.put, *self.holds.sentences)

    @property
    def names(self) -> tuple[str, ...]:
        """What is open in it, in order."""
        return tuple(sorted(self.value.names)) if isinstance(self.value, Polynomial) else ()

    @property
    def expr(self) -> "Expr":
        """As an expression of sympy, in symbols that are positive integers.

        Raises `FlopcountError` where sympy is not installed.
        """
        try:
            from ..sizes.printed.expression import expression
        except ImportError:
            raise FlopcountError(
                "an expression needs sympy: pip install 'flopcount[sympy]'"
            ) from None
        return expression(self.value)

    def text(self) -> str:
        """As people write it: ``9408·⌈H/2⌉⌈W/2⌉ + …``."""
        from ..sizes.printed.forms import text

        return text(self.value)

    def latex(self) -> str:
        """For LaTeX."""
        from ..sizes.printed.alphabets import latex

        return latex(self.value)

    def python(self) -> str:
        """As a Python function of whole numbers, with nothing to import.

        It raises `ValueError` for what is no size, and outside the domain.
        """
        from ..sizes.printed.programs import python

        return python(self.value, self.count, self.holds)

    def javascript(self) -> str:
        """As a JavaScript function that returns a BigInt, and throws a `RangeError` likewise."""
        from ..sizes.printed.programs import javascript

        return javascript(self.value, self.count, self.holds)

    def definitions(self, form: str = "text") -> tuple[str, ...]:
        """What it calls that is no common function: ``taps``, as ``text`` or ``latex``."""
        from ..sizes.printed.forms import text_walk
        from ..sizes.taps import DEFINITIONS

        walk = text_walk()
        walk.written(self.value)
        return (DEFINITIONS[form],) if "taps" in walk.called else ()

    def diff(self, name: str) -> "Formula":
        """What one more of a size or width costs: f(x + 1) − f(x).

        It holds where both sizes fit. Raises `FlopcountError` for a name that the formula does
        not have.
        """
        if name not in self.names:
            raise FlopcountError(one_of(name, self.names, "name of the formula"))
        space = self.value.space
        here = space.name(name, self.holds.least.get(name, 1))
        step = Substitution({name: here + 1})
        there = [step.condition(one) for one in self.holds.conditions]  # x + 1 has to fit too
        both, larger = domain([*self.holds.conditions, *there], space)
        more = tidied(larger.of(total(_steps(self.value, name, step))))
        holds = Domain({**self.holds.least, **both.least}, both.conditions)
        count = f"{self.count} for one more {name}"
        return Formula(self.name, count, more, holds, self.notes, self.put)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, in the format of its ending: .txt, .tex, .py, .js or .json.

        Raises `FlopcountError` for another ending, and where the file cannot be written; there is
        the whole file then, or what was there before.
        """
        from ..writing.files import save
        from ..writing.formats import FORMULA_FILES
        from .formula_files import written

        save(path, FORMULA_FILES, lambda form: written(self, form))

    def _sympy_(self) -> "Expr":
        return self.expr  # so that sympy takes a formula where it takes an expression

    def __str__(self) -> str:
        """As people write it."""
        return self.text()

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


def formula(  # noqa: PLR0913  the options of the verb
    reference: Given,
    *,
    free: Sequence[str] = (),
    count: str = "multiplies",
    module: str | None = None,
    branch: str | None = None,
    let: Mapping[str, str] | None = None,
    **options: Any,
) -> Formula:
    """Write a count of a network as a formula in the `free` sizes and widths.

    `reference` is a name, a path, a spec, or a `Network` that `flopcount.load` or `parse` gave, or
    some of its modules or a branch.
    `free` names H and W (always the network's input; L of a sequence, D, H and W of a volume),
    ``classes``, columns (``3a.r5``, or ``r5`` with `module`), or a spec's own names; without it, H
    and W and all names of the spec: h and w where H = 16h and W = 16w is what fits. `let` puts
    expressions in their place (``{"H": "32n", "W": "32n"}``). `options` are those of
    `flopcount.load`. Raises `FlopcountError` for a name or an expression that does not fit.

    >>> formula("28x28x192 > conv 1x1 r reduce > conv 5x5 32", free=["r"]).text()
    '777728·r'
    """
    count = count_named(count).name
    if let is not None and not isinstance(let, Mapping):
        raise FlopcountError(
            f"let is {quote(let)}, not what stands in the place of names: {{'H': '32n'}}"
        )
    given = planned(reference, "a formula", **options)
    named, branch = narrowed(given, "a formula", [] if module is None else [module], branch)
    plan = given.draft
    free = free.split(",") if isinstance(free, str) else texts(free, "free")
    names = _variables(free or _default(plan, let or ()), plan, named)
    if not names:
        why = (
            "no axis of its inputs has a name that the model leaves open"
            if as_model(plan)
            else "its inputs have different sizes, so H and W are sides of none; name what is "
            "(a column, say)"
        )
        raise FlopcountError(f"{shorten(plan.name)}: nothing is open: {why}")
    check_unset(given, chain(*names.values()), "free")
    if free:
        check_input_unset(given, chain(*names.values()), "free")
    space = Space()
    placed = {name: _expression(text, name, names, space) for name, text in (let or {}).items()}
    values = {v: space.name(name) for name, several in names.items() for v in several}
    network = plan.build(values)
    if read := as_model(plan):
        space.conditions += read.misfits(count, values)
    part = selected(network, named) if named else network
    part = part if branch is None else of_branch(part, branch)
    own = {node.path for node in part.nodes}
    rows = [row for row in walk(network) if row.node.path in own]
    counted = total(row.known(count) for row in FirstUses().rows(rows))
    parts = {} if free or let or plan.unknowns() else enough(space.conditions)
    parts = {name: by for name, by in parts.items() if name.lower() not in names}
    placed |= {name: space.name(name.lower()) * by for name, by in parts.items()}
    put = Substitution(placed)
    holds, larger = domain(map(put.condition, space.conditions), space)
    of = f", module{'s' if len(named) > 1 else ''} {', '.join(named)}" if named else ""
    title = plan.name + of + (f"/{branch}" if branch else "")
    value = tidied(divided(larger.of(put.of(counted)), multiples(holds.conditions)))
    said = tuple(f"{name} = {by}{name.lower()}" for name, by in sorted(parts.items()))
    return Formula(title, count, value, holds, _notes(network, rows), said)


def _notes(network: Network, rows: Iterable[Row]) -> tuple[str, ...]:
    """What is said of a model's formula: what it lacks, what is fixed, where it was checked."""
    if not network.reader:
        return ()
    unknown = sorted({row.node.op.word for row in rows if not row.held.known})
    return (*([f"at least: {listed(unknown)} not counted"] if unknown else []), *network.notes)


def _steps(value: Polynomial, name: str, step: Substitution) -> "Iterator[Size]":
    """What each term grows by: what has not the name in it stays a factor."""
    for monomial, count in value.terms.items():
        varied = frozenset(pair for pair in monomial if name in pair[0].names)
        if varied:
            here = value.space.sum({varied: 1})
            yield value.space.sum({monomial - varied: count}) * as_factor(step.of(here) - here)


def _default(plan: Draft, let: Collection[str]) -> list[str]:
    """What stays open where nothing is named: a spec's names, or the sides as `let` calls them."""
    if model := as_model(plan):
        return [one.name for one in model.by_default()]
    known = plan.variables()
    length = next((name for name in let if is_length(name, known)), "")  # T for L, or L for T
    return [
        length if length and is_length(length, [one]) else one.name
        for one in plan.unknowns() or plan.sides or chain(*plan.own_sides.values())
    ]


def _variables(
    names: Iterable[str], plan: Draft, modules: Sequence[str]
) -> dict[str, tuple[Variable, ...]]:
    """What each name sets; only the variables that may be meant are looked through for it."""
    known = plan.variables()  # what is wrong in the table itself is named there
    called: dict[str, list[Variable]] = {}
    for variable in known:
        side = ["input"] if variable.of is Of.INPUT else []
        for name in {variable.name, variable.column, *side}:
            called.setdefault(name, []).append(variable)
    found = {}
    for name in names:
        try:
            with suppress(FlopcountError):
                found[name] = variables_of(name, called.get(name, ()), modules)
            if name not in found:  # what it may have meant is one of all
                found[name] = variables_of(name, known, modules)
        except FlopcountError as error:
            raise FlopcountError(f"{shorten(plan.name)}: {error}") from None
    return found


def _expression(given: object, name: str, names: Collection[str], space: Space) -> Size:
    """Read what stands in the place of a name: ``32n``, ``2*m``, ``W``, or a number."""
    if name not in names:
        raise FlopcountError(f"--let: {one_of(name, names, 'name')}")
    whole = hasattr(given, "__index__") and not isinstance(given, bool)
    text = str(given) if whole or isinstance(given, str) else ""
    found = _LET.fullmatch(text)
    if not found or len(text) > 30:
        shown = shorten(str(given))
        raise FlopcountError(f"--let {name}={shown}: expected a number, a name, or 32n")
    digits, rest = (found[1] or "1").rstrip("*"), found[2]
    if found[1] == digits and re.fullmatch("[eE][0-9]+", rest or ""):  # is 1e3 1,000, or e3?
        raise FlopcountError(f"--let {name}={text}: write all digits, or {digits}*{rest} of a name")
    times = whole_number(digits, f"--let {name}: the number")
    return space.name(rest) * times if rest else times
