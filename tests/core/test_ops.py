"""Every layer: one formula in three number systems, and what does not fit it."""

import dataclasses
import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy

import flopcount as fc
from flopcount import FlopcountError, Network
from flopcount.core import ops
from flopcount.core.counts import COUNTS
from flopcount.core.graph import INPUT, Row, walk
from flopcount.core.op import OPS
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense
from flopcount.core.ops.elementwise import ACTIVATIONS
from flopcount.core.ops.norm import NORMS
from flopcount.core.ops.tail import Tail
from flopcount.notation.builder import Builder
from flopcount.notation.parser import Arm, Bracket, Layer, parse
from flopcount.sizes.meets import Slide
from flopcount.sizes.window import Window


class Case(NamedTuple):
    """A spec, and the least height and width of an image that it takes."""

    spec: str
    least: int = 1


# A new kind of layer is one row here. K is a free width; C and K are sampled as multiples of 12.
CASES = [
    Case("conv 1x1 64"),
    Case("conv 1x1 K reduce"),
    Case("conv 5x5 K"),
    Case("conv 7x7/2 64"),
    Case("conv 2x4/3x2 K nobias"),
    Case("conv 3x3 K dilation=2"),
    Case("conv 3x3 K groups=4 norm"),
    Case("conv 3x3/2 K valid nobias norm=shift relu6", 3),
    Case("conv 3x3 K valid dilation=3x1", 7),
    Case("conv 3x3/3 K pad=1"),
    Case("conv 4x3/2 K pad=0x2 linear", 4),
    Case("depthwise 3x3"),
    Case("depthwise 5x3/2 multiplier=3 norm nobias", 1),
    Case("depthwise 3x3 valid dilation=2", 5),
    Case("separable 3x3 K"),
    Case("separable 7x7/2 64 multiplier=8 norm=scale"),
    Case("flatten > dense 1000"),
    Case("flatten > dense K nobias relu norm"),
    Case("avgpool global > dense K"),
    Case("maxpool 3x3/2"),
    Case("maxpool 3x3/2 valid ceil", 3),
    Case("maxpool 2x2/2 valid", 2),
    Case("maxpool 3x3/2 pad=1 ceil", 1),
    Case("maxpool global"),
    Case("avgpool 5x5/3 valid", 5),
    Case("avgpool 3x3"),
    Case("avgpool global"),
    Case("avgpool to=6x7"),
    Case("lrn"),
    Case("lrn size=3"),
    Case("norm"),
    *(Case(f"norm={kind}") for kind in NORMS if kind != "norm"),
    Case("softmax"),
    Case("scale"),
    Case("flatten"),
    Case("identity"),
    Case("dropout"),
    *(Case(word) for word in ACTIVATIONS),
    Case("[conv 1x1 64 | conv 1x1 16 reduce > conv 5x5 K | maxpool 3x3 > conv 1x1 32 project]"),
    Case("[conv 3x3/2 24 | maxpool 3x3/2 pad=1]"),  # ⌈H/2⌉ beside ⌊(H − 1)/2⌋ + 1
    Case("(identity + conv 3x3 K > conv 1x1 in linear > scale) > relu"),
    Case("conv 3x3/2 K > [conv 3x3/2 24 valid | maxpool 3x3/2 valid] > flatten > dense 12", 5),
]
H, W, C, K = sympy.symbols("H W C K", integer=True, positive=True)


def network(spec: str, shape: tuple[Any, Any, Any], width: Any = 24) -> Network:
    builder = Builder(constants={"K": width})
    output = builder.row("case", parse(spec).spec, {}, INPUT)
    return Network("case", tuple(builder.nodes), {INPUT: shape}, output)


def points(least: int) -> list[tuple[int, int, int, int]]:
    """Heights, widths, C and K: the smallest image there may be, odd, even and uneven ones."""
    return [
        (least, least, 12, 12),
        (least, least + 1, 24, 12),
        (least + 4, least + 1, 36, 24),
        (13, 14, 12, 60),
        (28, 28, 192, 36),
        (57, 30, 48, 12),
    ]


