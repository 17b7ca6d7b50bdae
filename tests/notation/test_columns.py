"""Columns of a row: wherever a number may stand, in which order, and what is said of a mistake."""

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.graph import walk
from flopcount.notation.builder import Builder
from flopcount.notation.parser import parse
from tests.notation.pathways import made, refused


def rows(row: str, blocks: str = "", size: str = "12x12x8") -> str:
    return f'input = "{size}"\nclasses = 10\n{blocks}\n[rows]\n{row}'


def same(row: str, spec: str, blocks: str = "", size: str = "12x12x8") -> None:
    """The layers of a row are those of the spec with its numbers typed."""
    with_columns, typed = made(rows(row, blocks, size)), made(rows(f'a = "{spec}"', blocks, size))
    assert [node.op for node in with_columns.nodes] == [node.op for node in typed.nodes]
    assert walk(with_columns)[-1].output == walk(typed)[-1].output


# --- where a number may stand


@pytest.mark.parametrize(
    ("row", "spec"),
    [
        ('a = ["conv {k} {c}", 3, 16]', "conv 3 16"),
        ('a = ["conv {k} {c}", "3x1", 16]', "conv 3x1 16"),
        ('a = ["conv {k} {c}", "3×1", 16]', "conv 3x1 16"),
        ('a = ["conv {k} {c}", "7x7/2", 16]', "conv 7x7/2 16"),
        ('a = ["conv {k}x{k} {c}", 5, 16]', "conv 5x5 16"),
        ('a = ["conv 1x{k} {c}", 5, 16]', "conv 1x5 16"),
        ('a = ["conv { k }x{k}/{ s } { c }", 5, 2, 16]', "conv 5x5/2 16"),
        ('a = ["conv {k}/{s} 16", "3x1", "2x1"]', "conv 3x1/2x1 16"),
        ('a = ["maxpool 3x3/{s}", 2]', "maxpool 3x3/2"),
        ('a = ["maxpool {k}/{s} valid", 3, 2]', "maxpool 3/2 valid"),
        ('a = ["depthwise 3x3/{s}x1", 2]', "depthwise 3x3/2x1"),
        ('a = ["conv 3x3 16 groups={g}", 4]', "conv 3x3 16 groups=4"),
        ('a = ["conv 3x3 16 dilation={d}", 2]', "conv 3x3 16 dilation=2"),
        ('a = ["conv 3x3 16 dilation={d}x1", 2]', "conv 3x3 16 dilation=2x1"),
        ('a = ["conv 3x3 16 pad={p}", 0]', "conv 3x3 16 pad=0"),
        ('a = ["conv 3x3 16 pad={p}", "2x1"]', "conv 3x3 16 pad=2x1"),
        ('a = ["depthwise 3x3 multiplier={m}", 2]', "depthwise 3x3 multiplier=2"),
        ('a = ["lrn size={n}", 3]', "lrn size=3"),
        ('a = ["avgpool to={n}", 3]', "avgpool to=3"),
        ('a = ["avgpool to={n}", "3x2"]', "avgpool to=3x2"),
        ('a = ["{n} * relu", 3]', "3 * relu"),
        ('a = ["{n} * (conv 3x3 {c} > relu)", 2, 4]', "2 * (conv 3x3 4 > relu)"),
        ('a = ["relu > {n}-1 * conv 1x1 4", 3]', "relu > 2 * conv 1x1 4"),
        ('a = ["relu > {n}-1 * conv 1x1 4", 1]', "relu"),
        ('a = ["[conv {k} 4 | {n}*relu]", "3x3", 2]', "[conv 3x3 4 | 2 * relu]"),
        ('a = ["conv {c}x{c} {c} groups={c}", 1]', "conv 1x1 1 groups=1"),
        ('a = ["upsample {f} bilinear", 2]', "upsample 2 bilinear"),
        ('a = ["upsample {f}x1", 2]', "upsample 2x1"),
        ('a = ["pad {m} > pad before={b} after=1", "1x2", 0]', "pad 1x2 > pad before=0 after=1"),
        ('a = ["crop to={n}", 4]', "crop to=4"),
        ('a = ["transposed {k}/{s} 4 outpad={o}", 3, 2, 1]', "transposed 3/2 4 outpad=1"),
        ('a = ["shuffle groups={g}", 2]', "shuffle groups=2"),
        ('a = ["conv 3x3 8 norm=group:{g}", 4]', "conv 3x3 8 norm=group:4"),
        ('a = ["norm=group:{g}:scale", 4]', "norm=group:4:scale"),
        ('a = ["split [identity | {n} * conv 1x1 in]", 2]', "split [identity | 2 * conv 1x1 in]"),
        (
            'a = ["(identity * avgpool global > dense {c}/4 relu > dense in sigmoid)", 8]',
            "(identity * avgpool global > dense 2 relu > dense in sigmoid)",
        ),
        (
            'a = ["(relu * {n}*tanh * conv 1x1 2*{c} * conv 1x1 {c}*2)", 2, 4]',
            "(relu * 2 * tanh * conv 1x1 8 * conv 1x1 8)",
        ),
    ],
)
def test_a_column_may_stand_for_each_number(row: str, spec: str) -> None:
    same(row, spec)


