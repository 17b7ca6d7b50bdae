"""What an entry of a file of rules has under a key: names, texts, expressions, versions."""

from collections.abc import Mapping
from typing import Any

from ..errors import FlopcountError, at, one_of, quote
from .expressions import Expression
from .versions import Span, read_version


def optional(table: Mapping[str, Any], key: str) -> Expression | None:
    """The expression of a key that may be missing."""
    if key not in table:
        return None
    with at(key):
        return expression(table[key])


def expression(given: object) -> Expression:
    """An expression in quotes, or a whole number."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise FlopcountError(
            f"expected an expression in quotes, such as '2*out', not {quote(given)}"
        )
    return Expression.read(str(given))


def span(entry: Mapping[str, Any]) -> Span:
    """The versions in which an entry holds: from `since`, up to and with `until`."""
    ends = {}
    for key in ("since", "until"):
        with at(key):
            ends[key] = read_version(entry[key]) if key in entry else ()
    if ends["since"] and ends["until"] and not Span(until=ends["until"]).has(ends["since"]):
        raise FlopcountError(f"since {entry['since']} is after until {entry['until']}")
    return Span(ends["since"], ends["until"])


def names_of(
    table: Mapping[str, Any],
    key: str,
    known: Mapping[str, Any] | None = None,
    what: str = "level",
) -> Any:
    """The names of a key: one, or a list of them; `what` those are that are `known`."""
    given = table.get(key, [])
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise FlopcountError(f"{key}: expected a name or a list of names, not {quote(given)}")
    for name in names:
        if known is not None and name not in known:
            raise FlopcountError(f"{key}: {one_of(name, known, what)}")
    return tuple(names)


def tables_of(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The tables below a key, by name."""
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise FlopcountError(f"{key}: expected tables [{key}.NAME], not {quote(found)}")
    return found


def check_texts(table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """Raise `FlopcountError` where one of these keys has no text."""
    for key in keys:
        if key in table and not isinstance(table[key], str):
            raise FlopcountError(f"{key}: expected a text in quotes, not {quote(table[key])}")


def check_keys(table: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    """Raise `FlopcountError` for a key that is not known."""
    for key in table:
        if key not in known:
            raise FlopcountError(one_of(key, known, what))
