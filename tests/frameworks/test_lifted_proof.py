"""The proof by counts: a rule that is wrong is found, and networks of any form hold it."""

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from flopcount.core import Row
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.tensors import FirstConv
from flopcount.errors import FlopcountError
from flopcount.frameworks.lifted import lifted
from flopcount.frameworks.lifted.grids import given as given_grid
from flopcount.frameworks.lifted.grids import grid_of
from flopcount.frameworks.lifted.lifting import Lifting
from flopcount.frameworks.lifted.table import RULES, rule
from flopcount.records import replace
from tests.frameworks.lifted_models import lift
from tests.frameworks.torch_models import floats, read

X = floats(1, 8, 12, 10)
SAME = nn.Conv2d(8, 8, 3, padding=1)


def _wrong_rule(**changed: object) -> None:
    """Register a rule for convolutions that says another one."""

    def wrong(lifting: Lifting, row: Row) -> None:
        op: FirstConv = row.node.op  # type: ignore[assignment]
        made = Conv(op.window, op.width, op.groups, op.tail)
        value = grid_of(lifting, row, 2)
        given_grid(lifting, row, lifting.put(row, replace(made, **changed), (value.port,)))

    RULES[FirstConv] = wrong


@pytest.fixture
def rules() -> Iterator[None]:
    kept = dict(RULES)
    yield
    RULES.clear()
    RULES.update(kept)


@pytest.mark.usefixtures("rules")
def test_a_rule_that_forgets_the_groups_is_found() -> None:
    network = read(lambda m, x: m.conv(x).relu(), X, conv=nn.Conv2d(8, 8, 3, groups=2))
    lifted(network)
    _wrong_rule(groups=1)
    pixels, taps = 10 * 8, 9
    with pytest.raises(FlopcountError) as found:
        lifted(network)
    assert str(found.value) == (
        f"conv: as conv it would have {pixels * taps * 8 * 8:,} multiplies, and the model "
        f"has {pixels * taps * 4 * 8:,}"
    )


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("conv", "changed", "named"),
    [
        (
            nn.Conv2d(8, 8, 3, padding=1),
            {"padding": (0, 0), "after": (2, 2)},
            "multiplies_unpadded",
        ),
        (nn.Conv2d(8, 8, 3, stride=2, padding=1), {"stride": (1, 1)}, "multiplies"),
        (nn.Conv2d(8, 8, 3, padding=1), {"padding": "valid"}, "multiplies"),
        (nn.Conv2d(8, 8, 3, padding=2, dilation=2), {"dilation": (1, 1)}, "multiplies"),
    ],
)
def test_a_rule_that_mistakes_the_window_is_found(
    conv: nn.Conv2d, changed: dict[str, object], named: str
) -> None:
    network = read(lambda m, x: m.conv(x).relu(), X, conv=conv)
    window = network.nodes[0].op.window  # type: ignore[attr-defined]
    _wrong_rule(window=replace(window, **changed))
    with pytest.raises(FlopcountError, match=rf"conv: as conv it would have [\d,]+ {named},"):
        lifted(network)


@pytest.mark.usefixtures("rules")
def test_a_rule_that_forgets_the_bias_is_found() -> None:
    network = read(lambda m, x: m.conv(x).relu(), X, conv=nn.Conv2d(8, 6, 1))
    _wrong_rule(tail=replace(network.nodes[0].op.tail, bias=False))  # type: ignore[attr-defined]
    with pytest.raises(FlopcountError, match="it would have 0 biases, and the model has 6"):
        lifted(network)


@pytest.mark.usefixtures("rules")
def test_a_row_for_which_nothing_stands_is_found() -> None:
    network = read(lambda m, x: m.conv(x).relu(), X, conv=nn.Conv2d(8, 6, 1))
    kept = RULES[FirstConv]

    def forgets(lifting: Lifting, row: Row) -> None:
        kept(lifting, row)
        lifting.stands_for[row.node.path].clear()

    RULES[FirstConv] = forgets
    with pytest.raises(FlopcountError, match="conv"):
        lifted(network)


def test_a_rule_is_registered_once() -> None:
    with pytest.raises(ValueError, match="FirstConv is registered twice"):
        rule(FirstConv)(lambda *_: None)


LAYERS = {
    "conv": lambda n: nn.Conv2d(n, 8, 3, padding=1),
    "strided": lambda n: nn.Conv2d(n, 8, 3, stride=2, padding=1),
    "depthwise": lambda n: nn.Conv2d(n, n, 3, padding=1, groups=n),
    "grouped": lambda n: nn.Conv2d(n, 8, 1, groups=4),
    "norm": nn.BatchNorm2d,
    "groups": lambda n: nn.GroupNorm(4, n),
    "instance": nn.InstanceNorm2d,
    "relu": lambda _: nn.ReLU(),
    "silu": lambda _: nn.SiLU(),
    "hardswish": lambda _: nn.Hardswish(),
    "maxpool": lambda _: nn.MaxPool2d(3, 2, padding=1),
    "avgpool": lambda _: nn.AvgPool2d(2, 1, padding=1),
    "dropout": lambda _: nn.Dropout(),
    "upsample": lambda _: nn.Upsample(scale_factor=2),
    "prelu": nn.PReLU,
}


class Drawn(nn.Module):
    """Layers one after the other, some with what came in added to, or beside, what goes out."""

    def __init__(self, drawn: list[tuple[str, str]]) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        self.joins = [join for _, join in drawn]
        for name, _ in drawn:
            self.layers.append(LAYERS[name](8))  # type: ignore[no-untyped-call]
        self.head = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer, join in zip(self.layers, self.joins, strict=True):
            y = layer(x)
            if join == "add" and y.shape == x.shape:
                y = y + x
            if join == "concat" and y.shape == x.shape:
                a, b = torch.cat([x, y], 1).chunk(2, 1)
                y = a * b.sigmoid()
            if join == "split":
                a, b = y.chunk(2, 1)
                y = torch.cat([b.relu(), a], 1)
                y = y.unflatten(1, (2, 4)).transpose(1, 2).flatten(1, 2)
            x = y
        return self.head(x.mean((2, 3)))


drawn = st.lists(
    st.tuples(st.sampled_from(sorted(LAYERS)), st.sampled_from(["", "add", "concat", "split"])),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=12)
@given(drawn)
def test_networks_of_any_form_are_said_with_equal_counts(layers: list[tuple[str, str]]) -> None:
    lift_drawn(layers)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(drawn)
def test_many_networks_are_said_with_equal_counts(layers: list[tuple[str, str]]) -> None:
    lift_drawn(layers)


def lift_drawn(layers: list[tuple[str, str]]) -> None:
    """Read and lift a network of these layers, and compare it with the model."""
    done = lift(lambda m, x: m.net(x), X, net=Drawn(layers).eval())
    assert done.network.rows[-1].output == (1, 1, 3)
