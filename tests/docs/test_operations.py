"""The page of the operations that the readers know is what their tables have."""

import runpy

from flopcount.frameworks.jax.primitives import PRIMITIVES
from flopcount.frameworks.keras.reading.layers import LAYERS
from flopcount.frameworks.onnx.operations import OPERATIONS as ONNX
from flopcount.frameworks.torch.operations import CREATED, OPERATIONS
from tests.docs.blocks import ROOT


def test_the_page_of_operations_is_fresh() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "generate_operations.py"))["page"]()
    assert made == (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), (
        "docs/operations.md is stale: python docs/generate_operations.py"
    )
    for name in (*OPERATIONS, *CREATED):
        base = name.removesuffix("_") if name.removesuffix("_") in OPERATIONS else name
        assert f"`{base.removeprefix('aten.')}`" in made
    named = (*(f"{domain}.{name}".lstrip(".") for domain, name in ONNX), *LAYERS, *PRIMITIVES)
    assert [name for name in named if f"`{name}`" not in made] == []
