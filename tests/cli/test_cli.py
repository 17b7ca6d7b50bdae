"""The command line: what may be asked about, the list, and the program as a process of its own."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flopcount
from flopcount.cli.main import main
from flopcount.notation.shipped import families
from tests.cli.lines import Cli, line_of
from tests.shipped import INCEPTION_AND_VARIANTS, SAMPLE

HOME = Path(flopcount.__file__).parent.parent
TWO_LAYERS = "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"
OWN = """\
title = "Two rows"
input = "8x8x3"
[block.pair]
columns = ["a", "b"]
"3x3" = "conv 1x1 {a} reduce > conv 3x3 {b}"
[rows]
m1 = ["pair", 2, 4]
m2 = ["pair", 3, 6]
"""


def test_a_spec_in_place_of_a_name(cli: Cli) -> None:
    text = cli(TWO_LAYERS)
    assert "12,443,648" in text
    assert "120,422,400" in text
    assert "9.68×" in text
    assert "28×28×192 → 28×28×32" in text
    # a spec alone has defaults, and the heading says so
    assert "SAME" in text
    assert "bias" in text
    assert "ReLU" in text


def test_a_spec_takes_its_input_from_the_option(total: Callable[..., dict[str, Any]]) -> None:
    bare = total("conv 5x5 32", "--input", "28x28x192")
    assert bare == total("28x28x192 > conv 5x5 32")
    assert bare["multiplies"] == 120_422_400
    assert total("28x28x192 > conv 5x5 32", "--input", "14x14")["multiplies"] == 120_422_400 // 4


@pytest.mark.parametrize("name", ["my.toml", "./my.toml", "{folder}/my.toml"])
def test_an_own_file(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").write_text(OWN, encoding="utf-8")
    document = json.loads(cli(name.format(folder=tmp_path), "--format", "json"))
    assert document["network"] == "my"
    assert document["title"] == "Two rows"
    first = 64 * 3 * 2 + 64 * 9 * 2 * 4
    second = 64 * 4 * 3 + 64 * 9 * 3 * 6
    assert [module["multiplies"] for module in document["modules"]] == [first, second]
    assert document["total"]["naive_multiplies"] == 64 * 9 * 3 * 4 + 64 * 9 * 4 * 6
    assert "changed: m2.b = 7" in cli("my.toml", "--set", "m2.b=7")
    assert "changed" not in cli("my.toml")


def test_several_modules(cli: Cli, total: Callable[..., dict[str, Any]]) -> None:
    both = total("googlenet", "--module", "3b", "--module", "3a")
    assert both["multiplies"] == 128_049_152 + 304_267_264
    lines = cli("googlenet", "--module", "3b", "--module", "3a", "--format", "csv").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["module", "3a", "3b", "total"]
    assert "modules 3a, 3b" in cli("googlenet", "--module", "3a", "--module", "3b")


def test_a_module_named_twice_counts_once(total: Callable[..., dict[str, Any]]) -> None:
    twice = total("googlenet", "--module", "3a", "--module", "inception_3a")
    assert twice == total("googlenet", "--module", "3a")


@pytest.mark.parametrize("name", ["inception_3a", "inception-3a"])
def test_a_module_by_its_long_name(cli: Cli, name: str) -> None:
    assert cli("googlenet", "--module", name) == cli("googlenet", "--module", "3a")


@pytest.mark.parametrize("name", ["GoogLeNet", "google-net", "google_net"])
def test_a_network_by_another_spelling(cli: Cli, name: str) -> None:
    assert cli(name) == cli("googlenet")


def test_the_verb_show_may_be_left_out(cli: Cli) -> None:
    assert cli("show", "googlenet", "--module", "3a") == cli("googlenet", "--module", "3a")
    assert cli("--module", "3a", "googlenet") == cli("googlenet", "--module", "3a")


@pytest.mark.slow
def test_list_has_each_network_with_its_totals(cli: Cli) -> None:
    text = cli("list")
    assert "multiplies of conv, dense and attention" in text.splitlines()[1]
    words = line_of(text, "googlenet")
    for word in ("224×224×3", "1,582,671,872", "6,998,552", "torchvision"):
        assert word in words
    rows = json.loads(cli("list", "--format", "json"))["rows"]
    listed = {name: family.name for family in families().values() for name in family.networks}
    assert {row["name"]: row["family"] for row in rows} == listed
    assert [row["name"] for row in rows] == list(listed)
    for row in rows:
        assert set(row) >= {"name", "title", "input", "multiplies", "params", "source"}
        assert type(row["multiplies"]) is int
        assert row["source"]
        assert row["title"]


@pytest.mark.slow
def test_a_family_is_listed_with_its_variants(cli: Cli) -> None:
    for form in ("table", "markdown", "csv", "json", "latex"):
        out = cli("list", "--family", "Inception", "--format", form)
        assert [reference for reference in INCEPTION_AND_VARIANTS if reference not in out] == []
        assert "arXiv:1409.4842" in out
    out = cli("list", "--family", "inception", "--format", "csv")
    rows = {row["name"]: row for row in csv.DictReader(out.splitlines())}
    assert list(rows) == INCEPTION_AND_VARIANTS
    for reference, row in rows.items():
        cost = flopcount.analyze(flopcount.load(reference)).cost
        assert (int(row["multiplies"]), int(row["params"])) == (cost.multiplies, cost.params)
        assert row["family"] == "inception"
        assert row["source"]


@pytest.mark.parametrize(
    "words",
    ["inception", "INCEPTION", "incep", "inception_v3", "inception,inception", "incep inception"],
)
def test_a_family_is_named_as_people_name_it(cli: Cli, words: str) -> None:
    title = families()["inception"].title
    out = cli("list", "--family", *words.split())
    assert out == cli("list", "--family", "inception")
    assert out.count(title) == 1
    assert "Tables of your own" not in out


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ("--family incepton", "unknown family 'incepton'; did you mean 'inception'? (flopcount li"),
        ("--family inception nosuch", "unknown family 'nosuch' (flopcount list shows all)"),
        ("--family ,", "unknown family ''"),
        ("--family", "--family: expected at least one argument"),
        ("inception", "unexpected 'inception'; a family stands behind an option: 'flopcount list "),
    ],
)
def test_a_family_that_is_none(words: str, phrase: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", *words.split()]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    (line,) = seen.err.splitlines()
    assert phrase in line


@pytest.mark.parametrize("name", SAMPLE)
def test_every_shipped_network_is_shown(cli: Cli, name: str) -> None:
    assert cli(name).count("\n") > 5


def test_help_and_version_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    for argv, phrase in (
        (["--version"], f"flopcount {flopcount.__version__}"),
        (["list", "--help"], "flopcount list"),
        (["paper", "-h"], "flopcount paper NETWORK"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(argv)
        seen = capsys.readouterr()
        assert (stopped.value.code, seen.err) == (0, "")
        assert phrase in seen.out


def process(
    *argv: str,
    cwd: Path | None = None,
    text_in: str | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *argv],
        cwd=cwd,
        input=text_in,
        env={**os.environ, "PYTHONPATH": str(HOME), "PYTHONIOENCODING": "utf-8", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_the_main_job_as_a_process(cli: Cli, tmp_path: Path) -> None:
    done = process("-m", "flopcount", "googlenet", "--module", "3a", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == cli("googlenet", "--module", "3a")


@pytest.mark.slow
def test_warnings_are_errors_nowhere(tmp_path: Path) -> None:
    done = process("-W", "error", "-m", "flopcount", "googlenet", "-o", "a.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_the_installed_command_and_the_module_are_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["flopcount", "googlenet", "--module", "3a"])
    assert main() == 0
    assert "9.68×" in capsys.readouterr().out
