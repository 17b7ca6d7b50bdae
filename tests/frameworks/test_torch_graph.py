"""The graph of a reading: views, writes into views, constants, what differs from the run."""

from typing import Any

import pytest
import torch
from torch import nn

import flopcount as fc
from flopcount.core.ops.tensors import Move
from flopcount.frameworks.models.operands import Made
from flopcount.frameworks.torch.operations import OPERATIONS

from .torch_models import floats, held, read, unknown

ROW = floats(4, 10)


def paths(network: Any) -> list[str]:
    return [row.node.path for row in network.rows]


def test_what_is_written_into_parts_of_a_tensor_is_read_from_it() -> None:
    def run(_: Any, x: Any) -> Any:
        y = torch.empty(2, *x.shape)
        y[0] = x.exp()
        y[1] = x.sin()
        return y.sum()

    network = read(run, ROW)
    assert paths(network) == ["exp", "copy", "sin", "copy.2", "sum"]
    assert not network.unread


def test_what_is_put_at_places_that_the_data_says_is_read_from_there() -> None:
    def run(_: Any, x: Any) -> Any:
        y = torch.zeros(10, 4)
        y[torch.tensor([1, 2])] = x.t()[:2].exp()
        y.view(4, 10)[0] = 0
        return y + 1

    network = read(run, ROW)
    assert paths(network) == ["exp", "scatter", "fill", "add"]
    assert not network.unread


def test_constants_that_are_only_moved_are_no_layers() -> None:
    def run(m: Any, x: Any) -> Any:
        mask = torch.cat([torch.ones(4, 5), torch.zeros(4, 5)], 1).to(torch.bool)
        places = torch.arange(10).repeat(4, 1).float()
        return x.masked_fill(mask, 0) + places + m.table[torch.tensor([0, 1, 2, 3])]

    network = read(run, ROW, table=floats(8, 10))
    assert paths(network) == ["masked_fill", "add", "add.2"]
    assert network.rows[1].count("elementwise.adds") == 40


def test_what_is_computed_of_constants_counts() -> None:
    network = read(lambda _, x: x * (torch.arange(10) + 1), ROW)
    assert [row.count("elementwise.adds") for row in network.rows] == [10, 0]


def test_a_tensor_that_is_turned_in_place_keeps_the_shape_that_it_came_with() -> None:
    network = read(lambda _, x: x.exp().transpose_(0, 1) + 1, ROW)
    assert [row.output for row in network.rows] == [(4, 10), (10, 4)]


def test_a_tensor_without_a_number_stays_connected() -> None:
    network = read(lambda _, x: torch.cat([x, x[:0].exp()]).sin(), ROW)
    assert paths(network) == ["concat", "sin"]


def test_a_parameter_is_read_in_part_and_whole() -> None:
    network = read(lambda m, x: m.l(x + m.l.weight[0, :10]), ROW, l=nn.Linear(10, 3))
    assert sum(row.count("params") for row in network.rows) == 33
    assert paths(network) == ["l/weight", "add", "l/dense"]


def test_an_unknown_operation_is_a_row_with_its_shape() -> None:
    network = read(lambda _, x: torch.fft.rfft(x).abs(), ROW)
    assert unknown(network) == ["_fft_r2c"] or unknown(network) == ["aten._fft_r2c"]
    assert network.rows[0].output == (4, 6)
    assert network.rows[0].count("multiplies") is None


def test_a_rule_that_gives_another_shape_than_the_run_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = Move("exp", ((4, 11),))
    monkeypatch.setitem(OPERATIONS, "aten.exp", lambda a: Made(wrong, (a["self"],)))
    with pytest.raises(fc.FlopcountError) as error:
        read(lambda m, x: m.part(x), ROW, part=_Exp())
    assert str(error.value).endswith(
        "part.exp: exp gave 4×10 when the model ran, and is read as giving 4×11: "
        "a mistake in flopcount, please report it"
    )


class _Exp(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.exp()


def test_a_shape_is_compared_where_sizes_are_open_too(monkeypatch: pytest.MonkeyPatch) -> None:
    network = fc.read_torch(_Exp(), ROW, symbols={"B": (0, 0)})
    wrong = Move("exp", ((4, 11),))
    monkeypatch.setitem(OPERATIONS, "aten.exp", lambda a: Made(wrong, (a["self"],)))
    with pytest.raises(fc.FlopcountError, match="gave B×10 when the model ran"):
        fc.formula(network, free=["B"])


def test_a_model_of_a_parameter_alone_is_read() -> None:
    network = read(lambda m, x: m.w[0] + x, ROW, w=held(2, 10))
    assert [row.output for row in network.rows] == [(2, 10), (4, 10)]


def test_one_tensor_that_is_given_as_several_inputs_stays_one() -> None:
    """Attention asks whether its query is its key, and then has one projection for all three."""
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    x, other = torch.ones(2, 3, 8), torch.ones(2, 3, 8)
    own, crossed = fc.read_torch(attention, x, x, x), fc.read_torch(attention, x, other, other)
    assert list(own.inputs) == ["x"]
    assert list(crossed.inputs) == ["x", "x1"]
    assert sum(row.node.op.word == "dense" for row in own.rows) == 2
    assert sum(row.node.op.word == "dense" for row in crossed.rows) == 3


@pytest.mark.slow
def test_a_layer_that_reads_a_constant_alone_counts() -> None:
    """A map of places, say, that a buffer holds and a convolution reads."""
    conv = nn.Conv2d(2, 4, 3)
    network = read(lambda m, x: m.conv(torch.ones(1, 2, 6, 6)).sum() + x, ROW, conv=conv)
    assert fc.analyze(network).multiplies == 4 * 4 * 4 * 9 * 2
    assert paths(network)[:2] == ["conv/constant", "conv/conv"]
    lstm = read(lambda m, x: m.lstm(torch.ones(3, 2, 4))[0].sum() + x, ROW, lstm=nn.LSTM(4, 5))
    assert fc.analyze(lstm).multiplies == 3 * 2 * 4 * 5 * (4 + 5)
    grid = torch.ones(4, 5, 5, 2)
    sampled = read(lambda _, x: nn.functional.grid_sample(x, grid), floats(4, 3, 6, 6))
    assert [row.output for row in sampled.rows][-1] == (4, 3, 5, 5)


def test_a_model_in_inference_mode_is_taken_apart_as_any() -> None:
    layers = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 3))
    image = floats(1, 2, 6, 6)
    before = fc.analyze(fc.read_torch(layers, image))
    with torch.inference_mode():
        inside = fc.analyze(fc.read_torch(layers, image))
    within = torch.inference_mode()(lambda m, x: m.layers(x))
    own = fc.analyze(read(within, image, layers=layers))
    for report in (inside, own):
        assert report.complete
        assert report.cost == before.cost
