"""Models exported by PyTorch's two exporters, read beside the module itself, and beside facts.

Those are torch 2.13.0's own count of the module, at batch 2 (of fused recurrent layers that of the
export, by onnxruntime's shapes).
"""

from collections import Counter
from pathlib import Path

import pytest

from flopcount.core import Counts, Network
from tests.facts.read_others import differences, known
from tests.frameworks.onnx_exported import built, exported, torch

pytestmark = pytest.mark.slow
# Each network by one of the two exporters; benchmarks/read_all.py reads all that are known.
OLDER = "convnext_tiny densenet121 googlenet levit_128s lstm_gru mobilenet_v2 shufflenet_v2_x1_0"
NEWER = "encoder lstm_gru resnet18 squeezenet1_1 updown"
EXPORTS = [
    *(f"{name}.torchscript" for name in OLDER.split()),
    *(f"{name}.dynamo" for name in NEWER.split()),
]
BY_NAME = {"googlenet", "mobilenet_v2"}  # whose layers have the names of the modules


def _of_scopes(network: Network) -> Counter[str]:
    """The multiplies by the names of the way to a layer."""
    found: Counter[str] = Counter()
    for row in network.rows:
        if count := row.count("multiplies"):
            found["/".join(step.name for step in row.node.scope)] += int(count)
    return found


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_counted_as_the_module(name: str, tmp_path: Path) -> None:
    import flopcount as fc

    model, _, exporter = name.partition(".")
    module, shape = built(model)
    path = exported(module, shape, tmp_path / f"{name}.onnx", dynamo=exporter == "dynamo")
    network = fc.load(path, input="x".join(map(str, shape)))
    assert differences(known()[name], network) == []
    theirs = fc.read_torch(module, fc.inputs(*shape))
    assert differences(known()[name], theirs) == []
    if exporter == "torchscript" and model in BY_NAME:
        assert _of_scopes(network) == _of_scopes(theirs)


@pytest.mark.filterwarnings("ignore:You are using the legacy TorchScript-based ONNX export")
@pytest.mark.filterwarnings("ignore:The feature will be removed:DeprecationWarning")
def test_an_export_with_free_sides_has_the_formula_of_the_module(tmp_path: Path) -> None:
    import flopcount as fc
    from flopcount.frameworks.models.open_sizes.formulas import opened
    from flopcount.frameworks.onnx.sources import open_file
    from flopcount.sizes.polynomial import Space
    from flopcount.sizes.values import value

    module, shape = built("resnet18")
    path = str(tmp_path / "resnet18.onnx")
    axes = {"x": {0: "batch", 2: "height", 3: "width"}}
    torch.onnx.export(
        module, (torch.zeros(shape),), path, dynamo=False, input_names=["x"], dynamic_axes=axes
    )
    model = open_file(path)
    assert model.symbols == {"B": (("x", 0),), "H": (("x", 2),), "W": (("x", 3),)}
    space = Space()
    network = opened(model, ("B", "H", "W"), {}).network(
        {name: space.name(name) for name in ("B", "H", "W")}
    )
    formula = Counts(network.rows).multiplies
    for b, h, w in ((1, 224, 224), (3, 97, 130)):
        theirs = fc.analyze(module, fc.inputs(b, 3, h, w)).network
        assert value(formula, {"B": b, "H": h, "W": w}, {}) == Counts(theirs.rows).multiplies
