"""Recurrent layers as PyTorch's functions of them have it: what they are called with, and give."""

from typing import Any

from ....errors import FlopcountError

RECURRENCES = {"torch.lstm", "torch.gru", "torch.rnn_tanh", "torch.rnn_relu"}
RECURRENCES |= {"torch._pack_padded_sequence"}
_NAMES = tuple(
    "input hx params has_biases num_layers dropout train bidirectional batch_first".split()  # noqa: SIM905
)


def recurrence(args: tuple[Any, ...]) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """The arguments of a recurrent layer by their names, and tensors as those that it gives.

    Raises `FlopcountError` for packed sequences: how many tokens there are, their lengths say.
    """
    if len(args) < len(_NAMES) or isinstance(args[3], list | tuple):
        raise FlopcountError(
            "a packed sequence: how much it costs depends on the lengths in it, which are data; "
            "read the model with a padded one"
        )
    bound = dict(zip(_NAMES, args, strict=False))
    if not isinstance(bound["hx"], list | tuple):
        bound["hx"] = [bound["hx"]]
    x, states = bound["input"], bound["hx"]
    directions = 2 if bound["bidirectional"] else 1
    out = x.new_empty((*x.shape[:-1], states[0].shape[-1] * directions))
    return bound, (out, *(state.new_empty(state.shape) for state in states))
