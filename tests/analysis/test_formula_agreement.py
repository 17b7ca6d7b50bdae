"""Formulas: each one held to the concrete count at sampled sizes, in its domain and out of it."""

import itertools
import math
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.sizes import simplest
from flopcount.sizes.condition import Condition
from flopcount.sizes.polynomial import ONE
from tests.analysis.formulas import SPECS, UNPADDED, concrete, evaluated, holds
from tests.shipped import SAMPLE

SIZES = ((224, 224), (96, 320), (128, 113), (299, 75), (75, 331))


@pytest.mark.slow
@pytest.mark.parametrize("count", ["multiplies", "params", "activations"])
@pytest.mark.parametrize("name", SAMPLE)
def test_each_network_over_its_input(name: str, count: str) -> None:
    found = fc.formula(name, count=count, free=["H", "W"])
    inside = 0
    for size in SIZES:
        sizes = dict(zip("HW", size, strict=True))
        if all(holds(sentence, sizes) for sentence in found.domain):
            inside += 1
            assert evaluated(found, sizes) == concrete(name, count, input=f"{size[0]}x{size[1]}")
        else:
            with pytest.raises(FlopcountError):
                concrete(name, count, input=f"{size[0]}x{size[1]}")
    assert inside >= 2


@pytest.mark.slow
@pytest.mark.parametrize("count", ["multiplies", "params", "activations"])
@pytest.mark.parametrize("spec", SPECS)
def test_each_spec_in_its_domain_and_around_it(spec: str, count: str) -> None:
    found = fc.formula(spec, count=count)
    inside = outside = 0
    for high, wide in itertools.product((*range(1, 10), 16, 23), (7, 12)):
        sizes = {"H": high, "W": wide}
        plain = spec.replace("HxW", f"{high}x{wide}")
        if all(holds(sentence, sizes) for sentence in found.domain):
            inside += 1
            assert evaluated(found, sizes) == concrete(plain, count), sizes
        else:
            outside += 1
            with pytest.raises(FlopcountError):
                concrete(plain, count)
    assert inside >= 2
    assert found.domain or not outside


@pytest.mark.parametrize("spec", UNPADDED)
def test_taps_inside_the_image(spec: str) -> None:
    found = fc.formula(spec, count="multiplies_unpadded")
    inside = 0
    for high, wide in itertools.product((1, 2, 3, 5, 8), (4, 7)):
        sizes = {"H": high, "W": wide}
        if all(holds(sentence, sizes) for sentence in found.domain):
            inside += 1
            plain = spec.replace("HxW", f"{high}x{wide}")
            assert evaluated(found, sizes) == concrete(plain, "multiplies_unpadded"), sizes
    assert inside >= 4


@pytest.mark.parametrize(("name", "least"), [("inception-v3", 75), ("inception-resnet-v2", 75)])
def test_just_outside_its_domain_the_walk_refuses(name: str, least: int) -> None:
    found = fc.formula(name)
    assert found.domain == (f"H ≥ {least}", f"W ≥ {least}")
    at = f"{least}x{least}"
    assert evaluated(found, {"H": least, "W": least}) == concrete(name, "multiplies", input=at)
    for size in (f"{least - 1}x{least}", f"{least}x{least - 1}"):
        with pytest.raises(FlopcountError, match="kernel does not fit"):
            concrete(name, "multiplies", input=size)


@pytest.mark.parametrize("stride", [8, 64, 200])
def test_branches_that_stop_fitting_far_out(stride: int) -> None:
    # ⌈n/2⌉ beside ⌊n/2⌋ + 1: equal for n = 1, not for n = 2, for n = ⌈H/stride⌉
    spec = f"HxWx4 > conv 3x3/{stride} 4 > [conv 3x3/2 4 | conv 2x2/2 4 pad=1]"
    found = fc.formula(spec)
    for high, fits in ((1, True), (stride, True), (stride + 1, False), (2 * stride + 1, True)):
        assert all(holds(sentence, {"H": high, "W": 1}) for sentence in found.domain) == fits
        plain = spec.replace("HxW", f"{high}x1")
        if fits:
            assert evaluated(found, {"H": high, "W": 1}) == concrete(plain, "multiplies")
        else:
            with pytest.raises(FlopcountError, match="branches that do not fit a concat"):
                concrete(plain, "multiplies")


@pytest.mark.slow
def test_branches_that_fit_for_some_sizes_only() -> None:
    found = fc.formula("bn-inception")
    assert found.domain[:2] == ("H ≥ 39", "W ≥ 39")
    fitting = {
        high: all(holds(sentence, {"H": high, "W": 224}) for sentence in found.domain)
        for high in (*range(36, 44), *range(218, 232))
    }
    assert fitting[224]
    assert set(fitting.values()) == {True, False}
    for high, fits in fitting.items():
        size = f"{high}x224"
        if fits:
            here = concrete("bn-inception", "multiplies", input=size)
            assert evaluated(found, {"H": high, "W": 224}) == here
        else:
            with pytest.raises(FlopcountError):
                concrete("bn-inception", "multiplies", input=size)


