"""Which columns a row has, in which order, and what each of them stands for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..errors import MOST_LISTED, FlopcountError, nearest, plural
from .columns import own_columns, roles
from .fields import column_name
from .parser import MAX_DEPTH
from .places import Block
from .trees import Spec
from .unknown import unknown_layer

_LOOKED_AT = 8  # columns that may be a slip: to look for what is near takes long


class Layouts:
    """The blocks of a table, and what columns stand for in each of them, looked at once."""

    def __init__(self, blocks: Mapping[str, Block]) -> None:
        self._blocks = blocks
        self._roles: dict[str, tuple[dict[str, str], list[str]]] = {}
        self._within: dict[tuple[str, ...], dict[str, str]] = {}

    def cells(
        self, text: str, spec: Spec, given: Sequence[Any], rows: Collection[str] = ()
    ) -> dict[str, Any]:
        """What a row gives, by its columns.

        Those that its text alone names come first, in the order in which they are written; then
        those of its blocks, in their order; earlier `rows` that it uses again have their own.
        Raises `FlopcountError` for a block that is not there, where the row gives more or less,
        and where one block's columns are neither those of another nor some of them, in order.
        """
        block, columns = self._columns(roles(spec, self._blocks)[1], rows)
        own = tuple([column_name(name) for name in own_columns(text) if name not in columns])
        expected = own + columns
        if len(expected) == len(given):
            return dict(zip(expected, given, strict=True))
        whose = f"block {block!r} has" if block else "a spec without a block has"
        if own:
            whose = f"its text and block {block!r} have" if columns else "its text has"
        count = plural(len(expected), "column")
        listed = f" ({' '.join(expected)})" if 0 < len(expected) <= MOST_LISTED else ""
        slips = ((name, nearest(name, columns)) for name in own[:_LOOKED_AT])
        slip = next((f"; {{{name}}}: {near[2:]}" for name, near in slips if near), "")
        raise FlopcountError(f"{whose} {count}{listed}, the row gives {len(given)}{slip}")

    def _columns(self, named: Iterable[str], rows: Collection[str]) -> tuple[str, tuple[str, ...]]:
        """The columns of some blocks, and the block that has all of them."""
        listed: dict[int, tuple[str, tuple[str, ...]]] = {}  # blocks that are alike share theirs
        for name in named:
            if name not in self._blocks:
                if name in rows:
                    continue
                raise FlopcountError(unknown_layer(name, [*self._blocks, *rows]))
            columns = self._blocks[name].columns
            listed.setdefault(id(columns), (name, columns))
        block, columns = max(listed.values(), key=lambda item: len(item[1]), default=("", ()))
        for _, other in listed.values():
            rest = iter(columns)
            if not all(column in rest for column in other):
                raise FlopcountError("the blocks of one row have different columns")
        return block, columns

    def roles(self, spec: Spec) -> dict[str, str]:
        """What columns stand for in a row besides widths, in its text and in its blocks."""
        found, named = roles(spec, self._blocks)
        key = tuple(dict.fromkeys(named))
        if key not in self._within:
            self._within[key] = self._reached(key)
        return found | self._within[key]

    def _reached(self, names: tuple[str, ...]) -> dict[str, str]:
        """Those of some blocks, and of the blocks in them, as deep as a network may go."""
        found: dict[str, str] = {}
        seen, fresh = set(names), names
        for _ in range(MAX_DEPTH):
            blocks = [self._of_block(name) for name in fresh if name in self._blocks]
            for own, _ in blocks:
                found |= own
            fresh = tuple(dict.fromkeys(name for _, inner in blocks for name in inner))
            fresh = tuple(name for name in fresh if name not in seen)
            seen.update(fresh)
        return found

    def _of_block(self, name: str) -> tuple[dict[str, str], list[str]]:
        if name not in self._roles:
            block = self._blocks[name]
            specs = [block.layout, *(arm.spec for arm in block.branches)]
            parts = [roles(spec, self._blocks) for spec in specs]
            found = {key: what for own, _ in parts for key, what in own.items()}
            self._roles[name] = found, [inner for _, named in parts for inner in named]
        return self._roles[name]
