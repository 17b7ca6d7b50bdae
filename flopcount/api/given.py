"""What a user names a network by, or gives as one: a text, a network, a model's object."""

import os
from typing import Any

from .. import core as _core
from .. import notation as _notation
from .objects import of_graph


def as_network(given: Any, inputs: Any = None) -> _core.Network:
    """What is given, as a network; a model's object is read, on the `inputs`."""
    if inputs is None and isinstance(given, _core.Network):
        return given
    if inputs is None and isinstance(given, str | os.PathLike):
        return of_graph(_notation.as_network(given))
    from .readers import read

    return read(given, inputs)
