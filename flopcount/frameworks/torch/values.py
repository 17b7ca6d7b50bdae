"""An operation of PyTorch's on small tensors, beside the nests of our op, run literally.

What both put out is compared, and the counts of the op with what the lines did.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from ...core import Network, Row, walk
from ...core.ops.tensors import Move, Unknown
from ...errors import FlopcountError
from ...sizes import product
from .. import literal
from ..counting import counted
from .operands import Arguments, Made, Operand
from .operations import made_of
from .trace import tensors_in

TOLERANCE = 1e-4  # of the largest number: recurrences are computed in single precision
MOST_LINES = 60_000  # of one operation: about half a second
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


class TooLargeError(FlopcountError):
    """More lines than are run."""


def overload(name: str, arguments: Mapping[str, Any]) -> Any:
    """The operation of a name (``aten.add``) that takes arguments of these names, and types.

    Raises `FlopcountError` where there is none.
    """
    space, _, own = name.partition(".")
    packet = getattr(getattr(torch.ops, space), own)
    for key in packet.overloads():
        found = getattr(packet, key)
        taken = {argument.name: argument for argument in found._schema.arguments}  # noqa: SLF001
        if set(taken) != set(arguments):
            continue
        tensors = {k for k, a in taken.items() if str(a.type).startswith("Tensor")}
        given = {k for k, v in arguments.items() if isinstance(v, torch.Tensor)}
        optional = {k for k, a in taken.items() if "Optional[Tensor]" in str(a.type)}
        if tensors <= given <= tensors | optional:
            return found
    raise FlopcountError(f"{name} has no form that takes {', '.join(arguments)}")


def bound_to(function: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """The arguments of a call by name, the defaults among them."""
    schema = function._schema.arguments  # noqa: SLF001
    bound = {argument.name: argument.default_value for argument in schema}
    return bound | dict(zip(bound, args, strict=False)) | kwargs


def beside(
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
    operands = {key: _operands(key, value, held, arrays) for key, value in bound.items()}
    given = {key: _copied(value, device) for key, value in bound.items()}
    with torch.no_grad():
        outputs = tuple(tensors_in(function(**_as_passed(function, given))))
    shapes = tuple(tuple(map(int, t.shape)) for t in outputs)
    made = made_of(Arguments(name, operands, shapes))
    if isinstance(made.op, Unknown):
        return Beside(made, skipped="no rule")
    flowing = [o.shape for o in made.reads if o.port is not None or o.is_parameter]
    row = row_of(made, flowing)
    if row.held.outputs[: len(shapes)] != shapes[: len(row.held.outputs)]:
        return Beside(made, f"puts out {row.held.outputs}, PyTorch {shapes}")
    theirs = outputs[0].detach().to("cpu", _FLOAT).numpy()
    finite = bool(np.isfinite(theirs).all())
    if isinstance(made.op, Move) or not row.work.nests:
        return Beside(made, _moved(arrays.values(), theirs), finite=finite)
    if _lines(row) > MOST_LINES:
        raise TooLargeError(f"{_lines(row)} lines")
    tensors = _named(made, row, arrays)
    tensors |= _known_beforehand(row, tensors, function, given)
    chosen = _chosen(made, row, arrays)
    with np.errstate(all="ignore"):
        ours, ran = literal.run_all(row.work.nests, tensors, chosen=chosen)
    differs = difference(np.asarray(ours, float), theirs) or miscounted(row)
    return Beside(made, differs, sum(done.all_lines for done in ran), finite=finite)


def row_of(made: Made, inputs: list[Any]) -> Row:
    """An op as a row on its own. Raises `FlopcountError` where the shapes do not fit it."""
    from ...core import Node, Scope

    ports = {f"x{number}": shape for number, shape in enumerate(inputs)}
    node = Node("small", made.op, tuple(ports), (Scope("small"),))
    return walk(Network("small", (node,), ports, "small"))[0]


def _operands(key: str, value: Any, held: frozenset[str], arrays: dict[str, Any]) -> Any:
    """An argument, its tensors as operands, the numbers of each written down by its key."""
    if isinstance(value, list | tuple):
        return [_operands(f"{key}.{n}", part, held, arrays) for n, part in enumerate(value)]
    if not isinstance(value, torch.Tensor):
        return value
    shape = tuple(map(int, value.shape))
    arrays[key] = value.detach().to(_FLOAT).numpy().copy()
    if key.partition(".")[0] not in held:
        return Operand(shape, port=key)
    turned = value.dim() == 2 and not value.is_contiguous()
    return Operand(shape, held=key, is_parameter=True, turned=turned)


def _copied(value: Any, device: str) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to(device, copy=True)
    return [_copied(part, device) for part in value] if isinstance(value, list | tuple) else value


def _as_passed(function: Any, bound: Mapping[str, Any]) -> dict[str, Any]:
    """By PyTorch's own names, of which one may be Python's word: ``from``."""
    names = [argument.name for argument in function._schema.arguments]  # noqa: SLF001
    return {name: bound[name] for name in names if name in bound}


def _lines(row: Row) -> int:
    total = 0
    for nest in row.work.nests:
        loops = {*nest.form.loops, *(one for pair in nest.form.meets for one in pair.split(":"))}
        total += product([n for loop in loops for n in nest.axis(loop)])
    return int(total)


def _free(row: Row) -> list[str]:
    """What its nests read and nothing before them puts out, but for parameters, in order.

    The operands of an elementwise op (x, x1, x2, …) stand in their own order.
    """
    made = {nest.form.result.name for nest in row.work.nests if nest.serial}
    free: list[str] = []
    for nest in row.work.nests:
        for read in nest.form.reads:
            if not read.is_parameter and read.name not in made and read.name not in free:
                free.append(read.name)
        made.add(nest.form.result.name)
    numbered = {f"x{n or ''}": n for n in range(100)}
    return sorted(free, key=lambda name: numbered.get(name, 100))


def _named(made: Made, row: Row, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of what the nests read: parameters by their capitals, all else in order."""
    tensors = {}
    for capital, operand in made.weights.items():
        array = arrays[operand.held or str(operand.port)]
        tensors[capital] = array.T if operand.turned else array
    names = [name for name in _free(row) if name not in _BEFOREHAND]
    for name, operand in zip(names, made.reads, strict=False):
        tensors[name] = arrays[operand.port or operand.held]
    return tensors


