"""Functions read at once: traced, and made a network."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ....core import Network
from .graph import Graph
from .program import Leaf, program_of


def read_function(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    leaves: Sequence[Leaf | str] = (),
    **known: Any,
) -> Network:
    """Read a function of arrays, or of what has their shapes, as a network.

    `leaves`, and what else is `known`, are as in `program_of` and `Program`. Raises
    `FlopcountError` for what cannot be read, and what the function raises.
    """
    return Graph(program_of(function, args, kwargs, leaves, **known)).network()
