"""A jaxpr → our graph, equation after equation: what each is, what it reads, where it stands."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import jax

from ....core import Network, Scope
from ....core.ops.tensors import Elementwise, Move, Reduction, Running, in_loop
from ....records import replace
from ....sizes import Shape, Size, product
from ...models import graph as models
from ...models.graph import Scopes
from ...models.operands import Made, Operand
from ..primitives import CREATED, INLINED, PASSED, Priced, Viewed, made_of
from ..values import Step, Value
from . import control
from .biases import Layer, turned, with_bias
from .liveness import live_of, uses_of
from .program import Leaf, Program
from .scopes import way_of

Env = dict[Any, Value]
_CONTRACT = ("matmul", "dense")


class Loop(NamedTuple):
    """A loop that what is added stands in: its rounds, and the parameters with a part for each."""

    times: Size
    stacked: frozenset[str]


class Graph(models.Graph):
    """A graph as it grows; `size` makes of a dimension of JAX's a size of ours."""

    def __init__(self, program: Program, size: Callable[[Any], Size] = int) -> None:
        self.program = program
        self.size = size
        self.loops: list[Loop] = []
        self.arrays: dict[str, Any] = {}  # those that it closes over, by their names
        self.shapes: dict[str, Shape] = {}  # of each port
        self.notes: list[str] = []
        self.ran: list[str] = []  # where a loop is, and how often its body runs
        self.multiplies: Size = 0  # of what was added, to compare branches by
        self.layers: dict[str, Layer] = {}  # by what they put out, those that may take a bias
        avals = program.jaxpr.in_avals
        held = {
            leaf.name: models.Held(self.shape(aval), leaf.scope, leaf.is_parameter, leaf.letter)
            for leaf, aval in zip(program.leaves, avals, strict=True)
            if isinstance(leaf, Leaf)
        }
        super().__init__(held)

    def network(self) -> Network:
        """The network of the program."""
        closed = self.program.jaxpr
        inputs, values = {}, []
        for leaf, aval in zip(self.program.leaves, closed.in_avals, strict=True):
            shape = self.shape(aval)
            if isinstance(leaf, Leaf):
                operand = Operand(shape, held=leaf.name, is_parameter=leaf.is_parameter)
            else:
                operand = Operand(shape, port=leaf)
                inputs[leaf] = self.shapes[leaf] = shape
            values.append(Value(operand, shape))
        results = self.closed(closed, values, ())
        named = zip(self.program.outputs, results, strict=True)
        outputs = {key: value.operand.port for key, value in named}
        there = {key: at for key, at in outputs.items() if at is not None}
        network = self.finished(inputs, there, {"name": "jax", "jax": jax.__version__})
        return replace(network, notes=tuple(dict.fromkeys([*self.notes, *self.said_of_loops()])))

    def said_of_loops(self) -> list[str]:
        """What is to be said of loops whose length is known."""
        texts = list(dict.fromkeys(self.ran))
        more = f" and {len(texts) - 4} more" if len(texts) > 4 else ""
        said = f"a loop's body counts as often as it runs: {', '.join(texts[:4])}{more}"
        return [said] if texts else []

    def shape(self, aval: Any) -> Shape:
        """The shape of an abstract value; of a token none."""
        return tuple([self.size(n) for n in getattr(aval, "shape", ())])

    def closed(
        self,
        closed: Any,
        values: Sequence[Value],
        scope: Scopes,
        needed: Sequence[bool] | None = None,
    ) -> list[Value]:
        """Add what a jaxpr with its constants computes of some values; gives what comes out."""
        jaxpr = getattr(closed, "jaxpr", closed)
        env: Env = {}
        for variable, array in zip(jaxpr.constvars, getattr(closed, "consts", ()), strict=False):
            env[variable] = self.captured(array)
        env.update(zip(jaxpr.invars, values, strict=True))
        live = live_of(jaxpr, needed)
        uses = uses_of(jaxpr)
        for number, equation in enumerate(jaxpr.eqns):
            if number in live:
                read = [self.read(env, uses, one) for one in equation.invars]
                wanted = [one in live[number] for one in equation.outvars]
                outputs = self.add(equation, read, scope, wanted)
                env.update(zip(equation.outvars, outputs, strict=True))
        return [self.read(env, uses, one) for one in jaxpr.outvars]

    def read(self, env: Env, uses: Mapping[Any, int], one: Any) -> Value:
        """What a variable, or a number that is written out, stands for."""
        if hasattr(one, "val"):
            shape = self.shape(one.aval)
            if prod(map(int, getattr(one.val, "shape", ()))) == 1:
                return Value(Operand(shape), shape, plain(one.val))
            return self.captured(one.val)
        return env[one]._replace(single=uses.get(one, 0) == 1) if one in env else _nothing(one)

    def captured(self, array: Any) -> Value:
        """An array that the function closes over: a parameter, if its numbers are real ones."""
        shape = self.shape(array)
        kind = str(getattr(array, "dtype", ""))
        if not kind.startswith(("float", "bfloat")) or not shape:
            known = not shape and kind.startswith(("int", "uint", "float", "bool"))
            return Value(Operand(shape), shape, plain(array) if known else None)
        met = {id(held): key for key, held in self.arrays.items()}
        key = met.get(id(array)) or self.program.named.get(id(array)) or f"const{len(met)}"
        if key not in self.held:
            way = tuple(key.split("/")[:-1])
            kinds = self.program.kinds
            scope = tuple(Scope(name, kinds.get(way[: n + 1], "")) for n, name in enumerate(way))
            self.held = {**self.held, key: models.Held(shape, scope)}
        self.arrays[key] = array
        is_parameter = self.held[key].is_parameter
        return Value(Operand(shape, held=key, is_parameter=is_parameter), shape)

    def add(
        self, equation: Any, values: Sequence[Value], above: Scopes, wanted: Sequence[bool]
    ) -> list[Value]:
        """Add what an equation is: an inner jaxpr, a view, a constant, or a node."""
        name, params = equation.primitive.name, equation.params
        for value in values:
            if not value.single:  # what several read is no layer's that takes a bias behind it
                self.layers.pop(str(value.operand.port), None)
        scope = self.scope(equation, above)
        if name in control.CONTROL:
            return control.CONTROL[name](self, params, list(values), scope)
        if name in INLINED:
            inner = next(params[key] for key in INLINED[name] if key in params)
            return self.closed(inner, values, scope, wanted)
        outputs = tuple([self.shape(one.aval) for one in equation.outvars])
        if name in CREATED or not outputs:
            return [Value(Operand(shape), shape) for shape in outputs]
        if name in PASSED:
            return [replace_shape(v, shape) for v, shape in zip(values, outputs, strict=False)]
        dtypes, made = map(_dtypes, (equation.invars, equation.outvars))
        whole = all(kind.startswith(("int", "uint", "bool")) for kind in made)
        step = Step(name, tuple(values), params, outputs, dtypes, self.size, whole)
        return self.step(step, scope)

    def step(self, step: Step, scope: Scopes) -> list[Value]:
        """Add a primitive: a layer's bias, a view, a constant, or a node.

        Whole numbers that are made of constants alone, such as places and masks, are constants:
        they are known when a program is compiled.
        """
        if step.name in ("add", "add_any") and (biased := with_bias(self, step)):
            return [biased]
        made = made_of(step)
        if isinstance(made, Viewed):
            found = [self.viewed(value) for value in made.values]
            turned(self, step, found[0])
            return found
        known = (Move, Elementwise, Reduction, Running) if step.whole else Move
        constant = all(value.operand.is_constant for value in step.values)
        if constant and (isinstance(made.made.op, known) or not any(step.outputs)):
            return [Value(Operand(shape), shape) for shape in step.outputs]
        return self.priced(scope, made, step.outputs)

    def priced(self, scope: Scopes, made: Priced, outputs: tuple[Shape, ...]) -> list[Value]:
        """Add a node; gives what it puts out."""
        shapes = made.outputs or outputs
        path = self.put(scope, made.made, shapes)
        place = len(self.nodes) - 1
        found = [self.result(path, number, shape) for number, shape in enumerate(shapes)]
        if shapes[0] != outputs[0]:
            found = [self.viewed(found[0].seen(outputs[0]))]
        if made.channels:
            self.layers[str(found[0].operand.port)] = Layer(place, made.channels)
        return found

    def viewed(self, value: Value) -> Value:
        """A value under another shape: of a port, its view."""
        operand = value.operand
        return value._replace(operand=self.seen(operand)) if operand.port else value

    def put(self, scope: Scopes, made: Made, outputs: Sequence[Shape]) -> str:
        """Add a node, in the loops that it stands in."""
        op, shapes = made.op, tuple(outputs)
        made = replace(made, reads=tuple(map(self.at_its_shape, made.reads)))
        for loop in reversed(self.loops):
            own = "".join(c for c, o in made.weights.items() if o.held in loop.stacked)
            op = in_loop(op, loop.times, own)
            shapes = tuple((loop.times, *shape) for shape in shapes)
        self.multiplies += self.multiplied(made)
        return self.node(scope, "operator", replace(made, op=op), shapes)

    def at_its_shape(self, operand: Operand) -> Operand:
        """What is read of a port under another shape than it has is a view of it."""
        known = self.shapes.get(str(operand.port), operand.shape)
        return operand if known == operand.shape else self.seen(operand)

    def seen(self, value: Operand) -> Operand:
        """A value of a port under another shape."""
        found = super().seen(value)
        self.shapes[str(found.port)] = value.shape
        return found

    def multiplied(self, made: Made) -> Size:
        """The multiplies of an op in the loops that it stands in."""
        if not hasattr(made.op, "window") and made.op.word not in _CONTRACT:
            return 0
        shown = models.missing(made)  # constants whose shape the op needs
        inputs = [o.shape for n, o in enumerate(made.reads) if not o.is_constant or n in shown]
        rounds = product(loop.times for loop in self.loops)
        nests = made.op.nests(*inputs).nests
        return sum(nest.lines() * rounds for nest in nests if nest.contracts)

    def result(self, path: str, number: int, shape: Shape) -> Value:
        """One of what a node puts out: in a loop, of one round."""
        if not self.loops:
            operand = self.output(path, number, shape)
            self.shapes[str(operand.port)] = shape
            return Value(operand, shape)
        all_rounds = (*(loop.times for loop in self.loops), *shape)
        port = self.output(path, number, all_rounds).port
        return Value(self.seen(Operand(shape, port=port)), shape)

    def scope(self, equation: Any, above: Scopes) -> Scopes:
        """The way to the module that an equation stands in."""
        way = self.program.ways(way_of(equation, tuple(step.name for step in above)))
        kinds = self.program.kinds
        return tuple(Scope(name, kinds.get(way[: n + 1], "")) for n, name in enumerate(way))


def plain(value: Any) -> int | float | bool | None:
    """A number of JAX's or NumPy's as Python's own; None of what is none."""
    number = getattr(value, "item", lambda: value)()
    for kind in (bool, int, float):
        if isinstance(number, kind):
            return kind(number)
    return None


def _dtypes(variables: Sequence[Any]) -> tuple[str, ...]:
    """The types of some variables by name, empty where one has none."""
    return tuple(str(getattr(one.aval, "dtype", "")) for one in variables)


def replace_shape(value: Value, shape: Shape) -> Value:
    """A value that is passed on: as it is, but for its shape, where that differs."""
    return value if value.shape == shape else value.seen(shape)


def _nothing(one: Any) -> Value:
    """What nothing computes, since nothing reads it."""
    shape = tuple(getattr(one.aval, "shape", ()))
    return Value(Operand(shape), shape)
