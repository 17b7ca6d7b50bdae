"""What a sweep refuses: one line says why, and no file is left."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.chosen.every import EveryOfTile
from flopcount.designs.grid import chunks, factors
from flopcount.designs.grid.axes import MAX_GRID, MAX_VALUES
from flopcount.designs.sweeps import MAX_DESIGNS, plan
from flopcount.errors import FlopcountError

S = "sweep"
G = "googlenet"
V = ("--vary", "3a.r5=8:64:8")
BAD: list[tuple[list[str], list[str]]] = [
    ([S], ["NETWORK"]),
    ([S, G], ["nothing varies", "--vary 3a.r5=8:64:8"]),
    ([S, G, "--vary", "3a.r5"], ["expected NAME=RANGE"]),
    ([S, G, "--vary", "3a.r7=1:2"], ["unknown", "'3a.r7'", "did you mean '3a."]),
    ([S, G, "--vary", "r5=1:2"], ["unknown", "'r5'"]),
    ([S, G, "--module", "3a", "--module", "3b", "--vary", "r5=1:2"], ["3a.r5 or 3b.r5"]),
    ([S, G, "--module", "3x", *V], ["unknown module '3x'"]),
    ([S, G, *V, *V], ["3a.r5 is named twice"]),
    ([S, G, *V, "--sort", "--top", "3"], ["argument --sort: expected one argument"]),
    ([S, "whisper-base", "--vary", "input=1:3"], ["; name one of them: audio.L, text.T"]),
    ([S, G, "--vary", "3a/5x5/1=8"], ["unknown name to vary '3a/5x5/1' (known: 3a.n1, 3a.r3, "]),
    ([S, G, "--vary", "conv1.s=1:2"], ["'conv1.s' (known: input, H, W, classes, 3a.n1, 3a.r3, "]),
    ([S, G, "--vary", "3a.r5=8..64"], ["'3a.r5=8..64': a value is '8..64', not a whole number"]),
    ([S, G, "--vary", "r5=8:16:8"], ["unknown name to vary 'r5'", "which row's? 3a.r5, 3b.r5"]),
    ([S, G, "--vary", "H=64", "--vary", "input=64"], ["H and input both vary H"]),
    ([S, G, "--set", "3a.r5=8", *V], ["3a.r5 is both set and varied"]),
    ([S, G, "--classes", "8", "--vary", "classes=8"], ["classes is both set and varied"]),
    ([S, G, "--input", "64x64", "--vary", "input=64"], ["input is both set and varied"]),
    ([S, G, "--input", "64x64x3", "--vary=H=9", "--vary=W=9"], ["input is both set and varied"]),
    ([S, G, "--module", "3x", "--vary", "r5=1:2"], ["r5 is no column of '3x'", "3a.r5, 3b.r5"]),
    ([S, G, "--vary", "3a.r5=64:8:8"], ["the range is empty", "64 is past its end, 8"]),
    ([S, G, "--vary", "3a.r5=8:64:0"], ["endless", "step is 0"]),
    ([S, G, "--vary", "H=W=64:224:32"], ["of one name; 'input=64:224:32' varies all sides alike"]),
    ([S, G, "--vary", "3a.r5=8:64:-8"], ["whole number"]),
    ([S, G, "--vary", "3a.r5=8:"], ["FIRST:LAST:STEP"]),
    ([S, G, "--vary", "3a.r5="], ["FIRST:LAST:STEP"]),
    ([S, G, "--vary", "3a.r5=8:9:1:1"], ["FIRST:LAST:STEP"]),
    ([S, G, "--vary", "3a.r5=8.5"], ["'8.5'", "whole number"]),
    ([S, G, "--vary", "3a.r5=0:3"], ["3a.r5 is 0"]),
    ([S, G, "--vary", "3a.r5=8,16,8"], ["the value 8 is named twice"]),
    ([S, G, "--vary", f"3a.r5=1:{MAX_VALUES + 1}"], ["more than 65,536 values"]),
    ([S, G, "--vary", "3a.r5=1:2147483648"], ["more than 65,536 values"]),
    (
        [S, G, *(f"--vary=3a.{column}=1:60000" for column in ("r5", "r3", "n1", "n3"))],
        [f"{60_000**4:,} designs", f"{MAX_GRID:,}"],
    ),
    (
        [S, G, *(f"--vary={column}=1:4000" for column in ("3a.r5", "3a.r3"))],
        ["16,000,000 designs", f"past {MAX_DESIGNS:,}", "--top", "--keep", "--pareto"],
    ),
    ([S, "inception-v3", "--vary", "input=60:90"], ["input=60: ", "does not fit"]),
    ([S, G, *V, "--keep", "multiplies <="], ["column 14", "‸"]),
    ([S, G, *V, "--keep", "multiplies * multiplies * 9 < 1"], ["2**63 - 1", "column 1"]),
    ([S, G, *V, "--keep", "3a.r3 < 1"], ["unknown name '3a.r3'", "did you mean '3a.r5'?"]),
    ([S, G, *V, "--top", "0"], ["--top"]),
    ([S, G, *V, "--top", "many"], ["--top", "whole number"]),
    ([S, G, *V, "--sort", "params"], ["--sort", "--top or --pareto"]),
    ([S, G, *V, "--descending"], ["--descending needs --sort"]),
    ([S, G, *V, "--top", "1", "--sort", "parms"], ["did you mean 'params'?"]),
    ([S, G, *V, "--pareto", "params,"], ["--pareto", "unknown"]),
    ([S, G, *V, "--pareto", "params,cost"], ["'cost'"]),
    ([S, G, *V, "--pareto", "params,params,params,params"], ["at most 3 names, read 4"]),
    ([S, "HxWx3 > conv 3x3 n", "--vary", "n=1:3"], ["'H'", "free name"]),
    ([S, "HxWx3 > conv 3x3 params", "--vary", "params=1:3", "--vary", "input=9"], ["count"]),
]


@pytest.fixture
def refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[list[str]], str]:
    """Run bad input; its one line on standard error, after which no file is left."""
    monkeypatch.chdir(tmp_path)

    def run(argv: list[str]) -> str:
        for files in ([], ["-o", "a.csv", "-o", "b.parquet"]):
            assert main([*argv, *files]) == 2
            out, err = capsys.readouterr()
            assert out == ""
            assert err.startswith("flopcount: ")
            assert err.count("\n") == 1
            assert len(err) < 1000
            assert list(tmp_path.iterdir()) == []
        return err

    return run


@pytest.mark.parametrize(("argv", "phrases"), BAD)
def test_bad_input(
    argv: list[str], phrases: list[str], refused: Callable[[list[str]], str]
) -> None:
    message = refused(argv)
    for phrase in phrases:
        assert phrase in message


def test_a_design_that_fails_late_leaves_no_file(
    refused: Callable[[list[str]], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = EveryOfTile.add

    def add(self: EveryOfTile, chunk: chunks.Chunk, kept: Any) -> Any:
        if chunk.rows[0] > 0:  # designs have been written
            raise FlopcountError("late")
        return real(self, chunk, kept)

    monkeypatch.setattr(EveryOfTile, "add", add)
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 4)
    monkeypatch.setattr(chunks, "_WIDTH", 4)
    assert "late" in refused([S, G, "--vary", "3a.r5=1:4", "--vary", "input=64:67"])


FLATTENED = "HxWxn > flatten > dense 9"  # reads H·W·n channels, at most 2³¹
JOINED = "9x9x6 > [x: conv 1x1 a | y: conv 1x1 b] > conv 1x1 8 groups=2"


@pytest.mark.parametrize(
    ("spec", "vary", "most", "first"),
    [
        # the least H for which 2000²·H passes 2³¹; all truths at once would take 8 GB
        (FLATTENED, {"H": "1:2000", "W": "1:2000", "n": "1:2000"}, 2**20, "H=537, W=2000, n=2000"),
        # 2³¹ = 2,147,483,648 < 1271·1300² = 2,147,990,000
        (FLATTENED, {"n": "900,1300", "W": "1200,1300", "H": "7,1250:1300"}, 4, "H=1271"),
        (JOINED, {"b": "2,4,5", "a": "2,4,6,7"}, 4, "b=2, a=7"),
        (JOINED, {"b": "2,5,4", "a": "2,4,6"}, 4, "b=5, a=2"),
    ],
)
def test_what_does_not_fit_is_found_before_any_design_is_priced(
    spec: str, vary: dict[str, str], most: int, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factors, "MAX_FACTOR", most)
    told: list[int] = []
    with pytest.raises(FlopcountError, match=first):
        list(plan(spec, vary, top=1).batches(told.append))
    assert told == []


def test_standard_output_has_its_limit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("flopcount.cli.verbs.sweep.MAX_PRINTED", 7)
    assert main([S, G, *V]) == 2
    assert "more than 7 designs stay, and standard output shows no more" in capsys.readouterr().err
    assert main([S, G, *V, "-o", str(tmp_path / "a.csv")]) == 0
    assert main([S, G, *V, "--top", "7"]) == 0


def test_parquet_needs_pyarrow(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.chdir(tmp_path)
    assert main([S, G, *V, "-o", "a.parquet"]) == 2
    assert "pip install 'flopcount[parquet]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_python_gets_the_same_errors() -> None:
    for endless in (itertools.count(1), range(1, 10**30)):
        with pytest.raises(FlopcountError, match="more than 65,536 values"):
            fc.sweep("googlenet", {"3a.r5": endless})
    for values in ([], [8.0], b"8", [True], range(0)):
        with pytest.raises(FlopcountError):
            fc.sweep("googlenet", {"3a.r5": values})
    with pytest.raises(FlopcountError):
        fc.sweep("googlenet", {})
    assert len(fc.sweep("googlenet", {"3a.r5": np.arange(8, 65, 8)})) == 8
    assert len(fc.sweep("googlenet", {"3a.r5": "8:64:8"}, workers=np.int64(0))) == 8
    for histogram in (5, [5], {"multiplies": 3}):
        with pytest.raises(FlopcountError, match="histogram: expected a name, or NAME=BINS"):
            fc.sweep("googlenet", {"3a.r5": "8:64:8"}, histogram=histogram)
    with pytest.raises(FlopcountError, match="sweep_to writes designs"):
        fc.sweep_to("a.csv", "googlenet", {"3a.r5": "8:64:8"}, histogram="params")
