"""The first design that does not fit is the one that a look at each design finds first."""

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.designs.grid import alike
from flopcount.designs.grid.alike import firsts, period
from flopcount.designs.grid.axes import Box
from flopcount.designs.grid.misfits import first_misfit
from flopcount.designs.sweeps import plan
from flopcount.errors import FlopcountError
from flopcount.sizes.condition import Condition, primitive
from flopcount.sizes.polynomial import Number, Space
from flopcount.sizes.size import maximum, minimum
from flopcount.sizes.values import holds, value

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = ("a", "b", "c")
HIGH = 40

values = st.lists(st.integers(1, HIGH), min_size=1, max_size=7, unique=True)
boxes = st.tuples(values, values, values)
small = st.integers(1, 12)


def over(box: Box) -> dict[str, Number]:
    space = Space()
    ends = [(min(points), max(points)) for points in box]
    return {
        name: low if low == high else space.name(name, low, high)
        for name, (low, high) in zip(NAMES, ends, strict=True)
    }


@st.composite
def sums(draw: st.DrawFn, names: dict[str, Number]) -> Number:
    """What groups, heads and parts ask of widths: sums of them and of their parts."""
    result: Number = draw(st.integers(-6, 6))
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)):
        part = names[name]
        match draw(st.integers(0, 3)):
            case 0:
                part = part * names[draw(st.sampled_from(NAMES))]
            case 1:
                part = part // draw(small)
            case 2:
                part = maximum(part, draw(small))
        result = result + part * draw(small)
    return result


@st.composite
def questions(draw: st.DrawFn) -> tuple[Condition, Box]:
    box = draw(boxes)
    number, by = draw(sums(over(box))), draw(small)
    match draw(st.integers(0, 3)):
        case 0:
            number = minimum(number % by, draw(sums(over(box))) % draw(small))
        case 1:
            number = number // by - draw(st.integers(0, 9))
        case _:
            number = number % by
    return Condition(primitive(number), draw(st.sampled_from("<≠="))), box


def literal(condition: Condition, box: Box) -> tuple[int, ...] | None:
    for indices in product(*(range(len(points)) for points in box)):
        point = [points[index] for points, index in zip(box, indices, strict=True)]
        if holds(condition, dict(zip(NAMES, point, strict=True))):
            return indices
    return None


@given(questions())
def test_the_first_misfit_is_that_of_a_look_at_each_design(asked: tuple[Condition, Box]) -> None:
    condition, box = asked
    assert first_misfit(condition, NAMES, box) == literal(condition, box)


@given(questions())
def test_a_period_is_one(asked: tuple[Condition, Box]) -> None:
    condition, box = asked
    number = condition.value
    ends = [range(min(points), max(points) + 1) for points in box]
    for name, along in zip(NAMES, ends, strict=True):
        by = period(number, name, along[0], along[-1])
        others = {one: points[0] for one, points in zip(NAMES, ends, strict=True)}
        for x in along if by else ():
            again = value(number, others | {name: x + (by or 0)})
            assert x + (by or 0) > along[-1] or value(number, others | {name: x}) == again


def test_a_wrong_period_would_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    box = ([4, 8, 6], [4, 8], [4])
    names = over(box)
    condition = Condition(primitive((names["a"] + names["b"]) % 4), "≠")
    assert first_misfit(condition, NAMES, box) == literal(condition, box) == (2, 0, 0)
    monkeypatch.setattr(alike, "_repeats", lambda *_: True)
    assert first_misfit(condition, NAMES, box) is None


@pytest.mark.parametrize(
    ("number", "told_apart"),
    [
        (lambda a, b: (a + b) % 12, 12),
        (lambda a, b: (3 * a + b) % 12, 4),
        (lambda a, b: (a // 3 + b) % 2, 3),  # from 1 to 6, ⌊a/3⌋ is 0, 1 or 2
        (lambda a, b: (a * b) % 10, 10),
        (lambda a, b: (a % 5) * b, 5),
        (lambda a, b: minimum(a, 3) * b, 3),
        (lambda a, b: a * b - 50, HIGH),
    ],
)
def test_as_many_values_are_told_apart(number: Any, told_apart: int) -> None:
    space = Space()
    both = number(*(space.name(name, 1, HIGH) for name in "ab"))
    found, _ = firsts(Condition(both, "≠"), "ab", (range(1, HIGH + 1),) * 2)
    assert [*found] == sorted(found)
    assert len(found) == told_apart


SPEC = "8x8x3 > [conv 1x1 a | conv 1x1 b | conv 1x1 c] > conv 3x3 8 groups=4"


def test_groups_of_a_sum_of_three_widths_over_many_designs() -> None:
    every = range(4, 4 * 65_536 + 1, 4)
    fitting: dict[str, Sequence[int]] = dict.fromkeys(NAMES, every)  # 2.8·10¹⁴ designs
    found = plan(SPEC, fitting, top=1)
    assert found.size == 65_536**3
    found.check_fits()
    fitting["b"] = [*every[:-1], 4 * 65_536 + 2]
    with pytest.raises(FlopcountError, match=r"^a=4, b=262146, c=4: .*groups=4 does not divide"):
        plan(SPEC, fitting, top=1).check_fits()
