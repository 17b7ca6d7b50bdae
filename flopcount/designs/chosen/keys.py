"""What designs are ordered by: a count, or a varied name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...analysis.count_names import known_as, scaled
from ...errors import FlopcountError, one_of, quote

if TYPE_CHECKING:
    from ..grid.factors import Array


class Key(NamedTuple):
    """A count or a varied name to order designs by: the least first, or the most."""

    name: str
    descending: bool = False

    def of(self, values: "Array") -> "Array":
        """Turn values so that the least is the best."""
        return -values if self.descending else values


def read_key(text: str, names: Sequence[str], what: str) -> Key:
    """A name to order by; ``-multiplies`` is the other way round.

    >>> read_key("-params", ["params"], "--sort")
    Key(name='params', descending=True)
    """
    if not isinstance(text, str):
        raise FlopcountError(
            f"{what}: expected the name of a count or of what varies, not {quote(text)}"
        )
    name = text.strip().removeprefix("-")
    return Key(known_name(name, names, what), text.strip().startswith("-"))


def known_name(name: str, names: Sequence[str], what: str) -> str:
    """A name among these, or another word for one."""
    counted = name if name in names else known_as(name)
    if counted is None or counted not in names:
        said = scaled(name) or one_of(name, names, "count or varied name")
        raise FlopcountError(f"{what}: {said}")
    return counted


def in_order(designs: "Array", columns: Sequence[str], key: Key) -> "Array":
    """Designs with these columns by a key, the best first; equal ones as they stood."""
    import numpy as np

    values = key.of(designs[:, columns.index(key.name)])
    return designs[np.argsort(values, kind="stable")]
