"""Sizes: the closed form of the taps against counting them one by one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.errors import FlopcountError
from flopcount.sizes.meets import Slide
from flopcount.sizes.window import Window
from tests.sizes.counted import PADDINGS, MisfitError, counted_axis, square


def axis_of(window: Window, n: int) -> tuple[int, int]:
    """Outputs and taps along the height; the width must say the same of the same numbers."""
    along, across = window.slides((n, n))
    assert along == across
    assert along.inside == across.inside
    return along.outputs, along.inside


def looked_up(window: Window, n: int) -> tuple[int, int]:
    """Outputs and taps along the height, each pair of an output and a tap asked where it lands."""
    along = window.slides((n, n))[0]
    pairs = product(range(along.outputs), range(along.taps))
    landings = [along.lands(output, tap) for output, tap in pairs]
    assert along.full == len(landings)
    assert {landing for landing in landings if landing is not None} <= set(range(n))
    return along.outputs, sum(landing is not None for landing in landings)


def differs(n: int, k: int, s: int, d: int, padding: str | int, *, ceil: bool) -> bool:
    """Whether the closed form and the counter say different things."""
    window = square(k, s, d, padding, ceil=ceil)
    try:
        expected = counted_axis(n, k, s, d, padding, ceil=ceil)
    except MisfitError:
        try:
            axis_of(window, n)
        except FlopcountError:
            return False
        return True
    return axis_of(window, n) != expected or looked_up(window, n) != expected


SMALL = list(product(range(1, 13), range(1, 7), range(1, 5), range(1, 4)))  # n, k, s, d


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("ceil", [False, True])
def test_all_small_windows_agree_with_counting(padding: str | int, *, ceil: bool) -> None:
    wrong = [case for case in SMALL if differs(*case, padding, ceil=ceil)]
    assert wrong == []


@given(
    n=st.integers(1, 120),
    k=st.integers(1, 24),
    s=st.integers(1, 13),
    d=st.integers(1, 9),
    padding=st.one_of(st.sampled_from(["same", "valid"]), st.integers(0, 30)),
    ceil=st.booleans(),
)
def test_larger_windows_agree_with_counting(
    n: int, k: int, s: int, d: int, padding: str | int, *, ceil: bool
) -> None:
    assert not differs(n, k, s, d, padding, ceil=ceil)


@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    kernel=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    stride=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    dilation=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.one_of(
        st.sampled_from(["same", "valid"]), st.tuples(st.integers(0, 12), st.integers(0, 12))
    ),
    ceil=st.booleans(),
)
def test_each_axis_has_its_own_numbers(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    padding: str | tuple[int, int],
    *,
    ceil: bool,
) -> None:
    window = Window(kernel, stride, dilation, padding, ceil)
    paddings = (padding, padding) if isinstance(padding, str) else padding
    axes = list(zip(size, kernel, stride, dilation, paddings, strict=True))
    try:
        expected = [counted_axis(*axis, ceil=ceil) for axis in axes]
    except MisfitError:
        with pytest.raises(FlopcountError, match=r"does not fit a (height|width) of"):
            window.slides(size)
        return
    assert [(slide.outputs, slide.inside) for slide in window.slides(size)] == expected


def test_the_counter_notices_taps_that_forget_the_clamp(monkeypatch: pytest.MonkeyPatch) -> None:
    # k·n − (k² − 1)/4 lies below n = (k − 1)/2 and for every stride but 1.
    def unclamped(slide: Slide) -> int:
        k = slide.taps
        return k * slide.n - (k * k - 1) // 4

    monkeypatch.setattr(Slide, "inside", property(unclamped))
    assert not differs(28, 5, 1, 1, "same", ceil=False)
    assert differs(1, 5, 1, 1, "same", ceil=False)
    assert differs(28, 5, 2, 1, "same", ceil=False)


def test_the_counter_notices_padding_on_the_wrong_side(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Window._slide  # noqa: SLF001

    def moved(window: Window, n: int, axis: int) -> Slide:  # one element, from the end
        slide = right(window, n, axis)
        return slide._replace(before=slide.before + 1)

    monkeypatch.setattr(Window, "_slide", moved)
    assert any(differs(*case, "same", ceil=False) for case in SMALL)


def test_same_where_the_padding_sits_matters() -> None:
    # n = 9, k = 3, stride 3: pad max(3 − 3, 0) = 0, so all 3·3 taps fall inside
    assert axis_of(Window((3, 3), (3, 3)), 9) == (3, 9)
    # one row on both sides: windows start at −1, 2, 5 (8 would end past the padding): 3·3 − 1
    assert axis_of(Window((3, 3), (3, 3), padding=(1, 1)), 9) == (3, 8)
    # an even kernel: k = 2, stride 1: the odd row is at the end, 2·4 − 1
    assert axis_of(Window((2, 2)), 4) == (4, 7)


def test_same_image_smaller_than_its_kernel() -> None:
    # 3×3 on 1×1, as in Keras' InceptionV3 at 75×75: one tap of three per axis
    assert axis_of(Window((3, 3)), 1) == (1, 1)
    # 7 on 2, stride 1: both outputs see both elements: 2·2
    assert axis_of(Window((7, 7)), 2) == (2, 4)


@pytest.mark.parametrize(
    ("window", "size", "c_in", "c_out", "multiplies"),
    [
        # 5·28 − 6 = 134 taps an axis: the outer outputs miss 2 + 1 at each end
        (Window((5, 5)), 28, 16, 32, 9_193_472),  # 134²·16·32, issue 2
        # 7/2 on 224: pad max(7 − 2, 0) = 5, 2 before and 3 after: 7·112 − (2 + 3 + 1) = 778
        (Window((7, 7), (2, 2)), 224, 3, 64, 116_214_528),  # 778²·3·64, issue 2
        # 3 taps 2 apart: 3·28 − 2·2 = 80
        (Window((3, 3), dilation=(2, 2)), 28, 16, 32, 3_276_800),  # 80²·16·32, issue 2
        # 3·28 − 2 = 82, each channel by itself
        (Window((3, 3)), 28, 1, 32, 215_168),  # 82²·32, issue 2: depthwise
        (Window((3, 3)), 28, 16 // 4, 32, 860_672),  # 82²·(16/4)·32, issue 2: groups 4
    ],
)
def test_the_checked_figures(
    window: Window, size: int, c_in: int, c_out: int, multiplies: int
) -> None:
    height, width = window.slides((size, size))
    assert height.inside * width.inside * c_in * c_out == multiplies


@pytest.mark.parametrize(
    ("window", "n", "out"),
    [
        (Window((7, 7), (2, 2)), 224, 112),  # GoogLeNet's stem: ⌈224/2⌉
        (Window((3, 3), (2, 2)), 112, 56),
        (Window((3, 3), (2, 2), padding="valid", ceil=True), 112, 56),  # ⌈(112 − 3)/2⌉ + 1
        (Window((3, 3), (2, 2), padding="valid"), 112, 55),  # ⌊(112 − 3)/2⌋ + 1
        (Window((5, 5), (3, 3), padding="valid"), 14, 4),  # auxiliary heads: ⌊(14 − 5)/3⌋ + 1
        (Window((3, 3), (2, 2), padding="valid"), 299, 149),  # Inception v3's stem
        # ceil: the fourth window of 2/2 with padding 1 on 5 would start at 5 − 0, in the padding
        (Window((2, 2), (2, 2), padding=(1, 1), ceil=True), 5, 3),
    ],
)
def test_grids_that_papers_print(window: Window, n: int, out: int) -> None:
    assert [slide.outputs for slide in window.slides((n, n))] == [out, out]


@pytest.mark.parametrize(
    ("window", "size", "phrase"),
    [
        (Window((5, 5), padding="valid"), (4, 9), "kernel does not fit a height of 4"),
        (Window((5, 5), padding="valid"), (9, 4), "kernel does not fit a width of 4"),
        (Window((3, 3), dilation=(4, 4), padding="valid"), (8, 8), "spans 9 does not fit"),
        (Window((9, 9), padding=(1, 1)), (6, 6), "of 6 with 1 of padding on both sides"),
        (Window((9, 9), padding="valid", ceil=True), (6, 6), "a larger image, or 'same'"),
        (Window((5,), padding="valid"), (4,), "the 5 kernel does not fit a length of 4"),
        (Window((1, 5, 5), padding="valid"), (4, 4, 9), "1×5×5 kernel does not fit a height of 4"),
        (Window((2, 1, 1), padding="valid"), (1, 9, 9), "does not fit a depth of 1"),
    ],
)
def test_a_kernel_larger_than_its_image(window: Window, size: tuple[int, ...], phrase: str) -> None:
    with pytest.raises(FlopcountError, match=phrase):
        window.slides(size)
