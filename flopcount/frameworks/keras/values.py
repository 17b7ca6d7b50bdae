"""Small copies run twice, by their nests and by Keras: the same numbers must come out.

So what is counted off the nests is what the layer does.
"""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ...core import Network, Node, Op, has_weights, window_of
from ...core.graph import port
from ...core.ops.experts import Route
from ...core.ops.lookup import Embed
from ...records import replace
from .. import literal
from ..copies import Copy
from ..literal import Chosen
from ..smaller_sequences import Key
from .build import Layers
from .model import build, random_kernels, stateless
from .model import run as run_in_keras
from .parts import BATCH_NORM
from .products import is_traced
from .tensors import choices, known_beforehand, parameters

if TYPE_CHECKING:
    import numpy as np

    from ...sizes import Shape

    Array = np.ndarray[Any, Any]

TOLERANCE = 0.002  # Keras computes in float32, a GPU in less
# Around 1, where an activation is flat, and where local response normalisation is felt.
SCALES = (1, 8, 200)
FURTHEST = 300  # that any number is from 0: the square of its exponential is a float's
# Of a layer with weights: what it sums is to reach beyond where relu6 is flat, and no further than
# the tolerance, which is of the largest, lets through.
SUMMED = (1, 16)
WEIGHED = (1, 2)  # further out all gates are shut, and a softmax has one number alone
# Beyond what a float holds, the nests' exponentials stand above and below a line.
FUNCTIONS = {**literal.FUNCTIONS, "exp": lambda x: math.exp(min(x, 700))}
CAPITALS = {"kernel": "W", "alpha": "A", "bias": "B", "scale": "G", "embeddings": "E"} | BATCH_NORM
_QUICKLY: Any = {"xla_backend_optimization_level": 0}  # what is compiled runs once


def compare_values(copies: Sequence[Copy]) -> dict[Key, str]:
    """What differs, by the key of a copy: the first number, ours and Keras', on random input.

    Of a layer without nests Keras must only move numbers: all that comes in comes out.
    """
    import keras
    import numpy as np

    backend = keras.backend.backend()
    known = {copy.key: copy for copy in copies if is_ours(copy, backend)}
    if not known:
        return {}
    network = _side_by_side(list(known.values()))
    layers = Layers(random_kernels(seed=2))
    build(network, layers)
    for layer in layers.made():
        _with_gelu_by_tanh(layer)
    rng = np.random.default_rng(3)
    for variable in (variable for layer in layers.made() for variable in layer.weights):
        if variable.name != "kernel":  # that is random, and keeps the scale of what flows
            centre = variable.name in {"gamma", "scale", "moving_variance"}
            variable.assign(centre + rng.uniform(-0.5, 0.5, tuple(variable.shape)))
    images = {}
    for node in network.nodes:
        scales = _scales(node.op)
        for at in node.inputs:
            shape = network.inputs[at]
            drawn = np.ones(shape) if at.startswith("ones") else _drawn(rng, shape, scales)
            if isinstance(node.op, Embed):
                drawn = rng.integers(node.op.vocabulary, size=shape)
            kind = "int32" if isinstance(node.op, Embed) else "float32"
            images[at] = keras.ops.convert_to_tensor(drawn[None], kind)
    outputs = _outputs(network, layers, images)
    differs = {}
    for place, (key, copy) in enumerate(known.items()):
        tensors = _tensors(copy, place, layers, images, outputs)
        difference = _difference if copy.row.work.nests else _moved
        given = [port(f"copy.{place}", n) for n, _ in enumerate(copy.row.held.outputs)]
        theirs = np.concatenate([np.ravel(outputs[at]) for at in given])
        parts = layers.of[f"copy.{place}"]
        chosen = choices(copy, parts, images[f"copy.{place}.0"])
        said = tensors and difference(copy, tensors, theirs, chosen)
        if said:
            differs[key] = f"values of a small copy ({copy.name}) {said}"
    return differs


def _scales(op: Op) -> tuple[int, ...]:
    if is_traced(op):
        return WEIGHED
    return SUMMED if has_weights(op) else SCALES


def _drawn(rng: "np.random.Generator", shape: "Shape", scales: tuple[int, ...]) -> "Array":
    """Random numbers, at each position those of one scale; where there are few, each of its own."""
    import numpy as np

    drawn: Array = rng.standard_normal(shape)
    some = drawn[..., :1] if drawn[..., 0].size >= len(scales) else drawn
    drawn *= np.resize(scales, some.shape)
    return drawn.clip(-FURTHEST, FURTHEST)


def is_ours(copy: Copy, backend: str) -> bool:
    """Whether Keras computes on a backend what the layer is defined to.

    On PyTorch it takes a mean with SAME padding over the border's numbers, repeated.
    """
    window = window_of(copy.row.node.op)
    return not (backend == "torch" and _is_mean(copy) and window and window.padding == "same")


def _side_by_side(copies: Sequence[Copy]) -> Network:
    """One network of all copies; what takes a mean is there once more, to be run on ones."""
    nodes: list[Node] = []
    inputs: dict[str, Shape] = {}
    for place, copy in enumerate(copies):
        for kind in ("copy", "ones") if _is_mean(copy) else ("copy",):
            ports = [f"{kind}.{place}.{n}" for n, _ in enumerate(copy.row.inputs)]
            inputs |= dict(zip(ports, copy.row.inputs, strict=True))
            nodes.append(replace(copy.row.node, path=f"{kind}.{place}", inputs=tuple(ports)))
    return Network("small copies", tuple(nodes), inputs, nodes[-1].path)


def _is_mean(copy: Copy) -> bool:
    """Whether its nests divide by a number that the framework chooses: see `_tensors`."""
    return _is_given(copy, "n")


