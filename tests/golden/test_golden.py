"""Outputs as they stood when somebody last read them; `pytest --overwrite` rewrites them."""

from pathlib import Path

import pytest

from flopcount.cli.main import main

GOLDEN = Path(__file__).parent
TWO_LAYERS = "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"

CASES = {
    "googlenet.txt": ["googlenet"],
    "googlenet-3a.txt": ["googlenet", "--module", "3a"],
    "googlenet-3a-explain.txt": ["googlenet", "--module", "3a", "--explain"],
    "googlenet-3a-layers.txt": ["googlenet", "--module", "3a", "--by", "layer"],
    "googlenet-3a-flops.txt": ["googlenet", "--module", "3a", "--unit", "flops", "--batch", "8"],
    "googlenet-3a-figure.txt": ["googlenet", "--module", "3a", "--naive", "figure"],
    "googlenet-3a-width-80.txt": ["googlenet", "--module", "3a", "--width", "80"],
    "googlenet-3a-width-40.txt": ["googlenet", "--module", "3a", "--explain", "--width", "40"],
    "paper-googlenet-width-80.txt": ["paper", "googlenet", "--width", "80"],
    "paper-googlenet.md": ["paper", "googlenet", "--format", "markdown"],
    "paper-googlenet.tex": ["paper", "googlenet", "--format", "latex"],
    "googlenet-3a-explain.md": [
        *("googlenet", "--module", "3a", "--explain", "--format", "markdown"),
    ],
    "googlenet-3a.md": ["googlenet", "--module", "3a", "--format", "markdown"],
    "googlenet-3a.csv": ["googlenet", "--module", "3a", "--format", "csv"],
    "googlenet-3a.json": ["googlenet", "--module", "3a", "--format", "json"],
    "googlenet-3a.tex": ["googlenet", "--module", "3a", "--format", "latex"],
    "googlenet-3a-explain.csv": ["googlenet", "--module", "3a", "--explain", "--format", "csv"],
    "googlenet-ops.txt": ["googlenet", "--by", "op"],
    "googlenet-branches.txt": ["googlenet", "--by", "branch"],
    "googlenet-layers.txt": ["googlenet", "--by", "layer"],
    "googlenet-aux-chained.txt": ["googlenet", "--aux", "--naive", "chained"],
    "googlenet-what-if.txt": [
        *("googlenet", "--input", "299x299", "--classes", "10", "--set", "3a.r5=24"),
    ],
    "paper-googlenet.txt": ["paper", "googlenet"],
    "paper-googlenet.csv": ["paper", "googlenet", "--format", "csv"],
    "spec.txt": [TWO_LAYERS],
    "spec-explain.txt": [TWO_LAYERS, "--explain"],
}


@pytest.mark.parametrize("name", CASES)
def test_the_output_is_the_golden_one(
    name: str, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    assert main(CASES[name]) == 0
    seen = capsys.readouterr().out
    golden = GOLDEN / name
    if request.config.getoption("--overwrite"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(seen, encoding="utf-8")
    assert seen == golden.read_text(encoding="utf-8")


def test_every_golden_file_is_of_a_case() -> None:
    assert {path.name for path in GOLDEN.glob("*.*")} - {Path(__file__).name} == set(CASES)
