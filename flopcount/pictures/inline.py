"""A network as a notebook shows it: its drawing in a line of HTML, and what it is below it.

The drawing is a PNG inside the HTML: where a notebook is not trusted, and on sites that show
notebooks, an SVG would be left out. Its ground is white, in a dark notebook too.
"""

from base64 import b64encode
from html import escape
from io import BytesIO

from ..analysis import Report, analyze
from ..analysis.repeats import repeats
from ..core import Network
from ..errors import FlopcountError, visible
from .drawing.figure import drawing
from .drawing.sketch import sketched
from .settings import Settings
from .style import drawing as style
from .words import subject

MOST = 250  # layers, and twice as many links between them: a second or so
_WIDE = 1_800  # dots: letters that can be read where the picture is opened by itself
_DPI = (60, 160)
_COLOURS = 64  # as many as it has, with the shades of its letters: a third of the bytes
_KEY = (
    "Each box is a layer, filled by its share of all multiplies; "
    "a band is as wide as the activations that it carries."
)


def figure_of(network: Network, line: str) -> str:
    """The drawing of a network as HTML, and the `line` that says what it is.

    Without a drawing where it would take seconds, and where the network cannot be drawn or its
    layers do not fit together; the line, and why, stand alone then.
    """
    try:
        report = analyze(network)
        much = _too_much(report)
        image = "" if much else _image(report)
    except FlopcountError as error:
        return _captioned("", line, "" if str(error) in line else f"No drawing: {error}")
    return _captioned(image, line, much or _KEY)


def _too_much(report: Report) -> str:
    """Why drawing a network would take long; of modules that repeat each other one is drawn."""
    modules = report.network.modules
    drawn = sketched(report)
    shown = {repeat.modules[0] for repeat in repeats(drawn)}
    nodes = [row.node for row in drawn.rows if row.node.module in shown]
    links = sum(len(node.inputs) for node in nodes)
    if len(nodes) > MOST:
        why = f"it has {len(nodes):,} layers, and more than {MOST}"
    elif links > 2 * MOST:
        why = f"its layers read {links:,} results, and more than {2 * MOST}"
    else:
        return ""
    cure = f"; one of its modules is quick, [{modules[0]!r}]" if len(modules) > 1 else ""
    return f"No drawing here: {why} would take long{cure}."


def _image(report: Report) -> str:
    """The drawing as an element of HTML that has all of it inside."""
    out, (least, most) = BytesIO(), _DPI
    with style(Settings(heading=False)):
        figure = drawing(report)
        inches = figure.get_size_inches()[0]
        figure.savefig(out, format="png", dpi=max(least, min(most, _WIDE // inches)))
    png = _small(out.getvalue())
    wide = round(min(96 * inches, _WIDE))  # a browser's inch has 96 dots
    return (
        f'<img alt="{escape(visible(f"Drawing of {subject(report.network)}"))}" width="{wide}" '
        f'style="max-width: 100%; height: auto; background: white" '
        f'src="data:image/png;base64,{b64encode(png).decode()}">'
    )


def _small(png: bytes) -> bytes:
    """The same in few colours."""
    from PIL import Image  # which matplotlib brings

    out = BytesIO()
    with Image.open(BytesIO(png)) as image:
        image.convert("RGB").quantize(_COLOURS).save(out, format="png", optimize=True)
    return out.getvalue()


def _captioned(image: str, line: str, more: str) -> str:
    """An element of HTML; texts stay texts, whatever a network is called.

    It is no <figure>, which themes of pages shrink to its content or set in italics.
    """
    said = "<br>".join(escape(visible(text)) for text in (line, more) if text)
    return f"<div>{image}<div>{said}</div></div>"
