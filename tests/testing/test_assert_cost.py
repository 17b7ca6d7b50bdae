"""`assert_cost` on modules that are broken on purpose: the message names what was, and no more."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import flopcount as fc
from flopcount.testing import assert_cost

IMAGE = fc.inputs(1, 3, 32, 32)


class Block(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, inner, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(inner)
        self.second = nn.Conv2d(inner, width, 1)

    def forward(self, x: Any) -> Any:
        return x + self.second(torch.relu(self.norm(self.first(x))))


class Renamed(Block):
    """The same layers by other names."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__(width, inner)
        self.wide, self.scaled, self.narrow = self.first, self.norm, self.second
        del self.first, self.norm, self.second

    def forward(self, x: Any) -> Any:
        return x + self.narrow(torch.relu(self.scaled(self.wide(x))))


def net(*inner: int, block: type[Block] = Block, classes: int = 10) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1),
        *(block(16, width) for width in inner),
        nn.Flatten(),
        nn.Linear(16 * 16 * 16, classes),
    )


def failing(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_cost(*args, **kwargs)
    return str(caught.value)


def named(message: str, count: str) -> dict[str, tuple[str, str, str]]:
    """The layers below a heading: before, after, difference, by path."""
    section = message.partition(f"\n{count}, layer by layer")[2].partition("\n\n")[0]
    found = {}
    for line in section.splitlines()[1:]:
        cells = re.split(r"  +", line.strip())
        assert cells[3] == "→"
        found[cells[0]] = (cells[2], cells[4], cells[5])
    return found


def test_what_it_costs_passes() -> None:
    # 3·3·3·16 at 16×16; 3·3·16·24 and 24·16 there; 16·16·16·10
    multiplies = 27 * 16 * 256 + (9 * 16 * 24 + 24 * 16) * 256 + 4096 * 10
    params = (27 * 16 + 16) + (9 * 16 * 24 + 2 * 24 + 24 * 16 + 16) + (4096 * 10 + 10)
    assert_cost(net(24), IMAGE, multiplies=multiplies, params=params)
    assert_cost(net(24), IMAGE, macs=multiplies, flops=2 * multiplies)
    assert_cost(net(24), IMAGE, baseline=net(24))
    assert failing(net(24), IMAGE, multiplies=multiplies + 1, params=params)


def test_a_layer_one_wider_is_named_with_those_that_read_it() -> None:
    said = failing(net(24, 25, 24), IMAGE, baseline=net(24, 24, 24))
    # 3·3·16·24 → 3·3·16·25 and 24·16 → 25·16 at 16×16
    assert named(said, "multiplies") == {
        "2/first": ("884,736", "921,600", "+36,864"),
        "2/second": ("98,304", "102,400", "+4,096"),
    }
    assert named(said, "params") == {
        "2/first": ("3,456", "3,600", "+144"),
        "2/second": ("400", "416", "+16"),
        "2/norm": ("48", "50", "+2"),
    }
    assert said.startswith("Sequential costs more than the test says, on 1×3×32×32\n")
    assert "multiplies, layer by layer beside the baseline: +40,960 in 2 layers" in said


def test_a_new_layer_is_named_alone() -> None:
    said = failing(net(24, 8, 24), IMAGE, baseline=net(24, 24))
    assert named(said, "multiplies") == {
        "2/first": ("new", "294,912", "+294,912"),
        "2/second": ("new", "32,768", "+32,768"),
    }


def test_a_layer_that_went_is_named_alone() -> None:
    said = failing(net(24, 24), IMAGE, baseline=net(24, 8, 24))
    assert named(said, "multiplies") == {
        "2/first": ("294,912", "gone", "−294,912"),
        "2/second": ("32,768", "gone", "−32,768"),
    }
    assert said.startswith("Sequential costs less than the test says")
    assert "multiplies and params: less than the test says, which is out of date" in said


def test_other_names_are_no_growth() -> None:
    assert_cost(net(24, 24, block=Renamed), IMAGE, baseline=net(24, 24))
    said = failing(net(24, 25, 24, block=Renamed), IMAGE, baseline=net(24, 24, 24))
    assert named(said, "multiplies") == {
        "2/wide (was 2/first)": ("884,736", "921,600", "+36,864"),
        "2/narrow (was 2/second)": ("98,304", "102,400", "+4,096"),
    }


def test_a_saved_report_is_a_baseline(tmp_path: Path) -> None:
    path = tmp_path / "cost.json"
    fc.analyze(net(24), IMAGE).save(path)
    assert_cost(net(24), IMAGE, baseline=path)
    for baseline in (path, str(path), fc.analyze(net(24), IMAGE), fc.read_torch(net(24), IMAGE)):
        said = failing(net(24, classes=11), IMAGE, baseline=baseline)
        # the classes change the last layer alone: 16·16·16 more multiplies, and a bias
        assert named(said, "multiplies") == {"3": ("40,960", "45,056", "+4,096")}
        assert named(said, "params") == {"3": ("40,970", "45,067", "+4,097")}


def test_of_an_older_report_what_it_has_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "cost.json"
    document = fc.analyze(net(24), IMAGE).to_dict()
    for layer in document["layers"]:
        del layer["elementwise"]["divides"], layer["norm_stats"]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert_cost(net(24), IMAGE, baseline=path)
    said = failing(net(25), IMAGE, baseline=path)
    assert [*named(said, "params")] == ["1/first", "1/second", "1/norm"]


def test_ten_layers_are_named_and_the_rest_summed() -> None:
    wide, narrow = net(*[9] * 8), net(*[8] * 8)
    said = failing(wide, IMAGE, baseline=narrow, multiplies=1)
    section = said.partition("\nmultiplies, layer by layer")[2].splitlines()
    # 8 blocks of 5 layers, of which each first kernel grows by 3·3·16·256, each second by 16·256
    assert section[0].endswith(f"{8 * (9 * 16 + 16) * 256:+,} in 16 layers, 26 others are equal")
    assert len(section) == 1 + 10 + 1
    assert section[1].endswith("+36,864")
    assert section[-1].split() == ["and", "6", "more", f"{6 * 16 * 256:+,}"]


def test_without_a_baseline_the_largest_layers_are_named_and_a_cure() -> None:
    said = failing(net(24), IMAGE, multiplies=10**6)
    section = said.partition("multiplies, the most by layer:\n")[2].splitlines()
    assert [line.split() for line in section[:4]] == [
        ["1/first", "conv", "884,736"],
        ["0", "conv", "110,592"],
        ["1/second", "conv", "98,304"],
        ["3", "dense", "40,960"],
    ]
    assert 'fc.analyze(…).save("cost.json") of what it should be, then baseline="cost.json"' in said


def test_a_figure_that_no_layer_explains_is_said_to_be_another() -> None:
    said = failing(net(24), IMAGE, multiplies=5, baseline=net(24))
    assert "no layer differs from the baseline; the figure in the test is another" in said


class Spectral(nn.Module):
    def forward(self, x: Any) -> Any:
        return torch.fft.rfft(x).abs()


def test_what_nobody_knows_never_passes() -> None:
    unknown = nn.Sequential(Spectral(), nn.Linear(9, 4))
    for figure in (36, "36", 0, 10**9):
        said = failing(unknown, fc.inputs(1, 16), multiplies=figure, within=1)
        assert said.startswith("nobody knows what Sequential costs, on 1×16\n")
        assert "multiplies  ≥ 36\n" in said
        assert "aten._fft_r2c, 1 use: 0/aten._fft_r2c" in said
    assert_cost(unknown, fc.inputs(1, 16), params=9 * 4 + 4)  # all of which are known
    before = fc.analyze(unknown, fc.inputs(1, 16))
    with pytest.raises(fc.FlopcountError, match="multiplies is at least 36: unknown of 1 layer"):
        assert_cost(nn.Linear(9, 4), fc.inputs(1, 9), baseline=before)
