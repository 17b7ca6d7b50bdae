"""Names that a rule is of: one that is written otherwise than known ones would be of no call."""

from ..calls.kinds import KINDS, kind_of, known_names
from ..errors import FlopcountError, alike, listed, quote


def check_name(place: str, name: str) -> None:
    """Raise `FlopcountError` for a name at a level, or a kind, that a known one is meant by.

    Names are open: a network may call what has no kind. A pattern is of whatever it fits.
    """
    if set(name) & set("*?["):
        return
    what = "kind of operation" if place == "kind" else place
    meant = _kinds(name) if place == "kind" else _written_otherwise(place, name)
    if meant:
        offered = listed([*map(repr, meant)], "or")
        raise FlopcountError(f"unknown {what} {quote(name)}; did you mean {offered}?")


def _kinds(name: str) -> list[str]:
    """The kinds that a name is meant for: of an operator, ``linear``, or nearly as written."""
    if name in KINDS:
        return []
    of = {kind_of(level, name) for level in ("module", "function", "operator")} & set(KINDS)
    return sorted(of) or alike(name, KINDS)


def _written_otherwise(level: str, name: str) -> list[str]:
    """The names at a level that differ in capitals alone."""
    known = known_names(level)
    if name in known:
        return []
    return [other for other in known if other.casefold() == name.casefold()]
