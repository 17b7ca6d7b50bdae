"""An attention of a model as the notation has it: on tokens, on a whole grid, in windows of it."""

from collections.abc import Sequence
from itertools import takewhile
from math import isqrt, prod

from ...core import Row, Scope
from ...core.ops.attention import Attention
from ...errors import FlopcountError
from ...reading import along
from ...records import replace
from .heads import Heads, attentions
from .lifting import Lifting, ints
from .values import CHANNELS, Atom, Value, viewed

# What is said of attentions that the notation has otherwise, at the same cost.
_MASKED = (
    "masks are numbers that are added: all pairs of a query and a key are multiplied, and "
    "neither 'causal' nor 'shift', which would hide some, is written"
)
_APART = "windows of places that lie apart (grid attention) are written as windows of neighbours"


class Attended:
    """The attentions of a network: each is said at its last node, its others are passed over."""

    def __init__(self, lifting: Lifting) -> None:
        self._lifting = lifting
        self._found, self._refused = attentions(lifting.graph)
        self._ends = {found.end: found for found in self._found}
        self._parts = {path for found in self._found for path in found.paths}

    def lift(self, row: Row) -> bool:
        """Whether the row belongs to an attention; where it is its last, that is said.

        Raises `FlopcountError` for a part of one that the notation has no word for.
        """
        path = row.node.path
        if path in self._refused:
            raise FlopcountError(self._refused[path])
        if path in self._ends:
            self._put(row, self._ends[path])
        return path in self._parts or path in self._lifting.graph.constant

    def _put(self, row: Row, found: Heads) -> None:
        lifting = self._lifting
        value = _places(lifting, found.queries)
        inputs = [value.port]
        if found.keys != found.queries:
            inputs.append(_places(lifting, found.keys).port)
        op = replace(found.op, window_size=self._windows(value, found))
        path = lifting.put(row, _relative(op, value), inputs)
        before = [name for mask in found.masks for name in lifting.claimed(mask)]
        own = [name for name in found.paths if name != path]
        lifting.stands_for[path][-1:] = [*before, *own, path]
        scopes = [lifting.graph.rows[name].node.scope for name in found.paths]
        lifting.nodes[path] = replace(lifting.nodes[path], scope=_common(scopes))
        lifting.reasons[path] = found.reason
        if found.masked:
            lifting.masked = True
            lifting.note(_MASKED)
        seen = self._behind(value, found) if found.windows > 1 else value
        axes = seen.axes
        if seen.sizes != ints(row.output):
            axes = viewed(axes, ints(row.output))
        lifting.gives(row, Value(path, value.shape, axes))

    def _behind(self, value: Value, found: Heads) -> Value:
        """The result as its dense layer reads it, its windows in whatever order they are then."""
        lifting = self._lifting
        rows, dim = lifting.graph.rows, int(value.shape[-1]) // found.op.heads
        atoms = [atom for axis in value.axes for atom in axis if atom.name != CHANNELS]
        inner = len(_inner(value, found.tokens))
        heads = (Atom(CHANNELS, found.op.heads, dim), Atom(CHANNELS, dim))
        axis = (*atoms[:-inner], heads[0], *atoms[-inner:], heads[1])
        at = rows[found.weighed].node.path
        lifting.values[at] = value.seen(viewed((axis,), ints(rows[at].output)))
        for path in found.paths[found.paths.index(at) + 1 : found.paths.index(found.result)]:
            moved = lifting.read(rows[path].node.inputs[0])
            lifting.values[path] = moved.seen(viewed(moved.axes, ints(rows[path].output)))
        behind = lifting.read(rows[found.result].node.inputs[0])
        if value.whole(CHANNELS) not in behind.axes:
            raise FlopcountError("its heads are not put side by side again")
        return behind

    def _windows(self, value: Value, found: Heads) -> tuple[int, ...]:
        """What the grid is cut into; a grid of one window has it where others have more."""
        grid = ints(value.shape[:-1])
        if prod(grid) != found.windows * found.tokens:
            raise FlopcountError(f"it has {found.windows} windows of {found.tokens} tokens")
        if found.windows > 1:
            if any(atom.step > 1 for atom in _inner(value, found.tokens)):
                self._lifting.note(_APART)
            return _window(value, found)
        sides = isqrt(found.tokens)
        alike = any(one.windows > 1 and one.tokens == found.tokens for one in self._found)
        return (sides,) if alike and grid == (sides, sides) else ()


def _common(scopes: Sequence[tuple[Scope, ...]]) -> tuple[Scope, ...]:
    """The steps that all begin with; at least the first of the last one."""
    alike = takewhile(lambda steps: len({*steps}) == 1, zip(*scopes, strict=False))
    return tuple(steps[0] for steps in alike) or scopes[-1][:1]


def _places(lifting: Lifting, at: str) -> Value:
    """The value at a port of a model, its channels on one axis and its places on all others."""
    value = lifting.read(at)
    whole = value.whole(CHANNELS)
    if whole not in value.axes:
        raise FlopcountError("it reads something else than the channels of each place")
    return value


def _inner(value: Value, tokens: int) -> list[Atom]:
    """The parts of the grid's axes that lie innermost, as many as the tokens of a window."""
    atoms = [atom for axis in value.axes for atom in axis if atom.name != CHANNELS]
    inner: list[Atom] = []
    while atoms and prod(atom.size for atom in inner) < tokens:
        inner.append(atoms.pop())
    return inner


def _window(value: Value, found: Heads) -> tuple[int, ...]:
    """The sides of a window, by the parts of the grid's axes that lie innermost."""
    grid = ints(value.shape[:-1])
    if len(grid) < 2:
        raise FlopcountError(
            f"its {found.windows} windows of {found.tokens} tokens are cut out of a sequence"
        )
    sides = [1] * len(grid)
    for atom in _inner(value, found.tokens):
        sides[int(atom.name)] *= atom.size
    square = isqrt(found.tokens)
    fits = prod(sides) == found.tokens
    if len({*sides}) > 1 and square**2 == found.tokens and not any(n % square for n in grid):
        sides, fits = [square] * len(grid), len(grid) == 2
    if not fits:
        raise FlopcountError(f"its windows of {found.tokens} tokens are of no sides that are told")
    return (sides[0],) if len({*sides}) == 1 else tuple(sides)


def _relative(op: Attention, value: Value) -> Attention:
    """Without the number of distances where that is of all that there are."""
    grid = ints(value.shape[:-1])
    windows = along(op.window_size, len(grid)) if op.window_size else grid
    every = prod(2 * int(side) - 1 for side in windows)
    return replace(op, relative=0) if op.relative == every else op
