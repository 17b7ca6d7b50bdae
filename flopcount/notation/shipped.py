"""The networks that come with flopcount, by family: which table each stands in, and its names."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..errors import FlopcountError, nearest, quote
from ..records import dataclass
from .folders import fold

_INDEX = "families.toml"
_SECTIONS = re.compile(r"(?m)^(?=\[[^.\]]+\]$)")  # each from its family's title on


@dataclass(frozen=True)
class Family:
    """Networks of one kind, in the order of the list.

    `also` has the other names of some, or of their variants: of ``vgg-16@bn``.
    """

    name: str
    title: str
    networks: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]


def folder() -> Path:
    """Where the shipped tables are: beside the code, or at the top level of a checkout."""
    here = Path(__file__).parents[1]
    installed = here / "data"
    return installed if installed.is_dir() else here.parent / "tables"


@cache
def families() -> dict[str, Family]:
    """The families, by name.

    >>> families()["inception"].networks[0]
    'googlenet'
    """
    return _read(_index())


@cache
def _index() -> str:
    return (folder() / _INDEX).read_text(encoding="utf-8")


def _read(text: str) -> dict[str, Family]:
    return {
        name: Family(
            name,
            family["title"],
            tuple(family["networks"]),
            {network: tuple(names) for network, names in family.get("also", {}).items()},
        )
        for name, family in tomllib.loads(text).items()
    }


@cache
def _meant(folded: str) -> tuple[Family, str] | None:
    """The family of a name, as `fold` has it, and what it means: a network, or a variant of one.

    Each start looks for a name: of the index only the sections that it stands in are parsed.
    """
    for section in _SECTIONS.split(_index())[1:]:
        if f'"{folded}"' in fold(section):
            (family,) = _read(section).values()
            named = {fold(name): name for name in family.networks}
            named |= {fold(other): name for name, others in family.also.items() for other in others}
            if folded in named:
                return family, named[folded]
    return None


def _named(typed: str) -> str:
    found = _meant(fold(typed))
    return found[1] if found else ""


def names() -> list[str]:
    """The networks shipped.

    >>> "googlenet" in names()
    True
    """
    return sorted(name for family in families().values() for name in family.networks)


def find(typed: str) -> str | None:
    """The shipped network that a name means, however it is spelt.

    >>> find("Inception_V3"), find("inception-v1"), find("Inception v4")
    ('inception-v3', 'googlenet', 'inception-v4')
    """
    return _named(typed).partition("@")[0] or None


def variants_meant(typed: str) -> list[str]:
    """The variants that a name has in it: torchvision's vgg16_bn is ``vgg-16@bn``.

    >>> variants_meant("vgg16_bn"), variants_meant("vgg16")
    (['bn'], [])
    """
    return _named(typed).split("@")[1:]


def family_of(name: str) -> Family:
    """The family of a network."""
    found = _meant(fold(name))
    if found is None:
        raise KeyError(name)
    return found[0]


def families_named(typed: str) -> list[Family]:
    """The families that a user names: by its name, by how their names begin, or by a network.

    Raises `FlopcountError`, with the nearest names, where there is none.

    >>> [family.name for family in families_named("Inception")]
    ['inception']
    >>> [family.name for family in families_named("inception_v3")]
    ['inception']
    """
    folded = fold(typed)
    by_name = {fold(name): family for name, family in families().items()}
    if folded in by_name:
        return [by_name[folded]]
    if begun := [family for name, family in by_name.items() if folded and name.startswith(folded)]:
        return begun
    if network := find(typed):
        return [family_of(network)]
    raise FlopcountError(
        f"unknown family {quote(typed)}{nearest(typed, [*families(), *names()])} "
        "(flopcount list shows all)"
    )


def file_of(name: str) -> Path:
    """The table that a shipped network stands in: one of its own, or its family's."""
    own = folder() / f"{name}.toml"
    return own if own.is_file() else folder() / f"{family_of(name).name}.toml"


def note_files() -> list[Path]:
    """The files that say what is claimed of the networks, and what was decided for their tables."""
    return sorted((folder() / "notes").glob("*.toml"))
