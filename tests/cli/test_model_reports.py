"""Models on the command line: depth, patterns, modules, what is unknown, what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flopcount.cli.main import main
from tests.cli.lines import Cli, line_of

NETS = """
import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        return torch.linalg.qr(self.fc(x))[1]


def unknown():
    return nn.Sequential(nn.Linear(4, 8), nn.Sequential(Inner(), nn.ReLU()))


def known():
    return nn.Sequential(nn.Sequential(nn.Linear(4, 8), nn.ReLU()), nn.Linear(8, 3))
"""
UNKNOWN = ("torch:reported_nets:unknown", "--input", "2x4")
KNOWN = ("torch:reported_nets:known", "--input", "2x4")
NAMED = "unknown, and in no count and no share: aten.linalg_qr, 1 use (1/0/aten.linalg_qr)"


@pytest.fixture(autouse=True)
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reported_nets.py").write_text(NETS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


def test_depth_patterns_and_modules(cli: Cli) -> None:
    assert line_of(cli(*KNOWN), "0")[:4] == ["0", "2", "2×8", "64"]
    assert line_of(cli(*KNOWN, "--depth", "2"), "0/0")[:4] == ["0/0", "1", "2×8", "64"]
    assert line_of(cli(*KNOWN, "--module", "0.0"), "0/0")[3] == "2×8"
    lines = cli(*KNOWN, "--layers", "0/*", "--layers", "1")
    assert [line_of(lines, name)[0] for name in ("0/0", "0/1", "1")] == ["0/0", "0/1", "1"]
    document = json.loads(cli(*KNOWN, "--depth", "2", "--format", "json"))
    assert [one["module"] for one in document["modules"]] == ["0", "1"]
    assert [one["module"] for one in document["parts"]] == ["0/0", "0/1", "1"]


def test_strict_names_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*UNKNOWN, "--strict"]) == 3
    seen = capsys.readouterr()
    assert seen.err == f"flopcount: {NAMED}\n"
    assert NAMED in seen.out
    assert main([*UNKNOWN, "--strict", "--module", "0"]) == 0
    assert main([*KNOWN, "--strict"]) == 0
    assert main([*UNKNOWN]) == 0
    assert "≥ 192" in capsys.readouterr().out


def test_a_batch_is_read_and_not_multiplied_twice(total: Callable[..., dict[str, int]]) -> None:
    once, more = total(*KNOWN), total(*KNOWN, "--batch", "6")
    assert more["multiplies"] == 3 * once["multiplies"] == 6 * (4 * 8 + 8 * 3)
    assert more["params"] == once["params"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--depth", "0"], "--depth is '0', not a whole number from 1 to 100"),
        (["--depth", "deep"], "--depth is 'deep', not a whole number"),
        (["--depth", "2", "--by", "op"], "depth is of the grain by module, not by op"),
        (["--layers", "9/*"], "no layer's path matches '9/*'"),
        (["--module", "0.7"], "0: unknown module or layer '7' (known: 0, 1)"),
    ],
)
def test_what_does_not_fit_is_refused(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*KNOWN, *words]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert says in seen.err
    assert seen.err.count("\n") == 1


@pytest.mark.parametrize(
    ("verb", "says"),
    [
        ("paper", "is a model; expected a network's name or a table"),
        ("breakeven", "no axis of its inputs is known to be the tokens"),
    ],
)
def test_verbs_say_what_they_lack_of_a_model(
    verb: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = UNKNOWN if verb == "breakeven" else UNKNOWN[:1]
    assert main([verb, *words]) == 2
    assert says in capsys.readouterr().err


def test_compare_says_what_it_does_not_know(cli: Cli) -> None:
    said = cli("compare", UNKNOWN[0], KNOWN[0], "--input", "2x4")
    assert f"{UNKNOWN[0]}: {NAMED}" in said
    assert line_of(said, "total")[:3] == ["total", "≥", "192"]
