"""The rules of other counters, read from tables/counters/: one file a tool, checked whole."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..calls import LEVELS, OPERATOR
from ..errors import FlopcountError, at, listed, one_of, quote, quote_path
from ..notation.shipped import folder
from ..records import replace
from .entries import (
    check_keys,
    check_texts,
    expression,
    names_of,
    optional,
    span,
    tables_of,
)
from .expressions import Expression
from .names import check_name
from .tool import Fault, Rule, Selector, Tool
from .versions import read_version

__all__ = ["UNITS", "Rule", "Tool", "files", "read", "tool_named", "tools"]

UNITS = ("MAC", "FLOP", "mult-adds", "parameters")
_OWN = "flopcount"
MOST_TEXT = 2**20  # bytes of a file
_PLACES = (*LEVELS, "kind")
_SELECTOR = (*_PLACES, "when", "inside")
_TEXTS = ("title", "version", "says", "unknown", "source")
_FLAGS = ("ancestry", "shared_within")
_LEVELS = ("covers", "averaged")
_KEYS = (*_TEXTS, *_FLAGS, *_LEVELS, "versions", "shared", "prints", "rule", "fault")
_PRINTS = ("unit", "column", "title", "says", "unknown")
_ENDS = {"stops": "prints nothing", "unknown": "prints what is not known here"}
_RULE = (*_SELECTOR, "since", "until", "fault", "thread", *_ENDS, "columns")
_FAULT = (*_SELECTOR, "says", "thread")


@cache
def tools() -> Mapping[str, Tool]:
    """Every tool by its name, file by file. Raises `FlopcountError` as `read` does."""
    return {tool.name: tool for path in files() for tool in read(path)}


def files() -> list[Path]:
    """The files of rules that are shipped."""
    return sorted((folder() / "counters").glob("*.toml"), key=lambda path: path.stem)


def tool_named(reference: str) -> Tool:
    """A tool by its name, ``fvcore``, in a version, ``ptflops@0.6.9``, or by the path of its file.

    Raises `FlopcountError` for a tool or version that is not known, and as `read` does.
    """
    if not isinstance(reference, str):
        raise FlopcountError(one_of(reference, tools(), "counter"))
    if reference.endswith(".toml"):
        found = _of_file(reference)
        if len(found) > 1:
            names = ", ".join(tool.name for tool in found)
            raise FlopcountError(
                f"{quote_path(reference)} prints several numbers: name one, as in "
                f"{reference}:{found[0].name} (there are {names})"
            )
        return found[0]
    path, colon, name = reference.rpartition(":")
    if colon and path.endswith(".toml"):
        own = {tool.name.rpartition(":")[2]: tool for tool in _of_file(path)}
        return _named(name, own)
    return _named(reference, tools())


def _of_file(path: str) -> list[Tool]:
    """The tools of a file of one's own: one that is called as a shipped one is named with it."""
    found = list(read(Path(path)))
    return [
        replace(tool, name=f"{tool.file}:{tool.name}") if tool.name in (*tools(), _OWN) else tool
        for tool in found
    ]


def _named(reference: str, known: Mapping[str, Tool]) -> Tool:
    name, sign, version = reference.partition("@")
    folded = name if name in known else name.strip().casefold().replace("_", "-")
    if folded not in known:
        if folded == _OWN:  # none of the names that are near is meant
            raise FlopcountError(
                "flopcount is our own count: the report has it, and --against flopcount compares"
            )
        raise FlopcountError(one_of(name, known, "counter"))
    if not sign:
        return known[folded]
    with at(name):
        return known[folded].at_version(version)


def read(path: Path) -> Iterator[Tool]:
    """The tools of a file. Raises `FlopcountError` with the file, the entry and the column."""
    with at(path.name):
        for tool in _tools(_table(path)):
            yield replace(tool, file=path.name)


