"""Which draft a network was built from."""

from typing import TYPE_CHECKING

from ..core import Network

if TYPE_CHECKING:
    from .drafts import Draft

_PLAN = "_plan"


def remember(network: Network, plan: "Draft | None") -> Network:
    """Let a network know the draft that it was built from: for formulas, sweeps and sliders.

    It stands beside the fields, as a cached property does: a changed copy has none.
    """
    if plan is not None:
        network.__dict__[_PLAN] = plan
    return network


def draft_of(network: Network) -> "Draft | None":
    """The draft that a network, or the whole that it is a part of, was built from, if known."""
    found: Draft | None = (network.whole or network).__dict__.get(_PLAN)
    return found
