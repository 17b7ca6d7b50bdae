"""Several inputs and several outputs of a table, by their names."""

import tomllib
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.api import of_graph
from flopcount.core import width_of
from flopcount.notation.ends import read_inputs
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.rewrites import scale_widths
from tests.notation.one_line import one_line

SIAMESE = """
input = {left = "29x29x3", right = "29x29x3"}
[rows]
first  = "from left > conv 10x10 64 valid > maxpool 2x2/2 valid > flatten > dense 1"
second = "from right > first"
both   = "[from first | from second] > dense 1 sigmoid"
"""
# Redmon and Farhadi, arXiv:1804.02767; darknet's cfg/yolov3-tiny.cfg
TINY_YOLO = """
input   = "416x416x3"
outputs = ["head13", "head26"]
[defaults]
conv = "same nobias norm leaky"
[rows]
c1 = "conv 3x3 16 > maxpool 2x2/2"
c2 = "conv 3x3 32 > maxpool 2x2/2"
c3 = "conv 3x3 64 > maxpool 2x2/2"
c4 = "conv 3x3 128 > maxpool 2x2/2"
c5 = "conv 3x3 256"
c6 = "maxpool 2x2/2 > conv 3x3 512 > maxpool 2x2 > conv 3x3 1024"
neck   = "conv 1x1 256"
head13 = "conv 3x3 512 > conv 1x1 255 bias nonorm linear"
up     = "from neck > conv 1x1 128 > upsample 2"
head26 = "[from up | from c5] > conv 3x3 256 > conv 1x1 255 bias nonorm linear"
"""


def made(text: str, **options: Any) -> fc.Network:
    given = {key: read_inputs(value) if key == "input" else value for key, value in options.items()}
    return build(parse_table(tomllib.loads(text)), "t", Options(**given))


def refused(text: str, **options: Any) -> str:
    with pytest.raises(fc.FlopcountError) as error:
        made(text, **options)
    return one_line(str(error.value))


def test_inputs_of_different_ranks_and_tokens_alone() -> None:
    text = """
    input = {sound = "300x80", text = "12"}
    [rows]
    heard = "from sound > conv 3/2 64 gelu"
    said  = "from text > embed 100 64 > attention 8 from heard"
    """
    network = made(text)
    assert network.inputs == {"sound": (300, 80), "text": (12,)}
    assert made(text, input="text=5").inputs["text"] == (5,)
    assert "different ones (sound 300x80, text 12)" in refused(text, input="5")
    assert "the network's own, 12, has 1: give one" in refused(text, input="text=5x64")
    heard, attended = 150 * 3 * 80 * 64, 2 * 64 * 64 * (12 + 150) + 2 * 12 * 150 * 64
    assert fc.analyze(network).total.cost.multiplies == heard + attended
    uneven = text.replace("300x80", "20")
    assert "different ones (sound 20, text 12)" in refused(uneven, input="5")


def test_two_inputs_of_a_siamese_network() -> None:
    network = made(SIAMESE)
    assert network.inputs == {"left": (29, 29, 3), "right": (29, 29, 3)}
    report = fc.analyze(network)
    assert (report.multiplies, report.params) == (15_372_800 + 2, 25_665 + 3)
    lines = {line.module: (line.multiplies, line.params) for line in report}
    assert lines["first"] == (7_686_400, 25_665)
    assert lines["second"] == (7_686_400, 0)
    reads = {node.path: node.inputs for node in network.nodes}
    assert reads["first/1"] == ("left",)
    assert reads["second/1"] == ("right",)


def test_an_input_that_no_layer_reads_is_said() -> None:
    network = made(SIAMESE.replace("from right >", "from left >"))
    assert network.unread == ("the input right",)
    assert made(SIAMESE).unread == ()
    part = fc.analyze(network, modules=["first"]).network
    assert part.unread == ()


