"""Recurrent layers are read whole: gates, directions, projections, any number of steps."""

from typing import Any

import pytest
import torch
from torch import nn

import flopcount as fc

from .torch_models import Calls, counts, floats, held, read, unknown

C, W, P = 32, 64, 16

# By name: the layer, its input, its multiplies, the words of its rows.
LAYERS: dict[str, tuple[nn.Module, tuple[int, ...], int, list[str]]] = {
    "rnn": (nn.RNN(C, W, batch_first=True), (2, 10, C), 20 * W * (C + W), ["rnn"]),
    "relu": (nn.RNN(C, W, nonlinearity="relu"), (10, 2, C), 20 * W * (C + W), ["rnn"]),
    "gru": (nn.GRU(C, W, bias=False), (10, 3, C), 30 * 3 * W * (C + W), ["gru"]),
    "lstm": (nn.LSTM(C, W), (10, C), 10 * 4 * W * (C + W), ["lstm"]),
    "both ways": (
        nn.GRU(C, W, 2, bidirectional=True, batch_first=True),
        (2, 10, C),
        20 * 2 * 3 * W * ((C + W) + (2 * W + W)),
        ["gru", "gru", "concat"] * 2,
    ),
    "projected": (
        nn.LSTM(C, W, 2, proj_size=P, batch_first=True),
        (2, 10, C),
        20 * (4 * W * (C + P) + W * P + 4 * W * (P + P) + W * P),
        ["lstm", "lstm"],
    ),
    "projected both ways": (
        nn.LSTM(C, W, proj_size=P, bidirectional=True),
        (10, 2, C),
        20 * 2 * (4 * W * (C + P) + W * P),
        ["lstm", "lstm", "concat"],
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_has_the_multiplies_of_its_gates_and_the_parameters_of_the_module(
    name: str,
) -> None:
    module, shape, multiplies, words = LAYERS[name]
    network = fc.read_torch(module, floats(*shape))
    assert [row.node.op.word for row in network.rows] == words
    total = counts(network)
    assert total["multiplies"] == multiplies
    assert total["params"] == sum(p.numel() for p in module.parameters())
    with torch.device("meta"):
        made = module.to("meta")(torch.zeros(shape))
    assert network.shapes[next(iter(network.results.values()))] == made[0].shape


@pytest.mark.slow
def test_how_many_tokens_there_are_stays_open() -> None:
    module = Calls(lambda m, x: m.out(m.rnn(x)[0]), rnn=nn.LSTM(C, W), out=nn.Linear(W, 5))
    network = fc.read_torch(module, floats(10, 2, C), symbols={"T": (0, 0), "B": (0, 1)})
    formula = fc.formula(network, free=["T", "B"])
    assert formula.text() == f"{4 * W * (C + W) + W * 5}·B·T".replace(" ", "")


def test_the_state_that_comes_in_and_the_last_one_are_connected() -> None:
    def run(m: Any, x: Any, h: Any) -> Any:
        _, last = m.rnn(x, m.first(h)[None])
        return m.out(last[-1])

    parts = {"rnn": nn.GRU(C, W), "first": nn.Linear(7, W), "out": nn.Linear(W, 5)}
    network = read(run, floats(10, 2, C), floats(2, 7), **parts)
    assert [row.node.path for row in network.rows] == ["first", "rnn", "out"]
    assert not network.unread
    assert network.rows[1].inputs == ((10, 2, C), (1, 2, W))
    assert network.rows[2].output == (2, 5)


def test_a_layer_that_runs_twice_holds_its_weights_once() -> None:
    rnn = nn.LSTM(C, C)
    network = read(lambda m, x: m.rnn(m.rnn(x)[0])[0], floats(10, 2, C), rnn=rnn)
    assert counts(network)["params"] == sum(p.numel() for p in rnn.parameters())
    assert counts(network)["multiplies"] == 2 * 20 * 4 * C * 2 * C


def test_weights_that_are_computed_are_no_parameters_of_the_layer() -> None:
    def run(m: Any, x: Any) -> Any:
        weights = [m.w * 2, m.r]
        zero = x.new_zeros(1, x.shape[1], W)
        no = False
        return torch.rnn_tanh(x, zero, weights, no, 1, 0.0, no, no, no)[0]

    network = read(run, floats(10, 2, C), w=held(W, C), r=held(W, W))
    assert counts(network)["params"] == W * C + W * W
    assert counts(network)["multiplies"] == 20 * W * (C + W)


def test_cells_are_read_step_by_step() -> None:
    network = fc.read_torch(nn.LSTMCell(C, W), floats(5, C))
    assert not unknown(network)
    assert counts(network)["multiplies"] == 5 * 4 * W * (C + W)


def test_a_packed_sequence_is_refused_in_a_line() -> None:
    def run(m: Any, x: Any) -> Any:
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([10, 7]))
        return m.rnn(packed)[0].data

    with pytest.raises(fc.FlopcountError, match=r"packed sequence.*padded") as error:
        read(run, floats(10, 2, C), rnn=nn.GRU(C, W))
    assert "\n" not in str(error.value)


def test_one_in_a_model_that_looks_at_numbers_is_run_on_them_and_counted_whole() -> None:
    def forward(module: Any, x: Any) -> Any:
        y = module.layer(x)[0]
        assert bool((y.abs() < 1).all())  # an LSTM puts out o · tanh c
        return module.head(y)

    layer, head = nn.LSTM(C, W, batch_first=True), nn.Linear(W, P)
    found = read(forward, floats(2, 10, C), layer=layer, head=head)
    products = 2 * 10 * (4 * W * (C + W) + W * P)
    assert counts(found)["multiplies"] == products
    assert counts(found)["params"] == sum(
        p.numel() for p in [*layer.parameters(), *head.parameters()]
    )
