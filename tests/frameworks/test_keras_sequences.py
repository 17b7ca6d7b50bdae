"""Each word of sequences beside Keras and XLA: shape, every variable, multiplies, values."""

import json
import os
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import numpy as np
import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.frameworks.keras import layers
from flopcount.frameworks.keras.check import check
from flopcount.frameworks.keras.model import to_keras
from tests.frameworks.networks import agree, beside, differences

WORDS = {
    "6x8": [
        "attention 4",
        "attention 4 causal",
        "attention 4 kv=2 window=3",
        "attention 4 relative=5 rotary kv=2 causal",
        "attention 4 kv=2 qknorm bias=qv",
        "lstm 4",
        "gru 4 back",
        "rnn 3 last",
        "lstm 3 bias=2 projection=2",
        "experts 4 top=2 [dense 16 relu > dense in]",
    ],
    "4x4x8": [
        "attention 2 window=2 shift=1 relative",
        "tokens class > position > select first",
        "tokens > transpose",
    ],
    "6": ["embed 9 4 > position > dense tied=embed"],
}
SETTINGS = {
    "12x16": [
        *(f"attention {said}" for said in ("4 nobias", "4 headdim=3", "1", "16")),
        *(f"attention 4 {kv} {mask}" for kv in ("kv=1", "kv=2") for mask in ("", "causal")),
        *(f"attention 4 window={n}" for n in (1, 2, 4, 5, 12, 99)),
        *(f"attention 4 causal window={n} kv=2" for n in (1, 3, 12, 99)),
        *(f"attention 4 {said}" for said in ("dot", "dot causal", "rotary", "rotary causal")),
        *(f"attention 4 relative{n} {kv}" for n in ("", "=3", "=99") for kv in ("", "kv=2")),
    ],
    "8x8x16": [
        *(f"attention 4 {said}" for said in ("", "kv=2", "headdim=3", "relative", "rotary", "dot")),
        *(
            f"attention 4 window={window} {shift} {more}"
            for window in ("4", "4x2", "8", "8x2")
            for shift in ("", "shift=1")
            for more in ("", "relative kv=2")
        ),
        "attention 4 window=4 shift=2",
        "attention 4 window=4 shift=3x1 relative",
    ],
    "4x4x4x8": [f"attention 2 {said}" for said in ("", "window=2", "window=2 shift=1 relative")],
    "7x8": [
        *(
            f"{cell} {more}"
            for cell in ("lstm 6", "gru 6", "rnn 6")
            for more in ("", "nobias", "bias=1", "bias=2", "back", "last", "back last", "both")
        ),
        "lstm 6 both layers=3 last",
        "lstm 6 bias=2 back layers=2",
        *(f"lstm 6 projection=3 {more}" for more in ("", "nobias", "bias=2 back", "both last")),
    ],
    "1x8": ["lstm 4", "gru 4 both", "attention 4 causal", "attention 2 relative"],
    "16x16x3": [
        *(f"tokens {said}" for said in ("", "class", "4", "4 12", "4x8 12 class=5", "4 12 nobias")),
        "tokens 4 > position 99 > select last > dense 5",
        "tokens > transpose > dense 5 gelu > transpose",
    ],
    "9x8": [
        "experts 3 top=3 [dense 16]",
        "experts 4 top=1 [dense 16 > swiglu > dense in nobias]",
        "experts 8 top=2 [dense 16 gelu > dense 5]",
        "2 * shared (attention 2 > lstm 8)",
        "2 * shared (experts 4 top=2 [dense 16 gelu > dense in])",
    ],
    "3x4": ["embed 20 8 > flatten", "embed 20 8 > position", "identity > embed 20 4"],
}
WHOLE = {
    # whose GELU, in a small copy on one token, has two numbers near 0
    "one token": "1 > embed 100 64 > position 128 > (identity + norm=layer > attention 4 causal) > "
    "(identity + norm=layer > dense 256 gelu > dense 64) > norm=layer > dense tied=embed nobias",
    "gpt": "24 > embed 90 16 > position 32 > 2 * ((norm=layer > attention 4 causal + identity) > "
    "(norm=layer > dense 64 gelu > dense in + identity)) > norm=layer > dense tied=embed",
    "vit": "32x32x3 > tokens 8 32 class > position > 2 * ((norm=layer > attention 4 + identity) > "
    "(norm=layer > dense 64 gelu > dense in + identity)) > norm=layer > select first > dense 10",
    "mixtral": "16x32 > (norm=rms > attention 4 kv=2 causal window=8 rotary nobias + identity) > "
    "(norm=rms > experts 8 top=2 [dense 64 > swiglu > dense in nobias] + identity)",
    "swin": "16x16x12 > (norm=layer > attention 3 window=4 relative + identity) > (norm=layer > "
    "attention 3 window=4 shift=2 relative + identity) > (norm=layer > conv 1x1 48 gelu > "
    "conv 1x1 12 linear + identity)",
    "tagger": "20 > embed 300 16 > lstm 12 layers=2 both > dense 9 > softmax",
    "mixer": "16x16x3 > tokens 4 12 > (norm=layer > transpose > dense 8 gelu > dense 16 > "
    "transpose + identity) > select last > dense 5",
}
TABLE = """
[input]
source = "10x12"
target = "7x16"
[rows]
encoder = "from source > 2 * ((attention 4 + identity) > norm=layer > dense in relu)"
self    = "from target > position > (attention 4 causal + identity) > norm=layer"
cross   = "from self > attention 4 from encoder"
grouped = "from cross > attention 4 from encoder kv=2 nobias"
near    = "from grouped > attention 4 window=3 from self"
turned  = "from near > attention 4 from encoder rotary"
far     = "from turned > attention 4 from encoder relative=5"
dot     = "from far > dense 12 > attention 4 dot from encoder"
out     = "dense 40"
"""


