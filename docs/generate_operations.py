"""Write docs/operations.md from the reader's table: `python docs/generate_operations.py`.

A test compares the file with what `page` returns.
"""

import re
import sys
from pathlib import Path

from flopcount.frameworks.torch.operations import CREATED, OPERATIONS, RECURRENT

INTRODUCTION = """\
This page is made from the table of `flopcount/frameworks/torch/operations/` by `docs/generate_operations.py`; a test
keeps it fresh. How a model is read: [from your model to a report](models.md).

Whatever a model calls comes to operations of PyTorch's ATen library: `nn.Linear` to `addmm`, say. Each that stands here
becomes a layer with its counts; so does the one that works in place, `relu_` for `relu`. A view (`view`, `permute`,
`expand`, a slice) is no layer: it costs nothing. **What does not stand here is a row with its shapes and no counts**,
named below the report; so is an operation in a form that its rule does not know. Of [the public models that were
read](models.md#held-against-other-software) those are `nms`, `linalg_*` but for norms, `polar` and Fourier transforms.
"""


def _named(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def families() -> dict[str, list[str]]:
    """The operations that have a rule, by what the file of the rule says that it has."""
    found: dict[str, list[str]] = {}
    for key, made in OPERATIONS.items():
        name = key.removeprefix("aten.")
        if name.endswith("_") and key.removesuffix("_") in OPERATIONS:
            continue
        about = re.split(r"[:;.]", sys.modules[made.__module__].__doc__ or "")[0]
        found.setdefault(about, []).append(name)
    return found


def page() -> str:
    """The whole page."""
    made = [name.removeprefix("aten.") for name in CREATED]
    whole = "Their steps are not followed one by one, and the number of tokens may stay open"
    parts = ["# The operations that the reader knows", INTRODUCTION.strip("\n")]
    for about, names in families().items():
        parts += [f"## {about}", f"{_named(names)}."]
    parts += ["## Recurrent layers", f"{whole}: {_named([*RECURRENT])}."]
    parts += ["## Tensors made from their shape", f"They are no layers: {_named(made)}."]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("operations.md").write_text(page(), encoding="utf-8")
