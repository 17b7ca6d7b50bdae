"""The operations beside the multiplies, against computing them step by step, and by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.core.counts import COUNTS
from flopcount.core.ops.elementwise import ACTIVATIONS, Flatten

KINDS = ("adds", "multiplies", "compares", "divides", "exponentials")


def present(work: dict[str, int]) -> dict[str, int]:
    """Those kinds of operations of which there are any."""
    return {kind: times for kind, times in work.items() if times}


def elementwise_of(spec: str) -> dict[str, int]:
    """The operations beside the multiplies."""
    work = fc.analyze(fc.parse(spec)).total.cost.elementwise
    return present({kind: getattr(work, kind) for kind in KINDS})


def test_no_kind_of_operation_is_forgotten() -> None:
    names = {name for name in COUNTS if name.startswith("elementwise.")}
    assert names == {f"elementwise.{kind}" for kind in KINDS}


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

    def log(self) -> "Traced":
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


def mish(x: Traced) -> Traced:
    """x·tanh(ln(1 + e^x)), its tanh in powers of e^ln(1 + e^x) = 1 + e^x: p = (1 + e^x)² − 1."""
    e = x.exp()
    p = e * (e + 2)
    return x * (p / (p + 2))


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
    "selu": lambda x: 1.0507 * (1.67326 * (x.exp() - 1)).or_else(x),
    "mish": mish,
    "softplus": lambda x: (1 + x.exp()).log(),
    "prelu": lambda x: (x * 0.25).or_else(x),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_costs_what_computing_it_takes(name: str) -> None:
    done: dict[str, int] = {}
    DEFINITIONS[name](Traced(done))
    assert elementwise_of(f"1x1x1 > {name}") == done
    assert elementwise_of(f"5x7x3 > {name}") == {kind: n * 5 * 7 * 3 for kind, n in done.items()}


N = 6 * 5 * 8  # elements of a 6×5×8 image


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        # the convolution's output is 6×5×4: a bias is 1 add, batch norm 1 multiply and 1 add
        ("conv 3x3 4 linear", {"adds": 6 * 5 * 4}),
        ("conv 3x3 4", {"adds": 6 * 5 * 4, "compares": 6 * 5 * 4}),
        ("conv 3x3 4 nobias linear", {}),
        ("conv 3x3 4 nobias norm linear", {"adds": 6 * 5 * 4, "multiplies": 6 * 5 * 4}),
        (
            "conv 3x3 4 norm relu6",
            {"adds": 2 * 6 * 5 * 4, "multiplies": 6 * 5 * 4, "compares": 2 * 6 * 5 * 4},
        ),
        ("depthwise 3x3/2 multiplier=2 linear", {"adds": 3 * 3 * 16}),
        ("flatten > dense 10", {"adds": 10}),
        ("flatten > dense 10 nobias relu", {"compares": 10}),
        # the largest of n takes n − 1 compares; the mean n − 1 adds and a divide
        ("maxpool 3x3/2", {"compares": (9 - 1) * 3 * 3 * 8}),
        ("maxpool 2x3/1 valid", {"compares": (6 - 1) * 5 * 3 * 8}),
        ("avgpool 3x3/2 valid", {"adds": (9 - 1) * 2 * 2 * 8, "divides": 2 * 2 * 8}),
        ("avgpool global", {"adds": (6 * 5 - 1) * 8, "divides": 8}),
        ("maxpool global", {"compares": (6 * 5 - 1) * 8}),
        # rows 0–2 and 3–5; columns 0–1, 1–3 and 3–4: (3 + 3)·(2 + 3 + 2) numbers into 2·3 means
        ("avgpool to=2x3", {"adds": (6 * 7 - 2 * 3) * 8, "divides": 2 * 3 * 8}),
        # x / (k + (α/n)·Σx²)^β: Krizhevsky et al. 2012, section 3.3
        ("lrn", {"adds": 5 * N, "multiplies": 2 * N, "divides": N, "exponentials": N}),
        ("lrn size=3", {"adds": 3 * N, "multiplies": 2 * N, "divides": N, "exponentials": N}),
        ("norm", {"adds": N, "multiplies": N}),
        ("norm=stats", {"adds": N, "multiplies": N}),
        # e^(x − max x) / Σ over 8 channels, at each of 6·5 positions
        (
            "softmax",
            {"adds": 6 * 5 * (8 + 7), "compares": 6 * 5 * 7, "divides": N, "exponentials": N},
        ),
        ("scale", {"multiplies": N}),
        # over 8 channels at each of 6·5 positions: Σ, x − mean, squares, Σ, 1/√(v/8 + ε), d·r·γ + β
        (
            "norm=layer",
            {
                "adds": 2 * 6 * 5 * 7 + 2 * N + 6 * 5,
                "multiplies": 3 * N,
                "divides": 3 * 6 * 5,
                "exponentials": 6 * 5,
            },
        ),
        (
            "norm=group:4:stats",
            {
                "adds": 2 * 4 * (6 * 5 * 2 - 1) + N + 4,
                "multiplies": 2 * N,
                "divides": 3 * 4,
                "exponentials": 4,
            },
        ),
        (
            "norm=instance:stats",
            {
                "adds": 2 * 8 * (6 * 5 - 1) + N + 8,
                "multiplies": 2 * N,
                "divides": 3 * 8,
                "exponentials": 8,
            },
        ),
        (
            "norm=rms",
            {
                "adds": 6 * 5 * 7 + 6 * 5,
                "multiplies": 3 * N,
                "divides": 2 * 6 * 5,
                "exponentials": 6 * 5,
            },
        ),
        ("upsample 2", {}),
        # four neighbours, weighed and added, for each of 4·N outputs
        ("upsample 2 bilinear", {"adds": 3 * 4 * N, "multiplies": 4 * 4 * N}),
        ("upsample to=7x9 bilinear", {"adds": 3 * 7 * 9 * 8, "multiplies": 4 * 7 * 9 * 8}),
        ("pixelshuffle 2", {}),
        ("pad 1 > crop 2", {}),
        ("shuffle groups=2", {}),
        ("split (identity + identity)", {"adds": N // 2}),
        ("(identity * avgpool to=1)", {"adds": 29 * 8, "divides": 8, "multiplies": N}),
        ("(identity * identity * identity)", {"multiplies": 2 * N}),
        ("reglu", {"compares": N // 2, "multiplies": N // 2}),
        (
            "glu",
            {
                "adds": N // 2,
                "divides": N // 2,
                "exponentials": N // 2,
                "multiplies": N // 2,
            },
        ),
        # the bias of each of 12·10·4 outputs
        ("transposed 2x2/2 4 linear", {"adds": 12 * 10 * 4}),
        ("flatten", {}),
        ("identity", {}),
        ("dropout", {}),
        ("[identity | identity]", {}),
        ("(identity + identity)", {"adds": N}),
        ("(identity + identity + identity)", {"adds": 2 * N}),
        ("(identity + conv 1x1 in linear nobias > scale)", {"adds": N, "multiplies": N}),
    ],
)
def test_elementwise_as_arithmetic(spec: str, expected: dict[str, int]) -> None:
    assert elementwise_of(f"6x5x8 > {spec}") == expected


@given(
    size=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    to=st.tuples(st.integers(1, 9), st.integers(1, 9)),
)
def test_adaptive_windows_one_by_one(size: tuple[int, int], to: tuple[int, int]) -> None:
    # PyTorch: window i of m along n runs from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉
    covered = 0
    for i in range(to[0]):
        for j in range(to[1]):
            rows = [y for y in range(size[0]) if i * size[0] // to[0] <= y]
            rows = [y for y in rows if y * to[0] < (i + 1) * size[0]]
            columns = [x for x in range(size[1]) if j * size[1] // to[1] <= x]
            columns = [x for x in columns if x * to[1] < (j + 1) * size[1]]
            covered += len(rows) * len(columns)
    image, cells = f"{size[0]}x{size[1]}x2", f"to={to[0]}x{to[1]}"
    means = 2 * to[0] * to[1]
    mean = present({"adds": 2 * covered - means, "divides": means})
    assert elementwise_of(f"{image} > avgpool {cells}") == mean
    largest = present({"compares": 2 * covered - means})
    assert elementwise_of(f"{image} > maxpool {cells}") == largest


@pytest.mark.parametrize(
    ("shape", "flat"),
    [((5,), (5,)), ((4, 3), (1, 12)), ((4, 3, 2), (1, 1, 24)), ((2, 3, 4, 5), (1, 1, 1, 120))],
)
def test_a_flatten_leaves_a_grid_of_ones(shape: tuple[int, ...], flat: tuple[int, ...]) -> None:
    work = Flatten().nests(shape)
    assert (work.outputs, work.nests, work.view) == ((flat,), (), True)
