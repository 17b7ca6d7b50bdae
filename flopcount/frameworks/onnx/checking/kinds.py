"""The kinds of nodes of a model, each on small random arrays beside its nests, run literally."""

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any
from warnings import catch_warnings

import numpy as np
from onnx import helper
from onnx.defs import get_schema

from ....errors import FlopcountError, shorten
from ...models.beside import MOST_LINES, difference, lines_of, row_of
from ...models.checked import Kind, Progress
from ...models.operands import Made
from ..graph import plain_domain
from ..operations import OPERATIONS
from ..operations.table import Computed, Several, Viewed
from ..values import Value
from .calls import Call
from .seen import Seen
from .smaller import Case, Spec, smaller
from .twins import ONNX, Beside, beside

EPSILONS = (None, 0.001)  # what formulas of norms add here: another one is no other operator
# Of older ones the reference computes as in training, whatever the node says.
_OPSETS = {"BatchNormalization": 15}
MOST_PUT_OUT = 200_000  # numbers that a node may put out
_FAILS = (
    *(ArithmeticError, AttributeError, AssertionError, LookupError, MemoryError),
    *(NotImplementedError, RuntimeError, TypeError, ValueError),
)


class _TooLargeError(FlopcountError):
    """More lines, or numbers, than are run."""


def look(seen: Sequence[Seen], paths: Sequence[str], progress: Progress) -> tuple[Kind, ...]:
    """Run each kind of these nodes; `paths` has the row's name of each."""
    found: dict[Any, list[int]] = {}
    cases: dict[Any, list[Case]] = {}
    for number, one in enumerate(seen):
        domain = plain_domain(one.node.domain)
        if (domain, one.node.op_type) not in OPERATIONS:
            continue
        specs, roles = tuple(map(_spec, one.reads)), tuple(map(_role, one.reads))
        if any(value is not None and value.items is not None for value in one.reads):
            continue  # a sequence: of it nothing is computed
        attributes = {a.name: helper.get_attribute_value(a) for a in one.node.attribute}
        sizes = [*smaller(one.node.op_type, specs, attributes)]
        key = (domain, one.node.op_type, roles, len(one.node.output), repr(sizes[0]))
        cases[key] = sizes
        found.setdefault(key, []).append(number)
    return tuple(
        _kind(seen[uses[0]], key, cases[key], paths[uses[0]], len(uses))
        for key, uses in progress([*found.items()], "running small operations")
    )


def _spec(value: Value | None) -> Spec | None:
    if value is None:
        return None
    shape, numbers = tuple(map(int, value.shape)), value.numbers
    few = value.dtype.startswith(("int", "uint", "bool")) or (
        len(shape) < 2 and math.prod(shape) < 9
    )
    if not value.operand.is_constant or not few:  # of others a smaller one has other numbers
        numbers = None
    return Spec(shape, value.dtype, numbers)


def _role(value: Value | None) -> str:
    """What an input is: a parameter, a constant, or what a layer puts out."""
    if value is None:
        return ""
    if value.operand.is_weights:
        return "held"
    return "given" if value.operand.is_constant else "flows"


def _kind(one: Seen, key: Any, cases: Sequence[Case], path: str, uses: int) -> Kind:
    """A kind, run as small as it runs."""
    domain, op, roles, outputs, _ = key
    said = ""
    for case in cases:
        call_of = _maker(one, domain, roles, outputs, case)
        try:
            ran = _run(op, call_of)
        except _TooLargeError as error:
            said = str(error)
            continue
        except _FAILS as error:
            said = said or shorten(str(error).partition("\n")[0]) or type(error).__name__
            continue
        if ran.skipped or ran.is_shape_alone:
            said = ran.skipped or "its shape alone is compared"
            return Kind(op, path, uses, ran.lines, ran.differs, "" if ran.differs else said)
        return Kind(op, path, uses, ran.lines, ran.differs)
    return Kind(op, path, uses, skipped=said)


