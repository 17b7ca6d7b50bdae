"""The walk over a network, and the parts of a network that are networks."""

import dataclasses
import sys
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError, Network
from flopcount.core.cost import Cost
from flopcount.core.graph import INPUT, Node, walk
from flopcount.core.ops import Concat, Conv, Dense, PassThrough
from flopcount.sizes.window import Window

# arXiv:1409.4842, Table 1: #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj
WIDTHS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
GRIDS = {"3": 28, "4": 14, "5": 7}
NINE = 1_103_972_352


def channels_in() -> dict[str, int]:
    """Each module sees what the one before it puts out."""
    puts_out = [n1 + n3 + n5 + proj for n1, _, n3, _, n5, proj in WIDTHS.values()]
    return dict(zip(WIDTHS, [192, *puts_out[:-1]], strict=True))


def as_built(module: str) -> int:
    n1, r3, n3, r5, n5, proj = WIDTHS[module]
    c, n = channels_in()[module], GRIDS[module[0]]
    return n**2 * (c * n1 + c * r3 + 9 * r3 * n3 + c * r5 + 25 * r5 * n5 + c * proj)


def total(network: Network) -> Cost:
    return sum((row.cost for row in walk(network)), Cost())


def test_googlenet_by_arithmetic() -> None:
    found = {module: total(fc.load("googlenet")[module]).multiplies for module in WIDTHS}
    assert found == {module: as_built(module) for module in WIDTHS}
    assert found["3a"] == 128_049_152
    assert sum(found.values()) == NINE


def test_the_whole_of_googlenet() -> None:
    cost = total(fc.load("googlenet"))
    stem = 7**2 * 112**2 * 3 * 64 + 56**2 * 64 * 64 + 3**2 * 56**2 * 64 * 192
    linear = 1024 * 1000
    assert cost.multiplies == stem + NINE + linear == 1_582_671_872  # issue 2
    assert cost.multiplies_unpadded == 1_504_618_240  # issue 2
    weights = 7**2 * 3 * 64 + 64 * 64 + 3**2 * 64 * 192 + linear
    weights += sum(as_built(module) // GRIDS[module[0]] ** 2 for module in WIDTHS)
    assert cost.weights == weights == 6_990_272  # issue 2
    biases = 64 + 64 + 192 + 1000 + sum(sum(widths) for widths in WIDTHS.values())
    assert cost.biases == biases
    assert cost.params == weights + biases == 6_998_552  # issue 2
    assert cost.norm_params == cost.norm_stats == 0


def test_the_multiplies_inside_the_image_by_arithmetic() -> None:
    def inside(k: int, n: int) -> int:  # stride 1, SAME, odd k: k·n − (k² − 1)/4 an axis
        return (k * n - (k * k - 1) // 4) ** 2

    # 7/2 SAME on 224: 7·112 − 6, as counted in test_dims.py
    expected = 778**2 * 3 * 64 + 56**2 * 64 * 64 + inside(3, 56) * 64 * 192 + 1024 * 1000
    for module, (n1, r3, n3, r5, n5, proj) in WIDTHS.items():
        c, n = channels_in()[module], GRIDS[module[0]]
        expected += n**2 * c * (n1 + r3 + r5 + proj)
        expected += inside(3, n) * r3 * n3 + inside(5, n) * r5 * n5
    assert total(fc.load("googlenet")).multiplies_unpadded == expected == 1_504_618_240


def test_shapes_along_googlenet() -> None:
    shapes = {row.node.path: row.output for row in walk(fc.load("googlenet"))}
    ends = {module: shapes[f"{module}/concat"] for module in WIDTHS}
    outputs = {module: n1 + n3 + n5 + p for module, (n1, _, n3, _, n5, p) in WIDTHS.items()}
    assert ends == {m: (GRIDS[m[0]], GRIDS[m[0]], outputs[m]) for m in WIDTHS}
    assert [shapes[path][0] for path in ("conv1/1", "pool1/1", "pool2/1")] == [112, 56, 28]
    assert shapes["avgpool/1"] == (1, 1, 1024)
    assert shapes["softmax/1"] == (1, 1, 1000)


@pytest.mark.parametrize("name", fc.names())
def test_walking_any_network(name: str) -> None:
    network = fc.load(name)
    rows = walk(network)
    assert [row.node.path for row in rows] == [node.path for node in network.nodes]
    shapes = {**network.inputs, **{row.node.path: row.output for row in rows}}
    for row in rows:
        assert row.inputs == tuple(shapes[path] for path in row.node.inputs)
        assert row.cost.activations == row.output[0] * row.output[1] * row.output[2]
    assert rows == walk(network)


# --- parts


@pytest.mark.parametrize("name", fc.names())
def test_every_module_of_every_network_is_a_network(name: str) -> None:
    network = fc.load(name, aux=True)
    whole = {row.node.path: row for row in walk(network)}
    seen = []
    for module in network.modules:
        part = network[module]
        assert part.whole is network
        assert part.modules == (module,)
        for row in walk(part):
            assert (row.output, row.cost) == (whole[row.node.path].output, row.cost)
            assert row.cost == whole[row.node.path].cost
            seen.append(row.node.path)
        assert part.output in {node.path for node in part.nodes}
    assert sorted(seen) == sorted(whole)


def test_a_module_sees_its_real_input() -> None:
    part = fc.load("googlenet")["4a"]
    assert part.inputs == {"pool3/1": (14, 14, 480)}
    assert part.output == "4a/concat"
    assert repr(part) == "<Network googlenet, module 4a: 14×14×480 → 14×14×512, 8 layers>"


def test_a_module_by_its_long_name() -> None:
    network = fc.load("googlenet")
    assert network["inception_3a"].modules == network["inception-3a"].modules == ("3a",)


def test_a_row_that_repeats_a_block_names_its_modules() -> None:
    network = fc.load("inception-v4")
    repeated = [module for module in network.modules if "." in module]
    row = repeated[0].rpartition(".")[0]
    expected = tuple(module for module in repeated if module.rpartition(".")[0] == row)
    assert network[row].modules == expected
    assert network[expected[1]].modules == (expected[1],)


def test_several_modules_keep_the_networks_order() -> None:
    network = fc.load("googlenet")
    assert network.select(["4a", "3a", "inception_4a"]).modules == ("3a", "4a")
    assert network.select(["4a", "3a"]).inputs == {
        "pool2/1": (28, 28, 192),
        "pool3/1": (14, 14, 480),
    }


def test_a_part_of_a_part() -> None:
    network = fc.load("googlenet")
    part = network.select(["3a", "3b"])["3b"]
    assert part.modules == ("3b",)
    assert part.whole is network
    assert fc.analyze(part).total == fc.analyze(network["3b"]).total


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("3c", "googlenet: unknown module '3c'"),
        ("3A", "did you mean '3a'?"),
        ("inception_9z", "unknown module 'inception_9z'"),
        ("avgpol", "did you mean 'avgpool'?"),
        ("", "unknown module ''"),
        ("3a/5x5", "unknown module '3a/5x5'"),
    ],
)
def test_a_module_that_is_not_there(name: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.load("googlenet")[name]
    assert phrase in str(error.value)
    assert "\n" not in str(error.value)


def test_how_networks_show_themselves() -> None:
    assert repr(fc.load("googlenet")) == "<Network googlenet: 224×224×3 → 1×1×1000, 85 layers>"
    assert str(fc.load("googlenet")) == "googlenet"
    assert repr(fc.parse("8x8x4 > conv 9x9 4 valid")).startswith(
        "<Network 8x8x4 > conv 9x9 4 valid"
    )
    assert "does not fit" in repr(fc.parse("8x8x4 > conv 9x9 4 valid"))


# --- the walk itself


def chain(layers: int) -> Network:
    conv = Conv(Window((3, 3)), 16)
    paths = [INPUT, *(f"a/{i}" for i in range(1, layers + 1))]
    nodes = tuple(Node(paths[i], conv, (paths[i - 1],), "a") for i in range(1, layers + 1))
    return Network("long", nodes, {INPUT: (8, 8, 16)}, paths[-1])


def test_a_hundred_thousand_layers() -> None:
    rows = walk(chain(100_000))
    assert len(rows) == 100_000
    assert sum(row.cost.multiplies for row in rows) == 100_000 * 3**2 * 8**2 * 16 * 16
    assert rows[-1].output == (8, 8, 16)


def test_nothing_recurses_per_layer() -> None:
    layers = 3_000
    frames, frame = 0, sys._getframe()  # noqa: SLF001  how deep this test itself is
    while frame.f_back:
        frames, frame = frames + 1, frame.f_back
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 150)
    try:
        report = fc.analyze(chain(layers))
        text = report.to_text()
        parsed = fc.parse(f"8x8x16 > {layers} * conv 3x3 16")
        naive = fc.analyze(parsed, naive="chained").total.cost
        nested = walk(fc.parse("8x8x16 > " + " > ".join(["conv 3x3 16"] * layers)))
    finally:
        sys.setrecursionlimit(before)
    assert report.total.cost.multiplies == naive.multiplies == layers * 3**2 * 8**2 * 16 * 16
    assert len(nested) == layers
    assert text