def test_tiny_yolo_has_two_heads() -> None:
    report = fc.analyze(made(TINY_YOLO))
    # γ and β of each normed channel, a bias of each of the 2·255 without norm
    normed = (16, 32, 64, 128, 256, 512, 1024, 256, 512, 128, 256)
    assert report.cost.norm_params == 2 * sum(normed)
    assert report.cost.biases == 2 * 255
    assert (report.multiplies, report.params) == (2_782_480_896, 8_852_366)
    assert made(TINY_YOLO).unread == ()
    larger = fc.analyze(made(TINY_YOLO, input="608x608"))
    assert (larger.multiplies, larger.params) == (5_943_642_624, 8_852_366)
    # its rows that read 13×13 and 26×26 grow with (608 ÷ 416)² = (19 ÷ 13)²
    assert 5_943_642_624 * 13**2 == 2_782_480_896 * 19**2


def test_results_are_named_in_the_heading_and_the_json() -> None:
    report = fc.analyze(made(TINY_YOLO))
    assert "t, 416×416×3 → 13×13×255, 26×26×255\n" in str(report)
    shown = repr(of_graph(report.network))
    assert shown == "<Network t: 416×416×3 → 13×13×255, 26×26×255, 21 layers>"
    found = report.to_dict()
    assert found["inputs"] == {"input": [416, 416, 3]}
    assert found["outputs"] == {"head13": [13, 13, 255], "head26": [26, 26, 255]}
    two = fc.analyze(made(SIAMESE))
    assert "t, 29×29×3, 29×29×3 → 1×1×1\n" in str(two)
    found = two.to_dict()
    assert found["input"] == [29, 29, 3]
    assert found["inputs"] == {"left": [29, 29, 3], "right": [29, 29, 3]}
    assert found["outputs"] == {"both": [1, 1, 1]}
    part = fc.analyze(made(TINY_YOLO), modules=["head13"])
    assert "module head13, 13×13×256 → 13×13×255\n" in str(part)


def test_without_the_key_the_last_row_is_the_result() -> None:
    text = TINY_YOLO.replace('outputs = ["head13", "head26"]', "")
    network = made(text)
    assert network.unread == ("head13",)
    assert network.results == {"head26": "head26/3"}


def test_the_widths_of_all_results_stay() -> None:
    halved = scale_widths(made(TINY_YOLO), Fraction(1, 2))
    widths = {node.path: width_of(node.op) for node in halved.nodes}
    assert (widths["head13/2"], widths["head26/3"]) == (255, 255)
    assert (widths["head13/1"], widths["head26/2"]) == (256, 128)
    # a result that other layers read keeps its width too, through what has no weights
    text = 'input = "8x8x4"\noutputs = ["a", "b"]\n[rows]\na = "conv 3x3 8 > relu"\n'
    chain = scale_widths(made(text + 'm = "conv 3x3 6"\nb = "conv 3x3 2"'), Fraction(1, 2))
    assert [width_of(node.op) for node in chain.nodes] == [8, None, 3, 2]
    bare = made(text.replace('outputs = ["a", "b"]', "") + 'm = "conv 3x3 6"\nb = "conv 3x3 2"')
    alone = scale_widths(bare, Fraction(1, 2))
    assert [width_of(node.op) for node in alone.nodes] == [4, None, 3, 2]


@pytest.mark.parametrize(
    ("given", "left", "right"),
    [
        ("64x64", (64, 64, 3), (64, 64, 3)),
        ("64x48x1", (64, 48, 1), (64, 48, 1)),
        ({"left": "64x64"}, (64, 64, 3), (29, 29, 3)),
        ("right=30x30x3", (29, 29, 3), (30, 30, 3)),
        ({"left": "64x64", "right": "32x32x3"}, (64, 64, 3), (32, 32, 3)),
    ],
)
def test_the_sizes_of_inputs_change(given: Any, left: Any, right: Any) -> None:
    assert made(SIAMESE, input=given).inputs == {"left": left, "right": right}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("middle=64x64", "unknown input 'middle' (known: left, right)"),
        ("=64x64", "input '=64x64': expected NAME=SIZE, as in left=64x64x3"),
        ("left=64", "input '64' has 1 number"),
        ({}, "input is {}: expected a size for each name"),
        ({3: "64x64"}, "input 3: expected the name of an input"),
        ({"left": 64}, "input is 64, not a string such as '224x224x3'"),
    ],
)
def test_a_size_that_fits_no_input_is_refused(given: Any, said: str) -> None:
    assert said in refused(SIAMESE, input=given)


