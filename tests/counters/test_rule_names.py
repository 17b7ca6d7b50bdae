"""Names in files of rules: one that is written wrong is found, and none is taken for another's."""

from pathlib import Path

import pytest

import flopcount as fc
from flopcount.counters.rules import files, read, tool_named
from flopcount.errors import FlopcountError
from tests.counters.rule_files import HEAD, file_of, tool_of

FVCORE = HEAD.replace("prints.mine", "prints.fvcore")
CONV = '[[rule]]\nkind = "convolution"\ncount = "macs"\n'


@pytest.mark.parametrize(
    ("of", "meant"),
    [
        ('kind = "Relu"', "kind: unknown kind of operation 'Relu'; did you mean 'ReLU'?"),
        ('kind = ["dense", "batch_norm"]', "'batch_norm'; did you mean 'batch norm'?"),
        ('kind = "linear"', "'linear'; did you mean 'dense'?"),
        ('kind = "Conv2d"', "'Conv2d'; did you mean 'convolution'?"),
        ('module = "Conv2D"', "module: unknown module 'Conv2D'; did you mean 'Conv2d'?"),
        ('function = "F.Conv2d"', "unknown function 'F.Conv2d'; did you mean 'F.conv2d'?"),
        ('operator = "Linear"', "unknown operator 'Linear'; did you mean 'linear'?"),
    ],
)
def test_a_name_that_would_be_of_no_call(tmp_path: Path, of: str, meant: str) -> None:
    with pytest.raises(FlopcountError) as raised:
        tool_of(tmp_path, f'[[rule]]\n{of}\ncount = "macs"\n')
    assert str(raised.value).startswith("mine.toml: rule 1 (")
    assert str(raised.value).endswith(meant)


@pytest.mark.parametrize(
    "of", ['kind = "Re*"', 'kind = "ConvLSTM"', 'module = "mine.Conv2D"', 'operator = "nms"']
)
def test_names_are_open(tmp_path: Path, of: str) -> None:
    assert tool_of(tmp_path, f'[[rule]]\n{of}\ncount = "out"\n').rules


def test_a_copy_of_a_shipped_tool_is_held_against_that(tmp_path: Path) -> None:
    path = str(file_of(tmp_path, CONV, FVCORE))
    found = fc.other_counters(
        "8x8x4 > conv 3x3 6 > flatten > dense 10", tools=[path], against="fvcore"
    )
    assert [*found] == ["mine.toml:fvcore"]
    own, other = found["mine.toml:fvcore"], found["fvcore"]
    assert other.value - own.value == 8 * 8 * 6 * 10  # the dense layer
    assert sum(line.value for line in own.explain(other)) == own.value - other.value


def test_two_counters_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    one = str(file_of(tmp_path, CONV, name="one.toml"))
    same = fc.other_counters("8x8x4 > conv 3x3 6", tools=[one, one])
    assert [*same] == ["mine"]
    other = str(file_of(tmp_path, CONV.replace("macs", "out"), name="other.toml"))
    with pytest.raises(FlopcountError, match="two of the counters are called mine: rename one"):
        fc.other_counters("8x8x4 > conv 3x3 6", tools=[one, other])


def test_our_own_count_is_no_name_of_another(tmp_path: Path) -> None:
    path = str(file_of(tmp_path, CONV, HEAD.replace("prints.mine", "prints.flopcount")))
    assert tool_named(path).named == "mine.toml:flopcount"


def test_shipped_tools_know_their_files() -> None:
    assert {tool.file for path in files() for tool in read(path)} == {p.name for p in files()}
