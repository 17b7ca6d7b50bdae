"""The notation: what is written is what is read, and any other text is refused in one line."""

import re
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core import OPS, SINGLE
from flopcount.notation.inputs import InputSize
from flopcount.notation.numbers import MAX_FACTORS
from flopcount.notation.parser import parse
from flopcount.notation.tokens import MAX_NAME, NAME
from flopcount.notation.trees import (
    JOINS,
    Arm,
    Bracket,
    Column,
    Experts,
    From,
    Layer,
    Multiple,
    PerAxis,
    Ref,
    Repeat,
    Shared,
    Source,
    Spec,
    Term,
)
from flopcount.notation.vocabulary import GROUPS, RESERVED, takes
from flopcount.reading import MAX_LAYERS, MAX_SIZE, axes_text, shortest
from tests.notation.one_line import one_line

# --- trees: what is written is what is read

SIZES = st.one_of(st.integers(1, 300), st.sampled_from([MAX_SIZE, 2**31 - 1]))
PER_AXIS = st.lists(SIZES, min_size=1, max_size=3).map(tuple)
AS_WRITTEN = PER_AXIS.map(shortest)
NAMES = st.from_regex(NAME, fullmatch=True).filter(lambda name: len(name) <= MAX_NAME)
FREE_NAMES = NAMES.filter(lambda name: name not in RESERVED)
WIDTH_NAMES = FREE_NAMES.filter(lambda name: not name[0].isdigit())
COLUMNS = st.one_of(st.sampled_from("kcsn"), FREE_NAMES).map(Column)
LAST = st.one_of(st.just("in"), WIDTH_NAMES, COLUMNS)
MULTIPLES = st.builds(
    lambda factors, last, over: Multiple((*factors, last), over),
    st.lists(st.one_of(SIZES, WIDTH_NAMES, COLUMNS), max_size=MAX_FACTORS - 1),
    LAST,
    st.one_of(SIZES, COLUMNS),
).filter(lambda width: len(width.factors) > 1 or width.over != 1)
WIDTHS = st.one_of(SIZES, LAST, MULTIPLES)
OWN_WIDTHS = WIDTHS.filter(lambda width: "in" not in getattr(width, "factors", (width,)))

STRIDES = st.tuples(st.one_of(SIZES, COLUMNS), COLUMNS) | st.tuples(COLUMNS)
COUNTS = st.one_of(
    st.integers(1, MAX_LAYERS), st.builds(Column, FREE_NAMES, st.integers(0, MAX_LAYERS))
)


NORMED = ["shift", "layer", "group:32", "group:8:stats", "instance:scale", "rms"]


def _columns(word: str) -> st.SearchStrategy[str]:
    """A value with a column in it."""
    return COLUMNS.map(lambda column: f"group:{column}" if word == "norm=" else str(column))


def _joined(sign: str, sizes: tuple[int, ...]) -> str:
    return sign.join(map(str, sizes))


def _is_taken(op: str, key: str, value: str) -> bool:
    return takes(op, key + value)