def _table(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(MOST_TEXT + 1)
        if len(text) > MOST_TEXT:
            raise FlopcountError("rules of at most 1 MiB are read")
        return tomllib.loads(text.decode("utf-8"))
    except FileNotFoundError:
        raise FlopcountError("there is no such file of rules") from None
    except OSError as error:
        raise FlopcountError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FlopcountError("cannot be read: it is not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FlopcountError(f"cannot be read: {error}") from None


def _tools(table: Mapping[str, Any]) -> list[Tool]:
    check_keys(table, _KEYS, "key")
    check_texts(table, _TEXTS)
    if "title" not in table:
        raise FlopcountError("title is missing")
    with at("version"):
        newest = read_version(table["version"]) if "version" in table else ()
    prints = {}
    for name, spec in tables_of(table, "prints").items():
        with at(f"prints.{name}"):
            prints[name] = _prints(spec)
    if not prints:
        raise FlopcountError("[prints.NAME] is missing: what it prints, its unit and its column")
    columns = tuple(dict.fromkeys(spec["column"] for spec in prints.values()))
    rules = tuple(_entries(table, "rule", lambda number, entry: _rule(number, entry, columns)))
    if not rules:
        raise FlopcountError("it has no [[rule]]")
    faults = tuple(_entries(table, "fault", lambda _, entry: _fault(entry)))
    covers, averaged = (names_of(table, key, LEVELS) for key in _LEVELS)
    _flags(table)
    shared = optional(table, "shared")
    with at("versions"):
        known = {*map(read_version, names_of(table, "versions"))}
    known |= {v for rule in rules for v in rule.versions if v}
    if known and not newest:
        raise FlopcountError("version is missing: which is the newest?")
    known.add(newest)
    if max(known) > newest:
        raise FlopcountError(f"version: a rule is of a version after {table['version']}")
    made = []
    for name, spec in prints.items():
        own = tuple(rule for rule in rules if spec["column"] in rule.counts)
        if not own:
            raise FlopcountError(f"prints.{name}: no rule has the column {spec['column']}")
        said = {"unknown": Tool.unknown} | {k: v for k, v in table.items() if k in _TEXTS}
        said |= {key: spec[key] for key in ("title", "says", "unknown") if key in spec}
        made.append(
            Tool(
                name,
                said["title"],
                said.get("version", ""),
                spec["unit"],
                spec["column"],
                tuple(rule for rule in own if rule.versions.has(newest)),
                said.get("says", ""),
                said["unknown"],
                said.get("source", ""),
                covers,
                table.get("ancestry", False),
                shared,
                table.get("shared_within", False),
                faults,
                own,
                tuple(sorted(known)),
                averaged=averaged,
            )
        )
    return made


def _flags(table: Mapping[str, Any]) -> None:
    for key in _FLAGS:
        if not isinstance(table.get(key, False), bool):
            raise FlopcountError(f"{key}: expected true or false, not {quote(table[key])}")


def _prints(spec: object) -> Mapping[str, str]:
    if not isinstance(spec, dict):
        raise FlopcountError(f"expected a unit and a column, not {quote(spec)}")
    check_keys(spec, _PRINTS, "key")
    check_texts(spec, _PRINTS)
    for key in ("unit", "column"):
        if key not in spec:
            raise FlopcountError(f"{key} is missing")
    if spec["unit"] not in UNITS:
        raise FlopcountError(one_of(spec["unit"], UNITS, "unit"))
    column = spec["column"]
    if not column.isidentifier() or column in _RULE:
        raise FlopcountError(f"column: {quote(column)} is no name that a column may have")
    return spec


def _entries(table: Mapping[str, Any], key: str, make: Any) -> Iterator[Any]:
    """What is made of each entry of a list of tables, errors with its number and what it is of."""
    entries = table.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FlopcountError(f"{key}: expected entries [[{key}]], not {quote(entries)}")
    for number, entry in enumerate(entries, 1):
        named = next((f" ({p} {_first(entry[p])})" for p in _PLACES if p in entry), "")
        with at(f"{key} {number}{named}"):
            yield make(number, entry)


def _first(names: object) -> str:
    """The first of some names, as a message says which entry it is about."""
    first = names[0] if isinstance(names, list) and names else names
    return str(first)[:40]


def _rule(number: int, entry: Mapping[str, Any], columns: tuple[str, ...]) -> Rule:
    check_keys(entry, (*_RULE, *columns), "key")
    selector = _selector(entry)
    if selector is None:
        raise FlopcountError(f"what is it of? one of {listed(_PLACES, 'or')} is missing")
    check_texts(entry, ("fault", "thread", *_ENDS))
    counts = _stopping(entry, columns)
    for column in columns:
        if column in entry:
            with at(column):
                counts[column] = expression(entry[column])
    if not counts:
        raise FlopcountError(f"what does it count? {listed(columns, 'or')} is missing")
    if "thread" in entry and "fault" not in entry:
        raise FlopcountError("thread: there is no fault that it is about")
    fault = Fault(entry["fault"], entry.get("thread", "")) if entry.get("fault") else None
    return Rule(number, selector, counts, span(entry), fault, _end(entry))


def _end(entry: Mapping[str, Any]) -> str:
    """What is said in the place of a count; empty for an entry that counts."""
    return next((f"{ends}: {entry[key]}" for key, ends in _ENDS.items() if entry.get(key)), "")


def _stopping(entry: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Expression]:
    """The columns of what stops a tool, all where none are named; it counts nothing then."""
    named = names_of(entry, "columns", dict.fromkeys(columns), "column")
    if not _end(entry):
        for key in (*_ENDS, "columns"):
            if key in entry:
                raise FlopcountError(f"{key}: it goes with a text, stops or unknown, that says why")
        return {}
    for column in columns:
        if column in entry:
            raise FlopcountError(f"{column}: an entry with stops or unknown counts nothing")
    return {column: expression(0) for column in named or columns}


def _fault(entry: Mapping[str, Any]) -> Fault:
    check_keys(entry, _FAULT, "key")
    check_texts(entry, ("says", "thread"))
    if not entry.get("says"):
        raise FlopcountError("says is missing")
    return Fault(entry["says"], entry.get("thread", ""), _selector(entry))


def _selector(entry: Mapping[str, Any]) -> Selector | None:
    """Which calls an entry is of; None where it says nothing of that."""
    places = [place for place in _PLACES if place in entry]
    if not places:
        for key in ("when", "inside"):
            if key in entry:
                raise FlopcountError(f"{key}: it goes with one of {listed(_PLACES, 'or')}")
        return None
    if len(places) > 1:
        raise FlopcountError(f"{listed(places)}: an entry is of one of these")
    place = places[0]
    names = names_of(entry, place)
    if not names:
        raise FlopcountError(f"{place}: expected names, not an empty list")
    with at(place):
        for name in names:
            check_name(place, name)
    when, inside = optional(entry, "when"), names_of(entry, "inside")
    return Selector(OPERATOR if place == "kind" else place, names, place == "kind", when, inside)
