"""The picture of other counters: each bar is what a counter prints, its pieces are all of it."""

import pytest

import flopcount as fc
from flopcount.counters.counting import count
from flopcount.counters.networks import calls_of
from flopcount.counters.rules import tools
from flopcount.pictures.counters import counters


@pytest.mark.slow
@pytest.mark.parametrize("name", ["googlenet", "resnet-18", "vit-b16"])
def test_the_pieces_of_a_bar_add_up_to_what_its_counter_prints(name: str) -> None:
    network = fc.load(name)
    (axes,) = counters(fc.analyze(network)).axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    drawn = dict.fromkeys(names, 0.0)
    for container in axes.containers:
        for bar, at in zip(container, names, strict=True):
            drawn[at] += bar.get_width()
    calls = calls_of(network).calls
    printed = {
        tool.name: count(tool, calls).value
        for tool in tools().values()
        if tool.unit != "parameters"
    }
    own = fc.analyze(network).total.multiplies
    assert drawn == {"flopcount": own, **printed}
    sizes = [printed[name] for name in names[1:]]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.slow
def test_the_number_at_the_end_of_a_bar_is_what_the_counter_prints() -> None:
    # fvcore, of torchvision's resnet18 on 224 pixels
    figure = fc.analyze("resnet-18").plot("counters")
    assert "1,819,065,856 MAC" in {text.get_text() for text in figure.axes[0].texts}


@pytest.mark.slow
def test_a_small_picture_keeps_our_own_bar_and_sums_no_counters() -> None:
    figure = fc.analyze("resnet-18").plot("counters", size="100x80mm")
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[0] == "flopcount"
    assert names[1].endswith("backward")
    assert names[-1] == f"{len(tools()) - 1 - (len(names) - 2)} others"  # Keras' are parameters
    assert "not drawn" in {text.get_text().strip() for text in axes.texts}
