"""What papers print beside the exact figures: the ``[paper]`` sections, judged.

Those of a network's own rows stand in its table, those of a family's networks in
tables/notes/FAMILY.toml; a user's own table has either.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..errors import FlopcountError, at, quote, shorten
from ..notation import (
    MULTIPLE,
    OPTIONS,
    REWRITES,
    LoadedTable,
    families,
    find,
    load_table,
    note_files,
    read_table,
    split_reference,
)
from ..records import replace
from ..writing.sheet import Convention, Sheet
from .claims import claims_table
from .measured import Modules, Networks, Reports
from .sections import Section

_KEYS = ("source", "counts", "K", "notes", "readings")
_ABOUT_BASE = ("notes", "readings")


def compare_with_paper(reference: str) -> Sheet:
    """What papers print of a network, beside what it is: rows, whole networks, then claims.

    Of a network that is shipped, whole tables of its family's papers; and the rows of others'
    papers that are of it, unless its own table has printed figures. Raises `FlopcountError` where
    nothing printed is known, or a section does not fit.
    """
    head, modifiers = split_reference(reference)
    for modifier in modifiers:
        if modifier.partition("=")[0] in (*REWRITES, MULTIPLE, *OPTIONS):
            raise FlopcountError(
                f"{quote(f'@{modifier}')}: a network is compared as it is printed; "
                f"flopcount paper {shorten(head)} has all that is known of it"
            )
    table = load_table(reference)
    reports = Reports()
    sheets = _own(table, head, reports)
    if table.shipped:
        name = split_reference(table.name)[0]
        sheets += _noted(name, reports, others=not sheets)
        sheets += _claimed(table, alone=not sheets)
        if not sheets:
            raise FlopcountError(f"{name}: no figures that a paper prints of it are known here")
    if not sheets:
        raise FlopcountError(f"{table.label}: has no [paper] section with printed figures")
    return replace(sheets[0], more=_brief(sheets)) if len(sheets) > 1 else sheets[0]


def _brief(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """All but the first, without the lines above a table that stand above one before it."""
    said = {*sheets[0].notes, sheets[0].convention.full}
    more = []
    for sheet in sheets[1:]:
        convention = Convention() if sheet.convention.full in said else sheet.convention
        notes = tuple(note for note in sheet.notes if note not in said)
        more.append(replace(sheet, convention=convention, notes=notes))
        said |= {*sheet.notes, sheet.convention.full}
    return tuple(more)


def _own(table: LoadedTable, typed: str, reports: Reports) -> list[Sheet]:
    """The sections that stand in the table itself: ``[paper]``, or several, ``[[paper]]``."""
    given = table.document.get("paper", [])
    sections = given if isinstance(given, list) else [given]
    name, *variants = table.name.split("@")
    network = modules = None
    if not all(isinstance(section, dict) and "networks" in section for section in sections):
        network = table.build()
    sheets = []
    for section in sections:
        with at(f"{table.label}: paper"):
            if not isinstance(section, dict):
                raise FlopcountError(f"read {quote(section)}, expected a section")
            if network is None or "networks" in section:
                title = f"{table.table.title or name}, printed and exact"
                networks = Networks(reports, name, typed)
                sheets.append(_networks(section, networks, title))
                continue
            rows = {row: figures for row, figures in section.items() if row not in _KEYS}
            left_out = _ABOUT_BASE if variants else ()  # they are about the paper's own network
            about = {key: value for key, value in section.items() if key not in left_out}
            modules = modules or Modules(network)
            title = f"{network.title}: {network.name}, printed and exact"
            sheets.append(Section(about, rows, modules).sheet(title))
    return sheets


def _networks(
    section: Mapping[str, Any],
    networks: Networks,
    title: str,
    shown: Collection[str] | None = None,
) -> Sheet:
    """A section whose figures are of whole networks; only some rows of it, or all."""
    for key in section:
        if key not in (*_KEYS, "networks"):
            raise FlopcountError(
                f"{quote(key)} beside networks: rows of one network are a [[paper]] of their own"
            )
    figures = section["networks"]
    if not isinstance(figures, dict):
        raise FlopcountError(f"networks: read {quote(figures)}, expected a section")
    return Section(section, figures, networks, shown).sheet(title)


def _noted(name: str, reports: Reports, *, others: bool) -> list[Sheet]:
    """What stands in tables/notes: the family's own papers; of `others` the rows of `name`.

    Those of a family stand in a file of its name.
    """
    family = next(one for one in families().values() if name in one.networks)
    sheets = []
    for path in sorted(note_files(), key=lambda path: path.stem != family.name):
        own = path.stem == family.name
        if not own and not others:
            continue
        of = family.networks if own else (name,)
        title = family.title if own else read_table(name).table.title or name
        heading = f"{title}, printed and exact"
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for section in document.get("paper", []):
            theirs = {row for row in section["networks"] if _network_of(row) in of}
            if theirs:
                with at(f"{path.name}: paper"):
                    shown = None if own else theirs
                    networks = Networks(reports)
                    sheets.append(_networks(section, networks, heading, shown))
    return sheets


def _network_of(reference: str) -> str | None:
    """The shipped network that a reference is of, whatever its variants."""
    return find(split_reference(reference)[0])


def _claimed(table: LoadedTable, *, alone: bool) -> list[Sheet]:
    """The claims about a shipped network; standing alone, they say whose they are."""
    claims = claims_table(table.name)
    if claims is None:
        return []
    if alone:
        base = read_table(split_reference(table.name)[0]).build()
        claims = replace(claims, notes=(base.title, *base.notes))
    return [claims]
