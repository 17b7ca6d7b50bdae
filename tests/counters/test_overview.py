"""The overview of what counters print: short enough to be read; all else is told of one counter."""

import json
import re
import subprocess
import sys

import pytest

import flopcount as fc
from flopcount.counters.sheet import difference_text, overview

NET = "8x8x4 > conv 3x3 6 relu > norm=layer > maxpool 2x2/2 > gelu > flatten > dense 10"


def lines_below(network: str) -> list[str]:
    """What stands below the table."""
    return list(overview(fc.other_counters(network)).footer)


def test_kinds_without_multiply_adds_share_a_line() -> None:
    said = [line for line in lines_below(NET) if "rule" in line]
    assert [line.partition(",")[0] for line in said] == [
        "no rule for layer norm",
        "without a rule in some",
    ]
    assert said[1] == (
        "without a rule in some, where they count 0: ReLU, max pool and GELU: "
        "--tool NAME says which"
    )
    (most,) = [line for line in lines_below("googlenet") if "rule" in line]
    assert re.search(r": \w+, \w+, [\w ]+ and 6 other kinds: --tool NAME says which$", most)


def test_what_has_multiply_adds_has_a_line_of_its_own() -> None:
    # torchinfo counts the parameters of modules: attention's own products have none
    (line,) = [line for line in lines_below("vit-b16") if "dot-product" in line]
    assert line.startswith("no rule for scaled dot-product attention, which counts 0: ")
    assert "torchinfo" in line


def test_faults_are_named_in_a_line_and_told_of_one_counter() -> None:
    (line,) = [line for line in lines_below(NET) if "fault" in line]
    assert line.endswith(": --tool NAME tells them")
    names = re.findall(r"[\w-]+", line.partition("show in ")[2])
    assert "ptflops" in names
    told = fc.other_counters(NET, tools=["ptflops"])
    assert f"known fault: {told['ptflops'].faults[0]}" in str(told)


def test_habits_of_papers_have_no_version_and_no_missing_rules() -> None:
    found = fc.other_counters(NET)
    (row,) = overview(found).choose("version", tool="paper-mac").rows
    assert row == (None,)
    assert not [line for line in overview(found).footer if "paper-" in line]
    asked = fc.other_counters(NET, tools=["paper-mac"])
    assert "what paper-mac counts in" in str(asked)
    assert "no rule" not in str(asked)
    assert json.loads(asked.to_json())["tools"][0]["version"] is None


@pytest.mark.slow
def test_versions_of_a_counter_share_a_line() -> None:
    older = [line for line in lines_below("googlenet") if line.startswith("in older ptflops")]
    assert older == ["in older ptflops: before 0.7.1 1,592,051,080; 0.7.1 1,602,465,480"]


def test_a_row_names_its_largest_kinds_and_leaves_out_long_formulas() -> None:
    found = fc.other_counters("googlenet")
    lines = found["xla"].explain(found.own("FLOP"))
    short, long = difference_text(lines, 2), difference_text(lines)
    assert "convolution," in short
    assert "convolution (2 × inside + bias − 2 × macs)," in long
    assert re.search(r", [+−][\d,]+ in \d+ other kinds$", short)
    for text in (short, long):
        signed = re.findall(r"(?:^|, )([+−])([\d,]+) ", text)
        assert sum(int(f"{sign}{n}".replace("−", "-").replace(",", "")) for sign, n in signed) == (
            found["xla"].value - found.own("FLOP").value
        )


@pytest.mark.slow
def test_the_kinds_have_room_on_a_terminal() -> None:
    from flopcount.writing.terminal import Screen, text

    for network, width in (("googlenet", 100), ("vit-b16", 110)):
        printed = text(fc.other_counters(network).sheet(), Screen(width))
        assert "by kind, the largest first" in printed.partition("\n\n")[2].splitlines()[0]
        assert max(map(len, printed.splitlines())) <= width


def modules_of(*words: str) -> set[str]:
    """What the command loads, in an interpreter of its own."""
    code = (
        "import sys, flopcount.cli.main as main; main.main(sys.argv[1:]);"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.slow
def test_a_report_loads_nothing_of_counters_and_an_overview_only_what_it_is_made_of() -> None:
    report = modules_of("googlenet", "--module", "3a")
    assert not [name for name in report if "counters" in name or "flopcount.calls" in name]
    overview_of = modules_of("counters", "8x8x4 > conv 3x3 6")
    assert "flopcount.counters.found" in overview_of
    assert "flopcount.counters.printed" not in overview_of


def test_a_long_formula_is_not_cut() -> None:
    from flopcount.writing.terminal import Screen, text

    found = fc.other_counters("vit-b16", tools=["ultralytics-thop"])
    (formula,) = [
        line.formula for line in found["ultralytics-thop"].kinds if line.kind == "attention"
    ]
    printed = text(found.sheet(), Screen(100))
    table = printed.partition("attention ")[2].partition("convolution ")[0]
    words = " ".join(re.split(r"  +|\n", table)).split()
    assert "…" not in table
    assert set(formula.split()) <= set(words)


def test_a_long_formula_goes_over_many_lines_before_it_is_wider_than_the_screen() -> None:
    from flopcount.writing.terminal import Screen, text

    found = fc.other_counters("vit-b16", tools=["ptflops"], against="thop")
    printed = text(found.sheet(), Screen(80))
    assert max(map(len, printed.splitlines())) <= 80
    assert "+6,307,369,488" in printed
