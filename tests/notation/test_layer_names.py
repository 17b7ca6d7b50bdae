"""From a table's rows to nodes: how layers are named."""

import pytest

from flopcount import FlopcountError
from flopcount.core.op import Kind
from flopcount.core.ops.words import OPS
from flopcount.notation import places
from tests.notation.built_rows import paths, rows_of, table


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
    assert paths('C = "relu > parted > relu"')[0] == "C/1"
    assert table('C = "relu > c > relu > c"').modules == ("C", "C.1", "C.2")


def test_layers_outside_the_branches_have_no_branch() -> None:
    outside = {
        row.node.path: row.node.branch for row in rows_of('C = "c"') if row.node.branch is None
    }
    words = ("identity", "concat", "conv", "scale", "add", "relu")
    assert list(outside) == [f"C/{word}" for word in words]


def test_a_nested_arm() -> None:
    found = {row.node.path: row.node.branch for row in rows_of('C = "2 * parted"')}
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


def test_the_names_notice_a_count_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.Place, "name", lambda place, word: f"{place.prefix}/{word}")
    with pytest.raises(FlopcountError, match="two layers are named"):
        paths('a = "relu > relu"')


def test_an_arm_of_one_layer_that_makes_several_names_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(OPS, "twice", Kind(lambda layer: 2 * OPS["relu"].make(layer)))
    assert paths('a = "[twice | relu]"') == ["a/1/1/1", "a/1/1/2", "a/1/2", "a/1"]
