"""What two networks held against each other come to, in a line."""

from typing import TYPE_CHECKING

from ...errors import listed, plural, shorten
from .matching import CHANGED, EQUAL, MOVED, ONLY_A, ONLY_B

if TYPE_CHECKING:
    from .pairs import Alignment, Pair, Side


def verdict(found: "Alignment") -> str:
    """How many pairs of layers are equal, and the first that is not: both paths, what each is."""
    counts = found.counts
    equal, total = counts[EQUAL] + counts[MOVED], len(found.pairs)
    unknown = _unknown(found)
    if not total:
        return f"neither has a layer with multiplies{unknown}"
    apart = f", {counts[MOVED]} of them in another order" if counts[MOVED] else ""
    first = found.first_difference
    if first is None:
        return f"equal, {equal:,} of {plural(total, 'layer')}{apart}{unknown}"
    others = [f"{counts[kind]:,} {kind}" for kind in (CHANGED, ONLY_A, ONLY_B) if counts[kind]]
    said = f"{equal:,} of {plural(total, 'layer')} equal{apart}, {', '.join(others)}{unknown}"
    return f"first difference: {beside(first)}; {said}"


def beside(pair: "Pair") -> str:
    """A pair that differs, both sides with what they are, and in what they differ."""
    if pair.a is None or pair.b is None:
        side, where = (pair.a, "second") if pair.a else (pair.b, "first")
        return f"{_side(side)} has nothing beside it in the {where}" if side else ""
    differs = f": {'; '.join(pair.differs)}" if pair.differs else ""
    return f"{_side(pair.a)} beside {_side(pair.b)}{differs}"


def _side(side: "Side") -> str:
    paths = shorten(listed(side.paths))
    return f"{paths} ({shorten(side.what)}, {side.multiplies:,} multiplies)"


def _unknown(found: "Alignment") -> str:
    """What is not compared, for nobody knows what it computes."""
    sides = zip(("first", "second"), found.unknown, strict=True)
    lacking = [f"{plural(count, 'layer')} of the {side}" for side, count in sides if count]
    return f"; unknown, and not compared: {listed(lacking)}" if lacking else ""
