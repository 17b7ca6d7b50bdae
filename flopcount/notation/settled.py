"""What an option settles may not vary as well.

What a Network has from its own options may: to vary it, or to leave it open, is a what-if.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ..errors import FlopcountError
from ..records import replace
from .ends import ALL
from .variables import CLASSES, Variable

if TYPE_CHECKING:
    from .drafts import Draft
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


def check_input_unset(plan: "Plan", variables: Iterable[Variable], what: str) -> None:
    """Raise `FlopcountError` where a size of an input is given, of which nothing stays.

    Beside sides that vary a size may still say the others, or the channels, or that inputs differ.
    """
    draft, varied = plan.draft, {*variables}
    given = [] if plan.loaded else [*draft.options.input]
    for options in [*([one] for one in given), given]:
        if options and _are_ignored(draft, options, varied):
            named = f" {options[0]}" if len(options) == 1 and ALL not in options else ""
            raise FlopcountError(f"input{named} is both set and {what}")


def _are_ignored(draft: "Draft", options: Collection[str], varied: Collection[Variable]) -> bool:
    """Whether sizes of inputs are as they would be without these, but for sides that vary."""
    given = draft.options.input
    left = {name: size for name, size in given.items() if name not in options}
    bare = replace(draft, options=replace(draft.options, input=left))
    sizes = draft.inputs
    try:
        own = bare.inputs
    except FlopcountError:  # a spec that has no size of its own
        return False
    for name in sizes:
        if name not in options and (name in given or ALL not in options):
            continue
        sides = _sides(draft, name)
        alike = own[name].axes[len(sides) :] == sizes[name].axes[len(sides) :]
        if not alike or sides != _sides(bare, name) or not sides or not {*sides} <= {*varied}:
            return False
    return True


def _sides(draft: "Draft", name: str) -> Collection[Variable]:
    return [*(draft.sides or draft.own_sides.get(name, ()))]
