"""`flopcount counters NETWORK`: what it prints, in each form, and what it refuses."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.counters.rules import tools
from flopcount.errors import FlopcountError
from tests.counters.rule_files import HEAD, file_of

MINE = (
    '[[rule]]\nmodule = ["Conv2d", "Linear"]\ncount = "macs + bias"\nfault = "biases are counted"\n'
    '[[rule]]\nmodule = "ReLU"\ncount = "2*out"\nuntil = "1.4"\n'
    '[[rule]]\nkind = "addition"\ncount = "0"\n'
)
NET = "8x8x4 > conv 3x3 6 relu > maxpool 2x2/2 > flatten > dense 10"
# conv 8²·6·3²·4 = 13,824 and 384 biases, 384 ReLUs; max pool of 384; dense 96·10 = 960 and 10.
MACS, BIASES, RELUS = 13_824 + 960, 384 + 10, 384


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A tool of one's own, the path of its file."""
    return str(file_of(tmp_path, MINE))


def printed(*words: str) -> str:
    """What the command prints."""
    text, code, _ = run(["counters", *words])
    assert code == 0
    return text


def refused(*words: str) -> str:
    """The one line with which it refuses."""
    with pytest.raises(FlopcountError) as raised:
        run(["counters", *words])
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_row_a_tool() -> None:
    text = printed(NET)
    assert [name for name in tools() if not re.search(rf"(?m)^{name} ", text)] == []
    assert "ours: 14,784 MAC = 29,568 FLOP" in text


def test_what_a_tool_counts(mine: str) -> None:
    text = printed(NET, "--tool", mine)
    assert "what mine 2.0.1 counts in" in text
    assert re.search(r"convolution +1  macs \+ bias +13,824 \+ 384 +14,208", text)
    assert re.search(r"dense +1  macs \+ bias +960 \+ 10 +970", text)
    assert re.search(r"total +– +15,178", text)
    assert "in mine ≤ 1.4: 15,946" in text
    assert "no rule for ReLU and max pool in mine 2.0.1: it prints nothing and counts 0" in text
    assert "known fault: biases are counted" in text


def test_an_older_version(mine: str) -> None:
    found = fc.other_counters(NET, tools=[mine])
    (name,) = found
    assert found[name].value == MACS + BIASES
    tool = found.tools[name].at_version("1.4")
    assert found.watched.count(tool).value == MACS + BIASES + 2 * RELUS
    assert tool.named == "mine@1.4"


def test_against_ours(mine: str) -> None:
    text = printed(NET, "--tool", mine, "--against", "flopcount")
    assert f"mine prints {MACS + BIASES:,}, flopcount {MACS:,}" in text
    assert re.search(rf"difference +– +\+{BIASES}\b", text)


def test_units_differ(mine: str, tmp_path: Path) -> None:
    flops = HEAD.replace("mine", "other").replace("MAC", "FLOP")
    rule = '[[rule]]\nmodule = ["Conv2d", "Linear"]\ncount = "2*macs"\n'
    other = str(file_of(tmp_path, rule, flops, "other.toml"))
    text = printed(NET, "--tool", mine, "--against", other)
    assert "mine (MAC) less other (FLOP)" in text
    assert "units differ, MAC and FLOP: numbers are compared as they are printed" in text
    assert re.search(r"convolution +1  bias − macs +384 − 13,824 +−13,440", text)
    assert re.search(rf"difference +– +−{MACS - BIASES:,}", text)


def test_json(mine: str) -> None:
    document = json.loads(
        printed(NET, "--tool", mine, "--against", "flopcount", "--format", "json")
    )
    assert (document["schema"], document["network"]) == (1, NET)
    assert document["assumed"] == {"functions": False, "in_place": False}
    (tool,) = document["tools"]
    assert (tool["tool"], tool["version"], tool["unit"]) == ("mine", "2.0.1", "MAC")
    assert tool["value"] == sum(line["value"] for line in tool["kinds"]) == MACS + BIASES
    assert tool["ours"] == MACS
    assert sum(line["value"] for line in tool["difference"]) == BIASES
    assert sum(line["value"] for line in tool["against"]["kinds"]) == BIASES
    assert {"kind", "formula", "value"} <= tool["kinds"][0].keys()
    for line in tool["kinds"]:
        assert sum(term["times"] * term["sum"] for term in line["terms"]) == line["value"]
    assert tool["unruled"] == ["ReLU", "max pool"]
    assert tool["faults"] == ["biases are counted"]
    assert {"tool": "mine", "where": "in mine ≤ 1.4", "value": 15_946} in document["otherwise"]


def test_several_at_once(mine: str) -> None:
    document = json.loads(
        printed(NET, "--tool", "fvcore, thop", "--tool", mine, "--format", "json")
    )
    assert [tool["tool"] for tool in document["tools"]] == ["fvcore", "thop", "mine"]


