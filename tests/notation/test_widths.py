"""`--set` on the path of a layer: a width that is typed in a block, not a row's column."""

import re

import pytest

import flopcount as fc
from flopcount.core import width_of
from flopcount.core.counts import Counts
from flopcount.notation.references import draft
from tests.shipped import SAMPLE


def costs(network: fc.Network) -> list[tuple[str, Counts]]:
    return [(row.node.path, Counts([row])) for row in fc.analyze(network).rows]


def test_a_layer_set_by_its_path_is_the_column_set() -> None:
    by_path = fc.load("googlenet", set={"3a/5x5/1": 24})
    by_column = fc.load("googlenet", set={"3a.r5": 24})
    assert costs(by_path) == costs(by_column)
    # 1²·28²·192·24 + 5²·28²·24·32
    branch = fc.analyze(by_path["3a"]).lines[2]
    assert branch.cost.multiplies == 28**2 * 192 * 24 + 25 * 28**2 * 24 * 32
    assert by_path.notes[0] == "changed: 3a/5x5/1 = 24"


def test_in_a_reference() -> None:
    named = fc.load("googlenet@torchvision@set=3a/5x5/1:24@width=0.5")
    assert named.name == "googlenet@torchvision@set=3a/5x5/1:24@width=0.5"
    given = fc.load("googlenet@torchvision@width=0.5", set={"3a/5x5/1": 24})
    assert costs(named) == costs(given)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("googlenet@set=3a/5x5/1:x", "width is 'x', not a whole number"),
        ("googlenet@set=3a/5x5/1", "expected NAME:N, as in @set=3a.r5:24 or @set=3a/5x5/1:24"),
    ],
)
def test_a_slip_in_a_reference_is_no_file(reference: str, message: str) -> None:
    with pytest.raises(fc.FlopcountError, match=re.escape(message)):
        fc.load(reference)


def test_a_column_of_several_layers_is_more_than_one_of_them() -> None:
    row = fc.load("inception-v3", set={"6b.c7": 96})
    layer = fc.load("inception-v3", set={"6b/7x7/1": 96})
    assert fc.analyze(row).cost.multiplies < fc.analyze(layer).cost.multiplies


def test_one_repeat_of_a_block_alone() -> None:
    rows = dict(costs(fc.load("inception-v4", set={"A.2/3x3/1": 32})))
    assert rows["A.1/3x3/1"].weights == 384 * 64
    assert rows["A.2/3x3/1"].weights == 384 * 32
    assert rows["A.2/3x3/2"].weights == 9 * 32 * 96


@pytest.mark.parametrize("name", [*SAMPLE, "28x28x3 > conv 1x1 8 > [conv 3x3 4 | relu]"])
def test_each_layer_set_to_the_width_that_it_has_changes_nothing(name: str) -> None:
    network = fc.load(name)
    widths = {
        row.node.path: width_of(row.node.op)
        for row in fc.analyze(network).rows
        if width_of(row.node.op) is not None
    }
    assert widths
    assert costs(fc.load(name, set=widths)) == costs(network)


def test_in_a_spec_and_before_a_rewrite() -> None:
    spec = "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"
    assert costs(fc.load(spec, set={"spec/1": 24})) == costs(fc.parse(spec.replace("16", "24")))
    halved = fc.load(f"{spec}@width=0.5", set={"spec/1": 24})
    assert [row.output[2] for row in fc.analyze(halved).rows] == [12, 32]


@pytest.mark.parametrize(
    ("name", "path", "width", "message"),
    [
        ("googlenet", "3a/5x5/7", 3, "set 3a/5x5/7: unknown layer '3a/5x5/7'; did you mean"),
        ("googlenet", "3a/pool/1", 3, "set 3a/pool/1: a maxpool has no width of its own"),
        ("googlenet", "3a/5x5/1", 0, "set 3a/5x5/1: width is 0, not a whole number"),
        ("googlenet", "3a/5x5/1", "x", "set 3a/5x5/1: width is 'x', not a whole number"),
        ("googlenet", "3a/5x5/1", True, "set 3a/5x5/1: width is True, not a whole number"),
        ("googlenet", "3a/\n", 4, r"set '3a/\n': unknown layer '3a/\n'"),
        ("9x9x3 > relu", "spec/1", 4, "set spec/1: a relu has no width of its own"),
        ("inception-resnet-v2", "A.1/conv", 4, "inception-resnet-v2: A.1/add: "),
    ],
)
def test_a_mistake_names_the_layer(name: str, path: str, width: object, message: str) -> None:
    with pytest.raises(fc.FlopcountError) as caught:
        fc.analyze(draft(name, set={path: width}).build())  # type: ignore[dict-item]
    assert message in str(caught.value)
