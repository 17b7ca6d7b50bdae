"""What people type for a layer or a word: the answer is the same operation, or none."""

import re
from itertools import chain
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.ops.words import OPS
from flopcount.notation import unknown
from flopcount.notation.parser import parse
from flopcount.notation.synonyms import LIKE, SAME, WITH_A_KERNEL
from flopcount.notation.synonyms_of_words import SETTINGS, UNNAMED, WORDS
from flopcount.notation.trees import Bracket, Experts, Layer, Repeat, Spec
from flopcount.notation.uncounted import NOT_COUNTED
from flopcount.notation.vocabulary import RESERVED, is_word
from tests.notation.familiar import AS_A_WORD, LIKE_LAYER, NO_LAYER, SAME_LAYER
from tests.notation.familiar_sequences import ON_SEQUENCES
from tests.notation.library_names import CAFFE, DARKNET, KERAS, ONNX, PAPERS, TORCH
from tests.notation.one_line import one_line

EXAMPLES = [
    *(f"{head} {rest}".strip() for head, rest, _ in SAME),
    *chain.from_iterable(examples for examples, _ in LIKE),
]
# What an example with this word reads.
BEFORE = {
    "tokens": "224x224x3",
    "embed": "16",
    **dict.fromkeys(("attention 12", "position", "transpose"), "16x768"),
    **dict.fromkeys(("lstm", "gru", "rnn"), "16x64"),
    "flatten": "64x64x64",
    "avgpool": "64x64x64",
    **dict.fromkeys(("dense 30522", "dense 3072", "dense 2048"), "16x768"),
    "dense 10": "1x1x64",
}


def answer(text: str) -> str:
    """What is said of a spec; nothing where it is read."""
    try:
        fc.parse(f"28x28x16 > {text}")
    except FlopcountError as error:
        return one_line(error)
    return ""


def said(text: str) -> str:
    """What is said of a layer in a spec; of the message, not the spec that it repeats."""
    with pytest.raises(FlopcountError) as error:
        fc.parse(f"28x28x16 > {text}")
    return one_line(error.value).partition(f"{text}': ")[2]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        *((typed, f"; in this notation it is '{spec}'") for typed, spec in SAME_LAYER.items()),
        *(
            (typed, f"; in this notation it is written as in '{s}'")
            for typed, s in LIKE_LAYER.items()
        ),
        *((typed, f"; flopcount does not count {name} yet") for typed, name in NO_LAYER.items()),
    ],
)
def test_a_familiar_name_is_answered_by_the_same_operation(typed: str, hint: str) -> None:
    message = said(typed)
    assert "unknown layer" in message
    assert message.endswith(hint)


def test_a_name_with_a_kernel_is_answered_by_what_has_one() -> None:
    message = said("transpose 2x2/2 32 nobias")
    assert message == (
        "column 22: unknown word '2x2/2'; in this notation it is 'transposed 2x2/2 32 nobias'"
    )


@pytest.mark.parametrize(("typed", "hint"), ON_SEQUENCES.items())
def test_a_word_of_sequences_is_answered_by_the_same_word(typed: str, hint: str) -> None:
    layer, _, word = typed.rpartition(" ")
    message = said(typed)
    assert message == f"column {len(f'28x28x16 > {layer} ') + 1}: unknown word '{word}'{hint}"
    offered = hint.rpartition(" it is ")[2].strip("'")
    if hint.startswith("; in this notation it is '"):
        assert parse(f"{layer} {offered}", sized=False).spec


@pytest.mark.parametrize(("word", "hint"), AS_A_WORD.items())
def test_a_familiar_word_is_answered_by_the_same_word(word: str, hint: str) -> None:
    message = said(f"conv 3x3 64 {word}")
    assert f"unknown word '{word}'" in message
    assert message.endswith(hint if hint.startswith("flop") else f"in this notation {hint}")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("norm=bn", "; in this notation it is 'norm'"),
        ("norm=batch", "; in this notation it is 'norm'"),
        ("norm=LayerNorm", "; in this notation it is 'norm=layer'"),
        ("norm=none", "; in this notation it is 'nonorm'"),
        ("norm=true", "; in this notation it is 'norm'"),
        ("norm=relu", "layer, group:32, instance or rms"),
    ],
)
def test_a_norm_by_its_familiar_name(word: str, hint: str) -> None:
    for text in (f"conv 3x3 64 {word}", word):
        assert said(text).endswith(hint)


@pytest.mark.parametrize(
    "word", ["relu=false", "se=0", "floor=no", "dropout=None", "project=off", "scale=2", "in=64"]
)
def test_what_is_left_out_or_another_thing_is_answered_by_nothing(word: str) -> None:
    assert said(f"conv 3x3 64 {word}") == f"column 24: unknown word '{word}'"


@pytest.mark.parametrize("setting", [word for _, words in UNNAMED for word in words.split()])
def test_a_setting_is_answered_by_no_layer(setting: str) -> None:
    for layer in ("conv 3x3 64", "maxpool 3x3", "dense 10"):
        hint = said(f"{layer} {setting}=2").partition("it is written as in ")[2]
        assert not any(word in OPS for word in hint.strip("'").split()) or hint == "'relu'"


