"""What may vary: each name is read once into a variable that says what it is of."""

import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.notation.inputs import InputSize
from flopcount.notation.references import draft
from flopcount.notation.variables import (
    CLASSES,
    Of,
    Variable,
    column_of,
    read_variable,
    sides_of,
    variables_of,
)
from tests.shipped import SAMPLE

SIDES = HEIGHT, WIDTH = sides_of(InputSize((224, 224, 3)))

KNOWN = [*SIDES, CLASSES, column_of("3a", "r5"), column_of("3b", "r5"), column_of("C", "n")]


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("H", HEIGHT),
        ("W", WIDTH),
        ("classes", CLASSES),
        ("3a.r5", Variable("3a.r5", Of.ROW, "3a", "r5")),
        ("C.1.n", Variable("C.1.n", Of.ROW, "C.1", "n")),
        ("C.1/3x3/1", Variable("C.1/3x3/1", Of.LAYER)),
        ("3a/5x5/1.2", Variable("3a/5x5/1.2", Of.LAYER)),
        ("r5", Variable("r5", Of.SPEC)),
        ("", Variable("", Of.SPEC)),
    ],
)
def test_a_typed_name(text: str, variable: Variable) -> None:
    assert read_variable(text) == variable
    assert read_variable(text).name == text


@pytest.mark.parametrize("name", SAMPLE)
def test_what_a_table_can_vary_is_read_from_its_name(name: str) -> None:
    plan = draft(name)
    known = plan.variables()
    assert [read_variable(variable.name) for variable in known] == known
    vary = [variable for variable in known if not variable.role]  # strides and repeats do not
    assert [variables_of(variable.name, known) for variable in vary] == [(one,) for one in vary]
    assert plan.unknowns() == []


@pytest.mark.parametrize(
    ("name", "modules", "meant"),
    [
        ("input", [], ["H", "W"]),
        ("r5", ["3a"], ["3a.r5"]),
        ("r5", ["inception_3b"], ["3b.r5"]),
        ("r5", ["3a", "C.7"], ["3a.r5"]),
        ("n", ["C.7"], ["C.n"]),
        ("C.n", [], ["C.n"]),
    ],
)
def test_a_short_name(name: str, modules: list[str], meant: list[str]) -> None:
    assert [variable.name for variable in variables_of(name, KNOWN, modules)] == meant


@pytest.mark.parametrize(
    ("name", "modules", "message"),
    [
        ("r5", ["3b", "3a"], "r5 may be 3a.r5 or 3b.r5; name the row too"),
        ("r5", [], "unknown name 'r5'"),
        ("r5", [], "(which row's? 3a.r5, 3b.r5, …)"),
        ("r5", ["C.1"], "r5 is no column of 'C.1', but of other rows: 3a.r5, 3b.r5, …"),
        (
            "3a.r6",
            [],
            "3a.r5, 3b.r5, C.n); did you mean '3a.r5'?",
        ),
    ],
)
def test_a_name_that_is_none(name: str, modules: list[str], message: str) -> None:
    with pytest.raises(fc.FlopcountError, match=re.escape(message)):
        variables_of(name, KNOWN, modules)


def test_a_spec_s_names_are_its_own_even_where_they_look_like_others() -> None:
    plan = draft("HxWxc > conv 1x1 a.b > conv 1x1 H > conv 1x1 classes")
    own = [Variable(name, Of.SPEC) for name in ("c", "a.b", "classes")]
    assert plan.variables() == [HEIGHT, WIDTH, *own]
    assert plan.unknowns() == [HEIGHT, WIDTH, *own]
    network = plan.build(dict(zip(plan.variables(), (4, 5, 6, 7, 8), strict=True)))
    assert [row.output for row in fc.analyze(network).rows] == [(4, 5, 7), (4, 5, 4), (4, 5, 8)]


def test_a_draft_takes_the_widths_of_layers_and_of_columns() -> None:
    plan = draft("googlenet", set={"3a.r5": 8})
    values = {column_of("3a", "r5"): 24, Variable("3b/5x5/1", Of.LAYER): 40}
    rows = {row.node.path: row for row in fc.analyze(plan.build(values)).rows}
    assert (rows["3a/5x5/1"].output[2], rows["3b/5x5/1"].output[2]) == (24, 40)


def test_a_draft_refuses_what_it_does_not_have() -> None:
    with pytest.raises(fc.FlopcountError, match=r"'googlenet': unknown name '3a.r6'; did you mean"):
        draft("googlenet").build({column_of("3a", "r6"): 8})
    with pytest.raises(fc.FlopcountError, match=r"H is 0, not a whole number from 1 to 2\*\*31"):
        draft("googlenet").build({HEIGHT: 0})


@pytest.mark.parametrize(
    ("size", "sides", "activations"),
    [
        ("8x3", ["L"], "3·L"),
        ("8x8x3", ["H", "W"], "3·H·W"),
        ("4x8x8x3", ["D", "H", "W"], "3·D·H·W"),
    ],
)
def test_the_sides_have_the_rank_of_the_input(
    tmp_path: Path, size: str, sides: list[str], activations: str
) -> None:
    path = tmp_path / "my.toml"
    path.write_text(f'input = "{size}"\nrows.a = "relu"', encoding="utf-8")
    assert [side.name for side in draft(str(path)).sides] == sides
    for reference in (str(path), f"{size} > relu"):
        assert fc.formula(reference, count="activations").text() == activations


def test_an_input_of_another_rank_is_refused_with_the_tables_file(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text('input = "8x8"\nrows.a = "relu"', encoding="utf-8")
    with pytest.raises(fc.FlopcountError, match=r"^my.toml: input '8x8x3' has 3 numbers, the netw"):
        fc.formula(str(path), input="8x8x3")


def test_a_width_named_by_a_number() -> None:
    with pytest.raises(fc.FlopcountError, match=r"named by a text such as '3a.r5', not by 3"):
        fc.load("googlenet", set={3: 4})  # type: ignore[dict-item]
