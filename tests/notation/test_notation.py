"""The notation: what is written is what is read, and what cannot be read says where."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.ops import OPS
from flopcount.notation.parser import (
    MAX_DEPTH,
    MAX_LAYERS,
    MAX_SPEC,
    Arm,
    Bracket,
    ColumnWidth,
    From,
    Layer,
    Ref,
    Repeat,
    Source,
    Spec,
    Term,
    parse,
)
from flopcount.notation.tokens import MAX_NAME, NAME, parse_size
from flopcount.notation.vocabulary import GROUPS, RESERVED
from flopcount.reading import MAX_KERNEL, MAX_SIZE, Pair, pair_text

# --- trees: what is written is what is read

SIZES = st.one_of(st.integers(1, 300), st.sampled_from([MAX_SIZE, 2**31 - 1]))
PAIRS = st.one_of(SIZES.map(lambda n: (n, n)), st.tuples(SIZES, SIZES))
NAMES = st.from_regex(NAME, fullmatch=True).filter(lambda name: len(name) <= MAX_NAME)
FREE_NAMES = NAMES.filter(lambda name: name not in RESERVED)
WIDTH_NAMES = FREE_NAMES.filter(lambda name: not name[0].isdigit())
WIDTHS = st.one_of(SIZES, st.just("in"), WIDTH_NAMES, FREE_NAMES.map(ColumnWidth))


def words_of(group: str) -> st.SearchStrategy[str]:
    """A word of a group, with a value where it takes one, as the notation writes it."""
    values: dict[str, st.SearchStrategy[str]] = {
        "pad=": st.tuples(st.integers(0, 9), st.integers(0, 9)).map(pair_text),
        "to=": st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda p: f"{p[0]}x{p[1]}"),
        "dilation=": PAIRS.map(pair_text),
    }
    return st.one_of(
        values.get(word, SIZES.map(str)).map(word.__add__) if word.endswith("=") else st.just(word)
        for word in GROUPS[group]
    )


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    op = draw(st.sampled_from(sorted(OPS)))
    kind = OPS[op]
    groups = [group for group in GROUPS if group in kind.takes and draw(st.booleans())]
    kernel: Pair | None = None
    if kind.kernel and "extent" not in groups:
        kernel = draw(st.tuples(st.integers(1, MAX_KERNEL), st.integers(1, MAX_KERNEL)))
    words = [draw(words_of(group)) for group in groups]
    if op == "norm":
        words = [word for word in words if word not in ("norm", "nonorm")]
    stride = draw(PAIRS) if kernel and draw(st.booleans()) else (1, 1)
    width = draw(WIDTHS) if kind.width else None
    return Layer(op, kernel, stride, width, tuple(words))


def specs(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Spec]:
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


def chains(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Spec]:
    """A chain where ``from`` may start: a whole spec, or an arm."""
    begun = st.tuples(NAMES.map(From), specs(inner)).map(lambda found: (found[0], *found[1]))
    return st.one_of(specs(inner), begun, NAMES.map(lambda row: (From(row),)))


def nested(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    arms = st.builds(Arm, st.one_of(st.none(), NAMES), chains(inner))
    return st.one_of(
        st.builds(Repeat, st.integers(1, MAX_LAYERS), specs(inner)),
        st.builds(
            Bracket,
            st.sampled_from(["concat", "add"]),
            st.lists(arms, min_size=2, max_size=3).map(tuple),
        ),
    )


LEAVES = st.one_of(layers(), FREE_NAMES.map(Ref), st.just(Ref("branches")))
SPECS = chains(st.recursive(LEAVES, nested, max_leaves=12))
SIZE_NAMES = st.from_regex(r"[A-WYZa-wyz][A-WYZa-wyz0-9_]{0,9}", fullmatch=True)
INPUTS = st.one_of(
    st.tuples(*[st.one_of(SIZES, SIZE_NAMES)] * 3), st.tuples(SIZES, st.one_of(SIZES, SIZE_NAMES))
)


@given(spec=SPECS)
def test_a_spec_is_read_as_it_is_written(spec: Spec) -> None:
    tree = Source(None, spec)
    assert parse(str(tree), sized=False) == tree


@given(size=INPUTS, spec=SPECS)
def test_a_spec_with_its_input_is_read_as_it_is_written(
    size: tuple[int | str, ...], spec: Spec
) -> None:
    tree = Source(size, spec)
    assert parse(str(tree)) == tree


@given(spec=SPECS)
def test_spaces_and_signs_are_free(spec: Spec) -> None:
    text = str(Source((28, 28, 3), spec))
    spread = re.sub(r"([>|+*()\[\]:])", "\t\\1\n  ", text)
    tight = re.sub(r"\s*([>|+*()\[\]:])\s*", r"\1", text)
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
    *("1x1", "3x3/2", "3x3", "5x5/2x1", "28x28x3 >", "8x8x8", "HxWx3", "0", "1", "4", "64", "-1"),
    *("pad=1", "pad=", "groups=2", "dilation=2", "to=2x2", "multiplier=2", "norm=shift", "size=5"),
    *(
        "{r5}",
        "{}",
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


def one_line(error: FlopcountError) -> str:
    message = str(error)
    assert message
    assert "\n" not in message
    assert message.isprintable()
    return message


@given(text=TEXTS)
@example("norm norm")
@example("28x28x3 > norm norm=shift")
@example("2 * (2 * conv 3x3 4)")
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


# --- what it means


def test_the_example_of_the_manual() -> None:
    tree = parse("28x28x192 > [1x1: conv 1x1 64 | 5x5: conv 1x1 16 reduce > conv 5x5 32]")
    assert tree.size == (28, 28, 192)
    assert tree.spec == (
        Bracket(
            "concat",
            (
                Arm("1x1", (Layer("conv", (1, 1), width=64),)),
                Arm(
                    "5x5",
                    (
                        Layer("conv", (1, 1), width=16, words=("reduce",)),
                        Layer("conv", (5, 5), width=32),
                    ),
                ),
            ),
        ),
    )


A, B, D = Ref("a"), Ref("b"), Ref("d")


def arm(*terms: Term, label: str | None = None) -> Arm:
    return Arm(label, terms)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        # '*' binds closer than '>'
        ("2 * a > b", (Repeat(2, (A,)), B)),
        ("a > 2 * b", (A, Repeat(2, (B,)))),
        ("2 * (a > b)", (Repeat(2, (A, B)),)),
        ("2 * (3 * a)", (Repeat(2, (Repeat(3, (A,)),)),)),
        # '>' binds closer than '|' and '+'
        ("[a > b | d]", (Bracket("concat", (arm(A, B), arm(D))),)),
        ("(a + b > d)", (Bracket("add", (arm(A), arm(B, D))),)),
        ("[2 * a | b]", (Bracket("concat", (arm(Repeat(2, (A,))), arm(B))),)),
        ("2 * [a | b]", (Repeat(2, (Bracket("concat", (arm(A), arm(B))),)),)),
        ("(a + b) > d", (Bracket("add", (arm(A), arm(B))), D)),
        # a plain group is its chain
        ("(a > b) > d", (A, B, D)),
        ("((a))", (A,)),
        ("(a > (b > d))", (A, B, D)),
        # within each other
        ("[a | (b + d)]", (Bracket("concat", (arm(A), arm(Bracket("add", (arm(B), arm(D)))))),)),
        ("[x: a | b]", (Bracket("concat", (arm(A, label="x"), arm(B))),)),
        ("[1x3: a | 3x1: b]", (Bracket("concat", (arm(A, label="1x3"), arm(B, label="3x1"))),)),
        ("[relu: a | b]", (Bracket("concat", (arm(A, label="relu"), arm(B))),)),
        ("[from x | from y > a]", (Bracket("concat", (arm(From("x")), arm(From("y"), A))),)),
        ("from conv > a", (From("conv"), A)),
    ],
)
def test_what_binds_closer(text: str, spec: Spec) -> None:
    assert parse(text, sized=False).spec == spec


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("conv 7x7/2 64", Layer("conv", (7, 7), (2, 2), 64)),
        ("conv 1x7/2x1 64", Layer("conv", (1, 7), (2, 1), 64)),
        ("conv 3×3 64", Layer("conv", (3, 3), width=64)),
        ("conv 3x3/1 064", Layer("conv", (3, 3), width=64)),
        ("conv 3x3 {r5}", Layer("conv", (3, 3), width=ColumnWidth("r5"))),
        ("conv 3x3 { r5 }", Layer("conv", (3, 3), width=ColumnWidth("r5"))),
        ("conv 1x1 in linear", Layer("conv", (1, 1), width="in", words=("linear",))),
        ("dense classes", Layer("dense", width="classes")),
        ("conv 3x3 8 relu same", Layer("conv", (3, 3), width=8, words=("same", "relu"))),
        ("conv 3x3 8 pad=1x1", Layer("conv", (3, 3), width=8, words=("pad=1",))),
        ("conv 3x3 8 pad=1×2", Layer("conv", (3, 3), width=8, words=("pad=1x2",))),
        ("maxpool 3x3/2", Layer("maxpool", (3, 3), (2, 2))),
        ("avgpool global", Layer("avgpool", words=("global",))),
        ("avgpool to=6×7", Layer("avgpool", words=("to=6x7",))),
        ("norm=shift", Layer("norm", words=("norm=shift",))),
        ("norm", Layer("norm")),
        ("relu", Layer("relu")),
    ],
)
def test_a_layer(text: str, layer: Layer) -> None:
    assert parse(text).spec == (layer,)
    assert parse(str(layer)).spec == (layer,)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("224x224x3", (224, 224, 3)),
        ("224×224×3", (224, 224, 3)),
        ("28x28", (28, 28)),
        ("HxWx3", ("H", "W", 3)),
        ("HxW", ("H", "W")),
        ("1x1x2147483648", (1, 1, 2**31)),
    ],
)
def test_a_size(text: str, size: tuple[int | str, ...]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "size '' is not of the form 28x28 or 28x28x192"),
        ("28", "not of the form"),
        ("28x28x3x1", "not of the form"),
        ("28xx3", "not of the form"),
        ("0x28", "height is '0', not a whole number from 1 to 2**31"),
        ("28x-1", "width is '-1', not a whole number"),
        ("28x28x2.5", "channels is '2.5', not a whole number"),
        ("2147483649x1", "height is '2147483649', not a whole number"),
        ("28x28x" + "9" * 9000, "channels is '999"),
        ("28x28x٣", "channels is '٣', not a whole number"),
    ],
)
def test_what_is_no_size(text: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        parse_size(text)
    assert phrase in one_line(error.value)
    assert len(str(error.value)) < 200


# --- what cannot be read: phrase and column


@pytest.mark.parametrize(
    ("text", "column", "phrase"),
    [
        # nothing, or something missing
        ("", 1, "expected a layer, a block or a bracket, read the end"),
        ("a >", 4, "expected a layer, a block or a bracket, read the end"),
        ("> a", 1, "expected a layer, a block or a bracket, read '>'"),
        ("a > > b", 5, "expected a layer, a block or a bracket, read '>'"),
        ("[a | ]", 6, "expected a layer, a block or a bracket, read ']'"),
        ("()", 2, "expected a layer, a block or a bracket, read ')'"),
        ("3 *", 4, "expected a layer, a block or a bracket, read the end"),
        ("28x28x3", 1, "expected '>' and a layer after the input size '28x28x3'"),
        ("28x28x3 conv 3x3 4", 1, "expected '>' and a layer after the input size"),
        ("28x28x3 >", 10, "expected a layer"),
        ("from", 5, "read the end"),
        # kernels, strides, widths
        ("conv 5y5 32", 6, "conv wants a kernel such as 3x3 or 3x3/2, read '5y5'"),
        ("conv 32", 6, "conv wants a kernel such as 3x3 or 3x3/2, read '32'"),
        ("conv 0x3 4", 6, "kernel is '0', not a whole number from 1 to 10000"),
        ("conv 10001x3 4", 6, "kernel is '10001', not a whole number from 1 to 10000"),
        ("conv 3x3/0 4", 6, "stride is '0', not a whole number from 1 to 2**31"),
        ("conv 3x3", 9, "conv wants a width (its output channels), read the end"),
        ("conv 3x3 same 4", 10, "conv wants a width (its output channels), read 'same'"),
        ("conv 3x3 0", 10, "width is '0', not a whole number from 1 to 2**31"),
        ("conv 3x3 2.5", 10, "width is '2.5', not a whole number"),
        ("conv 3x3 1e3", 10, "width is '1e3', not a whole number"),
        ("conv 3x3 -4", 10, "-4"),
        ("conv 3x3 2147483649", 10, "width is '2147483649', not a whole number from 1 to 2**31"),
        ("conv 3x3 " + "9" * 5000, 10, "not a whole number from 1 to 2**31"),
        ("conv 3x3 {}", 11, "column '' is not a name"),
        ("conv 3x3 {a b}", 11, "column 'a b' is not a name"),
        ("conv 3x3 {in}", 11, "column 'in' is a word of the notation"),
        ("conv 3x3 {r5", 10, "'{'"),
        ("conv 3x3 r5}", 12, "'}'"),
        ("{r5}", 2, "expected a layer, a block or a bracket, read 'r5'"),
        ("maxpool", 1, "maxpool wants either a kernel such as 3x3/2, or global, or to=HxW"),
        ("maxpool 3x3 global", 13, "wants either a kernel such as 3x3/2, or global"),
        # words
        ("conv 3x3 32 vaild", 13, "unknown word 'vaild'; did you mean 'valid'?"),
        ("conv 3x3 32 vaild relu", 13, "unknown word 'vaild'; did you mean 'valid'?"),
        ("conv 3x3 32 same valid", 18, "'valid' is a second word for the padding of one conv"),
        ("conv 3x3 32 same valid relu", 18, "'valid' is a second word for the padding"),
        ("conv 3x3 32 relu linear", 18, "'linear' is a second word for the activation"),
        ("conv 3x3 32 bias nobias", 18, "'nobias' is a second word for the bias"),
        ("conv 3x3 32 norm nonorm", 18, "'nonorm' is a second word for the norm"),
        ("conv 3x3 32 reduce project", 20, "'project' is a second word for the role"),
        ("conv 3x3 32 global", 13, "conv does not take 'global'"),
        ("dense 10 same", 10, "dense does not take 'same'"),
        ("maxpool 3x3 relu", 13, "maxpool does not take 'relu'"),
        ("norm nonorm", 6, "norm does not take 'nonorm'"),
        ("conv 3x3 4 pad=", 12, "pad is '', not of the form 2 or 2x1"),
        ("conv 3x3 4 pad=-1", 12, "pad is '-1', not of the form 2 or 2x1"),
        ("conv 3x3 4 pad=1x2x3", 12, "pad is '1x2x3', not of the form 2 or 2x1"),
        ("conv 3x3 4 groups=0", 12, "groups is '0', not a whole number from 1 to 2**31"),
        ("conv 3x3 4 groups=2.0", 12, "groups is '2.0', not a whole number"),
        ("conv 3x3 4 dilation=0", 12, "dilation is '0', not a whole number"),
        ("lrn size=0", 5, "size is '0', not a whole number"),
        ("relu6 4", 7, "unknown word '4'"),
        ("relu dense 5", 6, "expected '>' before the layer 'dense'"),
        ("conv 3x3 4 relu conv 3x3 8", 17, "expected '>' before the layer 'conv'"),
        # layers and blocks
        ("cnov 3x3 4", 1, "did you mean 'conv'?"),
        ("a b", 1, "unknown layer 'a'"),
        ("a > soft max", 5, "unknown layer 'soft'"),
        ("é", 1, "'é' is not a name (letters, digits, '_', '-', '.'; at most 60 of them)"),
        ("a" * 61, 1, "at most 60 of them"),
        ("a > ;", 5, "';' is not a name"),
        ("from a b", 8, "expected '>' or the end of the chain, read 'b'"),
        ("a > from b", 10, "'from' does not start its chain"),
        ("2 * from a", 10, "'from' does not start its chain"),
        # brackets
        ("[a]", 3, "a bracket [ ] needs at least two arms, with '|' between them"),
        ("[a | b", 7, "'[' is never closed"),
        ("((a)", 5, "'(' is never closed"),
        ("[a | b)", 7, "')' closes no '('"),
        ("(a + b]", 7, "']' closes no '['"),
        ("a ]", 3, "']' closes no '['"),
        ("a | b", 3, "'|' stands outside [ ] ('|' concatenates inside [ ], '+' adds inside ( ))"),
        ("(a | b)", 4, "'|' stands outside [ ]"),
        ("[a + b]", 4, "'+' stands outside ( )"),
        ("a: b", 1, "the label 'a' does not start an arm of a bracket"),
        ("[x: y: a | b]", 5, "the label 'y' does not start an arm of a bracket"),
        ("[a > x: b | d]", 6, "the label 'x' does not start an arm of a bracket"),
        ("(x: a)", 6, "the label 'x' is not of an arm"),
        ("[é: a | b]", 2, "label 'é' is not a name"),
        # repeats
        ("0 * a", 1, "the number of repeats is '0', not a whole number from 1 to 200000"),
        ("-1 * a", 1, "the number of repeats is '-1', not a whole number"),
        ("2.5 * a", 1, "the number of repeats is '2.5', not a whole number"),
        ("200001 * a", 1, "the number of repeats is '200001', not a whole number"),
        ("2 * 3 * a", 7, "expected '>' or the end of the chain, read '*'"),
        # sizes
        ("0x28x3 > relu", 1, "height is '0', not a whole number from 1 to 2**31"),
        ("28.5x28x3 > relu", 1, "height is '28.5', not a whole number"),
        ("28x28x3x4 > relu", 1, "size '28x28x3x4' is not of the form 28x28 or 28x28x192"),
    ],
)
def test_an_error_names_its_column(text: str, column: int, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        parse(text)
    message = one_line(error.value)
    assert phrase in message
    assert message.startswith(f"column {column}: ")
    assert len(message) < 400


# --- limits


@pytest.mark.parametrize(("opens", "closes"), [("(", ")"), ("[a | ", "]"), ("2 * (", ")")])
def test_nesting_has_a_limit(opens: str, closes: str) -> None:
    def deep(levels: int) -> str:
        return opens * levels + "b" + closes * levels

    tree = parse(deep(MAX_DEPTH))
    assert parse(str(tree)) == tree
    for levels in (MAX_DEPTH + 1, 1_000):
        with pytest.raises(FlopcountError, match=f"nested more than {MAX_DEPTH} deep"):
            parse(deep(levels))


def test_a_long_chain_is_no_nesting() -> None:
    text = " > ".join(["relu"] * 10_000)
    assert str(parse(text)) == text


def test_a_spec_has_a_greatest_length() -> None:
    longest = "relu>" * ((MAX_SPEC - 4) // 5) + "relu "
    assert len(longest) == MAX_SPEC
    assert len(parse(longest).spec) == MAX_SPEC // 5
    with pytest.raises(FlopcountError, match=f"100001 characters; the limit is {MAX_SPEC}"):
        parse(longest + " ")


def test_a_spec_may_be_mostly_space() -> None:
    blank = " " * (MAX_SPEC // 2 - 10)
    assert parse(f"relu{blank}>{blank}relu").spec == (Layer("relu"), Layer("relu"))
    assert parse("relu".ljust(MAX_SPEC)).spec == (Layer("relu"),)
    with pytest.raises(FlopcountError, match=r"has no meaning here|is never closed"):
        parse("relu > {".ljust(MAX_SPEC))


def test_repeats_have_a_limit_once_multiplied_out() -> None:
    for text in (
        "200000 * relu > relu",
        "1000 * (1000 * relu)",
        "200000 * (200000 * (200000 * relu))",
        "2 * " + "(2 * " * 20 + "relu" + ")" * 20,  # 2^21 layers
        "100000 * [relu | relu]",  # 3 · 100,000 layers
        "100000 * (relu > relu > relu)",
    ):
        with pytest.raises(FlopcountError, match="more than 200000 layers once repeats are mult"):
            fc.parse(f"8x8x8 > {text}")


def test_the_round_trip_notices_a_layer_that_forgets_its_stride(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Layer, "__str__", lambda layer: f"{layer.op} 3x3 {layer.width}")
    tree = parse("conv 3x3/2 64")
    assert parse(str(tree)) != tree
