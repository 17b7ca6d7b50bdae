"""Modules that raise, return or run what no module should: one line, and never a silent zero."""

import asyncio
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import _disable_current_modes

import flopcount as fc
from flopcount.cli.completion import _asked, completers
from flopcount.cli.main import main
from flopcount.cli.verbs import verb
from flopcount.frameworks.sources import open_model

nn = torch.nn
X = fc.inputs(2, 4)


class Own(nn.Module):
    """What it does with its layer is given."""

    def __init__(self, does: Any) -> None:
        super().__init__()
        self.does, self.dense = does, nn.Linear(4, 4)

    def forward(self, x: Any) -> Any:
        return self.does(self.dense, x)


def error_of(does: Any) -> str:
    with pytest.raises(fc.FlopcountError) as error:
        fc.read_torch(Own(does), X)
    return str(error.value)


class Mute(Exception):  # noqa: N818
    def __str__(self) -> str:
        raise KeyError("no words")


class NoText(Exception):  # noqa: N818
    def __str__(self) -> str:
        return 5  # type: ignore[return-value]  # noqa: PLE0307


class Outside(BaseException):
    pass


@pytest.mark.parametrize("kind", [Mute, NoText, Outside, GeneratorExit])
def test_odd_errors_are_one_line(kind: type[BaseException]) -> None:
    def raises(*_: Any) -> Any:
        raise kind

    text = error_of(raises)
    assert "test_torch_odd_code.py:" in text
    assert text.endswith(kind.__name__)


def test_an_interruption_is_none_of_them() -> None:
    def raises(*_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fc.read_torch(Own(raises), X)


def in_a_thread(layer: Any, x: Any) -> Any:
    out: list[Any] = []
    thread = threading.Thread(target=lambda: out.append(layer(x)))
    thread.start()
    thread.join()
    return out[0]


def past_modes(layer: Any, x: Any) -> Any:
    with _disable_current_modes():
        return layer(x)


@pytest.mark.parametrize("does", [in_a_thread, past_modes])
def test_what_runs_unseen_is_refused(does: Any) -> None:
    assert "where a reading does not follow" in error_of(does)
    assert "where a reading does not follow" in error_of(lambda f, x: f(does(f, x)))


def test_code_that_has_not_run_is_refused() -> None:
    async def later(layer: Any, x: Any) -> Any:
        await asyncio.sleep(0)
        return layer(x)

    def one_by_one(layer: Any, x: Any) -> Iterator[Any]:
        yield layer(x)

    assert "it gives a coroutine, whose code has not run" in error_of(later)
    assert "it gives a generator, whose code has not run" in error_of(one_by_one)


def test_modules_too_deep_within_one_another() -> None:
    module: Any = nn.Linear(4, 4)
    for _ in range(2 * sys.getrecursionlimit()):
        module = nn.Sequential(module)
    with pytest.raises(fc.FlopcountError, match="too deep within one another"):
        fc.read_torch(module, X)


def test_a_heading_shows_some_of_many_results() -> None:
    many = fc.read_torch(Own(lambda f, x: [f(x) + n for n in range(1, 31)]), X)
    assert repr(many).count("2×4") == 1 + 8
    assert "… (30 in all)" in repr(many)


CODE = """\
import os, torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = torch.nn.Linear(4, 4)
    def forward(self, x):
        os.write(1, b"past Python\\n")
        return self.dense(x)
class NoInput(Net):
    def forward(self):
        return self.dense(torch.ones(2, 4))
class OddExample(Net):
    example_input_array = "words"
class BadExample(Net):
    @property
    def example_input_array(self):
        raise ValueError
class Error(BaseException):
    pass
def raises():
    raise Error("all of it")
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "odd_nets.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    yield "torch:odd_nets:"
    sys.modules.pop("odd_nets", None)


def test_a_report_stands_alone_on_standard_output(
    code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([f"{code}Net", "--input", "2x4", "--format", "csv"]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("layer,")
    assert "past Python" in err


def test_a_forward_that_takes_nothing_needs_no_input(code: str) -> None:
    assert fc.analyze(f"{code}NoInput").multiplies == 2 * 4 * 4


@pytest.mark.parametrize("name", ["OddExample", "BadExample"])
def test_an_example_that_is_none(name: str, code: str) -> None:
    assert open_model(f"{code}{name}", "2x4").read().reader
    with pytest.raises(fc.FlopcountError, match="what goes in"):
        open_model(f"{code}{name}")


def test_a_builder_that_raises_what_is_no_exception(code: str) -> None:
    with pytest.raises(fc.FlopcountError, match="Error: all of it"):
        open_model(f"{code}raises")


@pytest.mark.parametrize("text", ["none", "true", "x=none", "²x4", "٣x4"])
def test_what_is_no_tensor_in_the_place_of_one(text: str) -> None:
    given = dict([text.split("=")]) if "=" in text else text
    with pytest.raises(fc.FlopcountError, match=r"is a tensor, as in 1x3x224x224|is no shape"):
        open_model("torchvision:squeezenet1_1", given)


def test_the_tab_key_names_kinds_of_models_and_runs_no_code(code: str) -> None:
    known = completers(verb("show"))
    assert known["network"]("tor", Namespace()) == ["torchvision:", "torch:"]
    args = Namespace(network=f"{code}NoInput")
    assert _asked(known["module"], "", args) == []
    assert "odd_nets" not in sys.modules
