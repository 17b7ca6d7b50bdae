"""How much more of each count a network has than another, by kind of layer."""

from collections.abc import Sequence

from ...core import COUNTS, Row
from .kinds import kinds_of

SUMS = ("params", "params_with_stats")  # counts that others add up to


def by_kind(rows: Sequence[Row], times: int = 1) -> dict[str, dict[str, int]]:
    """Each count of some rows by kind of layer; the kinds add up to the count exactly."""
    found: dict[str, dict[str, int]] = {name: {} for name in COUNTS if name not in SUMS}
    for row in rows:
        for kind, name, count in kinds_of(row):
            of = found[name]
            of[kind] = of.get(kind, 0) + count * (times if COUNTS[name].grows else 1)
    return found


def differences(
    a: Sequence[Row], b: Sequence[Row], times: tuple[int, int] = (1, 1)
) -> dict[str, dict[str, int]]:
    """For each count in which they differ, by kind, how much more `b` has than `a`."""
    of_a, of_b = by_kind(a, times[0]), by_kind(b, times[1])
    found = {}
    for name in of_a:
        kinds = {**of_a[name], **of_b[name]}
        more = {kind: of_b[name].get(kind, 0) - of_a[name].get(kind, 0) for kind in kinds}
        if any(more.values()):
            found[name] = {kind: count for kind, count in more.items() if count}
    return found
