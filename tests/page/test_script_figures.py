"""The numbers in a page's figures, as its scripts give them to the drawing and the charts."""

from fractions import Fraction

import pytest

import flopcount as fc
from flopcount.pictures.kernels import kernel_of
from tests.page.browsing import counted
from tests.page.scripted import Scripted, scripted


@pytest.mark.slow
def test_past_sixty_bars_the_smallest_share_one() -> None:
    with scripted("8x8x3 > 62 * conv 3x3 4 nobias") as page:
        bars = page.bars()
        assert [bar["module"] for bar in bars][-1] == "3 others"
        assert len(bars) == 60
        each = 8 * 8 * 3 * 3 * 4 * 4
        assert [bar["count"] for bar in bars] == [*[each] * 59, each // 4 * 3 + 2 * each]


@pytest.mark.slow
def test_bars_have_the_costs_of_the_kinds_of_layers(page: Scripted) -> None:
    page.set("3a.r5", "24")
    before, after = counted("flopcount googlenet"), counted(page.command())
    words = {node.path: kernel_of(node.op).word for node in fc.load("googlenet").nodes}
    for measure, at in (("multipliesOf(network)", 0), ("PARAMETERS", 1)):
        bars = page.bars(measure)
        modules = [name for (name,) in filter(lambda name: len(name) == 1, after)]
        assert list(dict.fromkeys(bar["module"] for bar in bars)) == [
            name for name in modules if name != "total" and after[name,][at]
        ]
        for bar in bars:
            module, word = bar["module"], bar["word"]
            of = [
                after[name][at]
                for name in after
                if (name[0], words.get(name[-1])) == (module, word)
            ]
            assert bar["count"] == sum(of)
            assert bar["was"] == before[module,][at]
            assert bar["moved"] == (after[module,][at] != before[module,][at])
        for module in {bar["module"] for bar in bars}:
            assert (
                sum(bar["count"] for bar in bars if bar["module"] == module) == after[module,][at]
            )
    what = f"3a {after['3a',][0]:,} multiplies, originally {before['3a',][0]:,}"
    tips = [bar["tip"] for bar in page.bars() if bar["module"] == "3a"]
    assert f"{what}\n5×5: {after['3a', '5x5', '3a/5x5/2'][0]:,}" in tips


@pytest.mark.slow
def test_a_curve_ends_at_all_that_is_spent(page: Scripted) -> None:
    report = fc.analyze(fc.load("googlenet"))
    points = page.curves()
    for what, kind in (("multiplies", "multiplies"), ("parameters", "params")):
        curve = [point for point in points if point["what"] == what]
        counts = [row.count(kind) for row in report.rows]
        for point in curve:
            spent = sum(counts[: point["number"]])
            share = Fraction(spent, sum(counts))
            assert 0 <= share - Fraction(point["share"]) < Fraction(11, 10**7)
            path = report.rows[point["number"] - 1].node.path
            assert point["tip"].startswith(f"{path}\n{what} up to here: {spent:,}, ")
            assert abs(float(point["tip"].split()[-2]) - 100 * share) <= 0.0501
        assert curve[-1]["share"] == 1


@pytest.mark.slow
def test_a_box_has_its_layers_numbers_and_a_band_its_activations() -> None:
    argv = ("googlenet", "--module", "3a", "--input", "299x299", "--batch", "4")
    with scripted(*argv) as page:
        lines = fc.analyze(fc.load("googlenet", input="299x299"), modules=["3a"]).by("layer").lines
        bypassed = [line for line in lines if not line.naive_rows]
        assert len(bypassed) == 2
        first, second = page.scenes("3a")
        assert [first["name"], second["name"]] == ["without the 1×1 reductions", "as built"]
        for scene in (first, second):
            entering, *cards = scene["cards"]
            assert entering["name"] == "38×38×192"
            is_built = scene is second
            there = [line for line in lines if is_built or line not in bypassed]
            for line, card in zip(there, cards, strict=True):
                cost = 4 * int((line.cost if is_built else line.naive).multiplies)
                shape = "×".join(map(str, line.output))
                assert card["layers"] == [line.layer]
                assert card["lines"] == [shape, *([f"{cost:,}"] if cost else [])]
                assert int(card["count"]) == cost
            assert int(scene["total"]) == sum(int(card["count"]) for card in cards)
        assert (len(first["bands"]), len(second["bands"])) == (9, 11)
        for band in first["bands"] + second["bands"]:
            height, width, channels = map(int, band["shape"])
            assert int(band["activations"]) == height * width * channels


@pytest.mark.slow
def test_bars_are_of_the_batch_in_its_unit() -> None:
    with scripted("googlenet", "--module", "3a", "--batch", "4", "--unit", "flops") as page:
        multiplies, params, _ = counted("flopcount googlenet --module 3a")["3a",]
        assert sum(bar["count"] for bar in page.bars()) == 4 * 2 * multiplies
        assert sum(bar["count"] for bar in page.bars("PARAMETERS")) == params
        assert f" up to here: {8 * multiplies:,}, 100.0 %" in str(page.curves())


def test_bars_and_boxes_are_of_the_kinds_of_their_kernels() -> None:
    with scripted("9x9x4 > conv 1x1 2 reduce > conv 1x3 4 > depthwise 4x4 > maxpool 2x2") as page:
        words = page.asked("network.kernels.map(({ word }) => word)")
        assert words == ["1×1 reduce", "1×3", "depthwise 4×4", "maxpool 2×2"]
        assert [bar["word"] for bar in page.bars()] == words[:3]
        drawn = [card["kernel"] for scene in page.scenes("spec") for card in scene["cards"]]
        assert drawn == [None, *words[1:], None, *words]  # without the reduction, and with it
