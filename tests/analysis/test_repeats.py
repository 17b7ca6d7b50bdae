"""Modules that repeat the one before are told once; what differs in anything is told apart."""

from pathlib import Path

import pytest

import flopcount as fc
from flopcount.analysis.repeats import repeats
from tests.shipped import SAMPLE

TABLE = """
input = "8x8x4"
[block.b]
columns = ["n"]
"3x3" = "conv 1x1 2 reduce > conv 3x3 {n}"
"pool" = "maxpool 3x3 > conv 1x1 4"
[block.other]
"3x3" = "conv 1x1 2 reduce > conv 3x3 4 linear"
"pool" = "maxpool 3x3 > conv 1x1 4"
[block.five]
only = "conv 3x3 5"
[rows]
a = ["b", 4]
"""


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('c = ["b", 4]\nd = ["b", 4]', ["a", "c…d × 2"]),  # a reads 4 channels, the others 8
        ('c = ["b", 4]\nd = ["b", 5]\ne = ["b", 5]', ["a", "c", "d", "e"]),  # e reads 9
        ('c = ["b", 4]\nd = "other"', ["a", "c", "d"]),  # no activation
        ('c = "3 * other"\nd = "conv 1x1 3"', ["a", "c × 3", "d"]),
        ('c = "3 * five"', ["a", "c.1", "c.2–3 × 2"]),  # the first reads 8 channels
        ('c = ["b", 4]\nd = ["b", 4]\ne = "from c > conv 1x1 4"', ["a", "c", "d", "e"]),
    ],
)
def test_what_is_the_same_in_all_is_told_once(tmp_path: Path, rows: str, told: list[str]) -> None:
    path = tmp_path / "net.toml"
    path.write_text(TABLE + rows, encoding="utf-8")
    assert [repeat.name for repeat in repeats(fc.analyze(fc.load(path)))] == told


def test_what_also_reads_what_all_of_them_read_is_told_once(tmp_path: Path) -> None:
    decoder = """
[block.decode]
as = "(identity + attention 2 from encoder) > (identity + attention 2 causal)"
[rows]
encoder = "from a > dense 8"
other = "from a > dense 8"
"""
    path = tmp_path / "net.toml"
    for rows, told in (
        ('d = "from b > 3 * decode"', ["encoder", "other", "d × 3"]),
        (  # the second reads another
            """d = "from b > (identity + attention 2 from encoder)"
            e = "(identity + attention 2 from other)" """,
            ["encoder", "other", "d", "e"],
        ),
    ):
        path.write_text(f'input = {{a = "6x4", b = "7x8"}}{decoder}{rows}', encoding="utf-8")
        assert [repeat.name for repeat in repeats(fc.analyze(fc.load(path)))] == told


def test_every_module_is_told_in_order() -> None:
    for name in SAMPLE:
        network = fc.load(name)
        found = repeats(fc.analyze(network))
        assert sum((repeat.modules for repeat in found), ()) == network.modules


def test_where_naive_modules_grow_they_are_told_apart() -> None:
    spec = "8x8x4 > 3 * [conv 1x1 2 reduce > conv 3x3 2 | conv 1x1 2]"
    assert len(repeats(fc.analyze(fc.parse(spec)))) == 1
    network = fc.load("inception-v4")
    told = {
        reading: [repeat.name for repeat in repeats(fc.analyze(network, naive=reading))]
        for reading in ("reduce", "chained")
    }
    assert "A × 4" in told["reduce"]
    assert "A × 4" not in told["chained"]
