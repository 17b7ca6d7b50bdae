"""What is drawn can be told apart: greys, hatches, and names that are cut."""

import itertools
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.pictures.kernels import kernel_of, lightness
from flopcount.pictures.layers import layers
from flopcount.pictures.matched import MOST_SERIES, look
from flopcount.pictures.modules import modules
from flopcount.pictures.parts import kernels_in
from flopcount.pictures.savings import savings
from flopcount.pictures.settings import THEMES, chosen
from flopcount.pictures.style import area, drawing, theme
from flopcount.pictures.texts import apart, fitted, width, wrapped
from flopcount.pictures.tree import tree
from flopcount.pictures.treemap import Box, pieces
from tests.pictures.drawn import NOTHING, SAMPLED

# -- nothing to show


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (modules, "nothing to draw: no layer has multiplies or parameters"),
        (layers, "nothing to draw: no layer has multiplies or parameters"),
        (tree, "nothing to draw: no layer multiplies"),
        (savings, "nothing to draw: no layer multiplies"),
    ],
)
def test_an_empty_picture_is_refused(draw: Any, message: str) -> None:
    with pytest.raises(FlopcountError, match=message):
        draw(fc.analyze(NOTHING))


# -- style


@pytest.mark.parametrize("name", THEMES)
def test_bars_are_told_apart_in_grey(name: str) -> None:
    with drawing(chosen(theme=name)):
        colours = theme()
        ground, ink = lightness(colours.ground), lightness(colours.ink)
        assert abs(lightness(colours.naive) - lightness(colours.built)) > 35
        assert min(abs(lightness(one) - ground) for one in (colours.built, colours.naive)) > 15
        assert abs(ink - ground) > 75
        assert abs(lightness(colours.quiet) - ground) > 55
        shades = [lightness(look(place, 6)["facecolor"]) for place in range(6)]
        assert all(abs(after - before) > 7 for before, after in itertools.pairwise(shades))
        assert abs(shades[-1] - ground) > 7
    assert (lightness("#000000"), round(lightness("#ffffff"))) == (0, 100)


def test_a_transposed_kernel_does_not_look_like_a_convolutions() -> None:
    for kernel in ("3x3", "4x4", "1x3"):
        spec = f"9x9x4 > transposed {kernel} 4 > conv {kernel} 4 > depthwise {kernel}"
        looks = {kernel_of(node.op)[1:] for node in fc.parse(spec).nodes}
        assert len(looks) == 3


@pytest.mark.parametrize("name", THEMES)
def test_kernels_are_told_apart_in_grey(name: str) -> None:
    spec = "99x99x9 > conv 1x1 2 reduce > conv 1x1 4 > conv 3x3 4 > conv 5x5 4 > conv 7x7 4"
    tokens = fc.parse("9x4 > attention 2 > lstm 4").nodes
    nodes = (*fc.parse(f"{spec} > conv 9x9 4 > dense 5").nodes, *tokens)
    ops = [node.op for node in nodes]
    with drawing(chosen(theme=name)):
        light = sorted(lightness(area(kernel_of(op).colour)["facecolor"]) for op in ops)
        ground = lightness(theme().ground)
    assert all(after - before > 4 for before, after in itertools.pairwise(light))
    assert all(abs(one - ground) > 8 for one in light)


def test_no_two_series_look_alike() -> None:
    with drawing(chosen()):
        looks = [tuple(look(place, MOST_SERIES).values()) for place in range(MOST_SERIES)]
    assert len(set(looks)) == MOST_SERIES == 18


def test_kernels_that_look_the_same_share_an_entry() -> None:
    spec = "99x99x3" + "".join(f" > conv {side}x{side} 4" for side in (9, 11, 13, 15, 3))
    rows = fc.analyze(fc.parse(spec)).rows
    assert [kernel.word for kernel in kernels_in(rows)] == ["3×3", "9×9, 11×11, 13×13 and 1 more"]


@pytest.mark.slow
@given(st.text(max_size=300), st.floats(0.3, 4))
def test_a_fitted_text_fits(text: str, inches: float) -> None:
    shown = fitted(text, inches)
    assert width(shown) <= inches
    assert "\n" not in shown


@given(st.text(max_size=300), st.floats(0.3, 4))
def test_a_wrapped_text_fits(text: str, inches: float) -> None:
    lines = wrapped(text, inches)
    assert 1 <= len(lines) <= 3
    assert all(width(line) <= inches for line in lines)


def test_a_text_is_broken_between_words() -> None:
    text = "Multiplies and parameters of GoogLeNet (Inception v1), by module"
    assert " ".join(wrapped(text, 2)) == text
    assert wrapped(text, 9) == [text]
    assert "…" in wrapped(text, 1)[-1]


def test_a_long_text_keeps_its_ends() -> None:
    shown = fitted(f"first{'w' * 2_000}last", 2)
    assert shown.startswith("first")
    assert shown.endswith("last")
    assert "…" in shown
    assert fitted("3a/5x5/2", 2) == "3a/5x5/2"


def test_names_that_would_look_the_same_get_a_number() -> None:
    long = [f"{'w' * 99}{place}{'w' * 99}" for place in range(12)]
    shown = apart(["3a", *long, long[5], "3a"], 1)
    assert len(set(shown)) == 13
    assert (shown[0], shown[6]) == (shown[-1], shown[-2])
    assert "(" not in shown[1]
    assert all(name.endswith(f" ({place})") for place, name in enumerate(shown[2:13], 2))
    assert all(width(name, 8) <= 1 for name in shown)


@pytest.mark.slow
@given(st.lists(st.text(max_size=40), max_size=30))
def test_no_two_names_look_the_same(names: list[str]) -> None:
    shown = dict(zip(names, apart(names, 0.6), strict=True))
    assert len(set(shown.values())) == len(set(names))


@pytest.mark.slow
@pytest.mark.parametrize("draw", [savings, modules])
def test_modules_that_differ_in_the_middle_alone_are_told_apart(draw: Any) -> None:
    lines = "".join(f"{'a' * 27}{place}{'a' * 27} = 'conv 1x1 {2 + place}'\n" for place in range(3))
    network = build(
        parse_table(tomllib.loads(f'input = "8x8x3"\n[rows]\n{lines}')), "own", Options()
    )
    axes = draw(fc.analyze(network)).axes[0]
    assert len({tick.get_text() for tick in axes.get_yticklabels()}) == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_a_layer_is_named_only_where_its_module_is(name: str) -> None:
    report = fc.analyze(fc.load(name))
    (axes,) = tree(report).axes
    named = {text.get_text().split("  ")[0] for text in axes.texts if text.get_va() == "top"}
    assert named
    bounds = axes.get_xlim()[1], axes.get_ylim()[0]
    found = list(pieces(report, Box(0, 0, *bounds)))
    layers = {part.box: part.module for part in found if part.layer is not None}
    for text in axes.texts:
        if text.get_va() == "center":
            x, y = text.get_position()
            (module,) = (
                module
                for box, module in layers.items()
                if box.left < x < box.left + box.wide and box.top < y < box.top + box.high
            )
            assert module in named, text