def _maker(
    one: Seen, domain: str, roles: Sequence[str], outputs: int, case: Case
) -> Callable[[int, bool], Call]:
    specs, attributes = case

    def make(seed: int, above_zero: bool) -> Call:  # noqa: FBT001
        arrays = tuple(
            None if spec is None else _numbers(spec, seed + place, above_zero)
            for place, spec in enumerate(specs)
        )
        return Call(
            one.node.op_type,
            arrays,
            dict(attributes),
            held=[n for n, role in enumerate(roles) if role == "held"],
            given=[n for n, role in enumerate(roles) if role == "given"],
            opset=max(one.opsets.get(domain, 1), _OPSETS.get(one.node.op_type, 1)),
            domain=domain,
            outputs=outputs,
        )

    return make


def _run(op: str, make: Callable[[int, bool], Call]) -> Beside:
    """Run it on random numbers; where these differ or have no result, on others above 0 too.

    Above zero whole numbers are 0, which is a place that each table has.
    """
    ran, failed = None, None
    for seed, (above_zero, epsilon) in enumerate(product((False, True), EPSILONS)):
        try:
            call = make(9 * seed, above_zero)
            if epsilon and "epsilon" not in get_schema(op, call.opset, call.domain).attributes:
                continue
            if epsilon:
                call.attributes["epsilon"] = epsilon
            result = _limit(call)
            with np.errstate(all="ignore"), catch_warnings(action="ignore"):
                ran = _seen_through(call, result) if isinstance(result, Value) else beside(call)
        except _TooLargeError:
            raise
        except _FAILS as error:
            failed = error
            continue
        if not ran.differs:
            return ran
    if ran is None:
        raise failed or ValueError(f"{op} has no result")
    return ran


def _seen_through(call: Call, result: Value) -> Beside:
    """A node that puts out what it reads, such as an Identity."""
    theirs = np.asarray(call.run()[0])
    shape = tuple(map(int, result.shape))
    said = "" if shape == theirs.shape else f"puts out {shape}, ONNX {theirs.shape}"
    source = next(array for array in call.arrays if array is not None)
    return Beside(result, said or difference(source.astype(theirs.dtype), theirs, software=ONNX))


def _limit(call: Call) -> Any:
    """What a rule makes of a node.

    Raises `_TooLargeError` for one that puts out more numbers, or takes more lines, than is run.
    """
    rule = OPERATIONS.get((call.domain, call.op))
    result = rule(call.called()) if rule else None
    if isinstance(result, Viewed | Computed):
        _limit_numbers(result.shape)
        return result
    if result is None or isinstance(result, tuple | Value):
        return result
    for step in result.steps if isinstance(result, Several) else (result,):
        if not isinstance(step, Made):
            continue
        row = row_of(step)
        for shape in row.held.outputs:
            _limit_numbers(shape)
        if (lines := lines_of(row)) > MOST_LINES:
            raise _TooLargeError(f"its nests take {lines:,} lines")
    return result


def _limit_numbers(shape: Any) -> None:
    if math.prod(map(int, shape)) > MOST_PUT_OUT:
        raise _TooLargeError("it puts out more numbers than are compared")


def _numbers(spec: Spec, seed: int, above_zero: bool) -> Any:  # noqa: FBT001
    """Random numbers; those that are known stay as they are."""
    if math.prod(spec.shape) > MOST_PUT_OUT:
        raise _TooLargeError("it reads more numbers than are compared")
    kind = _dtype(spec.dtype)
    if spec.numbers is not None:
        return np.array(spec.numbers, kind).reshape(spec.shape)
    maker = np.random.default_rng(seed)
    if kind.kind == "b":
        return maker.random(spec.shape) > 0.5
    if kind.kind in "iu":
        return maker.integers(0, 1 if above_zero else 2, spec.shape).astype(kind)
    made = maker.normal(size=spec.shape)
    return (abs(made) + 0.1 if above_zero else made).astype(kind)


def _dtype(name: str) -> Any:
    """A type of NumPy's; a float of 8 or 16 bits is one of 32 here."""
    if name.startswith(("bfloat", "float8", "float4")):
        return np.dtype("float32")
    return np.dtype({"int4": "int8", "uint4": "uint8"}.get(name, name))
