"""The parts of a table that stand on their own: texts, specs, defaults and blocks.

Every error names the place in the table.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..core import OPS
from ..errors import FlopcountError, one_of, quote
from .builder import Block
from .parser import parse
from .tokens import name_of
from .trees import Arm, Spec
from .unknown import unknown_layer
from .vocabulary import Settings, builtin_defaults, settings

MAX_BRANCHES = 100_000  # of all blocks of a table, those that ``like`` fills in too
_MAX_TEXT = 500


@contextmanager
def at(place: str) -> Iterator[None]:
    """Say of an error where in the table it is."""
    try:
        yield
    except FlopcountError as error:
        raise FlopcountError(f"{place}: {error}") from None


def section(value: object, place: str) -> dict[str, Any]:
    """Expect a section of names and values."""
    if not isinstance(value, dict):
        raise FlopcountError(
            f"{place}: read {quote(value)}, expected a section of names and values"
        )
    return value


def text_of(value: object, place: str) -> str:
    """Expect a string."""
    if not isinstance(value, str):
        raise FlopcountError(f"{place}: read {quote(value)}, expected a string")
    return value


def one_line(value: object, place: str) -> str:
    """A text that a report's heading can show: one printable line."""
    text = text_of(value, place)
    if not text.isprintable() or len(text) > _MAX_TEXT:
        raise FlopcountError(
            f"{place}: {quote(text)} is not one printable line of at most {_MAX_TEXT} characters"
        )
    return text


class Specs:
    """Reads the specs of one table: each text once, in however many rows or blocks it stands."""

    def __init__(self) -> None:
        self._known: dict[str, Spec] = {}

    def read(self, value: object, place: str) -> Spec:
        """Read a spec; an error shows it whole."""
        text = text_of(value, place)
        if text not in self._known:
            with at(f"{place}: in {quote(text)}"):
                self._known[text] = parse(text, sized=False).spec
        return self._known[text]


def named(name: str, place: str, *, reserved: bool = False) -> str:
    """Check a name."""
    with at(place):
        return name_of(name, "name", reserved=reserved)


def defaults_of(document: Mapping[str, Any]) -> dict[str, Settings]:
    """The words each kind of layer carries; depthwise and separable follow ``conv``."""
    found = builtin_defaults()
    given = section(document.get("defaults", {}), "defaults")
    for kind, value in given.items():
        place = f"defaults.{kind}"
        if kind not in OPS:
            raise FlopcountError(f"defaults: {unknown_layer(kind)}")
        words = text_of(value, place).split()
        for follower in (kind, "depthwise", "separable") if kind == "conv" else (kind,):
            if follower != kind and follower in given:
                continue
            with at(place):
                found[follower] = {**found[follower], **settings(words, kind)}
    return found


def blocks_of(document: Mapping[str, Any], specs: Specs) -> dict[str, Block]:
    """The blocks of a table, each with what it is ``like`` filled in.

    Each is read once, after the one that it is like. Raises `FlopcountError` past `MAX_BRANCHES`,
    filled in.
    """
    sections = section(document.get("block", {}), "block")
    blocks: dict[str, Block] = {}
    branches = 0
    for name in sections:
        chain = _chain(name, sections, blocks)
        while chain:
            new, like = chain.pop()
            blocks[new] = _block(new, sections[new], blocks[like] if like else None, specs)
            branches += len(blocks[new].branches)
            if branches > MAX_BRANCHES:
                raise FlopcountError(
                    f"block.{new}: the table's blocks have more than {MAX_BRANCHES} branches, "
                    "those that 'like' fills in among them"
                )
    return {name: blocks[name] for name in sections}


def _chain(
    name: str, sections: Mapping[str, Any], known: Collection[str]
) -> list[tuple[str, str | None]]:
    """A block and what it is like, in turn, up to a block that is known; each with the next."""
    chain: dict[str, str | None] = {}
    at: str | None = name
    while at is not None and at not in known:
        place = f"block.{named(at, 'block', reserved=True)}"
        layout = section(sections[at], place)
        like = text_of(layout["like"], f"{place}.like") if "like" in layout else None
        chain[at] = like
        if like is not None and (like in chain or like not in sections):
            cause = "goes in a circle" if like in chain else one_of(like, sections, "block")
            raise FlopcountError(f"{place}.like: {cause}")
        at = like
    return list(chain.items())


def _block(name: str, layout: Mapping[str, Any], like: Block | None, specs: Specs) -> Block:
    """A block of its own lines, and of those that it leaves as they are in another."""
    place = f"block.{name}"
    columns = like.columns if like else ()
    if "columns" in layout:
        columns = _columns(layout["columns"], f"{place}.columns")
    arms = {arm.label: arm for arm in like.branches} if like else {}
    for key, value in layout.items():
        if key not in ("columns", "as", "like"):
            arms[key] = Arm(named(key, place), specs.read(value, f'{place}."{key}"'))
    branches = tuple(arms.values())
    if "as" in layout:
        return Block(branches, specs.read(layout["as"], f"{place}.as"), columns)
    if like:
        return Block(branches, like.layout, columns)
    if not arms:
        raise FlopcountError(f"{place}: a block needs a branch, or 'as'")
    return Block(branches, columns=columns)


def _columns(columns: object, place: str) -> tuple[str, ...]:
    if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
        raise FlopcountError(f"{place}: read {quote(columns)}, expected a list of names")
    for column in columns:
        named(column, place, reserved=True)
    dotted = next((column for column in columns if "." in column), None)
    if dotted:
        raise FlopcountError(
            f"{place}: column {quote(dotted)} has a dot, which stands between a row and its column"
        )
    if len(set(columns)) < len(columns):
        raise FlopcountError(f"{place}: a column is named twice")
    return tuple(columns)
