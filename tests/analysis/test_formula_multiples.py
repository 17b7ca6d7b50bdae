"""Sides that have to be multiples: named by default, H/16 where H stays, every form run."""

import pytest

import flopcount as fc
from flopcount import FlopcountError
from tests.analysis.formulas import concrete
from tests.analysis.printed import wrong_answers

SIDES = [(1, 1), (1, 3), (2, 1)]


@pytest.mark.parametrize(
    ("name", "by", "text"),
    [
        ("vit-b16", 16, "18432·h²·w² + 85561344·h·w + 85721088"),
        ("vit-h14", 14, "81920·h²·w² + 630062080·h·w + 630507520"),
        ("mixer-s32", 32, "20447232·h·w + 512000"),
        ("swin-t", 224, "4489798656·h·w + 768000"),
        ("unet@padded", 16, "188170240·h·w"),
        ("yolov3-tiny", 32, "16464384·h·w"),
    ],
)
def test_sides_that_are_multiples_are_named(name: str, by: int, text: str) -> None:
    found = fc.formula(name)
    assert (found.text(), found.domain) == (text, (f"H = {by}h", f"W = {by}w"))
    there = [concrete(name, "multiplies", input=f"{by * h}x{by * w}") for h, w in SIDES]
    assert not wrong_answers(found, SIDES, there)


@pytest.mark.parametrize("count", ["params", "activations", "elementwise.adds"])
def test_other_counts_over_the_same_names(count: str) -> None:
    found = fc.formula("vit-b16", count=count)
    assert found.names == ("h", "w")
    there = [concrete("vit-b16", count, input=f"{16 * h}x{16 * w}") for h, w in SIDES]
    assert not wrong_answers(found, SIDES, there)


def test_what_one_more_patch_costs() -> None:
    found = fc.formula("vit-b16").diff("h")
    more = concrete("vit-b16", "multiplies", input="32x48")
    assert found.domain == ("H = 16h", "W = 16w")
    less = concrete("vit-b16", "multiplies", input="16x48")
    assert not wrong_answers(found, [(1, 3)], [more - less])


@pytest.mark.parametrize(
    ("name", "text", "domain", "sizes"),
    [
        (
            "vit-b16",
            "9·H²·W²/32 + 334224·H·W + 85721088",
            ("16 divides H", "16 divides W"),
            [(16, 16), (48, 32), (24, 16), (16, 15)],
        ),
        (
            "unet@padded",
            "735040·H·W",
            ("16 divides H", "16 divides W"),
            [(16, 32), (48, 16), (24, 16), (8, 8), (17, 32)],
        ),
        (
            "swin-t",
            "1431696·⌊H/4⌋⌊W/4⌋ + 768000",
            ("H ≥ 4", "W ≥ 4", "56 divides ⌊H/4⌋", "56 divides ⌊W/4⌋"),
            [(224, 224), (227, 448), (228, 224), (112, 224), (3, 224)],  # 227 // 4 is 56
        ),
        (
            "HxWx3 > tokens 16 64 > attention 4",  # names that were typed stay
            "H²·W²/512 + 256·H·W",
            ("16 divides H", "16 divides W"),
            [(16, 16), (48, 32), (24, 16)],
        ),
    ],
)
def test_a_side_that_stays_is_divided_without_rounding(
    name: str, text: str, domain: tuple[str, ...], sizes: list[tuple[int, int]]
) -> None:
    found = fc.formula(name, free=["H", "W"])
    assert (found.text(), found.domain) == (text, domain)
    there = [_at(name, high, wide) for high, wide in sizes]
    assert None in there
    assert not wrong_answers(found, sizes, there)
    if ">" in name:
        assert fc.formula(name).text() == text


def _at(name: str, high: int, wide: int) -> int | None:
    try:
        if ">" in name:
            return concrete(name.replace("HxW", f"{high}x{wide}"), "multiplies")
        return concrete(name, "multiplies", input=f"{high}x{wide}")
    except FlopcountError:
        return None


def test_what_is_typed_in_the_place_of_a_side_stays() -> None:
    found = fc.formula("vit-b16", let={"H": "32n", "W": "32n"})
    assert (found.names, found.domain) == (("n",), ())
    assert fc.formula("resnet-50").names == ("H", "W")  # it has no multiple: all sizes fit
    assert fc.formula("unet").names == ("H", "W")  # 572, and 16 more: multiples of 4 alone
