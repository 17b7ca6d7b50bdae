"""``--past N``: the tokens that came before, whose keys and values lie in a cache."""

import re
from collections.abc import Mapping
from operator import index
from typing import Any

from ..core import Network
from ..errors import FlopcountError, at, quote
from ..reading import whole_number
from ..records import replace
from ..rewrites import with_past
from ..sizes import Size, as_size
from .ends import Inputs
from .variables import Of, Variable

_NAME = re.compile(r"[A-Za-z]\w{0,29}", re.ASCII)


def read_past(given: Any) -> int | str:
    """A number of tokens, 0 too, or a name that stands for one.

    >>> read_past("512"), read_past(0), read_past("N")
    (512, 0, 'N')
    """
    if isinstance(given, str):
        return given if _NAME.fullmatch(given) else whole_number(given, "past", least=0)
    try:
        none = type(given) is not bool and index(given) == 0  # of numpy too
        return 0 if none else int(as_size(given, "past"))
    except (FlopcountError, TypeError):
        said = f"past is {quote(given)}, not a whole number from 0 to 2**31"
        raise FlopcountError(said) from None


def past_names(past: int | str | None) -> list[Variable]:
    """The variable that an open past is."""
    return [Variable(past, Of.SPEC)] if isinstance(past, str) else []


def of_one_token(inputs: Inputs, written: str) -> Inputs:
    """The inputs, of the written one one token in the place of as many as are typed.

    A name stays open.
    """
    size = inputs[written]
    if len(size.axes) > 2 or not isinstance(size.axes[0], int):
        return inputs
    return {**inputs, written: replace(size, axes=(1, *size.axes[1:]))}


def on_past(network: Network, past: int | str | None, values: Mapping[Variable, Size]) -> Network:
    """The network after its past, where it has one; `values` may say how much that is.

    Raises `FlopcountError` as `with_past` does, and for a name that is left.
    """
    if past is None:
        return network
    with at(f"past {past}"):
        found = values.get(Variable(past, Of.SPEC), past) if isinstance(past, str) else past
        if isinstance(found, str):
            raise FlopcountError(f"{quote(found)} is a free name, not a number")
        return with_past(network, found)
