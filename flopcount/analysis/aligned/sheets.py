"""Networks held against each other, as tables: their layers in pairs, differences by kind."""

from collections.abc import Iterator, Sequence

from ...core import COUNTS
from ...errors import plural
from ...writing.sheet import Column, Sheet, Verdict
from ..units import Measure
from .differences import by_kind
from .kinds import BATCH_NORM, BIAS, KINDS
from .pairs import Alignment, Pair, Side


def verdict_lines(names: Sequence[str], found: Sequence[Alignment]) -> Iterator[str]:
    """What each comes to beside the first, and whether anything else differs."""
    for name, one in zip(names[1:], found, strict=True):
        alike = "; every other count is equal" if one.equal and not one.differences else ""
        named = f"{name} beside {names[0]}: " if len(found) > 1 else ""
        yield f"{named}{one.verdict}{alike}"
        if one.times != (1, 1):
            often, other = (f"{count} × " if count > 1 else "" for count in one.times)
            yield (
                f"{named}read with different batches: {often}{names[0]} is held against "
                f"{other}{name}"
            )


def difference_sheets(names: Sequence[str], found: Sequence[Alignment]) -> tuple[Sheet, ...]:
    """A table for each that differs from the first: each count by kind, adding up exactly."""
    pairs = zip(names[1:], found, strict=True)
    return tuple([_differences(names[0], name, one) for name, one in pairs if one.differences])


def _differences(first: str, name: str, found: Alignment) -> Sheet:
    counts = found.differences
    kinds = [kind for kind in KINDS if any(kind in of for of in counts.values())]
    columns = [Column("kind", "kind")]
    columns += [Column(count, COUNTS[count].title, "more") for count in counts]
    return Sheet(
        tuple(columns),
        [(kind, *(of.get(kind) for of in counts.values())) for kind in kinds],
        ("all kinds", *(sum(of.values()) for of in counts.values())),
        (f"how much more {name} has than {first}, by kind of layer",),
        footer=tuple(_folded(found)),
    )


def _folded(found: Alignment) -> Iterator[str]:
    """Whether one of them has its batch norms in the kernels and biases of what is before them.

    It is said where all layers are equal and one of the two has no batch norm.
    """
    of_norms = [by_kind(rows)["norm_stats"].get(BATCH_NORM, 0) for rows in found.rows]
    if not found.equal or all(of_norms) or not any(of_norms):
        return
    more = found.differences.get("biases", {}).get(BIAS, 0)
    which, biases = ("first", -more) if not of_norms[0] else ("second", more)
    with_biases = f", which has {plural(biases, 'bias', 'biases')} more" if biases > 0 else ""
    yield (
        f"there is no batch norm in the {which}{with_biases}: "
        "so it is where batch norm is folded into kernels and biases"
    )


def pair_sheet(names: Sequence[str], found: Sequence[Alignment], measure: Measure) -> Sheet:
    """A table with a line for each pair, one network after the other."""
    several = len(found) > 1
    second = "other" if several else names[1]
    columns = [
        *([Column("network", "network", key=True)] if several else []),
        Column("first", names[0], key=True),
        Column("second", second, key=True),
        Column("layer", "layer"),
        *_counted("multiplies", names[0], second, measure),
        *_counted("weights", names[0], second, measure),
        Column("verdict", "verdict", key=True),
        Column("differs", "differs in"),
    ]
    rows = [
        (*([name] if several else []), *_cells(pair, measure.times))
        for name, one in zip(names[1:], found, strict=True)
        for pair in one.pairs
    ]
    if several:
        return Sheet(tuple(columns), rows)
    sums = [
        sum(getattr(side, count) for pair in found[0].pairs if (side := pair[place]))
        for count in ("multiplies", "weights")
        for place in (0, 1)
    ]
    times = measure.times
    total = ("total", None, None, *(n * times for n in sums[:2]), *sums[2:], None, None)
    return Sheet(tuple(columns), rows, total)


def _counted(count: str, first: str, second: str, measure: Measure) -> Iterator[Column]:
    multiplied = count == "multiplies"
    scale = measure.scale if multiplied else measure.params
    name = measure.unit if multiplied else count
    for side, title in (("first", first), ("second", second)):
        heading = measure.heading(title) if multiplied else measure.params.heading("weights")
        yield Column(
            f"{side}_{name}", heading, "count", key=multiplied, counted=multiplied, scale=scale
        )


def _cells(pair: Pair, times: int) -> tuple[object, ...]:
    return (
        *(paths_text(side) for side in pair[:2]),
        _layer(pair),
        *(side and side.multiplies * times for side in pair[:2]),
        *(side and side.weights for side in pair[:2]),
        _judged(pair),
        "; ".join(pair.differs) or None,
    )


def _judged(pair: Pair) -> Verdict:
    word = Verdict(pair.verdict)
    word.fine = pair.equal
    return word


def _layer(pair: Pair) -> str:
    """What both are; of two that differ, each."""
    sides = [side.what for side in pair[:2] if side]
    return sides[0] if pair.equal else " → ".join(dict.fromkeys(sides))


def paths_text(side: Side | None) -> str | None:
    """The paths of a side; of several, what they have in common once.

    >>> paths_text(Side(("h/0/q", "h/0/k"), "dense 8, dense 8", 128, 128, 128))
    'h/0/{q, k}'
    """
    if side is None:
        return None
    if len(side.paths) == 1:
        return side.paths[0]
    steps = [path.split("/") for path in side.paths]
    shared = 0
    while all(len(one) > shared + 1 and one[shared] == steps[0][shared] for one in steps):
        shared += 1
    if not shared:
        return ", ".join(side.paths)
    rest = ", ".join("/".join(one[shared:]) for one in steps)
    return f"{'/'.join(steps[0][:shared])}/{{{rest}}}"
