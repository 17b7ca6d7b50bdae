"""The size of a network's input: read from text, in the one order that there is, and changed."""

import re
from typing import Any

from ..errors import FlopcountError, plural, quote
from ..reading import whole_number
from ..records import dataclass
from ..sizes import AXES, Shape

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
ORDER = "hwc"  # the word that says that a size is in this order, whatever it looks like
MOST = max(AXES) + 1  # numbers of a size


@dataclass(frozen=True)
class InputSize:
    """The axes of the grid, then the channels: ``28x28x192``, each a number or a bare name.

    One alone is a number of tokens, or a vector.

    `ordered`: that it is in this order was said, by the word ``hwc``.
    """

    axes: tuple[Any, ...]
    ordered: bool = False

    @property
    def sides(self) -> tuple[str, ...]:
        """The names that stand for the axes of its grid: T alone, L, H and W, or D, H and W."""
        return side_names(len(self.axes) - 1)

    def __str__(self) -> str:
        """As the notation writes it: with ``hwc`` where it is needed."""
        text = "x".join(map(str, self.axes))
        return f"{text} {ORDER}" if _channels_first(self.axes) else text


def side_names(axes: int) -> tuple[str, ...]:
    """The names of a grid's axes; of none, as tokens have that an embedding reads, T.

    >>> side_names(0), side_names(1), side_names(2), side_names(3)
    (('T',), ('L',), ('H', 'W'), ('D', 'H', 'W'))
    """
    return tuple([axis[0].upper() for axis in AXES.get(axes, ())]) if axes else ("T",)


def read_size(text: str, *, ordered: bool = False, least: int = 2) -> InputSize:
    """Read ``28x28x192``: numbers or bare names, two to four of them; `ordered` as in `InputSize`.

    Raises `FlopcountError` for what is no size, and for names that are not in their places.

    >>> read_size("224x224x3").axes, read_size("HxWx3").axes, read_size("128x768").axes
    ((224, 224, 3), ('H', 'W', 3), (128, 768))
    """
    parts = text.replace("×", "x").split("x")
    if not least <= len(parts) <= MOST or not all(parts):
        raise FlopcountError(
            f"size {quote(text)} is not of the form 28x28x192 (the axes of a grid, one to "
            f"{max(AXES)} of them, then the channels)"
        )
    brief = least < 2 and len(parts) <= 2  # of an option, most likely without channels
    words = AXES[len(parts)] if brief else (*AXES.get(len(parts) - 1, ()), "channels")
    axes = tuple([_part(*part) for part in zip(parts, words, strict=True)])
    size = InputSize(axes, ordered)
    for place, name in enumerate(axes if least > 1 else ()):  # an option's is a number in any case
        wanted = _sides_with(name, len(axes) - 1)
        is_side = place < len(axes) - 1 or name == "L" or name in size.sides
        if wanted and is_side and size.sides[place : place + 1] != (name,):
            order = "x".join([*wanted, "C"])
            raise FlopcountError(f"size {quote(text)} has {name} in another place than {order}")
    return size


def check_no_size(text: str) -> None:
    """Raise `FlopcountError` for the first word of a spec that is nearly a size.

    >>> check_no_size("128X768")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: '128X768' is nearly a size: a small x stands between its \
numbers, and a name alone, or of two, has a capital; did you mean '128x768'?
    """
    parts = re.split("[xX*]", text)
    if not all(parts) or len(parts) > MOST:
        return
    from .unknown import is_called

    if is_called(text):
        return
    named = len(parts) > 1 and all(len(part) == 1 for part in parts)
    if named or any(map(str.isdecimal, parts)):
        meant = "x".join([part if part.isdecimal() else part[0].upper() for part in parts])
        raise FlopcountError(
            f"{quote(text)} is nearly a size: a small x stands between its numbers, and a name "
            f"alone, or of two, has a capital; did you mean {quote(meant)}?"
        )


def _sides_with(name: int | str, axes: int) -> tuple[str, ...]:
    """The names of a grid's axes that a name is among, of so many axes if it can be."""
    known = [side_names(axes), *map(side_names, sorted(AXES))]
    return next((sides for sides in known if name in sides), ())


