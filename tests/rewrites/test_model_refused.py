"""What changes a table and not a model: a line that says why, and what does it."""

from typing import Any

import pytest
from torch import nn

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main

MODEL = "torchvision:squeezenet1_1"
CURE = "build it with other arguments in a function of your own: torch:PACKAGE.MODULE:FUNCTION"


@pytest.mark.parametrize(
    ("behind", "why"),
    [
        ("width=0.5", "its layers are as wide as its code makes them"),
        ("width=0.5@multiple=8", "its layers are as wide as its code makes them"),
        ("kv=2", "its attention has the heads that its code gives it"),
        ("window=7x7", "its attention sees what its code lets it see"),
        ("past=100", "its keys and values are those that its code computes"),
        ("classes=10", "its last layer is as wide as its code makes it"),
        ("set=features/0:3", "its layers are as wide as its code makes them"),
        ("no-aux", "what runs is what its code runs in evaluation"),
    ],
)
def test_what_a_reference_may_not_change(behind: str, why: str) -> None:
    with pytest.raises(FlopcountError) as caught:
        fc.load(f"{MODEL}@{behind}")
    first = behind.partition("@")[0]
    assert str(caught.value) == f"'@{first}': {MODEL} is a model, and {why}; {CURE}"


@pytest.mark.parametrize(
    ("option", "value"), [("classes", 10), ("set", {"a": 3}), ("aux", True), ("past", 5)]
)
def test_what_an_option_may_not_change(option: str, value: Any) -> None:
    with pytest.raises(FlopcountError) as caught:
        fc.load(MODEL, **{option: value})
    assert str(caught.value).startswith(f"{option}: {MODEL} is a model, and ")
    assert str(caught.value).endswith(CURE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--classes", "10"], "classes: torchvision:squeezenet1_1 is a model"),
        (["--past", "0"], "past: torchvision:squeezenet1_1 is a model"),
        (["--aux"], "aux: torchvision:squeezenet1_1 is a model"),
        (["--set", "a=3"], "set: torchvision:squeezenet1_1 is a model"),
        (["--naive", "figure"], "naive (figure): torchvision:squeezenet1_1 is a model: it has the"),
        (["--reduce", ""], "'@reduce=': expected a pattern of layers' paths"),
        (["--reduce", "features.3.sqeeze"], "the nearest 1×1 is 'features/3/squeeze'"),
        (["--reduce", "features/[3"], "'@reduce=features/[3': it names no layer; the nearest"),
        (["--reduce", "*"], "leave it out of --reduce"),
    ],
)
def test_one_line_and_exit_code_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([MODEL, *words]) == 2
    out, complaint = capsys.readouterr()
    assert not out
    assert complaint.count("\n") == 1
    assert said in complaint


def test_what_is_no_rewrite() -> None:
    with pytest.raises(FlopcountError, match=r"unknown rewrite 'separabel' .*; did you mean 's"):
        fc.load(f"{MODEL}@separabel")
    with pytest.raises(FlopcountError, match="'x': unknown rewrite 'x'"):
        fc.parse("9x9x3 > conv 3x3 4").rewritten("x")


@pytest.fixture
def network() -> fc.Network:
    layers = nn.Sequential(nn.Conv2d(8, 4, 1), nn.ReLU(), nn.Conv2d(4, 4, 3))
    return fc.read_torch(layers, fc.inputs(1, 8, 5, 5))


def test_a_module_that_was_read_says_the_same(network: fc.Network) -> None:
    with pytest.raises(FlopcountError, match=r"@width=0\.5': Sequential is a model, and its"):
        network.rewritten("width=0.5")
    with pytest.raises(FlopcountError, match="no reductions to bypass; name them: --reduce 'lay"):
        network.rewritten("naive")
    marked = network.rewritten("reduce=0")
    for reading in ("figure", "chained"):
        with pytest.raises(FlopcountError, match=f"{reading} also wants to know which 1×1 follows"):
            marked.rewritten(f"naive={reading}")
        with pytest.raises(FlopcountError, match="it has the reading reduce alone"):
            _ = fc.analyze(marked, naive=reading).total.naive


def test_a_part_is_not_rewritten_alone(network: fc.Network) -> None:
    with pytest.raises(FlopcountError, match="rewritten whole, not layer 2 alone"):
        network["2"].rewritten("separable")
    assert fc.analyze(network.rewritten("separable")["2"]).multiplies == 3**2 * (9 * 4 + 4 * 4)


def test_a_rewritten_network_knows_its_rewrites(network: fc.Network) -> None:
    found = network.rewritten("separable", "reduce=0").rewritten("naive")
    assert found.name == "Sequential@separable@reduce=0@naive"
    assert [note.partition(" (")[0] for note in found.notes] == [
        "rewritten: k×k → depthwise k×k then 1×1; 1 convolution",
        "marked reduce: 1 of its 1×1 convolutions",
        "rewritten to naive",
    ]
    names = {"googlenet": ["separable"], "28x28x8 > conv 1x1 4 reduce > conv 3x3 9": ["naive"]}
    for reference, rewrites in names.items():
        loaded = fc.load("@".join([reference, *rewrites]))
        ours = fc.load(reference).rewritten(*rewrites)
        assert (ours.name, ours.nodes) == (loaded.name, loaded.nodes)
        both = [fc.formula(one, let={"H": "8n", "W": "8n"}).text() for one in (ours, loaded)]
        assert both[0] == both[1]
