"""The sides of an image alone, ``299x299``, or as a table has it, ``299x299x3``."""

from collections.abc import Sequence

_CHANNELS = ((3,), (2, 4), (1,))  # of a picture, the likeliest first


def whole_shape(
    given: Sequence[int], model: Sequence[int | None], *, last: bool = False
) -> tuple[int, ...] | None:
    """The shape that a model takes, where its sides are given alone, or with its channels behind.

    `model` is the shape that it has, None or 1 for what is free; its channels stand before the
    grid or behind it, as their number says where they are a picture's, and as `last` says where
    that says nothing. Without a batch it is 1. None for what has another rank, or is ambiguous.

    >>> whole_shape((299, 299), (1, 3, 224, 224)), whole_shape((64, 48, 3), (8, 3, 32, 32))
    ((1, 3, 299, 299), (8, 3, 64, 48))
    >>> whole_shape((299, 299), (None, None, None, 3)), whole_shape((9, 9), (1, 64, 7, 7))
    ((1, 299, 299, 3), None)
    """
    axes = len(model) - 2
    if axes < 2 or len(given) not in (axes, axes + 1):
        return None
    at = _channels(model, last=last)
    channels = model[at] if at else None
    if channels is None or (len(given) > axes and given[-1] != channels):
        return None
    batch, sides = model[0] or 1, tuple(given[:axes])
    return (batch, channels, *sides) if at == 1 else (batch, *sides, channels)


def _channels(model: Sequence[int | None], *, last: bool) -> int:
    """The axis of the channels, 0 where nobody can tell."""
    ends = {1: model[1] or 0, len(model) - 1: model[-1] or 0}
    for numbers in _CHANNELS:
        found = [axis for axis, size in ends.items() if size in numbers]
        if len(found) == 1:
            return found[0]
        if found:
            break
    return len(model) - 1 if last and model[-1] else 0
