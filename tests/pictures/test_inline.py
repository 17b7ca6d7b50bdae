"""A network in a notebook: its drawing inside a line of HTML, and what it is."""

import base64
import io
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from PIL import Image

import flopcount as fc
from flopcount.pictures import inline

NET = fc.load("googlenet")
ALLOWED = {"div", "img", "br"}


class Shown(HTMLParser):
    """The tags of a piece of HTML, its image and its text."""

    def __init__(self, network: fc.Network) -> None:
        super().__init__()
        self.html = network._repr_html_()
        self.tags: list[str] = []
        self.image: dict[str, str | None] = {}
        self.text = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.image = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def picture(self) -> Image.Image:
        kind, _, data = (self.image["src"] or "").partition(",")
        assert kind == "data:image/png;base64"
        return Image.open(io.BytesIO(base64.b64decode(data, validate=True)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "called", "most"),
    [
        (NET, "GoogLeNet (Inception v1)", 150_000),
        (NET["3a"], "module 3a of GoogLeNet (Inception v1)", 60_000),
        (NET["3a"]["5x5"], "branch 5x5 of module 3a of GoogLeNet (Inception v1)", 60_000),
        (NET["3a/5x5/2"], "layer 3a/5x5/2 of GoogLeNet (Inception v1)", 60_000),
    ],
    ids=["whole", "module", "branch", "layer"],
)
def test_a_network_shows_its_drawing_and_its_line(part: fc.Network, called: str, most: int) -> None:
    shown = Shown(part)
    assert set(shown.tags) == ALLOWED
    assert shown.image["alt"] == f"Drawing of {called}"
    assert "max-width: 100%" in str(shown.image["style"])
    assert "background: white" in str(shown.image["style"])
    assert shown.text.startswith(repr(part))
    assert len(shown.html) < most
    picture = shown.picture.convert("RGB")
    assert picture.getpixel((0, 0)) == (255, 255, 255)
    assert len(picture.getcolors() or []) > 10, "nothing is drawn"


@pytest.mark.slow
def test_the_same_network_gives_the_same_bytes() -> None:
    assert NET["3a"]._repr_html_() == fc.load("googlenet")["3a"]._repr_html_()


def test_a_network_that_takes_long_to_draw_is_its_line_and_why() -> None:
    widths = range(4, 5 + inline.MOST)
    long = fc.parse("8x8x4 > " + " > ".join(f"conv 1x1 {width}" for width in widths))
    shown = Shown(long)
    assert shown.tags == ["div", "div", "br"]
    assert shown.text.startswith(repr(long))
    assert shown.text.endswith(
        "No drawing here: it has 251 layers, and more than 250 would take long."
    )


@pytest.mark.slow
def test_of_too_many_layers_a_module_is_named_and_repeats_count_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inline, "MOST", 84)
    assert Shown(NET).text.endswith(
        "85 layers, and more than 84 would take long; one of its modules is quick, ['conv1']."
    )
    assert Shown(fc.load("inception-resnet-v2")).image, "453 layers, most of them repeated"


@pytest.mark.slow
def test_so_is_one_whose_layers_read_very_many_others() -> None:
    arms = " | ".join("conv 1x1 2" for _ in range(10))
    crossed = fc.parse("8x8x4 > " + " > ".join(f"[{arms}]" for _ in range(23)))
    assert len(crossed.nodes) > inline.MOST
    few = replace(crossed, nodes=crossed.nodes[:242], output=crossed.nodes[241].path)
    assert "img" in Shown(few).tags
    last = few.nodes[-1]
    joined = replace(last, inputs=last.inputs * 30)
    many = Shown(replace(few, nodes=(*few.nodes[:-1], joined)))
    assert many.text.endswith(" results, and more than 500 would take long.")


def test_a_network_that_cannot_be_walked_shows_its_line() -> None:
    layers = fc.parse("8x8x4 > conv 3x3 4").nodes
    broken = replace(fc.parse("8x8x4 > dense 4"), nodes=layers, inputs={"input": (4,)})
    shown = Shown(broken)
    assert shown.tags == ["div", "div"]
    assert shown.text == repr(broken)


def test_what_cannot_be_drawn_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_report: object) -> None:
        raise fc.FlopcountError("igraph is <missing>")

    monkeypatch.setattr(inline, "drawing", refused)
    shown = Shown(NET["3a"])
    assert "img" not in shown.tags
    assert shown.text == f"{NET['3a']!r}No drawing: igraph is <missing>"


def test_a_name_stays_a_text() -> None:
    name = '"><script>alert(1)</script><img src=x onerror=alert(1)>\n\x1b[31m'
    shown = Shown(replace(NET["3a"], name=name, title=name))
    assert set(shown.tags) == ALLOWED
    assert shown.tags.count("img") == 1
    assert set(shown.image) == {"alt", "width", "style", "src"}
    assert str(shown.image["alt"]).startswith('Drawing of module 3a of "><script>')
    assert "\x1b" not in shown.html
    assert "\n" not in shown.html
