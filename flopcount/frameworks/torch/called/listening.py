"""Run a module once on tensors that hold no numbers; note each module, function and operator."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from ....calls import Call
from ...models.inputs import Inputs
from ..run.failures import message
from ..run.forward import empty, first_run, numbers_of, where_asked, with_own_numbers
from ..run.limits import Limits
from ..run.places import Places, known_places, slots
from ..run.stand_ins import StandIns, with_storage
from ..run.state import framework_as_found, left_as_found, set_attention
from ..run.trace import Failed, tensors_in, told
from . import hooks
from .flow import follow
from .functions import Functions
from .gradients import Gradients
from .log import Log
from .modules import places_of
from .operators import Operators
from .origins import origins_of
from .settling import settle
from .spelled import Spelled


def is_seen(module: torch.nn.Module) -> bool:
    """Whether modules and functions are seen where it runs.

    The graph of an archive has operators alone, and TorchScript runs without Python.
    """
    return not (isinstance(module, torch.jit.ScriptModule) or hasattr(module, "follow_places"))


def calls_of(
    module: torch.nn.Module,
    inputs: Inputs,
    again: Callable[[], torch.nn.Module] | None = None,
) -> tuple[Call, ...]:
    """What a module calls on inputs of these shapes, in order.

    Where its code asks for numbers, it is run on a copy that has some; `again` builds one anew.
    It and PyTorch are left as they were found. Raises `FlopcountError`.
    """
    with framework_as_found():
        from ..run.fake import Fake

        fake = Fake(allow_non_fake_inputs=True)
    if any(is_lazy(tensor) for *_, tensor in slots(module)):
        module = first_run(module, inputs)
    if any(isinstance(part, torch.jit.ScriptModule) for part in module.modules()):
        where = f"{type(module).__name__} holds code of TorchScript, which has no module paths"
    else:
        try:
            return _run(module, lambda: inputs.mapped(empty), fake)
        except Failed as failed:
            if failed.asked is None:
                raise message(failed, module, inputs) from None
            where = where_asked(failed, module)
    own = with_own_numbers(module, again, where)
    try:
        return _run(own, lambda: inputs.mapped(numbers_of(inputs.values)))
    except Failed as failed:
        raise message(failed, own, inputs) from None


def _run(
    module: torch.nn.Module, make: Callable[[], tuple[list[Any], dict[str, Any]]], fake: Any = None
) -> tuple[Call, ...]:
    """One run, on tensors of the mode `fake`, or without one on numbers. Raises `Failed`.

    Where its code turns gradients on or off, a second one says where, for tools that have them on.
    """
    log, outputs = _once(module, make, fake, Gradients(on=False))
    if log.gradients.switched:
        first = [made.forced for made in log.calls]
        log, outputs = _once(module, make, fake, Gradients(on=True))
        if len(first) == len(log.calls):
            for made, forced in zip(log.calls, first, strict=True):
                made.forced = forced
    settle(log, outputs)
    follow(log, outputs)
    return tuple(made.call() for made in log.calls)


def _once(
    module: torch.nn.Module,
    make: Callable[[], tuple[list[Any], dict[str, Any]]],
    fake: Any,
    gradients: Gradients,
) -> tuple[Log, list[Any]]:
    """A run's calls, and what came out."""
    places = Places(known_places(module))
    operators: Operators | None = None
    origins, parameters = origins_of(module)
    log = Log(places, origins, gradients)
    failing = told(places, lambda: operators and operators.asked, is_fake=fake is not None)
    with failing, ExitStack() as stack:
        stack.enter_context(left_as_found(module))
        set_attention((False, True, False, False, True))  # one kernel, as a CPU has
        stack.enter_context(torch.inference_mode())
        stack.enter_context(gradients.followed())
        if fake is not None:
            stack.enter_context(fake)
            with_storage(module, StandIns(twins=False))
        for held, name, learns in parameters:
            origins.hold(held[name], learns=learns)
        args, kwargs = make()
        stack.enter_context(places.followed())
        stack.enter_context(hooks.followed(log, places_of(module)))
        spelled = Spelled()
        stack.enter_context(spelled.followed())
        stack.enter_context(Functions(log, spelled))
        operators = stack.enter_context(Operators(log, Limits(numbers=fake is None)))
        out = module(*args, **kwargs)
        outputs = list(tensors_in(out))
    log.without_failed()
    return log, outputs
