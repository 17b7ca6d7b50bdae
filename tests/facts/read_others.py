"""Keras networks, ONNX graphs and exports: built as a fact says, read, and what is counted."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flopcount.core import Counts, Network
from tests.facts.read_models import digest

Fact = Mapping[str, Any]
GROUPS = ("keras", "keras-units", "onnx")


@cache
def known() -> Mapping[str, Fact]:
    """The facts of read_others.toml by name."""
    text = Path(__file__).with_name("read_others.toml").read_text(encoding="utf-8")
    return {name: {"name": name} | fact for name, fact in tomllib.loads(text).items()}


def of_group(group: str) -> list[str]:
    """The names of the facts of a group."""
    return [name for name, fact in known().items() if fact["group"] == group]


def fact_of(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A fact, from a file of figures, by the file's name."""
    fact = {"name": name} | {key: found[key] for key in ("group", "source", "build")}
    inputs = found.get("run_inputs") or found["inputs"]
    fact["inputs"] = list(inputs.values()) if isinstance(inputs, dict) else inputs
    fact["multiplies"] = found["macs"]["total"]
    for key in ("params", "trainable", "multiplies_unpadded"):
        if key in found:
            fact[key] = found[key]
    if found["group"] == "keras":
        fact["each_layer"] = digest(found["modules"])
    return fact


def is_built_here(fact: Fact) -> bool:
    """Whether a fact's model is made by what the tests have: no file of another package's."""
    return fact["group"] != "onnx" or fact["name"].startswith("light_") or export(fact) is not None


def export(fact: Fact) -> tuple[str, bool] | None:
    """The name of the module that was exported, and whether by PyTorch's newer exporter."""
    found = re.fullmatch(r"torch\.onnx\.export\((\w+), dynamo=(True|False)\)", fact["build"])
    return (found[1], found[2] == "True") if found else None


def network_of(fact: Fact, folder: Path) -> Network:
    """Build the model of a fact, in a `folder` where that makes a file, and read it."""
    import flopcount as fc

    if fact["group"] == "keras":
        return fc.load(f"keras:{fact['name']}")
    if fact["group"] == "keras-units":
        from tests.frameworks.keras_models import UNITS, inputs_of

        return fc.read_keras(UNITS[fact["name"]].make(), inputs_of(fact["name"]))
    way = export(fact)
    if way is None:
        import onnx

        light = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
        return fc.load(light / fact["name"])
    from tests.frameworks.onnx_exported import built, exported

    name, dynamo = way
    path = exported(*built(name), folder / f"{fact['name']}.onnx", dynamo=dynamo)
    return fc.load(path, input="x".join(map(str, fact["inputs"][0])))


def differences(fact: Fact, network: Network) -> list[str]:
    """What differs from a fact, a line each: what, the figure there, the one that was counted."""
    counts = Counts(network.rows)
    found = {
        "multiplies": counts.multiplies,
        "multiplies_unpadded": counts.multiplies_unpadded,
        "params": counts.params_with_stats,
        "trainable": counts.params,
        "each_layer": digest(by_layer(network)),
    }
    lines = [] if counts.complete else ["not all of it is counted"]
    pairs = [(key, fact[key], found[key]) for key in found if key in fact]
    return lines + [f"{key}: {right} is {wrong}" for key, right, wrong in pairs if right != wrong]


def by_layer(network: Network) -> dict[str, int]:
    """The multiplies of each layer that has some, by the names of the way to it."""
    found: Counter[str] = Counter()
    for row in network.rows:
        way = "/".join(step.name for step in row.node.scope if step.kind)
        found[way] += int(row.known("multiplies"))
    return {name: count for name, count in found.items() if count}
