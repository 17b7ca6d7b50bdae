"""A network is written as a table that builds the same network, in a person's words."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.core import COUNTS, Network, Op
from flopcount.errors import FlopcountError
from flopcount.notation.trees import Layer
from flopcount.notation.written import sections, written
from flopcount.notation.written.named import block_name, row_names
from flopcount.records import replace
from tests.shipped import SAMPLE

VARIANTS = ["googlenet@torchvision", "inception-v3@torchvision", "inception-resnet-v2@paper"]
REWRITTEN = [
    "googlenet@naive",
    "googlenet@separable",
    "inception-v3@factorize=nxn",
    "bn-inception@width=0.5",
]


def _costs(network: Network) -> Counter[tuple[object, ...]]:
    """Every count of each layer, and what it puts out; a text adds identities, which are free."""
    return Counter(
        (row.node.op.word, row.output, *(row.count(name) for name in COUNTS))
        for row in network.rows
        if row.node.op.word != "identity"
    )


def _rows(text: str) -> list[str]:
    """The rows of a table, without the spaces that put them below each other."""
    lines = text.partition("[rows]\n")[2].splitlines()
    return [" = ".join(part.strip() for part in line.split(" = ", 1)) for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SAMPLE, *VARIANTS, *REWRITTEN])
def test_a_network_of_a_table_is_read_again_with_equal_layers(name: str, tmp_path: Path) -> None:
    table = fc.write(name)
    table.save(tmp_path / "again.toml")
    was = fc.load(name)
    again = fc.load(tmp_path / "again.toml")
    assert _costs(again) == _costs(was)
    assert {path for paths in table.stands_for.values() for path in paths} == {
        row.node.path for row in was.rows if row.node.op.word != "identity"
    }
    new, before = ({row.node.path: row for row in net.rows} for net in (again, was))
    for path, (old,) in table.stands_for.items():
        assert all(new[path].count(name) == before[old].count(name) for name in COUNTS)


def test_googlenet_is_written_as_in_its_paper() -> None:
    """Szegedy et al., arXiv:1409.4842, Table 1: one block, and its six widths in each row."""
    text = fc.write("googlenet").text
    assert '5x5     = "conv 1x1 {c4} reduce > conv 5x5 {c5}"' in text
    assert '3a = ["block", 64, 96, 128, 16, 32, 32]' in _rows(text)
    assert '5b = ["block", 384, 192, 384, 48, 128, 128]' in _rows(text)
    assert text.count("[block.") == 1


def test_equal_blocks_are_one_row_and_what_differs_is_a_column() -> None:
    blocks = (
        "3 * (identity + conv 1x1 4 > conv 3x3 in)",
        "2 * (identity + conv 1x1 8 > conv 3x3 in)",
    )
    text = fc.write(f"64x64x16 > {blocks[0]} > conv 1x1 32 > {blocks[1]}").text
    assert 'as = "(identity + main: conv 1x1 in/4 > conv 3x3 in)"' in text
    assert _rows(text) == ['spec = "3 * block"', 'spec-2 = "conv 1x1 32"', 'spec-3 = "2 * block"']


def test_usual_words_are_said_once() -> None:
    usual, other = "conv 3x3 8 nobias norm silu", "conv 3x3 8 bias nonorm silu"
    text = fc.write(f"64x64x3 > 4 * {usual} > {other} > {usual}").text
    assert 'conv = "same nobias norm silu"' in text
    assert _rows(text) == ['spec = "4 * conv 3x3 8 > conv 3x3 8 bias nonorm > conv 3x3 8"']


def test_the_width_of_the_last_dense_layer_is_that_of_the_classes() -> None:
    text = fc.write("8x8x3 > conv 3x3 4 > flatten > dense 7 > softmax").text
    assert "classes = 7" in text
    assert fc.load(fc.parse("8x8x3 > conv 3x3 4 > flatten > dense 7").name)
    assert "dense classes" in text


STEPS = st.sampled_from(
    [
        "conv 1x1 8",
        "conv 3x3 8",
        "conv 3x3 12 norm",
        "conv 3x3/2 8 valid nobias",
        "conv 5x5 8 pad=1",
        "conv 3x3 16 dilation=2 groups=4",
        "depthwise 3x3",
        "depthwise 3x3/2 multiplier=2 norm=group:4",
        "transposed 2x2/2 8",
        "maxpool 3x3/2",
        "avgpool 2x2 valid ceil",
        "upsample 2 bilinear",
        "pad 1",
        "shuffle groups=4",
        "relu",
        "norm=layer",
        "lrn",
        "prelu",
        "layerscale",
    ]
)
KEPT = st.sampled_from(
    ["conv 3x3 in", "conv 1x1 2*in > depthwise 3x3 > conv 1x1 in/2 linear", "relu"]
)
FORKS = st.builds(
    lambda form, a, b: form.format(a=a, b=b),
    st.sampled_from(
        [
            "(identity + {a})",
            "({a} + {b} > conv 1x1 in)",
            "[{a} | identity | {b}]",
            "(identity * avgpool global > conv 1x1 4 > conv 1x1 in sigmoid)",
            "split [identity | conv 3x3 in] > shuffle groups=2",
            "[conv 1x1 4 | {a} > [conv 1x3 4 | conv 3x1 4]]",
        ]
    ),
    KEPT,
    KEPT,
)
TERMS = st.one_of(STEPS, FORKS, st.builds("{} * {}".format, st.integers(2, 4), FORKS))


@pytest.mark.slow
@given(st.lists(TERMS, min_size=1, max_size=8))
def test_any_network_is_read_again_with_equal_layers(terms: list[str]) -> None:
    spec = " > ".join(["32x32x16", *terms])
    try:
        was = fc.parse(spec)
        expected = _costs(was)
    except FlopcountError:  # a grid that has become too small, or groups that do not divide
        return
    table = fc.write(was)
    assert _costs(table.network) == expected
    assert table.network.rows[-1].output == was.rows[-1].output


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("8x8x3 > shared a (conv 3x3 3) > shared a", "spec/2: shares its weights with spec/1"),
        ("8x16 > experts 4 top=2 [dense 8 > dense in]", "spec/1/router"),
        ("9 > embed 20 8 > dense tied=embed", "spec/2: shares its weights with spec/1"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(spec: str, named: str) -> None:
    with pytest.raises(FlopcountError, match="cannot be written as a table") as error:
        fc.write(spec)
    assert named in str(error.value)


ACROSS = """
input = {a = "8x8x3", b = "8x8x4"}
outputs = ["sum", "z"]
[rows]
x = "from a > conv 3x3 4"
y = "[from x | from b] > conv 3x3 4 > relu"
sum = "(from x + from y > conv 1x1 4 + from b)"
z = "[from y | from sum] > conv 3x3/2 4"
"""


def test_what_no_brackets_say_stands_in_rows_that_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "across.toml"
    path.write_text(ACROSS)
    table, was = fc.write(path), fc.load(path)
    assert 'input   = {a = "8x8x3", b = "8x8x4"}' in table.text
    assert _costs(table.network) == _costs(was)
    assert [*table.network.inputs.values()] == [*was.inputs.values()]
    shapes = [[net.shapes[at] for at in net.results.values()] for net in (was, table.network)]
    assert shapes[0] == shapes[1] == [(8, 8, 4), (4, 4, 4)]


def test_a_fault_of_the_writing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read again is compared with what was written: a wrong stride does not get out."""
    as_it_is = sections.written_layer

    def slipped(op: Op) -> Layer:
        return replace(as_it_is(op), stride=(1,))

    monkeypatch.setattr(sections, "written_layer", slipped)
    with pytest.raises(FlopcountError, match=r"conv1/1 would be read again as conv1/1"):
        written(fc.load("googlenet"))


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ([("conv1",), ("layer1",), ("layer1", "0")], ["conv1", "layer1", "layer1-0"]),
        ([("features", "3"), ("features", "7"), ("head",)], ["features-3", "features-7", "head"]),
        ([("a", "blocks"), ("b", "blocks")], ["a-blocks", "b-blocks"]),
        ([("input",), ("total",)], ["input-2", "total-2"]),
    ],
)
def test_rows_are_named_by_the_way_to_them(paths: list[tuple[str, ...]], names: list[str]) -> None:
    assert row_names(paths) == names


def test_blocks_are_named_by_their_class() -> None:
    assert block_name("InvertedResidual") == "inverted-residual"
    assert block_name("SEUnit") == "se-unit"


def test_keys_of_another_row_are_read_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "cross.toml"
    path.write_text(
        'input = {a = "9x16", b = "5x16"}\n[rows]\nx = "from b > dense 16 relu"\n'
        'y = "from a > dense 16 > attention 4 from x > dense 3"\nz = "from x > dense 2"\n'
    )
    table, was = fc.write(path), fc.load(path)
    assert "attention 4 from " in table.text
    assert _costs(table.network) == _costs(was)
    assert [*table.network.unread] == ["y"]
