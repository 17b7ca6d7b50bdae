"""An archive of torch.export, ``model.pt2``: its graph, read as data, run operation by operation.

PyTorch's own loader unpickles constants and evaluates the texts of sizes. Nothing of that happens
here: the graph is JSON, weights are known by their shapes alone, and only PyTorch's own operations
are called.
"""

import json
import zipfile
from collections.abc import Mapping
from typing import Any

from ....errors import FlopcountError, plural, quote_path
from ...models.inputs import Inputs, Tensor
from ...models.inputs.typed import with_typed
from ...models.model import Model, Symbols
from ..model import TorchModel
from .exported import DTYPES, Exported, at_hand

MOST_BYTES = 1 << 29  # of a graph as text


def archived(path: str, given: str | Mapping[str, str] | None) -> Model:
    """The model in an archive. Raises `FlopcountError` for a file that is none, or is damaged."""
    where = quote_path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            name, program = _program(archive, where)
            shapes = _shapes(archive, name)
    except FlopcountError:
        raise
    except FileNotFoundError:
        raise FlopcountError(f"{where} is not there") from None
    except OSError as error:
        raise FlopcountError(f"{where} cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, ValueError, RecursionError, NotImplementedError, EOFError):
        raise FlopcountError(
            f"{where} is no archive that torch.export.save has written, or it is damaged"
        ) from None
    try:
        module = Exported(program["graph_module"], shapes)
        inputs, symbols = _inputs(module, program["graph_module"])
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        if isinstance(error, FlopcountError):
            raise FlopcountError(f"{where}: {error}") from None
        raise FlopcountError(
            f"{where} is damaged, or of another version of PyTorch: {type(error).__name__} {error}"
        ) from None
    typed = with_typed(given, inputs, module)
    _compare(typed, inputs, symbols, where)
    return TorchModel(
        path,
        typed,
        module=module,
        source=f"an archive of torch.export {program.get('torch_version') or ''}".strip(),
        symbols=symbols,
    )


def _program(archive: zipfile.ZipFile, where: str) -> tuple[str, dict[str, Any]]:
    """The name of the one graph in it, and what it says."""
    models = [
        info
        for info in archive.infolist()
        if "/models/" in f"/{info.filename}" and info.filename.endswith(".json")
    ]
    if not models:
        raise FlopcountError(
            f"{where} holds no graph of torch.export: a file of torch.save or torch.jit.save has "
            "code in it, which is not run; export it, or give the module in Python"
        )
    if len(models) > 1:
        raise FlopcountError(f"{where} holds {plural(len(models), 'graph')}, and one is read")
    if models[0].file_size > MOST_BYTES:
        raise FlopcountError(f"{where}: its graph is too large")
    program = json.loads(archive.read(models[0]))
    if not isinstance(program, dict) or "graph_module" not in program:
        raise ValueError
    return models[0].filename, program


def _shapes(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[Any, str]]:
    """What is known of each weight and constant, by its path: shape and type; where it is."""
    root, _, file = name.rpartition("models/")
    model = file.removesuffix(".json")
    found: dict[str, tuple[Any, str]] = {}
    for kind in ("weights", "constants"):
        config = f"{root}data/{kind}/{model}_{kind}_config.json"
        if config not in archive.namelist() or archive.getinfo(config).file_size > MOST_BYTES:
            continue
        for path, payload in json.loads(archive.read(config))["config"].items():
            stored = f"{kind}/{payload['path_name']}" if payload.get("path_name") else ""
            found[path] = (payload.get("tensor_meta"), stored)
    return found


def _inputs(module: Exported, graph_module: Any) -> tuple[Inputs, Symbols]:
    """The inputs as they were exported, and the names of the axes that were left open."""
    values = graph_module["graph"]["tensor_values"]
    tensors: dict[str, Tensor] = {}
    axes: dict[str, list[tuple[str, int]]] = {}
    for name in module.names:
        meta = values[name]
        shape = tuple(at_hand(size) for size in meta["sizes"])
        tensors[name] = Tensor(shape, DTYPES[meta["dtype"]])
        for axis, size in enumerate(meta["sizes"]):
            if "as_expr" in size:
                text = size["as_expr"]["expr_str"]
                axes.setdefault(text, []).append((name, axis))
    symbols: dict[str, tuple[tuple[str, int], ...]] = {}
    for places in axes.values():
        symbols[_letter(tensors, places[0], symbols)] = tuple(places)
    return Inputs((), tensors), symbols or {"": ()}


def _letter(tensors: Any, place: tuple[str, int], taken: Mapping[str, Any]) -> str:
    """The name of an open axis: B, H and W of an image, T of tokens, else N1, N2, …."""
    name, axis = place
    rank, whole = len(tensors[name].shape), tensors[name].dtype.startswith("int")
    letters = {1: "B", 2: "BT" if whole else "B", 3: "BT", 4: "B HW", 5: "B DHW"}.get(rank, "")
    letter = letters[axis : axis + 1].strip()
    return letter if letter and letter not in taken else f"N{len(taken) + 1}"


def _compare(typed: Inputs, exported: Inputs, symbols: Symbols, where: str) -> None:
    """Raise `FlopcountError` for a size of a user's where the archive has fixed one."""
    opened = {place for places in symbols.values() for place in places}
    before, there = exported.tensors(), typed.tensors()
    if missing := next((name for name in before if name not in there), ""):
        raise FlopcountError(f"{where}: {missing} is a tensor, in the export too")
    for name, tensor in there.items():
        for axis, size in enumerate(tensor.shape):
            fixed = before[name].shape[axis] if name in before else size
            if size != fixed and (name, axis) not in opened:
                raise FlopcountError(
                    f"{where}: axis {axis} of {name} is fixed at {fixed} by the "
                    f"export, not {size}: export it with dynamic_shapes"
                )
