"""Every layer: one formula in three number systems, and its counts against their arithmetic."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError, Network
from flopcount.core import ops
from flopcount.core.cost import Cost, Elementwise
from flopcount.core.graph import INPUT, Row, walk
from flopcount.core.ops import ACTIVATIONS, NORMS, AdaptivePool, Conv, Dense, Depthwise, Tail
from flopcount.notation.builder import Builder
from flopcount.notation.parser import Arm, Bracket, Layer, parse
from flopcount.notation.vocabulary import OPS
from flopcount.reading import Pair
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
    Case("dense 1000"),
    Case("dense K nobias relu norm"),
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
    """Name and value of each number of a walk: shapes, and each field of each cost."""
    for row in rows:
        yield from (
            (f"{row.node.path} shape[{axis}]", size) for axis, size in enumerate(row.output)
        )
        for field in dataclasses.fields(Cost):
            value = getattr(row.cost, field.name)
            if field.name != "elementwise":
                yield f"{row.node.path} {field.name}", value
                continue
            for kind in dataclasses.fields(Elementwise):
                yield f"{row.node.path} elementwise {kind.name}", getattr(value, kind.name)
        yield f"{row.node.path} params", row.cost.params


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
        cost = row.cost
        assert cost.params == cost.weights + cost.biases + cost.norm_params
        assert cost.activations == row.output[0] * row.output[1] * row.output[2]
        assert 0 <= cost.multiplies_unpadded <= cost.multiplies


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
    classes = {
        kind
        for kind in vars(ops).values()
        if isinstance(kind, type) and hasattr(kind, "cost") and hasattr(kind, "shape")
    } - {ops.Op}
    tried = {type(node.op) for case in CASES for node in network(case.spec, (28, 28, 24)).nodes}
    assert tried == classes


def test_sampling_notices_a_formula_for_whole_numbers_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = Conv.cost

    def wrong(conv: Conv, inputs: Any, output: Any) -> Cost:
        found = right(conv, inputs, output)
        if isinstance(output[0], int):
            return found
        return dataclasses.replace(found, multiplies_unpadded=found.multiplies)

    monkeypatch.setattr(Conv, "cost", wrong)
    with pytest.raises(AssertionError):
        test_sampled_agreement(Case("conv 5x5 K"))


# --- convolutions, counted multiply by multiply


def convolved(
    shape: tuple[int, int, int], conv: Window, width: int, groups: int
) -> tuple[int, int, int]:
    """Multiplies, those inside the image, and weights of a SAME convolution carried out."""
    height, breadth, channels = shape
    (k_h, k_w), (s_h, s_w), (d_h, d_w) = conv.kernel, conv.stride, conv.dilation

    def before(n: int, k: int, s: int, d: int) -> int:  # TensorFlow's SAME
        covers = (k - 1) * d + 1
        return max(covers - s if n % s == 0 else covers - n % s, 0) // 2

    top, left = before(height, k_h, s_h, d_h), before(breadth, k_w, s_w, d_w)
    multiplies = inside = 0
    weights = set()
    for y in range(0, height, s_h):
        for x in range(0, breadth, s_w):
            for out in range(width):
                group = out // (width // groups)
                for c in range(group * (channels // groups), (group + 1) * (channels // groups)):
                    for i in range(k_h):
                        for j in range(k_w):
                            multiplies += 1
                            row, column = y - top + i * d_h, x - left + j * d_w
                            inside += 0 <= row < height and 0 <= column < breadth
                            weights.add((i, j, c, out))
    return multiplies, inside, len(weights)


SMALL = st.integers(1, 5)
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(
    size=st.tuples(SMALL, SMALL),
    channels=st.integers(1, 2),
    width=st.integers(1, 2),
    groups=st.integers(1, 3),
    window=st.builds(Window, PAIRS, PAIRS, PAIRS),
)
def test_a_convolution_carried_out(
    size: tuple[int, int], channels: int, width: int, groups: int, window: Window
) -> None:
    shape = (*size, channels * groups)
    conv = Conv(window, width * groups, groups)
    output = conv.shape(shape)
    cost = conv.cost((shape,), output)
    found = cost.multiplies, cost.multiplies_unpadded, cost.weights
    assert found == convolved(shape, window, width * groups, groups)
    assert (cost.biases, output[2]) == (width * groups, width * groups)


@given(
    size=st.tuples(SMALL, SMALL),
    channels=st.integers(1, 4),
    multiplier=st.integers(1, 3),
    window=st.builds(Window, PAIRS, PAIRS, PAIRS),
)
def test_a_depthwise_convolution_is_one_of_as_many_groups(
    size: tuple[int, int], channels: int, multiplier: int, window: Window
) -> None:
    shape = (*size, channels)
    depthwise = Depthwise(window, multiplier)
    output = depthwise.shape(shape)
    assert output[2] == channels * multiplier
    cost = depthwise.cost((shape,), output)
    found = cost.multiplies, cost.multiplies_unpadded, cost.weights
    assert found == convolved(shape, window, channels * multiplier, channels)


def test_carrying_it_out_notices_a_forgotten_group(monkeypatch: pytest.MonkeyPatch) -> None:
    def ungrouped(conv: Conv, inputs: Any, output: Any) -> ops.Factors:
        return ops.Factors(conv.window.kernel, output[:2], (inputs[0][2], output[2]))

    monkeypatch.setattr(Conv, "factors", ungrouped)
    shape = (4, 4, 4)
    conv = Conv(Window((3, 3)), 4, groups=2)
    cost = conv.cost((shape,), conv.shape(shape))
    assert cost.multiplies != convolved(shape, conv.window, 4, 2)[0]


@pytest.mark.parametrize(
    ("spec", "multiplies", "inside", "params"),
    [
        # The article's 5×5 branch, naive and reduced: arXiv:1409.4842, Table 1, row 3a
        ("28x28x192 > conv 5x5 32", 5**2 * 28**2 * 192 * 32, 134**2 * 192 * 32, 153_632),
        (
            "28x28x192 > conv 1x1 16 reduce > conv 5x5 32",
            12_443_648,  # 1²·28²·192·16 + 5²·28²·16·32
            28**2 * 192 * 16 + 9_193_472,  # 5·28 − 6 = 134 taps an axis: 134²·16·32
            192 * 16 + 16 + 5**2 * 16 * 32 + 32,
        ),
        # The stem: arXiv:1409.4842 Table 1 prints 7×7/2; 7·112 − 6 = 778 taps an axis
        ("224x224x3 > conv 7x7/2 64", 7**2 * 112**2 * 3 * 64, 116_214_528, 7**2 * 3 * 64 + 64),
        ("28x28x16 > conv 3x3 32 dilation=2", 3**2 * 28**2 * 16 * 32, 3_276_800, 4_640),
        ("28x28x32 > depthwise 3x3", 3**2 * 28**2 * 32, 215_168, 3**2 * 32 + 32),
        ("28x28x16 > conv 3x3 32 groups=4", 3**2 * 28**2 * 4 * 32, 860_672, 3**2 * 4 * 32 + 32),
        # k_h·k_w·c_in·m·h·w + c_in·m·c_out·h·w: Howard et al. arXiv:1704.04861, section 3.1, m = 8
        (
            "224x224x3 > separable 7x7/2 64 multiplier=8",
            7**2 * 3 * 8 * 112**2 + 3 * 8 * 64 * 112**2,  # 34,019,328
            778**2 * 3 * 8 + 3 * 8 * 64 * 112**2,
            7**2 * 3 * 8 + 3 * 8 * 64 + 64,  # 2,712 weights; the depthwise has no bias
        ),
        ("7x7x1024 > dense 1000", 7**2 * 1024 * 1000, 7**2 * 1024 * 1000, 50_177_000),
        ("1x1x1024 > dense 1000", 1024 * 1000, 1024 * 1000, 1024 * 1000 + 1000),
        ("8x8x4 > conv 3x1 6 nobias norm", 3 * 8**2 * 4 * 6, 22 * 8 * 4 * 6, 3 * 4 * 6 + 2 * 6),
        ("8x8x4 > conv 1x1 6 nobias norm=shift", 8**2 * 4 * 6, 8**2 * 4 * 6, 4 * 6 + 6),
    ],
)
def test_multiplies_and_parameters_as_arithmetic(
    spec: str, multiplies: int, inside: int, params: int
) -> None:
    cost = fc.analyze(fc.parse(spec)).total.cost
    assert cost.multiplies == multiplies
    assert cost.multiplies_unpadded == inside
    assert cost.params == params


def test_the_figures_that_people_know() -> None:
    def multiplies(spec: str) -> int:
        return fc.analyze(fc.parse(spec)).total.cost.multiplies

    assert multiplies("28x28x192 > conv 5x5 32") == 120_422_400
    assert multiplies("28x28x192 > conv 1x1 16 reduce > conv 5x5 32") == 12_443_648
    assert multiplies("224x224x3 > conv 7x7/2 64") == 118_013_952
    assert multiplies("224x224x3 > separable 7x7/2 64 multiplier=8") == 34_019_328


@pytest.mark.parametrize(
    ("kind", "params"),
    [("norm", 2 * 64), ("norm=shift", 64), ("norm=scale", 64), ("norm=stats", 0)],
)
def test_batch_norm_counts_what_exists(kind: str, params: int) -> None:
    # γ and β trained, where they exist; moving mean and variance apart: arXiv:1502.03167, Alg. 2
    for spec in (f"28x28x64 > {kind}", f"28x28x3 > conv 1x1 64 nobias {kind}"):
        cost = fc.analyze(fc.parse(spec)).total.cost
        assert (cost.norm_params, cost.norm_stats, cost.biases) == (params, 2 * 64, 0)
    assert cost.params == 3 * 64 + params


# --- elementwise operations


class Traced:
    """A number that writes down what is done to it."""

    def __init__(self, done: dict[str, int]) -> None:
        self.done = done

    def _note(self, kind: str) -> "Traced":
        self.done[kind] = self.done.get(kind, 0) + 1
        return self

    def __add__(self, _: Any) -> "Traced":
        return self._note("adds")

    def __mul__(self, _: Any) -> "Traced":
        return self._note("multiplies")

    def __truediv__(self, _: Any) -> "Traced":
        return self._note("divides")

    def __rtruediv__(self, _: Any) -> "Traced":
        return self._note("divides")

    __radd__ = __sub__ = __rsub__ = __add__
    __rmul__ = __mul__

    def exp(self) -> "Traced":
        return self._note("exponentials")

    def or_else(self, _: Any) -> "Traced":
        """One of two, after a compare: a maximum, a minimum, a condition."""
        return self._note("compares")


def relu6(x: Traced) -> Traced:
    return x.or_else(0).or_else(6)


def sigmoid(x: Traced) -> Traced:
    return 1 / (1 + x.exp())  # the sign of x is free


def tanh(x: Traced) -> Traced:
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


# As their papers define them; the sources stand beside ACTIVATIONS.
DEFINITIONS: dict[str, Callable[[Traced], Traced]] = {
    "relu": lambda x: x.or_else(0),
    "relu6": relu6,
    "leaky": lambda x: (x * 0.01).or_else(x),
    "elu": lambda x: ((x.exp() - 1) * 1.0).or_else(x),
    "sigmoid": sigmoid,
    "tanh": tanh,
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: 0.5 * x * (1 + tanh(0.797885 * (x + 0.044715 * (x * x * x)))),
    "hardsigmoid": lambda x: relu6(x + 3) / 6,
    "hardswish": lambda x: x * (relu6(x + 3) / 6),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_costs_what_computing_it_takes(name: str) -> None:
    done: dict[str, int] = {}
    DEFINITIONS[name](Traced(done))
    assert ACTIVATIONS[name] == Elementwise(**done)
    cost = fc.analyze(fc.parse(f"5x7x3 > {name}")).total.cost
    assert cost.elementwise == Elementwise(**{kind: n * 5 * 7 * 3 for kind, n in done.items()})


N = 6 * 5 * 8  # elements of a 6×5×8 image


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        # the convolution's output is 6×5×4: a bias is 1 add, batch norm 1 multiply and 1 add
        ("conv 3x3 4 linear", Elementwise(adds=6 * 5 * 4)),
        ("conv 3x3 4", Elementwise(adds=6 * 5 * 4, compares=6 * 5 * 4)),
        ("conv 3x3 4 nobias linear", Elementwise()),
        ("conv 3x3 4 nobias norm linear", Elementwise(adds=6 * 5 * 4, multiplies=6 * 5 * 4)),
        (
            "conv 3x3 4 norm relu6",
            Elementwise(adds=2 * 6 * 5 * 4, multiplies=6 * 5 * 4, compares=2 * 6 * 5 * 4),
        ),
        ("depthwise 3x3/2 multiplier=2 linear", Elementwise(adds=3 * 3 * 16)),
        ("dense 10", Elementwise(adds=10)),
        ("dense 10 nobias relu", Elementwise(compares=10)),
        # the largest of n takes n − 1 compares; the mean n − 1 adds and a divide
        ("maxpool 3x3/2", Elementwise(compares=(9 - 1) * 3 * 3 * 8)),
        ("maxpool 2x3/1 valid", Elementwise(compares=(6 - 1) * 5 * 3 * 8)),
        ("avgpool 3x3/2 valid", Elementwise(adds=(9 - 1) * 2 * 2 * 8, divides=2 * 2 * 8)),
        ("avgpool global", Elementwise(adds=(6 * 5 - 1) * 8, divides=8)),
        ("maxpool global", Elementwise(compares=(6 * 5 - 1) * 8)),
        # rows 0–2 and 3–5; columns 0–1, 1–3 and 3–4: (3 + 3)·(2 + 3 + 2) numbers into 2·3 means
        ("avgpool to=2x3", Elementwise(adds=(6 * 7 - 2 * 3) * 8, divides=2 * 3 * 8)),
        # x / (k + (α/n)·Σx²)^β: Krizhevsky et al. 2012, section 3.3
        ("lrn", Elementwise(adds=5 * N, multiplies=2 * N, divides=N, exponentials=N)),
        ("lrn size=3", Elementwise(adds=3 * N, multiplies=2 * N, divides=N, exponentials=N)),
        ("norm", Elementwise(adds=N, multiplies=N)),
        ("norm=stats", Elementwise(adds=N, multiplies=N)),
        # e^(x − max x) / Σ over 8 channels, at each of 6·5 positions
        (
            "softmax",
            Elementwise(adds=6 * 5 * (8 + 7), compares=6 * 5 * 7, divides=N, exponentials=N),
        ),
        ("scale", Elementwise(multiplies=N)),
        ("flatten", Elementwise()),
        ("identity", Elementwise()),
        ("dropout", Elementwise()),
        ("[identity | identity]", Elementwise()),
        ("(identity + identity)", Elementwise(adds=N)),
        ("(identity + identity + identity)", Elementwise(adds=2 * N)),
        ("(identity + conv 1x1 in linear nobias > scale)", Elementwise(adds=N, multiplies=N)),
    ],
)
def test_elementwise_as_arithmetic(spec: str, expected: Elementwise) -> None:
    cost = fc.analyze(fc.parse(f"6x5x8 > {spec}")).total.cost
    assert cost.elementwise == expected


@given(
    size=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    to=st.tuples(st.integers(1, 9), st.integers(1, 9)),
)
def test_adaptive_windows_one_by_one(size: tuple[int, int], to: Pair) -> None:
    # PyTorch: window i of m along n runs from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉
    covered = 0
    for i in range(to[0]):
        for j in range(to[1]):
            rows = [y for y in range(size[0]) if i * size[0] // to[0] <= y]
            rows = [y for y in rows if y * to[0] < (i + 1) * size[0]]
            columns = [x for x in range(size[1]) if j * size[1] // to[1] <= x]
            columns = [x for x in columns if x * to[1] < (j + 1) * size[1]]
            covered += len(rows) * len(columns)
    pool = AdaptivePool("max", to)
    shape = (*size, 2)
    cost = pool.cost((shape,), pool.shape(shape))
    assert cost.elementwise == Elementwise(compares=2 * (covered - to[0] * to[1]))


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


def test_symbols_that_cannot_be_decided_pass() -> None:
    rows = walk(network("(identity + conv 1x1 K)", (H, W, C), K))
    assert rows[-1].output == (H, W, C)


def test_a_size_past_the_limit_names_its_layer() -> None:
    with pytest.raises(FlopcountError, match=r"spec/1: puts out a size of 8589934592") as error:
        walk(fc.parse("65536x65536x2 > flatten"))
    assert "the limit is 2**31" in str(error.value)


# --- sums of costs


COUNTS = st.integers(0, 2**70)
ELEMENTWISE = st.builds(Elementwise, *[COUNTS] * 5)
COSTS = st.builds(Cost, *[COUNTS] * 7, ELEMENTWISE)


def flat(cost: Cost) -> dict[str, int]:
    numbers = dataclasses.asdict(cost)
    work = numbers.pop("elementwise")
    return numbers | {f"elementwise {kind}": value for kind, value in work.items()}


@given(a=COSTS, b=COSTS)
def test_costs_add_count_by_count(a: Cost, b: Cost) -> None:
    both = flat(a + b)
    assert both == {name: value + flat(b)[name] for name, value in flat(a).items()}
    assert (a + b).params == a.params + b.params
    assert a + Cost() == a


@given(cost=COSTS, batch=st.integers(1, 1000))
def test_a_batch_multiplies_all_but_the_parameters(cost: Cost, batch: int) -> None:
    kept = {"weights", "biases", "norm_params", "norm_stats"}
    assert flat(cost.for_batch(batch)) == {
        name: value if name in kept else value * batch for name, value in flat(cost).items()
    }
    assert cost.for_batch(batch).params == cost.params


def test_ops_are_values() -> None:
    assert Dense(10) == Dense(10, Tail())
    assert hash(Conv(Window((3, 3)), 8)) == hash(Conv(Window((3, 3)), 8))
    with pytest.raises(dataclasses.FrozenInstanceError):
        Dense(10).width = 11  # type: ignore[misc]
