"""The cost as an exact formula: the walk with sympy symbols for sizes and widths.

The same ops price it as price a report. Nothing is simplified by sympy (that takes seconds):
nested ceilings and floors are merged, and the sum is ordered, for reading.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Abs, Add, Expr, Integer, Symbol, ceiling, default_sort_key, floor

from ..core import COUNTS, Row, walk
from ..errors import FlopcountError, one_of, quote, shorten
from ..notation import SIDES, Draft, Variable, draft, variables_of
from ..sizes import Symbolic, symbolic
from ..sizes.conditions import domain, sign_of

_LET = re.compile(r"(?=.)([0-9]+(?:\*(?=[A-Za-z]))?)?([A-Za-z]\w*)?", re.ASCII)


@dataclass(frozen=True)
class Formula:
    """A count as a sympy expression, and the sentences that say for which sizes it holds."""

    name: str
    count: str
    expr: Expr
    domain: tuple[str, ...]

    def text(self) -> str:
        """As people write it: ``9408·⌈H/2⌉⌈W/2⌉ + …``."""
        from ..sizes.mathtext import text

        return text(self.expr)

    def latex(self) -> str:
        """For LaTeX."""
        from ..sizes.mathtext import latex

        return latex(self.expr)

    def python(self) -> str:
        """As a Python function of whole numbers, with nothing to import."""
        from ..sizes.mathtext import python

        return python(self.expr, self.count)

    def diff(self, name: str) -> "Formula":
        """What one more of a size or width costs: f(x + 1) − f(x).

        Raises `FlopcountError` for a name that the formula does not have.
        """
        found = {symbol.name: symbol for symbol in self.expr.free_symbols}
        if name not in found:
            raise FlopcountError(one_of(name, sorted(found), "name of the formula"))
        symbol = found[name]
        more = sympy.expand(tidy(self.expr.subs(symbol, symbol + 1)) - self.expr)
        return Formula(self.name, f"{self.count} for one more {name}", more, self.domain)

    def _sympy_(self) -> Expr:
        return self.expr  # so that sympy takes a formula where it takes an expression

    def __str__(self) -> str:
        """As people write it."""
        return self.text()

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


def symbol(name: str) -> Symbol:
    """The symbol of a size or width: a positive integer. All symbols are made here."""
    return Symbol(name, integer=True, positive=True)


def formula(  # noqa: PLR0913  the options of the verb
    reference: str,
    *,
    free: Sequence[str] = (),
    count: str = "multiplies",
    module: str | None = None,
    branch: str | None = None,
    let: Mapping[str, str] | None = None,
    **options: Any,
) -> Formula:
    """Write a count of a network as a formula in the `free` sizes and widths.

    `free` names H and W (always the network's input), ``classes``, columns (``3a.r5``, or ``r5``
    with `module`), or a spec's own names; without it, H and W and all names of the spec. `let`
    puts expressions in their place (``{"H": "32n", "W": "32n"}``). `options` are those of
    `flopcount.load`. Raises `FlopcountError` for a name or an expression that does not fit.

    >>> formula("28x28x192 > conv 1x1 r reduce > conv 5x5 32", free=["r"]).text()
    '777728·r'
    """
    if count not in COUNTS:
        raise FlopcountError(one_of(count, COUNTS, "count"))
    plan = draft(reference, **options)
    free = free.split(",") if isinstance(free, str) else free
    names = {name: _variables(name, plan, module) for name in free or _default(plan)}
    given = {name: _expression(str(text), name, names) for name, text in (let or {}).items()}
    sizes = Sizes()
    taps = Taps(sizes)
    left = Symbolic(sizes.symbol, known=taps)
    token = symbolic.set(left)
    try:
        network = plan.build(
            {variable: symbol(name) for name, several in names.items() for variable in several}
        )
        rows = walk(network)
        wanted = set(network.select([module]).modules if module is not None else network.modules)
        rows = _of_branch([row for row in rows if row.node.module in wanted], branch, plan.name)
        total = sum((sympy.sympify(row.count(count)) for row in rows), Integer(0))
    finally:
        symbolic.reset(token)
    expr, positive = without_abs(total, sizes)
    puts = {symbol(name): expression for name, expression in given.items()}
    expr = _put(expr, puts)
    where = [
        _put(sizes.written(one), puts) for one in (*left.conditions, *taps.conditions, *positive)
    ]
    title = plan.name + (f", module {module}" if module else "") + (f"/{branch}" if branch else "")
    return Formula(title, count, expr, domain(where))


def _put(expression: Any, puts: Mapping[Symbol, Expr]) -> Any:
    """Put expressions in the place of names, and multiply out if that leaves a polynomial."""
    if not puts or not hasattr(expression, "subs"):
        return expression
    put = tidy(expression.subs(puts, simultaneous=True))
    return sympy.expand(put) if isinstance(put, Expr) else put


class Sizes:
    """Symbols for the sizes of grids, so that a sum of products of them stays a polynomial."""

    def __init__(self) -> None:
        self._symbols: dict[Expr, Symbol] = {}
        self._written: dict[Symbol, Expr] = {}

    def symbol(self, size: Expr) -> Expr:
        """The symbol of a size; a name itself, or a number, needs none."""
        written = tidy(self.written(size))
        if written.is_Symbol or written.is_Integer:
            return written
        if written not in self._symbols:
            # named by number, so that sympy's order, and with it the text, is the same every time
            grid = symbol(f"~{len(self._symbols):05}")
            self._symbols[written] = grid
            self._written[grid] = written
        return self._symbols[written]

    def written(self, expression: Any) -> Any:
        """An expression with the sizes written out again."""
        found = self._written.keys() & getattr(expression, "free_symbols", set())
        return expression.xreplace({one: self._written[one] for one in found})


class Taps(dict[Any, Any]):
    """What is known along an axis; the taps inside the image, a sum, become one symbol there."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self._sizes = sizes
        self.conditions: list[Any] = []

    def __setitem__(self, key: Any, value: Any) -> None:
        """Keep a value under its key."""
        if key[-1] == "taps" and hasattr(value, "atoms"):
            value, conditions = without_abs(value, self._sizes)
            self.conditions += conditions
            value = self._sizes.symbol(value)
        super().__setitem__(key, value)


