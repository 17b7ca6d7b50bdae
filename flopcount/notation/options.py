"""What a user changes in a network before it is built."""

from typing import TYPE_CHECKING

from ..records import dataclass, field
from ..sizes import Size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .ends import Inputs
    from .variables import Variable


@dataclass(frozen=True)
class Options:
    """What a user changes in a table before it is built: input sizes, classes, columns, heads.

    `input` has the sizes by name, under ``""`` the one for all inputs. `past` is how many tokens
    came before, or a name for that.
    """

    input: "Inputs" = field(default_factory=dict)
    classes: Size | None = None
    set: "Mapping[Variable, Size | str]" = field(default_factory=dict)
    aux: bool = False
    past: int | str | None = None
