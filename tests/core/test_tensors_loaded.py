"""The ops of imported graphs: each is loaded by its name, with its own module alone."""

import subprocess
import sys

import pytest

from flopcount.core.ops import tensors


def test_each_op_is_there_by_its_name() -> None:
    rooms = " ".join(tensors._ROOMS.values()).split()  # noqa: SLF001  what it finds them by
    assert sorted(rooms) == sorted(tensors.__all__)
    for name in tensors.__all__:
        assert getattr(tensors, name).__name__ == name


def test_an_op_that_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Convolve'"):
        _ = tensors.Convolve  # type: ignore[attr-defined]


def test_what_nobody_asks_for_is_not_loaded() -> None:
    code = (
        "import sys; from flopcount.core.ops.tensors import Move; "
        "print(*sorted(m for m in sys.modules if '.ops.tensors.' in m))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["flopcount.core.ops.tensors.moving"]
