"""Pictures in G, MMACs or GFLOPs: axes and labels say the same as the report's table."""

import pytest
from matplotlib.figure import Figure

import flopcount as fc
from flopcount.pictures.matched import by_module
from tests.pictures.drawn import texts


def legend(figure: Figure) -> list[str]:
    (found,) = figure.legends
    return [entry.get_text() for entry in found.get_texts()]


def ticks(axis: object) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]  # type: ignore[attr-defined]


def test_a_saving_in_gflops() -> None:
    figure = fc.analyze("googlenet", modules=["3a"], unit="GFLOPs").plot("savings")
    # 2 × 308,281,344 and 2 × 128,049,152
    assert legend(figure) == ["naive: 0.617 G", "as built: 0.256 G, 2.41× fewer"]
    assert {"0.347", "0.0249, 9.68× fewer", "0.00963"} <= set(texts(figure))
    (axes,) = figure.axes
    label = axes.get_xlabel().replace("\n", " ")
    assert label == "GFLOPs (2 × GMACs) per sample, taps on padding included"
    assert ticks(axes.xaxis)[:3] == ["0", "0.05", "0.1"]
    # the bars themselves are as long as ever
    assert max(bar.get_width() for bar in axes.patches) == 2 * 173_408_256


@pytest.mark.slow
def test_parameters_beside_have_their_own_scale() -> None:
    figure = fc.analyze("googlenet", modules=["3a"], unit="G,Mparams").plot("modules")
    first, second = figure.axes
    assert first.get_title(loc="left") == "0.128 G in all"
    assert second.get_title(loc="left") == "0.164 M in all"
    assert first.get_xlabel().startswith("G multiplies per sample")
    assert second.get_xlabel() == "parameters (M)"
    assert {"0.101", "0.129"} <= set(texts(figure))  # 3x3: 101,154,816 and 129,248
    alone = fc.analyze("googlenet", modules=["3a"], unit="G").plot("modules").axes[1]
    assert alone.get_xlabel() == "parameters"
    assert alone.get_title(loc="left") == "163,696 in all"


@pytest.mark.slow
def test_networks_as_points() -> None:
    reports = [fc.analyze(name, unit="GMACs,Mparams") for name in ("googlenet", "inception-v3")]
    (axes,) = fc.plot(reports, "compare").axes
    assert axes.get_ylabel().startswith("GMACs per sample")
    assert axes.get_xlabel() == "parameters (M)"
    assert {"1", "2", "5"} <= set(ticks(axes.yaxis))
    with pytest.raises(fc.FlopcountError, match="differ in their unit"):
        fc.plot([reports[0], fc.analyze("inception-v3", unit="macs")], "compare")


@pytest.mark.slow
def test_networks_by_module() -> None:
    pair = fc.compare(["googlenet", "googlenet@torchvision"], unit="GMACs", digits=4)
    figure = by_module(pair.networks, pair.measure)
    assert legend(figure) == ["googlenet: 1.583 G", "googlenet@torchvision: 1.498 G"]
    assert figure.axes[0].get_xlabel().startswith("GMACs per sample")
    assert "0.3597" in texts(figure)


@pytest.mark.slow
def test_a_drawing_beside_its_naive_one() -> None:
    drawn = texts(fc.analyze("googlenet", modules=["3a"], unit="MMACs").plot("drawing"))
    assert any("128 MMACs" in text for text in drawn)
    assert "2.41" in " ".join(drawn)
    both = fc.analyze("googlenet", modules=["3a"], unit="MMACs").plot("drawing", beside="naive")
    said = " ".join(texts(both))
    # no sum of rounded numbers: 2.41 + 10.0 is not 12.4 in all cases
    assert "The 5×5 branch: 120 → 12.4 MMACs, 9.68× fewer" in said
    assert "308 MMACs" in said


def test_a_treemap() -> None:
    figure = fc.analyze("googlenet", modules=["3a"], unit="G", digits=2).plot("tree")
    assert any("0.13 G in all" in text.get_text() for text in figure.texts)