def test_on_other_grids_too() -> None:
    same('a = ["conv {k}/{s} 4", 7, 2]', "conv 7/2 4", size="60x3")
    same('a = ["conv {k} 4 pad={p}", "1x3x3", "0x1x1"]', "conv 1x3x3 4 pad=0x1x1", size="4x8x8x3")


BLOCKS = """
[block.first]
columns = ["t", "c", "n", "s"]
main    = "conv 1x1 {t}*in > depthwise 3x3/{s} > conv 1x1 {c} linear"
[block.more]
like    = "first"
as      = "(identity + branches)"
main    = "conv 1x1 {t}*in > depthwise 3x3 > conv 1x1 {c} linear"
[block.named]
columns = ["width"]
x       = "conv 3x3 {width}"
[block.short]
columns = ["c", "s"]
x       = "conv 3x3/{s} {c}"
[block.inner]
as      = "conv {k} {c}"
[block.outer]
columns = ["c", "k"]
as      = "2 * inner"
"""


def test_the_row_repeats_its_block_as_often_as_its_column_says() -> None:
    network = made(rows('a = ["first > {n}-1 * more", 6, 16, 3, 2]', BLOCKS))
    assert network.modules == ("a.1", "a.2", "a.3")
    found = {row.node.path: row.output for row in walk(network)}
    assert found["a.1/main/1"] == (12, 12, 6 * 8)
    assert found["a.1/main/2"] == (6, 6, 6 * 8)  # the first alone has the stride
    assert found["a.2/main/1"] == found["a.3/main/1"] == (6, 6, 6 * 16)
    assert found["a.3/add"] == (6, 6, 16)
    alone = made(rows('a = ["first > {n}-1 * more", 6, 16, 1, 2]', BLOCKS))
    assert alone.modules == ("a",)


def test_a_block_in_a_bracket_and_one_within_another() -> None:
    same('a = ["(identity + short)", 8, 1]', "(identity + conv 3x3 8)", BLOCKS)
    same('a = ["outer", 4, "1x3"]', "2 * conv 1x3 4", BLOCKS)


# --- their order


@pytest.mark.parametrize(
    ("row", "message"),
    [
        # those that the text alone names come first, then those of the blocks
        ('a = ["{n} * short"]', "its text and block 'short' have 3 columns (n c s), the row giv"),
        ('a = ["conv {k} {c} > short"]', "have 3 columns (k c s), the row gives 0"),
        ('a = ["first > {n} * more", 1]', "block 'first' has 4 columns (t c n s), the row gives 1"),
        # the text's, in the order in which they are written
        ('a = ["conv 3x3 4 groups={g} dilation={d}"]', "its text has 2 columns (g d), the row"),
        ('a = ["conv 3x3 4 dilation={d} groups={g}"]', "its text has 2 columns (d g), the row"),
        ('a = "conv 3x3 {c}"', "rows.a: its text has 1 column (c), the row gives 0"),
        ('a = ["{n} * conv {k} {n}", 1]', "its text has 2 columns (n k), the row gives 1"),
        # one block's columns are some of another's, in order
        ('a = ["first > short"]', "block 'first' has 4 columns (t c n s), the row gives 0"),
        ('a = ["short > outer", 1, 2]', "rows.a: the blocks of one row have different columns"),
        # a slip
        ('a = ["short > conv 1x1 {sc}", 1, 2]', "have 3 columns (sc c s), the row gives 2"),
        ('a = ["named > conv 1x1 {widht}", 1]', "gives 1; {widht}: did you mean 'width'?"),
        ('a = ["conv 3x3 {a.b}", 1]', "column 'a.b' has a dot, which stands between a row and its"),
        ('a = ["(identity + shrt)", 8, 1]', "unknown block or layer 'shrt'"),
    ],
)
def test_which_columns_are_expected_in_which_order(row: str, message: str) -> None:
    assert message in refused(rows(row, BLOCKS))


