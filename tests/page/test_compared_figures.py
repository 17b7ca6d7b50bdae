"""Every number of a page of networks side by side is that of the command line that it gives."""

import random
from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest

import flopcount as fc
from flopcount.pictures.matched import _folded
from tests.page.side_by_side import Beside, assert_matches, beside
from tests.shipped import INCEPTION

PAIRS = [
    ("googlenet", "googlenet@torchvision"),
    ("cifar10-inception", "googlenet"),
    ("efficientnet-b0", "efficientnet-b1"),  # of one family, and of different depths
    (
        "8x8x6 > conv 1x1 2 reduce > conv 3x3 8",
        "googlenet@width=0.5@set=3a.r5:24",
        "7x9x3 > conv 2x2 3",
    ),
]


def settings(page: Beside, count: int, seed: object) -> Iterator[tuple[dict[str, int], bool]]:
    """Random settings: at most four controls, each within its bounds, and the switch."""
    chance = random.Random(str(seed))  # noqa: S311
    for _ in range(count):
        some = chance.sample(page.controls, min(len(page.controls), chance.randint(1, 4)))
        values = {one["name"]: chance.randint(one["low"], one["high"]) for one in some}
        yield values, page.has_naive and chance.random() < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("networks", PAIRS, ids=" ".join)
def test_the_page_says_what_its_command_line_says(networks: Sequence[str]) -> None:
    with beside(*networks) as page:
        assert assert_matches(page, {})
        fitting = [
            assert_matches(page, values, naive=naive)
            for values, naive in settings(page, 6, networks)
        ]
        assert any(fitting)


@pytest.mark.slow
@pytest.mark.parametrize(
    "networks",
    [
        PAIRS[1],
        PAIRS[2],
        ("inception-resnet-v2", "inception-resnet-v2@width=0.5", "inception-resnet-v2@timm"),
    ],
    ids=" ".join,
)
def test_the_bars_are_those_of_the_picture(networks: Sequence[str]) -> None:
    found: dict[str, list[int]] = {}
    with beside(*networks) as page:
        for bar in page.shown()["bars"]:
            found.setdefault(bar["row"], []).append(bar["count"])
    loaded = [fc.load(name) for name in networks]
    assert list(found.items()) == [bar for bar in _folded(loaded, 1) if any(bar[1])]


@pytest.mark.slow
@pytest.mark.parametrize("first", INCEPTION)
def test_random_settings_of_each_network_beside_others(first: str) -> None:
    """Each pair once; which of two stands first, the pairs above and the threes try."""
    others = [name for name in INCEPTION if name != first]
    chance = random.Random(first)  # noqa: S311
    later = INCEPTION[INCEPTION.index(first) + 1 :]
    groups = [(first, other) for other in later]
    groups += [(first, *pair) for pair in chance.sample([*combinations(others, 2)], 3)]
    for networks in groups:
        with beside(*networks) as page:
            fitting = [
                assert_matches(page, values, naive=naive)
                for values, naive in settings(page, 6, networks)
            ]
            assert any(fitting), networks
