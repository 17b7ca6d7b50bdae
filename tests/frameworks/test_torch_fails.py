"""The twins and the check can fail: one rule or count broken at a time, and it is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core.counts import COUNTS
from flopcount.core.nest import Nest
from flopcount.core.ops.elementwise import ACTIVATIONS
from flopcount.core.ops.tensors import Move
from flopcount.errors import FlopcountError
from flopcount.frameworks.models.operands import Made
from flopcount.frameworks.torch.checking import flop_counter
from flopcount.frameworks.torch.operations import OPERATIONS, RECURRENT, recurrent
from tests.frameworks.test_torch_twins import ran
from tests.frameworks.torch_checked import Block, Everything

SEEDS = 30  # drawn until the fault shows: a stride of 1 may be ignored
IMAGE = fc.inputs(2, 3, 7, 7)


def op(**changed: Any) -> Callable[[Made], Made]:
    """The same op with other settings; a setting may follow from the op."""

    def change(made: Made) -> Made:
        new = {key: value(made.op) if callable(value) else value for key, value in changed.items()}
        return replace(made, op=replace(made.op, **new))

    return change


def window(**changed: Any) -> Callable[[Made], Made]:
    def change(made: Made) -> Made:
        own = made.op.window
        new = {key: value(getattr(own, key)) for key, value in changed.items()}
        return replace(made, op=replace(made.op, window=replace(own, **new)))

    return change


def steps(old: str, new: str) -> Callable[[Made], Made]:
    return op(steps=lambda own: tuple(step.replace(old, new) for step in own.steps))


def exchanged(made: Made) -> Made:
    """Its last two operands for one another."""
    *first, a, b = made.reads
    return replace(made, reads=(*first, b, a))


def not_turned(made: Made) -> Made:
    """A matrix read as it lies in memory."""
    nest = made.op.nest.replace("W[k c]", "W[c k]")
    return replace(made, op=replace(made.op, nest=nest))


def moved(made: Made) -> Made:
    """An operation that computes, read as one that moves numbers: a silent zero."""
    flowing = [operand.shape for operand in made.reads if not operand.is_constant]
    return replace(made, op=Move("copy", made.op.nests(*flowing).outputs))


FAULTS: dict[str, tuple[str, Callable[[Made], Made]]] = {
    "a stride ignored": ("convolution", window(stride=lambda s: (1,) * len(s))),
    "a dilation ignored": ("convolution", window(dilation=lambda s: (1,) * len(s))),
    "one more padding": ("convolution", window(padding=lambda s: tuple(p + 1 for p in s))),
    "a kernel turned": ("convolution", window(kernel=lambda k: k[::-1])),
    "groups ignored": ("convolution", op(groups=1)),
    "a bias too many": (
        "convolution",
        op(tail=lambda own: replace(own.tail, bias=not own.tail.bias)),
    ),
    "the rounding of a pool": ("max_pool2d_with_indices", window(ceil=lambda up: not up)),
    "a pool of the other kind": ("max_pool2d", op(kind="avg")),
    "a grid off by one": ("adaptive_avg_pool2d", op(to=lambda o: (o.to[0] + 1, *o.to[1:]))),
    "another neighbour": ("upsample_nearest2d", op(kind="exact")),
    "a softmax along another axis": ("_softmax", op(axis=lambda own: own.axis + 1)),
    "a logarithm left out": ("_log_softmax", op(log=False)),
    "a norm over fewer axes": ("native_layer_norm", op(axes=1)),
    "a norm of other groups": ("native_group_norm", op(groups=1)),
    "a norm by the batch": ("native_batch_norm", op(own=lambda own: not own.own)),
    "a mean that is a sum": ("mean", op(kind="sum")),
    "a variance of all": ("var", op(power=0.0)),
    "axes that are kept": ("sum", op(keep=lambda own: not own.keep)),
    "the first axis alone": ("amax", op(axes=lambda own: own.axes[:1])),
    "a sign": ("sub", steps(" - ", " + ")),
    "operands exchanged": ("div", exchanged),
    "a condition turned": ("where", steps("if x", "if 1 - x")),
    "a slope": ("leaky_relu", steps("0.01", "0.02")),
    "the other form of GELU": (
        "gelu",
        op(steps=tuple(ACTIVATIONS["silu"].split("; "))),
    ),
    "a factor left out": ("addmm", op(scales=(1, 1))),
    "weights as they lie": ("mm", not_turned),
    "keys and values exchanged": ("_scaled_dot_product_flash_attention_for_cpu", exchanged),
    "a sum along another axis": ("cumsum", op(axis=lambda own: own.axis + 1)),
    "a silent zero of a product": ("bmm", moved),
    "a silent zero of an element": ("mul", moved),
}


def is_found(name: str) -> bool:
    for seed in range(SEEDS):
        try:
            if ran(name, seed).differs:
                return True
        except (FlopcountError, KeyError, ValueError):  # where it does not run, it is found
            return True
    return False


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rule_that_is_wrong_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, broken = FAULTS[fault]
    right = OPERATIONS[f"aten.{name}"]
    monkeypatch.setitem(OPERATIONS, f"aten.{name}", lambda a: broken(right(a)))
    assert is_found(name)


@pytest.mark.parametrize("name", sorted({name for name, _ in FAULTS.values()}))
def test_nothing_broken_nothing_found(name: str) -> None:
    assert not any(ran(name, seed).differs for seed in range(3))


@pytest.mark.parametrize(
    ("name", "gates"), [("torch.lstm", "igfo"), ("torch.gru", "zrn"), ("torch.lstm", "ifog")]
)
def test_gates_in_another_order_are_found(
    name: str, gates: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    word, _, kind = RECURRENT[name]
    monkeypatch.setitem(recurrent.RECURRENT, name, (word, gates, kind))
    assert is_found(name)


def test_a_count_that_is_not_what_lines_do_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Nest, "lines", lambda *_, **__: 7)
    assert "but its lines do" in ran("mm", 0).differs


# -- the check


def differing(module: Any, inputs: Any = IMAGE) -> dict[str, str]:
    return {line.name: "; ".join(line.differs) for line in fc.check(module, inputs).differing}


def test_a_multiply_too_many_in_one_module_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = COUNTS["multiplies"]

    def wrong(row: Any) -> Any:
        return right.of(row) + (row.node.path == "head")

    monkeypatch.setitem(COUNTS, "multiplies", right._replace(of=wrong))
    found = differing(Block())
    assert found.keys() == {"(all)", "head"}
    assert found["head"] == "multiplies 41, FlopCounterMode 40"


def test_a_parameter_that_no_op_holds_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = OPERATIONS["aten.addmm"]

    def wrong(a: Any) -> Any:
        made = right(a)
        return replace(made, weights={"W": made.weights["W"]})

    monkeypatch.setitem(OPERATIONS, "aten.addmm", wrong)
    said = differing(Block())["head"]
    assert said == "head/dense holds 5 numbers (B) that no parameter of the module's is"


@pytest.mark.slow
def test_a_fault_of_the_other_counter_must_explain_all(monkeypatch: pytest.MonkeyPatch) -> None:
    what, _ = flop_counter.FAULTS["mv"]
    monkeypatch.setitem(flop_counter.FAULTS, "mv", (what, lambda *_: 1))
    found = differing(Everything(), fc.inputs(2, 6, dtype="int64"))
    assert found.keys() == {"(all)"}
    assert "FlopCounterMode" in found["(all)"]


@pytest.mark.slow
def test_an_operation_with_other_numbers_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    relu = OPERATIONS["aten.relu_"]
    broken = steps("max", "min")

    def wrong_relu(a: Any) -> Any:
        return broken(relu(a))

    monkeypatch.setitem(OPERATIONS, "aten.relu_", wrong_relu)
    argv = ["check", "torchvision:squeezenet1_1", "--quiet", "--format", "csv"]
    assert main([*argv, "--module", "features/1"]) == 1
    printed = capsys.readouterr().out
    assert "aten.relu_ on small tensors: number " in printed
