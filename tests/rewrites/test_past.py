"""What a new token costs after others, whose keys and values lie in a cache."""

import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError

TOKENS = 12
BLOCK = (
    "(identity + norm=layer > attention 4 {} > dropout) > "
    "(identity + norm=rms > dense 8*in > swiglu > dense in)"
)
GPT = f"12 > embed 50 24 > position 12 > {BLOCK} > norm=layer > dense tied=embed > softmax"


@pytest.mark.parametrize(
    "spec",
    [
        "12x24 > attention 4 causal",
        "12x24 > attention 4 kv=2 headdim=10 causal rotary nobias",
        "12x24 > attention 4 causal window=5",
        "12x24 > attention 4 causal relative=23",
        "12x24 > attention 4 causal dot > dense 7",
        GPT.format("causal"),
        GPT.format("causal kv=1 window=3 rotary"),
        "12x24 > conv 1 16 norm > lrn > attention 4 causal > split [relu | identity] > scale",
        "12x24 > experts 4 top=2 [dense 32 silu > dense in] > attention 2 causal",
        "12x24 > lstm 16 projection=8 > gru 8 layers=2 > rnn 8 > attention 2 causal",
    ],
)
def test_all_tokens_at_once_cost_what_one_after_the_other_does(spec: str) -> None:
    """What counts of the products, and what is put out: exactly."""
    whole = fc.analyze(spec).cost
    single = [fc.analyze(f"{spec}@past={past}").cost for past in range(TOKENS)]
    assert whole.multiplies_unpadded == sum(cost.multiplies_unpadded for cost in single)
    assert whole.activations == sum(cost.activations for cost in single)
    assert {cost.params for cost in single} == {whole.params}
    if "window" not in spec:  # what a mask hides is worked out
        assert all(cost.multiplies == cost.multiplies_unpadded for cost in single)
        assert whole.multiplies > whole.multiplies_unpadded


def test_several_new_tokens_are_a_part_of_all() -> None:
    spec = GPT.format("causal")
    first = fc.analyze(f"{spec}@past=0@input=5").cost
    then = fc.analyze(f"{spec}@past=5@input=7").cost
    whole = fc.analyze(spec).cost
    assert first.multiplies_unpadded + then.multiplies_unpadded == whole.multiplies_unpadded
    assert fc.analyze(f"{spec}@past=0@input=12").cost.multiplies == whole.multiplies


def test_the_arithmetic() -> None:
    past, c = 1000, 768
    report = fc.analyze(fc.load("1024x768 > attention 12 causal", past=past))
    assert report.cost.multiplies == 4 * c * c + 2 * (past + 1) * c
    assert report.cost.params == 4 * c * c + 4 * c
    assert report.network.inputs["input"] == (1, c)
    assert report.network.notes[-1] == (
        "after 1,000 tokens whose keys and values lie in a cache: read, not computed"
    )


def test_a_table_of_positions_is_as_long_as_ever() -> None:
    cost = fc.analyze("9x8 > position > attention 2 causal relative@past=8").cost
    whole = fc.analyze("9x8 > position > attention 2 causal relative").cost
    assert cost.params == whole.params == 9 * 8 + 4 * (8 * 8 + 8) + 2 * (2 * 9 - 1)
    with pytest.raises(FlopcountError, match="position 9 has too few places for 10 tokens"):
        fc.analyze("9x8 > position 9 > attention 2 causal@past=9")


