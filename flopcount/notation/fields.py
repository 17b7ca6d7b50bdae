"""The parts of a table that stand on their own: texts, specs, defaults and blocks.

Every error names the place in the table.
"""

from collections.abc import Collection, Mapping
from typing import Any

from ..core.ops.words import OPS
from ..errors import FlopcountError, at, one_of, quote
from .parser import parse
from .places import Block
from .tokens import name_of
from .trees import Arm, Spec
from .unknown import unknown_layer
from .vocabulary import FRAMEWORKS, Settings, builtin_defaults, settings

MAX_BRANCHES = 100_000  # of all blocks of a table, those that ``like`` fills in too
_MAX_TEXT = 500
_OF_ONE = ("layers=", "both", "tied=", "multiple=")  # words that make other layers, or name one
_FRAMEWORK_MEANT = {"pytorch": "torch", "torchvision": "torch", "tf": "tensorflow"}


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


def column_name(name: str) -> str:
    """Check the name of a row's column further: it has no dot."""
    if "." in name:
        raise FlopcountError(
            f"column {quote(name)} has a dot, which stands between a row and its column"
        )
    return name


def framework_of(document: Mapping[str, Any]) -> str:
    """Whose words a table's are, "keras" or "torch": what ``same`` means, and pools by default."""
    given = section(document.get("defaults", {}), "defaults").get("framework", "keras")
    framework = FRAMEWORKS.get(text_of(given, "defaults.framework"))
    if framework is None:
        meant = _FRAMEWORK_MEANT.get(given.casefold(), "")
        hint = f"; in a table it is {meant!r}" if meant else ""
        said = one_of(given, FRAMEWORKS, "framework")
        raise FlopcountError(f"defaults.framework: {said}{hint}")
    return framework


def defaults_of(document: Mapping[str, Any]) -> dict[str, Settings]:
    """The words each kind of layer carries; depthwise and separable follow ``conv``."""
    found = builtin_defaults(framework_of(document))
    given = section(document.get("defaults", {}), "defaults")
    for kind, value in given.items():
        if kind == "framework":
            continue
        place = f"defaults.{kind}"
        if kind not in OPS:
            raise FlopcountError(f"defaults: {unknown_layer(kind, known=['framework'])}")
        words = text_of(value, place).split()
        if any("{" in word for word in words):
            raise FlopcountError(f"{place}: a column is of a row, and this is for all of them")
        for word in words:
            if word.startswith(_OF_ONE):
                raise FlopcountError(
                    f"{place}: {quote(word)} is said of a layer, not of all of them"
                )
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
    with at(place):
        for column in columns:
            column_name(name_of(column, "name"))
    if len(set(columns)) < len(columns):
        raise FlopcountError(f"{place}: a column is named twice")
    return tuple(columns)
