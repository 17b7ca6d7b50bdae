"""Small modules in the notation's own layers: what becomes of each, and what is refused."""

import re
from collections.abc import Callable
from typing import TypeAlias

import pytest
import torch
from torch import nn
from torch.nn import functional

from flopcount.core import Op
from flopcount.core.ops.elementwise import Scale
from flopcount.core.ops.pooling import AdaptivePool
from flopcount.core.ops.resampling import Crop, Pad, Upsample
from flopcount.errors import FlopcountError
from flopcount.frameworks.lifted import lifted
from flopcount.notation.written import written
from flopcount.sizes import Shape
from tests.frameworks.lifted_models import lift, words
from tests.frameworks.torch_models import floats, held, read

Function: TypeAlias = Callable[[torch.Tensor], torch.Tensor]

X = floats(1, 8, 12, 10)  # its height is not its width: what changes them is seen


def test_a_norm_and_an_activation_ride_on_the_layer_that_they_alone_read() -> None:
    done = lift(
        lambda m, x: functional.relu(m.bn(m.conv(x))),
        X,
        conv=nn.Conv2d(8, 16, 3, padding=1),
        bn=nn.BatchNorm2d(16),
    )
    assert words(done) == ["conv bias norm relu"]
    assert done.stands_for == {"conv": ("conv", "bn", "relu")}
    (row,) = done.network.rows
    assert (row.inputs, row.output) == (((12, 10, 8),), (12, 10, 16))
    assert row.count("multiplies") == 12 * 10 * 3 * 3 * 8 * 16


def test_what_two_layers_read_keeps_its_norm_apart() -> None:
    def branches(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = m.conv(x)
        return m.bn(y) + y

    done = lift(branches, X, conv=nn.Conv2d(8, 8, 1), bn=nn.BatchNorm2d(8))
    assert words(done) == ["conv bias", "norm", "add"]


def test_a_second_activation_is_a_layer_of_its_own() -> None:
    done = lift(lambda m, x: torch.sigmoid(functional.relu(m.conv(x))), X, conv=nn.Conv2d(8, 8, 1))
    assert words(done) == ["conv bias relu", "sigmoid"]


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (functional.relu6, "relu6"),
        (lambda x: functional.leaky_relu(x, 0.1), "leaky"),
        (functional.hardswish, "hardswish"),
        (lambda x: x * functional.relu6(x + 3) / 6, "hardswish"),
        (lambda x: x * (functional.relu6(x + 3) * (1 / 6)), "hardswish"),
        (lambda x: functional.relu6(x + 3) / 6, "hardsigmoid"),
        (lambda x: x * torch.sigmoid(x), "silu"),
        (functional.silu, "silu"),
        (lambda x: functional.gelu(x, approximate="tanh"), "gelu"),
        (functional.gelu, "gelu"),
        (lambda x: x * 0.5 * (1 + torch.erf(x / 2**0.5)), "gelu"),
        (lambda x: x.clamp(min=0), "relu"),
        (lambda x: x.clamp(0, 6), "relu6"),
    ],
)
def test_an_activation_has_its_name_however_it_is_written(function: Function, word: str) -> None:
    done = lift(lambda m, x: function(m.conv(x)), X, conv=nn.Conv2d(8, 8, 1))
    assert words(done) == [f"conv bias {word}"]


def test_what_is_read_twice_on_its_way_to_an_activation_is_not_taken_into_it() -> None:
    def both(_: nn.Module, x: torch.Tensor) -> torch.Tensor:
        gate = torch.sigmoid(x)
        return x * gate + gate

    assert words(lift(both, X)) == ["sigmoid", "multiply", "add"]


def test_the_elementwise_operations_that_a_table_does_not_have_are_said_and_summed() -> None:
    done = lift(
        lambda m, x: functional.gelu(m.second(functional.gelu(m.first(x)))),
        X,
        **_two_convolutions(),
    )
    elements = 12 * 10 * 8 + 12 * 10 * 4
    # by tanh: e^2z and 5 multiplies, 2 adds, for z; −1, +1, +1, a divide and 2 multiplies then:
    # by erf: 3 multiplies, an add and an exponential
    (said,) = done.beside
    assert said == (
        "gelu by the error function, which a table has by tanh: the model has "
        f"{3 * elements:,} fewer adds, {4 * elements:,} fewer elementwise multiplies, "
        f"{elements:,} fewer divides"
    )


