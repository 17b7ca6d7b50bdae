"""What is compared before a formula of a read model is given, and what is not hidden by it."""

from typing import Any

import pytest
import torch

import flopcount as fc
from flopcount.analysis.formulas import formula
from flopcount.frameworks.models.open_sizes.comparison import Opened, Unlike
from tests.frameworks.open_modules import Images


class Turned(torch.nn.Module):
    """Its rows are copied where there are several: those of one sample lie as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.each = torch.nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Sequence first."""
        return self.each(x.transpose(0, 1).reshape(-1, 8))


def turned() -> Any:
    return fc.read_torch(Turned(), fc.inputs(1, 6, 8))


def test_a_count_is_for_the_sizes_at_which_it_is_the_models() -> None:
    found = formula(turned(), free=["B"])
    assert (found.text(), found.domain) == ("192·B", ())
    (note,) = [note for note in found.notes if "calls other operations" in note]
    assert note == ("at 1×6×8 the model calls other operations, and activations differ there")


@pytest.mark.parametrize("count", ["activations", "params", "elementwise.adds"])
def test_another_count_is_what_a_report_counts(count: str) -> None:
    found = formula(turned(), free=["B"], count=count)
    space: dict[str, Any] = {}
    exec(found.python(), space)  # noqa: S102  the function that it prints
    own = space[count.replace(".", "_")]
    for batch in (1, 2, 7):
        if found.domain and batch == 1:
            assert count == "activations"
            with pytest.raises(ValueError, match="B"):
                own(B=1)
        else:
            cost = fc.analyze(Turned(), fc.inputs(batch, 6, 8)).cost
            assert own(**dict.fromkeys(found.names, batch)) == cost[count]


def test_a_count_that_differs_at_another_size_has_no_formula() -> None:
    other = Unlike({"H": 36}, "1×3×36×36", ("activations",))
    opened = Opened(None, unlike=(other,))  # type: ignore[arg-type]
    assert not list(opened.misfits("multiplies", {}))
    with pytest.raises(fc.FlopcountError, match="no formula of activations: at 1×3×36×36 the"):
        list(opened.misfits("activations", {}))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "torch.graph.symbolic.run_open",
        "models.open_sizes.comparison._same",
        "models.open_sizes.comparison._points",
        "torch.graph.reader.Graph.network",
    ],
)
def test_an_error_of_this_program_is_not_taken_for_the_models(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    network = fc.read_torch(Images(), fc.inputs(1, 3, 32, 32))

    def fails(*_: Any) -> None:
        raise TypeError("a fault of this program's")

    monkeypatch.setattr(f"flopcount.frameworks.{name}", fails)
    with pytest.raises(TypeError, match="a fault of this program's"):
        formula(network)


def test_a_wrong_fit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise fc.FlopcountError("no tracer follows this")

    class Cubed(torch.nn.Module):
        """Costs the cube of its length."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            """As many rows as the cube of its length."""
            return torch.nn.functional.linear(x.repeat(1, x.shape[1] ** 2, 1), x[0, :1])

    monkeypatch.setattr("flopcount.frameworks.torch.graph.symbolic.run_open", fails)
    network = fc.read_torch(Cubed(), fc.inputs(1, 8, 3), symbols={"T": (0, 1)})
    with pytest.raises(fc.FlopcountError, match="no formula in T"):
        formula(network, free=["T"])


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, 2])
def test_positions_reach_as_far_as_the_table_that_they_are_looked_up_in(first: int) -> None:
    class Positions(torch.nn.Module):
        """Adds to each token what its place has."""

        def __init__(self) -> None:
            super().__init__()
            self.tokens = torch.nn.Embedding(9, 4)
            self.places = torch.nn.Embedding(32, 4)
            self.out = torch.nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            """Tokens in."""
            places = (torch.arange(x.shape[1]) + first).unsqueeze(0)
            return self.out(self.tokens(x) + self.places(places))

    network = fc.read_torch(Positions(), torch.zeros(1, 8, dtype=torch.long))
    found = formula(network)
    assert (found.text(), found.domain) == ("16·T", (f"{32 - first} ≥ T",))
