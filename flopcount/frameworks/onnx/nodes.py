"""What a graph of ONNX has so far, and how what a rule made of a node gets into it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ...core import Node, Op, Port
from ...core.ops.tensors import in_loop
from ...errors import FlopcountError
from ...records import replace
from ...sizes import Shape, Size, differ, product
from ..models import graph as models
from ..models.operands import Made, Operand
from .operations.table import STEP, Computed, Listed, Several, Viewed
from .scopes import Scopes
from .values import Value, known
from .weights import Keys, is_parameter

MOST_DEPTH = 40  # of blocks and functions, one in the other
MOST_NAMED = 3  # of the blocks that a note speaks of


class Grown(set[str]):
    """A set that knows in what order it grew."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def add(self, one: str) -> None:
        """Add one, unless it is there."""
        if one not in self:
            super().add(one)
            self.order.append(one)

    def update(self, *others: Iterable[str]) -> None:
        """Add several."""
        for other in others:
            for one in other:
                self.add(one)

    def without(self, size: int) -> list[str]:
        """Take out what came after so many."""
        gone = self.order[size:]
        del self.order[size:]
        self.difference_update(gone)
        return gone


class Mark(NamedTuple):
    """How much there is of everything at some time."""

    nodes: int
    ops: int
    notes: int
    used: int
    parameters: int
    views: int
    held: int


class Added(NamedTuple):
    """What was added since then, and taken out again."""

    nodes: list[Node]
    ops: list[tuple[Op, tuple[Shape, ...]]]
    notes: list[tuple[str, str]]
    used: list[str]
    parameters: list[str]
    views: dict[Port, Shape]
    held: dict[str, models.Held]


