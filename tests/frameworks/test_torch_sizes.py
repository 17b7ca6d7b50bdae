"""What the tracer writes of sizes, as polynomials: equal at every number, or refused."""

import math
import operator
import random
from collections.abc import Callable
from typing import Any

import pytest
import sympy
from torch.utils._sympy import functions as traced

from flopcount import FlopcountError
from flopcount.frameworks.torch.graph.sizes import Sizes
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import holds, value

NAMES = ("B", "H", "W")
SYMBOLS = {name: sympy.Symbol(f"s_{name}", integer=True, positive=True) for name in NAMES}
SPACE = Space()
READ = {f"s_{name}": SPACE.name(name) for name in NAMES}


def drawn(draw: random.Random, depth: int) -> Any:
    """An expression of the tracer's kinds."""
    if depth == 0 or draw.random() < 0.15:
        return draw.choice([*SYMBOLS.values(), sympy.Integer(draw.randint(1, 9))])
    a, b = drawn(draw, depth - 1), drawn(draw, depth - 1)
    n, m = sympy.Integer(draw.randint(1, 8)), sympy.Integer(draw.randint(2, 8))
    kinds = {
        "sum": lambda: a + b,
        "product": lambda: a * b if depth < 3 else a * n,
        "less": lambda: a - n,
        "square": lambda: a**2 if depth < 3 else a,
        "floor": lambda: traced.FloorDiv(a, n),
        "exact": lambda: traced.CleanDiv(a * n, n),
        "mod": lambda: traced.Mod(a + 20, m),
        "python mod": lambda: traced.PythonMod(a, m),
        "indexing": lambda: traced.ModularIndexing(a + 20, n, m),
        "max": lambda: traced.Max(a, b),
        "min": lambda: traced.Min(a, b),
        "ceil": lambda: traced.CeilToInt(traced.IntTrueDiv(a, m)),
        "truncate": lambda: traced.TruncToInt(traced.IntTrueDiv(traced.Max(a, 0), m)),
        "half": lambda: traced.FloorToInt(traced.ToFloat(a) * sympy.Float(0.5)),
        "power": lambda: traced.PowByNatural(a, sympy.Integer(2)) if depth < 3 else a,
        "same": lambda: traced.Identity(a),
    }
    return kinds[draw.choice([*kinds])]()


PYTHON: dict[str, Callable[..., Any]] = {  # as torch.utils._sympy.reference has them
    "Add": lambda *parts: sum(parts),
    "Mul": lambda *parts: math.prod(parts),
    "Pow": lambda a, power: a**power,
    "PowByNatural": lambda a, power: a**power,
    "FloorDiv": lambda a, b: a // b,
    "CleanDiv": lambda a, b: a // b,
    "Mod": lambda a, b: a % b,
    "PythonMod": lambda a, b: a % b,
    "ModularIndexing": lambda a, by, of: a // by % of,
    "Max": max,
    "Min": min,
    "IntTrueDiv": lambda a, b: a / b,
    "ToFloat": float,
    "CeilToInt": math.ceil,
    "FloorToInt": math.floor,
    "TruncToInt": math.trunc,
    "Identity": lambda a: a,
    "Equality": operator.eq,
    "Unequality": operator.ne,
    "StrictLessThan": operator.lt,
    "LessThan": operator.le,
    "StrictGreaterThan": operator.gt,
    "GreaterThan": operator.ge,
}


def worked_out(e: Any, point: dict[str, int]) -> Any:
    """What it comes to in Python's numbers."""
    if e.is_Symbol:
        return point[e.name.removeprefix("s_")]
    if e.is_Number:
        return float(e) if e.is_Float else int(e)
    if not e.args:
        return bool(e)
    return PYTHON[type(e).__name__](*(worked_out(part, point) for part in e.args))


@pytest.mark.parametrize("seed", range(8))
def test_an_expression_is_equal_at_every_number(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  the same each time
    for _ in range(25):
        expression = drawn(draw, 3)
        ours = Sizes(READ).of(expression)
        for _ in range(4):
            point = {name: draw.randint(2, 60) for name in NAMES}
            assert value(ours, point) == worked_out(expression, point), expression


@pytest.mark.parametrize("seed", range(4))
def test_a_relation_fails_where_one_of_its_conditions_holds(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  the same each time
    relations = (sympy.Eq, sympy.Ne, sympy.Lt, sympy.Le, sympy.Gt, sympy.Ge)
    for _ in range(25):
        relation = draw.choice(relations)(drawn(draw, 2), drawn(draw, 2))
        conditions = Sizes(READ).misfits(relation)
        for _ in range(4):
            point = {name: draw.randint(2, 40) for name in NAMES}
            said = bool(worked_out(relation, point))
            assert any(holds(one, point) for one in conditions) != said, relation


def test_all_of_several_relations_hold() -> None:
    height, width = SYMBOLS["H"], SYMBOLS["W"]
    conditions = Sizes(READ).misfits(sympy.And(height >= 4, width < 9))
    assert [holds(one, {"H": 4, "W": 8}) for one in conditions] == [False, False]
    assert any(holds(one, {"H": 3, "W": 8}) for one in conditions)
    assert any(holds(one, {"H": 4, "W": 9}) for one in conditions)


def test_a_size_over_another_open_one_is_exact() -> None:
    batch, height, width = (SYMBOLS[name] for name in NAMES)
    both = 6 * batch * height + 4 * batch * width
    found = Sizes(READ).of(traced.FloorDiv(both, 2 * batch))
    assert found == READ["s_H"] * 3 + READ["s_W"] * 2


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (traced.FloorDiv, "divided by another open one"),
        (traced.Mod, "divided by another open one"),
        (lambda _h, _w: sympy.Symbol("u0"), "depends on the data"),
        (lambda h, _w: traced.TruncToInt(traced.ToFloat(h) * sympy.Float(0.7)), "multiple of 0.7"),
        (lambda h, _w: traced.PowByNatural(sympy.Integer(2), h), "to the power of"),
        (traced.IntTrueDiv, "divided by another open one"),
        (lambda h, _w: sympy.sin(h), "no formula here"),
    ],
)
def test_what_has_no_counterpart_is_refused(expression: Any, said: str) -> None:
    with pytest.raises(FlopcountError, match=said):
        Sizes(READ).of(expression(SYMBOLS["H"], SYMBOLS["W"]))


def test_a_choice_that_is_no_condition_is_refused() -> None:
    height, width = SYMBOLS["H"], SYMBOLS["W"]
    with pytest.raises(FlopcountError, match="no condition here"):
        Sizes(READ).misfits(sympy.Or(height > 3, width > 3))
