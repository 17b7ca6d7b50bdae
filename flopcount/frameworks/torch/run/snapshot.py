"""What a module's code may change while it runs, noted before and put back after."""

import random
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import CellType, FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

import torch

from .places import slots

# What is looked at is a user's: these have state of their own, which state.py looks after.
_NOT_THEIRS = frozenset({"torch", "numpy", "builtins", *sys.stdlib_module_names} - {"__main__"})
_PLAIN = (int, float, complex, str, bytes, bool, type(None), torch.dtype, torch.device, torch.Size)
_CODE = (type, ModuleType, FunctionType)
_MOST_COPIED = 1 << 16  # elements of a tensor or an array that is neither parameter nor buffer


class Snapshot:
    """All that some modules hold, as it is now: attributes, lists, dicts and sets at any depth.

    What their classes hold, what the Python modules of these do, and what their hooks have in
    their closures are looked at too: a forward may count its calls in any of them.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self._undo: list[Callable[[], Any]] = []
        self._kept: dict[int, Any] = {}  # by identity: what is looked at lives until it is put back
        self._held = {id(tensor) for _, _, tensor in slots(module)}
        self._todo: list[Any] = [module, *module.modules()]
        for kind in {kind for part in module.modules() for kind in type(part).__mro__}:
            if _is_theirs(kind):
                self._of_class(kind)
        while self._todo:
            self._look(self._todo.pop())

    def put_back(self) -> None:
        """Put back what is different now; what cannot be is left."""
        for undo in reversed(self._undo):
            with suppress(Exception):
                undo()

    def _look(self, value: Any) -> None:
        if isinstance(value, _PLAIN) or id(value) in self._kept:
            return
        self._kept[id(value)] = value
        if isinstance(value, torch.Tensor):
            self._of_tensor(value)
        elif isinstance(value, dict):
            self._of_dict(value)
        elif isinstance(value, list | deque | set):
            self._of_list(value)
        elif isinstance(value, tuple | frozenset):
            self._todo += value
        elif isinstance(value, FunctionType | partial | MethodType):
            self._of_function(value)
        elif isinstance(value, random.Random | torch.Generator):
            self._of_generator(value)
        elif type(value).__name__ == "ndarray":
            self._of_array(value)
        elif not isinstance(value, type | ModuleType):
            self._of_object(value)

    def _of_dict(self, value: dict[Any, Any]) -> None:
        before = _items(value)
        self._undo.append(partial(_restore_dict, value, before))
        self._todo += before.values()

    def _of_list(self, value: Any) -> None:
        kind = next(kind for kind in (list, deque, set) if isinstance(value, kind))
        before = list(kind.__iter__(value))

        def undo() -> None:
            now = list(kind.__iter__(value))
            if len(now) != len(before) or any(a is not b for a, b in zip(now, before, strict=True)):
                kind.clear(value)
                add: Callable[..., Any] = getattr(kind, "update" if kind is set else "extend")
                add(value, before)

        self._undo.append(undo)
        self._todo += before

    def _of_object(self, value: Any) -> None:
        kind = type(value)
        module = isinstance(value, torch.nn.Module)
        if not module and not _is_theirs(kind) and kind is not SimpleNamespace:
            return
        attributes = getattr(value, "__dict__", None)
        if type(attributes) is dict:
            self._of_dict(attributes)
        slots = [name for one in kind.__mro__ for name in _names(one.__dict__.get("__slots__", ()))]
        for name in slots:
            if hasattr(value, name):
                self._todo.append(getattr(value, name))
                self._undo.append(partial(object.__setattr__, value, name, getattr(value, name)))
        if module:
            self._undo.append(partial(_restore_class, value, kind))

    def _of_function(self, value: Any) -> None:
        if isinstance(value, partial):
            self._todo += [value.func, *value.args, *value.keywords.values()]
        elif isinstance(value, MethodType):
            self._todo += [value.__self__, value.__func__]
        else:
            self._todo += [value.__defaults__, value.__kwdefaults__, value.__dict__]
            for cell in value.__closure__ or ():
                self._of_cell(cell)
            if _root(value.__module__) not in _NOT_THEIRS:
                self._of_namespace(value.__globals__)

    def _of_cell(self, cell: CellType) -> None:
        with suppress(ValueError):  # an empty one
            content = cell.cell_contents
            self._todo.append(content)
            self._undo.append(partial(setattr, cell, "cell_contents", content))

    def _of_class(self, kind: type) -> None:
        """The attributes of a class, and the names beside it in its Python module."""
        self._of_names(vars(kind), partial(setattr, kind), partial(delattr, kind))
        self._of_namespace(vars(sys.modules.get(kind.__module__, ModuleType(""))))

    def _of_namespace(self, names: dict[str, Any]) -> None:
        if id(names) not in self._kept:
            self._kept[id(names)] = names
            self._of_names(names, names.__setitem__, names.__delitem__, keeps=_CODE)

    def _of_names(
        self,
        names: Mapping[str, Any],
        put: Callable[[str, Any], Any],
        delete: Callable[[str], Any],
        *,
        keeps: tuple[type, ...] = (),
    ) -> None:
        """What stands under names: what can change in itself, and what remembers its results.

        New names go, but those of what it `keeps`: what was imported meanwhile.
        """
        before = dict(names)

        def undo() -> None:
            for name in [name for name in names if name not in before]:
                if not isinstance(names[name], keeps):
                    delete(name)
            for name, value in before.items():
                if names.get(name, names) is not value:
                    put(name, value)

        self._undo.append(undo)
        for name, value in before.items():
            if hasattr(type(value), "cache_clear"):
                self._undo.append(partial(_forget, value, value.cache_info().misses))
            elif not name.startswith("__") and not isinstance(value, _CODE):
                self._todo.append(value)

    def _of_tensor(self, value: Any) -> None:
        if id(value) in self._held or type(value) is not torch.Tensor:
            return  # others stand in for parameters and buffers while the module runs
        grad = value.grad if value.is_leaf else None
        asks, attributes = value.requires_grad, vars(value)
        before = _items(attributes)
        few = value.device.type != "meta" and value.numel() <= _MOST_COPIED
        numbers = value.detach().clone() if few and value.layout is torch.strided else None

        def undo() -> None:
            if value.is_leaf:
                value.grad = grad
                if value.requires_grad != asks:
                    value.requires_grad_(asks)
            _restore_dict(attributes, before)
            if numbers is not None and not _is_equal(value.detach(), numbers):
                value.detach().copy_(numbers)

        self._undo.append(undo)

    def _of_array(self, value: Any) -> None:
        if value.size <= _MOST_COPIED and value.flags.writeable:
            before = value.copy()
            self._undo.append(partial(value.__setitem__, ..., before))

    def _of_generator(self, value: Any) -> None:
        if isinstance(value, torch.Generator):
            self._undo.append(partial(value.set_state, value.get_state()))
        else:
            self._undo.append(partial(value.setstate, value.getstate()))


def _is_equal(one: Any, other: Any) -> bool:
    return torch.equal(one.isnan(), other.isnan()) and torch.equal(
        one.nan_to_num(), other.nan_to_num()
    )


def _items(value: dict[Any, Any]) -> dict[Any, Any]:
    """What a dict holds; a subclass may give other things out."""
    return dict(OrderedDict.items(value) if isinstance(value, OrderedDict) else dict.items(value))


def _restore_dict(value: dict[Any, Any], before: dict[Any, Any]) -> None:
    now = _items(value)
    same = len(now) == len(before) and all(
        key is other and one is two
        for (key, one), (other, two) in zip(now.items(), before.items(), strict=True)
    )
    if not same:
        kind = OrderedDict if isinstance(value, OrderedDict) else dict
        kind.clear(value)
        for key, content in before.items():
            kind.__setitem__(value, key, content)


def _restore_class(value: Any, kind: type) -> None:
    if type(value) is not kind:
        value.__class__ = kind


def _forget(function: Any, misses: int) -> None:
    """Empty a cache that has taken up something: it may be of tensors that hold no numbers."""
    if function.cache_info().misses != misses:
        function.cache_clear()


def _names(slots: Any) -> Iterator[str]:
    names = (slots,) if isinstance(slots, str) else slots
    yield from (name for name in names if not name.startswith("__"))


def _root(name: str | None) -> str:
    return (name or "").partition(".")[0]


def _is_theirs(kind: type) -> bool:
    return _root(kind.__module__) not in _NOT_THEIRS