_BEFOREHAND = ("n", "f")  # divisors of a mean, shares of neighbours: no input has a say in them


def _known_beforehand(
    row: Row, tensors: Mapping[str, Any], function: Any, bound: Mapping[str, Any]
) -> dict[str, Any]:
    """Divisors of a mean over a window: how many numbers PyTorch divides by."""
    if "n" not in _free(row):
        return {}
    (x,) = [value for key, value in bound.items() if isinstance(value, torch.Tensor)]
    summed = next(nest for nest in row.work.nests if nest.form.reduction)
    ones = literal.run(summed, {"x": np.ones(tensors["x"].shape)}).values
    with torch.no_grad():
        mean = function(**_as_passed(function, {**bound, _first(bound): torch.ones_like(x)}))
    each = ones / mean.cpu().numpy().reshape(ones.shape)
    return {"n": each.reshape(-1, *each.shape[-_axes_of_n(row) :])[0]}


def _axes_of_n(row: Row) -> int:
    """Over how many axes the divisors vary, the last of the result."""
    reads = ((nest, read) for nest in row.work.nests for read in nest.form.reads)
    return next(
        sum(len(axes) for axes in nest.axes(read)) for nest, read in reads if read.name == "n"
    )


def _first(bound: Mapping[str, Any]) -> str:
    return next(key for key, value in bound.items() if isinstance(value, torch.Tensor))


def _chosen(made: Made, row: Row, arrays: Mapping[str, Any]) -> Any:
    """The indices that the data chooses: what a lookup reads."""
    if not any(axis[0] == "?" for n in row.work.nests for r in n.form.reads for axis in r.axes):
        return None
    (tokens,) = made.reads
    table = arrays[str(tokens.port)].astype(int)
    return {"v": (("...",), table)}


def difference(ours: Any, theirs: Any) -> str:
    """The first number that differs, as a sentence; "" where none does."""
    ours, theirs = np.ravel(ours), np.ravel(theirs)
    if ours.size != theirs.size:
        return f"puts out {ours.size} numbers, PyTorch {theirs.size}"
    finite = abs(theirs[np.isfinite(theirs)])
    near = TOLERANCE * max(1.0, finite.max(initial=0))
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        wrong = ~(same | (abs(ours - theirs) <= near))
    if not wrong.any():
        return ""
    at = int(wrong.argmax())
    return f"number {at} of its result is {ours[at]:.6g}, PyTorch's {theirs[at]:.6g}"


def miscounted(row: Row) -> str:
    """A count of an op that is not what its lines did, as a sentence; "" where all are."""
    for name, did in counted(row.work).counts.items():
        if row.count(name) != did:
            return f"{name} {row.count(name)}, but its lines do {did}"
    return ""


def _moved(arrays: Any, theirs: Any) -> str:
    """Whether something is there that did not come in; what is padded is 0 or without an end."""
    came = {float(n) for array in arrays for n in np.ravel(array)} | {0.0, -math.inf, math.inf}
    for number in np.ravel(theirs):
        if float(number) not in came and not math.isnan(number):
            return f"only moves numbers, and PyTorch puts out {number:.6g}, which did not come in"
    return ""


def random_tensor(shape: Any, dtype: str = "float", *, seed: int = 0, most: int = 2) -> Any:
    """A tensor with random numbers; whole ones from 0 to below `most`."""
    maker = torch.Generator().manual_seed(seed)
    if dtype.startswith(("int", "uint", "long")):
        return torch.randint(0, most, tuple(shape), generator=maker)
    if dtype == "bool":
        return torch.rand(tuple(shape), generator=maker) > 0.5
    return torch.randn(tuple(shape), generator=maker, dtype=_FLOAT)
