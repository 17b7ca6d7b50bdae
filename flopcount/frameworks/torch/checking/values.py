"""An operation of PyTorch's on small tensors, beside the nests of our op, run literally.

What both put out is compared, and the counts of the op with what the lines did.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from ....core import Op, Row
from ....core.ops.tensors import DeformConv, FirstUpsample, GridSample, RoiAlign, Scatter, Unknown
from ....errors import FlopcountError
from ... import literal
from ...models.beside import (
    MOST_LINES,
    TOLERANCE,
    chosen,
    difference,
    free,
    grouped,
    lines_of,
    miscounted,
    moved,
    named,
    row_of,
)
from ...models.operands import Made, Operand
from ..operations import RECURRENT, layers, made_of
from ..operations.arguments import Arguments
from ..run.trace import tensors_in
from .nest_inputs import gates, known_beforehand

COARSE = 2e-2  # of numbers of 16 bits
_FLOAT = torch.float64


class Beside(NamedTuple):
    """What came of it: what differs ("" where nothing does), and how many lines were run.

    An operation whose numbers are only moved has run none; of one that nobody priced, `skipped`
    says so. `finite`: whether all that PyTorch puts out is a number.
    """

    made: Made
    differs: str = ""
    lines: int = 0
    skipped: str = ""
    finite: bool = True
    is_shape_alone: bool = False


class TooLargeError(FlopcountError):
    """More lines than are run."""


def overload(name: str, arguments: Mapping[str, Any]) -> Any:
    """The operation of a name (``aten.add``) that takes arguments of these names, and types.

    Raises `FlopcountError` where there is none.
    """
    space, _, own = name.partition(".")
    if name in RECURRENT:
        return getattr(torch.ops.aten, own).input
    packet = getattr(getattr(torch.ops, space), own)
    for key in packet.overloads():
        found = getattr(packet, key)
        taken = {argument.name: argument for argument in found._schema.arguments}
        if set(taken) != set(arguments):
            continue
        tensors = {k for k, a in taken.items() if str(a.type).startswith("Tensor")}
        given = {k for k, v in arguments.items() if isinstance(v, torch.Tensor)}
        optional = {k for k, a in taken.items() if "Optional[Tensor]" in str(a.type)}
        if tensors <= given <= tensors | optional:
            return found
    raise FlopcountError(f"{name} has no form that takes {', '.join(arguments)}")


def beside(  # noqa: PLR0911  one for each way of comparing
    name: str,
    function: Any,
    bound: Mapping[str, Any],
    held: frozenset[str] = frozenset(),
    device: str = "cpu",
) -> Beside:
    """Call an operation with these arguments, by name, and run the nests of what it is read as.

    `held` names the arguments that are parameters; a matrix among them whose axes are exchanged
    is held the other way round. PyTorch runs on the `device`. Raises `TooLargeError` for more
    than `MOST_LINES`, and what the operation does.
    """
    arrays: dict[str, Any] = {}
    bound = {**bound, **_states(name, bound)}
    operands = {key: _operands(key, value, held, arrays) for key, value in bound.items()}
    given = {key: _copied(value, device) for key, value in bound.items()}

    def call(others: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
        taken = {key: _copied(value, device) for key, value in {**given, **(others or {})}.items()}
        if name in RECURRENT and not function._schema.name.endswith("lstm"):
            (taken["hx"],) = taken["hx"]  # of all but an LSTM there is one
        with torch.no_grad():
            return tuple(tensors_in(function(**taken)))

    outputs = call()
    shapes = tuple(tuple(map(int, t.shape)) for t in outputs)
    arguments = Arguments(name, operands, shapes)
    theirs = numbers(PLACES[name](given) if name in PLACES else outputs[0])
    finite = bool(np.isfinite(theirs).all())
    if name in RECURRENT:
        return Beside(*_layer_by_layer(arguments, arrays, theirs), finite=finite)
    made = made_of(arguments)
    if isinstance(made.op, Unknown):
        return Beside(made, skipped="no rule")
    row = row_of(made)
    if row.held.outputs[: len(shapes)] != shapes[: len(row.held.outputs)]:
        return Beside(made, f"puts out {row.held.outputs}, PyTorch {shapes}")
    if not row.work.nests:
        drawn = made.op.word == "sample" or not outputs[0].is_floating_point()
        said = "" if drawn else moved(arrays.values(), theirs)
        return Beside(made, said, finite=finite)
    if _is_shape_alone(made.op):
        return Beside(made, finite=finite, is_shape_alone=True)
    if isinstance(made.op, Scatter):
        said = _scattered(row, function, given, call, theirs)
        return Beside(made, said or miscounted(row), finite=finite)
    tensors = named(made, row, arrays)
    first = given[_first(given)] if _first(given) else None
    tensors |= known_beforehand(row, free(row), first, lambda x: call({_first(given): x})[0])
    ours, lines = _run(row, tensors, chosen(made, row, arrays) or grouped(row, arrays))
    near = COARSE if outputs[0].dtype in (torch.bfloat16, torch.float16) else TOLERANCE
    return Beside(made, difference(ours, theirs, near) or miscounted(row), lines, finite=finite)


def _states(name: str, bound: Mapping[str, Any]) -> dict[str, Any]:
    """The states of a recurrence as a list, whether there is one or two."""
    if name not in RECURRENT or isinstance(bound["hx"], list | tuple):
        return {}
    return {"hx": [bound["hx"]]}


# What chooses by numbers worked out on the way: of these the shape alone is compared.
def _is_shape_alone(op: Op) -> bool:
    sampled = isinstance(op, GridSample | RoiAlign | DeformConv)
    return sampled or (isinstance(op, FirstUpsample) and op.smooth)


# What puts out places instead of the numbers there: by its name, the numbers.
PLACES: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "aten.argmax": lambda a: _largest(a["self"], a["dim"], keep=a["keepdim"]),
    "aten.argmin": lambda a: -_largest(-a["self"], a["dim"], keep=a["keepdim"]),
}


def _largest(x: Any, axis: int | None, *, keep: bool) -> Any:
    """The largest number along an axis, or of all."""
    return x.amax(() if axis is None else axis, keepdim=keep)


def numbers(tensor: Any) -> Any:
    """A tensor as an array; a complex number as two."""
    tensor = torch.view_as_real(tensor) if tensor.is_complex() else tensor
    return tensor.detach().to("cpu", _FLOAT).numpy()


def _run(row: Row, tensors: Mapping[str, Any], indices: Any = None) -> tuple[Any, int]:
    """What a row's nests put out, and how many lines they took. Raises `TooLargeError`."""
    if lines_of(row) > MOST_LINES:
        raise TooLargeError(f"its nests take {lines_of(row):,} lines")
    with np.errstate(all="ignore"):
        ours, ran = literal.run_all(row.work.nests, tensors, chosen=indices)
    return np.asarray(ours, float), sum(done.all_lines for done in ran)


