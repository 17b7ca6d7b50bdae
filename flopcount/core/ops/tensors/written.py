"""How the nests of tensors are written: which letters stand for which axes."""

import re
from collections.abc import Sequence
from functools import lru_cache

from ....errors import FlopcountError
from ....sizes import Shape, Size, differ

LETTERS = "abcdefghijklmnopq"


def parted(shape: Shape, axes: int) -> tuple[Shape, Size, Shape]:
    """A shape as what comes before the channels, the channels, and a grid of so many axes."""
    return shape[: -axes - 1], shape[-axes - 1], shape[-axes:]


@lru_cache(maxsize=256)
def computed_text(text: str, computed: str) -> str:
    """A nest in which these capitals are no parameters, but come in: ``W[c k]`` as ``w[c k]``."""
    for capital in computed:
        text = re.sub(rf"\b{capital}\[", f"{capital.lower()}[", text)
    return text


def by_letter(shape: Shape) -> dict[str, Size]:
    """The sizes of a tensor's axes by their letters. Raises `FlopcountError` for too many axes."""
    if len(shape) > len(LETTERS):
        raise FlopcountError(f"a tensor of {len(shape)} axes; the limit is {len(LETTERS)}")
    return dict(zip(LETTERS, shape, strict=False))


def is_one(size: Size) -> bool:
    """Whether a size is 1 whatever else varies."""
    return type(size) is int and size == 1


def spread(shapes: Sequence[Shape]) -> Shape:
    """The shape of tensors together, those with 1 on an axis, or fewer axes, spread along it.

    Raises `FlopcountError` where they do not fit.
    """
    rank = max(map(len, shapes), default=0)
    output: list[Size] = [1] * rank
    for shape in shapes:
        for place, size in enumerate(shape, rank - len(shape)):
            if is_one(output[place]):
                output[place] = size
            elif not is_one(size) and differ(size, output[place]):
                sides = " and ".join("×".join(map(str, s)) for s in shapes)
                raise FlopcountError(f"shapes that do not fit each other: {sides}")
    return tuple(output)


def letters(shape: Shape, output: Shape) -> str:
    """The axes of a tensor that is spread over an output, by their letters; those of 1 are none."""
    rank = len(output)
    return " ".join(
        LETTERS[place]
        for place, size in enumerate(shape, rank - len(shape))
        if not is_one(size) or is_one(output[place])
    )
