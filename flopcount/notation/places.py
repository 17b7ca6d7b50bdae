"""Where layers are being named, and the layout of the module or block that they are in."""

from collections import Counter
from functools import lru_cache
from typing import Any

from ..core import Scope
from ..errors import FlopcountError
from ..records import dataclass, field, replace
from .columns import Cells
from .parser import MAX_DEPTH
from .sharing import Reused
from .trees import BRANCHES, Arm, Spec


@dataclass(frozen=True)
class Block:
    """A module's layout: its named branches, and how they are joined (a table's ``as``)."""

    branches: tuple[Arm, ...] = ()
    layout: Spec = (BRANCHES,)
    columns: tuple[str, ...] = ()


@dataclass
class Place:
    """Where layers are being named: module, branch, the path they go under, and how.

    `entry` is the path of what entered the row or the innermost bracket, what ``from`` reads where
    that starts it (the width ``in``). Layers of a block outside its branches go by their op's word
    (`by_word`), all others by number.
    """

    module: str
    prefix: str
    entry: str
    columns: Cells
    branch: str | None = None
    block: Block | None = None
    by_word: bool = False
    is_module: bool = True  # the block is the module: its named branches are the module's
    labels_are_branches: bool = True  # a labelled arm here is a branch of the module
    single: bool = False  # an arm of one layer: the prefix is its whole path
    depth: int = 0
    experts: int = 0  # how many there are of what stands here
    used: Counter[str] = field(default_factory=Counter)  # shared by the places of one prefix

    def name(self, word: str) -> str:
        """The path of the next layer, join or block."""
        if self.single:
            return self.prefix
        key = word if self.by_word else ""
        self.used[key] += 1
        count = self.used[key]
        if not self.by_word:
            return f"{self.prefix}/{count}"
        return f"{self.prefix}/{word}" if count == 1 else f"{self.prefix}/{word}.{count}"

    @property
    def scope(self) -> tuple[Scope, ...]:
        """The way here, as a node has it."""
        return _scope(self.module, self.branch)

    def within(self, **changes: Any) -> "Place":
        """A place one bracket or block deeper."""
        if self.depth >= MAX_DEPTH:
            raise FlopcountError(f"blocks and brackets are nested more than {MAX_DEPTH} deep")
        return replace(self, depth=self.depth + 1, **{"single": False, **changes})

    def again(self, reused: Reused, here: str, *, labelled: bool) -> "Place":
        """Where a spec is used that has the same weights elsewhere: as in a bracket, for ``in``."""
        return self.within(
            entry=here,
            columns=self.columns if reused.columns is None else reused.columns,
            single=self.single,
            labels_are_branches=labelled and self.labels_are_branches,
        )

    def under(self, prefix: str, **changes: Any) -> "Place":
        """A place one deeper that names its layers from 1 under `prefix`."""
        return self.within(prefix=prefix, by_word=False, used=Counter(), **changes)


@lru_cache(maxsize=256)
def _scope(module: str, branch: str | None) -> tuple[Scope, ...]:
    """Shared by the layers of a branch."""
    return (Scope(module),) if branch is None else (Scope(module), Scope(branch))
