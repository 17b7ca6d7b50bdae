"""From a table's rows to nodes: how layers are named, what they read, and how wide they are."""

import tomllib
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError, Network
from flopcount.core.graph import INPUT, Row, walk
from flopcount.core.op import OPS, Kind
from flopcount.notation import builder
from flopcount.notation.builder import Builder
from flopcount.notation.networks import Options, build
from flopcount.notation.parser import MAX_DEPTH, MAX_LAYERS, parse
from flopcount.notation.tables import parse_table

HEAD = """
input   = "28x28x192"
classes = 10

[defaults]
conv = "same bias nonorm relu"

[block.inception]                       # arXiv:1409.4842, Fig. 2(b)
columns = ["n1", "r3", "n3", "r5", "n5", "proj"]
"1x1"   = "conv 1x1 {n1}"
"3x3"   = "conv 1x1 {r3} reduce > conv 3x3 {n3}"
"5x5"   = "conv 1x1 {r5} reduce > conv 5x5 {n5}"
"pool"  = "maxpool 3x3 > conv 1x1 {proj} project"

[block.c]                               # arXiv:1602.07261, Fig. 19
as    = "(identity + branches > conv 1x1 in linear bias nonorm > scale) > relu"
"1x1" = "conv 1x1 192"
"3x3" = "conv 1x1 192 reduce > conv 1x3 224 > conv 3x1 256"
[block.c-last]
like  = "c"
as    = "(identity + branches > conv 1x1 in linear bias nonorm)"

[block.split]                           # arXiv:1512.00567, Fig. 7
"1x1" = "conv 1x1 256"
"3x3" = "conv 1x1 384 reduce > [1x3: conv 1x3 256 | 3x1: conv 3x1 256]"

[block.one]
"only" = "conv 1x1 4 > conv 1x1 5"
[block.outer]
"x" = "one > conv 1x1 3"
"y" = "2 * one"
[block.col]
columns = ["n"]
"x" = "conv 1x1 {n}"
[block.wrap]
columns = ["n"]
as = "2 * col > branches"
"x" = "conv 1x1 in"
[block.lay]
as = "conv 1x1 8 > conv 1x1 9 > relu > [p: conv 1x1 4 > conv 1x1 3 | q: relu | conv 1x1 7]"

[rows]
"""


def table(rows: str, **options: Any) -> Network:
    return build(parse_table(tomllib.loads(HEAD + rows)), "t", Options(**options))


def rows_of(rows: str) -> list[Row]:
    return walk(table(rows))


def paths(rows: str) -> list[str]:
    return [row.node.path for row in rows_of(rows)]


def wired(rows: str) -> dict[str, tuple[str, ...]]:
    return {row.node.path: row.node.inputs for row in rows_of(rows)}


def widths(rows: str) -> dict[str, int]:
    return {row.node.path: row.output[2] for row in rows_of(rows)}


# --- names


def test_the_layers_of_an_inception_module() -> None:
    found = [
        (row.node.path, row.node.module, row.node.branch)
        for row in rows_of('3a = ["inception", 64, 96, 128, 16, 32, 32]')
    ]
    assert found == [
        ("3a/1x1/1", "3a", "1x1"),
        ("3a/3x3/1", "3a", "3x3"),
        ("3a/3x3/2", "3a", "3x3"),
        ("3a/5x5/1", "3a", "5x5"),
        ("3a/5x5/2", "3a", "5x5"),
        ("3a/pool/1", "3a", "pool"),
        ("3a/pool/2", "3a", "pool"),
        ("3a/concat", "3a", None),
    ]


def test_a_chain_is_numbered() -> None:
    assert paths('a = "relu > conv 1x1 4 > relu"') == ["a/1", "a/2", "a/3"]
    assert paths('a = "3 * relu > relu"') == ["a/1", "a/2", "a/3", "a/4"]
    assert paths('a = "2 * (relu > relu6)"') == ["a/1", "a/2", "a/3", "a/4"]
    assert paths('a = "separable 3x3 4 > relu"') == ["a/1", "a/2", "a/3"]


def test_a_block_that_repeats_is_several_modules() -> None:
    found = rows_of('C = "2 * c > c-last"')
    assert [row.node.path for row in found if row.node.module == "C.1"] == [
        "C.1/identity",
        "C.1/1x1/1",
        "C.1/3x3/1",
        "C.1/3x3/2",
        "C.1/3x3/3",
        "C.1/concat",
        "C.1/conv",
        "C.1/scale",
        "C.1/add",
        "C.1/relu",
    ]
    assert table('C = "2 * c > c-last"').modules == ("C.1", "C.2", "C.3")
    assert "C.3/scale" not in paths('C = "2 * c > c-last"')
    assert table('C = "9 * c > c-last"').modules == tuple(f"C.{n}" for n in range(1, 11))


