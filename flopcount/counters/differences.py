"""Why two tools print different numbers: by kind of operation, adding up exactly."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from .counting import Counted
from .expressions import Term

_MINUS = "−"
_ELEMENTS = {"in", "out"}


class Piece(NamedTuple):
    """A part of a formula: how many times, of what as it is written, and how much that is."""

    times: int
    text: str
    amount: int

    @property
    def value(self) -> int:
        """What it comes to."""
        return self.times * self.amount


class Difference(NamedTuple):
    """What one counts and another does not, of operations of a kind that have one formula.

    `pieces` are what is added, over all of the `calls`.
    """

    kind: str
    pieces: tuple[Piece, ...]
    calls: int

    @property
    def value(self) -> int:
        """What it comes to."""
        return sum(piece.value for piece in self.pieces)

    @property
    def formula(self) -> str:
        """What is added for each, ``2 × out``, ``macs + bias``."""
        return formula_text(self.pieces)

    @property
    def arithmetic(self) -> str:
        """What is added up for all, ``2 × 2,308,096``."""
        texts = [(piece.times, f"{piece.amount:,}") for piece in self.pieces]
        return _sum(texts)


def explain(one: Counted, other: Counted | None = None) -> list[Difference]:
    """What `one` prints less what the other prints, by kind and formula; the largest first.

    Without another, all that it prints. The lines add up to the difference exactly.
    """
    operations: dict[tuple[str, int], tuple[list[Term], list[Term]]] = {}
    for side, counted in enumerate((one, other)):
        for part in counted.parts if counted else ():
            operations.setdefault((part.call.kind, part.of), ([], []))[side].extend(part.terms)
    found: dict[tuple[str, tuple[tuple[int, str], ...]], list[tuple[Piece, ...]]]
    found = defaultdict(list)
    for (kind, _), sides in operations.items():
        pieces = net(*sides)
        if pieces:
            found[kind, tuple([piece[:2] for piece in pieces])].append(pieces)
    lines = [
        Difference(kind, tuple(map(_added, zip(*several, strict=True))), len(several))
        for (kind, _), several in found.items()
    ]
    return sorted(lines, key=lambda line: -abs(line.value))


def net(one: Iterable[Term], other: Iterable[Term]) -> tuple[Piece, ...]:
    """What is left of the terms of one operation where those of another tool are taken away.

    What is worth the same goes, however it is written. What is added comes first.
    """
    times: dict[tuple[str, int], int] = defaultdict(int)
    for sign, terms in ((1, one), (-1, other)):
        for term in terms:
            times[term.text, term.value] += sign * term.times
    for (text, value), more in times.items():
        for (like, amount), less in times.items():
            if value == amount and text != like and more > 0 > less:
                gone = min(times[text, value], -times[like, amount])
                if gone > 0:
                    times[text, value] -= gone
                    times[like, amount] += gone
    _name_alike(times)
    left = [Piece(n, text, value) for (text, value), n in times.items() if n * value]
    return tuple(sorted(left, key=lambda piece: piece.value < 0))


def _name_alike(times: dict[tuple[str, int], int]) -> None:
    """Add up what comes in and what goes out where it is as many: twice the same, as a reader sees.

    So a module that is counted by its input, and its function by its output, are one formula.
    """
    for (text, value), more in times.items():
        for (like, amount), other in times.items():
            if text != like and value == amount and more * other > 0 and {text, like} <= _ELEMENTS:
                kept, gone = sorted([text, like], reverse=True)
                times[kept, value] += times[gone, value]
                times[gone, value] = 0
                return


def _added(pieces: tuple[Piece, ...]) -> Piece:
    return pieces[0]._replace(amount=sum(piece.amount for piece in pieces))


def formula_text(pieces: Iterable[Piece]) -> str:
    """A sum as people write it.

    >>> formula_text([Piece(2, "out", 10), Piece(-1, "rows * (length - 1)", 4)])
    '2 × out − rows × (length − 1)'
    """
    return _sum([(piece.times, _printed(piece.text, piece.times)) for piece in pieces])


def _printed(text: str, times: int) -> str:
    shown = text.replace(" * ", " × ").replace(" - ", f" {_MINUS} ")
    return f"({shown})" if abs(times) != 1 and ("//" in text or "%" in text) else shown


def _sum(texts: Iterable[tuple[int, str]]) -> str:
    said = ""
    for times, text in texts:
        sign = _MINUS if times < 0 else "+"
        before = f" {sign} " if said else _MINUS if times < 0 else ""
        said += before + (text if abs(times) == 1 else f"{abs(times):,} × {text}")
    return said
