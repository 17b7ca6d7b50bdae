"""Dataclasses whose methods are written when they are first needed.

Python's own decorator writes and compiles up to eight methods for each class while its module is
loaded: a tenth of a second for all of ours, of which one run uses a third. Here a class is given
methods that all classes share, and an `__init__` of its own when the first instance is made. All
else is as in `dataclasses`, whose functions take these classes too; `slots`, `order` and `InitVar`
are not known here.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple, TypeVar, dataclass_transform, get_origin

_T = TypeVar("_T")
_NONE: Any = object()  # where there is no default, and what a factory's field is called with


class Field(NamedTuple):
    """What is known of one field; `default` and `default_factory` are `_NONE` where it has none."""

    name: str = ""
    type: Any = None
    default: Any = _NONE
    default_factory: Any = _NONE
    init: bool = True
    repr: bool = True
    hash: bool | None = None  # as it is compared
    compare: bool = True
    kw_only: bool | None = None  # as its class says

    @property
    def is_optional(self) -> bool:
        """Whether an instance can be made without it."""
        return self.default is not _NONE or self.default_factory is not _NONE

    @property
    def is_hashed(self) -> bool:
        """Whether it is part of what is hashed."""
        return self.compare if self.hash is None else self.hash


class _Layout:
    """The fields of a class, its bases' first, and what is made of them."""

    def __init__(self, cls: type, fields: dict[str, Field], options: dict[str, Any]) -> None:
        self.cls, self.fields, self.options = cls, fields, options
        self.compared = _values([one.name for one in fields.values() if one.compare])
        self.hashed = _values([one.name for one in fields.values() if one.is_hashed])
        self._twin: type | None = None

    def write_init(self) -> None:
        """Give the class an `__init__` of its own."""
        names: dict[str, Any] = {"_NONE": _NONE}
        frozen = self.options.get("frozen")
        line = "_own[{0!r}] = {1}" if frozen else "self.{0} = {1}"
        places, named = ["self"], list[str]()
        lines = ["_own = self.__dict__"] if frozen else []
        for name, one in self.fields.items():
            value = name
            if one.default_factory is not _NONE:
                names[f"_new_{name}"] = one.default_factory
                value = f"_new_{name}()"
                if one.init:
                    value += f" if {name} is _NONE else {name}"
            elif not one.init:
                continue  # it has the class's
            lines.append(line.format(name, value))
            if one.init:
                names[f"_default_{name}"] = one.default
                place = f"{name}=_default_{name}" if one.is_optional else name
                (named if one.kw_only else places).append(place)
        if hasattr(self.cls, "__post_init__"):
            lines.append("self.__post_init__()")
        head = ", ".join([*places, "*", *named] if named else places)
        text = "\n ".join([f"def __init__({head}):", *lines, "return"])
        exec(text, names)  # noqa: S102  the fields' names, and nothing else
        init = names["__init__"]
        init.__module__ = self.cls.__module__
        init.__qualname__ = f"{self.cls.__qualname__}.__init__"
        self.cls.__init__ = init  # type: ignore[misc]

    @property
    def twin(self) -> type:
        """A dataclass of Python's own with these fields, for `dataclasses` to look at."""
        if self._twin is None:
            import dataclasses

            told = []
            for name, one in self.fields.items():
                given = {key: value for key, value in one._asdict().items() if value is not _NONE}
                del given["name"], given["type"]
                told.append((name, one.type, dataclasses.field(**given)))
            self._twin = dataclasses.make_dataclass(self.cls.__name__, told, **self.options)
        return self._twin


def _values(names: list[str]) -> Callable[[Any], Any]:
    """What gives the values of these attributes of an object."""
    return attrgetter(*names) if names else lambda _: ()


