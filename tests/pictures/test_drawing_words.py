"""What a drawing says in words: names, ratios, the sentence below it."""

from pathlib import Path

import pytest

import flopcount as fc
from flopcount.pictures.drawing.sides import contrast
from tests.pictures.drawn import texts


def test_a_long_name_is_cut_and_how_often_it_repeats_stays(tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_text(
        "input = '8x8x8'\n[block.x]\n'1x1' = 'conv 1x1 8'\n"
        "[rows]\nfirst = 'conv 3x3 8'\nmodules-of-a-long-name = '12 * x'",
        encoding="utf-8",
    )
    found = texts(fc.analyze(fc.load(path)).plot("drawing"))
    assert any("…" in text and text.endswith(" × 12") for text in found)


@pytest.mark.slow
def test_a_modules_name_is_not_broken_where_how_often_it_stands_can_be() -> None:
    found = {*texts(fc.analyze("resnet-50").plot("drawing"))}
    assert {"conv3_x.2–4\n× 3", "conv4_x.2–6\n× 5"} <= found


def test_a_modules_name_is_set_smaller_before_it_is_cut() -> None:
    report = fc.analyze("densenet-121", modules=["transition1", "block2.1"])
    found = {*texts(report.plot("drawing"))}
    assert "transition1" in found
    assert not any("…" in text for text in found)


def test_a_layers_long_name_has_two_lines() -> None:
    spec = "8x8x6 > transposed 3x3/2 6 pad=1 groups=2 > upsample to=21x19 bilinear"
    found = texts(fc.analyze(spec).plot("drawing"))
    assert {"transposed 3×3/2", "6 groups=2", "15×15×6", "10,368"} <= set(found)
    assert {"upsample", "to=21×19 bilinear", "21×19×6"} <= set(found)


@pytest.mark.slow
def test_what_is_hardly_fewer_is_told_in_percent() -> None:
    report = fc.analyze(fc.load("googlenet", set={"3a.r5": 24}))
    found = contrast(report, "googlenet", 1.6)
    assert found.sentence.endswith(": 0.39 % fewer; 56 of 58 layers equal")
    assert {"0.39 %", "fewer"} <= set(texts(report.plot("drawing", beside="googlenet")))


def test_the_sentence_of_reductions_that_cost_is_about_a_branch_that_costs() -> None:
    spec = "16x16x4 > [3x3: conv 1x1 2 reduce > conv 3x3 4 | 5x5: conv 1x1 64 reduce > conv 5x5 8]"
    found = contrast(fc.analyze(fc.parse(spec)), "naive", 1.6)
    assert found.title.startswith("What the 1×1 reductions cost")
    assert found.accent == ("spec", "5x5")
    assert found.sentence.startswith("The 5×5 branch: ")
    assert found.sentence.endswith("× fewer")  # as the sides stand


@pytest.mark.slow
def test_the_sources_of_both_networks_are_named() -> None:
    report = fc.analyze(fc.load("inception-v3"))
    said = " ".join(texts(report.plot("drawing", beside="inception-v4")))
    assert report.network.source in said
    assert fc.load("inception-v4").source in said


def test_a_join_of_layers_that_read_each_other_says_its_whole_shape(tmp_path: Path) -> None:
    rows = ["r0 = 'conv 3x3 12'"]
    for place in range(1, 4):
        arms = " | ".join(["from input", *(f"from r{before}" for before in range(place))])
        rows.append(f"r{place} = '[{arms}] > conv 3x3 12'")
    path = tmp_path / "dense.toml"
    path.write_text("input = '128x128x16'\n[rows]\n" + "\n".join(rows), encoding="utf-8")
    found = texts(fc.analyze(fc.load(path)).plot("drawing"))
    joins = {text for text in found if text.startswith("conc")}
    assert joins == {f"concat 128×128×{channels}" for channels in (28, 40, 52)}
