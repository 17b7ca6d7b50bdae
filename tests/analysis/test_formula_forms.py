"""Formulas in their forms: LaTeX that is drawn, Python that runs, and what is refused."""

import itertools
import json
import re
from typing import Any

import pytest
import sympy

import flopcount as fc
from flopcount.analysis.formulas import symbol, tidy
from flopcount.cli.main import main
from flopcount.sizes.mathtext import python, text
from tests.analysis.formulas import GOOGLENET, SPECS, concrete, made

# -- forms

FORMULAS = ["googlenet", "inception-v3", "bn-inception", *SPECS[:4]]


@pytest.mark.parametrize("reference", FORMULAS)
def test_latex_is_well_formed(reference: str) -> None:
    found = fc.formula(reference)
    written = found.latex()
    assert found._repr_latex_() == f"${written}$"
    assert written.isascii()
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", written):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    for side in ("ceil", "floor"):
        assert written.count(rf"\left\l{side}") == written.count(rf"\right\r{side}")
    assert written.count(r"\left") == written.count(r"\right")
    assert "+ -" not in written
    flat, level = "", 0
    for part in re.split(r"(\\left|\\right)", written):
        level += {r"\left": 1, r"\right": -1}.get(part, 0)
        flat += part if level == 0 else ""
    assert len(re.findall(r" [+-] ", flat)) == len(sympy.Add.make_args(found.expr)) - 1


def test_latex_is_drawn() -> None:
    from matplotlib.mathtext import MathTextParser

    for reference in FORMULAS[2:]:
        MathTextParser("path").parse(
            f"${fc.formula(reference).latex()}$".replace(r"\left\l", r"\l").replace(
                r"\right\r", r"\r"
            )
        )


def test_the_terms_fall() -> None:
    H, W = symbol("H"), symbol("W")  # noqa: N806  as they are called everywhere
    assert text(3 + 2 * H - H * W) == "−H·W + 2·H + 3"
    assert text(sympy.Integer(0)) == "0"
    assert text((H + 1) * (W - 2)) == "(H + 1)(W − 2)"
    assert text(H * W / 2) == "H·W/2"
    assert text(3 * H / 4) == "3·H/4"


def test_emitted_python_has_arguments_that_python_allows() -> None:
    names = ["class", "3a.r5", "abs", "r-1", "r.1", "x"]
    total = sum((position + 1) * symbol(name) for position, name in enumerate(names))
    source = python(total + abs(symbol("x") - 5), "multiplies")
    arguments = re.search(r"\((.*?)\)", source)
    assert arguments
    assert sorted(arguments[1].split(", ")) == ["_3a_r5", "abs_", "class_", "r_1", "r_1_", "x"]
    order = sorted(names)
    values = {name: 10**position for position, name in enumerate(order)}
    expected = sum((position + 1) * values[name] for position, name in enumerate(names))
    assert made(source, "multiplies")(*(values[name] for name in order)) == expected + abs(
        values["x"] - 5
    )


@pytest.mark.parametrize("inner", [sympy.floor, sympy.ceiling])
@pytest.mark.parametrize("outer", [sympy.floor, sympy.ceiling])
def test_tidied_is_equal(outer: Any, inner: Any) -> None:
    n = symbol("n")
    for m, k, a, b in itertools.product((2, 3), (2, 4), (-3, 0, 1), (-5, 2)):
        nested = outer((inner((n + a) / sympy.Integer(m)) + b) / sympy.Integer(k))
        merged = tidy(nested)
        assert len(merged.atoms(sympy.floor, sympy.ceiling)) == 1, merged
        for value in range(1, 40):
            assert merged.subs(n, value) == nested.subs(n, value), (nested, merged, value)


def test_what_cannot_be_merged_stays() -> None:
    n = symbol("n")
    nested = sympy.ceiling(3 * sympy.ceiling(n / 2) / 4)
    assert all(tidy(nested).subs(n, value) == nested.subs(n, value) for value in range(1, 40))


