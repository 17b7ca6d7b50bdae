"""Modules of Equinox: trees whose arrays they hold, named by the attributes that hold them."""

from collections.abc import Mapping
from typing import Any

import jax

from ....core import Scope
from ..model import Called
from ..reader.program import Leaf, is_array, key_of
from .linen import at_inference, letter_of
from .marks import marked, way_to


class Tree:
    """A module without its numbers."""

    def __init__(self, module: Any) -> None:
        import equinox

        module = equinox.nn.inference_mode(module)
        self.kind = type(module)
        arrays, self.other = equinox.partition(module, is_array)
        self.held = jax.tree.map(_shape, arrays)
        self.kinds = {way: type(part).__name__ for way, part in modules_of(module).items()}

    def called(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Called:
        """The module called at inference."""
        import equinox

        kwargs = {**at_inference(self.kind.__call__, args, kwargs), **kwargs}

        def function(held: Any, *own: Any, **named: Any) -> Any:
            module = equinox.combine(held, self.other)
            with marked(modules_of(module)):
                return module(*own, **named)

        paths, _ = jax.tree_util.tree_flatten_with_path(self.held)
        leaves = [self._leaf(path, leaf) for path, leaf in paths]
        return Called(
            function, self.held, leaves, args, kwargs, {"kinds": self.kinds, "ways": way_to}
        )

    def _leaf(self, path: Any, leaf: Any) -> Leaf:
        name = key_of(path)
        way = tuple(name.split("/")[:-1])
        scope = tuple(Scope(step, self.kinds.get(way[: n + 1], "")) for n, step in enumerate(way))
        is_parameter = bool(jax.numpy.issubdtype(leaf.dtype, jax.numpy.inexact))
        letter = letter_of(scope[-1].kind if scope else "", name.rpartition("/")[2])
        return Leaf(name, scope, is_parameter, letter)


def modules_of(module: Any) -> dict[tuple[str, ...], Any]:
    """The modules in one, by the attributes and places that lead there."""
    import equinox

    found: dict[tuple[str, ...], Any] = {}
    seen: set[int] = set()

    def look(part: Any, way: tuple[str, ...]) -> None:
        if isinstance(part, equinox.Module):
            if id(part) in seen:
                return
            seen.add(id(part))
            if way:
                found[way] = part
            for name in part.__dataclass_fields__:
                look(getattr(part, name, None), (*way, name))
        elif isinstance(part, list | tuple):
            for place, each in enumerate(part):
                look(each, (*way, str(place)))
        elif isinstance(part, Mapping):
            for name, each in part.items():
                look(each, (*way, str(name)))

    look(module, ())
    return found


def _shape(leaf: Any) -> Any:
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)