def _two_convolutions() -> dict[str, nn.Module]:
    return {"first": nn.Conv2d(8, 8, 1), "second": nn.Conv2d(8, 4, 1)}


def test_a_gate_of_one_number_a_channel_multiplies_the_grid() -> None:
    def squeezed(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        gate = torch.sigmoid(m.up(functional.relu(m.down(x.mean((2, 3))))))
        return x * gate[:, :, None, None]

    done = lift(squeezed, X, down=nn.Linear(8, 2), up=nn.Linear(2, 8))
    assert words(done) == ["avgpool", "dense bias relu", "dense bias sigmoid", "multiply"]
    assert done.network.rows[0].node.op == AdaptivePool("avg", (1, 1))
    assert done.network.rows[-1].inputs == ((12, 10, 8), (1, 1, 8))


def test_parts_of_the_channels_are_a_split_and_a_transpose_of_groups_a_shuffle() -> None:
    def mixed(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        a, b = x.chunk(2, 1)
        y = torch.cat([a, m.conv(b)], 1)
        return y.view(1, 2, 4, 12, 10).transpose(1, 2).reshape(1, 8, 12, 10).relu()

    done = lift(mixed, X, conv=nn.Conv2d(4, 4, 1))
    assert words(done) == ["split", "conv bias", "concat", "relu", "shuffle"]
    assert done.network.nodes[2].inputs == ("conv/split", "conv")
    assert done.network.nodes[1].inputs == ("conv/split:1",)


def test_a_dense_layer_on_a_grid_is_a_convolution_and_behind_a_flatten_a_dense_layer() -> None:
    def channels_last(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = m.norm(x.permute(0, 2, 3, 1))
        y = m.mix(y).permute(0, 3, 1, 2)
        return m.head(y.flatten(1))

    parts = {"norm": nn.LayerNorm(8), "mix": nn.Linear(8, 4), "head": nn.Linear(4 * 12 * 10, 5)}
    done = lift(channels_last, X, **parts)
    assert words(done) == ["norm", "conv bias", "flatten", "dense bias"]
    assert [row.output for row in done.network.rows] == [
        (12, 10, 8),
        (12, 10, 4),
        (1, 1, 4 * 12 * 10),
        (1, 1, 5),
    ]


def test_a_factor_for_each_channel_is_a_layer_scale() -> None:
    done = lift(lambda m, x: m.g.view(1, 8, 1, 1) * x + x, X, g=held(8))
    assert words(done) == ["layerscale", "add"]
    assert done.network.rows[0].count("weights") == 8


def test_a_branch_times_a_number_is_scaled_before_it_is_added() -> None:
    done = lift(lambda m, x: torch.add(x, m.conv(x), alpha=0.17), X, conv=nn.Conv2d(8, 8, 1))
    assert words(done) == ["conv bias", "scale", "add"]
    assert done.network.nodes[1].op == Scale()
    assert words(lift(lambda _, x: x * 0.5 + x.relu(), X)) == ["scale", "relu", "add"]


@pytest.mark.parametrize(
    ("function", "op", "output"),
    [
        (lambda x: functional.pad(x, (1, 1, 2, 2)), Pad((2, 1), (2, 1)), (16, 12, 8)),
        (lambda x: functional.pad(x, (0, 1, 0, 1)), Pad((0, 0), (1, 1)), (13, 11, 8)),
        (lambda x: x[:, :, 1:-1], Crop((1, 0), (1, 0)), (10, 10, 8)),
        (lambda x: functional.interpolate(x, scale_factor=2), Upsample((2, 2)), (24, 20, 8)),
        (
            lambda x: functional.interpolate(x, size=(18, 15), mode="bilinear"),
            Upsample(to=(18, 15), smooth=True),
            (18, 15, 8),
        ),
    ],
)
def test_a_grid_becomes_larger_or_smaller(function: Function, op: Op, output: Shape) -> None:
    done = lift(lambda _, x: functional.relu(function(x)), X)
    assert done.network.nodes[0].op == op
    assert done.network.rows[-1].output == output


def test_one_channel_has_an_axis_once_there_are_more() -> None:
    one = floats(1, 1, 12, 10)
    parts = {"spread": nn.Conv2d(1, 8, 1), "conv": nn.Conv2d(8, 2, 3), "one": nn.Conv2d(2, 1, 1)}
    done = lift(lambda m, x: m.one(m.conv(m.spread(x))).relu(), one, **parts)
    assert [row.output for row in done.network.rows] == [(12, 10, 8), (10, 8, 2), (10, 8, 1)]


def test_a_pooled_grid_is_made_as_large_as_the_image_again() -> None:
    done = lift(lambda _, x: functional.interpolate(x.mean((2, 3), True), size=(12, 10)) + x, X)
    assert [node.op for node in done.network.nodes][1] == Upsample((12, 10))
    assert done.network.rows[-1].output == (12, 10, 8)


def test_weights_that_are_standardised_each_time_are_those_of_the_convolution() -> None:
    def standardised(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        w = m.conv.weight
        w = functional.batch_norm(w.view(1, 6, -1), None, None, training=True).reshape_as(w)
        return functional.conv2d(x, w)

    done = lift(standardised, X, conv=nn.Conv2d(8, 6, 3, bias=False))
    (row,) = done.network.rows
    assert row.count("weights") == 3 * 3 * 8 * 6
    assert len(done.stands_for[row.node.path]) == 3  # the parameter, its norm, the convolution
    assert done.beside[0].startswith("weights that are worked out each time: the model has ")


REFUSED: dict[str, tuple[Function, str]] = {
    "a channel slice": (lambda x: x[:, :4].relu(), "1 of 2 parts of the channels are read"),
    "a slice of no equal part": (lambda x: x[:, :3].relu(), "the notation has equal parts alone"),
    "every other row": (lambda x: x[:, :, ::2].relu() + 0.5, "of an axis that is not the channels"),
    "height and width exchanged": (
        lambda x: functional.max_pool2d(x.transpose(2, 3), 2),
        "with its axes in another order",
    ),
    "a mean of the rows": (lambda x: x.mean(2).relu(), "they are not the whole grid"),
    "a sum": (lambda x: x.sum((2, 3)).relu(), "a sum over the axes"),
    "a function without a name": (lambda x: torch.sin(x) + x, "no such function: y = sin(x)"),
    "a number added": (lambda x: (x.relu() + 0.5).sigmoid(), "no such function: y = x + 0.5"),
    "a mirrored image": (lambda x: x.flip(3).relu(), "puts numbers elsewhere"),
    "cubic interpolation": (
        lambda x: functional.interpolate(x, scale_factor=2, mode="bicubic"),
        "nearest or bilinear, not cubic",
    ),
    "a log softmax": (lambda x: functional.log_softmax(x, 1), "no such log softmax"),
    "a pooling whose window is spread": (
        lambda x: functional.max_pool2d(x, 2, dilation=2),
        "a table's has no dilation",
    ),
    "a norm over the grid too": (
        lambda x: functional.layer_norm(x, (8, 12, 10)),
        "other axes than the channels",
    ),
    "a product of two tensors": (lambda x: x @ x.transpose(2, 3), "no such product"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_notation_cannot_say_is_refused_by_its_place(what: str) -> None:
    function, why = REFUSED[what]
    network = read(lambda _, x: function(x), X)
    with pytest.raises(FlopcountError, match=re.escape(why)) as refused:
        lifted(network)
    head = re.match(r"([\w./ ]+) \(([\w ]+)\): ", str(refused.value))
    assert head, refused.value
    assert head[1] in {node.path for node in network.nodes}


def test_a_batch_is_refused_with_its_cure() -> None:
    network = read(lambda _, x: x.relu(), floats(2, 8, 4, 4))
    with pytest.raises(FlopcountError, match=r"2×8×4×4: .* read the model at a batch of 1"):
        lifted(network)


def test_weights_that_two_layers_share_are_refused() -> None:
    network = read(lambda m, x: m.conv(m.conv(x)), X, conv=nn.Conv2d(8, 8, 1))
    with pytest.raises(FlopcountError, match="shares its weights with conv"):
        lifted(network)


def test_a_roll_along_an_axis_is_said_beside_the_table() -> None:
    done = lift(lambda m, x: m.conv(x.roll(3, 2)), X, conv=nn.Conv2d(8, 8, 1))
    assert done.notes == ("numbers that are rolled along an axis stay where they were",)


def test_a_table_does_not_claim_equal_parameters_where_layers_share_a_norm() -> None:
    def twice(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return m.norm(m.second(m.norm(m.first(x))))

    model = read(
        twice, X, **_two_convolutions() | {"second": nn.Conv2d(8, 8, 1)}, norm=nn.BatchNorm2d(8)
    )
    heading, beside, *_ = str(written(model)).splitlines()
    assert heading.endswith(": the multiplies of every layer are equal.")
    assert beside.endswith("the model has 16 fewer norm params, 16 fewer norm stats.")
