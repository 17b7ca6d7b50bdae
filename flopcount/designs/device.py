"""The device that JAX computes on: a processor, or a GPU where it sees one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from ..errors import FlopcountError, one_of
from ..frameworks.jax.devices import DEVICES, find_device

_OLDEST = "0.8"  # of JAX


def known_device(wanted: str) -> str:
    """``cpu``, ``gpu`` or ``auto``. Raises `FlopcountError` for anything else."""
    if not isinstance(wanted, str) or wanted not in DEVICES:
        raise FlopcountError(one_of(wanted, DEVICES, "device"))
    return wanted


def is_gpu(wanted: str) -> bool:
    """Whether a GPU computes: ``auto`` takes one where JAX sees it.

    Raises `FlopcountError` for ``gpu`` without one, and without a JAX that works.
    """
    if wanted == "cpu":
        return False
    try:
        with exact():
            return find_device(wanted)[1] != "cpu"
    except FlopcountError:
        raise
    except ImportError:
        why = "it needs JAX: pip install 'flopcount[jax]'"
    except Exception:  # noqa: BLE001  as below
        why = f"JAX does not start here (it takes {_OLDEST} or later, and a CPU beside the GPU)"
    if wanted == "gpu":
        raise FlopcountError(f"--device gpu: {why}")
    return False


@lru_cache
def is_installed() -> bool:
    """Whether JAX loads and has a CPU; whatever it raises, numpy prices the designs."""
    try:
        with exact():  # of a version before 0.8 an AttributeError
            return True
    except Exception:  # noqa: BLE001  also a broken setting, or JAX_PLATFORMS without the CPU
        return False


@contextmanager
def exact(*, on_gpu: bool = False) -> Iterator[None]:
    """JAX with whole numbers of 64 bits: in here alone, not for its other users."""
    import jax

    device: Any = jax.devices("gpu" if on_gpu else "cpu")[0]
    with jax.enable_x64(new_val=True), jax.default_device(device), jax.transfer_guard("allow"):
        yield
