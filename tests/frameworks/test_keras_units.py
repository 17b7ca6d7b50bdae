"""Units of Keras 3.15.1 on JAX 0.10.2: its own counts of variables and products, and ours."""

import os
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import pytest

import flopcount as fc
from flopcount.frameworks.keras.check import check

BATCH = 2  # of which the products were counted


class Unit(NamedTuple):
    """A spec or a table, Keras' parameters, and the multiply-adds of its traced model."""

    text: str
    params: int
    macs: int


TWO_INPUTS = '[input]\nquery = "20x64"\nvalue = "30x64"\n[rows]\nout = "from query > {layer}"\n'
# Traced by JAX: each dot_general of the model, what stands in a scan times its length. Keras'
# layer stands behind each.
UNITS = {
    "LSTM(64)": Unit("10x32 > lstm 64 last", 24_832, 491_520),
    "GRU(64, reset_after=False)": Unit("10x32 > gru 64 bias=1 last", 18_624, 368_640),
    "SimpleRNN(64)": Unit("10x32 > rnn 64 last", 6_208, 122_880),
    "Bidirectional(LSTM(64))": Unit("10x32 > lstm 64 both last", 49_664, 983_040),
    "LSTM(64), GRU(16), Dense(3)": Unit("10x32 > lstm 64 > gru 16 last > dense 3", 28_819, 568_416),
    "MultiHeadAttention(8, 8)": Unit("128x64 > attention 8", 16_640, 8_388_608),
    "GroupQueryAttention(8, 8, 2)": Unit("128x64 > attention 8 kv=2", 10_400, 6_815_744),
    "Attention()": Unit(TWO_INPUTS.format(layer="attention 1 dot from value"), 0, 153_600),
    "Embedding(100, 8), Flatten(), Dense(3)": Unit("6 > embed 100 8 > flatten > dense 3", 947, 288),
}


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("name", UNITS)
def test_a_unit_of_keras(name: str, tmp_path: Path) -> None:
    unit = UNITS[name]
    network = fc.parse(unit.text) if ">" in unit.text.partition("\n")[0] else None
    if network is None:
        path = tmp_path / "unit.toml"
        path.write_text(unit.text, encoding="utf-8")
        network = fc.load(path)
    report = fc.analyze(network)
    assert (report.params, BATCH * report.multiplies) == (unit.params, unit.macs)
    result = check(network)
    assert result.equal
    assert BATCH * sum(layer.flops or 0 for layer in result.layers) == 2 * unit.macs
