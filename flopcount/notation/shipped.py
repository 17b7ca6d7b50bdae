"""The networks that come with flopcount, by family: which table each stands in, and its names."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..records import dataclass
from .folders import fold

_INDEX = "families.toml"


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
    text = (folder() / _INDEX).read_text(encoding="utf-8")
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
def _named() -> dict[str, str]:
    """What each name means, as `fold` has it: a network, or a variant of one."""
    named: dict[str, str] = {}
    for family in families().values():
        named |= {fold(name): name for name in family.networks}
        named |= {fold(other): name for name, others in family.also.items() for other in others}
    return named


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
    return _named().get(fold(typed), "").partition("@")[0] or None


def variants_meant(typed: str) -> list[str]:
    """The variants that a name has in it: torchvision's vgg16_bn is ``vgg-16@bn``.

    >>> variants_meant("vgg16_bn"), variants_meant("vgg16")
    (['bn'], [])
    """
    return _named().get(fold(typed), "").split("@")[1:]


def family_of(name: str) -> Family:
    """The family of a network."""
    return next(one for one in families().values() if name in one.networks)


def file_of(name: str) -> Path:
    """The table that a shipped network stands in: one of its own, or its family's."""
    own = folder() / f"{name}.toml"
    return own if own.is_file() else folder() / f"{family_of(name).name}.toml"


def note_files() -> list[Path]:
    """The files that say what is claimed of the networks, and what was decided for their tables."""
    return sorted((folder() / "notes").glob("*.toml"))
