"""What papers print beside the exact figures: the ``[paper]`` sections, judged.

Those of a network's own rows stand in its table, those of a family's networks in
tables/notes/FAMILY.toml; a user's own table has either.
"""

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import FlopcountError, at, quote
from ..notation import (
    LoadedTable,
    families,
    find,
    load_table,
    note_files,
    read_table,
    split_reference,
)
from ..records import replace
from ..writing.sheet import Sheet
from .claims import claims_table
from .measured import Modules, Networks
from .sections import Section

_KEYS = ("source", "counts", "K", "notes", "readings")
_ABOUT_BASE = ("notes", "readings")


def compare_with_paper(reference: str) -> Sheet:
    """What papers print of a network, beside what it is: rows, whole networks, then claims.

    Of a network that is shipped, whole tables of its own family's paper, and of others' papers
    the rows that are of it. Raises `FlopcountError` where nothing printed is known, or a section
    does not fit.
    """
    table = load_table(reference)
    networks = Networks()
    sheets = _own(table, split_reference(reference)[0], networks)
    if table.shipped:
        sheets += _noted(split_reference(table.name)[0], networks)
        sheets += _claimed(table, alone=not sheets)
    if not sheets:
        raise FlopcountError(f"{table.label}: has no [paper] section with printed figures")
    return replace(sheets[0], more=tuple(sheets[1:])) if len(sheets) > 1 else sheets[0]


def _own(table: LoadedTable, typed: str, networks: Networks) -> list[Sheet]:
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
                sheets.append(_networks(section, networks.of(name, typed), title))
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
    shown: Callable[[str], bool] = lambda _: True,
) -> Sheet:
    """A section whose figures are of whole networks."""
    for key in section:
        if key not in (*_KEYS, "networks"):
            raise FlopcountError(
                f"{quote(key)} beside networks: rows of one network are a [[paper]] of their own"
            )
    figures = section["networks"]
    if not isinstance(figures, dict):
        raise FlopcountError(f"networks: read {quote(figures)}, expected a section")
    return Section(section, figures, networks, shown).sheet(title)


def _noted(name: str, networks: Networks) -> list[Sheet]:
    """What stands in tables/notes: of the family's own papers all, of others what is of `name`."""
    family = next(one for one in families().values() if name in one.networks)

    def is_it(reference: str) -> bool:
        return find(split_reference(reference)[0]) == name

    sheets = []
    for path in sorted(note_files(), key=lambda path: path.stem != family.name):
        own = path.stem == family.name
        title = f"{family.title if own else read_table(name).table.title}, printed and exact"
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for section in document.get("paper", []):
            if any(map(is_it, section["networks"])):
                with at(f"{path.name}: paper"):
                    shown = {} if own else {"shown": is_it}
                    sheets.append(_networks(section, networks.of("", ""), title, **shown))
    return sheets


def _claimed(table: LoadedTable, *, alone: bool) -> list[Sheet]:
    """The claims about a shipped network; standing alone, they say whose they are."""
    claims = claims_table(table.name)
    if claims is None:
        return []
    if alone:
        base = read_table(split_reference(table.name)[0]).build()
        claims = replace(claims, notes=(base.title, *base.notes))
    return [claims]
