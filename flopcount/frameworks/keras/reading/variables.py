"""The variables of a Keras model as a network holds them: by name, with what they are."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ....core import Scope
from .scopes import Scopes

# What a variable is, by its own name: the capital of a parameter's count; a weight otherwise.
LETTERS = {
    "gamma": "G",
    "scale": "G",
    "beta": "S",
    "bias": "B",
    "recurrent_bias": "B",
    "moving_mean": "M",
    "moving_variance": "V",
}


class Variable(NamedTuple):
    """A variable under its own key, Keras' path: ``block1/conv/kernel``.

    `is_weight`: a layer's own, not a state that seeds or metrics keep; `is_parameter`: made to be
    trained, also where its layer is frozen, which `trainable` says.
    """

    key: str
    value: Any
    scope: tuple[Scope, ...]
    is_weight: bool
    is_parameter: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return tuple(map(int, self.value.shape))

    @property
    def trainable(self) -> bool:
        """Whether a training would change it now."""
        return bool(self.value.trainable)

    @property
    def letter(self) -> str:
        """The capital of its kind: of what is not trained, one of the statistics."""
        letter = LETTERS.get(str(self.value.name), "E")
        return letter if self.is_parameter or letter in "MV" else "M"

    @property
    def struct(self) -> Any:
        """What stands for it while JAX traces."""
        import jax

        dtype = jax.dtypes.canonicalize_dtype(str(self.value.dtype))
        return jax.ShapeDtypeStruct(self.shape, dtype)


def variables_of(model: Any, scopes: Scopes) -> list[Variable]:
    """All variables of a model, each once, in Keras' order.

    Keras has the path of a layer's variables as it was when they were made; the key is the way to
    the layer that holds one, from the model down.
    """
    weights = {id(variable) for variable in model.weights}
    where: dict[int, tuple[str, ...]] = {}
    trained: set[int] = set()
    for names, layer in [((), model), *scopes.layers.items()]:
        for variable in _own(layer):
            where.setdefault(id(variable), names)
        trained.update(map(id, getattr(layer, "_trainable_variables", ())))
    found, taken = [], dict[str, int]()
    for variable in {id(v): v for v in model.variables}.values():
        names = where.get(id(variable), ())
        key = "/".join([*names, str(variable.name)]) if names else str(variable.path)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] > 1:
            key = f"{key}.{taken[key]}"
        is_weight, is_parameter = id(variable) in weights, id(variable) in trained
        found.append(Variable(key, variable, scopes(names), is_weight, is_parameter))
    return found


def _own(layer: Any) -> Iterator[Any]:
    """The variables that a layer holds itself."""
    yield from getattr(layer, "_trainable_variables", ())
    yield from getattr(layer, "_non_trainable_variables", ())
