"""`flopcount NETWORK --as T`: a report in another counter's numbers, line by line."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.errors import FlopcountError
from tests.counters.rule_files import file_of

MINE = (
    '[[rule]]\nmodule = ["Conv2d", "Linear"]\ncount = "macs + bias"\n'
    '[[rule]]\nkind = "dropout"\ncount = "2*in"\n'
    '[[rule]]\nkind = "ReLU"\ncount = "out"\n'
    '[[rule]]\nkind = "addition"\ncount = "out"\n'
    '[[rule]]\nmodule = "MaxPool2d"\ncount = "in"\n'
)
GRAINS = ("layer", "branch", "module", "op")


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A tool of one's own, the path of its file."""
    return str(file_of(tmp_path, MINE))


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("name", ["resnet-18", "8x8x4 > 2 * (conv 3x3 6 relu) > maxpool 2x2/2"])
def test_lines_sum_to_what_it_prints(name: str, grain: str, mine: str) -> None:
    found = fc.analyze(name, by=grain).as_counter(mine)
    whole = fc.other_counters(name, tools=[mine])["mine"].value
    assert found.counted.value == whole
    assert sum(share.value for share in found.lines) == whole
    assert sum(share.ours for share in found.lines) == fc.analyze(name).macs
    sheet = found.sheet()
    assert sheet.total is not None
    assert sheet.total[-3] == whole == sum(row[-3] for row in sheet.rows)


def test_a_layer_has_what_is_done_behind_it(mine: str) -> None:
    found = fc.analyze("googlenet", modules=["3a"], by="layer").as_counter(mine)
    values = {share.name: (share.value, share.ours) for share in found.lines}
    convolution, outputs = 28 * 28 * 16 * 192, 28 * 28 * 16
    assert values["3a/5x5/1"] == (convolution + 2 * outputs, convolution)
    assert values["3a/pool/1"] == (28 * 28 * 192, 0)


def test_forms(mine: str) -> None:
    words = ["googlenet", "--as", mine, "--by", "module"]
    whole = fc.other_counters("googlenet", tools=[mine])["mine"].value
    assert f"{whole:,} MAC is what mine prints" in run(words)[0]
    document = json.loads(run([*words, "--format", "json"])[0])
    assert (document["schema"], document["as"], document["by"]) == (1, "mine", "module")
    assert sum(line["value"] for line in document["lines"]) == document["total"]["value"] == whole
    rows = list(csv.DictReader(io.StringIO(run([*words, "--format", "csv"])[0])))
    assert int(rows[-1]["value"]) == whole == sum(int(row["value"]) for row in rows[:-1])


@pytest.mark.parametrize(
    "words",
    [
        ["--columns", "macs"],
        ["--explain"],
        ["--unit", "flops"],
        ["--unit", "GMACs"],
        ["--digits", "3"],
        ["--naive", "reduce"],
    ],
)
def test_what_means_nothing_is_refused(words: list[str]) -> None:
    with pytest.raises(FlopcountError, match=rf"^{words[0]} is of our own counts: leave it out"):
        run(["googlenet", "--as", "fvcore", *words])


@pytest.mark.parametrize("ending", [".html", ".png"])
def test_files_that_have_our_counts_alone(ending: str, mine: str, tmp_path: Path) -> None:
    path = tmp_path / f"out{ending}"
    with pytest.raises(FlopcountError, match="as mine there are tables and JSON alone"):
        run(["googlenet", "--as", mine, "-o", str(path)])
    assert not path.exists()
    fc.analyze("googlenet").as_counter(mine).save(tmp_path / "out.md")
    assert "mine, MAC" in (tmp_path / "out.md").read_text(encoding="utf-8")


def test_an_unknown_counter() -> None:
    with pytest.raises(FlopcountError, match=r"unknown counter 'fvcoer'.*did you mean 'fvcore'"):
        run(["googlenet", "--as", "fvcoer"])


def test_a_batch(mine: str) -> None:
    one, three = (fc.analyze("googlenet", batch=n).as_counter(mine) for n in (1, 3))
    assert three.counted.value == 3 * one.counted.value
    assert three.ours == 3 * one.ours


@pytest.mark.slow  # torch is loaded
@pytest.mark.parametrize("grain", GRAINS)
def test_a_model(grain: str, mine: str) -> None:
    import torch

    class Block(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(4, 4, 3, padding=1)
            self.relu = torch.nn.ReLU()
            self.drop = torch.nn.Dropout()

        def forward(self, x: Any) -> Any:
            return self.relu(self.drop(self.relu(self.conv(x))) + x)

    model = torch.nn.Sequential(Block(), Block()).eval()
    found = fc.analyze(fc.read_torch(model, torch.zeros(1, 4, 8, 8)), by=grain).as_counter(mine)
    each, all_of_it = 8 * 8 * 4, 2 * 8 * 8 * 4
    convolution = each * 9 * 4 + each
    assert found.counted.value == 2 * convolution + all_of_it * (2 + 2 + 1)
    assert sum(share.value for share in found.lines) == found.counted.value
    values = {share.name: share.value for share in found.lines}
    if grain == "layer":
        assert values["0/conv"] == convolution
        assert values["0/relu"] == values["0/relu.2"] == values["1/add"] == each
        assert values["1/drop"] == 2 * each  # no layer of the report, which counts nothing of it
    if grain == "module":
        assert values == {"0": found.counted.value // 2, "1": found.counted.value // 2}
