"""A saved model built anew by Keras, of its config alone: no weights are read, none made.

Code that a file holds, or names, runs only where the user trusts it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from ....errors import FlopcountError, listed, quote
from ..backend import import_keras, one_line
from .failures import in_one_line
from .kept import keras_as_new

# What holds code in its config, or reads it from a file that this names.
CODE = ("Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper")
_REGISTER = "import its class in Python, then fc.load(path)"
PACKAGES = ("keras", "keras_hub", "keras_nlp", "keras_cv", "builtins")
# Whose functions compute and do nothing else: others of Keras' download, write and open files.
FUNCTIONS = ("ops", "activations", "random", "initializers", "regularizers", "losses", "metrics")


def built(config: Mapping[str, Any], path: str, *, trust: bool) -> Any:
    """The model of a config, its variables without numbers.

    `trust`: lambdas in it may run, and the modules that it names are imported. Raises
    `FlopcountError` for code that is not trusted, a class that is not there, and what Keras makes
    no model of.
    """
    if not trust:
        _refuse_code(config, path)
    keras = import_keras(what=f"{quote(path)}, not of known layers alone,")
    needs_jax(keras, path)
    custom = _custom(keras, config, path) if trust else {}
    plain = {**config, "compile_config": None}
    with keras_as_new(), in_one_line(path, _not_built):
        try:
            with without_numbers():
                model = _made(keras, plain, custom, trust=trust)
        except (ValueError, TypeError, AttributeError):
            model = _made(keras, plain, custom, trust=trust)  # what it does needs some
    if not isinstance(model, keras.Layer):
        raise FlopcountError(f"{path}: it holds a {type(model).__name__}, which is no model")
    return model


def _made(keras: Any, config: Any, custom: Mapping[str, Any], *, trust: bool) -> Any:
    return keras.saving.deserialize_keras_object(
        dict(config), custom_objects=dict(custom), safe_mode=not trust
    )


def _not_built(error: Exception) -> str:
    return f": Keras does not build it: {one_line(error)}"


def needs_jax(keras: Any, what: str) -> None:
    """Raise `FlopcountError` where Keras runs on another backend than JAX."""
    running = keras.backend.backend()
    if running != "jax":
        raise FlopcountError(
            f"{what}: its layers are not all known from their settings, so it is traced, with JAX, "
            f"and Keras runs on {running} in this process: set KERAS_BACKEND=jax before Keras is "
            "imported"
        )


@contextmanager
def without_numbers() -> Iterator[None]:
    """Make Keras' variables without numbers, whatever their size: a shape and a type."""
    import keras
    from keras.src.backend.common import global_state

    waiting = global_state.get_global_attribute("uninitialized_variables") or []
    before = list(waiting)
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute("uninitialized_variables", before)


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Each object of a config: what has a class and, mostly, a module."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            if isinstance(part.get("class_name"), str):
                yield part
            waiting += reversed(list(part.values()))
        elif isinstance(part, list | tuple):
            waiting += reversed(part)


def _named(thing: Mapping[str, Any]) -> str:
    """An object as a message names it: its own name, if it has one, and its class."""
    config = thing.get("config")
    name = config.get("name") if isinstance(config, Mapping) else None
    kind = thing["class_name"]
    return f"{quote(name)}, a {kind}," if isinstance(name, str) else f"a {kind}"


def _is_own(thing: Mapping[str, Any]) -> bool:
    """Whether it is of a package of the user's."""
    module = thing.get("module")
    if thing.get("registered_name") and not module:
        return True
    return isinstance(module, str) and module.partition(".")[0] not in PACKAGES


def _refuse_code(config: Mapping[str, Any], path: str) -> None:
    """Raise `FlopcountError` for what runs code of the file's, or of what it names."""
    registered = _registered()
    for thing in objects(config):
        kind = thing["class_name"]
        if kind == "__lambda__" or (kind in CODE and _holds_code(thing)):
            raise FlopcountError(
                f"{path}: {_named(thing)} holds code, which is not run: --trust runs code of "
                "the file"
            )
        if _acts(thing):
            raise FlopcountError(
                f"{path}: {_function(thing)} is a function of Keras that may do more than compute, "
                "and is not run: --trust runs code of the file"
            )
        if _is_own(thing) and thing.get("registered_name") not in registered:
            how = "--trust imports it, and runs code of the file"
            if not isinstance(thing.get("module"), str):  # nobody knows where its code is
                how = _REGISTER
            raise FlopcountError(
                f"{path}: {_named(thing)} is of {_module_of(thing)}, not of Keras, and is not "
                f"imported: {how}"
            )


def _function(thing: Mapping[str, Any]) -> str:
    """The function that it names, with its module."""
    named = thing.get("config") if thing["class_name"] == "function" else thing["class_name"]
    return quote(f"{thing.get('module')}.{named}")


def _acts(thing: Mapping[str, Any]) -> bool:
    """Whether it is of Keras and a function, or what makes one, that may do more than compute."""
    kind, module = thing["class_name"], thing.get("module")
    if not isinstance(module, str):
        return False
    package, *parts = module.split(".")
    if package not in PACKAGES or package == "builtins":
        return False
    parts = parts[1:] if parts[:1] == ["src"] else parts
    if kind == "function" or kind[:1].islower():
        return not parts or parts[0] not in FUNCTIONS
    return parts[:1] in (["applications"], ["datasets"], ["utils"], ["saving"])


def _holds_code(thing: Mapping[str, Any]) -> bool:
    """Whether it does, of a class that may: a Lambda of a function by name holds none."""
    if thing["class_name"] != "Lambda":
        return True
    config = thing.get("config")
    function = config.get("function") if isinstance(config, Mapping) else None
    return not isinstance(function, Mapping) or function.get("class_name") != "function"


def _module_of(thing: Mapping[str, Any]) -> str:
    module = thing.get("module")
    registered = thing.get("registered_name")
    if isinstance(module, str):
        return quote(module)
    return quote(str(registered).partition(">")[0]) if registered else "another package"


def _registered() -> Mapping[str, Any]:
    """What the user's own code has registered with Keras in this process."""
    import sys

    keras = sys.modules.get("keras")
    return keras.saving.get_custom_objects() if keras else {}


def _custom(keras: Any, config: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The classes and functions of the user's own that a config names, imported.

    Raises `FlopcountError` for one that is not there.
    """
    from importlib import import_module

    found: dict[str, Any] = {}
    known = keras.saving.get_custom_objects()
    for thing in objects(config):
        if not _is_own(thing) or thing.get("registered_name") in known:
            continue
        kind, module = thing["class_name"], thing.get("module")
        name = thing["config"] if kind == "function" else kind
        if isinstance(module, str) and isinstance(name, str):
            with suppress(Exception):  # whatever an import runs into: it is not there
                found[name] = getattr(import_module(module), name)
                found[str(thing.get("registered_name") or name)] = found[name]
        known = keras.saving.get_custom_objects()  # importing may register it
        if name not in found and thing.get("registered_name") not in known:
            raise FlopcountError(
                f"{path}: {_named(thing)} is of {_module_of(thing)}, which is not there to be "
                f"imported{_where(module)}"
            )
    return found


def _where(module: Any) -> str:
    """How to make a module importable."""
    names = listed([quote("PYTHONPATH")])
    return f": put its folder on {names}" if isinstance(module, str) else f": {_REGISTER}"