class Nodes(models.Graph):
    """The nodes so far, where the next one stands, and how often it runs."""

    def __init__(self, hints: Mapping[str, int]) -> None:
        super().__init__({})
        self.settings: set[str] = set()  # names of floats that say what a node does
        self.held: dict[str, models.Held] = {}
        self.keys = Keys()
        self.hints = hints
        self.scope: Scopes = ()  # of the node that is being added
        self.around: Scopes = ()  # of the functions and blocks that it stands in
        self.depth = 0
        self.times: Size = 1  # how often the block runs that it stands in
        self.used: Grown = Grown()
        self.parameters: Grown = Grown()
        self.ops: list[tuple[Op, tuple[Shape, ...]]] = []  # with what they read
        self.fitted: set[Any] = set()  # layers, by what they read, whose weights have its sizes
        self.notes: list[tuple[str, str]] = []  # what is said of blocks, and of which

    def told(self) -> Iterable[str]:
        """What is to be said of the reading: which blocks were taken."""
        said: dict[str, dict[str, None]] = {}
        for sentence, name in self.notes:
            said.setdefault(sentence, {})[name] = None
        return [f"{sentence}: {_some(list(names))}" for sentence, names in said.items()]

    def note(self, said: str, name: str) -> None:
        """Keep what a note says of a block, by its name."""
        self.notes.append((said, name))

    @contextmanager
    def deeper(self, around: Scopes) -> Iterator[None]:
        """The nodes of a block, or of a function, in the place of the node that is it."""
        before, self.around = self.around, around
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FlopcountError(f"blocks within blocks go deeper than {MOST_DEPTH}")
        try:
            yield
        finally:
            self.around, self.scope = before, around
            self.depth -= 1

    def mark(self) -> Mark:
        """How far it is, to go back to."""
        return Mark(
            len(self.nodes),
            len(self.ops),
            len(self.notes),
            len(self.used.order),
            len(self.parameters.order),
            len(self.views),
            len(self.held),
        )

    def back(self, mark: Mark) -> Added:
        """Go back, and what was there beyond."""
        added = Added(
            self.nodes[mark.nodes :],
            self.ops[mark.ops :],
            self.notes[mark.notes :],
            self.used.without(mark.used),
            self.parameters.without(mark.parameters),
            _last(self.views, mark.views),
            _last(self.held, mark.held),
        )
        del self.nodes[mark.nodes :], self.ops[mark.ops :], self.notes[mark.notes :]
        return added

    def again(self, added: Added) -> None:
        """Put back what was taken out."""
        self.nodes += added.nodes
        self.ops += added.ops
        self.notes += added.notes
        self.used.update(added.used)
        self.parameters.update(added.parameters)
        self.views |= added.views
        self.held |= added.held

    def cost(self, mark: Mark) -> Size:
        """The multiplies of what was added since then."""
        total: Size = 0
        for op, inputs in self.ops[mark.ops :]:
            for nest in op.nests(*inputs).nests:
                if nest.contracts:
                    total = total + nest.lines() * nest.form.operations["multiplies"]
        return total

    def holds(self, name: str, value: Value, as_weights: set[str], *where: Any) -> Value:
        """A constant of the file's, a graph's or a node's in it: a parameter, where it is one."""
        is_weight = is_parameter(value.shape, value.dtype, as_weights=name in as_weights)
        if name in self.settings or not is_weight:
            return value
        key = self.keys.key(name, *where)
        self.held.setdefault(key, models.Held(value.shape))
        operand = Operand(value.shape, held=key, is_parameter=True)
        return value._replace(operand=operand)

    def made(self, result: Any, types: Sequence[str]) -> list[Value]:
        """What comes out, by what a rule made of a node."""
        if isinstance(result, Made):
            return self.values(self.put(result), types)
        if isinstance(result, Several):
            return self.several(result, types)
        if isinstance(result, tuple) and not isinstance(result, Value):
            kinds = (*types, *["float32"] * len(result))
            return [self.value(one, kind) for one, kind in zip(result, kinds, strict=False)]
        return [self.value(result, types[0] if types else "float32")]

    def value(self, result: Any, dtype: str) -> Value:
        """What comes out without a node."""
        if isinstance(result, Value):
            return result
        if isinstance(result, Listed):
            return Value(Operand(()), dtype, items=result.items)
        if isinstance(result, Computed):
            numbers = known(result.shape, result.numbers)
            return Value(Operand(result.shape), result.dtype or dtype, numbers)
        if isinstance(result, Operand):
            return Value(result, dtype)
        if not isinstance(result, Viewed):
            raise TypeError(f"a rule gave {type(result).__name__}")
        source = result.source
        order = result.order if source.held and source.port is None else ()
        same = result.shape == source.shape
        value = source._replace(
            shape=result.shape, whole=source.whole and result.whole, order=order
        )
        if source.port is not None and not same:
            value = self.seen(value)
        return Value(value, result.dtype or dtype, known(result.shape, result.numbers))

    def several(self, several: Several, types: Sequence[str]) -> list[Value]:
        """Several nodes, each of which may read those before it."""
        put: list[list[Operand]] = []

        def step(operand: Operand) -> Operand:
            if operand.port is None or not operand.port.startswith(STEP):
                return operand
            number, _, output = operand.port.removeprefix(STEP).partition(":")
            of = put[int(number)][int(output or 0)]
            return of if of.shape == operand.shape else self.seen(of._replace(shape=operand.shape))

        for made in several.steps:
            reads = tuple(map(step, made.reads))
            weights = {capital: step(operand) for capital, operand in made.weights.items()}
            put.append(self.put(replace(made, reads=reads, weights=weights)))
        values = []
        for result, dtype in zip(several.results, types, strict=False):
            if result is None:
                break
            if isinstance(result, int):
                values += self.values(put[result][:1], [dtype])
                continue
            if isinstance(result, Operand):
                result = step(result)  # noqa: PLW2901
            elif isinstance(result, Viewed):
                result = replace(result, source=step(result.source))  # noqa: PLW2901
            elif isinstance(result, Listed):
                items = [one._replace(operand=step(one.operand)) for one in result.items]
                result = Listed(tuple(items))  # noqa: PLW2901
            values.append(self.value(result, dtype))
        return values

    def values(self, operands: Sequence[Operand], types: Sequence[str]) -> list[Value]:
        """Operands with their types."""
        last = types[-1] if types else "float32"
        return [
            Value(operand, types[place] if place < len(types) else last)
            for place, operand in enumerate(operands)
        ]

    def put(self, made: Made) -> list[Operand]:
        """Add a node; what it puts out, of one that runs often in one of its rounds."""
        made = self.with_constants(self.scope, "operator", made)
        shapes = self.given.shapes(made)
        inputs = tuple(operand.shape for operand in made.reads if not operand.is_constant)
        self.fit(made, inputs)
        self.ops.append((made.op, inputs))
        if type(self.times) is int and self.times == 1:
            path = self.node(self.scope, "operator", made)
            return [self.output(path, number, shape) for number, shape in enumerate(shapes)]
        path = self.node(self.scope, "operator", replace(made, op=in_loop(made.op, self.times)))
        return [
            self.seen(self.output(path, n, (self.times, *shape))._replace(shape=shape))
            for n, shape in enumerate(shapes)
        ]

    def fit(self, made: Made, inputs: tuple[Shape, ...]) -> None:
        """Raise `FlopcountError` where the weights have other sizes than what comes in takes."""
        held = {capital: operand.held for capital, operand in made.weights.items()}
        key = (made.op, inputs, *held.values())
        if not held or key in self.fitted:
            return
        taken: dict[tuple[str, str], Size] = {}  # by name and kind: of gates it is all of them
        for capital, size in made.op.nests(*inputs).parameters.items():
            name = held.get(capital) or held.get(capital[0])
            if name:
                taken[name, capital[0]] = taken.get((name, capital[0]), 0) + size
        for (name, _), size in taken.items():
            shape = self.held[name].shape
            if differ(size, product(shape)):
                sizes = "×".join(map(str, shape))
                raise FlopcountError(
                    f"its weights {name} are {sizes}, and what comes in takes {size}"
                )
        self.fitted.add(key)

    def parameter(self, key: str) -> Port:
        """The port of a parameter; its node stands where it is read first."""
        if key not in self.parameters:
            self.held[key] = self.held[key]._replace(scope=self.scope)
        return super().parameter(key)


def _last(of: dict[Any, Any], size: int) -> dict[Any, Any]:
    """Take what came after so many out of a dict."""
    gone = [of.popitem() for _ in range(len(of) - size)]
    return dict(reversed(gone))


def _some(names: Sequence[str]) -> str:
    """The first names of several."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
