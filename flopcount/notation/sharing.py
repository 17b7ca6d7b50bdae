"""``shared``: what a spec or a table says of layers that have the same weights, and the layers."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from ..core import Node, Op, width_of, with_width
from ..core.counts import PARAMETERS
from ..errors import FlopcountError, one_of, plural, quote, shorten
from ..records import dataclass, replace
from .columns import Cells, count_of
from .trees import Bracket, Experts, From, Layer, Ref, Repeat, Shared, Spec, Term


def share(name: str, spec: Spec) -> Shared:
    """What stands in parentheses behind ``shared``. Raises `FlopcountError` where it reads a row.

    >>> from flopcount.notation.parser import parse
    >>> str(share("tower", parse("conv 3x3 8 > flatten").spec))
    'shared tower (conv 3x3 8 > flatten)'
    """
    if isinstance(spec[0], From):
        raise FlopcountError("'from' stands before 'shared', not in what is shared")
    return Shared(name, spec)


def alone(spec: Spec) -> bool:
    """Whether a chain has one term, beside what it reads."""
    return sum(not isinstance(term, From) for term in spec) == 1


def check_repeated(spec: Spec) -> None:
    """Raise `FlopcountError` for a ``shared (…)`` without a name that no repeat uses again."""
    open_specs = [(spec, False)]
    while open_specs:
        terms, repeated = open_specs.pop()
        for term in terms:
            if isinstance(term, Repeat):
                open_specs.append((term.spec, True))
            elif isinstance(term, Bracket):
                open_specs += [(arm.spec, False) for arm in term.arms]
            elif isinstance(term, Experts):
                open_specs.append((term.spec, False))
            elif isinstance(term, Shared) and term.spec:
                if not term.name and not repeated:
                    raise FlopcountError(
                        f"{quote(str(term))} has no other use: repeat it, as in 3 * shared (…), or "
                        "name it, as in shared tower (…) and then shared tower"
                    )
                open_specs.append((term.spec, False))


class Reused(NamedTuple):
    """What is used again under a name: a block, or a spec with the widths in its columns."""

    key: str
    block: str = ""
    spec: Spec = ()
    columns: Cells | None = None  # None: those of the place


class _Use(NamedTuple):
    """Where layers with shared weights stand among all: from `start` on, so many."""

    start: int
    length: int


@dataclass
class _Again:
    """A later use of a `key` whose layers are being added: from `start` on, each as in `first`."""

    key: str
    start: int
    first: _Use


class Sharing:
    """What has been used so far, by its name, and which layers have the same weights for it.

    `nodes` are those of the network, which grow. A layer of a later use has the parameters of the
    layer at its place in the first one.
    """

    def __init__(self, nodes: list[Node], blocks: Collection[str]) -> None:
        self._nodes = nodes
        self._blocks = blocks
        self._rows: dict[str, Reused] = {}
        self._specs: dict[str, Reused] = {}
        self._counts: dict[str, int] = {}  # of blocks, in what rows and specs are again
        self._uses: dict[str, _Use] = {}
        self._open: list[str] = []  # the keys of what is being added for the first time
        self._again: list[_Again] = []  # the later uses likewise, the outermost first
        self._numbers = count(1)

    def named(self, term: Term, known: dict[int, Shared]) -> Term:
        """What is shared with a name: without its own, one for all that a chain's repeats make."""
        if not isinstance(term, Shared) or term.name:
            return term
        return known.setdefault(id(term), replace(term, name=f"({next(self._numbers)})"))

    def find(self, term: Term) -> Reused | None:
        """What a term uses that has the same weights elsewhere; None for any other term.

        Raises `FlopcountError` for a name that nothing has, and for one that has another spec.
        """
        if isinstance(term, Ref):
            known = term.name not in self._blocks and term.name in self._rows
            return self._rows[term.name] if known else None
        if not isinstance(term, Shared):
            return None
        name = term.name
        if term.spec is None:
            if name in self._blocks:
                return Reused(f"block {name}", block=name)
            found = self._specs.get(name) or self._rows.get(name)
            if found is None:
                specs = [known for known in self._specs if known[0] != "("]
                names = [*self._blocks, *specs, *self._rows]
                said = one_of(name, names, "shared block or row")
                raise FlopcountError(f"{said}; its first use has its layers: shared {name} (…)")
            return found
        if name in self._blocks or name in self._rows:
            what = "block" if name in self._blocks else "row"
            raise FlopcountError(f"{quote(str(term))}: a {what} has this name")
        found = self._specs.setdefault(name, Reused(f"spec {name}", spec=term.spec))
        if found.spec != term.spec:
            first = shorten(str(replace(term, spec=found.spec)))
            raise FlopcountError(f"{quote(str(term))}: first it was {quote(first)}")
        return found

    def blocks(self, spec: Spec, columns: Cells) -> int:
        """How many blocks stand in a chain once its repeats are multiplied out, brackets apart."""
        total = 0
        for term in spec:
            if isinstance(term, Repeat):
                total += count_of(term.count, columns) * self.blocks(term.spec, columns)
            elif isinstance(term, Bracket):
                for arm in term.arms:
                    self.blocks(arm.spec, columns)  # what is shared there may be used again outside
            elif isinstance(term, Shared) and term.spec is not None:
                total += self._counts.setdefault(term.name, self.blocks(term.spec, columns))
            elif isinstance(term, Ref | Shared):
                total += 1 if term.name in self._blocks else self._counts.get(term.name, 1)
        return total

    def add_row(self, name: str, spec: Spec, columns: Cells, start: int) -> None:
        """Let later rows use a row again: its layers, from `start` on, without its ``from``."""
        if name in self._specs:
            raise FlopcountError(f"a shared spec has the name {name!r} too")
        inner = spec[1:] if isinstance(spec[0], From) else spec
        if not inner:  # it reads a row and does nothing
            return
        key = f"row {name}"
        self._counts[name] = self.blocks(inner, columns)
        self._rows[name] = Reused(key, spec=inner, columns=columns)
        self._uses[key] = _Use(start, len(self._nodes) - start)

    @contextmanager
    def using(self, reused: Reused) -> Iterator[None]:
        """While layers are added for a use: the first one, or one with the weights of that.

        Raises `FlopcountError` where it is in itself, or has not as many layers as the first.
        """
        key, start = reused.key, len(self._nodes)
        if key in self._open:
            raise FlopcountError(f"the shared {key} is used within itself")
        first = self._uses.get(key)
        if first is None:
            self._open.append(key)
            yield
            self._open.pop()
            self._uses[key] = _Use(start, len(self._nodes) - start)
            return
        self._again.append(_Again(key, start, first))
        yield
        self._again.pop()
        if len(self._nodes) - start != first.length:
            raise _other(key, first.length)

    def added(self) -> None:
        """The last layer was added: in a later use it has the weights of its like in the first."""
        if not self._again:
            return
        again, last = self._again[0], len(self._nodes) - 1
        place = last - again.start
        if place >= again.first.length:
            raise _other(again.key, again.first.length)
        place += again.first.start
        node, first = self._nodes[last], self._nodes[place]
        if _any_width(node.op) != _any_width(first.op):
            raise FlopcountError(f"{node.path} is not as {first.path}, whose weights it shares")
        own = {capital: f"{first.path}:{capital}" for capital in PARAMETERS}
        weights = {**own, **first.weights}  # it may be tied to an embedding, or shared itself
        self._nodes[place] = replace(first, weights=weights)
        self._nodes[last] = replace(node, weights=weights)


def _other(key: str, length: int) -> FlopcountError:
    had = plural(length, "layer")
    return FlopcountError(f"the shared {key} has not the {had} here that it has at its first use")


def _any_width(op: Op) -> Op:
    return op if width_of(op) is None else with_width(op, 1)


def is_one_layer(spec: Spec, find: Callable[[Term], Reused | None]) -> bool:
    """Whether a chain is one layer alone, which may be one that is shared."""
    while len(spec) == 1:
        if isinstance(spec[0], Layer):
            return True
        reused = find(spec[0])
        spec = reused.spec if reused else ()
    return False
