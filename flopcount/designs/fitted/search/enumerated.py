"""All designs of a group, priced chunk by chunk, and those of them that may be the best.

What stays is a `Front`: of designs that are worse by no key and better by one, the others are gone;
of equal ones the first in the grid stays.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ....sizes.bounds import least, most
from ...chosen import Key, Selection, Stay
from ...grid.axes import Box
from ...grid.filters import parse_filter
from ...question import Question
from .choices import First, Undominated

if TYPE_CHECKING:
    from ...grid.factors import Array
    from .groups import Group

_WORD = 2**62
_FITS = {"<": ">=", "≠": "==", "=": "!="}  # a condition says what does not fit


class Front(NamedTuple):
    """Designs of some groups: a row of `points` for each, its keys; where they stand in the grid.

    A place is written in several digits (`Digits`), the columns of `places`. Places of different
    groups add up, as keys do.
    """

    points: "Array"
    places: "Array"

    def at(self, rows: "Array | slice") -> "Front":
        """Some of them."""
        return Front(self.points[rows], self.places[rows])


class Digits:
    """Places in a grid that may have more designs than int64 counts, as several numbers each."""

    def __init__(self, box: Box) -> None:
        self.lengths = [len(values) for values in box]
        strides, word, stride = [], 0, 1
        for length in reversed(self.lengths):
            if stride * length > _WORD:
                word, stride = word + 1, 1
            strides.append((word, stride))
            stride *= length
        self.count = word + 1
        # the digits that count most come first, as columns are sorted
        self._strides = [(word - at, stride) for at, stride in reversed(strides)]

    def of(self, group: "Group", places: "Array") -> "Array":
        """The places in the grid of designs of a group, given theirs in the group."""
        import numpy as np

        digits = np.zeros((len(places), self.count), dtype=np.int64)
        for axis, values in zip(reversed(group.axes), reversed(group.box), strict=True):
            places, indices = np.divmod(places, len(values))
            word, stride = self._strides[axis]
            digits[:, word] += indices * stride
        return digits

    def nowhere(self, budgets: int) -> Front:
        """The one design of no group, of so many budgets: nothing is added to any key."""
        import numpy as np

        shapes = (1, 1 + budgets), (1, self.count)
        return Front(*(np.zeros(shape, dtype=np.int64) for shape in shapes))

    def indices(self, digits: Sequence[int]) -> list[int]:
        """The indices along the axes of one place."""
        return [
            digits[word] // stride % length
            for (word, stride), length in zip(self._strides, self.lengths, strict=True)
        ]


def fronts_of(groups: "Sequence[Group]", digits: Digits, limits: Sequence[int]) -> list[Front]:
    """Of each group the designs that fit and may be part of the best one within the limits.

    They are those of the keys but the first. Raises `TooLongError`.
    """
    lows = [[int(least(key)) for key in group.keys[1:]] for group in groups]
    total = [sum(column) for column in zip(*lows, strict=True)]
    fronts = []
    for group, low in zip(groups, lows, strict=True):
        # what is left where all the others take the least
        room = [limit - all_ + own for limit, all_, own in zip(limits, total, low, strict=True)]
        fronts.append(_front_of(group, digits, room, First if len(groups) == 1 else Undominated))
    return fronts


def _front_of(
    group: "Group",
    digits: Digits,
    room: Sequence[int],
    choose: type[Undominated] | type[First],
) -> Front:
    """Those of a group; `room` is the most that each key but the first may be."""
    choice = choose(tuple([Key(_key(place)) for place in range(len(group.keys))]))
    counts = {_key(place): key for place, key in enumerate(group.keys)}
    counts |= {_condition(place): one.value for place, one in enumerate(group.conditions)}
    keep = tuple([parse_filter(text, [*counts]) for text in _filters(group, room)])
    question = Question(group.names, group.box, counts, keep, choice, ())
    selection: Selection = choice.selection(())
    for _ in question.pieces(question.box, 0, selection):
        raise AssertionError  # neither choice hands anything on before its end
    stay = selection.end()
    assert isinstance(stay, Stay)  # noqa: S101
    return Front(stay.points, digits.of(group, stay.places))


def _key(place: int) -> str:
    return f"#key{place}"  # no name of an axis has a #


def _condition(place: int) -> str:
    return f"#condition{place}"


def _filters(group: "Group", room: Sequence[int]) -> Iterator[str]:
    for place, (key, limit) in enumerate(zip(group.keys[1:], room, strict=True), start=1):
        if limit < most(key):  # a limit that is below the least keeps none, whatever it is
            yield f"{_key(place)} <= {int(max(limit, least(key) - 1))}"
    for place, one in enumerate(group.conditions):
        yield f"{_condition(place)} {_FITS[one.relation]} 0"
