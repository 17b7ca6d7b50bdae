"""Formulas over tokens, heads and windows: every printed form, run, beside the report's counts."""

import itertools
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError
from tests.analysis import printed
from tests.analysis.formulas import concrete

GPT = (
    "T > embed 50 16 > position > "
    "2 * ((identity + norm=layer > attention 4 causal) + norm=layer > dense 64 gelu > dense 16) > "
    "norm=layer > dense tied=embed nobias"
)
SAID = [
    ("Tx768 > attention 12", "multiplies", "1536·T² + 2359296·T"),
    ("Tx768 > attention 12 causal", "multiplies_unpadded", "768·T² + 2360064·T"),
    ("Tx768 > attention 12", "params", "2362368"),
    ("512xC > attention 8", "multiplies", "2048·C² + 524288·C"),
    ("HxWx96 > attention 3", "multiplies", "192·H²·W² + 36864·H·W"),
    ("HxWx96 > attention 3 window=7", "multiplies", "46272·H·W"),
    ("Tx32 > lstm 64", "multiplies", "24576·T"),
    ("512xC > lstm C", "multiplies", "4096·C²"),
    ("TxC > experts 8 top=2 [dense F > dense in]", "multiplies", "4·C·F·T + 8·C·T"),
    ("TxC > experts 8 top=2 [dense F nobias > dense in nobias]", "params", "16·C·F + 8·C"),
]
SPECS = [
    ("Tx16 > attention 4 causal", "T"),
    ("Tx16 > attention 4 causal window=5 relative rotary", "T"),
    ("Tx16 > attention 4 window=5 kv=2", "T"),
    ("9xC > attention 4 causal > dense 8", "C"),
    ("HxWx8 > attention 2", "HW"),
    ("HxWx8 > attention 2 window=3 shift=1 relative", "HW"),
    ("HxWx3 > tokens 4 8 class > attention 2 causal > select first", "HW"),
    ("TxC > lstm 6 bias=2 > gru C > rnn 4 last", "TC"),
    ("TxC > experts 4 top=2 [dense F gelu > dense in]", "CFT"),
    ("T > embed 50 16 > position 12 > attention 4 > dense tied=embed", "T"),
]
COUNTS = ("multiplies", "multiplies_unpadded", "params", "elementwise.adds")


@pytest.mark.parametrize(("spec", "count", "text"), SAID)
def test_they_read_as_people_write_them(spec: str, count: str, text: str) -> None:
    found = fc.formula(spec, count=count)
    assert found.text() == text


@pytest.mark.slow
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(("spec", "names"), SPECS, ids=str)
def test_each_form_says_what_the_report_counts(spec: str, names: str, count: str) -> None:
    found = fc.formula(spec, count=count, free=[*names])
    points = [
        dict(zip(sorted(names), point, strict=True))
        for point in itertools.product((1, 3, 4, 8, 13, 24), repeat=min(len(names), 2))
        for point in [(*point, *[8] * (len(names) - 2))]
    ]
    called = printed.arguments(found)
    answers = [cost(spec, point, count) for point in points]
    assert len([answer for answer in answers if answer is not None]) >= 3
    asked = [tuple(point[name] for name in called) for point in points]
    assert printed.wrong_answers(found, asked, answers) == []


def cost(spec: str, sizes: Mapping[str, int], count: str) -> int | None:
    """What the report counts with these numbers in the place of names; None where it refuses."""
    letters = "".join(sizes)
    bare = rf"(?<![A-WYZa-wyz])([{letters}])(?![A-WYZa-wyz])"
    plain = re.sub(bare, lambda at: str(sizes[at[1]]), spec)
    if "H" in sizes:  # 1x8x8 would look like channels first
        plain = plain.replace(" > ", " hwc > ", 1)
    try:
        return int(fc.analyze(plain).cost[count])
    except FlopcountError:
        return None


def test_a_whole_transformer_is_a_square() -> None:
    # two products of 16 channels, twice; 12·16² for each of 2 blocks, and 16·50 for the output
    found = fc.formula(GPT)
    assert found.text() == f"{2 * 2 * 16}·T² + {2 * 12 * 16**2 + 16 * 50}·T"
    assert found.domain == ()


def test_a_table_opens_its_tokens(tmp_path: Path) -> None:
    table = tmp_path / "small.toml"
    table.write_text(
        'input = "128x16"\n[rows]\nmix = "attention 4 causal"\n',
        encoding="utf-8",
    )
    assert fc.formula(str(table)).text() == f"{2 * 16}·L² + {4 * 16**2}·L"


def test_a_table_of_positions_bounds_the_tokens() -> None:
    found = fc.formula("Tx16 > position 512 > attention 4")
    assert found.domain == ("512 ≥ T",)
    assert printed.called_with(found)(512) == 2 * 16 * 512**2 + 4 * 16**2 * 512
    with pytest.raises(ValueError, match="T"):
        printed.called_with(found)(513)


def test_inputs_of_different_sizes_have_sides_of_their_own() -> None:
    found = fc.formula("whisper-tiny")
    assert found.names == ("audio.L", "text.T")
    points = [(3000, 448), (11, 1), (1000, 64)]
    there = [
        concrete("whisper-tiny", "multiplies", input={"audio": f"{audio}x80", "text": str(text)})
        for audio, text in points
    ]
    assert not printed.wrong_answers(found, points, there)
    with pytest.raises(FlopcountError, match=r"unknown name 'T' .*did you mean 'text.T'"):
        fc.formula("whisper-tiny", free=["T"])
    with pytest.raises(
        FlopcountError, match=r"formula says how it grows with audio\.L and text\.T"
    ):
        fc.crossovers("whisper-tiny")


def test_inputs_of_equal_sizes_share_them_and_others_do_not() -> None:
    assert fc.formula("t5-small").names == ("T",)
    found = fc.formula("t5-small", input="source=64")
    assert found.names == ("source.T", "target.T")
    points = [(512, 512), (64, 1), (3, 40)]
    there = [
        concrete("t5-small", "multiplies", input={"source": str(source), "target": str(target)})
        for source, target in points
    ]
    assert not printed.wrong_answers(found, points, there)


def test_a_side_of_one_input_grows_to_a_budget() -> None:
    found = fc.fit("whisper-tiny", {"multiplies": 30_000_000_000}, "text.T")
    costs = [
        concrete("whisper-tiny", "multiplies", input=f"text={length}")
        for length in (found.value, found.value + 1)
    ]
    assert costs[0] <= 30_000_000_000 < costs[1]
