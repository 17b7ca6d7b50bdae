"""What stands beside a network in a drawing, on one scale, and what is said of both."""

from dataclasses import replace

import pytest

import flopcount as fc
from flopcount.core import Network
from flopcount.notation import read_rewrite
from flopcount.pictures.drawing.figure import drawing
from flopcount.pictures.drawing.sides import chosen_beside, contrast
from flopcount.sizes import Window
from tests.pictures.drawn import of, texts
from tests.pictures.models import CONV, residual
from tests.pictures.test_plot import check


def test_the_story_of_the_1x1_is_told_in_numbers() -> None:
    found = contrast(of("googlenet", "3a"), "naive", 1.6)
    assert found.title == "What the 1×1 reductions save in module 3a of GoogLeNet (Inception v1)"
    assert [side.name for side in found.sides] == ["without the 1×1 reductions", "as built"]
    assert [side.scene.total for side in found.sides] == [308_281_344, 128_049_152]
    assert found.ratio == "2.41× fewer"
    assert found.sentence == (
        "The 5×5 branch: 120,422,400 → 2,408,448 + 10,035,200 = 12,443,648 multiplies, 9.68× fewer"
    )
    assert found.accent == ("3a", "5x5")
    said = texts(drawing(of("googlenet", "3a"), "naive"))
    for text in ("5×5 32", "120,422,400", "10,035,200", "2.41×", "308,281,344 multiplies"):
        assert text in said


@pytest.mark.parametrize(
    ("reading", "total"),
    # the table of the three readings in the design of the what-ifs, of the nine modules
    [("reduce", 3_947_847_680), ("figure", 3_881_213_952), ("chained", 12_085_441_536)],
)
def test_each_reading_of_naive_is_drawn(reading: str, total: int) -> None:
    modules = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")
    found = contrast(of("googlenet", *modules), f"naive={reading}", 1.6)
    assert [side.scene.total for side in found.sides] == [total, 1_103_972_352]


def test_a_reduction_that_costs_says_so() -> None:
    found = contrast(of("cifar10-inception", "inception"), "naive", 1.6)
    assert found.title.startswith("What the 1×1 reductions cost in")
    assert [side.name for side in found.sides] == ["as built", "without the 1×1 reductions"]
    built_total, naive_total = (side.scene.total for side in found.sides)
    assert built_total > naive_total
    assert found.sentence.endswith("× fewer")  # as the sides stand


@pytest.mark.parametrize("beside", ["separable", "width=0.5", "factorize=5x5:3x3"])
def test_a_rewrite_stands_beside_what_is_built(beside: str) -> None:
    found = contrast(of("googlenet", "3a", unit="flops", batch=2), beside, 1.6)
    totals = {side.name: side.scene.total for side in found.sides}
    other = of(f"googlenet@{beside}", "3a").total.cost.multiplies
    assert totals == {"as built": 4 * 128_049_152, f"with @{beside}": 4 * other}


def test_another_network_stands_beside_it() -> None:
    for beside in ("googlenet@torchvision", fc.load("googlenet@torchvision")):
        found = contrast(of("googlenet", "3a"), beside, 1.6)
        names = ["GoogLeNet (Inception v1)", "GoogLeNet (torchvision)"]
        assert [side.name for side in found.sides] == names
        expected = of("googlenet@torchvision", "3a").total.cost.multiplies
        assert found.sides[1].scene.total == expected


@pytest.mark.parametrize(
    ("network", "beside", "said"),
    [
        ("googlenet", "nosuchnet", "unknown network 'nosuchnet'"),
        ("googlenet", "naive=chain", "did you mean .chained.?"),
        ("googlenet", "width=0", "expected a factor"),
        ("googlenet", "NAIVE", "did you mean .naive.?"),
        ("googlenet", "seperable", "did you mean .separable.?"),
        ("googlenet", "width=1", "what stands beside it is the same"),
        ("googlenet", "googlenet", "what stands beside it is the same"),
        ("8x8x3 > conv 3x3 4", "naive", "nothing to set beside it"),
        ("googlenet", 5, "a network is named by a text or a path"),
        ("googlenet", "28x28x3 > conv 9x9 4 valid >", "column"),
    ],
)
def test_what_cannot_stand_beside_it_is_said(network: str, beside: object, said: str) -> None:
    with pytest.raises(fc.FlopcountError, match=said.replace("?", r"\?")):
        contrast(fc.analyze(fc.load(network)), beside, 1.6)


@pytest.mark.slow
def test_a_small_size_stacks_the_sides_and_too_small_a_one_is_refused() -> None:
    report = of("googlenet", "3a")
    wide = report.plot("drawing", beside="naive", size="12in").get_size_inches()
    narrow = report.plot("drawing", beside="naive", size="3.3in").get_size_inches()
    assert wide[0] == 12
    assert narrow[0] == 3.3
    assert narrow[1] > 2 * narrow[0] > wide[1]
    with pytest.raises(fc.FlopcountError, match=r"must be \d+\.\din wide or more"):
        report.plot("drawing", beside="naive", size="1.6in")