def _is_given(copy: Copy, name: str) -> bool:
    """Whether its nests read a tensor that none of them writes."""
    forms = [nest.form for nest in copy.row.work.nests]
    read = any(read.name == name for form in forms for read in form.reads)
    return read and all(form.result.name != name for form in forms)


def _outputs(network: Network, layers: Layers, images: Mapping[str, Any]) -> dict[str, Any]:
    """What Keras' layers put out, on JAX compiled as a whole."""
    rows = network.rows
    if layers.keras.backend.backend() != "jax":
        found = run_in_keras(network, rows, layers, images)
    else:
        import jax

        forward, values = stateless(network, rows, layers)
        lowered = jax.jit(forward).lower(values, images)
        found = lowered.compile(compiler_options=_QUICKLY)(values, images)
    return {path: layers.keras.ops.convert_to_numpy(value) for path, value in found.items()}


def _tensors(
    copy: Copy, place: int, layers: Layers, images: Mapping[str, Any], outputs: Mapping[str, Any]
) -> "dict[str, Array] | None":
    """What a copy's nests read, under their names; None where Keras has no such parameter.

    By how many numbers a mean divides, with the padding or without, is the framework's choice: it
    is what the mean of ones says.
    """
    numpy = layers.keras.ops.convert_to_numpy
    nests = copy.row.work.nests
    tensors = {
        f"x{n or ''}": numpy(images[f"copy.{place}.{n}"]) for n, _ in enumerate(copy.row.inputs)
    }
    parts = layers.of[f"copy.{place}"]
    tensors |= known_beforehand(copy, parts)
    tensors |= (named := parameters(copy, parts))
    for layer in () if named else parts.values():
        for variable in layer.weights:
            value = numpy(variable.value)
            is_kernel = variable.name == "kernel"
            capital = CAPITALS.get(variable.name, "")
            tensors[capital] = _in_order(layer, value) if is_kernel else value
    if _is_mean(copy):
        sums = literal.run(nests[0], {"x": numpy(images[f"ones.{place}.0"])}).values
        mean = outputs[f"ones.{place}"].reshape(sums.shape)
        tensors["n"] = (sums / mean)[..., 0]
    if _is_given(copy, "f"):
        tensors["f"] = _nearness(copy)
    reads = {read.name for nest in nests for read in nest.form.reads if read.is_parameter}
    return tensors if reads <= tensors.keys() else None


def _nearness(copy: Copy) -> "Array":
    """How near each output's neighbours are, along all axes: known before any image comes."""
    import numpy as np

    weights = np.ones(())
    for n, m in zip(copy.row.inputs[0][:-1], copy.row.output[:-1], strict=True):
        centre = (np.arange(m) + 0.5) * n / m - 0.5
        beyond = centre - np.floor(centre)
        weights = np.multiply.outer(weights, np.stack([1 - beyond, beyond], axis=1))
    rank = weights.ndim // 2  # outputs and neighbours in turn; the nest has the outputs first
    return weights.transpose(*range(0, 2 * rank, 2), *range(1, 2 * rank, 2))


def _in_order(layer: Any, value: "Array") -> "Array":
    """A kernel with its axes as nests have them: taps, groups, channels, outputs."""
    if value.ndim < 3 or hasattr(layer, "depth_multiplier"):
        return value
    if hasattr(layer, "output_padding"):  # transposed: taps, outputs, channels of one group
        groups, rank = getattr(layer, "groups", 1), value.ndim - 2
        apart = value.reshape(*value.shape[:rank], groups, -1, value.shape[-1])
        return apart.swapaxes(-1, -2)
    apart = value.reshape(*value.shape[:-1], layer.groups, -1)
    return apart.swapaxes(-3, -2)


def _difference(copy: Copy, tensors: "Mapping[str, Array]", theirs: "Array", chosen: Chosen) -> str:
    """The first number that differs, ours and Keras'; another shape was said elsewhere."""
    import numpy as np

    op, nests = copy.row.node.op, copy.row.work.nests
    try:
        _, ran = literal.run_all(nests, tensors, FUNCTIONS, chosen=chosen)
    except (ValueError, IndexError, KeyError) as error:
        return f"are not there: its nests do not run ({error})"
    last = {nest.form.result.name: done.values for nest, done in zip(nests, ran, strict=True)}
    results = [np.ravel(last[name]) for name in (("y", "g") if isinstance(op, Route) else ("y",))]
    ours, keras = np.concatenate(results).astype(float), np.ravel(theirs)
    if ours.size != keras.size:
        return ""
    largest = abs(keras).max()  # by which sums of products are off
    near = largest if has_weights(op) or is_traced(op) else abs(keras) + min(1, largest)
    wrong = ~((ours == keras) | (abs(ours - keras) <= TOLERANCE * near))
    if not wrong.any():
        return ""
    first = int(wrong.argmax())
    return f"{ours[first]:.4g}, Keras {keras[first]:.4g}"


def _with_gelu_by_tanh(layer: Any) -> None:
    """Let a layer's GELU have the form of the nests, which Keras has too; its default is by erf."""
    import keras

    gelu = keras.activations.gelu
    if getattr(layer, "activation", None) in ("gelu", gelu):
        layer.activation = partial(gelu, approximate=True)


def _moved(_: Copy, tensors: "Mapping[str, Array]", theirs: "Array", __: Chosen) -> str:
    """What is said where Keras does anything to the numbers that it takes but move them."""
    import numpy as np

    taken = np.concatenate([np.ravel(tensor) for tensor in tensors.values()])
    same = np.array_equal(np.sort(taken), np.sort(np.ravel(theirs)))
    return "" if same else "are only moved, Keras puts out others"
