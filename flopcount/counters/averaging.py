"""A tool that divides what it added up by the samples: each call's share of the quotient."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..calls import Call

if TYPE_CHECKING:
    from .counting import Part


def averaged(
    parts: "Iterable[Part]", levels: Container[str], calls: Sequence[Call]
) -> "Iterator[Part]":
    """The parts, those of some levels divided by the samples; they sum to the whole quotient.

    Where a part is no multiple of the samples, what it adds to the quotient of all before it.
    """
    samples = samples_of(calls)
    rest = 0
    for part in parts:
        if samples < 2 or part.call.level not in levels:
            yield part
            continue
        terms = []
        for term in part.terms:
            value, rest = divmod(term.times * term.value + rest, samples)
            text = f"({term.text})" if " " in term.text else term.text
            times = term.times if value % term.times == 0 else 1
            terms.append(term._replace(times=times, value=value // times, text=f"{text}/samples"))
        yield part._replace(terms=tuple(terms))


def samples_of(calls: Sequence[Call]) -> int:
    """The length of the batch, as one sees it who is given one tensor; of several, 1.

    A tool that is given several gets them by name, where it looks for none.
    """
    if not calls:
        return 1
    facts = calls[0].facts
    return facts["batch"] if facts["operands"] == 1 else 1
