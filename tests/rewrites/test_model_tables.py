"""torchvision's models rewritten, beside our own tables of them rewritten."""

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.analysis import Report

# of torchvision's own, where the model is built with its default arguments
pytestmark = pytest.mark.filterwarnings("ignore:The default weight initialization of GoogleNet")
GOOGLENET = ["inception*/branch2/0*", "inception*/branch3/0*"]
NAMES = {"branch1": "1x1", "branch2": "3x3", "branch3": "5x5", "branch4": "pool"}
COUNTS = ("multiplies", "multiplies_unpadded", "params", "norm_stats")


@pytest.fixture(scope="module")
def googlenet() -> fc.Report:
    return fc.analyze(fc.load("torchvision:googlenet", reduce=GOOGLENET))


def naive_costs(report: Report) -> dict[tuple[str, str], tuple[int, ...]]:
    """Each branch's costs, as built and naive, by the names of our table."""
    found = {}
    for line in report.grouped("branch"):
        module, branch = str(line.module).removeprefix("inception"), str(line.branch)
        counts = [cost[name] for cost in (line.cost, line.naive) for name in COUNTS]
        if line.multiplies:
            found[module, NAMES.get(branch, branch)] = tuple(map(int, counts))
    return found


@pytest.mark.slow
def test_googlenet_s_modules_are_those_of_our_table(googlenet: fc.Report) -> None:
    ours = naive_costs(fc.analyze("googlenet@torchvision"))
    read = naive_costs(googlenet)
    modules = [key for key in ours if key[1] in NAMES.values()]
    assert len(modules) == 9 * 4
    assert {key: read[key] for key in modules} == {key: ours[key] for key in modules}
    assert googlenet.total.saved == fc.analyze("googlenet@torchvision").total.saved
    # 3×3 over 28×28 of all 192 channels, in the place of 192 → 16 → 32
    assert read["3a", "5x5"][4] == 9 * 28**2 * 192 * 32 == 43_352_064
    head = str(googlenet)
    assert "naive (reduce): every 1×1 marked reduce is bypassed" in head
    assert "marked reduce: 9 of its 1×1 convolutions ('inception*/branch2/0*')" in head


def test_the_rewrite_is_what_the_report_says_of_it(googlenet: fc.Report) -> None:
    naive = fc.analyze(googlenet.network.rewritten("naive")).total
    assert naive.cost == googlenet.total.naive
    assert naive.saved is None
    assert len(naive.rows) == len(googlenet.rows) - 18 * 3  # each with its norm and its ReLU
    # what is there still, puts out what it did
    output = {row.node.path: row.output for row in googlenet.rows}
    assert all(output[row.node.path] == row.output for row in naive.rows)


def test_a_part_of_a_model_is_compared_with_that_part(googlenet: fc.Report) -> None:
    part = fc.analyze(googlenet.network, modules=["inception3a"])
    table = fc.analyze("googlenet@torchvision", modules=["3a"])
    assert part.total.naive.multiplies == table.total.naive.multiplies == 231_211_008
    assert "43,352,064 ÷ 6,021,120 = 7.20×" in part.explain("inception3a/branch3")


def test_a_pattern_may_be_a_module_as_pytorch_names_it(googlenet: fc.Report) -> None:
    patterns = ("inception3a.branch3.0", "inception3a/branch3/0/", "*3a/*3/0/conv")
    marked = [googlenet.network.rewritten(f"reduce={pattern}").notes[-1] for pattern in patterns]
    assert {note.partition(" (")[0] for note in marked} == {
        "marked reduce: 1 of its 1×1 convolutions"
    }


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("branch2/0", "it names no layer; the nearest 1×1 is 'inception3a/branch2/0/conv'"),
        ("inceptoin3a/branch2/0*", "it names no layer; the nearest 1×1 is 'inception3a/branch2/0/"),
        ("inception4b/branch2/1", "it names 3 layers, and no 1×1 convolution; the nearest 1×1 is"),
    ],
)
def test_a_pattern_without_a_1x1_names_the_nearest(
    googlenet: fc.Report, pattern: str, why: str
) -> None:
    with pytest.raises(FlopcountError) as caught:
        googlenet.network.rewritten(f"reduce={pattern}")
    assert why in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "table", "rewrites"),
    [
        ("torchvision:googlenet", "googlenet@torchvision", ("separable", "factorize=7x7:3x3")),
        ("torchvision:googlenet", "googlenet@torchvision", ("factorize=nxn",)),
        (
            "torchvision:inception_v3@input=1x3x299x299",
            "inception-v3@torchvision",
            ("factorize=5x5:3x3",),
        ),
    ],
)
def test_a_rewrite_changes_a_model_as_it_changes_our_table(
    model: str, table: str, rewrites: tuple[str, ...]
) -> None:
    def changes(network: fc.Network) -> list[list[int]]:
        built = fc.analyze(network).total.cost
        after = [fc.analyze(network.rewritten(rewrite)).total.cost for rewrite in rewrites]
        return [[int(cost[name] - built[name]) for name in COUNTS] for cost in after]

    found = changes(fc.load(model))
    assert found == changes(fc.load(table))
    assert all(multiplies for multiplies, *_ in found)
