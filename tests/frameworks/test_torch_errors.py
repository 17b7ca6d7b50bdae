"""A module that does not run: one line, with its path, the line of its code, and a cure."""

import sys
from typing import Any

import pytest
import torch

import flopcount as fc
from flopcount.frameworks.models import needs
from flopcount.frameworks.torch.run import forward, limits

nn = torch.nn


class Part(nn.Module):
    """What it does is given."""

    def __init__(self, does: Any) -> None:
        super().__init__()
        self.does, self.dense = does, nn.Linear(4, 4)

    def forward(self, x: Any) -> Any:
        return self.does(self.dense(x))


def net(does: Any) -> Any:
    return nn.Sequential(nn.Linear(4, 4), Part(does))


def error_of(module: Any, *inputs: Any, **named: Any) -> str:
    with pytest.raises(fc.FlopcountError) as error:
        fc.read_torch(module, *inputs, **named)
    text = str(error.value)
    assert "\n" not in text
    assert error.value.code == 2
    return text


def first_line(does: Any) -> str:
    """The line below a function's ``def``, as a message names it."""
    return f"tests/frameworks/test_torch_errors.py:{does.__code__.co_firstlineno + 1}"


def raises(_: Any) -> Any:
    raise ValueError("not today\nsecond line")


def opens(x: Any) -> Any:
    return open("/nowhere/weights.bin").read(x)  # noqa: PTH123  never there


def to_gpu(x: Any) -> Any:
    raise RuntimeError(f"Found no NVIDIA driver for {x.shape}")


def asks(_: Any) -> Any:
    return input()


def ends(_: Any) -> Any:
    sys.exit(0)


def loops(x: Any) -> Any:
    while True:
        x = x + 1


def of_another_shape(x: Any) -> Any:
    return x @ x


def deep(x: Any) -> Any:
    return deep(x)


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (raises, "1 (Part) does not run on x 2×4 float32 (at {line}): ValueError: not today"),
        (opens, "FileNotFoundError: [Errno 2] No such file or directory"),
        (to_gpu, "move it to the CPU first: module.cpu()"),
        (ends, "1 (Part) ends the program (at {line}): it cannot be read"),
        (of_another_shape, "other inputs: --input 1x3x224x224"),
        (deep, "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_what_raises_is_a_line_with_path_and_cure(does: Any, says: str) -> None:
    text = error_of(net(does), fc.inputs(2, 4))
    assert says.format(line=first_line(does)) in text


def test_what_reads_standard_input_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda: (_ for _ in ()).throw(EOFError("no more")))
    assert "a reading runs its code, which wants this" in error_of(net(asks), fc.inputs(2, 4))


def test_a_loop_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CALLS", 50)
    text = error_of(net(loops), fc.inputs(2, 4))
    assert text == "1 (Part) calls more than 50 operations: does a loop never end?"


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        (fc.inputs(2, 3), "0 (Linear) does not run on x 2×3 float32"),
        (fc.inputs(2, 4, dtype="int64"), "float32 and int64: give the dtype of the parameters"),
        (fc.inputs(2, 4, dtype="float16"), "float16 and float32: give the dtype"),
        (fc.inputs((2, 4), (2, 4)), "takes 2 positional arguments but 3 were given"),
        (fc.inputs(y=(2, 4)), "unexpected keyword argument 'y'; it takes input: --input NAME="),
        (fc.inputs(), "missing 1 required positional argument: 'input'; it takes input"),
    ],
)
def test_inputs_that_do_not_fit_are_a_line_with_the_cure(inputs: Any, says: str) -> None:
    assert says in error_of(net(torch.relu), inputs)


def test_a_module_without_inputs_asks_for_them() -> None:
    with pytest.raises(fc.FlopcountError, match=r"what goes into this Part\? \(it takes x\)"):
        fc.analyze(Part(torch.relu))


