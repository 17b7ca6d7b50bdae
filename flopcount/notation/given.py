"""What a caller gives for a network: a `Network`, or what names one."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..core import Network
from ..errors import FlopcountError, quote, shorten
from ..reading import texts
from ..rewrites import part_name, place_of
from .no_network import shown_object
from .references import draft, load
from .remembered import draft_of

if TYPE_CHECKING:
    from .drafts import Draft

Given: TypeAlias = Network | str | os.PathLike[str]
_OPTIONS: dict[str, Any] = {
    "input": None,
    "classes": None,
    "set": None,
    "aux": False,
    "past": None,
    "reduce": (),
}
_OPTIONS |= {"trust": False}


class Plan(NamedTuple):
    """A draft, and the modules and the branch that are meant of it; none: all.

    Where it is of a Network that was `loaded`, the options of its draft are those that it has.
    """

    draft: "Draft"
    modules: tuple[str, ...] = ()
    branch: str | None = None
    loaded: bool = False


def as_network(given: Given) -> Network:
    """The network that is given, or named: by its name, the path of a table, or a spec.

    Raises `FlopcountError` for what is neither, and as `load` does.
    """
    if isinstance(given, Network):
        return given
    if not isinstance(given, str | os.PathLike):
        raise not_a_network(given)
    return load(given)


def not_a_network(given: object) -> FlopcountError:
    """The error for an object that is no network; of a model it says what reads it."""
    return FlopcountError(
        f"expected a network: a name, a path, a spec, or a Network; not {shown_object(given)}"
    )


def networks_of(given: Iterable[Given]) -> Iterator[Network]:
    """Likewise several; one alone is refused, since it would be taken for its modules or letters.

    Raises `FlopcountError` as `as_network` does.
    """
    if isinstance(given, Network | str | os.PathLike) or not hasattr(given, "__iter__"):
        raise FlopcountError(
            "expected a list of networks, as in ['googlenet', 'inception-v3'], not "
            f"{shown_object(given)}"
        )
    return map(as_network, given)


def planned(given: Given, what: str, **options: Any) -> Plan:
    """What is given, as a draft whose sizes can be opened: for `what`, a formula say.

    A `Network` has its options; of a part, the modules and the branch are kept. Raises
    `FlopcountError` for a network that nothing names, since it was made or changed in Python,
    for a part that is neither modules nor a branch, and as `draft` does.
    """
    if not isinstance(given, Network):
        return Plan(draft(given, **options))
    plan, name = draft_of(given), shorten(given.name)
    if plan is None:
        raise FlopcountError(
            f"{what} opens sizes, and this Network of {name} was made or changed in Python; give "
            "what fc.load took, a name, a path or a spec, or the Network that it returned"
        )
    for option, value in options.items():
        if option not in _OPTIONS:
            raise TypeError(f"unexpected keyword argument {option!r}")
        if value != _OPTIONS.get(option) and value != {}:
            raise FlopcountError(
                f"this Network of {name} has its {option} already; give {option} to fc.load, or "
                f"give the name {name} in place of the Network"
            )
    if given.whole is None:
        return Plan(plan, loaded=True)
    place = place_of(given)
    if place is None:
        raise FlopcountError(
            f"{what} is of a network, of modules or of a branch, not of {part_name(given)}"
        )
    return Plan(plan, *place, loaded=True)


def narrowed(
    plan: Plan, what: str, modules: Sequence[str], branch: str | None = None
) -> tuple[Sequence[str], str | None]:
    """The modules and the branch that are meant: of the part that was given, or those named.

    Raises `FlopcountError` where both are there.
    """
    if plan.modules and (modules or branch is not None):
        part = f"{shorten(plan.draft.name)}, {', '.join(plan.modules)}"
        raise FlopcountError(f"{what} of a part, here {part}, takes no module or branch besides")
    return (plan.modules, plan.branch) if plan.modules else (modules, branch)


def of_modules(plan: Plan, what: str, modules: Sequence[str]) -> Sequence[str]:
    """The modules, likewise; raises `FlopcountError` for a branch too."""
    named, branch = narrowed(plan, what, texts(modules, "modules", "names of modules"))
    if branch is not None:
        raise FlopcountError(f"{what} is of a network or of modules, not of branch {branch}")
    for name in named:
        if "/" in name:
            raise FlopcountError(f"{what} is of a network or of modules, not of {quote(name)}")
    return named
