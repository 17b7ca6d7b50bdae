"""How a picture looks is the user's choice, and a kernel's colour is the same everywhere."""

import io
import re
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text
from PIL import Image

import flopcount as fc
from flopcount import FlopcountError
from flopcount.pictures import KINDS, draw
from flopcount.pictures.kernels import OTHER, kernel_of
from flopcount.pictures.modules import swatches
from flopcount.pictures.settings import FONT, THEMES, chosen, families
from flopcount.pictures.style import area, drawing, picture, settings
from tests.pictures.drawn import GOOGLENET, REPORT, SHIPPED, texts
from tests.pictures.test_plot import check

ALL = [kind for kind in KINDS if kind != "drawing"]


def reports(kind: str, name: str = "googlenet") -> list[fc.Report]:
    names = (name, "bn-inception") if kind == "compare" else (name,)
    return [fc.analyze(fc.load(name)) for name in names]


# -- colours


def test_a_kernel_has_one_colour_in_all_networks_and_kinds() -> None:
    looks: dict[str, set[tuple[str, str]]] = {}
    for name in SHIPPED:
        with drawing(chosen()):  # modules and tree have these in their legend
            entries = swatches(fc.analyze(fc.load(name)).rows)
        for patch in entries:
            look = to_hex(patch.get_facecolor()), patch.get_hatch() or ""
            looks.setdefault(patch.get_label(), set()).add(look)
    assert {"1×1 reduce", "1×1", "3×3", "5×5", "7×7", "1×7", "7×1", "dense"} <= set(looks)
    assert all(len(same) == 1 for same in looks.values())
    weighted = {word: look for word, look in looks.items() if (OTHER, "") not in look}
    assert len({look for same in weighted.values() for look in same}) == len(weighted)


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_the_pieces_have_the_colours_of_their_kernels(theme: str) -> None:
    with drawing(chosen(theme=theme)):
        own = {
            to_hex(area(kernel_of(row.node.op).colour)["facecolor"])
            for row in REPORT.rows
            if row.count("multiplies")
        }
    for kind in ("modules", "tree"):
        figure = REPORT.plot(kind, theme=theme)
        patches = [patch for patch in figure.axes[0].patches if patch.get_fill()]
        assert {to_hex(patch.get_facecolor()) for patch in patches} == own


# -- options


@pytest.mark.slow
@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("inches", "theme"), [(3.3, "light"), (2, "dark")])
def test_a_narrow_picture_has_every_word_inside(kind: str, inches: float, theme: str) -> None:
    figure = draw(kind, reports(kind), settings=chosen(size=f"{inches}in", theme=theme))
    assert figure.get_size_inches()[0] == inches
    check(figure)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["googlenet", "inception-resnet-v2"])
@pytest.mark.parametrize("kind", ["savings", "modules", "breakeven"])
def test_a_chosen_height_has_as_many_rows_as_fit(kind: str, name: str) -> None:
    figure = draw(kind, reports(kind, name), settings=chosen(size="84x110mm"))
    assert figure.get_size_inches() == pytest.approx((84 / 25.4, 110 / 25.4), abs=0.5 / 150)
    check(figure)


@pytest.mark.parametrize("kind", ALL)
def test_what_does_not_fit_is_refused(kind: str) -> None:
    message = re.escape("does not fit into 1.5×1.5 inches; choose a larger --size")
    with pytest.raises(FlopcountError, match=message):
        draw(kind, reports(kind), settings=chosen(size="1.5x1.5in"))


@pytest.mark.slow
def test_size_and_dots_are_the_file_s() -> None:
    figure = REPORT.plot("tree", size="4x3in", dpi=50)
    with Image.open(io.BytesIO(picture(figure, "png"))) as image:
        assert image.size == (200, 150)
    assert b'width="288pt" height="216pt"' in picture(figure, "svg")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["savings", "layers", "compare", "tree"])
def test_a_title_and_no_heading(kind: str) -> None:
    def draw_with(**look: Any) -> list[str]:
        return texts(draw(kind, reports(kind), settings=chosen(**look)))

    usual, titled = draw_with(), draw_with(title="Module $3a$,\n old")
    assert len(usual) == len(titled)
    assert "Module $3a$, old" in titled
    bare = draw_with(heading=False)
    assert not any("GoogLeNet" in text or "224×224×3" in text for text in bare)
    assert len(bare) < len(usual)


@pytest.mark.slow
def test_a_dark_picture_is_dark_and_a_transparent_one_has_no_ground() -> None:
    grounds = []
    for look in ({}, {"theme": "dark"}, {"transparent": True}):
        data = picture(REPORT.plot("savings", **look), "png")
        with Image.open(io.BytesIO(data)) as image:
            grounds.append(np.asarray(image.convert("RGBA"))[0, 0].tolist())
    assert grounds[0] == [255, 255, 255, 255]
    assert max(grounds[1][:3]) < 40
    assert grounds[2][3] == 0


