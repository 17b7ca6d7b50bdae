"""The batch of a model: an axis of its input, so that another one is another reading."""

from ..core import Network
from ..errors import FlopcountError, shorten
from ..sizes import Size
from .models import ModelDraft
from .remembered import draft_of, remember
from .variables import Of, Variable

_BATCH = "B"  # the name that the axis of a batch has, where there is one


def batch_of(network: Network) -> int:
    """How many samples a network of a model was read with: 1 where nothing says so.

    Its counts are of all of them.
    """
    whole, plan = network.whole or network, _plan(network)
    symbols = plan.model.symbols if plan else {}
    for name, axis in symbols.get(_BATCH, ())[:1]:
        if axis < len(whole.inputs.get(name, ())):
            return int(whole.inputs[name][axis])
    return 1


def with_batch(network: Network, batch: Size) -> Network:
    """The same network of a model, or part of it, read with another number of samples.

    Raises `FlopcountError` where no axis of its inputs is known to be the batch.
    """
    plan = _plan(network)
    if plan is None or _BATCH not in plan.model.symbols:
        raise FlopcountError(
            f"{shorten(network.name)}: no axis of its inputs is known to be the batch; its counts "
            "are of the input as given, so give another input"
        )
    if batch_of(network) == batch:
        return network
    whole = remember(plan.build({Variable(_BATCH, Of.BATCH): batch}), plan)  # type: ignore[arg-type]
    if not network.whole:
        return whole
    own = {node.path for node in network.nodes}
    return whole.part(tuple(node for node in whole.nodes if node.path in own))


def _plan(network: Network) -> ModelDraft | None:
    plan: object = draft_of(network)
    return plan if isinstance(plan, ModelDraft) else None
