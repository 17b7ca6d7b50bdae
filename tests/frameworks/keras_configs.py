"""Configs of Keras models as a .keras file has them, written without Keras."""

import json
import zipfile
from pathlib import Path
from typing import Any


def tensor(name: str, call: int = 0, output: int = 0) -> dict[str, Any]:
    """A tensor as a call of a layer names it."""
    config = {"shape": [None], "dtype": "float32", "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def layer(
    kind: str, name: str, *calls: Any, module: str = "keras.layers", **settings: Any
) -> dict[str, Any]:
    """A layer with its calls, each the arguments, or the name of what it reads."""
    nodes = []
    for call in calls:
        args = call if isinstance(call, list) else [tensor(call)]
        kwargs: dict[str, Any] = {}
        if args and isinstance(args[-1], dict) and "class_name" not in args[-1]:
            kwargs = args.pop()
        nodes.append({"args": args, "kwargs": kwargs})
    own = {"name": name, "trainable": True, **settings}
    registered = None if module.startswith("keras.layers") else kind
    return {
        "module": module,
        "class_name": kind,
        "config": own,
        "registered_name": registered,
        "name": name,
        "inbound_nodes": nodes,
    }


def entry(name: str, *shape: int | None, dtype: str = "float32") -> dict[str, Any]:
    """An input layer: the shape is without the batch."""
    return layer("InputLayer", name, batch_shape=[None, *shape], dtype=dtype)


def operation(kind: str, name: str, *calls: Any, of: str = "numpy", **settings: Any) -> Any:
    """An operation of ``keras.ops``."""
    made = layer(kind, name, *calls, module=f"keras.src.ops.{of}", **settings)
    del made["config"]["trainable"]
    return made


def functional(
    layers: list[Any], inputs: Any, outputs: Any, name: str = "model", calls: tuple[Any, ...] = ()
) -> dict[str, Any]:
    """A functional model; `inputs` and `outputs` are a name, or several."""
    module = "keras.src.models.functional"
    made = layer("Functional", name, *calls, module=module)
    made["config"] |= {
        "layers": layers,
        "input_layers": _leaves(inputs),
        "output_layers": _leaves(outputs),
    }
    return made


def sequential(
    layers: list[Any], shape: list[int | None] | None = None, name: str = "model"
) -> dict[str, Any]:
    """A Sequential model, built for a shape or not."""
    made = layer("Sequential", name, module="keras")
    made["registered_name"] = None
    made["config"] |= {"layers": layers} | ({"build_input_shape": shape} if shape else {})
    return made


def _leaves(value: Any) -> Any:
    if isinstance(value, str):
        return [value, 0, 0]
    if isinstance(value, dict):
        return {key: _leaves(one) for key, one in value.items()}
    return value if value and not isinstance(value[0], str) else [_leaves(one) for one in value]


def saved(config: dict[str, Any], path: Path, version: str = "3.15.1") -> str:
    """A .keras file of a config, its weights missing; gives its path."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
    return str(path)
