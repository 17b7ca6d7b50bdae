"""A sheet, and how its numbers are printed: all number formatting is here."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from ..errors import FlopcountError, one_of, plural, visible
from ..records import dataclass, field, replace
from .cells import DASH, PRINTED
from .scale import EXACT, Scale

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Column:
    """A column: its name in CSV and JSON, its title in print, and what kind of value it holds.

    Kinds: ``text``; ``count`` (an integer); ``more`` (by how much a count is more); ``ratio``;
    ``share`` (tenths of a percent); ``change`` (a relative difference); ``figure`` (as printed
    elsewhere); ``measured`` (a number and the text that is printed of it); ``typed`` (a number
    as somebody wrote it); ``number`` and ``percent`` (of a float); ``shape``; ``op`` (a word of
    the notation, and the sizes of its kernel); ``flag`` (true or false). A missing value is None.

    On a narrow terminal a `key` column stays: it says what a row is, or what was asked. `group`
    says which of several things it is about (a network, say): a group's key columns come before
    its others, stay while one of these does, and are left out together, the last group first.

    A `counted` column holds what the sheet's convention is about. `tone` is ``saving`` for a ratio
    that saves from 1 on and costs below. Counts with a `scale` are rounded where people read them;
    CSV and JSON have them as they are. One that is not `printed` says nothing to a reader, and is
    there for programs: CSV, JSON and data frames have it.
    """

    name: str
    title: str
    kind: str = "text"
    key: bool = False
    group: str = ""
    counted: bool = False
    tone: Literal["", "saving"] = ""
    scale: Scale = EXACT
    printed: bool = True


class Verdict(str):
    """The text of a judged cell, and whether what was judged is `fine`."""

    __slots__ = ("fine",)
    fine: bool

    def __new__(cls, text: str, *, fine: bool = True) -> Self:
        """Make it of its text; a copy sets `fine` afterwards."""
        verdict = super().__new__(cls, text)
        verdict.fine = fine
        return verdict


class Convention(NamedTuple):
    """What is counted: in full, as files have it, and in brief for a terminal.

    Without a brief form the full one stands on a terminal too. `rounded` says how numbers are
    scaled and rounded, where they are: in all but CSV and JSON.
    """

    full: str = ""
    brief: str = ""
    rounded: str = ""

    @property
    def printed(self) -> str:
        """In full, with what is said of rounded numbers."""
        return "; ".join(filter(None, (self.full, self.rounded)))


_NOTHING = Convention()


@dataclass(frozen=True)
class Sheet:
    """What is printed: lines above, rows under `columns`, a `total` row, `footer` lines.

    Above stand the `heading` (a title, then its source), the `convention`, which says what is
    counted, and `notes`. `sections` has titles, each by the place of the row that it stands above;
    CSV and JSON have none. `arithmetic` has for each row, and the total, its name and, by what they
    explain, the sums behind its numbers. `more` sheets follow; in CSV and JSON their rows come
    after.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None
    heading: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    arithmetic: Sequence[tuple[str, Mapping[str, str]]] = ()
    more: "tuple[Sheet, ...]" = ()
    convention: Convention = _NOTHING
    notes: tuple[str, ...] = ()
    sections: Mapping[int, str] = field(default_factory=dict)

    @property
    def above(self) -> tuple[str, ...]:
        """All lines above the rows, the convention in full."""
        return self._above(self.convention.printed)

    @property
    def above_exact(self) -> tuple[str, ...]:
        """The same above numbers that are not rounded."""
        return self._above(self.convention.full)

    @property
    def above_in_brief(self) -> tuple[str, ...]:
        """The same with the convention in brief."""
        return self._above(self.convention.brief or self.convention.printed)

    def _above(self, convention: str) -> tuple[str, ...]:
        return (*self.heading, *([convention] if convention else []), *self.notes)

    def sums(self) -> list[tuple[str, str]]:
        """The arithmetic, flat: what is explained, and the sum."""
        return [
            (f"{name} {what}", text)
            for name, texts in self.arithmetic
            for what, text in texts.items()
        ]

    def choose(self, *columns: str, **wanted: Any) -> "Sheet":
        """The same table with some of its columns, in this order, or with some of its rows.

        `columns` are names of columns, as CSV has them; none: all. `wanted` gives for a column
        the value that a row must have there, or a function that says of a value whether it is
        wanted. What is said of the whole goes: the footer, the arithmetic, titles of sections,
        further tables and, where rows are chosen, the total. Raises `FlopcountError` for a column
        that is not there.

        >>> import flopcount as fc
        >>> claims = fc.claims_table("googlenet")
        >>> print(claims.choose("says", "verdict", verdict=lambda word: word.startswith("false")))
        what is claimed of googlenet
        <BLANKLINE>
        ...
        """
        places = {column.name: place for place, column in enumerate(self.columns)}
        for name in (*columns, *wanted):
            if not isinstance(name, str) or name not in places:
                raise FlopcountError(one_of(name, places, "column"))
        shown = [places[name] for name in dict.fromkeys(columns or places)]

        def fits(row: Sequence[Any]) -> bool:
            return all(
                bool(value(row[places[name]])) if callable(value) else row[places[name]] == value
                for name, value in wanted.items()
            )

        asked = [replace(column, printed=True) if columns else column for column in self.columns]
        kept = tuple(asked[place] for place in shown)
        convention = self.convention if any(column.counted for column in kept) else _NOTHING
        if any(column.scale for column in kept):
            convention = convention._replace(rounded=self.convention.rounded)
        return Sheet(
            kept,
            [_cells(row, shown) for row in self.rows if fits(row)],
            None if self.total is None or wanted else _cells(self.total, shown),
            self.heading,
            convention=convention,
            notes=self.notes,
        )

    def for_print(self) -> "Sheet":
        """The same table without the columns that are there for programs alone."""
        shown = [place for place, column in enumerate(self.columns) if column.printed]
        return replace(
            self,
            columns=_cells(self.columns, shown),
            rows=[_cells(row, shown) for row in self.rows],
            total=None if self.total is None else _cells(self.total, shown),
        )

    def to_frame(self) -> "pd.DataFrame":
        """The rows as a pandas DataFrame, without the total; plain numbers, as CSV has them."""
        import pandas as pd

        from .records import records

        return pd.DataFrame(records(self), columns=[column.name for column in self.columns])

    def __str__(self) -> str:
        """What the terminal shows."""
        return _rendered(self, "table")

    def __repr__(self) -> str:
        """The title, and how many rows there are."""
        about = f": {visible(self.heading[0])}" if self.heading else ""
        return f"<Sheet{about}; {plural(len(self.rows), 'row')}>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, in the format of its ending: .md, .csv, .json or .tex.

        Raises `FlopcountError` for another ending, and where the file cannot be written; there is
        the whole file then, or what was there before.
        """
        from .files import save
        from .formats import endings

        save(path, endings(), lambda form: _rendered(self, form))

    def _repr_markdown_(self) -> str:
        return _rendered(self, "markdown")

    def _repr_html_(self) -> str:
        return _rendered(self, "html")


def _cells(row: Sequence[Any], places: Sequence[int]) -> tuple[Any, ...]:
    return tuple(row[place] for place in places)


def _rendered(sheet: Sheet, form: str) -> str:
    from .formats import render

    return render(sheet, form)


def printed(sheet: Sheet) -> tuple[list[str], list[list[str]]]:
    """Titles, and all rows with the total last, as they are printed: each cell on one line."""
    rows = [*sheet.rows, sheet.total] if sheet.total is not None else list(sheet.rows)
    kinds = [
        column.scale.text if column.scale else PRINTED[column.kind] for column in sheet.columns
    ]
    cells = [
        [
            DASH if value is None else visible(show(value))
            for show, value in zip(kinds, row, strict=True)
        ]
        for row in rows
    ]
    return [visible(column.title) for column in sheet.columns], cells