def everything(rows: list[Row]) -> Iterator[tuple[str, Any]]:
    """Name and value of each number of a walk: shapes, and each count of each row."""
    for row in rows:
        yield from (
            (f"{row.node.path} shape[{axis}]", size) for axis, size in enumerate(row.output)
        )
        yield from ((f"{row.node.path} {name}", row.count(name)) for name in COUNTS)


def whole(spec: str, at: tuple[int, int, int, int]) -> dict[str, int]:
    height, width, channels, k = at
    numbers = dict(everything(walk(network(spec, (height, width, channels), k))))
    assert {type(value) for value in numbers.values()} == {int}
    return numbers


def symbolic(spec: str, at: list[tuple[int, int, int, int]]) -> list[dict[str, int]]:
    """Walk once with symbols, then put numbers in."""
    found = list(everything(walk(network(spec, (H, W, C), K))))
    values = [dict(zip((H, W, C, K), map(sympy.Integer, point), strict=True)) for point in at]
    sampled = []
    for value in values:
        numbers = {name: sympy.sympify(size).xreplace(value) for name, size in found}
        assert all(number.is_Integer for number in numbers.values())
        sampled.append({name: int(number) for name, number in numbers.items()})
    return sampled


def arrays(spec: str, at: list[tuple[int, int, int, int]]) -> list[dict[str, int]]:
    """Walk once with int64 arrays, one element a point."""
    height, width, channels, k = np.array(at, dtype=np.int64).T
    found = dict(everything(walk(network(spec, (height, width, channels), k))))
    for value in found.values():
        assert isinstance(value, int) or value.dtype == np.int64
    return [
        {name: int(np.broadcast_to(value, len(at))[i]) for name, value in found.items()}
        for i in range(len(at))
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spec)
def test_sampled_agreement(case: Case) -> None:
    at = points(case.least)
    expected = [whole(case.spec, point) for point in at]
    assert symbolic(case.spec, at) == expected
    assert arrays(case.spec, at) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spec)
def test_params_are_what_trains(case: Case) -> None:
    for row in walk(network(case.spec, (28, 28, 24))):
        parts = ("weights", "biases", "norm_params")
        assert row.count("params") == sum(row.count(name) for name in parts)
        copied = row.node.op.word != "flatten"  # which is a view of what went in
        assert row.count("activations") == copied * row.output[0] * row.output[1] * row.output[2]
        assert 0 <= row.count("multiplies_unpadded") <= row.count("multiplies")


def _words(spec: tuple[Any, ...]) -> Iterator[str]:
    for term in spec:
        if isinstance(term, Layer):
            yield term.op
        elif isinstance(term, Bracket):
            yield term.join
            for arm in term.arms:
                assert isinstance(arm, Arm)
                yield from _words(arm.spec)


def test_every_word_has_a_case() -> None:
    tried = {word for case in CASES for word in _words(parse(case.spec).spec)}
    assert tried == {*OPS, *ACTIVATIONS, "concat", "add"}


def test_every_op_has_a_case() -> None:
    files = [import_module(f"{ops.__name__}.{file.name}") for file in iter_modules(ops.__path__)]
    classes = {
        kind
        for file in files
        for _, kind in inspect.getmembers(file, inspect.isclass)
        if kind.__module__ == file.__name__ and hasattr(kind, "nests") and hasattr(kind, "word")
    }
    tried = {type(node.op) for case in CASES for node in network(case.spec, (28, 28, 24)).nodes}
    assert tried == classes


def test_sampling_notices_a_formula_for_whole_numbers_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = Slide.inside.fget
    assert right

    def wrong(slide: Slide) -> Any:
        return right(slide) if isinstance(slide.outputs, int) else slide.full

    monkeypatch.setattr(Slide, "inside", property(wrong))
    with pytest.raises(AssertionError):
        test_sampled_agreement(Case("conv 5x5 K"))


