"""A Keras model's program, traced by JAX: nothing is computed, and no variable needs numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial, wraps
from typing import Any, NamedTuple

from ....errors import shorten
from ...models.inputs import Inputs, Tensor
from ..backend import one_line
from .called import Pack
from .failures import in_one_line
from .kept import as_found
from .loading import without_numbers
from .scopes import Scopes
from .variables import Variable, variables_of

Watch = Callable[[Any, Any, Any, Any], None]  # of a layer's call: it, its arguments, what comes out


class Program(NamedTuple):
    """A function of variables and inputs that JAX can trace, and what the first of them are.

    `function` takes the variables, in order, and the inputs by name.
    """

    function: Callable[[Sequence[Any], Mapping[str, Any]], Any]
    variables: tuple[Variable, ...]
    scopes: Scopes


@contextmanager
def program(
    model: Any, inputs: Inputs, pack: Pack, watch: Watch = lambda *_: None
) -> Iterator[Program]:
    """A model as a function; the model is left as it was found.

    One that is not built yet is built first, its variables without numbers. `watch` is told of
    each call of a layer, as it is traced. Raises `FlopcountError` where it does not run on such
    inputs.
    """
    import keras

    with ready(model, inputs, pack):
        scopes = Scopes(model)
        variables = tuple(variables_of(model, scopes))
        _watch_layers(scopes, watch)

        def function(values: Sequence[Any], given: Mapping[str, Any]) -> Any:
            mapping = [(v.value, value) for v, value in zip(variables, values, strict=True)]
            args, kwargs = pack(given)
            scope = keras.StatelessScope(mapping, initialize_variables=False)
            with running(model), scope:
                return called(model, args, kwargs)

        yield Program(function, variables, scopes)


@contextmanager
def ready(model: Any, inputs: Inputs, pack: Pack) -> Iterator[None]:
    """A model whose layers are all built, meanwhile; then as it was found."""
    with as_found(model), without_numbers():
        if not _is_ready(model):
            _build(model, inputs, pack)
        yield


def called(model: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call a model for inference, with no name of its own before those of its layers."""
    training = {"training": False} if getattr(model, "_call_has_training_arg", False) else {}
    return model.call(*args, **{**training, **kwargs})


def _is_ready(model: Any) -> bool:
    """Whether a model and all its layers have their variables."""
    parts = [model, *Scopes(model).layers.values()]
    return all(getattr(part, "built", True) for part in parts)


def _build(model: Any, inputs: Inputs, pack: Pack) -> None:
    """Call a model once on tensors without numbers, which makes its layers' variables."""
    import jax

    def call(given: Mapping[str, Any]) -> Any:
        args, kwargs = pack(given)
        return model(*args, **kwargs)

    with running(model):
        jax.eval_shape(call, structs(inputs))


def structs(inputs: Inputs, sizes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What stands for each input while JAX traces: a shape and a type.

    `sizes` stand in the place of names in the shapes.
    """
    return {name: _struct(tensor, sizes or {}) for name, tensor in inputs.tensors().items()}


def _struct(tensor: Tensor, sizes: Mapping[str, Any]) -> Any:
    import jax

    shape = tuple(sizes.get(n, n) if isinstance(n, str) else n for n in tensor.shape)
    return jax.ShapeDtypeStruct(shape, jax.dtypes.canonicalize_dtype(tensor.dtype))


def running(model: Any) -> AbstractContextManager[None]:
    """Turn whatever a model raises on its inputs into one line; its warnings are not shown."""
    return in_one_line(shorten(str(getattr(model, "name", type(model).__name__))), _does_not_run)


def _does_not_run(error: Exception) -> str:
    return f" does not run on these inputs: {type(error).__name__}: {one_line(error)}"


def _watch_layers(scopes: Scopes, watch: Watch) -> None:
    """Have each call of a layer seen.

    Operations of a functional model (``x + y``) stand under their names besides, as layers do.
    """
    import jax
    import keras

    for part in {id(part): part for part in scopes.layers.values()}.values():
        call = part.call
        scope: Callable[[], AbstractContextManager[Any]] = nullcontext
        if not isinstance(part, keras.Layer):
            scope = partial(jax.named_scope, part.name)

        @wraps(call)
        def noted(
            *args: Any, call: Any = call, scope: Any = scope, part: Any = part, **kwargs: Any
        ) -> Any:
            with scope():
                found = call(*args, **kwargs)
            watch(part, args, kwargs, found)
            return found

        vars(part)["call"] = noted