def test_a_row_of_one_block_is_one_module() -> None:
    assert table('C = "c"').modules == ("C",)
    assert table('C = "1 * c"').modules == ("C",)
    assert paths('C = "relu > split > relu"')[0] == "C/1"
    assert table('C = "relu > c > relu > c"').modules == ("C", "C.1", "C.2")


def test_layers_outside_the_branches_have_no_branch() -> None:
    outside = {
        row.node.path: row.node.branch for row in rows_of('C = "c"') if row.node.branch is None
    }
    words = ("identity", "concat", "conv", "scale", "add", "relu")
    assert list(outside) == [f"C/{word}" for word in words]


def test_a_nested_arm() -> None:
    found = {row.node.path: row.node.branch for row in rows_of('C = "2 * split"')}
    assert list(found)[:6] == [
        "C.1/1x1/1",
        "C.1/3x3/1",
        "C.1/3x3/2/1x3",
        "C.1/3x3/2/3x1",
        "C.1/3x3/2",
        "C.1/concat",
    ]
    assert found["C.1/3x3/2/1x3"] == found["C.1/3x3/2"] == "3x3"


def test_brackets_in_a_row() -> None:
    assert paths('a = "relu > [conv 1x1 4 | relu > relu] > (relu + relu)"') == [
        "a/1",
        "a/2/1",
        "a/2/2/1",
        "a/2/2/2",
        "a/2",
        "a/3/1",
        "a/3/2",
        "a/3",
    ]
    assert paths('a = "[x: relu > relu | y: relu]"') == ["a/x/1", "a/x/2", "a/y/1", "a/1"]
    # arms of brackets that repeat cannot be the module's branches: their names would meet
    assert paths('a = "2 * [x: relu | y: relu]"') == [
        *("a/1/x", "a/1/y", "a/1"),
        *("a/2/x", "a/2/y", "a/2"),
    ]
    # two layers behind one word
    assert paths('a = "[separable 3x3 4 | relu]"') == ["a/1/1/1", "a/1/1/2", "a/1/2", "a/1"]


def test_layers_of_a_layout_go_by_their_word() -> None:
    found = rows_of('a = "lay"')
    assert [(row.node.path, row.node.branch) for row in found] == [
        ("a/conv", None),
        ("a/conv.2", None),
        ("a/relu", None),
        ("a/p/1", "p"),
        ("a/p/2", "p"),
        ("a/q/1", "q"),
        ("a/conv.3", None),
        ("a/concat", None),
    ]


def test_blocks_within_blocks() -> None:
    assert paths('a = "outer"') == [
        *("a/x/1/1", "a/x/1/2", "a/x/2"),
        *("a/y/1/1", "a/y/1/2", "a/y/2/1", "a/y/2/2"),
        "a/concat",
    ]
    assert paths('a = ["wrap", 7]') == ["a/col", "a/col.2", "a/x/1"]


def test_names_do_not_depend_on_what_other_rows_hold() -> None:
    alone = paths('3a = ["inception", 64, 96, 128, 16, 32, 32]')
    among = paths('b = "relu"\n3a = ["inception", 64, 96, 128, 16, 32, 32]\nd = "relu"')
    assert among == ["b/1", *alone, "d/1"]


@pytest.mark.parametrize(
    "rows",
    [
        'a = "[x: relu | x: relu]"',
        'a = "[1x1: conv 1x1 4 | 1x1: conv 1x1 5] > relu"',
        'a = "[x: relu > relu | x: relu]"',
    ],
)
def test_arms_of_one_name(rows: str) -> None:
    with pytest.raises(FlopcountError, match=r"rows.a: two layers are named a/.*label of its own"):
        table(rows)


@pytest.mark.parametrize(
    "rows",
    ['C = "2 * c"\n"C.1" = "relu"', '"C.1" = "relu"\nC = "2 * c"', '"C.2" = "c"\nC = "2 * c"'],
)
def test_two_modules_of_one_name(rows: str) -> None:
    with pytest.raises(FlopcountError, match=r"rows\..*C\.[12]"):
        table(rows)


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
        ('a = "conv 3x3 {n1}"', "rows.a: 'conv 3x3 {n1}': unknown column 'n1'"),
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