# --- what does not fit


@pytest.mark.parametrize(
    ("spec", "phrase"),
    [
        ("8x8x6 > conv 3x3 8 groups=4", "groups=4 does not divide 6 input and 8 output channels"),
        ("8x8x8 > conv 3x3 6 groups=4", "groups=4 does not divide 8 input and 6 output channels"),
        ("8x8x6 > conv 9x9 8 valid", "kernel does not fit a height of 8"),
        ("9x8x6 > conv 9x9 8 valid", "kernel does not fit a width of 8"),
        ("4x4x6 > conv 3x3 8 valid > conv 3x3 8 valid", "spec/2: .*does not fit a height of 2"),
        ("4x4x6 > avgpool 7x7 valid", "kernel does not fit a height of 4"),
        ("4x4x6 > maxpool 7x7/2 valid ceil", "kernel does not fit a height of 4"),
        ("4x4x6 > depthwise 7x7 pad=1", "does not fit a height of 4 with 1 of padding"),
        (
            "8x8x6 > [conv 1x1 8 | conv 3x3 8 valid]",
            r"branches that do not fit a concat .*: 8x8x8, 6x6x8",
        ),
        ("8x8x6 > (identity + conv 1x1 8)", r"branches that do not fit an add .*: 8x8x6, 8x8x8"),
        ("8x8x6 > (identity + maxpool 2x2/2)", r"do not fit an add .*: 8x8x6, 4x4x6"),
        ("4x2x6 > dense 8", "reads channels, and these lie on a grid of 4×2; 'flatten > dense'"),
    ],
)
def test_what_does_not_fit(spec: str, phrase: str) -> None:
    with pytest.raises(FlopcountError, match=phrase) as error:
        walk(fc.parse(spec))
    assert "\n" not in str(error.value)


def test_one_design_that_does_not_fit_is_enough() -> None:
    sizes = np.array([8, 9]), np.array([8, 9])
    with pytest.raises(FlopcountError, match="groups=4 does not divide"):
        walk(network("conv 3x3 K groups=4", (*sizes, np.array([8, 6])), np.array([8, 8])))
    with pytest.raises(FlopcountError, match="do not fit an add"):
        walk(network("(identity + conv 1x1 K)", (*sizes, np.array([8, 6])), np.array([8, 8])))
    with pytest.raises(FlopcountError, match="does not fit a height"):
        walk(network("conv 9x9 8 valid", (*sizes, 3)))
    with pytest.raises(FlopcountError, match="these lie on a grid of"):
        walk(network("dense 8", (np.array([1, 1]), np.array([1, 2]), 3)))


def test_symbols_that_cannot_be_decided_pass() -> None:
    rows = walk(network("(identity + conv 1x1 K)", (H, W, C), K))
    assert rows[-1].output == (H, W, C)


def test_a_size_past_the_limit_names_its_layer() -> None:
    with pytest.raises(FlopcountError, match=r"spec/1: puts out a size of 8589934592") as error:
        walk(fc.parse("65536x65536x2 > flatten"))
    assert "the limit is 2**31" in str(error.value)


def test_ops_are_values() -> None:
    assert Dense(10) == Dense(10, Tail())
    assert hash(Conv(Window((3, 3)), 8)) == hash(Conv(Window((3, 3)), 8))
    with pytest.raises(dataclasses.FrozenInstanceError):
        Dense(10).width = 11  # type: ignore[misc]


def test_a_dense_layer_on_an_open_grid_is_refused() -> None:
    # H·W·192·10 is the cost of flattening first; unflattened, the layer fits a grid of 1×1 alone
    with pytest.raises(FlopcountError, match=r"grid of H×W; 'flatten > dense' reads all of them"):
        fc.formula("HxWx192 > dense 10")
    assert fc.formula("HxWx192 > flatten > dense 10").text() == "1920·H·W"
    assert fc.formula("HxWx192 > avgpool global > dense 10").text() == "1920"
