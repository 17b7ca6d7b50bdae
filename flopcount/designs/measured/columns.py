"""What the columns of measured designs are: names that vary, networks, counts, and a user's own."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ...analysis.measured_files import NUMBER
from ...core import NAMED
from ...errors import FlopcountError, alike, quote
from ...notation import Variable
from ...reading import whole_number
from ...records import dataclass
from ..grid.filters import MOST
from ..shapes import WIDTH, meant_by
from .decimals import Decimals
from .typed import Typed

if TYPE_CHECKING:
    from ..grid.factors import Array

NETWORK = "network"  # the column that names one in each row
_SIDES = ("input", "classes", "H", "W")  # never a number of one's own
_Read = TypeVar("_Read")


class Kinds(NamedTuple):
    """The columns of a table by what they are, each in its order."""

    varied: tuple[str, ...]
    own: tuple[str, ...]
    counts: tuple[str, ...]  # as a sweep's own files have them


@dataclass(frozen=True)
class Own:
    """A column of a user's own numbers: as typed, and exact; `known` says where there is one."""

    texts: Sequence[str]
    numbers: Decimals
    known: "Array"


def kinds_of(typed: Typed, known: Sequence[Variable], modules: Sequence[str]) -> Kinds:
    """Tell the columns apart by the names of what can vary in the network.

    Raises `FlopcountError` for a name that is meant for one of these, and is not.
    """
    varied, own, counts = [], [], []
    for name in typed.columns:
        if name == NETWORK:
            continue
        if name in NAMED:
            counts.append(name)
        elif _is_varied(typed, name, known, modules):
            varied.append(name)
        else:
            own.append(name)
    return Kinds(tuple(varied), tuple(own), tuple(counts))


def _is_varied(typed: Typed, name: str, known: Sequence[Variable], modules: Sequence[str]) -> bool:
    try:
        meant_by(name, known, modules)
    except FlopcountError as error:
        rows = {variable.row for variable in known} - {""}
        names = {variable.name for variable in known}
        columns = {variable.column for variable in known} - {""}
        row = name.partition("/")[0] if "/" in name else name.rpartition(".")[0]
        meant = name in {*names, *columns, *_SIDES} or row in rows or alike(name, names)
        if meant:  # priced without it, the design would be another one
            raise FlopcountError(f"{typed.place}: {error}") from None
        if name.casefold() == WIDTH:  # likewise
            raise FlopcountError(
                f"{typed.place}: {quote(name)} is the factor of all widths; name the networks in a "
                f"column {NETWORK}, as googlenet@width=0.5, or a column of your own otherwise"
            ) from None
        if re.search("[./]", name) and all(map(str.isdigit, typed.columns[name])):
            raise FlopcountError(
                f"{typed.place}: {quote(name)} is nothing that varies here, and looks like a row's "
                "width; a column of your own whole numbers has a name without '.' and '/'"
            ) from None
        return False
    return True


def whole_column(typed: Typed, name: str) -> "Array":
    """The values of a varied name; ``16.0``, as some programs write 16, is one.

    Raises `FlopcountError` for what is no whole number that a size can be.
    """

    def read(cell: str) -> int:
        number, point, part = cell.partition(".")
        try:
            return whole_number(cell if point and part.strip("0") else number, name)
        except FlopcountError:
            typed.refuse(name, cell, "is not a whole number from 1 to 2**31")

    return _array([*_each(typed.columns[name], read)])


def own_column(typed: Typed, name: str) -> Own:
    """A user's own numbers; an empty cell is a design that has none.

    Raises `FlopcountError` for what is no number.
    """
    import numpy as np

    def read(cell: str) -> tuple[int, int]:
        """A whole number, and the power of ten that it is divided by."""
        found = NUMBER.fullmatch(cell or "0")
        if found is None:
            typed.refuse(name, cell, "is not a number such as 0.713 (empty: not measured)")
        part = found["part"] or ""
        digits = int(f"{found['sign']}{found['whole']}{part}")
        return digits, len(part) - int(found["power"] or 0)

    texts = typed.columns[name]
    pairs = _each(texts, read)
    places = max(0, *(places for _, places in pairs))
    whole = [digits * 10 ** (places - own) for digits, own in pairs]
    known = np.array([bool(text) for text in texts], dtype=bool)
    return Own(texts, Decimals(_array(whole), 10**places), known)


def count_column(typed: Typed, name: str) -> "list[int | None]":
    """What a file says of a count: None where a cell is empty."""
    return _each(typed.columns[name], lambda cell: _count(typed, name, cell))


def _count(typed: Typed, name: str, cell: str) -> int | None:
    if cell and not (cell.isascii() and cell.isdigit() and len(cell) <= len(str(MOST))):
        typed.refuse(name, cell, f"is not a whole number, and {name} is a count")
    return int(cell) if cell else None


def _each(cells: Sequence[str], read: Callable[[str], _Read]) -> list[_Read]:
    """What each cell comes to; equal cells are read once."""
    known = {cell: read(cell) for cell in dict.fromkeys(cells)}
    return [known[cell] for cell in cells]


def _array(whole: list[int]) -> "Array":
    """Whole numbers as int64, or as Python's where one does not fit."""
    import numpy as np

    number: Any = object if max(map(abs, whole), default=0) > MOST else np.int64
    return np.array(whole, dtype=number)