def test_an_arm_of_one_layer_that_makes_several_names_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(OPS, "twice", Kind(lambda layer: 2 * OPS["relu"].make(layer)))
    assert paths('a = "[twice | relu]"') == ["a/1/1/1", "a/1/1/2", "a/1/2", "a/1"]


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


# --- repeats and depth


def test_repeats_are_multiplied_out() -> None:
    assert len(table('a = "3 * (2 * (relu > 5 * relu6))"').nodes) == 3 * 2 * (1 + 5)
    assert len(table('a = "4 * outer"').nodes) == 4 * 8


@pytest.mark.parametrize(
    "rows",
    [
        'a = "200001 * relu"',
        'a = "1000 * (1000 * relu)"',
        'a = "200000 * (200000 * (200000 * (200000 * relu)))"',
        'a = "100000 * outer"',
        "\n".join(f'r{i} = "20000 * relu"' for i in range(11)),
    ],
)
def test_too_many_layers(rows: str) -> None:
    with pytest.raises(FlopcountError, match="200000"):
        table(rows)


def blocks_in_blocks(levels: int, layout: str) -> str:
    blocks = [f'[block.b{i}]\nas = "{layout.replace("_", f"b{i - 1}")}"' for i in range(1, levels)]
    return "\n".join(
        ['input = "8x8x4"', '[block.b0]\nas = "relu"', *blocks, f'[rows]\na = "b{levels - 1}"']
    )


def test_blocks_that_multiply_end_quickly() -> None:
    text = blocks_in_blocks(11, "_ > _ > _ > _")  # 4^10 = 1,048,576 layers
    with pytest.raises(FlopcountError, match=f"more than {MAX_LAYERS} layers once repeats"):
        build(parse_table(tomllib.loads(text)), "t", Options())


def test_blocks_nest_as_deep_as_the_message_says() -> None:
    assert (
        len(
            build(
                parse_table(tomllib.loads(blocks_in_blocks(MAX_DEPTH - 1, "_"))), "t", Options()
            ).nodes
        )
        == 1
    )
    with pytest.raises(FlopcountError, match=f"nested more than {MAX_DEPTH} deep"):
        build(parse_table(tomllib.loads(blocks_in_blocks(MAX_DEPTH + 2, "_"))), "t", Options())


def test_arms_that_double_end_quickly() -> None:
    doubling = "\n".join(f'[block.b{i}]\nx = "b{i - 1}"\ny = "b{i - 1}"' for i in range(1, 30))
    text = f'input = "8x8x4"\n[block.b0]\nas = "relu"\n{doubling}\n[rows]\na = "b29"'
    with pytest.raises(FlopcountError, match=r"more than 200000 layers|nested more than 32 deep"):
        build(parse_table(tomllib.loads(text)), "t", Options())


@pytest.mark.parametrize("row", ["200000 * (200000 * e)", "200000 * (200000 * [from a | from a])"])
def test_what_adds_no_layer_ends_too(row: str) -> None:
    text = f'input = "8x8x4"\n[block.e]\nas = "from a"\n[rows]\na = "relu"\nb = "{row}"'
    with pytest.raises(FlopcountError, match=r"more than 200000 layers once repeats"):
        build(parse_table(tomllib.loads(text)), "t", Options())


@pytest.mark.parametrize(
    "block",
    ['[block.x]\nas = "x"', '[block.x]\n"1" = "y"\n[block.y]\nas = "relu > x"'],
)
def test_a_block_within_itself(block: str) -> None:
    with pytest.raises(FlopcountError, match=r"rows.a: .*(nested more than 32 deep|itself)"):
        build(
            parse_table(tomllib.loads(f'input = "8x8x4"\n{block}\n[rows]\na = "x"')), "t", Options()
        )


def test_sharing_ops_keeps_widths_apart() -> None:
    found = widths('a = ["col", 3]\nb = ["col", 5]\nd = ["col", 3]')
    assert found == {"a/x/1": 3, "b/x/1": 5, "d/x/1": 3}


def test_the_names_notice_a_count_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder._Place, "name", lambda place, word: f"{place.prefix}/{word}")  # noqa: SLF001
    with pytest.raises(FlopcountError, match="two layers are named"):
        paths('a = "relu > relu"')


def test_the_builder_alone() -> None:
    alone = Builder(constants={"K": 7})
    output = alone.row("r", parse("conv 1x1 K > relu").spec, {}, INPUT)
    assert output == "r/2"
    assert alone.outputs == {INPUT: INPUT, "r": "r/2"}
    assert [node.path for node in alone.nodes] == ["r/1", "r/2"]
