"""Where JAX computes: found before anything runs, each failure in one line."""

from typing import Any

from ...errors import FlopcountError, one_of

DEVICES = ("auto", "cpu", "gpu")


def find_device(wanted: str) -> tuple[Any, str]:
    """A device of JAX's, and what it is; ``auto`` takes a GPU where there is one.

    Raises `FlopcountError` for an unknown word, and for ``gpu`` without one.
    """
    import jax

    if wanted not in DEVICES:
        raise FlopcountError(one_of(wanted, DEVICES, "device"))
    gpu = _first("gpu") if wanted != "cpu" else None
    if gpu is not None:
        return gpu, f"gpu ({gpu.device_kind})"
    if wanted == "gpu":
        raise FlopcountError("--device gpu: jax sees no GPU here (--device cpu, or auto)")
    return _first("cpu") or jax.devices()[0], "cpu"


def _first(kind: str) -> Any:
    import jax

    try:
        return jax.devices(kind)[0]
    except RuntimeError:  # how JAX says that there is none
        return None


def versions(**more: str) -> dict[str, str]:
    """The versions that a result depends on."""
    import platform

    import jax

    from ...version import __version__

    return {"flopcount": __version__, "jax": jax.__version__, **more} | {
        "python": platform.python_version()
    }
