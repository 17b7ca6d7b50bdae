"""Operators of ONNX whose form changed from opset to opset, and how many windows there are."""

from typing import Any

import numpy as np
import pytest

from flopcount.frameworks.models.beside import row_of
from flopcount.frameworks.onnx.checking.calls import call
from flopcount.frameworks.onnx.operations import OPERATIONS
from tests.frameworks.onnx_cases.draws import sizes


def ones(*shape: int) -> Any:
    return np.ones(shape, np.float32)


BATCH = (ones(2, 4, 3, 3), *(ones(4) for _ in "gsmv"))


@pytest.mark.parametrize("opset", [7, 8, 9, 14, 15, 23])
def test_a_batch_norm_is_the_same_in_each_opset(opset: int) -> None:
    made = call("BatchNormalization", *BATCH, held=(1, 2, 3, 4), opset=opset)
    row = row_of(OPERATIONS["", made.op](made.called()))
    # y = s·x + t with what is held folded once: a multiply and an add a number
    assert (row.count("params"), row.count("norm_stats")) == (8, 8)
    assert (row.count("elementwise.multiplies"), row.count("elementwise.adds")) == (72, 72)


def test_a_batch_norm_of_opset_7_may_have_a_factor_for_each_number() -> None:
    parts = (ones(4, 3, 3) for _ in "gsmv")
    made = call(
        "BatchNormalization", ones(2, 4, 3, 3), *parts, held=(1, 2, 3, 4), opset=7, spatial=0
    )
    row = row_of(OPERATIONS["", made.op](made.called()))
    assert row.count("params_with_stats") == 4 * 36


RESIZED = (1, 2, 6, 12)
GRID = ones(1, 2, 3, 4)
BY = np.array([1, 1, 2, 3], np.float32)
FORMS = {
    "Upsample 7": call("Upsample", GRID, opset=7, scales=[1.0, 1.0, 2.0, 3.0]),
    "Upsample 9": call("Upsample", GRID, BY, given=(1,), opset=9),
    "Resize 10": call("Resize", GRID, BY, given=(1,), opset=10),
    "Resize 11": call("Resize", GRID, ones(0), BY, given=(1, 2), opset=11),
    "Resize 11, sizes": call(
        "Resize", GRID, ones(0), ones(0), sizes(*RESIZED), given=(1, 2, 3), opset=11
    ),
    "Resize 13": call("Resize", GRID, None, BY, given=(2,), opset=13),
    "Resize 18": call("Resize", GRID, None, BY[2:], given=(2,), opset=18, axes=[2, 3]),
    "Resize 19": call(
        "Resize", GRID, None, None, sizes(6, 12), given=(3,), opset=19, axes=[-2, -1]
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_grid_is_resampled_the_same_in_each_opset(form: str) -> None:
    made = FORMS[form]
    made.attributes["mode"] = "linear"
    row = row_of(OPERATIONS["", made.op](made.called()))
    assert row.output == RESIZED
    assert row.count("elementwise.multiplies") == 4 * 2 * 6 * 12  # of two neighbours on two axes


@pytest.mark.parametrize(
    ("settings", "outputs"),
    [
        ({}, 2),  # ⌊(7 − 3)/3⌋ + 1
        ({"ceil_mode": 1}, 3),
        ({"ceil_mode": 1, "pads": [0, 2]}, 3),  # none starts on the padding behind
        ({"auto_pad": "SAME_UPPER"}, 3),
        ({"auto_pad": "SAME_LOWER"}, 3),
        ({"auto_pad": "VALID", "ceil_mode": 1}, 2),  # ⌈(7 − 3 + 1)/3⌉
    ],
)
@pytest.mark.parametrize("name", ["MaxPool", "AveragePool", "LpPool"])
def test_how_many_windows_there_are(name: str, settings: dict[str, Any], outputs: int) -> None:
    made = call(name, ones(1, 1, 7), kernel_shape=[3], strides=[3], opset=22, attributes=settings)
    assert row_of(OPERATIONS["", name](made.called())).output == (1, 1, outputs)
