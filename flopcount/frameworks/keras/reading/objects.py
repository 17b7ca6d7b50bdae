"""A Keras model that is built: by its settings where all its layers are known, else traced."""

import json
from collections.abc import Mapping
from os import PathLike
from typing import Any

from ....errors import FlopcountError, quote
from ....records import replace
from ...models.inputs import Inputs
from ...models.inputs.given import named_axes
from ...models.model import Model
from .called import as_given, takes
from .loading import needs_jax
from .traced import TracedKeras, trace_model


def given_keras(
    model: Any, inputs: Inputs | None, symbols: Mapping[str, Any] | None = None, name: str = ""
) -> Model:
    """A Keras model with its inputs, as it stands in the user's program; it is left as it is.

    Without `inputs` it has those that it was made or built for, one sample of each. `symbols` name
    axes: ``{"B": (0, 0)}``. Raises `FlopcountError` for inputs that it does not take, for one
    whose inputs nobody knows, and, of layers that are not all known, on another backend than JAX.
    """
    import keras

    if not isinstance(model, keras.Layer):
        how = "; a file is read by fc.load" if isinstance(model, str | PathLike) else ""
        raise FlopcountError(f"{quote(model)} is no model of Keras'{how}")
    name = name or str(model.name)
    wanted = takes(model)
    called, pack = as_given(inputs, wanted, name)
    axes = named_axes(called, symbols) if symbols else {}
    plain = _plain(model, name, _as_typed(called)) if pack is wanted.pack else None
    if plain is not None:
        return replace(plain, symbols=axes) if axes else plain
    needs_jax(keras, name)
    return TracedKeras(name=name, inputs=called, symbols=axes, module=model, pack=pack)


def opened(model: Any, name: str, given: Any = None, *, source: str = "") -> Model:
    """A model that Keras has built, `given` its inputs as typed. Raises as `given_keras` does."""
    plain = _plain(model, name, given, source)
    return plain or trace_model(model, None, name, given=given, source=source)


def _as_typed(inputs: Inputs) -> str | dict[str, str]:
    """Inputs by name as they would be typed; of a single one its shape alone."""
    texts = {
        name: f"{'x'.join(map(str, tensor.shape))}:{tensor.dtype}"
        for name, tensor in inputs.tensors().items()
    }
    return next(iter(texts.values())) if len(texts) == 1 else texts


def _plain(model: Any, name: str, given: Any, source: str = "") -> Model | None:
    """The model by its settings alone; None where not all of its layers are known."""
    from .config import NotPlainError
    from .plain import plain_model

    try:
        config = json.loads(model.to_json())
    except (AttributeError, TypeError, ValueError, NotImplementedError):
        return None  # of code that has no settings
    try:
        return plain_model(config, name, given, source)
    except NotPlainError:
        return None
