"""What a network's layers would call, where nobody watched it run: each as torch.nn has it.

A layer that torch.nn has a module for is that module; sums and products are operators. What a table
does not say (batch norm in training, in place) is as `Assumed` has it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ...core import Row
from ...errors import at
from ..call import DISPATCHED, FUNCTION, MODULE, OPERATOR, Call
from ..kinds import KINDS, Names
from .flow import Flow, Layer
from .parts import Part, parts_of
from .read import Read
from .words import FUNCTIONAL, IN_PLACE, bases_of


class Assumed(NamedTuple):
    """What a table does not say: each is false where nobody says otherwise.

    `functions`: activations, pools and softmax are called as functions, and attention as dense
    layers and one function. `in_place`: an activation, a sum writes over what it reads.
    """

    functions: bool = False
    in_place: bool = False

    @property
    def says(self) -> str:
        """A sentence on what is assumed."""
        modules = "each layer as the module that torch.nn has for it"
        if self.functions:
            modules = (
                "each layer with weights as torch.nn's module, activations, pools, softmax and "
                "attention as functions"
            )
        place = "in place" if self.in_place else "not in place"
        return f"{modules}, + and * as operators, in evaluation, without gradients, {place}"


_NOTHING = Assumed()


def calls_of_layers(
    rows: Iterable[Row], assumed: Assumed = _NOTHING, batch: int | None = 1
) -> tuple[Call, ...]:
    """What the layers of a network call, each at every level, in order, with their facts.

    The shapes of `rows` are of one sample, and facts are of `batch` of them; where that is None,
    the shapes have the batch in them, as those of a model. Raises `FlopcountError` for a size
    with a name in it.
    """
    layers = []
    for row in rows:
        with at(row.node.path):
            read = Read(row, batch)
            layers.append(Layer(row, read, [*parts_of(read, as_module=not assumed.functions)]))
    flow = Flow(layers)
    calls: list[Call] = []
    for layer in layers:
        for part in flow.through(layer):
            calls += _levels(part, layer, assumed, len(calls))
    last = next((n for n in range(len(calls) - 1, -1, -1) if calls[n].level == OPERATOR), None)
    if last is not None:  # what is held and read by no layer that computes
        facts = calls[last].facts
        more = {name: facts[name] + held for name, held in flow.unread.items()}
        calls[last] = calls[last]._replace(facts={**facts, **more})
    return tuple(calls)


def _levels(part: Part, layer: Layer, assumed: Assumed, number: int) -> Iterator[Call]:
    """A call at each level that the kind has a name at, each within the one before."""
    bare = part.bare or (assumed.functions and part.kind in FUNCTIONAL)
    names = _names(part, bare=bare)
    in_place = "_" if assumed.in_place and part.kind in IN_PLACE else ""
    axes, within = str(part.facts.get("axes", layer.read.axes)), -1
    for level in (MODULE, FUNCTION, OPERATOR, DISPATCHED):
        if part.parts and level == OPERATOR:
            for one in part.parts:
                for call in _operators(one, layer, assumed, number, within):
                    yield call
                    number += 1
            return
        known = getattr(names, level)
        if not known or (level == MODULE and bare):
            continue
        pattern = _name(known, level, part)
        name = pattern.replace("{}", axes)
        more = _OWN[level](part) if level in _OWN else {}
        facts = {**more, **part.facts, **({} if level in _OWN else _operator(part))}
        if level == DISPATCHED and name == _STEP and "steps" in part.facts:
            for own in _steps(part):
                yield Call(level, name, part.kind, layer.row.node.path, within, own)
            return
        if level in (OPERATOR, DISPATCHED):
            name += in_place
        bases = bases_of(pattern, axes) if level == MODULE else ()
        yield Call(level, name, part.kind, layer.row.node.path, within, facts, bases)
        within, number = number, number + 1


def _module(part: Part) -> dict[str, int]:
    """What a module has: its parameters are called weight and bias, or longer names with these."""
    params = part.facts.get("params", 0)
    longer = "steps" in part.facts or bool(part.parts)
    return {"leaf": 1, "named": 0 if longer else params, "named_like": params if longer else 0}


_OWN: dict[str, Callable[[Part], dict[str, int]]] = {
    MODULE: _module,
    FUNCTION: lambda _: {},
}


def _operator(part: Part) -> dict[str, int]:
    """What an operator has otherwise: a kernel for each axis, and where the largest ones were."""
    facts = part.facts
    own = {"kernel_given": facts["kernel"]} if "kernel_given" in facts else {}
    twice = {"outs": 2 * facts["out"]} if part.kind == "adaptive max pool" else {}
    return own | twice


def _steps(part: Part) -> Iterator[dict[str, int]]:
    """The products of a recurrence, a direction's: of all that comes in, then of each state."""
    facts = part.facts
    ways, rows, samples = facts["directions"], facts["rows"], facts["samples"]
    width, hidden = facts["channels_in"], facts["hidden"]
    wide = facts["macs"] // (ways * rows * (width + hidden))  # all gates
    for _ in range(ways):
        for step in range(-1, facts["steps"]):
            many, read = (rows, width) if step < 0 else (samples, hidden)
            put = many * wide
            reached = facts["chained"] if step < 0 else min(step, 1)
            own = {
                "in": many * read,
                "ins": many * read,
                "first": many * read,
                "params": read * wide,
            }
            own |= {"out": put, "outs": put, "rows": many, "bias": put * facts["biased"]}
            own |= {"channels_in": read, "channels_out": wide, "gradients": 1 + reached}
            yield {**facts, **own, "macs": put * read, "inside": put * read, "chained": reached}