@pytest.mark.slow
def test_the_font_is_the_chosen_one_and_texts_are_measured_in_it() -> None:
    figure = GOOGLENET_3A.plot(font="dejavu sans mono", size="5in")
    assert {text.get_fontfamily()[0] for text in figure.findobj(Text)} == {"DejaVu Sans Mono"}
    check(figure)
    assert settings().font == FONT  # as before


@pytest.mark.slow
@pytest.mark.parametrize("font", ["serif", "STIXGeneral", "cmr10"])
def test_a_sign_that_a_font_does_not_have_is_another_s(font: str) -> None:
    figure = GOOGLENET_3A.plot(font=font)
    check(figure)
    assert any("1×1" in text for text in texts(figure))


def test_every_font_that_is_there_can_be_chosen() -> None:
    for family in families()[:40]:  # some have a hyphen in their name, or few letters
        assert chosen(font=family).font == family
        assert chosen(font=f" {family.upper()} ").font.casefold() == family.casefold()
    report = fc.analyze(fc.parse("8x8x3 > conv 3x3 4"))
    for family in [one for one in families() if "-" in one][:2]:
        assert report.plot(font=family)


def test_a_font_that_cannot_be_read_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: str) -> None:
        raise RuntimeError(f"Can not load\n{path}")

    monkeypatch.setattr("matplotlib.font_manager.get_font", fails)
    with pytest.raises(FlopcountError, match="cannot read the font 'DejaVu Serif': Can not load"):
        chosen(font="dejavu serif")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_same_picture_has_the_same_bytes(form: str) -> None:
    look = {"theme": "dark", "size": "3.3in", "font": "serif", "title": "T"}
    first, second = (picture(GOOGLENET_3A.plot("tree", **look), form) for _ in range(2))
    assert first == second


GOOGLENET_3A = fc.analyze(GOOGLENET["3a"])


@pytest.mark.parametrize(
    ("look", "message"),
    [
        ({"size": "3.3"}, "size is '3.3', not a width"),
        ({"size": ""}, "size is '', not a width"),
        ({"size": "3.3inx2"}, "not a width or width x height such as 3.3in or 84x60mm"),
        ({"size": 3.3}, "size is 3.3, not a width"),
        ({"size": "-3in"}, "size is '-3in'"),
        ({"size": "1in"}, "a side has from 1.5 to 100 inches (38 to 2540 mm)"),
        ({"size": "3x999999cm"}, "a side has from 1.5 to 100 inches"),
        ({"size": "9" * 99 + "in"}, "size is"),
        ({"size": "99in", "dpi": 2400}, "dots, at most 50,000,000 are drawn; choose a smaller"),
        ({"dpi": 0}, "dpi is 0, not a whole number from 20 to 2,400"),
        ({"dpi": "1e9"}, "dpi is '1e9'"),
        ({"dpi": True}, "dpi is True"),
        ({"dpi": 99.5}, "dpi is 99.5"),
        ({"theme": "drak"}, "unknown theme 'drak' (known: light, dark); did you mean 'dark'?"),
        ({"font": "DejaVu Snas"}, "unknown font 'DejaVu Snas'; did you mean 'DejaVu Sans'?"),
        ({"font": "qqqqq"}, "sans-serif, serif, monospace and DejaVu Sans are always there"),
        ({"font": 3}, "font: expected the name of a family, not 3"),
        ({"title": " "}, "title: an empty title; leave the heading out with --no-heading"),
        ({"title": "w" * 9999}, "title: more than 1,000 signs"),
        ({"title": 3}, "title: expected a text, not 3"),
    ],
)
def test_what_nobody_can_draw_is_one_line(look: dict[str, Any], message: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)) as caught:
        GOOGLENET_3A.plot(**look)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("title", ["$x^2$ {", "\u202eright", "🙈 שלום", "\x00\x1b[31m", "w" * 900])
def test_any_title_is_text(title: str) -> None:
    check(GOOGLENET_3A.plot(title=title, size="3.3in"))


@pytest.mark.parametrize(
    "size", ["3.3 in", "3.3in ", "8.4cm", "84 mm", "240pt", "84x60mm", "84×60 mm"]
)
def test_sizes_as_people_write_them(size: str) -> None:
    read = chosen(size=size)
    assert read.width == pytest.approx(3.3, abs=0.04)
    assert read.height is None or read.height == pytest.approx(60 / 25.4, abs=1e-3)
