"""Pictures as they stood when somebody last looked at them; `pytest --overwrite` redraws them.

Releases of matplotlib set letters a little differently and make room for them accordingly. So the
panels are put in fixed places, and both pictures are blurred before they are compared with a
tolerance: 3.8 and 3.11 differ by at most 5.4. Where each word stands, and that it is the right
one, is tested in test_plot.py and test_plot_numbers.py.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.testing.compare import compare_images
from PIL import Image, ImageFilter

import flopcount as fc
from flopcount.pictures.breakeven import breakeven
from flopcount.pictures.compare import scatter
from flopcount.pictures.layers import layers
from flopcount.pictures.matched import by_module
from flopcount.pictures.modules import modules
from flopcount.pictures.savings import savings
from flopcount.pictures.tree import tree

IMAGES = Path(__file__).parent / "images"
TOLERANCE = 6  # root mean square of the differences, of 255
BLUR = 3  # pixels
DPI = 60


def reductions(**where: object) -> Figure:
    network = fc.load("googlenet")
    return breakeven(network, fc.reductions(network, counts=["multiplies"], **where))  # type: ignore[arg-type]


CASES: dict[str, Callable[[], Figure]] = {
    "savings.png": lambda: savings(fc.analyze(fc.load("googlenet")["3a"])),
    "modules.png": lambda: modules(fc.analyze(fc.load("inception-v3"))),
    "layers.png": lambda: layers(fc.analyze(fc.load("googlenet"))),
    "breakeven.png": reductions,
    "breakeven-curve.png": lambda: reductions(modules=["3a"], branch="5x5"),
    "compare.png": lambda: scatter(
        [fc.analyze(fc.load(f"inception-{name}")) for name in ("v2", "v3", "v4", "resnet-v2")]
    ),
    "by-module.png": lambda: by_module([fc.load("googlenet"), fc.load("googlenet@torchvision")]),
    "tree.png": lambda: tree(fc.analyze(fc.load("googlenet"))),
}


def save(figure: Figure, path: Path) -> None:
    """Write a picture whose panels stand where they stand with every release."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        down, across, place, _ = axes.get_subplotspec().get_geometry()
        row, column = divmod(place, across)
        wide, high = 0.8 / across, 0.7 / down
        axes.set_position(
            (0.15 + wide * column, 0.15 + high * (down - 1 - row), 0.9 * wide, 0.9 * high)
        )
    figure.savefig(path, dpi=DPI, metadata={"Software": None})


def differs(figure: Figure, name: str, folder: Path) -> str | None:
    """What differs from the picture of that name, or None."""
    save(figure, folder / name)
    paths = []
    for place, path in enumerate((IMAGES / name, folder / name)):
        with Image.open(path) as image:
            paths.append(str(folder / f"blurred-{place}.png"))
            image.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR)).save(paths[-1])
    return compare_images(*paths, tol=TOLERANCE)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_picture_is_the_one_looked_at(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    figure = CASES[name]()
    if request.config.getoption("--overwrite"):
        save(figure, IMAGES / name)
    assert differs(figure, name, tmp_path) is None


def test_every_image_is_of_a_case() -> None:
    assert {path.name for path in IMAGES.iterdir()} == set(CASES)
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 300_000


def recolour(figure: Figure) -> None:
    for patch in figure.axes[0].patches[:2]:
        patch.set_facecolor("white")


def shift(figure: Figure) -> None:
    for patch in figure.axes[0].patches:
        if isinstance(patch, Rectangle):
            patch.set_width(patch.get_width() * 0.9)


def reword(figure: Figure) -> None:
    figure.axes[0].set_xlabel("")
    figure.legends[0].remove()


@pytest.mark.slow
@pytest.mark.parametrize("change", [recolour, shift, reword])
def test_a_changed_picture_is_seen(change: Callable[[Figure], None], tmp_path: Path) -> None:
    figure = CASES["savings.png"]()
    change(figure)
    assert "RMS" in str(differs(figure, "savings.png", tmp_path))


@pytest.mark.slow
def test_a_picture_of_another_size_is_seen(tmp_path: Path) -> None:
    from matplotlib.testing.exceptions import ImageComparisonFailure

    with pytest.raises(ImageComparisonFailure, match="sizes do not match"):
        differs(CASES["tree.png"](), "savings.png", tmp_path)