# --- what stands in them


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('a = ["conv {k} 4", "x"]', "rows.a: k is 'x', not a number or a text such as '3x1'"),
        ('a = ["conv {k} 4", "3x"]', "rows.a: k is '3x', not a number or a text such as"),
        ('a = ["conv {k} 4", ""]', "rows.a: k is '', not a number or a text"),
        ('a = ["conv {k} 4", "' + "9x" * 40 + '9"]', "not a number or a text"),
        ('a = ["conv {k} 4", [3, 3]]', "rows.a: k is [3, 3], not a whole number"),
        ('a = ["conv {k} 4", 3.0]', "rows.a: k is 3.0, not a whole number"),
        ('a = ["conv {k} 4", true]', "rows.a: k is True, not a whole number"),
        ('a = ["conv {k} 4", -3]', "rows.a: k is -3, not a whole number"),
        ('a = ["conv {k} 4", 0]', "rows.a: 'conv {k} 4': kernel is '0', not a whole number from"),
        ('a = ["conv {k} 4", "2x2x2x2"]', "kernel is '2x2x2x2', not of the form 2, 2x1"),
        ('a = ["conv {k}x3 4", "3x1"]', "{k} is '3x1', which does not fit in '{k}x3'"),
        ('a = ["conv {k}/{s} 4", "3x3/2", 1]', "{k} is '3x3/2', which does not fit in '{k}/{s}'"),
        ('a = ["conv 3x3/{s} 4", "2/2"]', "{s} is '2/2', which does not fit in '3x3/{s}'"),
        ('a = ["conv 3x3/{s} 4", 0]', "stride is '0', not a whole number from 1"),
        ('a = ["conv {k} {k}", "3x3"]', "column k is '3x3', which is no width"),
        ('a = ["conv 3x3 4 pad={c} > conv 3x3 {c}", 0]', "column c is 0, which is no width"),
        ('a = ["conv 3x3 {c}", "64"]', "rows.a: c is '64', not a whole number from 1 to 2**31"),
        ('a = ["conv 3x3 4 groups={g}", "2x2"]', "groups is '2x2', not a whole number"),
        ('a = ["conv 3x3 4 groups={g}", 3]', "groups=3 does not divide 8 input and 4 output"),
        ('a = ["{n} * relu", 0]', "the number of repeats, n, is '0', not a whole number from 1"),
        ('a = ["{n} * relu", 20001]', "repeats, n, is '20001', not a whole number from 1 to 20000"),
        ('a = ["{n} * relu", "2x2"]', "the number of repeats, n, is '2x2', not a whole number"),
        ('a = ["relu > {n}-2 * relu", 1]', "the number of repeats, n, is 1, which is less than 2"),
        ('a = ["{n}-1 * relu", 1]', "what comes out is the input itself; there is no layer"),
        ('a = ["upsample {f}", "2/2"]', "'2/2' is a factor with a stride, which it does not have"),
        ('a = ["upsample {f}", 0]', "factor is '0', not a whole number from 1"),
        ('a = ["conv 3x3 8 norm=group:{g}", 3]', "norm=group:3 does not divide 8 channels"),
        ('a = ["conv 3x3 8 norm=group:{g}", "2x2"]', "norm=group:2x2: expected shift, scale"),
        ('a = ["conv {k} 4", "3x3x3"]', "the kernel 3x3x3 has 3 numbers, but the grid 2 axes"),
    ],
)
def test_a_mistake_in_a_cell(row: str, message: str) -> None:
    assert message in refused(rows(row))


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("conv {}x3 4", 6, "column '' is not a name"),
        ("conv {a b}x3 4", 6, "column 'a b' is not a name"),
        ("conv 3x3 4 groups={relu}", 12, "column 'relu' is a word of the notation"),
        ("conv 3x3 4 groups={}", 12, "column '' is not a name"),
        ("conv 3x3 4 groups={g}2", 12, "groups is '{g}2', not of the form 2, {k} or {k}x1"),
        ("conv {k}x{k}x{k}x{k} 4", 6, "kernel is '{k}x{k}x{k}x{k}', not of the form 2, {k}, 2x1"),
        ("relu{x}", 1, "layer or block 'relu{x}' is not a name"),
        ("conv 3x3 4 {w}", 13, "expected '>' or the end of the chain, read 'w'"),
        ("conv 3x3 4 {w}relu", 12, "unknown word '{w}relu'"),
        ("{in} * relu", 2, "column 'in' is a word of the notation"),
        ("{n}-0 * relu", 1, "what is left off the repeats is '0', not a whole number from 1"),
        ("{n}+1 * relu", 2, "expected a layer, a block or a bracket, read 'n'"),
        ("{n}-1 > relu", 1, "layer or block '{n}-1' is not a name"),
        ("conv {k 4", 6, "'{' is never closed"),
    ],
)
def test_a_mistake_in_the_text(text: str, column: int, message: str) -> None:
    with pytest.raises(FlopcountError) as error:
        parse(text)
    assert str(error.value).startswith(f"column {column}: ")
    assert message in str(error.value)


def test_a_spec_and_the_defaults_have_no_columns() -> None:
    with pytest.raises(FlopcountError, match=r"unknown column 'k' \(columns are of a table's rows"):
        fc.parse("8x8x3 > conv {k} 4")
    with pytest.raises(FlopcountError, match=r"unknown column 'n' \(columns are of a table's rows"):
        fc.parse("8x8x3 > {n} * relu")
    found = refused(rows('a = "conv 3x3 4"', '[defaults]\nconv = "pad={p}"'))
    assert found == "defaults.conv: a column is of a row, and this is for all of them"


def test_repeats_of_nothing_have_a_limit_too() -> None:
    spec = parse("20000 * (20000 * ({n}-1 * relu))").spec
    with pytest.raises(FlopcountError, match="more than 20000 layers once repeats are multiplied"):
        Builder().row("a", spec, {"n": 1}, "input")
