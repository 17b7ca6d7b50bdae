"""What is counted: in brief on a terminal, in full sentences where it is asked for and in files."""

from pathlib import Path

import pytest

import flopcount as fc
from flopcount.analysis.conventions import OF_ONE_SAMPLE
from flopcount.cli.main import main
from flopcount.core import COUNTS

from .lines import Cli

FULL = COUNTS["multiplies"].says
BRIEF = "multiplies of conv and dense, padding included"
ASK = "--conventions tells more"
SAYING = {
    "show": ["googlenet", "--module", "3a"],
    "list": ["list", "--family", "resnet"],
    "paper": ["paper", "googlenet"],
    "compare": ["compare", "googlenet", "googlenet@torchvision"],
    "breakeven": ["breakeven", "googlenet", "--module", "3a"],
    "sweep": ["sweep", "googlenet", "--module", "3a", "--vary", "r5=8:16:8"],
    "fit": ["fit", "googlenet", "--budget", "multiplies=1e9", "--scale", "input"],
}


@pytest.mark.parametrize("verb", SAYING)
def test_a_table_says_it_in_brief_and_in_full_where_that_is_asked_for(verb: str, cli: Cli) -> None:
    brief, full = cli(*SAYING[verb]), cli(*SAYING[verb], "--conventions")
    assert f"\n{BRIEF}; {ASK}\n" in brief
    assert FULL not in brief
    assert f"\n{OF_ONE_SAMPLE.full}\n" in full
    assert ASK not in full
    without = [text.replace(line, "") for text, line in ((brief, f"{BRIEF}; {ASK}"),)]
    assert without == [full.replace(OF_ONE_SAMPLE.full, "")]  # and nothing else differs


CAUSAL = "64x16 > attention 4 causal"
OF_TOKENS = {
    "show": [CAUSAL],
    "compare": ["compare", CAUSAL, "9x9x4 > conv 3x3 8"],
    "breakeven": ["breakeven", CAUSAL],
    "sweep": ["sweep", "Tx16 > attention 4 causal", "--vary", "T=8,16"],
    "fit": ["fit", CAUSAL, "--budget", "multiplies=1e9", "--scale", "input"],
}


@pytest.mark.parametrize("verb", OF_TOKENS)
def test_attention_is_named_wherever_it_is_counted(verb: str, cli: Cli) -> None:
    brief = "multiplies of conv, dense and attention, padding and masked pairs included"
    full = "for each pair of a query and a key, hidden by a mask or not; no other operations"
    assert f"\n{brief}; {ASK}\n" in cli(*OF_TOKENS[verb])
    assert full in cli(*OF_TOKENS[verb], "--conventions")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--batch 8", f"{BRIEF}; a batch of 8 samples; {ASK}"),
        ("--unit macs", f"MACs = {BRIEF}; {ASK}"),
        ("--unit flops", f"FLOPs = 2 × {BRIEF}; {ASK}"),
        ("--unit flops --batch 8", f"FLOPs = 2 × {BRIEF}; a batch of 8 samples; {ASK}"),
        ("--columns params", "counts of one sample"),
    ],
)
def test_the_brief_form_has_what_differs(words: str, line: str, cli: Cli) -> None:
    assert f"\n{line}\n" in cli("googlenet", "--module", "3a", *words.split())


def test_the_full_form_has_unit_and_batch(cli: Cli) -> None:
    full = f"counts: FLOPs = 2 × multiplies; {FULL}; a batch of 8 samples"
    words = ["googlenet", "--module", "3a", "--unit", "flops", "--batch", "8"]
    assert f"\n{full}\n" in cli(*words, "--conventions")
    assert ASK not in cli(*words, "--conventions")


@pytest.mark.parametrize("form", ["markdown", "json", "latex"])
def test_other_formats_have_it_in_full(form: str, cli: Cli) -> None:
    for extra in ([], ["--conventions"]):
        text = cli("googlenet", "--module", "3a", "--format", form, *extra)
        assert "taps on padding included" in text
        assert ASK not in text


def test_files_and_notebooks_have_it_in_full(tmp_path: Path) -> None:
    target = tmp_path / "3a.md"
    assert main(["googlenet", "--module", "3a", "-o", str(target)]) == 0
    report = fc.analyze("googlenet", modules=["3a"])
    for text in (target.read_text(encoding="utf-8"), report.to_markdown(), report._repr_html_()):
        assert "taps on padding included" in text
        assert ASK not in text


def test_python_prints_what_the_terminal_shows() -> None:
    report = fc.analyze("googlenet", modules=["3a"])
    assert f"\n{BRIEF}; {ASK}\n" in str(report)
    assert f"\n{OF_ONE_SAMPLE.full}\n" in report.to_text(conventions=True)


def test_the_help_promises_nothing_that_a_csv_does_not_keep(cli: Cli) -> None:
    """A table of plain numbers says nothing of what is counted, so that not all files do."""
    assert FULL not in cli("googlenet", "--module", "3a", "--format", "csv")
    for verb in SAYING:
        (line,) = [line for line in cli("help", verb).splitlines() if "--conventions" in line]
        assert line.split() == [
            "--conventions",
            "say",
            "in",
            "full",
            "sentences",
            "what",
            "is",
            "counted",
        ]
