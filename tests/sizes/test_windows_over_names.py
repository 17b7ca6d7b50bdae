"""Windows over a name: at each number they are the window over it, and fit where it does."""

from itertools import product

import pytest

from flopcount.errors import FlopcountError
from flopcount.sizes.meets import Slide
from flopcount.sizes.polynomial import Space
from flopcount.sizes.size import Size, as_factor
from flopcount.sizes.values import holds, value
from flopcount.sizes.window import Window
from tests.sizes.counted import PADDINGS, MisfitError, counted_axis, square


def test_a_kernel_that_fits_no_size_of_a_name() -> None:
    space = Space()
    with pytest.raises(FlopcountError, match="does not fit a height"):
        Window((5, 5), padding="valid").slides((space.name("H", 1, 4), space.name("W", 9)))
    assert space.conditions == []


def test_a_kernel_that_fits_some_sizes_of_a_name_keeps_the_condition() -> None:
    space = Space()
    height, width = Window((5, 5), padding="valid").slides((space.name("H"), space.name("W", 9)))
    assert [(str(kept.value), kept.relation) for kept in space.conditions] == [("H − 5", "<")]
    assert str(height.outputs) == "(H − 4)"
    assert width.outputs == as_factor(space.name("W", 9) - 4)


def differs_over_a_name(k: int, s: int, d: int, padding: str | int, *, ceil: bool) -> list[int]:
    """The sizes at which a window over a name is not the window over the number, misfits too."""
    window = square(k, s, d, padding, ceil=ceil)
    space = Space()
    along = window.slides((space.name("n"), space.name("n")))[0]
    wrong = []
    for n in range(1, 30):
        fits = not any(holds(condition, {"n": n}) for condition in space.conditions)
        try:
            expected = counted_axis(n, k, s, d, padding, ceil=ceil)
        except MisfitError:
            expected = None
        sizes = (value(along.outputs, {"n": n}), value(along.inside, {"n": n}))
        if fits != (expected is not None) or (fits and sizes != expected):
            wrong.append(n)
        if fits and value(along.full, {"n": n}) != sizes[0] * k:
            wrong.append(n)
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("ceil", [False, True])
def test_windows_over_a_name_are_those_over_numbers(padding: str | int, *, ceil: bool) -> None:
    kernels = [*product((1, 2, 3, 5), (1, 2, 3, 7), (1, 2)), (4, 3, 3), (6, 5, 1)]
    wrong = {
        kernel: found
        for kernel in kernels
        if (found := differs_over_a_name(*kernel, padding, ceil=ceil))
    }
    assert wrong == {}


def test_padding_on_the_wrong_side_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Window._slide  # noqa: SLF001

    def moved(window: Window, n: Size, axis: int) -> Slide:  # one element, from the end
        slide = right(window, n, axis)
        return slide._replace(before=slide.before + 1)

    assert differs_over_a_name(5, 1, 1, "same", ceil=False) == []
    monkeypatch.setattr(Window, "_slide", moved)
    assert differs_over_a_name(5, 1, 1, "same", ceil=False)
