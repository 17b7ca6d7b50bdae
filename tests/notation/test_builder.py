"""From a table's rows to nodes: what layers read, how wide they are and what they carry."""

import tomllib
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.graph import INPUT, walk
from flopcount.notation.builder import Builder
from flopcount.notation.networks import Options, build
from flopcount.notation.parser import parse
from flopcount.notation.tables import parse_table
from tests.notation.built_rows import table, widths, wired

# --- what is read


def test_a_chain_reads_what_came_before() -> None:
    assert wired('a = "relu > relu"\nb = "relu"') == {
        "a/1": (INPUT,),
        "a/2": ("a/1",),
        "b/1": ("a/2",),
    }


def test_arms_read_what_entered_the_bracket() -> None:
    found = wired('C = "2 * c"')
    assert found["C.2/identity"] == found["C.2/1x1/1"] == found["C.2/3x3/1"] == ("C.1/relu",)
    assert found["C.1/concat"] == ("C.1/1x1/1", "C.1/3x3/3")
    assert found["C.1/conv"] == ("C.1/concat",)
    assert found["C.1/add"] == ("C.1/identity", "C.1/scale")


def test_from_reads_an_earlier_row() -> None:
    found = wired('a = "conv 1x1 8"\nb = "relu"\nd = "[from a | from b > relu | from input]"')
    assert found["d/1"] == ("a/1", "d/1/2/1", INPUT)
    assert found["d/1/2/1"] == ("b/1",)
    assert wired('a = "relu"\nb = "from input > relu"')["b/1"] == (INPUT,)
    assert wired('C = "2 * c"\nb = "from C.1 > relu"')["b/1"] == ("C.1/relu",)
    assert wired('C = "2 * c"\nb = "from C > relu"')["b/1"] == ("C.2/relu",)


def test_in_is_the_width_of_what_entered_the_row_or_the_bracket() -> None:
    rows = 'a = "conv 1x1 8"\nb = "conv 1x1 24 > conv 1x1 in"\n'
    rows += 'd = "from input > conv 1x1 in"\ne = "from a > conv 1x1 4 > conv 1x1 in"\n'
    rows += 'f = "[from a > conv 1x1 in | from input > conv 1x1 4 > conv 1x1 in | conv 1x1 in]"\n'
    rows += 'g = "(from a > conv 1x1 2 > (conv 1x1 in + conv 1x1 in) > conv 1x1 in + from a)"'
    found = widths(rows)
    assert found["b/2"] == 8  # what entered the row, not the layer
    assert found["d/1"] == 192  # the input, which it reads, not the row before
    assert found["e/2"] == 8
    assert [found[f"f/1/{arm}"] for arm in ("1/1", "2/2", "3")] == [8, 192, 8]
    assert found["f/1"] == 8 + 192 + 8
    assert (found["g/1/1/2"], found["g/1/1/3"], found["g/1"]) == (2, 8, 8)


def test_in_after_from_in_a_row_with_blocks_and_in_a_head() -> None:
    rows = 'a = "conv 1x1 8"\nb = "from a > conv 1x1 4 > outer > conv 1x1 in"\n'
    assert (widths(rows)["b/1"], widths(rows)["b/2"]) == (4, 8)
    network = table(rows + '[aux]\nh = "from a > conv 1x1 3 > conv 1x1 in"', aux=True)
    assert {row.node.path: row.output[2] for row in walk(network)}["h/2"] == 8


def test_a_network_that_is_not_series_parallel() -> None:
    # each row adds all rows before it, as a densely connected block does
    rows = 'a = "conv 1x1 8"\nb = "conv 3x3 4"\nd = "[from a | from b] > conv 3x3 4"\n'
    rows += 'e = "[from a | from b | from d]"'
    assert widths(rows)["e/1"] == 8 + 4 + 4