def test_a_branch_stands_beside_its_own_rewrite_and_a_spec_beside_a_module() -> None:
    net = fc.load("googlenet")
    branch = fc.analyze(net["3a"]["5x5"])
    assert contrast(branch, "naive", 1.6).ratio == "9.68× fewer"
    separable = fc.load("googlenet@separable")["3a"]["5x5"]
    found = contrast(branch, "separable", 1.6)
    assert found.sides[1].scene.total == fc.analyze(separable).multiplies
    found = contrast(branch, "28x28x192 > conv 5x5 32", 1.6)
    assert [side.scene.total for side in found.sides] == [120_422_400, 12_443_648]
    names = [side.name for side in contrast(branch, net["3b"], 1.6).sides]
    assert names == ["module 3b", "module 3a, branch 5x5"]
    with pytest.raises(fc.FlopcountError, match="beside layer 3a/5x5/2 stands nothing but naive"):
        contrast(fc.analyze(net["3a/5x5/2"]), "separable", 1.6)


@pytest.mark.slow
@pytest.mark.parametrize("size", [None, "3.3in"])
def test_long_names_of_two_sides_stay_apart(size: str | None) -> None:
    reduced = "17x17x768 > conv 1x1 128"
    pair = fc.parse(f"{reduced} > conv 1x7 128 > conv 7x1 192")
    check(fc.plot(f"{reduced} > conv 7x7 192", "drawing", beside=pair, size=size))


@pytest.mark.slow
def test_what_a_narrow_drawing_says_is_whole() -> None:
    for name, module in (("inception-resnet-v2", "B.1"), ("bn-inception", "3b")):
        report = of(name, module, unit="flops", batch=64)
        sentence = contrast(report, "naive", 1.6).sentence
        said = " ".join(texts(report.plot("drawing", beside="naive", size="3.3in")))
        assert sentence in said
        assert report.network.source in said


@pytest.mark.parametrize(
    ("changed", "beside", "names"),
    [
        ({}, "googlenet@separable", ["googlenet", "googlenet@separable"]),
        ({"set": {"3a.r5": 24}}, "googlenet", ["changed: 3a.r5 = 24", "as built"]),
        ({"input": "299x299"}, "googlenet", ["input 299×299×3", "input 224×224×3"]),
    ],
)
def test_two_networks_of_one_title_are_told_apart(
    changed: dict[str, object], beside: str, names: list[str]
) -> None:
    found = contrast(fc.analyze(fc.load("googlenet", **changed)), beside, 1.6)  # type: ignore[arg-type]
    assert [side.name for side in found.sides] == names
    assert found.title == f"GoogLeNet (Inception v1): {names[0]} and {names[1]}"


def test_a_height_that_leaves_room_side_by_side_alone_is_enough() -> None:
    report = of("googlenet", "3a")
    assert tuple(report.plot("drawing", beside="naive", size="7x4in").get_size_inches()) == (7, 4)


def test_a_network_that_goes_on_where_another_ends_is_not_the_same() -> None:
    short, long = "8x8x3 > conv 3x3 4", "8x8x3 > conv 3x3 4 > conv 3x3 4"
    for one, other in ((short, long), (long, short)):
        totals = [
            side.scene.total for side in contrast(fc.analyze(fc.parse(one)), other, 1.6).sides
        ]
        assert totals == [6912 + 9216, 6912]


def test_options_of_the_network_reach_the_one_beside_it_but_not_a_spec() -> None:
    other = chosen_beside("googlenet@torchvision", input="299x299", classes=None, aux=False)
    assert isinstance(other, Network)
    assert other.inputs["input"] == (299, 299, 3)
    for text in ("naive=chained", "separable", "28x28x192 > conv 5x5 32"):
        assert chosen_beside(text, input="299x299", classes=None, aux=False) == text


def test_a_model_is_folded_without_its_reductions_too() -> None:
    """A tail is its layer's on both sides, and what saves most is a module, not a branch."""
    narrow = replace(CONV, window=Window((1, 1), (1, 1), (), (0, 0)), width=2)
    nodes = [
        replace(
            node,
            op=narrow if node.path.endswith("/conv1") else node.op,
            inputs=tuple(port.replace("/copy", "/relu") for port in node.inputs),
        )
        for node in residual(3).nodes
        if not node.path.endswith("/copy")  # which no reduction can be bypassed through
    ]
    network = replace(residual(3), nodes=tuple(nodes))
    marked = read_rewrite("reduce", "stage/?/conv1").apply(network)
    found = contrast(fc.analyze(marked, modules=["stage"]), "naive", 1.6)
    names = [[card.name for card in side.scene.cards[1:]] for side in found.sides]
    assert names == [["3×3 8", "add"], ["1×1 2", "3×3 8", "add"]]
    assert found.sentence.startswith("Module stage/0: ")
    assert found.accent == ("stage/0", None)
    assert found.sides[0].scene.total > found.sides[1].scene.total


@pytest.mark.slow
def test_boxes_without_an_equal_are_marked() -> None:
    found = contrast(fc.analyze("googlenet"), "googlenet@torchvision", 1.6)
    assert found.sentence.endswith("; 49 of 58 layers equal")
    for side, kernel in zip(found.sides, ("5×5", "3×3"), strict=True):
        marked = [card.name for card in side.scene.cards if card.marked]
        widths = (32, 96, 48, 64, 64, 64, 128, 128, 128)
        assert marked == [f"{kernel} {width}" for width in widths]
    said = " ".join(texts(fc.plot("googlenet", "drawing", beside="googlenet@torchvision")))
    assert "A box on a red ground has no equal on the other side." in " ".join(said.split())


def test_nothing_is_marked_where_most_would_be() -> None:
    found = contrast(fc.analyze("googlenet"), fc.load("googlenet@width=0.5"), 1.6)
    assert found.sentence.endswith("; 0 of 58 layers equal")
    assert not any(card.marked for side in found.sides for card in side.scene.cards)
    assert not found.marked
