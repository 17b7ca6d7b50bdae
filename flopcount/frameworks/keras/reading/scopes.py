"""The ways to a Keras model's layers: names as Keras' scopes have them, and the layers' classes."""

from collections.abc import Iterator
from typing import Any

from ....core import Scope

Names = tuple[str, ...]


class Scopes:
    """The layers below a model, by their names from it down.

    A layer that two hold is known under both; one that is called elsewhere than where it is held,
    by its own name, if no other layer has it.
    """

    def __init__(self, model: Any) -> None:
        self.layers: dict[Names, Any] = dict(_below(model))
        self._alone: dict[str, Any] = {}
        several: dict[str, set[int]] = {}
        for names, layer in self.layers.items():
            several.setdefault(names[-1], set()).add(id(layer))
            self._alone.setdefault(names[-1], layer)
        for name, found in several.items():
            if len(found) > 1:
                del self._alone[name]

    def layer(self, names: Names) -> Any:
        """The layer at the end of some names; None where there is none."""
        return self.layers.get(names) or self._alone.get(names[-1])

    @property
    def kinds(self) -> dict[Names, str]:
        """The classes of all layers, by the ways to them."""
        return {names: type(layer).__name__ for names, layer in self.layers.items()}

    @staticmethod
    def way(names: Names) -> Names:
        """A way in JAX's stack of names, without what einsum calls a product: ``bqm,muh->bquh``."""
        return tuple(name for name in names if "->" not in name)

    def __call__(self, names: Names) -> tuple[Scope, ...]:
        """The steps of a way, each with the class of its layer."""
        return tuple(self._step(names[: end + 1]) for end in range(len(names)))

    def _step(self, names: Names) -> Scope:
        layer = self.layer(names)
        return Scope(names[-1], type(layer).__name__ if layer is not None else "")


def _below(model: Any, above: Names = (), within: frozenset[int] = frozenset()) -> Iterator[Any]:
    """Each layer below one, with the names on the way; one that holds itself, once."""
    for layer in layers_of(model):
        if id(layer) in within:
            continue
        names = (*above, str(layer.name))
        yield names, layer
        yield from _below(layer, names, within | {id(layer)})


def layers_of(layer: Any) -> list[Any]:
    """The layers that one holds itself, and the operations of a functional model."""
    held = list(getattr(layer, "_layers", ()))
    known = {id(one) for one in held}
    return [*held, *(one for one in getattr(layer, "operations", ()) if id(one) not in known)]
