"""Words of a layer that leave no place for another, or want one."""

from collections.abc import Collection

from ..core.ops.words import OPS
from ..errors import FlopcountError
from .trees import Multiple, Width


def check_together(op: str, given: Collection[str], width: Width | None) -> None:
    """Raise `FlopcountError` unless what stands on a layer goes together.

    `given` are the groups of its words.
    """
    if "tied" in given and width is not None:
        raise FlopcountError(f"tied= has the width of its embedding; leave out the {width}")
    if "dot" in given and "headdim" in given:
        raise FlopcountError("dot reads heads as they come; headdim= is of the projections")
    if "dot" in given and "bias" in given:
        raise FlopcountError("dot has no projections, and so no bias")
    if "bias" in given and width is None and "width" in OPS[op].optional:
        raise FlopcountError(f"{op} has a bias where it has a width, as in {op} 16 768")
    if "which" in OPS[op].takes and "which" not in given:
        raise FlopcountError(f"{op} wants which token: {op} first, or {op} last")
    if OPS[op].kernel == "vocabulary" and _is_in(width):
        raise FlopcountError(f"{op} wants a width of its own: tokens have none that 'in' could be")


def _is_in(width: Width | None) -> bool:
    """Whether it is the width ``in``, or a part or a multiple of that."""
    return "in" in (width.factors if isinstance(width, Multiple) else (width,))
