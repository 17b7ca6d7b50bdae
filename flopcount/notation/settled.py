"""What an option settles may not vary as well.

What a Network has from its own options may: to vary it, or to leave it open, is a what-if.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import FlopcountError
from ..records import replace
from .variables import CLASSES, Variable

if TYPE_CHECKING:
    from .given import Plan


def check_unset(plan: "Plan", variables: Iterable[Variable], what: str) -> None:
    """Raise `FlopcountError` where an option sets one of these variables, which are `what`."""
    if plan.loaded:
        return
    options = plan.draft.options
    settled = {variable.name for variable in options.set}
    settled |= {CLASSES.name} if options.classes is not None else set()
    for variable in variables:
        if variable.name in settled:
            raise FlopcountError(f"{variable.name} is both set and {what}")


def check_input_unset(plan: "Plan", variables: Sequence[Variable], what: str) -> None:
    """Raise `FlopcountError` where sizes of inputs are given, of which nothing stays.

    Beside sides that vary a size may still say the others, or the channels.
    """
    draft = plan.draft
    if plan.loaded or not draft.options.input:
        return
    bare = replace(draft, options=replace(draft.options, input={}))
    ones = dict.fromkeys(variables, 1)
    try:
        alike = bare.inputs_at(ones) == draft.inputs_at(ones)
    except FlopcountError:  # a spec that has no size of its own
        return
    if alike:
        raise FlopcountError(f"input is both set and {what}")
