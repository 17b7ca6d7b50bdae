"""Public models built as a fact says, read, and what is counted of each, to compare the two."""

import hashlib
import re
import runpy
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import flopcount as fc
from flopcount.core import Row
from flopcount.core.ops.tensors import FirstConv, FirstTransposed
from flopcount.frameworks.models.inputs import Inputs, Tensor

Fact = Mapping[str, Any]
# The operations that may have no formula: what they compute is not multiplied and summed.
UNKNOWN = ("nms", "linalg_", "polar", "_fft_")
DEPTH = 2  # of the paths that sums by module are written down for

_WRITTEN = {  # what is no Python in a `build`, or left out
    "weights=None, {": "weights=None, **{",
    "topk_method=greedy": "topk_method='greedy'",
    "ResNetConfig(...)": "ResNetConfig(out_features=['stage4'])",
}


@dataclass(frozen=True)
class Counted:
    """What is counted of a model that was read; multiplies by the module that called them too."""

    multiplies: int
    convolutions: int
    convolutions_unpadded: int
    params: int
    modules: Mapping[str, int]
    unknown: Mapping[str, int]  # the operations without a formula, and how often each is called
    layers: int
    seconds: float


# -- a fact


def fact_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """A fact, from a file of figures; those of each run, at one size of the input or at several."""
    keys = ("name", "group", "source", "build", "task", "attention", "experts", "params")
    runs = {}
    for name, run in (found.get("runs") or {"once": found}).items():
        macs, modules = run["macs"], run["modules"]
        missed = macs.get("uncounted_by_torch", 0)
        runs[name] = {
            "inputs": run["inputs"],
            "multiplies": macs["total"] + missed,
            "convolutions": macs.get("conv", 0),
            "convolutions_unpadded": run["conv_multiplies_unpadded"],
            "modules": {"": missed} if missed else modules,  # each of those is one operation
        }
    return {key: found[key] for key in keys if found.get(key) is not None} | {"runs": runs}


def rolled_up(modules: Mapping[str, int]) -> dict[str, int]:
    """Multiplies by module, summed up to the first steps of their paths."""
    sums: Counter[str] = Counter()
    for path, multiplies in modules.items():
        sums[".".join(path.split(".")[:DEPTH])] += multiplies
    return dict(sorted((path, n) for path, n in sums.items() if n))


def digest(modules: Mapping[str, int]) -> str:
    """The multiplies of every module as one short sum, which differs where one of them does."""
    lines = "".join(f"{path} {n}\n" for path, n in sorted(modules.items()) if n)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


# -- a model


def units(folder: Path) -> dict[str, Any]:
    """The modules that no public class builds, by name."""
    path = folder / "builders" / "torch_units.py"
    listed = runpy.run_path(str(path))["UNITS"] if path.exists() else []
    return {name: module.eval() for name, _, module, *_ in listed}


def built(fact: Fact) -> Any:
    """The module that a fact names, in evaluation, and without numbers where that is possible."""
    import torch

    text = fact["build"]
    for old, new in _WRITTEN.items():
        text = text.replace(old, new)
    if fact.get("task") in ("segmentation", "detection"):  # whose backbone's would be fetched
        text = text.replace("weights=None", "weights=None, weights_backbone=None")
    if fact.get("task") == "detection":  # what it computes depends on its numbers
        return _made(text, fact).eval()
    try:
        with torch.device("meta"):
            return _made(text, fact).eval()
    except NotImplementedError:  # one that looks at numbers while it is built
        return _made(text, fact).eval()


def _made(text: str, fact: Fact) -> Any:
    """What an expression makes; of a config's class, with attention and experts as it says."""
    import torch

    if fact["group"] != "transformers":
        names = {"torch": torch}
        if fact["group"] != "units":
            names[fact["group"]] = import_module(fact["group"])
        return eval(text, names)  # noqa: S307  a fact
    library = import_module("transformers")
    head, _, rest = text.partition("(")
    config = eval(rest.removesuffix(")"), _named(library, rest))  # noqa: S307  likewise
    more = {"attn_implementation": "attention", "experts_implementation": "experts"}
    said = {option: fact[key] for option, key in more.items() if key in fact}
    return getattr(library, head)._from_config(config, **said)  # noqa: SLF001


def _named(library: Any, text: str) -> dict[str, Any]:
    """The classes that a text names; the library loads each when it is asked for."""
    return {name: getattr(library, name) for name in re.findall(r"\b[A-Z]\w*(?=\()", text)}


def given(inputs: Mapping[str, Any]) -> Inputs:
    """The inputs of a fact: ``{"arg0": [[1, 3, 224, 224], "float32"]}``; others by keyword."""

    def made(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        if len(value) == 2 and isinstance(value[1], str):
            return Tensor(tuple(value[0]), value[1])
        return [made(part) for part in value]

    args = [made(value) for name, value in inputs.items() if name.startswith("arg")]
    kwargs = {name: made(value) for name, value in inputs.items() if not name.startswith("arg")}
    return Inputs(tuple(args), kwargs)


def counted(module: Any, inputs: Inputs) -> Counted:
    """Read a module, and count it."""
    started = time.perf_counter()
    network = fc.read_torch(module, inputs)
    total = fc.analyze(network).total.cost
    multiplies, params = total.multiplies, total.params
    seconds = time.perf_counter() - started
    modules: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    convolutions = unpadded = 0
    for row in network.rows:
        count = row.count("multiplies")
        if count is None:
            unknown[row.node.op.word] += 1
            continue
        modules[_module(row)] += count
        if isinstance(row.node.op, FirstConv | FirstTransposed):
            convolutions += count
            unpadded += row.count("multiplies_unpadded")
    return Counted(
        multiplies, convolutions, unpadded, params, modules, unknown, len(network.nodes), seconds
    )


def _module(row: Row) -> str:
    return ".".join(step.name for step in row.node.scope if step.kind)


def differences(fact: Fact, run: Fact, found: Counted) -> list[str]:
    """What differs from a fact, a line each: what, the figure there, the one that was counted.

    How much a detector of two stages computes depends on what it finds: its backbone is compared.
    """
    wanted, seen = dict(run["modules"]), dict(found.modules)
    pairs: list[tuple[str, Any, Any]] = [("params", fact["params"], found.params)]
    if "rcnn" in fact["name"]:
        wanted, seen = (_backbone(each) for each in (wanted, seen))
    else:
        counts = ("multiplies", "convolutions", "convolutions_unpadded")
        pairs += [(count, run[count], getattr(found, count)) for count in counts]
    if "each_module" in run:
        pairs.append(("sum of the modules", run["each_module"], digest(seen)))
        seen = rolled_up(seen)
    paths = dict.fromkeys([*wanted, *seen])
    pairs += [(path or "(outside)", wanted.get(path, 0), seen.get(path, 0)) for path in paths]
    return [f"{what}: {right} is {wrong}" for what, right, wrong in pairs if right != wrong]


def _backbone(modules: Mapping[str, int]) -> dict[str, int]:
    return {path: n for path, n in modules.items() if path.startswith("backbone.")}
