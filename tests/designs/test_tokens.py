"""Sweeps, budgets and formulas of sequences: over tokens, over a past, over widths with heads."""

import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError

GPT = """\
input = "16"
[block.b]
layout = "(identity + norm=layer > attention 4 causal) > (identity + dense 4*in gelu > dense in)"
[rows]
embed = "embed 50 24"
position = "position 16"
h = "2 * b"
head = "dense tied=embed nobias"
"""


@pytest.fixture
def gpt(tmp_path: Path) -> str:
    file = tmp_path / "gpt.toml"
    file.write_text(GPT)
    return str(file)


@pytest.mark.parametrize("name", ["T", "L", "input"])
def test_tokens_vary_under_each_of_their_names(name: str, gpt: str) -> None:
    swept = fc.sweep(gpt, {name: "2:16:7"})
    assert list(swept[name]) == [2, 9, 16]
    for tokens, multiplies in zip(swept[name], swept["multiplies"], strict=True):
        assert multiplies == fc.analyze(fc.load(gpt, input=str(tokens))).cost.multiplies
    limit = int(swept["multiplies"][1])
    assert fc.fit(gpt, {"multiplies": limit}, name).value == 9
    assert fc.fit(gpt, {"multiplies": limit - 1}, name).value == 8


def test_a_formula_in_tokens(gpt: str) -> None:
    fully = fc.formula(gpt)
    # 2 blocks of 4·c² for the projections and 8·c² for the rest, c·50 for the output
    assert fully.text() == f"{2 * 2 * 24}·T² + {2 * 12 * 24**2 + 24 * 50}·T"
    assert fc.formula(gpt, free=["L"]).text() == fully.text().replace("T", "L")
    assert fc.formula(gpt, let={"T": "8"}).value == fc.formula(gpt, let={"L": "8"}).value
    assert fc.formula(gpt, let={"T": "2n"}).text() == fc.formula(gpt, let={"L": "2n"}).text()


def test_t_is_a_name_of_its_own_where_a_spec_has_it() -> None:
    assert fc.formula("8x8xT > conv 1x1 3", let={"T": "n"}).text() == "192·n"
    assert fc.formula("TxC > attention 4", let={"T": "4"}).text() == "16·C² + 32·C"


@pytest.mark.parametrize("name", ["N", "past", "cached"])
def test_a_past_that_is_a_name_stays_open(name: str, gpt: str) -> None:
    each = fc.formula(gpt, past=name)
    assert each.text() == f"{2 * 2 * 24}·{name} + {2 * 2 * 24 + 2 * 12 * 24**2 + 24 * 50}"
    assert each.domain == (f"15 ≥ {name}",)
    swept = fc.sweep(gpt, {name: "1:15:7"}, past=name)
    for past, multiplies in zip(swept[name], swept["multiplies"], strict=True):
        assert multiplies == fc.analyze(f"{gpt}@past={past}").cost.multiplies
    assert fc.fit(gpt, {"multiplies": int(swept["multiplies"][1])}, name, past=name).value == 8


def test_new_tokens_and_a_past_are_open_together(gpt: str) -> None:
    both = fc.formula(gpt, free=["N", "T"], past="N", count="multiplies_unpadded")
    assert both.names == ("N", "T")
    swept = fc.sweep(gpt, {"N": "3,6", "T": "1:4"}, past="N")
    for n, t, unpadded in zip(swept["N"], swept["T"], swept["multiplies_unpadded"], strict=True):
        alone = fc.load(gpt, past=int(n), input=str(t))
        assert unpadded == fc.analyze(alone).cost.multiplies_unpadded


def test_heads_that_have_to_divide() -> None:
    found = fc.formula("512xC > attention 8")
    assert (found.text(), found.domain) == ("2048·C² + 524288·C", ("8 divides C",))
    assert fc.formula("512xC > attention 8 headdim=16").domain == ()
    with pytest.raises(FlopcountError, match=re.escape("T=4, C=60: ")) as refused:
        fc.sweep("TxC > attention 8", {"T": "4,8", "C": "56:64:4"})
    assert (
        "8 heads do not divide 60 channels; 56 and 64 channels would do, or 6 and 10 heads"
        in str(refused.value)
    )
    best = fc.fit("512xC > attention 8", {"multiplies": 10**8}, "C")
    assert (best.value, best.next) == (120, 128)
    assert best.counts["multiplies"] == 2048 * 120**2 + 524288 * 120


def test_widths_grow_by_steps_that_all_heads_divide(gpt: str) -> None:
    budget = fc.analyze(f"{gpt}@width=2").cost.params
    best = fc.fit(gpt, {"params": budget}, "width")
    assert best.counts["params"] == budget  # 48 channels; the next that 4 heads divide are 52
    wider = fc.load(gpt, set={"embed/1": 52})
    assert best.next_counts == {
        name: fc.analyze(wider).cost[name] for name in best.next_counts or ()
    }
    assert fc.fit(gpt, {"params": budget - 1}, "width").counts["params"] < budget


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"past": "N"}, "past N: 'N' is a free name, not a number"),
        ({"past": "-1"}, "past is '-1', not a whole number from 0 to 2**31"),
        ({"past": -1}, "past is -1, not a whole number"),
        ({"past": True}, "past is True, not a whole number"),
        ({"past": "1.5"}, "past is '1.5', not a whole number"),
        ({"past": ""}, "past is '', not a whole number"),
        ({"past": "4", "input": "20"}, "position 16 has too few places for 24 tokens"),
    ],
)
def test_what_is_no_past(options: dict[str, object], message: str, gpt: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.analyze(fc.load(gpt, **options))  # type: ignore[arg-type]


def test_t_and_l_are_one() -> None:
    with pytest.raises(FlopcountError, match="T and L both vary L"):
        fc.sweep("9x8 > attention 2", {"T": "1,2", "L": "3"})
    with pytest.raises(FlopcountError, match="unknown name to vary 'T'"):
        fc.sweep("9x9x8 > conv 3x3 2", {"T": "1,2"})


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("spec/2", "set spec/2: attention 4 causal has no width of its own"),
        ("spec/3", "set spec/3: dense 50 tied has no width of its own"),
    ],
)
def test_a_width_that_is_none(path: str, message: str) -> None:
    spec = "9 > embed 50 8 > attention 4 causal > dense tied=embed"
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.load(spec, set={path: 3})


def test_widths_of_an_embedding_and_of_a_recurrence() -> None:
    spec = "9 > embed 50 8 > lstm 16 projection=4 > dense tied=embed"
    wider = "9 > embed 50 4 > lstm 20 projection=4 > dense tied=embed"
    found = fc.load(spec, set={"spec/1": 4, "spec/2": 20})
    assert fc.analyze(found).cost.multiplies == fc.analyze(wider).cost.multiplies