def _default(plan: Draft) -> list[str]:
    return [variable.name for variable in plan.unknowns() or SIDES]


def _variables(name: str, plan: Draft, module: str | None) -> tuple[Variable, ...]:
    try:
        return variables_of(name, plan.variables(), [module] if module else [])
    except FlopcountError as error:
        raise FlopcountError(f"{shorten(plan.name)}: {error}") from None


def _of_branch(rows: Sequence[Row], branch: str | None, name: str) -> list[Row]:
    if branch is None:
        return list(rows)
    known = dict.fromkeys(row.node.branch for row in rows if row.node.branch)
    if branch not in known:
        raise FlopcountError(f"{shorten(name)}: {one_of(branch, known, 'branch')}")
    return [row for row in rows if row.node.branch == branch]


def _expression(text: str, name: str, names: Collection[str]) -> Expr:
    """Read what stands in the place of a name: ``32n``, ``2*m``, ``W``, or a number."""
    if name not in names:
        raise FlopcountError(f"--let: {one_of(name, names, 'name')}")
    found = _LET.fullmatch(text)
    if not found or len(text) > 30:
        raise FlopcountError(f"--let {name}={shorten(text)}: expected a number, a name, or 32n")
    factor, rest = int((found[1] or "1").rstrip("*")), found[2]
    if not factor:
        raise FlopcountError(f"--let {name}={quote(text)}: a size is at least 1")
    return Integer(factor) * (symbol(rest) if rest else Integer(1))


def tidy(expression: Any) -> Any:
    """Merge nested ceilings and floors: ⌈⌈H/2⌉/2⌉ = ⌈H/4⌉, and −⌊−x⌋ = ⌈x⌉.

    For whole m ≥ 1 and whole k: ⌈(⌈x⌉ + k)/m⌉ = ⌈(x + k)/m⌉, and the same of floors; and
    ⌊x⌋ + k = ⌊x + k⌋.
    """
    if not hasattr(expression, "replace"):
        return expression
    turned = expression.replace(
        lambda part: isinstance(part, floor) and part.args[0].could_extract_minus_sign(),
        lambda part: -ceiling(-part.args[0]),
    )
    return turned.replace(
        lambda part: isinstance(part, ceiling | floor | Add),
        lambda part: _taken_in(part) if isinstance(part, Add) else _merged(part),
    )


def _merged(part: Expr) -> Expr:
    """⌈inner⌉ or ⌊inner⌋, with one inside it taken out where that is exact.

    What results is of the inner one's kind: for whole x, ⌈x/m⌉ = ⌊(x + m − 1)/m⌋.
    """
    kind, inner = type(part), part.args[0]
    constant, rest = inner.as_coeff_Add()
    factor, core = rest.as_coeff_Mul()
    one_over = 1 / factor
    shift = constant * one_over
    whole = one_over.is_Integer and shift.is_Integer
    if isinstance(core, ceiling | floor) and whole and one_over > 0:
        if not isinstance(core, kind):
            shift += (one_over - 1) * (1 if kind is ceiling else -1)
        return type(core)((core.args[0] + shift) / one_over)
    return part


def _taken_in(part: Expr) -> Expr:
    """⌊x⌋ + k as ⌊x + k⌋, which sympy leaves so where x has a fraction."""
    constant, rest = part.as_coeff_Add()
    if isinstance(rest, ceiling | floor) and constant.is_Integer:
        return type(rest)(rest.args[0] + constant)
    return part


def without_abs(total: Expr, sizes: Sizes) -> tuple[Expr, list[Any]]:
    """Multiply out; write |e| as e for the sizes from which e is not negative: its conditions.

    They come from the taps that reach over the edge of an image smaller than its kernel.
    """
    conditions: list[Any] = []
    kept: set[Expr] = set()  # those of either sign, however large the sizes
    while found := [
        part for part in total.atoms(Abs) - kept if not (part.args[0].atoms(Abs) - kept)
    ]:
        part = min(found, key=default_sort_key)
        inside = part.args[0]
        sign = sign_of(sizes.written(inside))
        if sign is None:
            kept.add(part)
            continue
        conditions.append(sign * inside < 0)
        total = tidy(total.xreplace({part: sign * inside}))
    return tidy(sizes.written(sympy.expand(total))), conditions
