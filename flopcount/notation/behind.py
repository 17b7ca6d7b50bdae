"""What stands behind the word of a layer in the place of its kernel, and what an error asks for."""

from collections.abc import Collection, Sequence

from ..core import SINGLE
from ..core.ops.elementwise import GATES
from ..core.ops.words import OPS
from ..errors import FlopcountError, quote
from .unknown import written

_BEHIND = {
    "kernel": "a kernel such as 3x3",
    "factor": "a factor such as 2",
    "margin": "a margin such as 1",
    "patch": "a patch such as 16",
    "heads": "a number of heads, such as 12",
    "vocabulary": "the size of its vocabulary and a width, such as 30522 768",
    "length": "a number of places, such as 512",
}
_SIDES = ("before", "after")
# What may stand in its place, by the group or the word that a layer takes.
_INSTEAD = {"extent": "global, or to=HxW", "to=": "to=HxW", "before": "before= and after="}


def has_another(op: str) -> bool:
    """Whether a word, or nothing, may stand in the place of its kernel, factor or margin."""
    return "kernel" in OPS[op].optional or not _INSTEAD.keys().isdisjoint(OPS[op].takes)


def wanted(op: str) -> str:
    """What a layer wants that has nothing there.

    >>> wanted("conv"), wanted("pixelshuffle")
    ('a kernel such as 3x3 or 3x3/2', 'a factor such as 2')
    """
    what = OPS[op].kernel
    return _BEHIND[what] + (" or 3x3/2" if what == "kernel" else "")


def check_one(op: str, given: Collection[str], *, kernel: bool) -> None:
    """Raise `FlopcountError` unless one of them is there: the `kernel`, or a group in its place."""
    placed = sum((kernel, "extent" in given, any(side in given for side in _SIDES)))
    if not _INSTEAD.keys().isdisjoint(OPS[op].takes) and placed != 1:
        what = OPS[op].kernel
        behind = _BEHIND[what] + ("/2" if what == "kernel" else "")
        instead = [said for group, said in _INSTEAD.items() if group in OPS[op].takes]
        raise FlopcountError(f"{op} wants either {', or '.join((behind, *instead))}")


def further_number(op: str, number: str, rest: Sequence[str]) -> str:
    """Say that a layer takes no such number, `rest` behind it: it has all that it takes.

    >>> further_number("attention", "12", [])
    "unknown word '12': attention has its number of heads"
    >>> further_number("transpose", "2x2/2", ["64"])
    "unknown word '2x2/2'; in this notation it is 'transposed 2x2/2 64'"
    """
    from .synonyms import WITH_A_KERNEL

    kind, other = OPS[op], WITH_A_KERNEL.get(op, "")
    what = {"heads": "number of heads", "length": "number of places"}.get(kind.kernel, "width")
    if "which" in kind.takes:
        return f"unknown word {quote(number)}: {op} wants which token, the first or the last"
    has = f"has its {what}" if kind.kernel in SINGLE or kind.width else "takes no number"
    has = f": {op} {has}"
    if op in GATES:
        gated = f"(dense 2048 {GATES[op]} * dense 2048) > dense 768"
        has = f": {op} halves the channels; a gated MLP is written as in {gated!r}"
    if other:
        has = f"; in this notation it is {quote(written(other, [number, *rest]) or other)}"
    return f"unknown word {quote(number)}{has}"
