"""Formulas in their forms: LaTeX that is drawn, Python that runs, and what is refused."""

import json
import pickle
import re
import subprocess
import sys
from typing import Any

import pytest
import sympy

import flopcount as fc
from flopcount.cli.main import main
from flopcount.sizes import maximum, split
from flopcount.sizes.domain import Domain
from flopcount.sizes.polynomial import MAX_DEPTH, Space
from flopcount.sizes.printed.alphabets import latex
from flopcount.sizes.printed.forms import text
from flopcount.sizes.printed.programs import python
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
    assert len(re.findall(r" [+-] ", flat)) == len(found.value.terms) - 1


@pytest.mark.slow
def test_latex_is_drawn() -> None:
    from matplotlib.mathtext import MathTextParser

    for reference in FORMULAS[2:]:
        MathTextParser("path").parse(
            f"${fc.formula(reference).latex()}$".replace(r"\left\l", r"\l").replace(
                r"\right\r", r"\r"
            )
        )


def test_the_terms_fall() -> None:
    space = Space()
    H, W = space.name("H"), space.name("W")  # noqa: N806  as they are called everywhere
    assert text(3 + 2 * H - H * W) == "−H·W + 2·H + 3"
    assert text(0) == "0"
    assert text((H + 1).as_factor() * (W - 2).as_factor()) == "(H + 1)(W − 2)"
    assert text(split(H * W, 2)) == "H·W/2"
    assert text(3 * split(H, 4)) == "3·H/4"
    assert text(H**2 * ((H + 1) // 2) ** 3) == "H²·⌈H/2⌉³"


def test_a_rounding_takes_in_what_is_added_to_it() -> None:
    n = Space().name("n")
    assert [text((n + shift) // 2) for shift in (-5, -1, 0, 1, 2)] == [
        "⌊(n − 5)/2⌋",
        "⌊(n − 1)/2⌋",
        "⌊n/2⌋",
        "⌈n/2⌉",
        "⌈(n + 1)/2⌉",
    ]
    assert text(-(-n // 6) - 1) == "⌊(n − 1)/6⌋"
    assert text((((n - 3) // 2 + 1) - 3) // 2 + 1) == "⌊(n − 3)/4⌋"  # two floors become one


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("H", "H"),
        ("r5", "r_{5}"),
        ("classes", r"\mathrm{classes}"),
        ("3a.r5", r"\mathrm{3a.r5}"),
        ("a_b", r"\mathrm{a\_b}"),
    ],
)
def test_names_in_latex(name: str, written: str) -> None:
    assert latex(Space().name(name)) == written


def test_emitted_python_has_arguments_that_python_allows() -> None:
    names = ["class", "3a.r5", "abs", "r-1", "r.1", "size", "taps", "x"]
    space = Space()
    total = sum((position + 1) * space.name(name) for position, name in enumerate(names))
    source = python(total + maximum(space.name("x"), 5), "multiplies", Domain())
    arguments = re.search(r"\((.*?)\)", source)
    assert arguments
    assert sorted(arguments[1].split(", ")) == [
        *("_3a_r5", "abs", "class_", "r_1", "r_1_", "size_", "taps_", "x")
    ]
    order = sorted(names)
    values = {name: 10**position for position, name in enumerate(order)}
    expected = sum((position + 1) * values[name] for position, name in enumerate(names))
    assert made(source, "multiplies")(*(values[name] for name in order)) == expected + max(
        values["x"], 5
    )


@pytest.mark.parametrize("form", ["text", "latex", "python", "javascript", "json"])
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
            "javascript": found.javascript(),
            "domain": ["H ≥ 75", "W ≥ 75"],
            "definitions": [],
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


@pytest.mark.slow
def test_a_formula_goes_to_another_process() -> None:
    found = fc.formula("googlenet", count="multiplies_unpadded")
    # texts have other hashes there
    code = (
        "import pickle, sys; print(pickle.load(sys.stdin.buffer) == pickle.load(sys.stdin.buffer))"
    )
    again = pickle.dumps(fc.formula("googlenet", count="multiplies_unpadded"))
    seen = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(found) + again,
        capture_output=True,
        check=True,
    )
    assert seen.stdout.strip() == b"True"
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  its own


def test_an_expression_needs_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    found = fc.formula("googlenet")
    monkeypatch.delitem(sys.modules, "flopcount.sizes.printed.expression", raising=False)
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(fc.FlopcountError, match=re.escape("pip install 'flopcount[sympy]'")):
        _ = found.expr
    assert found.text() == GOOGLENET


# -- what does not fit


@pytest.mark.parametrize(
    ("factor", "times"),
    [
        pytest.param("1.3", MAX_DEPTH - 1, marks=pytest.mark.slow),
        ("0.3", MAX_DEPTH // 2 - 1),
    ],
)
def test_sizes_that_are_rounded_over_and_over(factor: str, times: int) -> None:
    spec = "8x8x4 > conv 1x1 r > conv 3x3 8" + f"@width={factor}" * times
    found = fc.formula(spec)
    assert MAX_DEPTH - 1 <= found.value.depth <= MAX_DEPTH
    for written in (found.text(), found.latex(), found.javascript(), str(found.expr)):
        assert "r" in written
    here = concrete(spec.replace(" r ", " 5 "), "multiplies")
    assert made(found.python(), "multiplies")(5) == here
    assert found.diff("r").names == ("r",)
    with pytest.raises(fc.FlopcountError, match="rounded more than 50 times, one in the other"):
        fc.formula(spec + f"@width={factor}" * 2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--free", "zz"], "googlenet: unknown name 'zz'"),
        (["--free", "h"], "googlenet: unknown name 'h'; did you mean 'H'?"),
        (["--free", "r5"], "unknown name 'r5' (which row's? 3a.r5, 3b.r5, 4a.r5, 4b.r5, …)"),
        (["--free", "3a.r6"], "googlenet: unknown name '3a.r6'; did you mean '3a.r3' or '3a.r5'?"),
        (
            ["--free", "r5", "--module", "conv1"],
            "r5 is no column of 'conv1', but of other rows: 3a.",
        ),
        (["--free", "3a.r5", "--set", "3a.r5=8"], "3a.r5 is both set and free"),
        (["--free", "H,W", "--input", "64x64"], "input is both set and free"),
        (["--free", "H", "--let", "W=3"], "--let: unknown name 'W' (known: H)"),
        (["--let", "H"], "--let 'H': expected NAME=…, as in H=32n,W=32n"),
        (["--let", "H=n+1"], "--let H=n+1: expected a number, a name, or 32n"),
        (["--let", "H="], "--let H=: expected a number, a name, or 32n"),
        (["--let", "H=0n"], "--let H: the number is '0', not a whole number from 1 to 2**31"),
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
        (["--diff", ""], "unknown name of the formula '' (known: H, W)"),
        (["--free", ""], "googlenet: unknown name ''"),
        (["--let", ""], "--let '': expected NAME=…, as in H=32n,W=32n"),
    ],
)
def test_bad_input(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", *words]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert message in seen.err
    assert seen.err.count("\n") == 1


@pytest.mark.parametrize("breaks", ["\n", "\r", "\u2028"])
def test_no_line_of_a_file_s_name_is_run(
    breaks: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / f"a{breaks}import os.toml"
    table.write_text(
        'title = "a"\ninput = "8x8x3"\n[rows]\nstem = "conv 3x3 8"\n', encoding="utf-8"
    )
    heads = {}
    for form in ("python", "javascript", "latex", "text"):
        assert main(["formula", str(table), "--format", form]) == 0
        heads[form] = capsys.readouterr().out.splitlines()[0]
    name = f"a{ascii(breaks)[1:-1]}import os"
    assert heads["python"] == f"# {name}, multiplies; for all sizes"
    assert heads["javascript"] == f"// {name}, multiplies; for all sizes"
    assert heads["latex"] == f"% {name}, multiplies; for all sizes"
    assert heads["text"].startswith(f"{name}, multiplies = ")


def test_a_file_whose_name_is_no_text(tmp_path: Any) -> None:
    table = tmp_path / "a\udcff.toml"  # as Python reads a byte that is none of UTF-8
    table.write_text('title = "a"\ninput = "8x8x3"\n[rows]\nstem = "conv 3x3 8"\n')
    for verb in ([], ["formula"]):
        assert main([*verb, str(table), "-o", str(tmp_path / "x.json")]) == 0
        read = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
        assert "a\udcff" in read.values()


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