def _part(text: str, what: str) -> int | str:
    return text if _NAME.fullmatch(text) else whole_number(text, what)


def read_input(text: object, least: int = 1) -> InputSize:
    """Read an input size in numbers, such as a table or an option gives: ``224x224x3``.

    ``hwc`` may stand behind. `least`: of so many numbers; an option may leave the channels out.

    >>> read_input("299x299").axes, read_input("3x224x224 hwc").ordered
    ((299, 299), True)
    """
    if not isinstance(text, str):
        raise FlopcountError(f"input is {quote(text)}, not a string such as '224x224x3'")
    words = text.split()
    ordered = words[1:] == [ORDER]
    place = f"input {quote(text)}"
    try:
        size = read_size(words[0] if ordered else text, ordered=ordered, least=least)
        for part in size.axes:
            if isinstance(part, str):
                raise FlopcountError(f"{quote(part)} is a free name, not a number")
    except FlopcountError as error:
        raise FlopcountError(f"{place}: {error}") from None
    return size


def input_of(
    own: InputSize | None, given: InputSize | None, *, of_tokens: bool = False
) -> InputSize:
    """The size that holds: a network's `own`, or the one `given` in its place.

    `of_tokens`: that is a number of tokens, which have no channels yet. Raises `FlopcountError`
    where there is none, or the given one has another number of axes or looks like channels first.

    >>> input_of(InputSize((224, 224, 3)), InputSize((299, 299))).axes
    (299, 299, 3)
    """
    if given is None:
        if own is None:
            size = "128" if of_tokens else "28x28x192"
            raise FlopcountError(f"the spec has no input size ({size} > …)")
        return own
    if own is None:
        if len(given.axes) < 2 and not of_tokens:
            raise FlopcountError(f"input '{given}' has no channels (28x28x192, say)")
        return in_order(given)
    if len(given.axes) == len(own.axes):
        return in_order(InputSize(given.axes, own.ordered or given.ordered))
    if len(given.axes) == len(own.axes) - 1:
        return InputSize((*given.axes, own.axes[-1]), ordered=True)
    typed = "x".join(map(str, given.axes))
    wanted = "give as many, or all but the channels" if len(own.axes) > 1 else "give one"
    raise FlopcountError(
        f"input '{typed}' has {plural(len(given.axes), 'number')}, the network's own, {own}, has "
        f"{len(own.axes)}: {wanted}"
    )


def in_order(size: InputSize) -> InputSize:
    """The size; raises `FlopcountError` where it looks like channels first and nothing was said.

    >>> in_order(InputSize((1, 32, 64))).axes
    (1, 32, 64)
    """
    found = None if size.ordered else _channels_first(size.axes)
    if found is None:
        return size
    read, wanted = found
    text = "x".join(map(str, size.axes))
    words, numbers = " x ".join((*AXES[len(wanted) - 1], "channels")), "x".join(map(str, wanted))
    raise FlopcountError(
        f"size '{text}' looks like {read}: expected {words}, {numbers} "
        f"(or '{text} {ORDER}', if it is in this order)"
    )


def _channels_first(axes: tuple[Any, ...]) -> tuple[str, tuple[int, ...]] | None:
    """What a size looks like that has channels first, and the size that is meant; or None.

    The last three numbers may be an RGB or a grey image, or four of them such a volume or clip.
    """
    if len(axes) < 3 or any(type(axis) is not int for axis in axes):
        return None
    first, second, third = axes[-3:]
    square = second == third and second >= 8
    large = second >= 32 and third >= 32
    if (first in (1, 3) and square) or (first == 3 and large):
        batch = "batch and channels first, and a size has no batch"
        return batch if len(axes) > 3 else "channels first", (second, third, first)
    if len(axes) > 3 and axes[0] in (1, 3) and square:
        return "channels first", (*axes[1:], axes[0])
    return None


def shape_of(size: InputSize) -> Shape:
    """The shape that it is. Raises `FlopcountError` for a name that is left in it."""
    for part in size.axes:
        if isinstance(part, str):
            raise FlopcountError(f"size {quote(part)} is a free name, not a number")
    return size.axes