def test_json_of_all() -> None:
    document = json.loads(printed(NET, "--format", "json"))
    assert [tool["tool"] for tool in document["tools"]] == list(tools())
    for tool in document["tools"]:
        if tool["value"] is not None:
            assert tool["value"] == sum(line["value"] for line in tool["kinds"])
            more = sum(line["value"] for line in tool["difference"])
            assert tool["value"] - tool["ours"] == more


def test_csv(mine: str) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(NET, "--tool", mine, "--format", "csv"))))
    assert [row["kind"] for row in rows] == ["convolution", "dense"]
    assert sum(int(row["value"]) for row in rows) == MACS + BIASES
    whole = list(csv.DictReader(io.StringIO(printed(NET, "--format", "csv"))))
    assert [row["tool"] for row in whole] == list(tools())


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_other_forms_have_the_numbers(mine: str, form: str) -> None:
    assert "15,178" in printed(NET, "--tool", mine, "--format", form)
    assert "29,568" in printed(NET, "--format", form)


def test_files(mine: str, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    assert printed(NET, "--tool", mine, "-o", str(path)) == ""
    assert json.loads(path.read_text(encoding="utf-8"))["tools"][0]["value"] == MACS + BIASES


def test_what_is_assumed_of_a_table(mine: str) -> None:
    hooked = printed(NET, "--tool", mine, "--tool", "ptflops")
    assert "with functions in the place of modules" in hooked
    document = json.loads(printed(NET, "--tool", mine, "--functions", "--format", "json"))
    assert document["assumed"] == {"functions": True, "in_place": False}


def test_a_batch_and_a_module(mine: str) -> None:
    document = json.loads(printed(NET, "--tool", mine, "--batch", "3", "--format", "json"))
    assert (document["batch"], document["tools"][0]["value"]) == (3, 3 * (MACS + BIASES))
    found = fc.other_counters("googlenet", tools=[mine], modules=["3a"])
    assert found["mine"].value == 128_049_152 + 28 * 28 * (64 + 96 + 128 + 16 + 32 + 32)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tool", "fvcoer"], "unknown counter 'fvcoer'"),
        (["--tool", "flopcount"], "flopcount is our own count: the report has it, and --against"),
        (["--tool", "fvcore@9"], "fvcore: version '9': its rules are known"),
        (["--tool", "fvcore@"], "fvcore: expected a version such as '0.7.5', not ''"),
        (["--tool", "none.toml"], "none.toml: there is no such file of rules"),
        (["--tool", ""], "unknown counter ''"),
        (["--against", "fvcore"], "--against fvcore: what is held against it?"),
        (["--tool", "fvcore", "--against", "thpo"], "unknown counter 'thpo'"),
        (["--batch", "0"], "--batch"),
        (["--module", "no"], "no"),
        (["--printed", "1G", "--tool", "fvcore"], "leave out --tool"),
        (["--printed", "1G", "--batch", "8"], "--printed is of one sample: leave out --batch"),
        (["--explain"], "unexpected '--explain'"),
    ],
)
def test_what_is_refused(words: list[str], said: str) -> None:
    assert said in refused(NET, *words)


def test_whose_number_a_module_has() -> None:
    text = printed("googlenet", "--module", "3a", "--printed", "128,337,664")
    assert text.startswith("who prints 128,337,664 of googlenet, module 3a\n")
    assert re.search(r"(?m)^128,337,664 +mult-adds +torchinfo +– +exactly", text)


def test_python(mine: str, tmp_path: Path) -> None:
    found = fc.other_counters(NET, tools=[mine], against="flopcount")
    assert [*found] == ["mine"]
    assert "mine" in found
    assert repr(found) == f"<Counters of {NET}: mine {MACS + BIASES:,}>"
    assert [line.kind for line in found["mine"].explain(found.own())] == ["convolution", "dense"]
    found.save(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("tool,version,unit,kind")
    with pytest.raises(FlopcountError, match="unknown counter"):
        found["nobody"]
    with pytest.raises(FlopcountError, match="unknown counter"):
        found[3]  # type: ignore[index]


@pytest.mark.slow  # torch is loaded
def test_a_model_is_watched(mine: str) -> None:
    import torch

    class Small(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(4, 6, 3, padding=1)
            self.head = torch.nn.Linear(96, 10)

        def forward(self, x: Any) -> Any:
            y = torch.nn.functional.max_pool2d(torch.relu(self.conv(x)), 2)
            return self.head(y.flatten(1))

    found = fc.other_counters(Small(), fc.inputs(1, 4, 8, 8), tools=[mine])
    assert found["mine"].value == MACS + BIASES
    assert "one run of its own code" in str(found)
    three = fc.other_counters(Small(), fc.inputs(1, 4, 8, 8), tools=[mine], batch=3)
    assert three["mine"].value == 3 * (MACS + BIASES)
    part = fc.other_counters(Small(), fc.inputs(1, 4, 8, 8), tools=[mine], modules=["head"])
    assert part["mine"].value == 970
    with pytest.raises(FlopcountError, match="is watched while it runs"):
        fc.other_counters(Small(), fc.inputs(1, 4, 8, 8), functions=True)