def _layer_by_layer(
    arguments: Arguments, arrays: dict[str, Any], theirs: Any
) -> tuple[Made, str, int]:
    """A recurrence of several layers and directions, each run on what the one before put out."""
    steps = layers(arguments)
    made = next(steps)
    said, lines, ran = "", 0, 0
    for place in range(MOST_LINES):
        row = row_of(made)
        key = f"layer.{place}"
        if row.work.nests:
            ours, took = _run(row, gates(made, row, arrays, RECURRENT[arguments.name][1], ran))
            said, lines, ran = said or miscounted(row), lines + took, ran + 1
        else:
            ours = np.concatenate([arrays[str(o.port)] for o in made.reads], -1)
        arrays[key] = ours.reshape(tuple(map(int, row.output)))
        try:
            made = steps.send(Operand(row.output, port=key))
        except StopIteration:
            break
    return made, difference(arrays[key], theirs) or said, lines


def _operands(key: str, value: Any, held: frozenset[str], arrays: dict[str, Any]) -> Any:
    """An argument, its tensors as operands, the numbers of each written down by its key."""
    if isinstance(value, list | tuple):
        return [_operands(f"{key}.{n}", part, held, arrays) for n, part in enumerate(value)]
    if not isinstance(value, torch.Tensor):
        return value
    shape = tuple(map(int, value.shape))
    arrays[key] = numbers(value).copy()
    if key.partition(".")[0] not in held:
        return Operand(shape, port=key)
    order = tuple(sorted(range(value.dim()), key=lambda axis: -int(value.stride()[axis])))
    return Operand(shape, held=key, is_parameter=True, order=order)


def _copied(value: Any, device: str) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to(device, copy=True)
    return [_copied(part, device) for part in value] if isinstance(value, list | tuple) else value


def _first(bound: Mapping[str, Any]) -> str:
    """The name of the first tensor; "" where there is none but in lists."""
    return next((key for key, value in bound.items() if isinstance(value, torch.Tensor)), "")


def _scattered(row: Row, function: Any, given: Mapping[str, Any], call: Any, theirs: Any) -> str:
    """What is added at places that the data says: where, is seen from adding one number alone."""
    source = next(key for key in ("src", "source", "values") if key in given)
    empty = torch.zeros_like(given["self"])
    places: list[int] = []
    reached: list[float] = []
    probe = {"reduce": "amax" if "index" in function._schema.name else "sum"}
    settings = {key: probe[key] for key in probe if key in given}
    for one in torch.eye(given[source].numel(), dtype=_FLOAT).to(given[source]):
        (added,) = call({"self": empty, source: one.reshape(given[source].shape), **settings})
        places.append(int(added.abs().argmax()))
        reached.append(float(added.abs().max()))
    tensors = {"y": numbers(given["self"]), "s": numbers(given[source]).ravel() * reached}
    ours, _ = _run(row, tensors, {"v": (["n"], np.array(places))})
    return difference(ours, theirs)


def random_tensor(shape: Any, dtype: str = "float", *, seed: int = 0, most: int = 2) -> Any:
    """A tensor with random numbers; whole ones from 0 to below `most`."""
    maker = torch.Generator().manual_seed(seed)
    if dtype.startswith(("int", "uint", "long")):
        return torch.randint(0, most, tuple(shape), generator=maker)
    if dtype == "bool":
        return torch.rand(tuple(shape), generator=maker) > 0.5
    return torch.randn(tuple(shape), generator=maker, dtype=_FLOAT)