def test_one_size_for_inputs_of_different_ones_is_refused() -> None:
    uneven = SIAMESE.replace('right = "29x29x3"', 'right = "40x40x3"')
    said = "input '64x64' is one size, but the inputs have different ones (left 29x29x3, right"
    assert said in refused(uneven, input="64x64")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "from left > conv",
            "conv",
            "rows.first: with 2 inputs (left, right) the first row starts",
        ),
        ("second =", "left =", "rows.left: an input has this name"),
        (
            '"29x29x3", right',
            '"29x3", right',
            "the kernel 10x10 has 2 numbers, but the grid 1 axis",
        ),
        ('"29x29x3", right', '"3x29x29", right', "input.left: size '3x29x29' looks like channels"),
        ('"29x29x3", right', "29, right", "input.left is 29, not a string such as '224x224x3'"),
        ('left = "29x29x3"', '"a b" = "29x29x3"', "input: name 'a b' is not a name"),
        ('{left = "29x29x3", right = "29x29x3"}', "{}", "input: an empty section"),
        ('{left = "29x29x3", right = "29x29x3"}', "3", "input is 3, not a string"),
    ],
)
def test_mistakes_in_inputs_are_one_line(old: str, new: str, said: str) -> None:
    assert old in SIAMESE
    assert said in refused(SIAMESE.replace(old, new))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('["head9"]', "outputs: unknown row 'head9' (known: c1, c2"),
        ("[]", "outputs: read [], expected a list of rows"),
        ('"head13"', "outputs: read 'head13', expected a list of rows"),
        ("[13]", "outputs: read 13, expected a row"),
        ('["c1", "c1"]', "outputs: 'c1' is named twice"),
        ('["input"]', "outputs: unknown row 'input'"),
    ],
)
def test_mistakes_in_outputs_are_one_line(given: str, said: str) -> None:
    assert said in refused(TINY_YOLO.replace('["head13", "head26"]', given))


def test_an_output_that_is_the_input_is_refused() -> None:
    text = 'input = "8x8x3"\noutputs = ["a"]\n[rows]\nb = "relu"\na = "from input"'
    assert "outputs: a is the input itself; there is no layer" in refused(text)


def test_the_first_row_may_read_its_inputs_in_arms() -> None:
    text = 'input = {a = "8x8x3", b = "8x8x1"}\n[rows]\nx = "[from a | from b] > conv 1x1 in"'
    assert made(text).rows[-1].output == (8, 8, 3)


@given(
    sizes=st.lists(
        st.sampled_from(["8x8x3", "8x8x1", "9x8x3", "4x4x4x2", "8x3"]), min_size=1, max_size=3
    )
)
def test_any_inputs_are_a_network_or_refused(sizes: list[str]) -> None:
    names = "abc"[: len(sizes)]
    given = dict(zip(names, sizes, strict=True))
    arms = " | ".join(f"from {name}" for name in names)
    rows = {"x": f"[{arms}] > conv 1x1 4" if len(names) > 1 else "conv 1 4"}
    try:
        network = build(parse_table({"input": given, "rows": rows}), "t", Options())
        assert set(network.inputs) == set(names)
        network.rows  # noqa: B018  walks it
    except fc.FlopcountError as error:
        assert str(error).isprintable()  # noqa: PT017  either is an answer
