"""Modules of flax.nnx: their state as shapes, names by the attributes that hold it."""

from collections.abc import Mapping
from typing import Any

import jax

from ....core import Scope
from ..model import Called
from ..reader.program import Leaf, key_of
from .linen import at_inference, letter_of
from .marks import marked, way_to


class Split:
    """A module without its numbers: its definition, its parameters, and whatever else it holds."""

    def __init__(self, module: Any) -> None:
        from flax import nnx

        self.kind = type(module)
        split: Any = nnx.split(module, nnx.Param, ...)
        self.definition: Any = split[0]
        parameters, others = split[1:]
        self.held = jax.tree.map(_shape, (parameters, others))
        self.kinds = {way: type(part).__name__ for way, part in modules_of(module).items()}

    def called(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Called:
        """The module called at inference."""
        from flax import nnx

        kwargs = {**at_inference(self.kind.__call__, args, kwargs), **kwargs}

        def function(held: Any, *own: Any, **named: Any) -> Any:
            module = nnx.merge(self.definition, *held)
            module.eval()
            with marked(modules_of(module)):
                return module(*own, **named)

        parameters, others = (jax.tree_util.tree_flatten_with_path(part)[0] for part in self.held)
        leaves = [self._leaf(path, is_parameter=True) for path, _ in parameters]
        leaves += [self._leaf(path, is_parameter=False) for path, _ in others]
        known = {"kinds": self.kinds, "ways": way_to}
        return Called(function, self.held, leaves, args, kwargs, known)

    def _leaf(self, path: Any, *, is_parameter: bool) -> Leaf:
        steps = [step for step in key_of(path).split("/") if step != "value"]
        way = tuple(steps[:-1])
        kinds = self.kinds
        scope = tuple(Scope(step, kinds.get(way[: n + 1], "")) for n, step in enumerate(way))
        letter = letter_of(scope[-1].kind if scope else "", steps[-1])
        return Leaf("/".join(steps), scope, is_parameter, letter)


def modules_of(module: Any) -> dict[tuple[str, ...], Any]:
    """The modules in one, by their way; the first way to each."""
    from flax import nnx

    found: dict[tuple[str, ...], Any] = {}
    seen = {id(module)}
    each_of: Any = getattr(nnx, "iter_modules", nnx.iter_graph)  # by the age of Flax
    for path, part in sorted(each_of(module), key=lambda each: len(each[0])):
        if isinstance(part, nnx.Module) and id(part) not in seen:
            seen.add(id(part))
            found[tuple(map(str, path))] = part
    return found


def _shape(leaf: Any) -> Any:
    is_array = hasattr(leaf, "shape") and hasattr(leaf, "dtype")
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) if is_array else leaf
