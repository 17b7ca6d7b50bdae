"""Notes the operators of a run, whole, and what each is taken apart into."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from ....calls import DISPATCHED, OPERATOR
from ..run.groups import grouped
from ..run.limits import Limits, asks_for_numbers, check_types
from ..run.trace import tensors_in
from .flow import asked_by_tracers
from .log import Log, Made, shapes
from .sizes import Operator, facts_of
from .sizes.recurrent import is_one_kernel

_ASKED = ("prim.", "aten.sym_", "aten.is_", "aten.size", "aten.stride", "aten.dim")
_VIEW = torch.ops.aten.view.default
_COMPOSITE = torch._C.DispatchKey.CompositeImplicitAutograd


class Operators(TorchDispatchMode):
    """Notes what is dispatched.

    In inference mode PyTorch hands an operator over before it takes it apart.
    """

    def __init__(self, log: Log, limits: Limits) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.asked: BaseException | None = None  # the first error of code that asks for numbers
        self._log = log
        self._limits = limits
        self._depth = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operator, and note it."""
        kwargs = kwargs or {}
        self._limits.check(len(self._log.calls))
        name = str(func._schema.name).replace("::", ".")
        try:
            check_types(func, args)
            if name.startswith(_ASKED):
                return func(*args, **kwargs)
            if name == "aten.detach":
                out = func(*args, **kwargs)
                self._log.origins.detached(out)
                return out
            return self._noted(name.removeprefix("aten."), func, args, kwargs)
        except Exception as error:
            if self.asked is None and asks_for_numbers(error):
                self.asked = error
            raise

    def _noted(self, name: str, func: Any, args: Any, kwargs: Any) -> Any:
        log, kernel = self._log, name
        composite = _is_composite(func)
        if composite and is_one_kernel(name, bound(func, args, kwargs)):
            composite, kernel = False, "mkldnn_rnn_layer"
        given = [args, kwargs]
        begun = [] if self._depth else [log.begin(OPERATOR, name, given)]
        if not composite:
            begun.append(log.begin(DISPATCHED, kernel, given))
            self._kind(begun[-1])
        try:
            out = self._apart(func, args, kwargs) if composite else _whole(func, args, kwargs)
        except BaseException:
            for made in reversed(begun):
                log.close(made)
            raise
        outputs = list(tensors_in(out))
        log.origins.made(list(tensors_in(given)), outputs, off=log.gradients.off)
        log.gradients.made(outputs)
        if begun:
            facts = self._facts(name, bound(func, args, kwargs), begun[0], outputs)
            for made in reversed(begun):
                made.facts |= facts
                log.end(made, out)
        return out

    def _facts(
        self, name: str, given: Mapping[str, Any], made: Made, outputs: list[Any]
    ) -> dict[str, int]:
        """What it has of sizes, beyond those of what comes in and goes out."""
        origins = self._log.origins
        facts = facts_of(Operator(name, given, shapes(outputs)))
        for part in ("weight", "bias"):
            facts[f"{part}_held"] = int(isinstance(given.get(part), torch.nn.Parameter))
        facts["tensors"] = len(made.inputs)
        facts |= asked_by_tracers(name, given, origins)
        learned = any(map(origins.reached, made.inputs))
        facts["barred"] = int(learned and self._log.gradients.is_barred(made.inputs))
        facts["params"] = sum(one.numel() for one in made.inputs if origins.is_held(one))
        if made.level == OPERATOR:
            facts["stored"] = origins.newly_read(made.inputs, outputs)
            facts["stats"] = sum(
                origins.first_read(given.get(name)) for name in ("running_mean", "running_var")
            )
        return facts

    def _kind(self, made: Made) -> None:
        """Of what is dispatched for an operator, the operator's kind."""
        outer = self._log.calls[made.within] if made.within >= 0 else made
        if outer.level == OPERATOR:
            made.kind = outer.kind

    def _apart(self, func: Any, args: Any, kwargs: Any) -> Any:
        self._depth += 1
        try:
            with self:
                if func._schema.name.startswith("aten::upsample"):
                    return func._op_dk(_COMPOSITE, *args, **kwargs)  # Python's own has a dozen
                return func.decompose(*args, **kwargs)
        finally:
            self._depth -= 1


def _whole(func: Any, args: Any, kwargs: Any) -> Any:
    out = grouped(func, args)
    if out is None:
        out = func(*args, **kwargs)
    return _laid_out(out, *args) if func is _VIEW and 1 in out.shape else out


def _laid_out(view: Any, base: Any, sizes: Any) -> Any:
    """A view as it lies in memory: along an axis of one, tensors without numbers lie otherwise.

    How a convolution's result lies, and so whether a bias is added in a product's operator, follows
    from it.
    """
    with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction():
        strides = base.stride()
        real = torch.empty_strided(base.shape, strides, device="meta").view(sizes).stride()
    if real == view.stride():
        return view
    return view.as_strided(view.shape, real, view.storage_offset())


@cache
def _is_composite(func: Any) -> bool:
    return bool(
        torch._C._dispatch_has_kernel_for_dispatch_key(func.name(), "CompositeImplicitAutograd")
    )


def bound(func: Any, args: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by their names, those left out too."""
    schema = func._schema.arguments
    defaults = {argument.name: argument.default_value for argument in schema}
    given = zip((argument.name for argument in schema), args, strict=False)
    return defaults | dict(given) | {**kwargs}
