"""Keras models read from a config alone, without Keras: graphs, names, sizes, what does not fit."""

from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.core import Counts, Network
from flopcount.errors import FlopcountError
from flopcount.frameworks.keras.reading.config import NotPlainError
from flopcount.frameworks.keras.reading.model import KerasModel
from flopcount.frameworks.keras.reading.plain import plain_model
from tests.frameworks.keras_configs import (
    entry,
    functional,
    layer,
    operation,
    saved,
    sequential,
    tensor,
)


def opened(config: dict[str, Any], given: Any = None) -> KerasModel:
    return plain_model(config, "model", given, "")


def read(config: dict[str, Any], given: Any = None) -> Network:
    return opened(config, given).read()


def paths(network: Network) -> list[str]:
    return [node.path for node in network.nodes]


def conv(name: str, *calls: Any, **settings: Any) -> dict[str, Any]:
    return layer("Conv2D", name, *calls, **{"filters": 4, "kernel_size": [3, 3], **settings})


def small(*sides: int | None) -> dict[str, Any]:
    """A residual block: 3×3 to 4 channels, one of stride 2, a mean, 10 classes."""
    return functional(
        [
            entry("image", *(sides or (8, 8)), 3),
            conv("first", "image", padding="same"),
            conv("second", "first", padding="same", activation="relu"),
            layer("Add", "add", [[tensor("first"), tensor("second")]]),
            conv("third", "add", padding="same", strides=[2, 2], use_bias=False),
            layer("BatchNormalization", "norm", "third", axis=-1),
            layer("GlobalAveragePooling2D", "mean", "norm"),
            layer("Dense", "classes", "mean", units=10, activation="softmax"),
        ],
        "image",
        "classes",
    )


# 8·8·9·3·4 + 8·8·9·4·4 + 4·4·9·4·4 + 4·10
SMALL = 6912 + 9216 + 2304 + 40


def test_a_functional_model_is_read_layer_by_layer() -> None:
    network = read(small())
    counts = Counts(network.rows)
    assert counts.multiplies == SMALL
    assert counts.params == (27 * 4 + 4) + (36 * 4 + 4) + 36 * 4 + 8 + (40 + 10)
    assert counts.norm_stats == 8  # a moving mean and variance for each of 4 channels
    assert paths(network) == [
        "first",
        "second/conv",
        "second/relu",
        "add",
        "third",
        "norm",
        "mean",
        "classes/dense",
        "classes/softmax",
    ]
    (row,) = (row for row in network.rows if row.node.path == "first")
    assert row.node.weights == {"W": "first/kernel", "B": "first/bias"}
    assert [step.kind for step in row.node.scope] == ["Conv2D"]


def test_sizes_of_the_input_may_be_named() -> None:
    model = opened(small(None, None), "1x8x8x3")
    assert model.sizes == {"B": 1, "H": 8, "W": 8}
    assert model.read({"B": 2, "H": 6}).inputs["image"] == (2, 6, 8, 3)


def test_a_formula_holds_at_each_size(tmp_path: Path) -> None:
    path = saved(small(None, None), tmp_path / "small.keras")
    formula = fc.formula(path, input="1x8x8x3")
    at: dict[str, Any] = {}
    exec(formula.python(), at)  # noqa: S102  a program of our own
    (cost,) = (value for value in at.values() if callable(value) and value.__name__ == "multiplies")
    for height, width in ((8, 8), (5, 9), (32, 20)):
        network = read(small(None, None), f"1x{height}x{width}x3")
        assert cost(H=height, W=width) == Counts(network.rows).multiplies


def test_a_size_that_is_free_is_asked_for() -> None:
    with pytest.raises(FlopcountError, match=r"image is free \(\?×\?×\?×3\): --input 1x224x224x3"):
        read(small(None, None))


SIDES = ("8x8", "8x8x3", "1x8x8x3")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("1x3x8x8", "channels behind the grid, as in 1x8x8x3"),
        ("3x8x8", "3 axes where image has 4"),
        ("1x8x8x3,1x2", "2 shapes for image"),
        ({"picture": "1x8x8x3"}, "it takes image"),
        ("1x8x8xc", "is no shape"),
        ("1x8x8x5", "the model has 3×3×3×4: the model is for inputs of another size"),
    ],
)
def test_an_input_that_does_not_fit_is_one_line(given: Any, said: str) -> None:
    with pytest.raises(FlopcountError, match=said):
        read(small(), given)


def test_the_sides_of_an_image_are_enough() -> None:
    counts = {given: Counts(read(small(), given).rows).multiplies for given in SIDES}
    assert len({*counts.values()}) == 1


def test_weights_that_depend_on_the_image_fix_its_size() -> None:
    config = functional(
        [
            entry("image", 4, 4, 2),
            layer("Flatten", "flat", "image"),
            layer("Dense", "classes", "flat", units=3),
        ],
        "image",
        "classes",
    )
    assert Counts(read(config).rows).multiplies == 32 * 3
    with pytest.raises(
        FlopcountError, match="classes: kernel would be 50×3, and the model has 32×3"
    ):
        read(config, "1x5x5x2")