@pytest.mark.parametrize("form", ["text", "latex", "python", "json"])
def test_the_verb_in_each_form(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "inception-v3", "--format", form]) == 0
    seen = capsys.readouterr().out
    assert seen.endswith("\n")
    assert "H ≥ 75" in seen
    if form == "json":
        document = json.loads(seen)
        found = fc.formula("inception-v3")
        assert document == {
            "schema": 1,
            "network": "inception-v3",
            "count": "multiplies",
            "formula": found.text(),
            "latex": found.latex(),
            "python": found.python(),
            "domain": ["H ≥ 75", "W ≥ 75"],
        }
    if form == "python":
        assert made(seen, "multiplies")(299, 299) == concrete("inception-v3", "multiplies")


def test_the_verb_s_files(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / f"x.{ending}" for ending in ("txt", "tex", "py", "json")]
    words = [word for file in files for word in ("-o", str(file))]
    assert main(["formula", "googlenet", "--let", "H=32n, W=32n", *words]) == 0
    assert capsys.readouterr().out == ""
    whole = files[0].read_text(encoding="utf-8")
    assert whole == "googlenet, multiplies = 32278528·n² + 1024000\nfor all sizes\n"
    assert made(files[2].read_text(encoding="utf-8"), "multiplies")(7) == 1_582_671_872


def test_spaces_between_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", "--free", "H, W"]) == 0
    assert GOOGLENET in capsys.readouterr().out


# -- what does not fit


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--free", "zz"], "googlenet: unknown name 'zz'"),
        (["--free", "h"], "googlenet: unknown name 'h'; did you mean 'H'?"),
        (["--free", "r5"], "unknown name 'r5' (which row's? 3a.r5, 3b.r5, 4a.r5, 4b.r5, …)"),
        (["--free", "3a.r6"], "googlenet: unknown name '3a.r6'; did you mean '3a.r5'?"),
        (["--free", "r5", "--module", "conv1"], "unknown name 'r5' (which row's? 3a.r5"),
        (["--free", "H", "--let", "W=3"], "--let: unknown name 'W' (known: H)"),
        (["--let", "H"], "--let 'H': expected NAME=…, as in H=32n,W=32n"),
        (["--let", "H=n+1"], "--let H=n+1: expected a number, a name, or 32n"),
        (["--let", "H="], "--let H=: expected a number, a name, or 32n"),
        (["--let", "H=0n"], "--let H='0n': a size is at least 1"),
        (["--let", "H=1.5n"], "--let H=1.5n: expected a number, a name, or 32n"),
        (["--let", "H=-3"], "--let H=-3: expected a number, a name, or 32n"),
        (["--let", "H=__import__('os')"], "expected a number, a name, or 32n"),
        (["--count", "multplies"], "unknown count 'multplies' (known: multiplies, "),
        (["--count", "elementwise"], "unknown count 'elementwise'"),
        (["--module", "3z"], "googlenet: unknown module '3z' (known: conv1, pool1"),
        (
            ["--module", "3a", "--branch", "5y5"],
            "unknown branch '5y5' (known: 1x1, 3x3, 5x5, pool)",
        ),
        (["--diff", "r5"], "unknown name of the formula 'r5' (known: H, W)"),
    ],
)
def test_bad_input(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", *words]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert message in seen.err
    assert seen.err.count("\n") == 1


def test_an_unknown_form(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", "-o", str(tmp_path / "x.png")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.iterdir())


# -- the tests find what they are there to find


def test_a_formula_is_the_same_every_time() -> None:
    spec, count = "HxWx3 > conv 3x3/2 8 > conv 3x3 4", "multiplies_unpadded"
    first = fc.formula(spec, count=count)
    for many in (1, 9, 10):  # sympy orders by name, and numbers its own dummies from here on
        sympy.symbols(f"x:{many}", cls=sympy.Dummy)
        again = fc.formula(spec, count=count)
        assert (again.text(), again.domain) == (first.text(), first.domain)