CAUSAL = "attention 2 causal"
NEEDS = "needs more than the new tokens, and a cache has keys and values alone"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("9x8 > attention 2", "spec/1: attention 2 is not causal: a new token changes what all"),
        ("9x8 > attention 2 window=3", "spec/1: attention 2 window=3 is not causal"),
        (f"9x8 > conv 3 8 > {CAUSAL}", f"spec/1: conv {NEEDS}"),
        (f"9x8 > conv 1/2 8 > {CAUSAL}", f"spec/1: conv {NEEDS}"),
        (f"9x8 > conv 1 8 pad=1 > {CAUSAL}", f"spec/1: conv {NEEDS}"),
        (f"9x8 > conv 1 8 norm=instance > {CAUSAL}", f"spec/1: conv {NEEDS}"),
        (f"9x8 > dense 8 norm=group:2 > {CAUSAL}", f"spec/1: dense {NEEDS}"),
        (f"9x8 > norm=instance > {CAUSAL}", f"spec/1: norm=instance {NEEDS}"),
        (f"9x8 > maxpool 2 > {CAUSAL}", f"spec/1: maxpool {NEEDS}"),
        (f"9x8 > transpose > {CAUSAL}", f"spec/1: transpose {NEEDS}"),
        (f"9x8 > tokens class > {CAUSAL}", f"spec/1: tokens class {NEEDS}"),
        (f"9x8 > {CAUSAL} > flatten", f"spec/2: flatten {NEEDS}"),
        (f"9x8 > {CAUSAL} > select first", f"spec/2: select first {NEEDS}"),
        (f"9x8 > lstm 8 back > {CAUSAL}", "spec/1: lstm"),
        (f"9x8 > lstm 8 both > {CAUSAL}", "spec/1/backward: lstm"),
        (
            f"9x8 > {CAUSAL} > (identity * select last)",
            "spec/2: multiply joins the last token with all of them",
        ),
        ("9x8 > lstm 8 last > attention 2 causal", "the network has no attention, so there"),
        ("9x8 > dense 8", "the network has no attention, so there are no keys to lie in a cache"),
        ("9 > dense 8", "the network has no attention, so there are no keys to lie in a cache"),
        ("9x8 > lstm 8", "the network has no attention, so there are no keys to lie in a cache"),
        ("9x9x8 > attention 2", "it wants a sequence of tokens, and the input is 9×9×8"),
    ],
)
def test_what_needs_more_than_the_new_token(spec: str, message: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(f"past 3: {message}")):
        fc.load(spec, past=3)
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.load(f"{spec}@past=3")


@pytest.mark.parametrize(
    "spec",
    [
        f"9x8 > {CAUSAL} > select last > dense 3",
        f"9x8 > {CAUSAL} > select last > position > attention 4 > flatten > dense 3",
        f"9x8 > {CAUSAL} > gru 8 last > (identity * attention 4 causal) > dense 3",
    ],
)
def test_behind_the_last_token_stands_the_last_token_alone(spec: str) -> None:
    first, whole = fc.load(f"9x8 > {CAUSAL}@past=8"), fc.analyze(spec)
    found = fc.analyze(f"{spec}@past=8")
    assert found.rows[0].count("multiplies") == first.rows[0].count("multiplies")
    assert found.cost.params == whole.cost.params
    for row, other in zip(found.rows[2:], whole.rows[2:], strict=True):
        assert (row.inputs, row.work.nests) == (other.inputs, other.work.nests)


def test_keys_of_another_sequence(tmp_path: Path) -> None:
    file = tmp_path / "crossed.toml"
    file.write_text(f'input = "9x8"\n[rows]\na = "{CAUSAL}"\nb = "{CAUSAL} from input"\n')
    with pytest.raises(FlopcountError, match="past 1: b/1: attention 2 causal is cross-at"):
        fc.load(file, past=1)
    rows = f'a = "from q > {CAUSAL}"\nb = "from k > {CAUSAL}"\n'
    file.write_text(f'[input]\nq = "9x8"\nk = "9x8"\n[rows]\n{rows}')
    why = "9×8 and 9×8 come in; causal attention reads k and q"
    with pytest.raises(FlopcountError, match=f"past 1: it wants one sequence of tokens, and {why}"):
        fc.load(file, past=1)


@pytest.mark.parametrize("past", [-1, 1.5, True, False, 2**31 + 1, "-1", "", "1e3", []])
def test_a_past_that_is_no_number_is_refused_with_the_least_there_is(past: object) -> None:
    with pytest.raises(FlopcountError, match=r"past is .*, not a whole number from 0 to 2\*\*31"):
        fc.load("9x8 > attention 2 causal", past=past)  # type: ignore[arg-type]
