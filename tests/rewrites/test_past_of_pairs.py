"""What a new token costs that is written after another input was read: its keys lie in a cache."""

import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core import text_of

HEAD = 'input = {source = "7", target = "6"}\n[rows]\nwords = "from source > embed 50 24"\n'
READ = 'read = "(identity + attention 4) > norm=layer"\n'
WRITE = (
    'said = "from target > words"\n'
    'write = "2 * ((identity + attention 4 causal) > (identity + attention 4 kv=2 {} from read))"\n'
    'next = "dense tied=words"\n'
)


def table(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "pair.toml"
    file.write_text(text, encoding="utf-8")
    return file


# transformers 5.24.0 with a cache and the encoder's output given, torch's FlopCounterMode / 2
STEPS = {
    ("gpt2", 1023, ""): 142_406_400,  # GPT2LMHeadModel(GPT2Config())
    ("gpt2", 100, "4"): 501_795_840,
    ("t5-small", 31, "source=64"): 39_059_456,  # T5ForConditionalGeneration(T5Config())
}


@pytest.mark.parametrize(("name", "past", "size"), STEPS)
def test_a_step_costs_what_transformers_computes(name: str, past: int, size: str) -> None:
    found = fc.analyze(fc.load(name, past=past, input=size or None)).cost
    assert found.multiplies == STEPS[name, past, size]


def test_two_new_tokens_and_small_networks_of_known_ones() -> None:
    sizes = {"source": "64", "target": "2"}
    assert fc.analyze(fc.load("t5-small", past=31, input=sizes)).cost.multiplies == 78_131_200
    llama = {"embed.v": 100, "head.v": 100, "embed.d": 64, "layers.n": 2, "layers.h": 8}
    llama |= {"layers.kv": 2, "layers.f": 96}
    # LlamaConfig(vocab_size=100, hidden_size=64, intermediate_size=96, num_hidden_layers=2, …)
    small = fc.load("llama-3-8b", past=50, set=llama)
    assert fc.analyze(small).cost.multiplies == 76_800
    whisper = {"audio-in.d": 64, "embed.d": 64, "embed.v": 100, "encoder.n": 2, "decoder.n": 2}
    whisper |= {"encoder.h": 4, "decoder.h": 4}
    assert fc.analyze(fc.load("whisper-base", past=100, set=whisper)).cost.multiplies == 530_944


@pytest.mark.parametrize("words", ["", "headdim=10 rotary", "nobias qknorm", "relative=5 dot"])
def test_more_tokens_at_once_cost_their_steps_one_after_the_other(
    tmp_path: Path, words: str
) -> None:
    text = HEAD + READ + WRITE.format(words)
    file = table(tmp_path, text.replace("kv=2 ", "") if "dot" in words else text)
    whole = [fc.analyze(fc.load(file, input={"target": str(n)})).cost for n in (2, 5)]
    steps = [fc.analyze(fc.load(file, past=past)).cost for past in (2, 3, 4)]
    more = whole[1].multiplies_unpadded - whole[0].multiplies_unpadded
    assert more == sum(step.multiplies_unpadded for step in steps)
    assert {step.params for step in steps} == {steps[0].params}
    assert steps[0].params < whole[0].params  # without those of what was read


def test_what_is_left_and_what_is_said(tmp_path: Path) -> None:
    report = fc.analyze(fc.load(table(tmp_path, HEAD + READ + WRITE.format("")), past=5))
    network = report.network
    assert network.inputs == {"target": (1,)}
    assert network.modules == ("said", "write", "next")
    assert network.notes[-1] == (
        "after 5 tokens whose keys and values lie in a cache: read, not computed; those of source "
        "(7) too, and what reads nothing else is left out"
    )
    crossed = [row for row in network.rows if "cached=7" in (text_of(row.node.op) or "")]
    assert len(crossed) == 2
    for row in crossed:
        assert row.count("multiplies") == 2 * 24 * 24 + 2 * 7 * 24  # query, result; two products
        assert row.count("params") == 2 * (24 * 24 + 24)
    assert str(fc.formula(table(tmp_path, HEAD + READ + WRITE.format("")), past="N")) == (
        f"96·N + {report.cost.multiplies - 96 * 5}"
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (READ + 'x = "from target > words"\ny = "attention 4 from read"\n', "none of them alone"),
        (
            READ + 'said = "from target > words > attention 4 causal"\n'
            'y = "(identity * from read > select last)"\n',
            "which was read before, and a cache has keys and values alone",
        ),
        (READ + WRITE.format("relative"), "its table has a row for each distance to what was read"),
    ],
)
def test_what_a_cache_cannot_give(tmp_path: Path, rows: str, message: str) -> None:
    text = (HEAD + rows).replace('target = "6"', 'target = "7"')
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.load(table(tmp_path, text), past=3)


def test_a_result_of_what_was_read_alone_is_refused(tmp_path: Path) -> None:
    text = 'outputs = ["read", "next"]\n' + HEAD + READ + WRITE.format("")
    with pytest.raises(FlopcountError, match="read is put out, and reads nothing of target"):
        fc.load(table(tmp_path, text), past=3)