class _OfTwin:
    """An attribute of dataclasses that ours have from their twin, once somebody asks for it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, cls: Any) -> Any:
        return getattr(cls.__layout__.twin, self.name)


def _start(self: Any, *args: Any, **settings: Any) -> None:
    """The first `__init__` of a class: it writes the one that takes its place."""
    layout = self.__layout__
    layout.write_init()
    layout.cls.__init__(self, *args, **settings)


def _repr(self: Any) -> str:
    shown = [one.name for one in self.__layout__.fields.values() if one.repr]
    inside = ", ".join([f"{name}={getattr(self, name)!r}" for name in shown])
    return f"{type(self).__qualname__}({inside})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    compared = self.__layout__.compared
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash(self.__layout__.hashed(self))


def _change(self: Any, name: str, *value: Any) -> None:
    """Set or delete an attribute of a frozen instance: one that a plain subclass adds, no other."""
    layout = self.__layout__
    if type(self) is layout.cls or name in layout.fields:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")
    (object.__setattr__ if value else object.__delattr__)(self, name, *value)


_METHODS = {
    "__init__": _start,
    "__dataclass_fields__": _OfTwin("__dataclass_fields__"),
    "__dataclass_params__": _OfTwin("__dataclass_params__"),
}


def _fields_of(cls: type) -> dict[str, Field]:
    """The fields of a class that is a dataclass, ours or Python's own."""
    if "__layout__" in vars(cls):
        return cls.__layout__.fields  # type: ignore[attr-defined,no-any-return]
    if "__dataclass_fields__" not in vars(cls):
        return {}
    from dataclasses import MISSING
    from dataclasses import fields as fields_of

    told = {}
    for one in fields_of(cls):
        given = {key: getattr(one, key) for key in Field._fields}
        given = {key: value for key, value in given.items() if value is not MISSING}
        told[one.name] = Field(**given)
    return told


def _all_fields(cls: Any, *, kw_only: bool) -> dict[str, Field]:
    """The fields of a class that becomes a dataclass; as its attributes stay their defaults."""
    told: dict[str, Field] = {}
    for base in cls.__mro__[-1:0:-1]:
        told |= _fields_of(base)
    for name, kind in vars(cls).get("__annotations__", {}).items():
        if kind is ClassVar or get_origin(kind) is ClassVar:
            continue
        given = vars(cls).get(name, _NONE)
        one = given if isinstance(given, Field) else Field(default=given)
        only = kw_only if one.kw_only is None else one.kw_only
        told[name] = one._replace(name=name, type=kind, kw_only=only)
        if one.default is not _NONE:
            setattr(cls, name, one.default)
        elif given is not _NONE:
            delattr(cls, name)
    return told


def field(**settings: Any) -> Any:
    """As `dataclasses.field`."""
    return Field(**settings)


@dataclass_transform(field_specifiers=(field,))
def dataclass(cls: Any = None, *, kw_only: bool = False, **options: bool) -> Any:
    """As `dataclasses.dataclass`, with the options `frozen`, `eq`, `repr` and `kw_only`."""
    if cls is None:
        return lambda cls: dataclass(cls, kw_only=kw_only, **options)
    fields = _all_fields(cls, kw_only=kw_only)
    cls.__layout__ = _Layout(cls, fields, options)
    methods: dict[str, Any] = {**_METHODS}
    if options.get("repr", True):
        methods["__repr__"] = _repr
    if options.get("eq", True):
        methods |= {"__eq__": _eq, "__hash__": _hash if options.get("frozen") else None}
    if options.get("frozen"):
        methods |= {"__setattr__": _change, "__delattr__": _change}
    positional = [name for name, one in fields.items() if one.init and not one.kw_only]
    methods["__match_args__"] = tuple(positional)
    for name, method in methods.items():
        if vars(cls).get(name) is None:
            setattr(cls, name, method)
    return cls


def fields(record: Any) -> tuple[Field, ...]:
    """The fields of a dataclass or of an instance of one, ours or Python's own; else none."""
    cls = record if isinstance(record, type) else type(record)
    for base in cls.__mro__:
        if found := _fields_of(base):
            return (*found.values(),)
    return ()


def replace(record: _T, /, **changes: Any) -> _T:
    """As `dataclasses.replace`, of our dataclasses and Python's own."""
    for one in fields(record):
        if one.init and one.name not in changes:
            changes[one.name] = getattr(record, one.name)
    return type(record)(**changes)
