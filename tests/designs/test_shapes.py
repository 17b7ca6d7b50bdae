"""Shapes: what makes another network of each value, beside what stays open in each walk."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.designs.grid.axes import read_axes
from flopcount.designs.shapes import decimal, parted, read_factors, shapes, shown
from flopcount.errors import FlopcountError
from flopcount.notation import draft
from flopcount.sizes.values import value


@pytest.mark.parametrize(
    ("reference", "closed", "opened"),
    [
        ("resnet50", {"conv4_x.n": "5:6"}, {"input": "160,224", "conv3_x.c": "64,128"}),
        ("efficientnet-b0", {"stage4.k": "3,5", "stage4.s": "1,2"}, {"input": "64,65"}),
        ("vit-b16", {"embed.p": "16,32", "layers.n": "2", "layers.h": "3"}, {"embed.d": "96,192"}),
    ],
)
def test_each_shape_costs_what_its_network_costs(
    reference: str, closed: dict[str, str], opened: dict[str, str]
) -> None:
    """The network is built with the same values, one by one, in whole numbers."""
    plan = draft(reference)
    axes, rest = parted({**closed, **opened}, plan)
    assert [axis.name for axis in axes] == [*closed]
    assert rest == opened
    left_open = read_axes(rest, plan.variables(), ())
    found = shapes(plan, axes, left_open)
    assert not found.left_out
    assert len(found.found) > 1
    for shape in found.found:
        at = {axis.name: axis.points[-1] for axis in left_open}
        options = {name: size for name, size in at.items() if name != "input"}
        options |= {axis.name: int(one) for axis, one in zip(axes, shape.values, strict=True)}
        size = "{0}x{0}".format(at["input"]) if "input" in at else None
        cost = fc.analyze(fc.load(reference, set=options, input=size)).total.cost
        assert value(shape.costs.count("multiplies"), at) == cost.multiplies
        assert value(shape.costs.count("params"), at) == cost.params


def test_width_is_a_shape_with_factors() -> None:
    """Of a multiple, as the rewrite rounds."""
    plan = draft("mobilenet-v2")
    axes, rest = parted({"width": "0.5:1:0.25"}, plan)
    assert rest == {}
    found = shapes(plan, axes, (), multiple=8)
    params = [shape.costs.count("params") for shape in found.found]
    networks = [f"mobilenet-v2@width={factor}@multiple=8" for factor in ("0.5", "0.75", "1")]
    assert params == [fc.analyze(fc.load(name)).total.cost.params for name in networks]
    assert shown(axes, found.found[1].values) == "width=0.75"


def test_what_cannot_be_built_is_left_out_and_why() -> None:
    """A patch of 17 does not divide a side of 224; where nothing can be built that is said."""
    plan = draft("vit-b16")
    axes, _ = parted({"embed.p": "16,17", "layers.h": "12,13"}, plan)
    found = shapes(plan, axes, ())
    assert [shape.values for shape in found.found] == [(16, 12)]
    assert [values for values, _ in found.left_out] == [(16, 13), (17, 12), (17, 13)]
    assert "a patch of 17 does not divide a side of 224" in str(found.left_out[1][1])
    axes, _ = parted({"embed.p": "17"}, plan)
    with pytest.raises(FlopcountError, match=r"embed\.p=17: .*does not divide a side of 224"):
        shapes(plan, axes, ())


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ({"conv4_x.n": "1:70", "conv3_x.n": "1:70"}, "4,900 networks to be built one by one"),
        ({"conv9.n": "1:2"}, "unknown name"),
        ({"conv4_x.n": "0:2"}, "0, not a whole number from 1"),
        ({"width": "0"}, "not a factor above 0"),
        ({"width": "0.5:x:1"}, "'x' is not a factor"),
        ({"width": "0.5:1"}, "is not FIRST:LAST:STEP"),
        ({"width": "2:1:0.5"}, "the range is empty: 2 is past its end, 1"),
        ({"width": "1,1.0"}, "the value 1 is named twice"),
        ({"width": "0.1:1000:0.1"}, "more than 4,096 values"),
        ({"width": "1e-999999999"}, "not a factor above 0"),
        ({"width": "nan"}, "not a factor above 0"),
        ({"width": ""}, "not a factor above 0"),
        ({"width": []}, "no values"),
        ({"width": 7}, "expected factors"),
    ],
)
def test_what_does_not_fit_is_one_line(vary: dict[str, str], said: str) -> None:
    """It names the option and what was read."""
    with pytest.raises(FlopcountError) as error:
        parted(vary, draft("resnet50"))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_set_already_does_not_vary() -> None:
    """As of names that stay open."""
    with pytest.raises(FlopcountError, match=r"conv4_x\.n is both set and varied"):
        fc.fit("resnet50", {"params": 10**8}, vary={"conv4_x.n": "1:2"}, set={"conv4_x.n": 3})


@settings(max_examples=25)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=9, unique=True))
def test_factors_are_read_as_they_are_written(thousandths: list[int]) -> None:
    """Exactly, whatever a float would make of them."""
    factors = [Fraction(one, 1000) for one in thousandths]
    assert [*read_factors(",".join(map(decimal, factors)))] == factors