@pytest.mark.parametrize(
    ("rows", "phrase"),
    [
        ('a = "relu"\nb = "from c"', "rows.b: unknown row after 'from' 'c' (known: input, a)"),
        ('a = "from b"\nb = "relu"', "rows.a: unknown row after 'from' 'b'"),
        ('a = "from a"', "rows.a: unknown row after 'from' 'a'"),
        ('stem = "relu"\nb = "from stm"', "did you mean 'stem'?"),
        ('a = "branches"', "rows.a: "),
        ('a = "[branches | relu]"', "'branches' stands where no block has named branches"),
        ('a = "relu > lya"', "unknown block or layer 'lya'"),
        ('a = "relu > incepton"', "did you mean 'inception'?"),
        ('a = "[incepton | relu]"', "did you mean 'inception'?"),
        ('a = "conv 3x3 vaild"', "width 'vaild' is a free name"),
        ('a = "conv 3x3 vaild"', "did you mean 'valid'?"),
        ('a = "conv 3x3 clases"', "did you mean 'classes'?"),
        ('a = "conv 3x3 {n1}"', "rows.a: its text has 1 column (n1), the row gives 0"),
        ('a = ["inception > conv 1x1 {prj}", 1, 1, 1, 1, 1, 1]', "did you mean 'proj'?"),
    ],
)
def test_what_does_not_exist(rows: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        table(rows)
    assert phrase in str(error.value)
    assert "\n" not in str(error.value)


# --- widths


def test_columns_fill_their_places() -> None:
    assert widths('3a = ["inception", 64, 96, 128, 16, 32, 24]') == {
        "3a/1x1/1": 64,
        "3a/3x3/1": 96,
        "3a/3x3/2": 128,
        "3a/5x5/1": 16,
        "3a/5x5/2": 32,
        "3a/pool/1": 192,
        "3a/pool/2": 24,
        "3a/concat": 64 + 128 + 32 + 24,
    }


def test_the_columns_of_a_row_serve_all_of_its_blocks() -> None:
    found = widths('a = ["conv 1x1 {n} > 2 * col > wrap", 7]')
    assert set(found.values()) == {7}


def test_constants_and_columns_are_widths() -> None:
    assert widths('a = "maxpool global > dense classes"') == {"a/1": 192, "a/2": 10}


def test_in_is_what_entered_the_bracket() -> None:
    found = widths('a = "conv 1x1 8 > (identity + conv 1x1 3 > conv 3x3 in)"')
    assert found["a/2/2/2"] == 8
    nested = widths('a = "[conv 1x1 in | conv 1x1 5 > [conv 1x1 in | relu > conv 1x1 in]]"')
    assert nested["a/1/1"] == 192
    assert nested["a/1/2/2/1"] == nested["a/1/2/2/2/2"] == 5
    assert widths('a = "conv 1x1 8"\nC = "c"')["C/conv"] == 8
    # outside every bracket, what entered the row
    assert widths('a = "conv 1x1 8 > conv 1x1 in"\nb = "conv 3x3 in"') == {
        "a/1": 8,
        "a/2": 192,
        "b/1": 192,
    }


def test_in_of_a_separable_is_its_output() -> None:
    assert widths('a = "(identity + separable 3x3 in multiplier=2)"') == {
        "a/1/1": 192,
        "a/1/2/1": 2 * 192,
        "a/1/2/2": 192,
        "a/1": 192,
    }


# --- what layers carry


def ops_of(head: str, rows: str) -> dict[str, Any]:
    document = tomllib.loads(f'input = "8x8x4"\n[defaults]\n{head}\n[rows]\n{rows}')
    return {node.path: node.op for node in build(parse_table(document), "t", Options()).nodes}


def test_a_word_on_a_layer_overrides_its_default() -> None:
    found = ops_of(
        'conv = "valid nobias norm relu6"',
        'a = "conv 3x3 8 > conv 3x3 8 same bias > conv 3x3 8 nonorm linear > conv 3x3 8 pad=1"',
    )
    assert [
        (op.window.padding, op.tail.bias, op.tail.norm, op.tail.activation) for op in found.values()
    ] == [
        ("valid", False, "norm", "relu6"),
        ("same", True, "norm", "relu6"),
        ("valid", False, None, None),
        ((1, 1), False, "norm", "relu6"),
    ]


def test_depthwise_and_separable_follow_conv() -> None:
    found = ops_of('conv = "valid nobias norm"', 'a = "depthwise 3x3 > separable 3x3 8"')
    assert [op.window.padding for op in found.values()] == ["valid", "valid", "same"]
    assert found["a/1"].tail.norm == "norm"
    assert not found["a/2"].tail.bias
    assert found["a/3"].tail.norm == "norm"
    own = ops_of('conv = "valid nobias"\ndepthwise = "same bias"', 'a = "depthwise 3x3"')
    assert own["a/1"].window.padding == "same"
    assert own["a/1"].tail.bias


def test_defaults_of_pools_and_dense() -> None:
    found = ops_of(
        'maxpool = "valid ceil"\ndense = "nobias relu"',
        'a = "maxpool 3x3/2 > avgpool 2x2 > maxpool 2x2/2 same floor > flatten > dense 3"',
    )
    assert [op.window.padding for op in list(found.values())[:3]] == ["valid", "same", "same"]
    assert [op.window.ceil for op in list(found.values())[:3]] == [True, False, False]
    assert (found["a/5"].tail.bias, found["a/5"].tail.activation) == (False, "relu")


def test_without_a_table_a_layer_is_same_with_bias_and_relu() -> None:
    network = fc.parse("8x8x4 > conv 3x3 8 > flatten > dense 3")
    (conv, _, dense) = (node.op for node in network.nodes)
    assert (conv.window.padding, conv.tail.bias, conv.tail.norm) == ("same", True, None)
    assert (conv.tail.activation, dense.tail.activation) == ("relu", None)
    assert dense.tail.bias


def test_sharing_ops_keeps_widths_apart() -> None:
    found = widths('a = ["col", 3]\nb = ["col", 5]\nd = ["col", 3]')
    assert found == {"a/x/1": 3, "b/x/1": 5, "d/x/1": 3}


def test_the_builder_alone() -> None:
    alone = Builder(constants={"K": 7})
    output = alone.row("r", parse("conv 1x1 K > relu").spec, {}, INPUT)
    assert output == "r/2"
    assert alone.outputs == {INPUT: INPUT, "r": "r/2"}
    assert [node.path for node in alone.nodes] == ["r/1", "r/2"]
