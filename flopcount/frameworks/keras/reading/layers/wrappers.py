"""Layers around another one: at each step of a sequence, in both directions."""

from typing import Any

from .....errors import FlopcountError
from .....records import replace
from ....models.operands import Operand
from ..config import Layer
from .merging import concatenated, elementwise
from .recurrent import tensors_of
from .table import Call, layer


@layer("TimeDistributed")
def _each_step(call: Call) -> Any:
    """The layer at each step: as many samples as steps in all."""
    x = call.x
    if len(x.shape) < 3:
        raise FlopcountError("it reads batch × steps × what the layer reads")
    flat = call.view(x, (x.shape[0] * x.shape[1], *x.shape[2:]))
    found = call.inner(call.layer.inner("layer"), [flat])
    if not isinstance(found, Operand):
        raise FlopcountError("the layer within puts out several tensors")
    return call.view(found, (*x.shape[:2], *found.shape[1:]))


@layer("Bidirectional")
def _both_ways(call: Call) -> Any:
    one = call.layer
    forward = one.inner("layer")
    backward = one.inner("backward_layer") if one.get("backward_layer") is not None else forward
    name = forward.name
    if one.get("backward_layer") is None:
        turned = not forward.flag("go_backwards", default=False)
        settings = {**forward.settings, "go_backwards": turned}
        name = f"backward_{forward.name.removeprefix('forward_')}"
        backward = replace(forward, name=name, settings=settings)
    forward = replace(forward, name=f"forward_{forward.name.removeprefix('forward_')}")
    given = [x for value in call.args[1:] for x in tensors_of(value)]
    given += tensors_of(call.kwargs.get("initial_state"))
    half = len(given) // 2
    x = call.tensor(0, "sequences", "inputs")
    outputs = [
        _listed(call.inner(layer, [x, *states]))
        for layer, states in ((forward, given[:half]), (backward, given[half:]))
    ]
    (y, *states), (back, *more) = outputs
    merged = _merged(call, one, y, back)
    if not (states or more):
        return merged
    return [*_listed(merged), *states, *more]


def _merged(call: Call, one: Layer, y: Operand, back: Operand) -> Any:
    mode = one.get("merge_mode", "concat")
    if mode is None:
        return [y, back]
    if mode == "concat":
        return concatenated(call, [y, back], (len(y.shape) - 1,))
    forms = {"sum": "x + x1", "mul": "x * x1", "ave": "(x + x1) / 2"}
    if mode not in forms:
        raise FlopcountError(f"merge_mode is {mode}: expected concat, sum, mul, ave or none")
    words = {"sum": "add", "mul": "multiply", "ave": "average"}
    return elementwise(call, words[mode], f"y = {forms[mode]}", [y, back])


def _listed(value: Any) -> list[Operand]:
    return [value] if isinstance(value, Operand) else list(value)


@layer("SpectralNormalization")
def _spectral(call: Call) -> Any:
    """At inference the layer within, its kernel as it is; u of the power iteration is held."""
    from .....core.ops.tensors import Parameter

    inside = call.layer.inner("layer")
    found = call.inner(inside, [call.x])
    key = next(
        (k for k in call.graph.held if k.endswith(("/kernel", "/embeddings")) and _is_in(k, call)),
        None,
    )
    if key is not None:
        shape = (1, call.graph.held[key].shape[-1])
        u = call.held("vector_u", *shape, trains=False)
        call.within("vector_u", "").add(Parameter(shape, "M"), M=u)
    return found


def _is_in(key: str, call: Call) -> bool:
    return key.startswith("/".join(step.name for step in call.scope) + "/")
