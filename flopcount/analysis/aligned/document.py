"""What networks held against each other come to, as JSON has it."""

from collections.abc import Sequence
from typing import Any

from .pairs import Alignment, Pair, Side
from .verdicts import verdict


def against(names: Sequence[str], found: Sequence[Alignment], *, pairs: bool) -> dict[str, Any]:
    """Each network but the first, held against the first: the keys ``verdicts``, ``differences``.

    And, where they are asked for, ``pairs``: each pair of layers.
    """
    others = [*zip(names[1:], found, strict=True)]
    document: dict[str, Any] = {
        "verdicts": [
            {
                "network": name,
                "beside": names[0],
                "equal": one.equal,
                "verdict": verdict(one),
                "times": one.times,
                "layers": len(one.pairs),
                "counts": {kind.replace(" ", "_"): count for kind, count in one.counts.items()},
                "unknown": one.unknown,
                "first_difference": _pair(one.first_difference),
            }
            for name, one in others
        ],
        "differences": [{"network": name, "more": one.differences} for name, one in others],
    }
    if pairs:
        document["pairs"] = [
            {"network": name, **(_pair(pair) or {})} for name, one in others for pair in one.pairs
        ]
    return document


def _pair(pair: Pair | None) -> dict[str, Any] | None:
    if pair is None:
        return None
    return {
        "first": _side(pair.a),
        "second": _side(pair.b),
        "verdict": pair.verdict,
        "differs": pair.differs,
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "layers": side.paths,
        "what": side.what,
        "multiplies": side.multiplies,
        "multiplies_unpadded": side.unpadded,
        "weights": side.weights,
    }
