"""A table's scale, and a layer's word `multiple=8`."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.ops.traits import width_of
from flopcount.notation.scale import Scale

# Tan, Le, EfficientNet, arXiv:1905.11946, Table 1 and section 3.3.
TABLE = """
title   = "The widths and depths of EfficientNet"
input   = "32x32x3"
classes = 10
[block.b]
columns = ["c", "n"]
x = "conv 1x1 {c}"
[rows]
stem = "conv 3x3 32"
b1 = ["{n} * b", 16, 1]
b2 = ["{n} * b", 24, 2]
b3 = ["{n} * b", 40, 2]
b4 = ["{n} * b", 80, 3]
b5 = ["{n} * b", 112, 3]
b6 = ["{n} * b", 192, 4]
b7 = ["{n} * b", 320, 1]
head = "conv 1x1 1280 > avgpool global > dense classes"
[variant.scaled]
scale = SCALE
"""
# The factors, then the widths and the depths that torchvision 0.28's efficientnet_b3 and _b7 have.
SCALED = {
    "{width = 1.2, depth = 1.4, multiple = 8}": (
        [40, 24, 32, 48, 96, 136, 232, 384, 1536],
        [2, 3, 3, 5, 5, 6, 2],
    ),
    "{width = 2.0, depth = 3.1, multiple = 8}": (
        [64, 32, 48, 80, 160, 224, 384, 640, 2560],
        [4, 7, 7, 10, 10, 13, 4],
    ),
    "{width = 0.5, multiple = 8, keep = ['head']}": (
        [16, 8, 16, 24, 40, 56, 96, 160, 1280],
        [1, 2, 2, 3, 3, 4, 1],
    ),
}


def written(folder: Path, scale: str) -> str:
    path = folder / "net.toml"
    path.write_text(TABLE.replace("SCALE", scale), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("scale", SCALED)
def test_widths_and_depths_are_those_of_the_family(tmp_path: Path, scale: str) -> None:
    widths, depths = SCALED[scale]
    network = fc.load(f"{written(tmp_path, scale)}@scaled")
    found: dict[str, list[int]] = {}
    for node in network.nodes:
        if node.op.word == "conv":
            found.setdefault(node.module.partition(".")[0], []).append(width_of(node.op) or 0)
    assert [layers[0] for layers in found.values()] == widths
    assert [len(layers) for row, layers in found.items() if row.startswith("b")] == depths
    assert width_of(network.nodes[-1].op) == 10  # the classes are no width of the network
    assert any(note.startswith("scaled: ") for note in network.notes)


def test_a_column_that_is_set_is_scaled_too(tmp_path: Path) -> None:
    path = written(tmp_path, "{width = 0.5, depth = 2}")
    network = fc.load(f"{path}@scaled", set={"b2.c": 25, "b2.n": 3})
    layers = [width_of(n.op) for n in network.nodes if n.module.startswith("b2")]
    assert layers == [13] * 6  # 12.5, half up, and 3 repeats twice


@given(width=st.integers(1, 4000), thousandths=st.integers(1, 4000))
def test_a_width_is_rounded_as_mobile_networks_do(width: int, thousandths: int) -> None:
    from fractions import Fraction

    factor = Fraction(thousandths, 1000)
    of = width * factor
    rounded = max(8, int(of + 4) // 8 * 8)  # tensorflow/models mobilenet.py: make_divisible
    wanted = rounded + 8 if 10 * rounded < 9 * of else rounded
    assert Scale(width=factor, multiple=8).widened(width) == wanted
    spec = f"1x1x{width} > dense {thousandths}*in/1000 multiple=8"
    assert fc.analyze(spec, by="layer").lines[0].cost.weights == width * wanted


@pytest.mark.parametrize(
    ("channels", "squeezed"), [(16, 8), (72, 24), (88, 24), (120, 32), (480, 120), (960, 240)]
)
def test_a_part_is_rounded_as_squeezed_channels_are(channels: int, squeezed: int) -> None:
    # torchvision 0.28 mobilenetv3.py: _make_divisible(expanded_channels // 4, 8)
    spec = f"7x7x{channels} > (identity * avgpool global > dense in/4 multiple=8 > dense in)"
    widths = [row.output[-1] for row in fc.analyze(spec, by="layer").rows]
    assert widths[2] == squeezed


def test_a_rounded_width_follows_the_multiplier() -> None:
    spec = "7x7x3 > conv 1x1 96 > (identity * avgpool global > dense in/4 multiple=8 > dense in)"
    report = fc.analyze(f"{spec} > conv 1x1 5@width=0.5", by="layer")
    assert [row.output[-1] for row in report.rows] == [48, 48, 48, 16, 48, 48, 5]


def test_a_rounded_width_has_a_formula() -> None:
    program: dict[str, Any] = {}
    exec(fc.formula("7x7xc > conv 1x1 in/4 multiple=8 nobias", count="params").python(), program)  # noqa: S102  it is ours
    for channels in (3, 16, 23, 24, 200):
        report = fc.analyze(f"7x7x{channels} > conv 1x1 in/4 multiple=8 nobias")
        assert program["params"](channels) == report.total.cost.params


@pytest.mark.parametrize(
    ("scale", "phrase"),
    [
        ("{width = 0}", "scale.width: read 0, expected a number above 0"),
        ("{width = nan}", "scale.width: read nan, expected"),
        ("{depth = inf}", "scale.depth: read inf, expected"),
        ("{width = true}", "scale.width: read True, expected"),
        ("{width = '2'}", "scale.width: read '2', expected"),
        ("{width = 0.1234567891}", "of at most six decimals"),
        ("{multiple = 1.5}", "scale.multiple: read 1.5, expected a whole number"),
        ("{multiple = 0}", "scale.multiple: read 0, expected a whole number"),
        ("{keep = 'head'}", "scale.keep: read 'head', expected a list of rows"),
        ("{keep = ['haed']}", "scale.keep: unknown row 'haed'"),
        ("{widht = 2}", "scale: unknown key 'widht'"),
        ("2", "scale: read 2, expected a section"),
        ("{depth = 1000000}", "rows.b1: the number of repeats, n, is"),
    ],
)
def test_what_is_no_scale(tmp_path: Path, scale: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.load(f"{written(tmp_path, scale)}@scaled")
    assert phrase in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("spec", "phrase"),
    [
        ("8x8x3 > conv 1x1 8 multiple=0", "multiple"),
        ("8x8x3 > conv 1x1 8 multiple", "unknown word 'multiple'"),
        ("8x8x3 > maxpool 2x2 multiple=8", "maxpool does not take 'multiple=8'"),
        ("8x8x3 > conv 1x1 8 multiple=8 multiple=4", "a second word for the multiple"),
    ],
)
def test_what_is_no_multiple(spec: str, phrase: str) -> None:
    with pytest.raises(FlopcountError, match=phrase):
        fc.load(spec)