def _operators(
    part: Part, layer: Layer, assumed: Assumed, number: int, within: int
) -> Iterator[Call]:
    """The operator that a function calls, and what is dispatched for it: no function of its own."""
    for call in _levels(part._replace(bare=True), layer, assumed, 0):
        if call.level in (OPERATOR, DISPATCHED):
            yield call._replace(within=within if call.level == OPERATOR else number)


# What torch does otherwise than the first names of a kind have it: by its module, and dispatched.
_MODULES = {
    "ReLU6": Names(("ReLU6",), ("F.hardtanh",), ("hardtanh",), ("hardtanh",)),
    "Sigmoid": Names(("Sigmoid",), ("torch.sigmoid",), ("sigmoid",), ("sigmoid",)),
    "Tanh": Names(("Tanh",), ("torch.tanh",), ("tanh",), ("tanh",)),
    "split": Names((), ("torch.chunk",), ("chunk",), ("split",)),  # in equal parts
}
_STEP = "addmm"  # what a recurrence is dispatched as where it has no kernel of its own
_RESAMPLED = {"linear": ("linear", "bilinear", "trilinear"), "cubic": ("", "bicubic", "")}


def _names(part: Part, *, bare: bool) -> Names:
    """What a kind is called at each level; one without names is an operator of its own."""
    names = KINDS.get(part.kind) or Names()
    if part.kind in _MODULES and not bare:
        names = _MODULES[part.kind]
    if not names.operator and not part.parts:
        own = (part.kind.replace(" ", "_"),)
        names = names._replace(operator=own, dispatched=own)
    if not names.dispatched:
        names = names._replace(dispatched=(_STEP,) if "steps" in part.facts else names.operator)
    return names


def _name(known: tuple[str, ...], level: str, part: Part) -> str:
    """Which of several names: the first, but where the sizes say otherwise."""
    facts = part.facts
    if level == DISPATCHED and part.kind == "dense" and not facts["biased"]:
        return "mm"
    if level == DISPATCHED and part.kind == "adaptive average pool" and facts["positions"] == 1:
        return "mean"
    if level in (OPERATOR, DISPATCHED) and part.kind == "upsampling":
        for way, names in _RESAMPLED.items():
            if facts[way]:
                return f"upsample_{names[facts['axes'] - 1]}{{}}d"
    return known[0]
