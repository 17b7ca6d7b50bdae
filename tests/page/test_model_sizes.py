"""The sliders of a model's page: its input's sizes, checked against the model at others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

import flopcount as fc
from flopcount.core import COUNTS
from flopcount.notation import Of, Variable
from flopcount.page.resized import FixedError, resized
from flopcount.sizes import Shape, Size
from tests.page.running import ran, settings
from tests.pictures.models import GRID, residual

NAMES = {"B": 0, "H": 2, "W": 3}


@dataclass
class Plan:
    """What a draft of a model is asked for, without a framework."""

    make: Callable[[Shape], fc.Network] = lambda grid: residual(2, grid=grid)
    reference: str = "torchvision:nothing"
    rewrites: tuple[Any, ...] = ()
    trust: bool = False
    asked: list[Shape] = field(default_factory=list)

    @property
    def model(self) -> Any:
        tensor = SimpleNamespace(shape=GRID)
        symbols = {name: (("x", axis),) for name, axis in NAMES.items()}
        return SimpleNamespace(
            symbols=symbols, inputs=SimpleNamespace(tensors=lambda: {"x": tensor})
        )

    def variables(self) -> list[Variable]:
        return [Variable(name, Of.INPUT) for name in NAMES]

    def start(self, variable: Variable) -> Size:
        return GRID[NAMES[variable.name]]

    def build(self, values: Mapping[Variable, Size] | None = None) -> fc.Network:
        named = {NAMES[key.name]: size for key, size in (values or {}).items()}
        grid = tuple(named.get(axis, size) for axis, size in enumerate(GRID))
        self.asked.append(grid)
        return self.make(grid)


def live(plan: Plan) -> Any:
    return resized(plan, fc.analyze(plan.build()))  # type: ignore[arg-type]


@pytest.mark.parametrize("sizes", [{}, {"H": 33}, {"B": 4, "H": 7, "W": 100}])
def test_the_script_has_what_the_model_has_at_these_sizes(sizes: dict[str, int]) -> None:
    plan = Plan()
    made = live(plan)
    assert [control.name for control in made.controls] == ["B", "H", "W"]
    found = ran(made.script, f"live.built({settings(made.controls, sizes)})")
    layers = dict(found["layers"])
    network = plan.build({Variable(name, Of.INPUT): size for name, size in sizes.items()})
    for row in network.rows:
        record = layers[row.node.path]
        assert record["output"] == [str(size) for size in row.output]
        for name in COUNTS:
            assert record.get(name, "0") == str(row.count(name)), (row.node.path, name)
    read = dict(found["inputs"])
    assert read["pool:v0"] == [str(size) for size in network.views["pool:v0"]]


def test_the_command_line_is_that_of_the_sizes() -> None:
    made = live(Plan())
    given = settings(made.controls, {"H": 32})
    assert ran(made.script, f"live.command({given})") == (
        "flopcount torchvision:nothing --input 1x8x32x16"
    )


def test_a_model_of_python_has_no_command_line() -> None:
    made = live(Plan(reference="Residual"))
    assert not ran(made.script, f"live.command({settings(made.controls, {})})")


def test_a_second_size_of_a_kind_is_called_by_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMES, "H2", NAMES["W"])
    monkeypatch.delitem(NAMES, "W")
    assert [(control.label, control.high) for control in live(Plan()).controls] == [
        ("batch", 1024),
        ("input H", 1024),
        ("input H of x", 1024),
    ]


def test_a_size_that_the_model_fixes_has_no_slider() -> None:
    def make(grid: Shape) -> fc.Network:
        network = residual(2, grid=grid)
        if grid[2] == GRID[2]:
            return network
        raise fc.FlopcountError("expected 16 rows")

    assert [control.name for control in live(Plan(make)).controls] == ["B", "W"]


def test_a_model_that_does_something_else_has_no_sliders() -> None:
    def make(grid: Shape) -> fc.Network:
        return residual(3 if grid != GRID else 2, grid=grid)

    with pytest.raises(FixedError, match="no slider here changes B, H or W: the model does"):
        live(Plan(make))


def test_what_a_models_own_code_raises_is_said_in_a_line() -> None:
    def make(grid: Shape) -> fc.Network:
        if grid == GRID:
            return residual(2)
        raise RuntimeError("sizes differ\nand more")

    with pytest.raises(FixedError, match="sizes differ"):
        live(Plan(make))


def test_a_wrong_formula_is_found() -> None:
    def make(grid: Shape) -> fc.Network:
        network = residual(1, grid=grid)
        if all(isinstance(size, int) for size in grid):
            return network
        return replace(network, views={"pool:v0": (1, 8)})  # as if there were one sample

    assert "B" not in [control.name for control in live(Plan(make)).controls]


def test_a_model_that_depends_on_the_data_is_not_opened() -> None:
    plan = Plan(lambda grid: replace(residual(2, grid=grid), on_numbers=True))
    with pytest.raises(FixedError, match="whose steps depend on the data; --input does"):
        live(plan)
    assert plan.asked == [GRID]
