"""A network that is there, rewritten: what ``@`` says behind a name."""

from collections.abc import Sequence

from ..core import Network
from ..errors import FlopcountError, one_of, quote
from ..reading import texts
from ..records import replace
from ..rewrites import part_name
from .drafts import Draft
from .remembered import draft_of, remember
from .rewriting import REWRITES, read_rewrite


def rewritten(network: Network, given: Sequence[str]) -> Network:
    """A network with some rewrites, in order, each as a reference has it: ``"separable"``.

    It knows its draft, with them, if it did. Raises `FlopcountError` for a part of a network, for
    what is no rewrite, and where one does not apply.
    """
    if network.whole is not None:
        raise FlopcountError(
            f"a network is rewritten whole, not {part_name(network)} alone: take the part of what "
            "was rewritten"
        )
    steps = []
    for text in texts(given, "rewrites", "texts such as 'separable'"):
        name, equals, value = text.removeprefix("@").partition("=")
        if name not in REWRITES:
            raise FlopcountError(f"{quote(text)}: {one_of(name, REWRITES, 'rewrite')}")
        steps.append(read_rewrite(name, value if equals else None))
    after = network
    for step in steps:
        after = step.apply(after, last=step is steps[-1])
    words = [str(step) for step in steps]
    after = replace(after, name="@".join([network.name, *words]))
    plan = draft_of(network)
    if plan is not None:
        every = (*plan.rewrites, *steps)
        plan = replace(plan, name=after.name, rewrites=every)
        if isinstance(plan, Draft):  # which has them in its reference, too
            plan = replace(plan, reference="@".join([plan.reference, *words]))
    return remember(after, plan)
