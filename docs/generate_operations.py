"""Write docs/operations.md from the readers' tables: `python docs/generate_operations.py`.

A test compares the file with what `page` returns.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from flopcount.frameworks.jax import primitives as jax
from flopcount.frameworks.keras.reading.layers import LAYERS
from flopcount.frameworks.keras.reading.layers import OPERATIONS as KERAS
from flopcount.frameworks.onnx.operations import OPERATIONS as ONNX
from flopcount.frameworks.torch.operations import CREATED, OPERATIONS, RECURRENT

INTRODUCTION = """\
This page is made from the tables of the readers by `docs/generate_operations.py`; a test keeps it fresh. How a model is
read: [from your model to a report](models.md). **What does not stand here is a row with its shapes and no counts**, named
below the report; so is an operation in a form that its rule does not know.
"""
TORCH = """\
The table is that of `flopcount/frameworks/torch/operations/`. Whatever a model calls comes to operations of PyTorch's
ATen library: `nn.Linear` to `addmm`, say. Each that stands here becomes a layer with its counts; so does the one that
works in place, `relu_` for `relu`. A view (`view`, `permute`, `expand`, a slice) is no layer: it costs nothing. Unknown
are, of [the public models that were read](models.md#held-against-other-software), `nms`, `linalg_*` but for norms, `polar`
and Fourier transforms.
"""
OF_ONNX = """\
The table is that of `flopcount/frameworks/onnx/operations/`, by the names of ONNX' operators; of other domains than its
own with the domain before it. `If`, `Loop`, `Scan` and functions are read through: their bodies are layers. An operator
that has no rule and that ONNX defines by others is read as those. Of text, images, trees and signals most are named, with
their shapes, and have no counts.
"""
OF_KERAS = """\
The table is that of `flopcount/frameworks/keras/reading/layers/`, by the classes of `keras.layers`: a model of these
alone is read from its settings. Any other, and any layer of your own, is traced by JAX, and its layers are made of the
[primitives of JAX](#jax).
"""
OF_JAX = """\
The table is that of `flopcount/frameworks/jax/primitives/`: a function is what `jax.make_jaxpr` makes of it. `scan`,
`while`, `cond` and calls of other functions are read through.
"""


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def families(table: Mapping[Any, Any], name: Callable[[Any], str] = str) -> dict[str, list[str]]:
    """The operations that have a rule, by what the file of the rule says that it has."""
    found: dict[str, list[str]] = {}
    for key, made in table.items():
        about = re.split(r"[:;.]", sys.modules[made.__module__].__doc__ or "")[0]
        found.setdefault(about, []).append(name(key))
    return found


def _sections(found: Mapping[str, Iterable[str]]) -> list[str]:
    return [
        part for about, names in found.items() for part in (f"### {about}", f"{_named(names)}.")
    ]


def torch_names() -> dict[str, Any]:
    """PyTorch's, without those that work in place."""
    return {
        key.removeprefix("aten."): made
        for key, made in OPERATIONS.items()
        if not (key.endswith("_") and key.removesuffix("_") in OPERATIONS)
    }


def onnx_name(key: tuple[str, str]) -> str:
    """An operator's name, its domain before it where that is not ONNX' own."""
    domain, name = key
    return f"{domain}.{name}" if domain else name


def page() -> str:
    """The whole page."""
    made = [name.removeprefix("aten.") for name in CREATED]
    whole = "Their steps are not followed one by one, and the number of tokens may stay open"
    from_shape = "They are no layers"
    parts = [
        "# The operations that the readers know",
        INTRODUCTION,
        "## PyTorch",
        TORCH,
        *_sections(families(torch_names())),
        "### Recurrent layers",
        f"{whole}: {_named([*RECURRENT])}.",
        "### Tensors made from their shape",
        f"{from_shape}: {_named(made)}.",
        "## ONNX",
        OF_ONNX,
        *_sections(families(ONNX, onnx_name)),
        "## Keras",
        OF_KERAS,
        *_sections(families(LAYERS)),
        "### Operations of `keras.ops`",
        f"Where a model calls them between its layers: {_named(KERAS)}.",
        "## JAX",
        OF_JAX,
        *_sections(families(jax.PRIMITIVES)),
        "### Arrays made from their shape, or drawn",
        f"{from_shape}: {_named(jax.CREATED)}.",
        "### What hands on what it gets",
        f"{from_shape}: {_named(jax.PASSED)}.",
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("operations.md").write_text(page(), encoding="utf-8")
