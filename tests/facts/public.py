"""The networks that come with flopcount, and the public software that each of them is.

`networks/FAMILY.toml` has an entry a network, `["resnet-50"]`, or a variant, `["resnet-50@v1"]`:

- `public = "torchvision:resnet50"`, or `timm:…`, `keras:…`, with its `options`; or
  `build = "GPT2LMHeadModel(GPT2Config())"`, a class of transformers by its config's; neither where
  no package that can be installed builds it, and `source` says where it was read;
- `input`, in the notation; of several inputs, by their names;
- `source`: repository, path and version;
- `TOTALS`, as that software has them, and `each_layer`, a sum over its layers in the canonical form
  of layers.py, which differs where one of them does.

``python -m tests.facts.public NAME …`` builds the public ones anew, all without a name, and prints
what differs of the facts and of ours; with ``--write`` it writes `each_layer` into the files.
"""

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import flopcount as fc
from tests.facts.implementations import Layers, difference
from tests.facts.layers import layers_of

Fact = Mapping[str, Any]
Public = tuple[Layers, dict[str, int]]  # what it has: its layers, its totals
FOLDER = Path(__file__).parent / "networks"
TOTALS = ("multiplies", "weights", "biases", "norm_params", "norm_stats")


@cache
def facts() -> dict[str, Fact]:
    """All entries, by the reference of the network."""
    found: dict[str, Fact] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        assert not found.keys() & entries.keys(), f"{path.name} has what another file has"
        found |= entries
    return found


def is_live(fact: Fact) -> bool:
    """Whether a package builds the network."""
    return "public" in fact or "build" in fact


def is_keras(fact: Fact) -> bool:
    return str(fact.get("public", "")).startswith("keras:")


def loaded(reference: str, fact: Fact, **changes: Any) -> fc.Network:
    """Our network, on the input of the fact."""
    return fc.load(reference, input=fact["input"], **changes)


def totals_of(network: fc.Network) -> dict[str, int]:
    cost = fc.analyze(network).total.cost
    return {name: getattr(cost, name) for name in TOTALS}


def digest(layers: Layers) -> str:
    """All layers as one short sum."""
    lines = sorted(f"{times} {' '.join(map(str, layer))}\n" for layer, times in layers.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def live(wanted: Mapping[str, Fact]) -> Iterator[tuple[str, Public]]:
    """What the public software has of some networks; those of Keras in one process, at the end."""
    keras = {name: fact for name, fact in wanted.items() if is_keras(fact)}
    for name, fact in wanted.items():
        if name not in keras and is_live(fact):
            from tests.facts import public_torch

            yield name, public_torch.counted(fact)
    if keras:
        from tests.facts import public_keras

        yield from zip(keras, public_keras.counted([*keras.values()]), strict=True)


def frozen(fact: Fact) -> dict[str, Any]:
    """What a fact says of the software that is not ours."""
    return {name: fact.get(name) for name in (*TOTALS, "each_layer")}


def differences(reference: str, fact: Fact, public: Public, **changes: Any) -> str:
    """What the public software has and the fact or our network has not, a line each."""
    layers, totals = public
    found = totals | {"each_layer": digest(layers)}
    lines = [
        f"the facts have {name} = {said}, the software {found[name]}"
        for name, said in frozen(fact).items()
        if said != found[name]
    ]
    network = loaded(reference, fact, **changes)
    lines += [
        f"ours has {name} = {ours}, the software {totals[name]}"
        for name, ours in totals_of(network).items()
        if ours != totals[name]
    ]
    return "\n".join([*lines, *difference(layers_of(network), layers).splitlines()])


def write(reference: str, public: Public) -> None:
    """Write the sum over a network's layers behind the totals of its entry."""
    (path,) = (p for p in FOLDER.glob("*.toml") if reference in tomllib.loads(p.read_text()))
    text = path.read_text(encoding="utf-8")
    found = re.search(rf'^\["?{re.escape(reference)}"?\]\n(?:.+\n)*', text, re.MULTILINE)
    assert found, f"{path.name} has no entry of lines beside each other"
    kept = [line for line in found[0].splitlines() if not line.startswith("each_layer")]
    entry = "\n".join([*kept, f'each_layer = "{digest(public[0])}"', ""])
    path.write_text(f"{text[: found.start()]}{entry}{text[found.end() :]}", encoding="utf-8")


def main(words: list[str]) -> int:
    """Compare, and write where that is asked for: 1 where something differs."""
    names = [word for word in words if word != "--write"] or [*facts()]
    differs = 0
    for name, public in live({name: facts()[name] for name in names}):
        if "--write" in words:
            write(name, public)
            facts.cache_clear()
        found = differences(name, facts()[name], public)
        differs |= bool(found)
        sys.stdout.write(f"{name}: {found or 'equal'}\n".replace("\n", "\n    ").rstrip(" "))
        sys.stdout.flush()
    return differs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
