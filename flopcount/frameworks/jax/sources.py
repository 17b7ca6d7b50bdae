"""A function or a module of a user's: in code that can be imported, or in their program."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from ...errors import FlopcountError, listed, quote
from ..models.code import from_here, named, place_of
from ..models.inputs import Inputs, is_tensor
from ..models.inputs.given import called_with, named_axes
from ..models.inputs.typed import with_typed
from ..models.needs import needed
from .failures import failed
from .model import JaxModel

COMPANIONS = ("params", "variables", "init", "init_params", "initialize")
_EXPECTED = (
    "jax:package.module:name, the name of a function of arrays, or of a module of Flax or Equinox"
)


def imported(name: str, given: str | Mapping[str, str] | None = None) -> JaxModel:
    """What a name stands for: the code is imported, and run.

    A function of arrays; one of parameters and arrays, ``apply(params, x)``, beside which ``init``
    or ``params`` stands; a module of Flax or Equinox, its class, or what builds one; an
    ``(init, apply)`` pair. Folders are looked through as Python does, the current one first.
    Raises `FlopcountError`.
    """
    reference = f"jax:{name}"
    where, what = place_of(reference, _EXPECTED)
    needed("jax", reference)
    from .modules import functions
    from .modules.building import built, is_built
    from .modules.recognised import Prepared, is_of_jax, prepared
    from .run import framework_as_found

    with framework_as_found():
        from_here()
        found = named(where, what, reference, failed)
        how = f"{where}:{what} imported"
        if is_built(found):
            found, how = built(found, reference), f"{where}:{what}() imported and called"
        takes = functions.required(found) if not is_of_jax(found) else []
        if takes and functions.is_holding(takes[0]):
            owner = import_module(where)
            prepare = functions.of_parameters(found, _companion(owner, reference, takes[0]))
            how += f", with what {where} holds beside it"
            ready = Prepared(prepare, tuple(functions.takes(found))[1:], {})
        else:
            ready = prepared(found)
    return JaxModel(
        reference,
        with_typed(given, None, _Taking(ready.takes, found), example="1x224x224x3"),
        prepare=ready.prepare,
        takes=ready.takes,
        versions=ready.versions,
        source=f"{how}: a reading runs its code",
    )


def given_function(
    function: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    symbols: Mapping[str, Any] | None = None,
    name: str = "",
) -> JaxModel:
    """A function or module that stands in a user's program, and what it is called with.

    Where the first argument of a function holds parameters (a tree of arrays, such as a dict, with
    other arguments behind it), what it holds are parameters. Raises `FlopcountError` for what is no
    function, and for inputs that are none.
    """
    needed("jax", name or "a function of JAX's")
    from .modules import functions
    from .modules.linen import applied
    from .modules.recognised import Prepared, prepared

    args = tuple(args)
    module, held = applied(function), None
    if module is not None:
        function, args = module, args[1:]
    elif len(args) > 1 and _holds(args[0], functions.required(function)):
        held, args = args[0], args[1:]
    inputs = called_with(args, kwargs)
    ready = (
        Prepared(functions.of_parameters(function, held), tuple(functions.takes(function))[1:], {})
        if held is not None
        else prepared(function)
    )
    own = getattr(function, "__name__", "") or type(function).__name__
    return JaxModel(
        name or own.replace("<lambda>", "function"),
        inputs,
        symbols=named_axes(inputs, symbols or {}),
        prepare=ready.prepare,
        takes=ready.takes,
        versions=ready.versions,
    )


def _holds(value: Any, takes: Sequence[str]) -> bool:
    """Whether an argument holds parameters: a tree of arrays, or one that is called so."""
    from .modules.functions import is_holding

    if is_tensor(value) or isinstance(value, Inputs | str | tuple):
        return False
    return (bool(takes) and is_holding(takes[0])) or isinstance(value, Mapping)


def _companion(owner: Any, reference: str, first: str) -> Any:
    """What gives a function its parameters: beside it, under one of some names."""
    from .modules.recognised import made_by

    for name in COMPANIONS:
        if hasattr(owner, name):
            beside = getattr(owner, name)
            return made_by(beside) if callable(beside) else beside
    raise FlopcountError(
        f"{quote(reference)} takes {first} first, and {owner.__name__} has none: put "
        f"{listed(COMPANIONS[:1])} (arrays) or init(key) beside it, or name a function of arrays"
    )


class _Taking:
    """What takes inputs of these names, for those that are typed."""

    def __init__(self, names: Sequence[str], function: Any) -> None:
        import inspect

        from .modules.functions import takes

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        own = takes(function if callable(function) else None)
        found = [own.get(name) or inspect.Parameter(name, kind) for name in names]
        self.forward = lambda: None
        self.forward.__signature__ = inspect.Signature(found, __validate_parameters__=False)  # type: ignore[attr-defined]
