"""What may stand among experts: a token's numbers lie there once for each that it takes."""

from dataclasses import replace

from ..core import Op, has_weights, is_positionwise
from ..core.ops.dense import Dense
from ..errors import FlopcountError

_HOLDING = ("norm", "prelu", "position")  # parameters, for all that comes


def among_experts(op: Op, experts: int) -> Op:
    """An op where there are so many experts, each with weights of its own; 0 anywhere else.

    Raises `FlopcountError` for a layer with weights that is not dense, or carries a norm.
    """
    if not experts:
        return op
    tail = getattr(op, "tail", None)
    carries = tail is not None and (tail.norm is not None or tail.activation == "prelu")
    if isinstance(op, Dense) and not carries:
        return replace(op, experts=experts)
    if has_weights(op) or not is_positionwise(op) or op.word.startswith(_HOLDING):
        raise FlopcountError(
            "among experts stand dense layers, and what has no weights and works on each token"
        )
    return op
