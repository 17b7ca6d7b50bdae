"""What a report says of attention, recurrences, lookups and experts, in every form."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis.conventions import CONVENTION, brief, says
from flopcount.core import COUNTS, NAMED

CAUSAL = "512x768 > attention 12 causal"
HIDDEN = 2 * 768 * (512 * 511 // 2)  # multiplies of pairs that the mask hides
PLAIN = "multiplies of conv and dense, padding included; --conventions tells more"


def footer(spec: str, **options: Any) -> tuple[str, ...]:
    return fc.analyze(spec, **options).sheet().footer


def layers(spec: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fc.analyze(spec).to_dict()["layers"]
    return found


@pytest.mark.parametrize(
    ("spec", "kinds"),
    [
        ("9x9x4 > conv 3x3 8 > tokens > dense 3", "conv and dense, padding"),
        ("9 > embed 100 8 > position > dense 3", "conv and dense, padding"),
        (CAUSAL, "conv, dense and attention, padding and masked pairs"),
        ("100x64 > lstm 64 > dense 3", "conv, dense and recurrence, padding"),
        (
            "9x8 > gru 8 > attention 2",
            "conv, dense, attention and recurrence, padding and masked pairs",
        ),
    ],
)
def test_a_heading_names_what_is_there(spec: str, kinds: str) -> None:
    assert f"\nmultiplies of {kinds} included; --conventions tells more\n" in str(fc.analyze(spec))


def test_in_full_sentences() -> None:
    full = fc.analyze(CAUSAL).to_text(conventions=True)
    assert "of attention, its projections and 2·channels for each pair of a query and a key" in full
    assert "hidden by a mask or not; no other operations; one sample" in full
    assert says(COUNTS["multiplies"]) == CONVENTION
    for count in NAMED.values():  # of convolutions and dense layers alone: as ever
        assert says(count) == count.says
    assert brief() == PLAIN.partition(";")[0]


def test_what_a_compiler_counts_is_said_of_masks() -> None:
    said = fc.analyze(CAUSAL, columns=["multiplies_unpadded"]).to_text()
    assert "of attention those of the pairs that no mask hides; a compiler" in said
    assert "works out all pairs" in said


def test_both_numbers_of_a_mask_are_seen() -> None:
    report = fc.analyze(CAUSAL)
    whole, counted = 1_610_612_736, 1_610_612_736 - HIDDEN
    assert (report.multiplies, report.cost.multiplies_unpadded) == (whole, counted)
    for text in (report.to_text(), report.to_markdown(), report.to_latex()):
        assert f"{whole:,}" in text
        assert f"{counted:,}" in text
        assert "pairs that a mask hides" in text
    (row, total) = csv.DictReader(io.StringIO(report.to_csv()))
    for found in (row, total):
        assert (found["multiplies"], found["multiplies_unpadded"]) == (str(whole), str(counted))
    (layer,) = json.loads(report.to_json())["layers"]
    assert (layer["multiplies"], layer["multiplies_unpadded"]) == (whole, counted)
    assert list(report.to_frame()["multiplies_unpadded"]) == [counted]


def test_a_unit_and_a_batch_hold_for_both() -> None:
    report = fc.analyze(CAUSAL, unit="GFLOPs", batch=10)
    assert "  GFLOPs  FLOPs unpadded (G)  " in report.to_text()
    assert " 32.2 " in report.to_text()
    assert " 28.2 " in report.to_text()
    (row, _) = csv.DictReader(io.StringIO(report.to_csv()))
    assert int(row["flops_unpadded"]) == 20 * (1_610_612_736 - HIDDEN)


@pytest.mark.parametrize(
    "spec",
    ["9x8 > attention 2", "6x6x8 > attention 2 window=3", "9x9x4 > conv 3x3 8", "9x8 > lstm 4"],
)
def test_without_a_mask_there_is_no_such_column(spec: str) -> None:
    assert "unpadded" not in fc.analyze(spec).to_text()
    assert "unpadded" not in fc.analyze(spec).to_csv()


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("9x9x4 > conv 1x1 8", "all of the multiplies inside the image"),
        ("9x9x4 > conv 3x3 8", "20,000 of the multiplies inside the image, the rest on its zero "),
        ("9x8 > attention 2", "all of the multiplies count: none on padding, or of pairs that a "),
        ("9x8 > lstm 4", "all of the multiplies count: none on padding"),
        ("9 > embed 20 8 > dense 4", "all of the multiplies count: none on padding"),
        ("9x8 > experts 4 top=2 [dense in]", "all of the multiplies count: none on padding"),
        (
            "9x8 > attention 1 causal",  # 4·9·64 + 2·8·45 of 4·9·64 + 2·8·81
            "multiplies unpadded: 3,024 count, the rest are of pairs that a mask hides, which",
        ),
        (  # 25² of 27² taps; 16 keys hidden from 16·… : counted below
            "9x9x4 > conv 3x3 8 > attention 2",
            "the rest on its zero padding",
        ),
    ],
)
def test_the_footer_says_where_the_others_are(spec: str, said: str) -> None:
    assert any(said in line for line in footer(spec))


def test_padding_and_hidden_pairs_are_told_apart() -> None:
    spec = "8x8x4 > conv 3x3 8 > tokens > attention 2 causal"
    padding = (24**2 - 22**2) * 4 * 8
    hidden = 2 * 8 * (64 * 63 // 2)
    counted = fc.analyze(spec).cost.multiplies_unpadded
    said = (
        f"multiplies unpadded: {counted:,} count, {padding:,} are on zero padding, and "
        f"{hidden:,} are of pairs that a mask hides, which are worked out all the same"
    )
    assert said in footer(spec)
    assert counted + padding + hidden == fc.analyze(spec).multiplies


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("100x64 > lstm 64", "100 steps one after the other, one bias for each gate: spec/1"),
        ("9x8 > gru 4", "9 steps one after the other, two biases for each gate: spec/1"),
        ("9x8 > rnn 4 nobias", "9 steps one after the other, no bias for each gate: spec/1"),
        ("1x8 > lstm 4", "one bias for each gate: spec/1"),
        ("9 > embed 100 8 > dense 3", "looked up, no multiplies: spec/1"),
        ("9 > embed 100 8 > dense tied=embed", "spec/2 has those of spec/1"),
        (
            "9x8 > experts 4 top=2 [dense 8]",
            (
                "each token takes 2 of 4 experts: the weights are those of all, the multiplies "
                "those of the 2, and the choice itself is not counted: spec/1/router"
            ),
        ),
    ],
)
def test_what_else_the_footer_says(spec: str, said: str) -> None:
    assert any(said in line for line in footer(spec))


def test_nothing_is_said_to_be_lost_where_numbers_change_their_place() -> None:
    spec = (
        "8x8x4 > attention 2 window=4 shift=2 > tokens 2 8 class=3 > attention 2 rotary > "
        "lstm 8 both > experts 4 top=2 [dense 8] > transpose > transpose > select last"
    )
    assert not [line for line in footer(spec) if line.startswith(("not read", "repeated"))]
    assert not [note for note in fc.analyze(spec).network.notes if "not read" in note]


@pytest.mark.parametrize(
    ("spec", "keys"),
    [
        ("9x8 > attention 2", {"heads": 2, "kv_heads": 2, "head_dim": 4, "mask": None}),
        ("9x8 > attention 4 kv=2 causal", {"heads": 4, "kv_heads": 2, "mask": "causal"}),
        ("9x8 > attention 2 causal window=3", {"mask": "causal", "window": [3]}),
        ("9x8 > attention 2 window=5", {"mask": "window", "window": [5]}),
        ("6x6x8 > attention 2 window=3", {"mask": None, "window": [3, 3], "input": [6, 6, 8]}),
        ("6x6x8 > attention 2 window=3 shift=1", {"mask": "shift", "window": [3, 3]}),
        ("9x8 > lstm 4 bias=2", {"serial": 9, "biases_of_a_gate": 2, "output": [9, 4]}),
        ("9 > embed 50 8", {"op": "embed", "input": [9], "output": [9, 8], "weights": 400}),
    ],
)
def test_json_has_what_other_programs_need(spec: str, keys: dict[str, Any]) -> None:
    (layer,) = layers(spec)
    assert {key: layer[key] for key in keys} == keys
    assert layer["kernel"] is layer["stride"] is layer["padding"] is None
    assert layer["groups"] == 1


def test_json_of_experts_and_of_two_inputs(tmp_path: Path) -> None:
    router, chosen, _ = layers("9x8 > experts 4 top=2 [dense 8]")
    assert (router["experts"], router["top"], router["output"]) == (4, 2, [9, 2, 8])
    assert (chosen["weights"], chosen["multiplies"]) == (4 * 64, 9 * 2 * 64)
    table = tmp_path / "crosses.toml"
    text = '[input]\na = "100x64"\nb = "77x32"\n[rows]\nx = "from a > attention 4 from b"\n'
    table.write_text(text, encoding="utf-8")
    (layer,) = layers(str(table))
    assert layer["input"] == [100, 64]
    assert layer["inputs"] == [[100, 64], [77, 32]]


def test_operations_are_told_apart_by_their_word() -> None:
    report = fc.analyze("9x8 > attention 2 > attention 4 causal > lstm 8 > lstm 8 back", by="op")
    assert [line.op for line in report.lines] == ["attention", "lstm"]
    titles = fc.analyze(
        "9 > embed 50 8 > lstm 8 bias=2 back > lstm 8 projection=4 last", by="layer"
    )
    assert [row[1] for row in titles.sheet().rows] == [
        "embed 50 8",
        "lstm 8 bias=2 back",
        "lstm 8 projection=4 last",
    ]


def test_of_many_layers_few_are_named() -> None:
    said = fc.analyze("9 > embed 20 8 > 5 * ((identity + lstm 8) > experts 2 top=1 [dense in])")
    notes = [line for line in said.to_text().splitlines() if line.endswith(" and 2 more")]
    assert len(notes) == 2
    assert all(len(line.rpartition(": ")[2].split(", ")) == 3 for line in notes)
