"""Random formulas in every form: what is printed is run, or read back, and has their values."""

from typing import Any

import pytest
import sympy
from hypothesis import given

from flopcount.sizes.domain import Domain
from flopcount.sizes.polynomial import Number, Space
from flopcount.sizes.printed import alphabets
from flopcount.sizes.printed.alphabets import latex, python_walk
from flopcount.sizes.printed.expression import expression, symbol
from flopcount.sizes.printed.forms import rounding, text, text_walk
from flopcount.sizes.printed.programs import javascript, python
from flopcount.sizes.size import as_factor, common_divisor, maximum
from tests.analysis import readers
from tests.analysis.printed import evaluated
from tests.sizes.trees import FORMULAS, NAMES, SHARES, Formula, Range, built

Points = list[dict[str, int]]


def by_python(made: Number, points: Points) -> list[int]:
    namespace: dict[str, Any] = {}
    exec(python(made, "f", _from_the_least(made, points)), namespace)  # noqa: S102  printed to be run
    return [namespace["f"](*(point[name] for name in _names(made))) for point in points]


def by_javascript(made: Number, points: Points) -> list[int]:
    calls = ", ".join(
        f"String(f({', '.join(f'{point[name]}n' for name in _names(made))}))" for point in points
    )
    source = javascript(made, "f", _from_the_least(made, points))
    return [*map(int, evaluated(f"(() => {{ {source}\nreturn [{calls}].join() }})()").split(","))]


def _names(made: Number) -> list[str]:
    return [] if isinstance(made, int) else sorted(made.names)


def _from_the_least(made: Number, points: Points) -> Domain:
    """A domain for names that may be less than 1 here."""
    return Domain({name: min(point[name] for point in points) for name in _names(made)})


def by_text(made: Number, points: Points) -> list[int]:
    return _read(readers.text(text(made), NAMES), points)


def by_latex(made: Number, points: Points) -> list[int]:
    return _read(readers.compiled(readers.latex(latex(made)), NAMES), points)


def by_sympy(made: Number, points: Points) -> list[int]:
    return _read(readers.compiled(expression(made), NAMES), points)


def _read(function: Any, points: Points) -> list[int]:
    return [function(*(point[name] for name in NAMES)) for point in points]


FORMS = [by_python, by_javascript, by_text, by_latex, by_sympy]


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@given(formula=FORMULAS, shares=SHARES)
def test_each_form_has_the_values_of_the_formula(
    form: Any, formula: Formula, shares: list[tuple[int, int, int]]
) -> None:
    if form is not by_python and form is not by_javascript:
        # sympy's symbols are positive
        ranges = {
            name: Range(max(one.low, 1), max(one.high, 1)) for name, one in formula.ranges.items()
        }
        formula = formula._replace(ranges=ranges)
    made, points = formula.polynomial(), formula.points(shares)
    assert form(made, points) == [built(formula.tree, point) for point in points]


@given(formula=FORMULAS)
def test_a_form_is_the_same_each_time(formula: Formula) -> None:
    one, other = formula.polynomial(Space()), formula.polynomial(Space())
    assert text(one) == text(other)
    assert latex(one) == latex(other)
    assert latex(one).isascii()


def test_signs_that_code_could_get_wrong() -> None:
    n, m = Space().name("n"), Space().name("m")
    half = (n - 7) // 2
    formulas = [
        -(n**2),
        -half * half,
        -3 * half - m,
        m - (n - 7) // 2 * ((m - 9) // 4),
        -(m**2 * half),
        (n * (n - 1)).over(2) * -1,
        (n * (n + 1)).over(2) * m - m,
        as_factor(n - m) * as_factor(m - n) - (-n) // 3,
        maximum(n - m, 3) ** 2 - maximum(m, n),
    ]
    points = [{"n": a, "m": b} for a in (1, 2, 6, 7, 8, 9) for b in (1, 3, 8, 9)]
    for made in formulas:
        expected = by_python(made, points)
        assert by_javascript(made, points) == expected
        for read in (
            readers.text(text(made), ("n", "m")),
            readers.compiled(readers.latex(latex(made)), ("n", "m")),
            readers.compiled(expression(made), ("n", "m")),
        ):
            assert [read(*point.values()) for point in points] == expected
    assert by_python(-(n**2), [{"n": 3}]) == [-9]
    assert by_python(-half * half, [{"n": 2}]) == [-9]  # ⌊−5/2⌋ = −3


