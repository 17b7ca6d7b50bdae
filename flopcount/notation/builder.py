"""Tree → nodes: names layers, fills in blocks, columns and constants, multiplies repeats out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

from ..core import INPUT, Node, Op, Scope, width_of
from ..core.graph import port
from ..core.ops.joining import Add, Concat, Multiply, Split
from ..errors import FlopcountError, one_of, quote
from ..reading import MAX_LAYERS
from ..sizes import Size
from .maker import Maker
from .parser import MAX_DEPTH
from .trees import BRANCHES, Arm, Bracket, ColumnWidth, From, Layer, Ref, Repeat, Spec, Term
from .unknown import unknown_layer, word_hint
from .vocabulary import Settings, builtin_defaults


@dataclass(frozen=True, slots=True)
class Block:
    """A module's layout: its named branches, and how they are joined (a table's ``as``)."""

    branches: tuple[Arm, ...] = ()
    layout: Spec = (BRANCHES,)
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class _Place:
    """Where layers are being named: module, branch, the path they go under, and how.

    `entry` is the path of what entered the row or the innermost bracket, what ``from`` reads where
    that starts it (the width ``in``). Layers of a block outside its branches go by their op's word
    (`by_word`), all others by number.
    """

    module: str
    prefix: str
    entry: str
    columns: Mapping[str, Size]
    branch: str | None = None
    block: Block | None = None
    by_word: bool = False
    is_module: bool = True  # the block is the module: its named branches are the module's
    labels_are_branches: bool = True  # a labelled arm here is a branch of the module
    single: bool = False  # an arm of one layer: the prefix is its whole path
    depth: int = 0
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

    def within(self, **changes: Any) -> "_Place":
        """A place one bracket or block deeper."""
        if self.depth >= MAX_DEPTH:
            raise FlopcountError(f"blocks and brackets are nested more than {MAX_DEPTH} deep")
        return replace(self, depth=self.depth + 1, **{"single": False, **changes})

    def under(self, prefix: str, **changes: Any) -> "_Place":
        """A place one deeper that names its layers from 1 under `prefix`."""
        return self.within(prefix=prefix, by_word=False, used=Counter(), **changes)


@lru_cache(maxsize=256)
def _scope(module: str, branch: str | None) -> tuple[Scope, ...]:
    """Shared by the layers of a branch."""
    return (Scope(module),) if branch is None else (Scope(module), Scope(branch))


_JOINS: Mapping[str, type[Op]] = {"concat": Concat, "add": Add, "multiply": Multiply}
_TOO_MANY = f"more than {MAX_LAYERS} layers once repeats are multiplied out"


def _blocks_along(spec: Spec) -> int:
    """How many blocks stand in a chain once its repeats are multiplied out."""
    count, open_specs = 0, [(spec, 1)]
    while open_specs:
        terms, times = open_specs.pop()
        for term in terms:
            if isinstance(term, Repeat):
                open_specs.append((term.spec, times * term.count))
            elif isinstance(term, Ref):
                count += times
    return count


class Builder:
    """Collects the nodes of a network, row by row.

    `blocks` by name; `constants` are the names a width may be besides a column; `defaults` are
    the table's words per kind of layer; `axes` is the number of axes of the grid.
    """

    def __init__(
        self,
        blocks: Mapping[str, Block] | None = None,
        constants: Mapping[str, Size] | None = None,
        defaults: Mapping[str, Settings] | None = None,
        axes: int = 2,
    ) -> None:
        self.blocks = blocks or {}
        self.constants = constants or {}
        self._maker = Maker(defaults or builtin_defaults(), axes)
        self.nodes: list[Node] = []
        self.outputs: dict[str, str] = {INPUT: INPUT}  # row or module → path of its output
        self.used: set[str] = set()  # the constants that were some layer's width
        self._paths: set[str] = set()
        self._steps = 0

    def row(self, name: str, spec: Spec, columns: Mapping[str, Size], here: str) -> str:
        """Add a row of the table after the layer at path `here`; return its output's path.

        A block is a module; where the row holds several, they are numbered ``C.1``, ``C.2``, ….
        """
        several = _blocks_along(spec) > 1
        place = _Place(name, name, here, columns)
        self._name(name)
        modules = 0
        for term, repeated in self._unrolled(spec):
            if isinstance(term, Ref):
                modules += 1
                module = f"{name}.{modules}" if several else name
                if several:
                    self._name(module)
                inside = _Place(module, module, here, columns)
                here = self._block(term.name, inside, here)
                self.outputs[module] = here
            else:
                here = self._term(term, place, here, repeated=repeated)
        self.outputs[name] = here
        return here

    def _name(self, name: str) -> None:
        if name in self.outputs:
            raise FlopcountError(f"two rows or modules are named {name!r}")

    def _unrolled(self, spec: Spec) -> Iterator[tuple[Term, bool]]:
        """The terms of a chain, its repeats multiplied out, and whether each is repeated."""
        stack: list[tuple[Iterator[Term], bool]] = [(iter(spec), False)]
        while stack:
            terms, repeated = stack[-1]
            term = next(terms, None)
            if term is None:
                stack.pop()
            elif isinstance(term, Repeat):
                again = chain.from_iterable(repeat(term.spec, term.count))
                stack.append((again, repeated or term.count > 1))
            else:
                self._steps += 1
                if self._steps > 2 * MAX_LAYERS:
                    raise FlopcountError(_TOO_MANY)
                yield term, repeated

    def _chain(self, spec: Spec, place: _Place, here: str) -> str:
        for term, repeated in self._unrolled(spec):
            here = self._term(term, place, here, repeated=repeated)
        return here

    def _term(self, term: Term, place: _Place, here: str, *, repeated: bool) -> str:
        """Add a term after the layer at path `here`; return the path of its output."""
        if isinstance(term, Layer):
            return self._layer(term, place, here)
        if isinstance(term, Bracket):
            if repeated and place.labels_are_branches:
                place = replace(place, labels_are_branches=False)
            return self._bracket(term, place, here)
        if isinstance(term, From):
            if term.row not in self.outputs:
                raise FlopcountError(one_of(term.row, self.outputs, "row after 'from'"))
            place.entry = self.outputs[term.row]  # it starts its chain, which owns its place
            return place.entry
        if not isinstance(term, Ref):
            raise TypeError(term)  # repeats are multiplied out by now
        if term == BRANCHES:
            return self._branches(place, here)
        inside = place.under(place.name(term.name), is_module=False, labels_are_branches=False)
        return self._block(term.name, inside, here)

    def _block(self, name: str, place: _Place, here: str) -> str:
        if name not in self.blocks:
            raise FlopcountError(unknown_layer(name, self.blocks))
        block = self.blocks[name]
        inside = replace(place, block=block, entry=here, by_word=True, single=False)
        return self._chain(block.layout, inside, here)

    def _branches(self, place: _Place, here: str) -> str:
        """Fill in ``branches``: the block's named branches, side by side."""
        if place.block is None or not place.block.branches:
            raise FlopcountError("'branches' stands where no block has named branches")
        arms = place.block.branches
        inside = replace(place, block=None, labels_are_branches=place.is_module)
        if len(arms) == 1:
            return self._arm(arms[0], inside, inside.prefix, here)
        return self._bracket(Bracket("concat", arms), inside, here)

    def _bracket(self, bracket: Bracket, place: _Place, here: str) -> str:
        ins = [here] * len(bracket.arms)
        if bracket.split:
            parted = self._add(place.name("split"), Split(len(ins)), (here,), place)
            ins = [port(parted, part) for part in range(len(ins))]
        path = place.name(bracket.join)
        base = place.prefix if place.by_word else path
        outputs = tuple(
            self._arm(arm, place, f"{base}/{arm.label or number}", ins[number - 1])
            for number, arm in enumerate(bracket.arms, 1)
        )
        return self._add(path, _JOINS[bracket.join](), outputs, place)

    def _arm(self, arm: Arm, place: _Place, prefix: str, here: str) -> str:
        if arm.label and place.labels_are_branches:
            branch = f"{place.module}/{arm.label}"
            inside = place.under(branch, entry=here, labels_are_branches=False, branch=arm.label)
        elif place.by_word and not arm.label:
            inside = place.within(entry=here, labels_are_branches=False)
        else:
            single = len(arm.spec) == 1 and isinstance(arm.spec[0], Layer)
            inside = place.under(prefix, entry=here, labels_are_branches=False, single=single)
        return self._chain(arm.spec, inside, here)

    def _layer(self, layer: Layer, place: _Place, here: str) -> str:
        try:
            width = self._width(layer, place)
            ops = self._maker.ops(layer, width)
        except FlopcountError as error:
            where = "" if place.prefix == place.module else f"{place.prefix}: "
            raise FlopcountError(f"{where}{quote(str(layer))}: {error}") from None
        like = place.entry if layer.width == "in" else None
        if len(ops) > 1:
            place = replace(place, single=False)
        for op in ops:
            follows = None if width_of(op) is None else like
            here = self._add(place.name(op.word), op, (here,), place, follows)
        return here

    def _width(self, layer: Layer, place: _Place) -> Size:
        width = layer.width
        if isinstance(width, ColumnWidth):
            if width.name not in place.columns:
                cause = one_of(width.name, place.columns, "column")
                hint = "" if place.columns else " (columns are of a table's block)"
                raise FlopcountError(cause + hint)
            return place.columns[width.name]
        if isinstance(width, str) and width != "in":
            if width not in self.constants:
                raise FlopcountError(
                    f"width {quote(width)} is a free name: not a number, a {{column}}, 'in' or a "
                    f"constant of the table{word_hint(width, self.constants)}"
                )
            self.used.add(width)
            return self.constants[width]
        return 1 if width in ("in", None) else width  # the walk fills 'in' in

    def _add(
        self,
        path: str,
        op: Op,
        inputs: tuple[str, ...],
        place: _Place,
        like: str | None = None,
    ) -> str:
        if path in self._paths:
            raise FlopcountError(f"two layers are named {path}: each arm needs a label of its own")
        if len(self.nodes) >= MAX_LAYERS:
            raise FlopcountError(_TOO_MANY)
        self._paths.add(path)
        self.nodes.append(Node(path, op, inputs, place.scope, like))
        return path
