"""In what two products differ, in words."""

from collections.abc import Iterator

from .products import Doing, Product

_WORDS = {
    "groups": "groups",
    "channels": "channels in",
    "width": "channels out",
    "places": "positions",
}


def differs_in(a: Product, b: Product) -> Iterator[str]:
    """In what two products differ, the number of the first and of the second."""
    if a.doing == b.doing:
        if a.unpadded != b.unpadded:
            yield f"multiplies unpadded {a.unpadded:,} → {b.unpadded:,}"
        if a.weights != b.weights:
            yield f"weights {a.weights:,} → {b.weights:,}"
        return
    if a.doing.held != b.doing.held:
        yield f"{_kind(a.doing)} → {_kind(b.doing)}"
        return
    words = _WORDS if a.doing.held else {"channels": "summed", "places": "results"}
    for part, word in (("taps", "kernel"), ("grid", "grid")):
        of_a, of_b = _axes(a.doing, part), _axes(b.doing, part)
        if of_a != of_b:
            yield f"{word} {of_a} → {of_b}"
    for part, word in words.items():
        of_a, of_b = getattr(a.doing, part), getattr(b.doing, part)
        if of_a != of_b:
            yield f"{word} {of_a:,} → {of_b:,}"
    if a.doing.spreads != b.doing.spreads:
        yield "one is transposed"


def _axes(doing: Doing, part: str) -> str:
    place = 0 if part == "taps" else 1
    return "×".join(str(axis[place]) for axis in doing.windows) or "1"


def _kind(doing: Doing) -> str:
    return "with weights" if doing.held else "of two tensors"