@pytest.mark.parametrize("reference", ["googlenet@torchvision", "googlenet@naive", "googlenet@aux"])
def test_variants_and_rewrites_have_formulas(reference: str) -> None:
    aux = reference.endswith("@aux")
    name = reference.removesuffix("@aux")
    found = fc.formula(name, aux=aux)
    for high, wide in ((224, 224), (299, 131)):
        here = concrete(name, "multiplies", input=f"{high}x{wide}", aux=aux)
        assert evaluated(found, {"H": high, "W": wide}) == here


@pytest.mark.parametrize("count", ["multiplies", "params", "weights", "biases", "activations"])
def test_widths_of_a_row_and_classes(count: str) -> None:
    free = ["3a.r5", "3a.n3", "5b.proj", "classes"]
    found = fc.formula("googlenet", count=count, free=free)
    for widths in ((16, 128, 128, 1000), (7, 31, 5, 10), (200, 1, 90, 3)):
        sizes = dict(zip(free, widths, strict=True))
        columns = {name: width for name, width in sizes.items() if "." in name}
        here = concrete("googlenet", count, set=columns, classes=sizes["classes"])
        assert evaluated(found, sizes) == here


def test_widths_through_a_rewrite() -> None:
    found = fc.formula("googlenet@width=0.5", free=["3a.r5"], count="params")
    for width in (1, 2, 15, 16):
        here = concrete("googlenet@width=0.5", "params", set={"3a.r5": width})
        assert evaluated(found, {"3a.r5": width}) == here


def test_the_largest_multiples_of_a_size() -> None:
    found = fc.formula("googlenet", let={"H": "100n", "W": "64n"})
    for n in (1, 2, 3):
        here = concrete("googlenet", "multiplies", input=f"{100 * n}x{64 * n}")
        assert evaluated(found, {"n": n}) == here


def test_numbers_alone() -> None:
    found = fc.formula("googlenet", let={"H": "224", "W": "224"})
    assert found.text() == "1582671872"
    assert evaluated(found, {}) == 1_582_671_872
    assert fc.formula("googlenet", free=["H"], let={"H": "224"}).text() == "1582671872"


@pytest.mark.parametrize("count", ["multiplies", "multiplies_unpadded", "activations"])
@pytest.mark.parametrize("name", ["H", "W", "r", "F"])
def test_diff_is_the_finite_difference(name: str, count: str) -> None:
    stride = "" if count == "multiplies_unpadded" else "/2"
    spec = f"HxWx4 > conv 3x3{stride} r > maxpool 3x3/2 ceil valid > conv 3x3 F"
    found = fc.formula(spec, count=count)
    more = found.diff(name)
    assert more.count == f"{count} for one more {name}"
    for sizes in ({"H": 12, "W": 9, "r": 3, "F": 5}, {"H": 33, "W": 34, "r": 1, "F": 1}):
        step = {**sizes, name: sizes[name] + 1}
        assert evaluated(more, sizes) == evaluated(found, step) - evaluated(found, sizes)


def test_diff_of_a_network_is_the_difference_of_reports() -> None:
    more = fc.formula("googlenet", free=["3a.n5"]).diff("3a.n5")
    after, before = (
        concrete("googlenet", "multiplies", set={"3a.n5": width}) for width in (33, 32)
    )
    assert evaluated(more, {"3a.n5": 32}) == after - before
    # 25·16·28² of its own, and each layer of 3b that reads it: (128 + 128 + 32 + 64)·28²
    assert after - before == (25 * 16 + 128 + 128 + 32 + 64) * 28**2


def test_a_rounding_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = simplest._floor  # noqa: SLF001

    def forgetful(inside: Any, by: int) -> Any:
        return right(inside - inside.terms.get(ONE, 0), by)

    monkeypatch.setattr(simplest, "_floor", forgetful)
    wrong = fc.formula("HxWx3 > conv 3x3/2 8")
    assert wrong.text() == "216·⌊H/2⌋⌊W/2⌋"
    assert evaluated(wrong, {"H": 7, "W": 7}) != concrete("7x7x3 > conv 3x3/2 8", "multiplies")


def test_a_lost_condition_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Condition, "decide", lambda _: False)
    found = fc.formula("HxWx3 > conv 3x3 8 valid")
    assert all(holds(sentence, {"H": 2, "W": 2}) for sentence in found.domain)
    with pytest.raises(FlopcountError):
        concrete("2x2x3 > conv 3x3 8 valid", "multiplies")


def test_sentences_are_read() -> None:
    assert holds("H ≥ 75", {"H": 75})
    assert not holds("H ≥ 75", {"H": 74})
    assert holds("4 divides F", {"F": 8})
    assert not holds("4 divides F", {"F": 9})
    assert holds("⌊(H + 1)/2⌋⌈W/2⌉ ≤ 2·H − 2", {"H": 3, "W": 4}) is (2 * 2 <= 4)
    assert not holds("⌊H/2⌋ ≥ ⌈H/2⌉", {"H": 7})
    assert [holds("⌊H/2⌋ = ⌈W/2⌉", {"H": 7, "W": w}) for w in (5, 8)] == [True, False]
    assert math.floor(7 / 2) == 3