def test_a_nested_model_that_is_called_twice_holds_its_weights_once() -> None:
    inner = functional(
        [entry("x", 6, 6, 4), conv("one", "x", padding="same")],
        "x",
        "one",
        name="inner",
        calls=([tensor("image")], [tensor("inner", 0)]),
    )
    config = functional(
        [entry("image", 6, 6, 4), inner], "image", [["inner", 2, 0], ["inner", 1, 0]]
    )
    network = read(config)
    assert Counts(network.rows).multiplies == 2 * 6 * 6 * 9 * 16
    assert Counts(network.rows).params == 9 * 16 + 4
    assert paths(network) == ["inner/one", "inner/one.2"]
    assert list(network.outputs.values()) == ["inner/one.2", "inner/one"]


def test_a_sequential_model_is_read_within_another_and_alone() -> None:
    own = sequential([layer("Dense", "one", units=5), layer("Dropout", "drop", rate=0.5)])
    with pytest.raises(FlopcountError, match="does not say what goes in"):
        read(own)
    assert paths(read(own, "2x3")) == ["one"]
    own["config"]["build_input_shape"] = [None, 3]
    assert Counts(read(own).rows).multiplies == 15
    inside = {**own, "name": "block", "inbound_nodes": [{"args": [tensor("x")], "kwargs": {}}]}
    network = read(functional([entry("x", 3), inside], "x", "block"))
    assert paths(network) == ["block/one"]
    assert network.nodes[0].weights["W"] == "block/one/kernel"


def test_several_inputs_and_outputs_keep_their_names() -> None:
    config = functional(
        [
            entry("tokens", 4, dtype="int32"),
            entry("mask", 4),
            layer("Embedding", "embed", "tokens", input_dim=10, output_dim=6),
            layer(
                "MultiHeadAttention",
                "heads",
                [tensor("embed"), {"value": tensor("embed")}],
                num_heads=2,
                key_dim=3,
            ),
            operation("ExpandDims", "wide", "mask", axis=-1),
            operation("Multiply", "masked", [tensor("heads"), tensor("wide")]),
            operation("GetItem", "first", [tensor("masked"), [_slice(), 0]]),
        ],
        ["tokens", "mask"],
        {"all": "masked", "first": "first"},
    )
    model = opened(config)
    assert {name: (t.shape, t.dtype) for name, t in model.inputs.tensors().items()} == {
        "tokens": ((1, 4), "int32"),
        "mask": ((1, 4), "float32"),
    }
    network = model.read()
    assert {name: network.shapes[at] for name, at in network.outputs.items()} == {
        "all": (1, 4, 6),
        "first": (1, 6),
    }
    # four projections of 6·6 for 4 tokens, two products of 4·4 pairs and 6 channels
    assert Counts(network.rows).multiplies == 4 * 4 * 36 + 2 * 16 * 6
    assert paths(network)[1:4] == ["heads/query", "heads/key", "heads/value"]


def _slice() -> dict[str, Any]:
    bounds = {"start": None, "stop": None, "step": None}
    return {"class_name": "__slice__", "config": bounds}


def test_layers_of_keras_2_are_read() -> None:
    """Calls as lists, a nested model whose making counts as its first call, no modules."""
    inner = {
        "class_name": "Sequential",
        "name": "inner",
        "config": {
            "name": "inner",
            "layers": [
                {"class_name": "Dense", "config": {"name": "one", "units": 4, "trainable": True}}
            ],
        },
        "inbound_nodes": [[["x", 0, 0, {}]]],
    }
    first = {"name": "x", "batch_input_shape": [None, 3], "dtype": "float32"}
    config = {
        "class_name": "Functional",
        "config": {
            "name": "model",
            "layers": [
                {"class_name": "InputLayer", "name": "x", "config": first, "inbound_nodes": []},
                inner,
                {
                    "class_name": "Add",
                    "name": "add",
                    "config": {"name": "add", "trainable": True},
                    "inbound_nodes": [[["inner", 1, 0, {}], ["inner", 1, 0, {}]]],
                },
            ],
            "input_layers": [["x", 0, 0]],
            "output_layers": [["add", 0, 0]],
        },
    }
    assert Counts(read(config).rows).multiplies == 12


def test_frozen_layers_are_known() -> None:
    config = small()
    config["config"]["layers"][1]["config"]["trainable"] = False
    assert opened(config).frozen == {"first/kernel", "first/bias"}
    assert Counts(read(config).rows).params == Counts(read(small()).rows).params


@pytest.mark.parametrize(
    "other",
    [
        layer("Lambda", "odd", "image", function="x"),
        layer("Conv2D", "odd", "image", module="nets"),
        layer("Dense", "odd", "image", module="keras.layers", units=3, lora_rank=2),
        layer("Dense", "odd", "image", units=3, activation={"class_name": "function",
              "module": "nets", "config": "mine"}),
    ],
)  # fmt: skip
def test_what_is_not_keras_own_is_left_to_keras(other: dict[str, Any]) -> None:
    with pytest.raises(NotPlainError):
        read(functional([entry("image", 4, 4, 3), other], "image", "odd"))


def test_a_class_of_the_users_under_a_name_of_keras_is_not_taken_for_it() -> None:
    other = layer("Dense", "odd", "image", units=3)
    other["registered_name"] = "Custom>Dense"
    with pytest.raises(NotPlainError, match="'Dense'"):
        read(functional([entry("image", 3), other], "image", "odd"))
