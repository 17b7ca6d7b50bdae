"""`flopcount check` of models of Keras and JAX: what is compared, and that it can fail."""

import json
from dataclasses import replace
from typing import Any

import pytest
from keras import layers as k

import flopcount as fc
from flopcount.frameworks.checking import check_model, time_model
from flopcount.frameworks.jax.checking import products
from flopcount.frameworks.jax.primitives import PRIMITIVES
from flopcount.frameworks.keras.reading.objects import given_keras
from flopcount.frameworks.models.checked import Checked
from tests.facts.read_others import known
from tests.frameworks.keras_models import BATCH, UNITS, Subclassed, alone, inputs_of

IMAGE = fc.inputs(1, 6, 6, 3)


def by_name(result: Any) -> dict[str, Checked]:
    return {line.name: line for line in result.layers}


@pytest.mark.slow
@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_equal_layer_by_layer(name: str) -> None:
    result = check_model(given_keras(UNITS[name].make(), inputs_of(name), {}, name))
    assert result.equal
    whole = by_name(result)["(all)"]
    assert whole.numbers["multiplies"] == BATCH * UNITS[name].multiplies
    assert whole.numbers["trainable"] == known()[name]["params"]
    assert whole.numbers["xla"] == whole.numbers["multiplies_unpadded"]
    assert not [kind for kind in result.kinds if kind.differs]
    for line in result.explained:  # Keras' GRU has the input's product outside of its cell
        assert line.kind == "GRUCell"
        assert line.explained.startswith("Keras computes its products in gru")


@pytest.mark.slow
def test_each_layer_has_both_sides() -> None:
    result = fc.check(Subclassed(), IMAGE)
    lines = by_name(result)
    assert result.equal
    assert {"(all)", "conv", "head"} < set(lines)
    # 3 taps at 6 places of an axis, of which 2 fall on the padding: 16
    assert lines["conv"].numbers["multiplies"] == 36 * 9 * 3 * 8
    assert lines["conv"].numbers["multiplies_unpadded"] == 16 * 16 * 3 * 8
    assert lines["conv"].numbers["xla"] == 16 * 16 * 3 * 8
    assert lines["head"].numbers["trainable"] == 8 * 5 + 5
    assert {kind.operation for kind in result.kinds} >= {"conv_general_dilated", "dot_general"}
    assert json.loads(result.to_json())["layers"][0]["differs"] == []


@pytest.mark.slow
def test_another_count_of_the_compilers_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    right = products.Counter.lowered
    monkeypatch.setattr(products.Counter, "lowered", lambda *a: (right(*a) or 0) + 2)
    result = fc.check(alone(k.Dense(3), 4))
    assert not result.equal
    assert result.layers[-1].differs == ("multiplies 12 inside the image, XLA 13",)
    assert "differs: multiplies 12 inside the image, XLA 13" in str(result.sheet(quiet=True))


def test_a_layer_of_another_width_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    model = given_keras(alone(k.Dense(3, name="head"), 4), None, {}, "model")
    network = model.read()
    (node,) = network.nodes
    wider = replace(network, nodes=(replace(node, op=replace(node.op, width=5)),))
    monkeypatch.setattr(model, "read", lambda: wider)
    lines = by_name(check_model(model))
    assert any("kernel 20, in Keras 12" in said for said in lines["head"].differs)
    assert any("Keras puts out 1×3" in said for said in lines["head"].differs)


def test_a_wrong_formula_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRIMITIVES, "logistic", PRIMITIVES["tanh"])
    result = fc.check(alone(k.Dense(3, activation="sigmoid"), 4))
    assert [kind.operation for kind in result.kinds_differing] == ["logistic"]
    assert not result.equal
    assert "differs: logistic on small tensors: number 0" in str(result)


def test_some_layers_alone_and_none_of_that_name() -> None:
    result = fc.check(Subclassed(), IMAGE, modules=["head"])
    assert [line.name for line in result.layers] == ["head"]
    with pytest.raises(fc.FlopcountError, match="did you mean 'head'"):
        fc.check(Subclassed(), IMAGE, modules=["heat"])


@pytest.mark.slow
def test_the_layers_are_timed() -> None:
    model = given_keras(Subclassed(), IMAGE, {}, "model")
    result = check_model(model)
    timed, sheet = time_model(model, result, modules=["head"])
    assert [line.as_dict()["layer"] for line in timed] == ["head"]
    assert timed[0].times.median > 0
    assert "head" in str(sheet)
    assert not model.module.built  # type: ignore[attr-defined]


def function(x: Any) -> Any:
    """Five steps of a recurrence, named, behind a convolution."""
    import jax

    with jax.named_scope("stem"):
        kernel = jax.numpy.ones((3, 3, 3, 8))
        order = ("NHWC", "HWIO", "NHWC")
        x = jax.lax.conv_general_dilated(x, kernel, (2, 2), "SAME", dimension_numbers=order)
    with jax.named_scope("loop"):
        turn = jax.numpy.ones((8, 8))
        x, _ = jax.lax.scan(lambda c, _: (jax.numpy.tanh(c @ turn), None), x, None, length=5)
    return x.sum()


@pytest.mark.slow
def test_a_function_of_jax_by_its_names() -> None:
    result = fc.check(fc.read_jax(function, fc.inputs(1, 8, 8, 3)))
    lines = by_name(result)
    assert result.equal
    assert lines["stem"].numbers["multiplies"] == 16 * 9 * 3 * 8
    assert lines["loop"].numbers["xla"] == 5 * 16 * 8 * 8  # of each round, which XLA counts once
    assert {kind.operation for kind in result.kinds} >= {"dot_general", "tanh"}
    with pytest.raises(fc.FlopcountError, match="did you mean 'stem'"):
        fc.check(fc.read_jax(function, fc.inputs(1, 8, 8, 3)), modules=["sten"])


@pytest.mark.slow
def test_a_product_in_groups_is_run_too() -> None:
    import jax

    x, w = jax.numpy.ones((8, 4)), jax.numpy.ones((3, 4, 5))
    grouped = fc.read_jax(jax.lax.ragged_dot, x, w, jax.numpy.array([3, 3, 2]))
    (kind,) = fc.check(grouped).kinds
    assert (kind.operation, kind.skipped, kind.differs) == ("ragged_dot_general", "", "")
    assert kind.lines > 0


def test_a_gpu_that_is_not_there() -> None:
    with pytest.raises(fc.FlopcountError, match="--device gpu: jax sees no GPU here"):
        fc.check(alone(k.Dense(3), 4), device="gpu")