def positive(x: Any) -> Any:
    return x * 2 if x.sum() > 0 else x


def nonzero(x: Any) -> Any:
    return x[x > 0].unsqueeze(1) * 2


def through_numpy(x: Any) -> Any:
    return torch.from_numpy(x.numpy() + 1) * 2


def counted(x: Any) -> Any:
    for _ in range(int(x.abs().sum()) * 0 + 3):
        x = x * 2
    return x


@pytest.mark.parametrize("does", [positive, nonzero, through_numpy, counted])
def test_what_depends_on_the_data_is_run_and_said(does: Any) -> None:
    report = fc.analyze(net(does), fc.inputs(2, 4))
    assert report.total.multiplies == 2 * (2 * 4 * 4)
    (note,) = report.network.notes
    where = f"1 (Part) depends on the data (at {first_line(does)})"
    assert note.startswith(f"{where}: read from one run on random numbers (seed 0")
    assert note in str(report)
    assert report.network.on_numbers


def test_the_numbers_given_decide() -> None:
    def path(x: Any) -> Any:
        return torch.relu(x) @ torch.ones(4, 4) if x.min() > 0 else x

    module = nn.Sequential(Part(path))
    nn.init.eye_(module[0].dense.weight)
    nn.init.zeros_(module[0].dense.bias)
    costs = [fc.analyze(module, torch.full((2, 4), x)).total.multiplies for x in (-1.0, 1.0)]
    assert costs == [2 * 4 * 4, 2 * (2 * 4 * 4)]


def test_what_cannot_be_run_on_numbers_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with torch.device("meta"):
        module = net(positive)
    assert "on the device meta it has none: build it on the CPU" in error_of(
        module, fc.inputs(2, 4)
    )
    module = net(positive)
    module.lock = type("Lock", (), {"__deepcopy__": lambda *_: 1 / 0})()
    text = error_of(module, fc.inputs(2, 4))
    assert "it cannot be copied to be run: ZeroDivisionError" in text
    monkeypatch.setattr(forward, "MOST_BYTES", 10)
    assert "and a copy to run would take" in error_of(net(positive), fc.inputs(2, 4))


def test_packages_that_are_missing_or_too_old_are_said_with_the_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(needs, "find_spec", lambda _: None)
    monkeypatch.delitem(sys.modules, "timm", raising=False)
    with pytest.raises(fc.FlopcountError) as error:
        needs.needed("timm", "timm:x")
    assert str(error.value) == "'timm:x' needs timm: pip install timm"
    with monkeypatch.context() as patch:
        for package in ("torch", "torchvision"):
            patch.delitem(sys.modules, package, raising=False)
        for name, of in (("torchvision:x", "torchvision"), ("timm:x", "timm")):
            with pytest.raises(fc.FlopcountError) as error:
                fc.load(name)
            assert str(error.value) == f"{name!r} needs torch and {of}: pip install {of}"
    monkeypatch.setitem(needs.OLDEST, "torch", (99, 0))
    with pytest.raises(fc.FlopcountError, match=r"needs torch 99\.0 or later, here is 2\."):
        needs.needed("torch", "torch:x:y")


def test_what_has_the_name_of_a_package_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        __file__ = "here/torch.py"

    monkeypatch.setitem(sys.modules, "torch", Other())
    monkeypatch.setattr(needs, "import_module", sys.modules.get)
    with pytest.raises(fc.FlopcountError, match=r"needs torch, and 'here/torch.py' is something"):
        needs.needed("torch", "model.pt2")


def test_more_positions_than_a_table_has_rows_for() -> None:
    class Places(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Embedding(8, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.table(torch.arange(x.shape[1])[None])

    assert fc.analyze(Places(), fc.inputs(1, 8, 4)).params == 8 * 4
    with pytest.raises(fc.FlopcountError, match="table: a table of 8 positions, and 9 are needed"):
        fc.analyze(Places(), fc.inputs(1, 9, 4))
