"""Each op alone, in every geometry, beside Keras and XLA: shape, every variable, multiplies."""

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import pytest

import flopcount as fc
from flopcount.core.graph import INPUT
from flopcount.core.ops.elementwise import ACTIVATIONS
from flopcount.core.ops.norm import NORMS
from flopcount.frameworks.keras.check import Result, check

KERNELS = range(1, 8)
# Each alone; without `-m slow` a single tap and several, and all sizes in the tests below.
KERNELS_APART = [pytest.param(n, marks=[pytest.mark.slow] * (n not in (1, 3))) for n in KERNELS]
STRIDES = (1, 2, 3)


def side_by_side(size: str, specs: Sequence[str]) -> fc.Network:
    """One network in which each layer reads the input, so that it is compiled once for all."""
    networks = [fc.parse(f"{size} > {spec}") for spec in specs]
    nodes = tuple(
        replace(network.nodes[0], path=spec.replace("/", ":"), inputs=(INPUT,), like=None)
        for network, spec in zip(networks, specs, strict=True)
    )
    return replace(networks[0], name="cases", nodes=nodes, output=nodes[-1].path)


def differences(result: Result) -> dict[str, tuple[str, ...]]:
    return {layer.row.node.path: layer.differs for layer in result.differing}


def agree(size: str, specs: Sequence[str]) -> Result:
    result = check(side_by_side(size, specs))
    assert differences(result) == {}
    assert len(result.layers) == len(specs)
    return result


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("kernel", KERNELS_APART)
def test_convolutions(kernel: int) -> None:
    specs = [
        f"conv {kernel}x{kernel}/{stride} 8 {padding} {spread} {groups} {bias}"
        for stride, padding, (spread, groups, bias) in product(
            STRIDES,
            ("same", "valid", f"pad={kernel // 2}", "pad=3x1"),
            (
                ("", "", "bias"),
                ("dilation=2", "", "nobias"),
                ("dilation=3x2", "groups=2", "bias"),
                ("", "groups=4", "nobias"),
            ),
        )
    ]
    assert agree("22x20x4", specs).counted() == len(specs)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("kernel", KERNELS_APART)
def test_depthwise_convolutions(kernel: int) -> None:
    specs = [
        f"depthwise {kernel}x{kernel}/{stride} {padding} {more}"
        for stride, padding, more in product(
            STRIDES,
            ("same", "valid", f"pad={kernel // 2}"),
            ("bias", "nobias multiplier=3", "dilation=2 multiplier=2"),
        )
    ]
    assert agree("15x16x3", specs).counted() == len(specs)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
def test_kernels_and_strides_that_are_not_square() -> None:
    specs = [
        f"conv {kernel}/{stride} 5 {padding}"
        for kernel, stride, padding in product(
            ("1x7", "7x1", "4x3", "2x5"), ("1x2", "3x1", "2x3"), ("same", "valid", "pad=2x0")
        )
    ]
    specs += [spec.replace("conv", "depthwise").replace(" 5", "") for spec in specs]
    assert agree("10x13x2", specs).counted() == len(specs)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
def test_same_on_an_image_smaller_than_the_kernel() -> None:
    specs = [f"conv {k}x{k}/{s} 4 dilation={d}" for k in KERNELS for s in STRIDES for d in (1, 2)]
    for size in ("1x1x3", "2x3x3"):
        assert agree(size, specs).counted() == len(specs)


def test_zero_multiplies_are_a_count_and_not_a_missing_one() -> None:
    (layer,) = agree("1x1x3", ["conv 2x2 4 dilation=2"]).layers  # both taps of an axis miss
    assert (layer.row.count("multiplies_unpadded"), layer.flops) == (0, 0)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("kind", ["maxpool", "avgpool"])
def test_pools(kind: str) -> None:
    specs = [
        f"{kind} {kernel}x{kernel}/{stride} {padding}"
        for kernel, stride in product(KERNELS, STRIDES)
        for padding in (
            *("same", "valid", "valid ceil"),
            *((f"pad={kernel // 2}", f"pad={kernel // 2} ceil") if kernel > 1 else ()),
        )
    ]
    specs += [f"{kind} 2x3/3x2 pad=0x1 ceil", f"{kind} global", f"{kind} to=7x3", f"{kind} to=13x9"]
    assert agree("9x10x2", specs).counted() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "layer", ["conv 3x3 4", "depthwise 3x3", "maxpool 3x3", "avgpool 3x3 pad=1 ceil"]
)
def test_strides_that_run(layer: str) -> None:
    word, rest = layer.split(" 3x3")
    dilated = ["3x3/2{} dilation=2"] if "pool" not in word else []
    agree("9x8x4", [f"{word} {form.format(rest)}" for form in ("3x3{}", "3x3/2x1{}", *dilated)])


@pytest.mark.slow
def test_layers_without_a_kernel() -> None:
    agree(
        "6x5x7",
        [
            *ACTIVATIONS,
            *(f"norm={kind}" for kind in NORMS if kind != "norm"),
            *("norm", "lrn", "lrn size=3", "lrn size=99"),
            *("softmax", "scale", "identity", "dropout", "flatten"),
        ],
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*("norm", *(f"norm={kind}" for kind in NORMS if kind != "norm"))])
def test_what_rides_on_a_kernel(kind: str) -> None:
    for size, layers in {"5x4x3": ("conv 3x3 6", "depthwise 3x3"), "1x1x60": ("dense 6",)}.items():
        specs = [
            f"{layer} {bias} {kind} {activation}"
            for layer, bias, activation in product(
                layers, ("bias", "nobias"), ("linear", "relu", "leaky", "hardswish")
            )
        ]
        assert agree(size, specs).counted() == len(specs)


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec",
    [
        "8x8x4 > separable 3x3/2 6 multiplier=2 > [conv 1x1 3 | maxpool 3x3] > (identity + relu)",
        "8x8x4 > flatten > dense 5 > conv 3x3 4 > avgpool 2x2 ceil pad=1 > lrn",
        "4x4x3 > [flatten > dense 3 | avgpool global | flatten] > (dense 9 + conv 1x1 9)",
        "4x4x3 > flatten > dense 4 > [identity | relu] > softmax",
        "1x1x1 > conv 1x1 1",
    ],
)
def test_layers_flat_and_not_in_one_network(spec: str) -> None:
    assert differences(check(fc.parse(spec))) == {}


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
def test_a_count_that_float32_cannot_hold_is_equal_to_its_precision() -> None:
    # 2 · (3·4099 − 2)·(3·1001 − 2) · 3 · 1: odd above 2²⁴ but for its factor 2
    result = check(fc.parse("4099x1001x3 > conv 3x3 1 linear nobias"))
    (layer,) = result.layers
    assert layer.agreement == "float32"
    assert layer.row.count("multiplies_unpadded") == (3 * 4099 - 2) * (3 * 1001 - 2) * 3
    assert result.counted("float32") == 1
    assert not layer.differs