def test_what_is_repeated_is_answered_as_what_is_not() -> None:
    assert said("2 * Conv2d 3x3 16") == (
        "column 16: unknown layer 'Conv2d'; in this notation it is 'conv 3x3 16'"
    )
    for text in ("(foo) 3x3", "2 * (foo) 3x3"):
        assert said(text).endswith(": expected '>' or the end of the chain, read '3x3'")


@pytest.mark.parametrize(("typed", "spec"), SAME_LAYER.items())
def test_what_is_offered_is_read(typed: str, spec: str) -> None:
    assert typed != spec
    assert parse(spec, sized=False).spec


def layers(spec: Spec) -> list[Layer]:
    """All its layers; a block is none."""
    found = []
    for term in spec:
        if isinstance(term, Layer):
            found.append(term)
        elif isinstance(term, Bracket):
            found += chain.from_iterable(layers(arm.spec) for arm in term.arms)
        else:
            assert isinstance(term, Repeat | Experts)
            found += layers(term.spec)
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_spec_of_layers_that_are_counted(example: str) -> None:
    source = parse(example)
    assert {layer.op for layer in layers(source.spec)} <= OPS.keys()
    known = (size for word, size in BEFORE.items() if re.search(rf"\b{word}\b", example))
    before = next(known, "64x64x64")
    assert fc.analyze(example if source.size else f"{before} > {example}").total


def test_each_name_stands_for_one_thing() -> None:
    same = [name for _, _, names in SAME for name in names.split()]
    like = [name for _, names in LIKE for name in names.split()]
    lacks = [name for _, names in NOT_COUNTED for name in names.split()]
    words = [name for _, names in WORDS for name in names.split()]
    for names in ([*same, *like], lacks, words):
        assert len(set(names)) == len(names)
        assert [name for name in names if unknown.fold(name) != name] == []
    assert not {*like} & {*lacks}
    assert not {*same} & {*lacks}
    assert {*WITH_A_KERNEL, *WITH_A_KERNEL.values()} <= OPS.keys()
    # What has become a word of the notation is none of these any more.
    assert not {*same, *like, *lacks} & OPS.keys()
    assert {*same, *like, *lacks, *words, *SETTINGS} & RESERVED <= {"linear", "in", "bilinear"}
    assert all(map(is_word, (word for word, _ in WORDS)))


@pytest.mark.slow
@pytest.mark.parametrize("names", [TORCH, KERAS, CAFFE, DARKNET, ONNX, PAPERS])
def test_no_name_of_a_library_leads_to_a_guess(names: str) -> None:
    for name in set(names.split()) - OPS.keys():
        for text in (name, f"{name} 3x3 64", f"conv 3x3 64 {name}"):
            assert "did you mean" not in answer(text), text


@pytest.mark.parametrize("name", ["alexnet", "stem4", "xyzzy", "q", "foo.bar"])
def test_a_name_that_nobody_knows_is_answered_by_nothing(name: str) -> None:
    for text in (name, f"{name} 3x3 64", f"conv 3x3 64 {name}"):
        message = said(text)
        assert "did you mean" not in message
        assert "in this notation" not in message
    assert f"unknown layer '{name}' (known: attention, conv, " in said(name)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("con 3x3 4", "conv"),
        ("cnov 3x3 4", "conv"),
        ("convv 3x3 4", "conv"),
        ("denes 10", "dense"),
        ("atention 12", "attention"),
        ("attention 12 causl", "causal"),
        ("maxpol 3x3/2", "maxpool"),
        ("idenity", "identity"),
        ("droput", "dropout"),
        ("conv 3x3 4 vaild", "valid"),
        ("conv 3x3 4 sigmod", "sigmoid"),
        ("conv 3x3 4 grups=2", "groups="),
    ],
)
def test_a_slip_is_found(typed: str, word: str) -> None:
    assert said(typed).endswith(f"; did you mean '{word}'?")


def test_a_table_may_name_its_blocks_as_people_do(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    blocks = ("causal", "fc", "bn", "residual", "moe")
    path.write_text(
        'input = "8x8x3"\n'
        + "".join(f'[block.{name}]\nas = "conv 1x1 4"\n' for name in blocks)
        + "[rows]\n"
        + "".join(f'{name} = "{name} > {name}"\n' for name in blocks)
    )
    assert fc.load(path).modules[0] == "causal.1"
    path.write_text(path.read_text().replace('"fc > fc"', '"fcc"'))
    with pytest.raises(FlopcountError, match=r"unknown block or layer 'fcc'.*did you mean 'fc'"):
        fc.load(path)
    path.write_text('input = "8x8x3"\n[rows]\na = "fc > relu"\n')
    with pytest.raises(FlopcountError, match=r"rows.a: unknown layer 'fc'; .* as in 'dense 10'"):
        fc.load(path)
    path.write_text('input = "8x8x3"\n[defaults]\nbn = "relu"\n[rows]\na = "relu"\n')
    with pytest.raises(FlopcountError, match=r"defaults: unknown layer 'bn'; .* it is 'norm'"):
        fc.load(path)
