"""The notation: what is written is what is read, and any other text is refused in one line."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.inputs import InputSize
from flopcount.notation.parser import parse
from flopcount.notation.trees import (
    From,
    Layer,
    Ref,
    Source,
    Spec,
)
from flopcount.notation.vocabulary import RESERVED
from tests.notation.any_spec import INPUTS, SPECS
from tests.notation.one_line import one_line

# --- trees: what is written is what is read


@pytest.mark.slow
@given(spec=SPECS)
def test_a_spec_is_read_as_it_is_written(spec: Spec) -> None:
    tree = Source(None, spec)
    assert parse(str(tree), sized=False) == tree


@pytest.mark.slow
@given(size=INPUTS, spec=SPECS)
@example(size=(1, 8, 8), spec=(From("a"),))
@example(size=(128,), spec=(Ref("a"),))
def test_a_spec_with_its_input_is_read_as_it_is_written(
    size: tuple[int | str, ...], spec: Spec
) -> None:
    is_odd = str(InputSize(size)).endswith("hwc")  # looks like channels first, so it says that
    tree = Source(InputSize(size, ordered=is_odd), spec)
    assert parse(str(tree)) == tree


@pytest.mark.slow
@given(spec=SPECS)
def test_spaces_and_signs_are_free(spec: Spec) -> None:
    text = str(Source(InputSize((28, 28, 3)), spec))
    # a width is one part, 6*{c}, and so is a word, norm=group:32
    spread = re.sub(r"([>|+()\[\]]|: | \* )", "\t\\1\n  ", text)
    tight = re.sub(r"\s*([>|+()\[\]]|:(?= )| \* )\s*", r"\1", text)
    tight = re.sub(r"(^|[>|+(\[:])([\w{}.-]+) \* ", r"\1\2*", tight)  # of a repeat, it is a mark
    signs = re.sub(r"(?<=\d)x(?=\d)", "×", text)
    for other in (spread, tight):
        assert parse(other) == parse(text)
    # inside a name a × is no letter of the notation, yet read as the x it looks like
    assert parse(signs) == parse(text)


# --- any text at all: one kind of error, on one line

MARKS = [*">|+*()[]:{}=/", " ", "\n", "\t", "×", "x", "-", ".", ",", "#", "é", "\x00", "²", "٣"]
SOUP = [
    *MARKS,
    *sorted(RESERVED),
    *(
        "1x1",
        "3x3/2",
        "3x3",
        "5x5/2x1",
        "7/2",
        "3x3x3",
        "28x28x3 >",
        "8x8x8",
        "HxWx3",
        "8x3 >",
        "hwc",
        "0",
        "1",
        "4",
        "64",
        "-1",
    ),
    *("8", "12", "128 >", "128x64 >", "top=2 [", "experts 8 top=2 [", "kv=4", "window=7"),
    *("shift=3", "layers=2", "tied=embed", "embed 100 8", "from input", "attention 4"),
    *("pad=1", "pad=", "groups=2", "dilation=2", "to=2x2", "multiplier=2", "norm=shift", "size=5"),
    *(
        "{r5}",
        "{}",
        "{n} *",
        "{n}-1 *",
        *("{k}x{k}/{s}", "groups={g}", "6*{c}", "4in", "in/2", "3*c/2", "*", "{c}/{r}"),
        "a",
        "b:",
        "from a",
        "2 *",
        "999999999 *",
        "2**31",
        "1e3",
        "True",
        "2147483649",
    ),
]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text("".join(dict.fromkeys("".join(SOUP))), max_size=60),
    st.lists(st.sampled_from(SOUP), max_size=25).map(" ".join),
    st.lists(st.sampled_from(SOUP), max_size=15).map("".join),
)


@given(text=TEXTS)
@example("norm norm")
@example("28x28x3 > norm norm=shift")
@example("2 * (2 * conv 3x3 4)")
@example("conv 3x3 2*3*4*5*6")
@example("conv {k} {k}*{k}")
@example("conv {}x3 4")
@example("{n}-1 * {n}")
@example("conv 1x1 4*relu")
@example("conv 1x1 *4")
@example("28×28×192>conv 1x1 16 reduce>conv 5x5/1x1 32 relu same")
def test_any_text_is_read_or_refused(text: str) -> None:
    for sized in (True, False):
        try:
            tree = parse(text, sized=sized)
        except FlopcountError as error:
            message = one_line(error)
            assert message.startswith("column ")
        else:
            assert parse(str(tree), sized=sized) == tree


@given(text=TEXTS.map("8x8x8 > ".__add__))
@example("8x8x8 > from input")
def test_any_text_is_priced_or_refused(text: str) -> None:
    try:
        report = fc.analyze(fc.parse(text))
        assert sum(line.cost.multiplies for line in report.lines) == report.total.cost.multiplies
        assert report.to_text()
    except FlopcountError as error:
        one_line(error)


@pytest.mark.slow
@given(spec=SPECS, at=st.integers(0, 200), cut=st.integers(0, 5), text=st.text(max_size=3))
def test_a_spec_with_a_slip_is_read_or_refused(spec: Spec, at: int, cut: int, text: str) -> None:
    whole = str(Source((28, 28, 3), spec))
    slipped = whole[:at] + text + whole[at + cut :]
    try:
        tree = parse(slipped)
    except FlopcountError as error:
        one_line(error)
    else:
        assert parse(str(tree)) == tree


def test_the_round_trip_notices_a_layer_that_forgets_its_stride(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Layer, "__str__", lambda layer: f"{layer.op} 3x3 {layer.width}")
    tree = parse("conv 3x3/2 64")
    assert parse(str(tree)) != tree
