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
from .settings import Settings
from .style import drawing as style
from .words import subject

MOST = 250  # boxes, and links between them: a second or so
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
        size = _size(report)
        if size > MOST:
            return _captioned("", line, _too_many(network, size))
        image = _image(report)
    except FlopcountError as error:
        return _captioned("", line, "" if str(error) in line else f"No drawing: {error}")
    return _captioned(image, line, _KEY)


def _size(report: Report) -> int:
    """How many boxes the drawing has, or links if they are more; of repeats the first is drawn."""
    shown = {repeat.modules[0] for repeat in repeats(report)}
    nodes = [row.node for row in report.rows if row.node.module in shown]
    return max(len(nodes), sum(len(node.inputs) for node in nodes) // 2)


def _too_many(network: Network, size: int) -> str:
    cure = ""
    if len(network.modules) > 1:
        cure = f"; one of its modules is quick, [{network.modules[0]!r}]"
    return f"No drawing here: it has {size:,} layers, and more than {MOST} would take long{cure}."


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
    """An element of HTML; texts stay texts, whatever a network is called."""
    said = "<br>".join(escape(visible(text)) for text in (line, more) if text)
    return f'<figure style="margin: 0">{image}<figcaption>{said}</figcaption></figure>'
