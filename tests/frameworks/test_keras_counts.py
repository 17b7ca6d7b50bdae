"""Each count of a layer and each total, broken on purpose: the exit code, and both numbers."""

import functools
import json
import os
from collections.abc import Callable, Sequence
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import pytest

from flopcount.cli.main import main
from flopcount.core.counts import COUNTS, Count, Counts
from flopcount.core.graph import Row
from flopcount.core.nest import Nest
from flopcount.frameworks.keras import check as keras_check
from flopcount.frameworks.keras.compare import Comparison
from flopcount.frameworks.keras.report import NEVER
from flopcount.writing.cells import number

pytestmark = pytest.mark.usefixtures("traced_only")

# The first row has something of every count.
SPEC = "5x5x2 > conv 3x3 3 norm elu > avgpool 2x2 > flatten > dense 4 sigmoid > softmax"
INPUT = (5, 5, 2)
FIRST = {
    "multiplies": 5 * 5 * 9 * 2 * 3,
    "multiplies_unpadded": (3 * 5 - 2) ** 2 * 2 * 3,
    "params": 9 * 2 * 3 + 3 + 2 * 3,
    "weights": 9 * 2 * 3,
    "biases": 3,
    "norm_params": 2 * 3,
    "norm_stats": 2 * 3,
    "params_with_stats": 9 * 2 * 3 + 3 + 2 * 3 + 2 * 3,
    "activations": 5 * 5 * 3,
    "elementwise.adds": 3 * 5 * 5 * 3,  # bias, norm, elu
    "elementwise.multiplies": 2 * 5 * 5 * 3,  # norm, elu
    "elementwise.compares": 5 * 5 * 3,
    "elementwise.divides": 0,
    "elementwise.exponentials": 5 * 5 * 3,
}
WAYS: dict[str, Callable[[int], int]] = {
    "one more": lambda count: count + 1,
    "twice": lambda count: 2 * count,
    "none": lambda _: 0,
}


