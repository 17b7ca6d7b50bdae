"""The tables of papers that the manual works through, and what others count of the same networks.

torchvision 0.28.0 on torch 2.13.0, `get_model(name, weights=None)` at 224: the parameters, half of
what torch's FlopCounterMode counts and, of two, the same without the taps on padding.
"""

import tomllib
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.core.counts import Counts
from tests.docs.blocks import ROOT, fences


@pytest.fixture(scope="module", params=["resnet-50", "mobilenet-v2"])
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    name = f"{request.param}.toml"
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    (block,) = [block for _, _, block in fences(text) if block.startswith(f"# {name}\n")]
    path = tmp_path_factory.mktemp("tables") / name
    path.write_text(block, encoding="utf-8")
    return path


OTHERS = {
    "resnet-50": (25_557_032, 4_089_184_256),
    "resnet-50@resnet-101": (44_549_160, 7_801_405_440, 7_475_710_720 + 2_048_000),
    "mobilenet-v2": (3_504_872, 300_774_272, 298_396_304 + 1_280_000),
}


def cost(path: Path, variant: str = "") -> Counts:
    return fc.analyze(fc.load(f"{path}{variant}")).total.cost


def test_the_totals_are_those_of_torchvision(table: Path) -> None:
    for name, figures in OTHERS.items():
        head, at, variant = name.partition("@")
        if head == table.stem:
            found = cost(table, f"{at}{variant}")
            counts = (found.params, found.multiplies, found.multiplies_unpadded)
            assert counts[: len(figures)] == figures


def module(path: Path, name: str) -> Counts:
    return fc.analyze(fc.load(str(path)), modules=[name]).total.cost


def test_each_row_is_the_papers(table: Path) -> None:
    rows = tomllib.loads(table.read_text(encoding="utf-8"))["rows"]
    if table.stem == "resnet-50":  # Table 1
        before, side = 64, 56
        for name, (_, c, n, s) in list(rows.items())[2:6]:
            reduced = side**2 * before * c
            side //= s
            first = reduced + side**2 * (9 * c * c + c * 4 * c + before * 4 * c)
            others = (n - 1) * side**2 * (4 * c * c + 9 * c * c + c * 4 * c)
            assert module(table, name).multiplies == first + others
            before = 4 * c
        assert (before, side) == (2048, 7)
    else:  # Table 2: what each row reads
        before, side = 32, 112
        for name, (_, t, c, n, s) in list(rows.items())[1:8]:
            multiplies = 0
            for stride in (s, *[1] * (n - 1)):
                wide = t * before
                multiplies += side**2 * before * wide if t > 1 else 0
                side //= stride
                multiplies += side**2 * (9 * wide + wide * c)
                before = c
            assert module(table, name).multiplies == multiplies
        assert (before, side) == (320, 7)
