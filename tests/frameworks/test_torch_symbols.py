"""Open sizes of read models: a formula is what the model costs at every size, or is refused."""

from typing import Any

import pytest
import torch

import flopcount as fc
from flopcount.analysis.formulas import Formula, formula
from tests.frameworks.open_modules import (
    ByHalves,
    Fixed,
    Images,
    Lengthened,
    Tokens,
    Windows,
)


def read(module: Any, *args: Any, **kwargs: Any) -> Any:
    return fc.read_torch(module, *args, **kwargs)


def at(found: Formula, **sizes: int) -> int:
    space: dict[str, Any] = {}
    exec(found.python(), space)  # noqa: S102  the function that it prints
    return int(space["multiplies"](**sizes))


def network_multiplies(network: Any) -> int:
    return int(fc.analyze(network).cost.multiplies)


@pytest.fixture(scope="module")
def images() -> Any:
    return read(Images(), fc.inputs(1, 3, 32, 32))


def test_a_formula_of_images_has_height_and_width_open(images: Any) -> None:
    found = formula(images)
    # 3·3·3·8 at ⌈H/2⌉ × ⌈W/2⌉; 3·3·8·16 where the pool and the kernel leave ⌊⌈H/2⌉/2⌋ − 2
    assert found.text() == "216·⌈H/2⌉⌈W/2⌉ + 1152·⌊(H − 7)/4⌋⌊(W − 7)/4⌋ + 160"
    assert found.domain == ("H ≥ 11", "W ≥ 11")
    assert found.notes == ("checked against the model at 1×3×32×32 and 1×3×36×27",)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 3, 40, 17), (3, 3, 11, 64), (2, 3, 33, 12)])
def test_a_formula_is_what_a_report_counts(images: Any, shape: tuple[int, ...]) -> None:
    for count in ("multiplies", "multiplies_unpadded", "activations", "elementwise.compares"):
        found = formula(images, free=["B", "H", "W"], count=count)
        space: dict[str, Any] = {}
        exec(found.python(), space)  # noqa: S102  likewise
        batch, _, height, width = shape
        cost = fc.analyze(Images(), fc.inputs(*shape)).cost
        own = space[count.replace(".", "_")](B=batch, H=height, W=width)
        assert own == cost[count], count


def test_let_puts_multiples_in(images: Any) -> None:
    found = formula(images, free=["B", "H", "W"], let={"H": "4h", "W": "4w"})
    # 216·2h·2w + 1152·(h − 2)(w − 2) + 160, of each sample
    assert at(found, B=3, h=4, w=8) == 3 * (216 * 8 * 16 + 1152 * 2 * 6 + 160)


def test_an_input_with_another_size_is_where_a_formula_starts() -> None:
    found = formula(read(Images(), fc.inputs(5, 3, 64, 48)), free=["H"])
    assert at(found, H=64) == fc.analyze(Images(), fc.inputs(5, 3, 64, 48)).cost.multiplies


@pytest.mark.slow
def test_what_the_model_fixes_is_said() -> None:
    network = read(Fixed(), fc.inputs(1, 3, 32, 32))
    found = formula(network)
    assert (found.names, at(found, B=2)) == (("B",), 2 * network_multiplies(network))
    assert any("fixed by the model" in note for note in found.notes)
    with pytest.raises(fc.FlopcountError, match="H is fixed at 32 by the model"):
        formula(network, free=["H"])


@pytest.mark.slow
def test_tokens_and_their_mask_are_open_together() -> None:
    tokens = torch.zeros(2, 24, dtype=torch.long)
    network = read(Tokens(), tokens, mask=torch.ones(2, 24, dtype=torch.long))
    # 3 · 16·16 for queries, keys and values, 2 · 16 for a pair
    assert formula(network, free=["B", "T"]).text() == "32·B·T² + 768·B·T"
    found = formula(network)
    assert (found.text(), found.domain) == ("64·T² + 1536·T", ("64 ≥ T",))


@pytest.mark.slow
def test_symbols_name_axes() -> None:
    tokens = torch.zeros(2, 24, dtype=torch.long)
    network = read(Tokens(), tokens, symbols={"N": (0, 1)})
    assert formula(network, free=["N"]).text() == "64·N² + 1536·N"
    with pytest.raises(fc.FlopcountError, match="unknown name 'T'"):
        formula(network, free=["T"])


def test_what_the_code_asks_of_a_size_is_in_the_domain() -> None:
    found = formula(read(ByHalves(), fc.inputs(1, 3, 8, 8)), free=["H", "W"])
    assert "2 divides H" in found.domain
    assert at(found, H=6, W=9) == 12 * 4 * 3 * 4
    with pytest.raises(ValueError, match="H"):
        at(found, H=7, W=8)


@pytest.mark.slow
def test_windows_are_open_in_multiples_of_what_they_fit() -> None:
    network = read(Windows(), fc.inputs(1, 3, 56, 56))
    found = formula(network, let={"H": "56h", "W": "56w"})
    for h, w in ((1, 1), (2, 1), (3, 5)):
        shape = fc.inputs(1, 3, 56 * h, 56 * w)
        assert at(found, h=h, w=w) == fc.analyze(Windows(), shape).cost.multiplies


@pytest.mark.slow
def test_where_the_tracer_fails_a_fit_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise fc.FlopcountError("no tracer follows this")

    monkeypatch.setattr("flopcount.frameworks.torch.graph.symbolic.run_open", fails)
    network = read(Images(), fc.inputs(1, 3, 32, 32))
    assert formula(network).domain == ("H = 32h", "W = 32w")
    found = formula(network, free=["H", "W"])
    assert found.domain == ("32 divides H", "32 divides W")
    assert found.notes == (
        "fitted on 1×3×64×64, 1×3×64×96, 1×3×64×128, 1×3×96×64, 1×3×96×96 and 1×3×128×64",
        "checked against the model at 1×3×32×32, 1×3×96×128 and 1×3×128×160",
    )
    for height, width in ((64, 64), (256, 96)):
        cost = fc.analyze(Images(), fc.inputs(1, 3, height, width)).cost
        assert at(found, H=height, W=width) == cost.multiplies


@pytest.mark.slow
def test_a_loop_over_a_size_has_no_formula() -> None:
    network = read(Lengthened(), fc.inputs(1, 6, 5))
    with pytest.raises(fc.FlopcountError, match="no formula in T"):
        formula(network, free=["T"])


@pytest.mark.slow
def test_a_sweep_is_what_reports_count(images: Any) -> None:
    designs = fc.sweep(images, {"H": [16, 24, 33], "B": [1, 4]})
    for design in designs.to_dict("records"):
        shape = fc.inputs(design["B"], 3, design["H"], 32)
        assert design["multiplies"] == fc.analyze(Images(), shape).cost.multiplies


def test_the_largest_image_within_a_budget(images: Any) -> None:
    found = fc.fit(images, {"multiplies": 10**6}, "input")
    for size, counts in ((found.value, found.counts), (found.next, found.next_counts)):
        shape = fc.inputs(1, 3, int(size), int(size))  # type: ignore[arg-type]
        assert fc.analyze(Images(), shape).cost.multiplies == counts["multiplies"]  # type: ignore[index]


def test_a_size_at_which_the_model_does_not_run_is_named_with_its_own_error() -> None:
    network = read(ByHalves(), fc.inputs(1, 3, 8, 8))
    with pytest.raises(fc.FlopcountError, match=r"H=7.*a height of 7 is odd"):
        fc.sweep(network, {"H": [6, 7, 8]})
