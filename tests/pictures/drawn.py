"""What the tests draw, and the texts of what is drawn."""

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import flopcount as fc

GOOGLENET = fc.load("googlenet")
REPORT = fc.analyze(GOOGLENET)
SHIPPED = (
    *("bn-inception", "cifar10-inception", "googlenet", "inception-resnet-v1"),
    *("inception-resnet-v2", "inception-v2", "inception-v3", "inception-v4"),
)
# A plain one and one with residuals; the others are drawn by the slow tests.
SAMPLED = [
    pytest.param(
        name, marks=[pytest.mark.slow] * (name not in ("googlenet", "inception-resnet-v1"))
    )
    for name in SHIPPED
]
NOTHING = fc.parse("8x8x3 > maxpool 2x2")


def texts(figure: Figure) -> list[str]:
    return [found.get_text() for found in figure.findobj(Text) if isinstance(found, Text)]


def chain(count: int) -> fc.Network:
    """Build a spec of so many 3×3 convolutions, the widths growing."""
    return fc.parse("8x8x3" + "".join(f" > conv 3x3 {3 + place}" for place in range(count)))


def of(name: str, *modules: str, **options: object) -> fc.Report:
    """Report a network, its auxiliary heads too, or some of its modules."""
    return fc.analyze(fc.load(name, aux=True), modules=modules, **options)  # type: ignore[arg-type]
