"""Notes the functions that Python code calls, by the names that it calls them by."""

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  as everyone writes it
from torch.overrides import TorchFunctionMode, resolve_name

from ....calls import FUNCTION
from .functional import of_arguments
from .gradients import SWITCH
from .log import Log
from .spelled import Spelled

_ASKING = {
    "dim",
    "size",
    "numel",
    "stride",
    "is_contiguous",
    "element_size",
    "detach",
    "ndimension",
    "storage_offset",
    "is_floating_point",
    "is_complex",
    "data_ptr",
    "untyped_storage",
    "requires_grad_",
    "__len__",
    "__repr__",
    "__format__",
    "__hash__",
    "register_hook",
}
_FUNCTIONAL = {
    id(value): name for name, value in vars(F).items() if callable(value) and name[0] != "_"
}


class Functions(TorchFunctionMode):
    """Notes the functions that Python code calls; what these call in turn are operators."""

    def __init__(self, log: Log, spelled: Spelled) -> None:
        super().__init__()
        self._log = log
        self._spelled = spelled

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run a function, and note it."""
        kwargs = kwargs or {}
        if func is SWITCH:
            self._log.gradients.switched = True
            return func(*args, **kwargs)
        operator = self._spelled.taken()
        name = f"Tensor.{operator}" if operator else name_of(func)
        if _asks(func, name):
            return func(*args, **kwargs)
        with self._log.call(FUNCTION, name, [args, kwargs]) as made:
            out = func(*args, **kwargs)
            made.said = of_arguments(name, args, kwargs)
            self._log.end(made, out)
        return out


def _asks(func: Any, name: str) -> bool:
    """Whether it asks about a tensor, and computes nothing."""
    own = getattr(func, "__name__", "")
    return own in {"__get__", "__set__"} or (name.startswith("Tensor.") and name[7:] in _ASKING)


def name_of(func: Any) -> str:
    """How code names a function: ``F.relu``, ``torch.add``, ``Tensor.__add__``.

    >>> import torch
    >>> name_of(torch.nn.functional.relu), name_of(torch.Tensor.add), name_of(torch.bmm)
    ('F.relu', 'Tensor.add', 'torch.bmm')
    """
    if id(func) in _FUNCTIONAL:
        return f"F.{_FUNCTIONAL[id(func)]}"
    if isinstance(func, torch._ops.OpOverload):
        return f"torch.ops.{func._schema.name.replace('::', '.')}"
    own = getattr(func, "__name__", "")
    if own.startswith("__"):
        return f"Tensor.{own}"
    if getattr(torch, own, None) is func:  # one function of torch has two names: mm, spmm
        return f"torch.{own}"
    return _short(str(resolve_name(func) or own))


def _short(name: str) -> str:
    """A name as code has it that imports torch, and torch.nn.functional as F."""
    for prefix, short in (("torch.nn.functional.", "F."), ("torch.Tensor.", "Tensor.")):
        if name.startswith(prefix):
            return short + name.removeprefix(prefix)
    return f"torch.{name.rpartition('.')[2]}"
