"""What a worker runs: a tile of a question, priced where it is."""

from collections.abc import Sequence

from ..chosen import Part
from ..grid.tiles import of_workers
from ..question import Question


def part(question: Question, number: int, known: Sequence[Sequence[int]]) -> Part:
    """What stays of a tile; `known` are bounds from tiles that are done."""
    box, start = of_workers(question.box).tile(number)
    return question.part(box, start, known)
