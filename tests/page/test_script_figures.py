"""The numbers in a page's figures, as its scripts give them to the drawing and the charts."""

from fractions import Fraction
from typing import Any

import pytest

import flopcount as fc
from flopcount.pictures.kernels import kernel_of
from tests.page.browsing import counted
from tests.page.scripted import Scripted, scripted


def test_past_sixty_bars_the_smallest_share_one() -> None:
    with scripted("8x8x3 > 62 * conv 3x3 4 nobias") as page:
        bars = page.charted("chart-count")
        assert [bar["module"] for bar in bars][-1] == "3 others"
        assert len(bars) == 60
        each = 8 * 8 * 3 * 3 * 4 * 4
        assert [bar["count"] for bar in bars] == [*[each] * 59, each // 4 * 3 + 2 * each]


def test_bars_have_the_costs_of_the_kinds_of_layers(page: Scripted) -> None:
    page.set("3a.r5", "24")
    before, after = counted("flopcount googlenet"), counted(page.command())
    words = {node.path: kernel_of(node.op).word for node in fc.load("googlenet").nodes}
    for chart, at in (("chart-count", 0), ("chart-params", 1)):
        bars = page.charted(chart)
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
    tips = [bar["tip"] for bar in page.charted("chart-count") if bar["module"] == "3a"]
    assert f"{what}\n5×5: {after['3a', '5x5', '3a/5x5/2'][0]:,}" in tips


def test_a_curve_ends_at_all_that_is_spent(page: Scripted) -> None:
    report = fc.analyze(fc.load("googlenet"))
    points = page.charted("chart-share")
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


def drawing(page: Scripted) -> list[Any]:
    """Each box of the drawing: its texts, its title, how wide its tint is of it."""
    boxes: list[Any] = page.asked("""
      byId("drawing").all(({ tag }) => tag === "g").map((box) => {
        const texts = box.inside.filter(({ tag }) => tag === "text");
        const framed = box.all(({ className }) => ["tint", "frame"].includes(className));
        return [texts.map((one) => one.textContent), box.inside[0].textContent,
          framed.map((one) => Number(one.getAttribute("width")))];
      })""")
    return boxes


def test_a_box_has_its_layers_numbers_and_a_tint_of_its_share() -> None:
    with scripted("googlenet", "--module", "3a", "--input", "299x299", "--batch", "4") as page:
        (entering, *_), *boxes = drawing(page)
        assert entering == ["input 38×38×192"]
        lines = fc.analyze(fc.load("googlenet", input="299x299"), modules=["3a"]).by("layer").lines
        whole = sum(line.cost.multiplies for line in lines)
        for line, (texts, title, (tint, frame)) in zip(lines, boxes, strict=True):
            shape = "×".join(map(str, line.output))
            cost = 4 * line.cost.multiplies
            share = Fraction(line.cost.multiplies, whole)
            if len(texts) > 1:
                assert texts[1:] == [shape, f"{cost:,}" if cost else ""]
            assert f"\n{shape}\n" in title
            assert f"{cost:,} multiplies, {line.cost.params:,} parameters, " in title
            assert abs(float(title.split()[-5]) - 100 * share) <= 0.0601
            assert abs(tint - frame * share) <= frame * 0.0001 + 1e-6
        widths = page.asked(
            'byId("drawing").all((one) => one.className === "link")'
            '.map((one) => [Number(one.getAttribute("stroke-width")), one.textContent])'
        )
        assert len(widths) == 11  # 4 from the input, 3 within branches, 4 to the concat
        for width, text in widths:
            shape, carried = text.removesuffix(" activations").split(" = ")
            sides = [int(side) for side in shape.split("×")]
            size = sides[0] * sides[1] * sides[2]
            assert carried == f"{size:,}"
            assert width == pytest.approx(max(1, 26 * size / (38 * 38 * 192)), abs=0.006)
        assert f"at most {38 * 38 * 192:,} here" in page.said("drawn")


def test_bars_are_of_the_batch_in_its_unit() -> None:
    with scripted("googlenet", "--module", "3a", "--batch", "4", "--unit", "flops") as page:
        multiplies, params, _ = counted("flopcount googlenet --module 3a")["3a",]
        assert sum(bar["count"] for bar in page.charted("chart-count")) == 4 * 2 * multiplies
        assert sum(bar["count"] for bar in page.charted("chart-params")) == params
        assert f" up to here: {8 * multiplies:,}, 100.0 %" in str(page.charted("chart-share"))


def test_bars_and_boxes_are_painted_in_the_colours_of_their_kernels() -> None:
    with scripted("9x9x4 > conv 1x1 2 reduce > conv 1x3 4 > depthwise 4x4 > maxpool 2x2") as page:
        words = page.asked("data.kernels.map(({ word }) => word)")
        assert words == ["1×1 reduce", "1×3", "depthwise 4×4", "maxpool 2×2"]
        filled = page.asked("data.kernels.map((_, kernel) => fillOf(kernel))")
        assert filled == ["var(--k0)", "url(#hatch-1)", "url(#hatch-2)", "var(--k3)"]
        drawn = page.asked('byId("hatches").inside.map((one) => [one.id, one.inside.length])')
        assert drawn == [["hatch-0", 1], ["hatch-1", 2], ["hatch-2", 3], ["hatch-3", 1]]
        assert [bar["word"] for bar in page.charted("chart-count")] == words[:3]
        frames = page.asked(
            'byId("drawing").all((one) => one.className === "frame")'
            '.map((one) => one.getAttribute("stroke"))'
        )
        assert frames == [f"var(--k{kernel})" for kernel in range(4)]