def test_how_sums_and_products_are_written() -> None:
    H, W = Space().name("H"), Space().name("W")  # noqa: N806  as they are called everywhere
    assert text(3 + 2 * H - H * W) == "−H·W + 2·H + 3"
    assert text(0) == "0"
    assert text(9 + 10**5 * H + H * H) == "H² + 100000·H + 9"  # what grows fastest is first
    assert text(9 * (H // 99) + (H // 9) * (H // 9)) == "⌊H/9⌋² + 9·⌊H/99⌋"
    assert text(9 * H + (H // 99) * H) == "H·⌊H/99⌋ + 9·H"  # far out, where ⌊H/99⌋ is above 1
    assert text(as_factor(H + 1) * as_factor(W - 2)) == "(H + 1)(W − 2)"
    assert text((H * (H + 1)).over(2)) == "H²/2 + H/2"
    assert latex((H * W).over(2)) == r"\frac{H W}{2}"
    assert python_walk().written(-(-H // 2) * W) == "W*((H + 1) // 2)"
    assert str(-(-H // 2) + (H - 3) // 4) == "⌈H/2⌉ + ⌊(H + 1)/4⌋ − 1"
    assert str((H + 7) // 2) == "⌈H/2⌉ + 3"
    assert str(H // 2 - 5) == "⌊H/2⌋ − 5"


def test_rounding() -> None:
    n = Space().name("n")
    assert rounding(n // 2, up=True) == (n, 2, False)
    assert rounding(-(-n // 2), up=True) == (n, 2, True)
    assert rounding(-(-n // 2), up=False) == (n + 1, 2, False)
    assert rounding(3 * (n // 2), up=True) is None
    assert rounding(n, up=True) is None


def test_functions_that_are_called() -> None:
    n, m = Space().name("n"), Space().name("m")
    for number, called in (
        (maximum(n, m) // 2, {"max", "floor"}),
        (n // 2, {"floor"}),
        (n.over(2) * m, set()),
        (7, set()),
    ):
        walk = text_walk()
        walk.written(number)
        assert walk.called == called


def test_an_expression_of_sympy_is_one() -> None:
    n, m = Space().name("n"), Space().name("m")
    made = expression(maximum(n, m) ** 2 - (3 * n + 1) // 2)
    largest = sympy.Max(symbol("n"), symbol("m"))
    assert made == largest**2 - sympy.ceiling(3 * symbol("n") / 2)
    assert made.subs({symbol("n"): 4, symbol("m"): 3}) == 16 - 6
    assert expression(7) == sympy.Integer(7)
    divisor = expression(common_divisor(n, 6) * m)
    assert divisor.subs({symbol("n"): 4, symbol("m"): 5}) == 2 * 5
    assert divisor.subs({symbol("n"): 3 * symbol("k")}).free_symbols == {symbol("k"), symbol("m")}


# --- the tests find what they are there to find


@pytest.mark.parametrize(
    ("alphabet", "method", "instead", "form"),
    [
        ("_JavaScript", "negative", lambda _, term: f"-{term[1:]}", by_javascript),
        ("_Python", "quotient", lambda _, a, b, *, is_sum: f"({a} / {b})", by_python),  # noqa: ARG005
        ("_Code", "group", lambda _, written: written, by_python),
        ("_Latex", "power", lambda _, base, power: base, by_latex),  # noqa: ARG005
        ("_Latex", "rounded", lambda _, a, b, **__: rf"\frac{{{a}}}{{{b}}}", by_latex),
    ],
)
def test_a_broken_alphabet_is_found(
    alphabet: str, method: str, instead: Any, form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    h, w = (Space().name(name) for name in "HW")
    made = -(h**2) - as_factor(w - 2) * ((h + 1) // 2) ** 2 * as_factor(h - 3)
    points = [{"H": 4, "W": 5, "n": 0}, {"H": 7, "W": 1, "n": 0}]
    expected = [
        -(p["H"] ** 2) - (p["W"] - 2) * ((p["H"] + 1) // 2) ** 2 * (p["H"] - 3) for p in points
    ]
    assert form(made, points) == expected
    monkeypatch.setattr(getattr(alphabets, alphabet), method, instead)
    try:
        found = form(made, points)
    except Exception:  # noqa: BLE001  whatever a broken program says
        return
    assert found != expected


def test_of_terms_that_grow_alike_the_first_is_added() -> None:
    n, m = (Space().name(name) for name in "nm")
    assert text(n - m) == text(-m + n) == "n − m"
    assert text(n // 2 - -(-n // 2) + 1) == "⌊n/2⌋ − ⌈n/2⌉ + 1"
    assert text(m - n * n) == "−n² + m"  # what grows faster is first all the same
