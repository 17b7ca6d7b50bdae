"""What is written of networks with odd names, odd results, nothing in them, or much of the same."""

import tomllib
from collections import OrderedDict

import pytest
import torch

import flopcount as fc
from flopcount.errors import FlopcountError
from flopcount.notation.written import WrittenTable, written
from flopcount.records import replace


def _rows(table: WrittenTable) -> dict[str, object]:
    return dict(tomllib.loads(table.text)["rows"])


@pytest.mark.slow
def test_layers_that_are_equal_are_counted_however_many_there_are() -> None:
    table = fc.write("28x28x3 > 2000 * conv 3x3 3")
    assert _rows(table) == {"spec": "2000 * conv 3x3 3"}


def test_a_network_without_a_layer_is_refused() -> None:
    with pytest.raises(FlopcountError, match="it has no layer"):
        fc.write("28x28x3 > identity")


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ({"y": "spec/1", "y1": "input"}, "its result y1 is its input input"),
        ({"y": "spec/1", "y1": "spec/1"}, "its results y and y1 are both what spec/1 puts out"),
    ],
)
def test_results_that_no_row_of_their_own_puts_out_are_refused(
    outputs: dict[str, str], said: str
) -> None:
    network = replace(fc.parse("28x28x3 > conv 3x3 3"), outputs=outputs)
    with pytest.raises(FlopcountError, match=said):
        written(network)


def test_long_names_of_modules_and_classes_are_cut_to_what_a_table_takes() -> None:
    class Branches(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name in ("x" * 300, "y" * 70):
                layers = [torch.nn.Conv2d(4, 4, 1), torch.nn.ReLU(), torch.nn.Conv2d(4, 4, 1)]
                self.add_module(name, torch.nn.Sequential(*layers))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            first, second = self.children()
            return first(x) + second(x)

    long = type("Long" * 100, (Branches,), {})
    ways = {"z" * 300: long(), "z" * 299: long(), "w": torch.nn.Conv2d(4, 2, 1)}
    table = fc.write(torch.nn.Sequential(OrderedDict(ways)), fc.inputs(1, 4, 8, 8))
    assert table.network.rows[-1].output == (8, 8, 2)
