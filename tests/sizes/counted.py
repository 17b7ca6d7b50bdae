"""Windows counted along an axis, and meets: each position, or pair, is looked at."""

from collections.abc import Iterator
from itertools import count, product

from flopcount.sizes.meets import Meet
from flopcount.sizes.window import Window

PADDINGS = ["same", "valid", 0, 1, 2, 3]


def tensorflow_same(n: int, k: int, s: int, d: int) -> tuple[int, int, int]:
    """Outputs, padding before and after, as TensorFlow's documentation states them.

    tf.nn, "Notes on padding": out = ceil(in / stride); pad_along = max(filter − stride, 0) if in
    is a multiple of the stride, else max(filter − in % stride, 0); before = pad_along // 2.
    A dilated filter covers (k − 1)·d + 1.
    """
    covers = (k - 1) * d + 1
    pad = max(covers - s, 0) if n % s == 0 else max(covers - n % s, 0)
    return len(range(0, n, s)), pad // 2, pad - pad // 2


class MisfitError(Exception):
    """No output at all: the kernel does not fit."""


def counted_axis(
    n: int, k: int, s: int, d: int, padding: str | int, *, ceil: bool
) -> tuple[int, int]:
    """Outputs and taps inside the image, each position of a padded axis looked at."""
    if padding == "same":
        outputs, before, after = tensorflow_same(n, k, s, d)
        axis = [False] * before + [True] * n + [False] * after
        starts = [o * s for o in range(outputs)]
    else:
        around = 0 if padding == "valid" else int(padding)
        axis = [False] * around + [True] * n + [False] * around
        starts = list(_starts(len(axis), (k - 1) * d + 1, s, n + around, ceil=ceil))
    if not starts:
        raise MisfitError
    inside = sum(
        start + tap * d < len(axis) and axis[start + tap * d]
        for start in starts
        for tap in range(k)
    )
    return len(starts), inside


def _starts(length: int, span: int, s: int, begins_before: int, *, ceil: bool) -> Iterator[int]:
    """Where windows start on a padded axis; with `ceil`, one more for what is left over.

    PyTorch, MaxPool2d: in ceil mode a window may run over the end, but none starts in the padding
    after the image.
    """
    if span > length:
        return
    for start in count(0, s):
        fits = start + span <= length
        left_over = start - s + span < length
        if not (fits or (ceil and left_over)) or (ceil and start >= begins_before):
            return
        yield start


def square(k: int, s: int, d: int, padding: str | int, *, ceil: bool) -> Window:
    both = padding if isinstance(padding, str) else (padding, padding)
    return Window((k, k), (s, s), (d, d), both, ceil)


def landed(meet: Meet, outputs: int, taps: int) -> int:
    """The pairs that land; where they do, it is on the axis."""
    places = [meet.lands(o, t) for o, t in product(range(outputs), range(taps))]
    on_axis = [place for place in places if place is not None]
    assert {*on_axis} <= {*range(meet.n)}
    return len(on_axis)