def test_one_walk_prices_each_layer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Conv.cost
    priced = []

    def counted(conv: Conv, inputs: Any, output: Any) -> Cost:
        priced.append(output)
        return right(conv, inputs, output)

    monkeypatch.setattr(Conv, "cost", counted)
    for layers in (10, 1_000):
        priced.clear()
        walk(chain(layers))
        assert len(priced) == layers


def test_a_width_like_another_layers_is_filled_in() -> None:
    nodes = (
        Node("a/1", Conv(Window((1, 1)), 7), (INPUT,), "a"),
        Node("a/2", Conv(Window((1, 1)), 1), ("a/1",), "a", like=INPUT),
    )
    rows = walk(Network("t", nodes, {INPUT: (8, 8, 5)}, "a/2"))
    assert rows[1].output == (8, 8, 5)
    assert rows[1].node.op == Conv(Window((1, 1)), 5)
    assert nodes[1].op == Conv(Window((1, 1)), 1)


def test_an_error_names_network_and_layer() -> None:
    nodes = (
        Node("m/x/1", PassThrough(), (INPUT,), "m", "x"),
        Node("m/y/1", Dense(4), (INPUT,), "m", "y"),
        Node("m/concat", Concat(), ("m/x/1", "m/y/1"), "m"),
    )
    with pytest.raises(FlopcountError, match=r"^t: m/concat: branches that do not fit a concat"):
        walk(Network("t", nodes, {INPUT: (8, 8, 5)}, "m/concat"))


def test_googlenet_notices_a_wrong_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Conv.factors

    def wrong(conv: Conv, inputs: Any, output: Any) -> Any:
        return right(conv, inputs, output)._replace(grid=inputs[0][:2])  # not the output's

    monkeypatch.setattr(Conv, "factors", wrong)
    with pytest.raises(AssertionError):
        test_the_whole_of_googlenet()


def test_networks_are_values() -> None:
    network = fc.load("googlenet")
    assert network == fc.load("googlenet")
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.name = "other"  # type: ignore[misc]
