"""CONTRIBUTING's recipe for an operation of PyTorch's, followed: a rule is all that it takes.

An operation that PyTorch does not have, one of another package's, is read without a rule and with
one.
"""

from collections.abc import Iterator

import pytest
import torch

import flopcount as fc
from flopcount.frameworks.models.operands import Made
from flopcount.frameworks.torch.checking.values import beside
from flopcount.frameworks.torch.operations import OPERATIONS
from flopcount.frameworks.torch.operations.arguments import Arguments
from flopcount.frameworks.torch.operations.elementwise import formula as by_formula
from flopcount.frameworks.torch.operations.table import rule
from tests.frameworks.torch_models import counts, floats, read, unknown

NAME = "recipe.bent"


def bent(x: torch.Tensor, slope: float) -> torch.Tensor:
    """A function of each element: x + slope · x²."""
    return x + slope * x * x


@pytest.fixture
def operation() -> Iterator[None]:
    with torch.library._scoped_library("recipe", "DEF") as library:
        library.define("bent(Tensor self, float slope) -> Tensor")
        library.impl("bent", bent, "CPU")
        torch.library.register_fake("recipe::bent", lambda x, _: torch.empty_like(x), lib=library)
        yield


@pytest.fixture
def known(operation: None) -> Iterator[None]:  # noqa: ARG001  it is there while it is known
    @rule(NAME)
    def made(a: Arguments) -> Made:
        return by_formula("bent", "{self} + {slope} * {self} * {self}", a)

    yield
    for name in (NAME, f"{NAME}_"):
        del OPERATIONS[name]


def network() -> fc.Network:
    return read(lambda _, x: torch.ops.recipe.bent(x, 0.5) + 1, floats(2, 3, 8, 8))


@pytest.mark.slow
@pytest.mark.usefixtures("operation")
def test_without_a_rule_it_is_unknown() -> None:
    assert unknown(network()) == [NAME]
    assert not fc.analyze(network()).total.complete


@pytest.mark.usefixtures("known")
def test_with_a_rule_it_is_in_reports_and_formulas() -> None:
    assert unknown(network()) == []
    assert fc.analyze(network()).total.complete
    elements = 2 * 3 * 8 * 8
    assert counts(network()) == {"own multiplies": 2 * elements, "adds": 2 * elements}
    formula = fc.formula(network(), free=["H"], count="elementwise.adds")
    assert "96·H" in str(formula)


@pytest.mark.usefixtures("known")
def test_with_a_rule_its_values_are_checked() -> None:
    arguments = {"self": torch.randn(2, 3, dtype=torch.float64), "slope": 0.5}
    found = beside(NAME, torch.ops.recipe.bent.default, arguments)
    assert (found.differs, found.lines) == ("", 6)
