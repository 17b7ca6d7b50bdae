"""A function of JAX's as a program: its jaxpr, traced on shapes alone, and what its leaves are."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax

from ....errors import FlopcountError
from ....records import dataclass, field
from ...models.graph import Scopes


class Leaf(NamedTuple):
    """What a leaf of the arguments is: held by the model under a name, trained or not.

    `letter` is the capital of its kind, where that is known: see `models.graph.Held`.
    """

    name: str
    scope: Scopes = ()
    is_parameter: bool = True
    letter: str = ""


@dataclass(frozen=True)
class Program:
    """A jaxpr, closed; for each of its inputs a `Leaf`, or the name of what comes in.

    `outputs` are the names of what goes out, `kinds` the classes of modules by their way:
    ``("encoder", "Dense_0")``; `named` what closed-over arrays are called, by their identity.
    `ways` makes of a way in the stack of names a module's, such as one without the root.
    """

    jaxpr: Any
    leaves: tuple[Leaf | str, ...]
    outputs: tuple[str, ...]
    kinds: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    named: Mapping[int, str] = field(default_factory=dict)
    ways: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple


def is_array(value: Any) -> bool:
    """Whether a leaf is an array, or stands for one."""
    return hasattr(value, "shape") and hasattr(value, "dtype") and not isinstance(value, type)


def apart(
    args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[list[Any], Callable[[Sequence[Any]], tuple[tuple[Any, ...], dict[str, Any]]]]:
    """The arrays among some arguments, and what puts others into their places."""
    flat, tree = jax.tree_util.tree_flatten((tuple(args), dict(kwargs)))
    places = [place for place, leaf in enumerate(flat) if is_array(leaf)]

    def put(arrays: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        every = list(flat)
        for place, array in zip(places, arrays, strict=True):
            every[place] = array
        own: tuple[tuple[Any, ...], dict[str, Any]] = jax.tree_util.tree_unflatten(tree, every)
        return own

    return [flat[place] for place in places], put


def program_of(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    leaves: Sequence[Leaf | str] = (),
    **known: Any,
) -> Program:
    """Trace a function on arrays, or what has their shapes; all other leaves are as they are.

    `leaves` says of each array among (args, kwargs), flat as JAX has them, what it is; of those
    behind them, all flow in, as x, x1, …. Raises what the function raises.
    """
    arrays, put = apart(args, kwargs or {})
    out: list[str] = []

    def of_arrays(*own: Any) -> Any:
        own_args, own_kwargs = put(own)
        found = function(*own_args, **own_kwargs)
        paths, _ = jax.tree_util.tree_flatten_with_path(found)
        out[:] = [key_of(path) for path, _ in paths]
        return [leaf for _, leaf in paths]

    structs = [_struct(array) for array in arrays]
    closed = jax.make_jaxpr(of_arrays)(*structs)
    if not out:
        raise FlopcountError("the function puts out no array: it returns nothing")
    flowing = len(structs) - len(leaves)
    names = tuple(f"x{number or ''}" for number in range(flowing))
    return Program(closed, (*leaves, *names), _distinct(out), **known)


def _struct(array: Any) -> Any:
    return jax.ShapeDtypeStruct(array.shape, array.dtype)


def key_of(path: Sequence[Any], between: str = "/") -> str:
    """The way to a leaf of a tree as a text: ``params/Dense_0/kernel``."""
    parts = []
    for key in path:
        for name in ("key", "name", "idx"):
            if hasattr(key, name):
                parts.append(str(getattr(key, name)).strip("."))
                break
    return between.join(parts)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names of outputs, none empty and none twice."""
    found: list[str] = []
    for place, name in enumerate(names):
        own = name or "y"
        found.append(own if own not in found else f"{own}.{place}")
    return tuple(found)