def words_of(group: str, op: str) -> st.SearchStrategy[str]:
    """A word of a group, with a value where it takes one, as the notation writes it."""
    values: dict[str, st.SearchStrategy[str]] = {
        "pad=": st.tuples(st.integers(0, 9), st.integers(0, 9)).map(axes_text),
        "to=": PER_AXIS.map(partial(_joined, "x")),
        "norm=": st.sampled_from(NORMED),
        **dict.fromkeys(("dilation=", "outpad=", "before=", "after="), PER_AXIS.map(axes_text)),
        **dict.fromkeys(("window=", "shift="), PER_AXIS.map(partial(_joined, "x"))),
        "bias=": st.sampled_from(["1", "2", "q", "qkv"]).filter(partial(_is_taken, op, "bias=")),
        "layers=": st.integers(1, MAX_LAYERS).map(str),
        "tied=": NAMES,
    }
    takes = OPS[op].takes
    words = [
        word for word in GROUPS[group] if word in takes or (group in takes and word != "bias=")
    ]
    return st.one_of(
        st.one_of(
            values.get(word, SIZES.map(str)), *([] if word == "tied=" else [_columns(word)])
        ).map(word.__add__)
        if word.endswith("=")
        else st.just(word)
        for word in words
    )


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    op = draw(st.sampled_from(sorted(OPS)))
    kind = OPS[op]
    taken = [group for group, words in GROUPS.items() if {group, *words} & {*kind.takes}]
    groups = [group for group in taken if draw(st.booleans())]
    kernel: PerAxis | None = None
    if "extent" in groups:  # what stands in a kernel's or a margin's place is one thing
        groups = [group for group in groups if group not in ("before", "after")]
    kept = {
        part for part in ("kernel", "width") if part not in kind.optional or draw(st.booleans())
    }
    if kind.kernel and "kernel" in kept and not {"extent", "before", "after"} & {*groups}:
        sides = st.one_of(st.integers(1, MAX_SIZE), COLUMNS)
        most = 1 if kind.kernel in SINGLE else 3
        kernel = draw(st.lists(sides, min_size=1, max_size=most).map(tuple))
    if kind.optional and kernel is None:  # a number alone is the first of them
        kept.discard("width")
    if "tied" in groups or not kind.width:
        kept.discard("width")
    if "dot" in groups:
        groups = [group for group in groups if group not in ("headdim", "bias")]
    if "width" not in kept and "width" in kind.optional:
        groups = [group for group in groups if group != "bias"]
    if op == "select":
        groups = ["which"]
    words = [draw(words_of(group, op)) for group in groups]
    if op == "norm":
        words = [word for word in words if word not in ("norm", "nonorm")]
    strides = kind.kernel == "kernel" and kernel and draw(st.booleans())
    stride = draw(st.one_of(AS_WRITTEN, STRIDES)) if strides else (1,)
    widths = OWN_WIDTHS if kind.kernel == "vocabulary" else WIDTHS
    width = draw(widths) if "width" in kept else None
    reads = draw(st.just("") | NAMES) if "from" in kind.takes else ""
    return Layer(op, kernel, stride, width, tuple(words), reads)


def specs(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Spec]:
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


def chains(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Spec]:
    """A chain where ``from`` may start: a whole spec, or an arm."""
    begun = st.tuples(NAMES.map(From), specs(inner)).map(lambda found: (found[0], *found[1]))
    return st.one_of(specs(inner), begun, NAMES.map(lambda row: (From(row),)))


def nested(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    arms = st.builds(Arm, st.one_of(st.none(), NAMES), chains(inner))
    unnamed = st.builds(Shared, st.just(""), specs(inner))
    return st.one_of(
        st.builds(Repeat, COUNTS, specs(inner)),
        st.builds(
            Bracket,
            st.sampled_from(sorted(JOINS)),
            st.lists(arms, min_size=2, max_size=3).map(tuple),
            st.booleans(),
        ),
        st.builds(Shared, FREE_NAMES, specs(inner)),
        st.builds(Experts, SIZES | COLUMNS, SIZES | COLUMNS, chains(inner)),
        st.builds(Repeat, st.integers(1, MAX_LAYERS), unnamed.map(lambda term: (term,))),
    )


LEAVES = st.one_of(layers(), FREE_NAMES.map(Ref), FREE_NAMES.map(Shared), st.just(Ref("branches")))
SPECS = chains(st.recursive(LEAVES, nested, max_leaves=12))
SIZE_NAMES = st.from_regex(r"[A-WYZa-wyz][A-WYZa-wyz0-9_]{0,9}", fullmatch=True).filter(
    lambda name: name not in "DHLW"  # each has its place
)
INPUTS = st.one_of(
    st.tuples(*[st.one_of(SIZES, SIZE_NAMES)] * 3),
    st.tuples(SIZES, st.one_of(SIZES, SIZE_NAMES)),
    st.tuples(st.one_of(SIZES, st.sampled_from(["T", "N2"]))),
)


@given(spec=SPECS)
def test_a_spec_is_read_as_it_is_written(spec: Spec) -> None:
    tree = Source(None, spec)
    assert parse(str(tree), sized=False) == tree


@given(size=INPUTS, spec=SPECS)
@example(size=(1, 8, 8), spec=(From("a"),))
@example(size=(128,), spec=(Ref("a"),))
def test_a_spec_with_its_input_is_read_as_it_is_written(
    size: tuple[int | str, ...], spec: Spec
) -> None:
    is_odd = str(InputSize(size)).endswith("hwc")  # looks like channels first, so it says that
    tree = Source(InputSize(size, ordered=is_odd), spec)
    assert parse(str(tree)) == tree


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