@pytest.mark.slow
@pytest.mark.parametrize(("size", "specs"), WORDS.items())
def test_each_word_agrees(size: str, specs: list[str]) -> None:
    result = agree(beside(size, specs))
    assert result.counted() == sum(layer.row.count("multiplies") > 0 for layer in result.layers)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "specs"), SETTINGS.items())
def test_every_setting_agrees(size: str, specs: list[str]) -> None:
    agree(beside(size, specs))


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_whole_networks_agree(name: str) -> None:
    network = fc.parse(WHOLE[name])
    result = agree(network)
    held = sum(layer.theirs["params"] or 0 for layer in result.layers)
    assert held == fc.analyze(network).params == to_keras(network).count_params()


@pytest.fixture
def table(tmp_path: Path) -> fc.Network:
    path = tmp_path / "translator.toml"
    path.write_text(TABLE, encoding="utf-8")
    return fc.load(path)


@pytest.mark.slow
def test_keys_of_another_input_agree(table: fc.Network) -> None:
    result = agree(table)
    assert result.counted() == 13


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec",
    [
        "1x16 > attention 4 causal",
        "2x16 > attention 4 causal kv=2 rotary relative",
        "3x16 > attention 4 causal window=4",
        "2 > embed 30 8 > position 20 > attention 2 causal > dense tied=embed",
    ],
)
def test_keys_of_a_cache_are_read_and_not_computed(spec: str) -> None:
    network = fc.parse(spec)
    nodes = [
        replace(node, op=replace(node.op, past=6)) if hasattr(node.op, "past") else node  # type: ignore[type-var]
        for node in network.nodes
    ]
    agree(replace(network, nodes=tuple(nodes)))


@pytest.mark.usefixtures("traced_only")
def test_what_a_mask_hides_is_computed_and_does_not_count() -> None:
    result = check(fc.parse("6x8 > attention 2 causal"))
    assert differences(result) == {}
    (layer,) = result.layers
    every = 4 * 6 * 8 * 8 + 2 * 6 * 6 * 8  # four projections; 6·6 pairs, in two products
    assert (layer.flops, layer.theirs["multiplies"]) == (2 * every, every)
    assert layer.theirs["multiplies_unpadded"] == every - 2 * 15 * 8  # 5 + 4 + 3 + 2 + 1 hidden


@pytest.mark.usefixtures("traced_only")
def test_the_step_of_a_recurrence_is_counted_as_often_as_it_runs() -> None:
    result = check(fc.parse("10x8 > lstm 4 > gru 4 > rnn 4"))
    assert differences(result) == {}
    gates = [4 * (8 + 4) * 4, 3 * (4 + 4) * 4, (4 + 4) * 4]
    assert [layer.flops for layer in result.layers] == [2 * 10 * n for n in gates]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
def test_models_of_sequences_can_be_saved(tmp_path: Path) -> None:
    layers.register()
    specs = [
        "6 > embed 9 4 > position > experts 3 top=2 [dense 4] > dense tied=embed",
        "6x4 > attention 2 kv=1 window=3 > attention 2 causal window=2 > lstm 4 bias=2 back",
        "4x4x4 > attention 2 window=2 shift=1 relative > tokens class > transpose > select last",
    ]
    rng = np.random.default_rng(0)
    for spec in specs:
        model = fc.parse(spec).to_keras()
        for variable in model.weights:
            variable.assign(rng.normal(size=variable.shape))
        model.save(tmp_path / "model.keras")
        again = keras.saving.load_model(tmp_path / "model.keras")
        shape = (2, *model.inputs[0].shape[1:])
        x = rng.integers(9, size=shape) if model.inputs[0].dtype == "int32" else rng.random(shape)
        assert np.array_equal(*(one.predict(x, verbose=0) for one in (model, again)))


def test_a_model_of_sequences_starts_as_keras_own_layers_do() -> None:
    model = fc.parse("6 > embed 9 4 > attention 2 > lstm 4").to_keras()
    embedding, attending, recurrence = model.layers[1:]
    assert "Uniform" in str(embedding.get_config()["embeddings_initializer"])
    assert "GlorotUniform" in str(attending.get_config()["kernel_initializer"])
    assert "Orthogonal" in str(recurrence.get_config()["recurrent_initializer"])


@pytest.mark.usefixtures("traced_only")
def test_what_small_copies_alone_say_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "6x8 > attention 2 causal > lstm 4"]) == 0
    printed = capsys.readouterr().out
    said = (
        "elementwise operations of 2 layers (the first spec/1) at their own size: on small copies"
    )
    assert f"not compared: {said} alone; " in printed
    assert main(["check", "6x8 > lstm 4", "--format", "json"]) == 0
    (layer,) = json.loads(capsys.readouterr().out)["layers"]
    assert layer["keras_params"]["recurrent_kernel"] == {"shape": [4, 16], "size": 64}
    assert layer["counts"]["elementwise.adds"]["compared_with"] is None