def run(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """Run a quiet check; its exit code, and what is said of each layer that differs."""
    code = main(["check", *argv, "--quiet", "--format", "csv"])
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = [line.partition(",") for line in captured.out.splitlines()[1:]]
    return code, {path: said for path, _, said in lines}


def only(taken: tuple[int, ...], wrong: int, right: Count) -> Callable[[Row], Any]:
    """A count that is wrong where a layer takes an input of one shape."""
    return lambda row: wrong if row.inputs == (taken,) else right.of(row)


def test_nothing_broken_nothing_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([SPEC], capsys) == (0, {})
    assert FIRST.keys() == COUNTS.keys()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", COUNTS)
def test_a_count_that_is_wrong_in_one_layer_is_found(
    name: str, way: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = COUNTS[name], WAYS[way](FIRST[name])
    if wrong == FIRST[name]:
        return  # twice nothing
    monkeypatch.setitem(COUNTS, name, right._replace(of=only(INPUT, wrong, right)))
    code, said = run([SPEC], capsys)
    assert (code, set(said)) == (1, {"spec/1"})
    if name == "multiplies_unpadded":
        assert f"2 × unpadded multiplies {number(2 * wrong)}, XLA " in said["spec/1"]
    else:
        assert f"{right.title} {number(wrong)}, " in said["spec/1"]
        assert f" {number(FIRST[name])}" in said["spec/1"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", COUNTS)
def test_a_total_that_is_wrong_is_found(
    name: str, way: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = Counts.__getitem__
    seen: list[int] = []

    def broken(self: Counts, asked: str) -> Any:
        if asked != name:
            return right(self, asked)
        seen.append(int(right(self, asked)))
        return WAYS[way](seen[-1])

    monkeypatch.setattr(Counts, "__getitem__", broken)
    code, said = run([SPEC], capsys)
    assert (code, set(said)) == (1, {"total"})
    wrong = number(WAYS[way](seen[0]))
    assert (
        f"total {COUNTS[name].title} {wrong}, summed over Keras {number(seen[0])}" in said["total"]
    )


@pytest.mark.parametrize("name", [name for name in COUNTS if "multiplies" in name or "." in name])
def test_a_count_that_is_wrong_on_small_sizes_alone_is_found(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right, copied = COUNTS[name], (3, 3, 2)
    monkeypatch.setitem(COUNTS, name, right._replace(of=only(copied, 1, right)))
    code, said = run([SPEC], capsys)
    assert (code, set(said)) == (1, {"spec/1"})
    beginning = f"{right.title} of a small copy (conv 3x3 2 on 3×3×2) 1, its nests run "
    assert beginning in said["spec/1"]


@pytest.mark.parametrize(
    ("what", "broken", "said"),
    [
        # of 5·5·3 elements, a bias and a norm each
        ("lines", lambda *_, **__: 7, "multiplies 7, Keras' kernel at each position"),
        ("operations", lambda _: {"adds": 2}, "elementwise adds 8, by its small copy 150"),
        ("elements", lambda *_: 9, "weights 9, Keras 54"),
        ("contracts", property(lambda _: False), "multiplies 0, Keras' kernel at each position"),
    ],
)
def test_a_fault_in_how_nests_are_counted_is_found(
    what: str,
    broken: Any,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Nest, what, broken)
    code, found = run(["5x5x2 > conv 3x3 3 norm relu"], capsys)
    assert code == 1
    assert said in found["spec/1"]


def test_a_total_that_multiplies_parameters_by_the_samples_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Count, "grows", True)
    code, said = run(["5x5x2 > conv 3x3 3"], capsys)
    assert (code, set(said)) == (1, {"total"})
    assert "total weights of 2 samples 108, summed over Keras 54" in said["total"]
    assert "multiplies" not in said["total"]


# -- what the output says


def test_the_json_has_both_sides_of_every_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", SPEC, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    first = found["layers"][0]
    assert first["counts"] == {
        name: {"flopcount": count, "compared_with": count} for name, count in FIRST.items()
    }
    assert first["small_copy"] == "conv 3x3 2 on 3×3×2"
    assert found["totals"].keys() == COUNTS.keys()
    # 5·5·9·2·3 of the convolution, and 5·5·3 flat elements to 4
    multiplies = FIRST["multiplies"] + 5 * 5 * 3 * 4
    assert found["totals"]["multiplies"] == {"flopcount": multiplies, "compared_with": multiplies}
    assert found["totals_differ"] == []
    assert found["not_compared"] == [NEVER]


def test_a_layer_of_which_no_copy_is_small_enough_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "400x400x1 > relu > maxpool 400x400/9 > relu"]) == 0
    printed = capsys.readouterr().out
    assert (
        "\nnot compared: nests and elementwise operations of 1 layer (the first spec/2): "
        in printed
    )
    assert "; totals of elementwise adds, elementwise multiplies, " in printed
    assert NEVER in printed


def test_what_no_compiler_counts_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without = functools.partial(Comparison, counting=False)
    monkeypatch.setattr(keras_check, "Comparison", lambda rows, layers, **_: without(rows, layers))
    assert main(["check", SPEC]) == 0
    printed = capsys.readouterr().out
    assert "multiplies inside the image of 2 layers (XLA's count comes with JAX)" in printed
    assert "; totals of multiplies unpadded; " in printed
    assert "\n13 totals compared, none differing\n" in printed


def test_the_total_row_is_what_keras_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", SPEC, "--format", "csv"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    # kernels 9·2·3 + 75·4, biases 3 + 4, then γ, β and the statistics
    flops = 2 * (FIRST["multiplies_unpadded"] + 75 * 4)
    assert last == f"total,,{54 + 300},{3 + 4},3,3,3,3,{flops},equal"


def test_a_total_that_is_off_by_a_layer_says_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = COUNTS["biases"]
    monkeypatch.setitem(COUNTS, "biases", right._replace(of=only(INPUT, 9, right)))
    assert main(["check", SPEC]) == 1
    printed = capsys.readouterr().out
    assert "\n5 layers compared, 1 differing, the first of them spec/1\n" in printed
    assert "differs: as the layers do\n" in printed
    assert "\n14 totals compared, 1 off as the layers are\n" in printed
