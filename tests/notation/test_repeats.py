"""Repeats and blocks within blocks: multiplied out, to limits that are found quickly."""

import tomllib

import pytest

from flopcount import FlopcountError
from flopcount.notation.networks import Options, build
from flopcount.notation.parser import MAX_DEPTH
from flopcount.notation.tables import parse_table
from flopcount.reading import MAX_LAYERS
from tests.notation.built_rows import table


def test_repeats_are_multiplied_out() -> None:
    assert len(table('a = "3 * (2 * (relu > 5 * relu6))"').nodes) == 3 * 2 * (1 + 5)
    assert len(table('a = "4 * outer"').nodes) == 4 * 8


@pytest.mark.usefixtures("few_layers")
@pytest.mark.parametrize(
    "rows",
    [
        'a = "20001 * relu"',
        'a = "1000 * (1000 * relu)"',
        'a = "20000 * (20000 * (20000 * (20000 * relu)))"',
        'a = "10000 * outer"',
        "\n".join(f'r{i} = "2000 * relu"' for i in range(11)),
    ],
)
def test_too_many_layers(rows: str) -> None:
    with pytest.raises(FlopcountError, match="20000"):
        table(rows)


def blocks_in_blocks(levels: int, layout: str) -> str:
    blocks = [f'[block.b{i}]\nas = "{layout.replace("_", f"b{i - 1}")}"' for i in range(1, levels)]
    return "\n".join(
        ['input = "8x8x4"', '[block.b0]\nas = "relu"', *blocks, f'[rows]\na = "b{levels - 1}"']
    )


@pytest.mark.slow
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
    with pytest.raises(FlopcountError, match=r"more than 20000 layers|nested more than 32 deep"):
        build(parse_table(tomllib.loads(text)), "t", Options())


@pytest.mark.usefixtures("few_layers")
@pytest.mark.parametrize("row", ["20000 * (20000 * e)", "20000 * (20000 * [from a | from a])"])
def test_what_adds_no_layer_ends_too(row: str) -> None:
    text = f'input = "8x8x4"\n[block.e]\nas = "from a"\n[rows]\na = "relu"\nb = "{row}"'
    with pytest.raises(FlopcountError, match=r"more than 20000 layers once repeats"):
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
