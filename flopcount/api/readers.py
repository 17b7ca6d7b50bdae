"""Models that stand in a user's program, as networks: PyTorch's, Keras', JAX', ONNX'.

Which framework an object is of is read off its classes: none is imported to find out.
"""

from collections.abc import Callable, Container, Mapping
from typing import TYPE_CHECKING, Any

from .. import notation as _notation
from ..errors import FlopcountError, quote
from ..frameworks.models.inputs.given import EXAMPLE, as_inputs
from ..frameworks.models.inputs.typed import parameters
from ..garbage import Uncollected
from .objects import Network, of_graph

if TYPE_CHECKING:
    from ..frameworks.models.model import Model

Symbols = Mapping[str, Any] | None


def read_torch(
    module: Any, *args: Any, symbols: Symbols = None, name: str = "", **kwargs: Any
) -> Network:
    """Read a PyTorch module as a network, from one run of its own code without any numbers.

    `args` and `kwargs` are what it is called with: tensors, of which only shapes and types are
    looked at, or what `inputs` gives. `symbols` names axes of the inputs that may vary in a
    formula: ``{"B": (0, 0), "T": (0, 1)}``, the axis 0 of the first input and its axis 1; a list
    of such where a size stands in several places, and the name of an input in place of its number.
    Where its code looks at the numbers of its inputs, a copy is run once on those given, or on
    random ones, and a note says so. The module and PyTorch are left as they were found. Raises
    `FlopcountError` for a module that does not run on these inputs, with its path and its line.
    """

    def opened() -> "Model":
        from ..frameworks.torch.sources.module import given_model

        return given_model(module, args, kwargs, symbols, name)

    return _network(opened)


def read_keras(
    model: Any, inputs: Any = None, *, symbols: Symbols = None, name: str = ""
) -> Network:
    """Read a Keras model, or layer, as a network: its layers, and nothing of its weights.

    `inputs` are needed for a model that was not built, and else where other sizes are meant than
    those that it has: a shape with the batch, ``fc.inputs(1, 224, 224, 3)``. An axis without a
    size stands at 1 (a batch) or must be given. `symbols` are as in `read_torch`. What is not made
    of layers that are known is traced, on shapes alone. Raises `FlopcountError` for a model that
    cannot be read on these inputs, with the layer.
    """

    def opened() -> "Model":
        from ..frameworks.keras.reading.objects import given_keras

        given = None if inputs is None else as_inputs(inputs, ())
        return given_keras(model, given, symbols or {}, name)

    return _network(opened)


def read_jax(
    function: Any, *args: Any, symbols: Symbols = None, name: str = "", **kwargs: Any
) -> Network:
    """Read a function of JAX', or a Flax or Equinox module, as a network, by tracing it on shapes.

    `args` and `kwargs` are what it is called with: arrays, of which only shapes and types are
    looked at, in whatever holds them (parameters in a dict), or what `inputs` gives. A Flax module
    of `flax.linen` needs no parameters here: they are made as shapes. `symbols` are as in
    `read_torch`. Raises `FlopcountError` for a function that does not run on these inputs.
    """

    def opened() -> "Model":
        from ..frameworks.jax.sources import given_function

        return given_function(function, args, kwargs, symbols or {}, name)

    return _network(opened)


def read_onnx(
    model: Any, inputs: Any = None, *, symbols: Symbols = None, name: str = ""
) -> Network:
    """Read an `onnx.ModelProto` as a network: nothing of it runs, and no weights are looked at.

    `inputs` are the sizes that the model leaves free, by the names of its inputs,
    ``fc.inputs(x=(1, 3, 48, 320))`` or ``{"x": (1, 3, 48, 320)}``, or in order. `symbols` are as in
    `read_torch`. A file is read by `load`: its weights beside it are not opened. Raises
    `FlopcountError` for a model that is damaged, with the node, and for a size that is missing.
    """

    def opened() -> "Model":
        from ..frameworks.onnx.sources import given_proto

        given = None if inputs is None else as_inputs(inputs, _Any())
        return given_proto(model, given, symbols or {}, name)

    return _network(opened)


class _Any(Container[str]):
    """All names: what a model of ONNX' takes is looked up in it later."""

    def __contains__(self, _: object) -> bool:
        return True


def _network(opened: "Callable[[], Model]") -> Network:
    with Uncollected():
        model = opened()
    plan = _notation.ModelDraft(model.name, model.name, model)
    return of_graph(_notation.remember(plan.build(), plan))  # type: ignore[arg-type]


def read(given: Any, inputs: Any = None) -> Network:
    """Read whatever model is given, on these inputs, in its framework.

    Raises `FlopcountError` for what is none, for one that needs inputs where there are none, and
    as its reader does.
    """
    kind = _notation.model_kind(given)
    if kind is None or kind.is_class:
        raise _no_model(given, inputs)
    if kind.reader == "keras":
        return read_keras(given, inputs)
    if kind.reader == "onnx":
        return read_onnx(given, inputs)
    if inputs is None:
        raise _wanted(given, kind)
    called = as_inputs(inputs, parameters(given))
    return read_torch(given, called) if kind.reader == "torch" else read_jax(given, called)


def _no_model(given: Any, inputs: Any) -> FlopcountError:
    if isinstance(given, str):
        return FlopcountError(
            f"{quote(given)} is a text, and these inputs are for a model's object; the size of a "
            "named network is given to fc.load(…, input=…)"
        )
    if isinstance(given, type):
        return FlopcountError(
            f"{given.__name__} is a class: give a model of it, {given.__name__}(…)"
        )
    if inputs is not None:
        return FlopcountError(f"{_notation.shown_object(given)} is no model that takes inputs")
    return _notation.not_a_network(given)


def _wanted(given: Any, kind: _notation.ModelKind) -> FlopcountError:
    """The error for a model without inputs."""
    takes = parameters(given)
    what = f" (it takes {', '.join(takes[:8])})" if takes else ""
    model = "function" if kind.name == "a function" else type(given).__name__
    example = EXAMPLE if kind.reader == "torch" else "fc.inputs(1, 224, 224, 3)"
    return FlopcountError(
        f"what goes into this {model}?{what}: give it, as in fc.analyze(model, {example})"
    )
