"""The crossovers of a network as they are printed."""

from ..core import NAMED
from ..sizes.polynomial import Space
from ..sizes.printed.forms import text
from ..writing.cells import number, raised
from ..writing.sheet import Column, Sheet
from .conventions import of_one_sample
from .crossovers import WHOLE, Crossovers, own_share


def crossover_sheet(solved: Crossovers) -> Sheet:
    """A row for each module and count, and what is to be known of them."""
    name, power = solved.name, raised(2 * solved.axes)
    (first, *_) = solved.found
    what = f"{name}{power} part"
    columns = (
        Column("module", "module"),
        Column("count", "count", key=True),
        Column("from", f"from {name}", "count", key=True),
        Column("equal", "equal at", "count"),
        Column("faster", what),
        Column("rest", "rest"),
    )
    rows = [
        (
            line.module,
            NAMED[line.count].title,
            line.least,
            line.equal,
            text(line.faster),
            text(line.rest),
        )
        for line in solved.found
    ]
    return Sheet(
        columns,
        rows,
        heading=(f"{solved.title}, from which {name} on the {what} costs more than the rest",),
        convention=of_one_sample(solved.families),
        notes=tuple(_notes(solved, first.step, first.offset)),
        footer=tuple(_footer(solved, what)),
    )


def _notes(solved: Crossovers, step: int, offset: int) -> list[str]:
    name = solved.name
    tokens = f"{name}: the tokens that come in"
    notes = [tokens if solved.axes == 1 else f"{name}: each side of the input, all of them alike"]
    if step > 1:
        sizes = text(Space().name("n") * step + offset)
        notes.append(f"in steps of {step}, for which nothing is rounded: {name} = {sizes}")
    if solved.holds.sentences:
        notes.append(f"the network can be built for {', '.join(solved.holds.sentences)}")
    return notes


def _footer(solved: Crossovers, what: str) -> list[str]:
    """Since when the parts are what it costs; what the one is of all at the network's own size."""
    said = [
        f"the {what} and the rest of the {NAMED[line.count].title} are these from {line.name} = "
        f"{number(line.since)} on: before, a window may be longer than the sequence"
        for line in solved.found
        if line.module == WHOLE and line.since > 1
    ]
    for line in solved.found:
        share = own_share(line, solved.own) if line.module == WHOLE else None
        if share is not None:
            at = f"at {solved.name} = {number(solved.own)}, as it stands"
            title = NAMED[line.count].title
            said.append(f"{at}, the {what} is {100 * float(share):.1f} % of the {title}")
    return said
