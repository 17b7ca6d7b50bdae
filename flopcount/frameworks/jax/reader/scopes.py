"""Where an equation stands: the stack of names that JAX keeps with it."""

from typing import Any


def way_of(equation: Any, above: tuple[str, ...]) -> tuple[str, ...]:
    """The names of an equation, behind those of what it is in.

    An inner jaxpr has its own names from there on, or, in some versions, all of them. What an
    einsum is called by is no module.
    """
    stack = getattr(equation.source_info.name_stack, "stack", ())
    own: tuple[str, ...] = ()
    for part in stack:
        if type(part).__name__ == "Scope":  # and no vmap, jvp, transpose
            own += tuple(name for name in part.name.split("/") if name and "->" not in name)
    if above and own[: len(above)] == above:
        return own
    return above + own
