"""Keras, its backend and its device: found before anything is built, each failure in one line."""

import os
import platform
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from ...errors import FlopcountError, one_of, shorten
from ..models.code import text_of

BACKENDS = ("jax", "tensorflow", "torch")
DEVICES = ("auto", "cpu", "gpu")
INSTALL = "pip install 'flopcount[keras]'"


def import_keras(backend: str | None = None, what: str = "this") -> Any:
    """Import Keras on a backend: the one given, else that of ``KERAS_BACKEND``, else JAX.

    Keras reads the variable once, when it is first imported. `what` needs it. Raises
    `FlopcountError` where Keras or the backend is not installed, or Keras already runs on another
    one.
    """
    chosen = backend or os.environ.get("KERAS_BACKEND") or "jax"
    if chosen not in BACKENDS:
        raise FlopcountError(one_of(chosen, BACKENDS, "backend"))
    if "keras" not in sys.modules:
        if find_spec("keras") is None:
            raise FlopcountError(f"{what} needs Keras: {INSTALL}")
        if find_spec(chosen) is None:
            how = INSTALL if chosen == "jax" else f"pip install {chosen}"
            if not backend and chosen != "jax":
                how = f"set KERAS_BACKEND=jax, or {how}"
            raise FlopcountError(f"the backend {chosen} is not installed: {how}")
        os.environ["KERAS_BACKEND"] = chosen
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow greets on standard error
    try:
        import keras
    except Exception as error:  # noqa: BLE001  also a broken configuration, or versions that clash
        raise FlopcountError(f"Keras does not load on {chosen}: {one_line(error)}") from None
    running = keras.backend.backend()
    if backend and running != backend:
        raise FlopcountError(f"Keras already runs on {running} in this process, not on {backend}")
    return keras


def needs_jax(what: str) -> None:
    """Raise `FlopcountError` unless Keras, which is loaded, runs on JAX."""
    import keras

    running = keras.backend.backend()
    if running != "jax":
        raise FlopcountError(f"{what} compiles with JAX, and Keras runs on {running}")


def find_device(wanted: str) -> tuple[AbstractContextManager[Any], str]:
    """Find a device for Keras, which is loaded: the scope to work in, and what it is.

    ``auto`` takes a GPU where the backend sees one. Raises `FlopcountError` for an unknown word,
    and for ``gpu`` without one.
    """
    import keras

    backend = keras.backend.backend()
    if wanted not in DEVICES:
        raise FlopcountError(one_of(wanted, DEVICES, "device"))
    with naming(f"finding a device for {backend}"):
        gpu = _GPUS[backend]()
    if wanted == "gpu" and gpu is None:
        raise FlopcountError(f"--device gpu: {backend} sees no GPU here (--device cpu, or auto)")
    if gpu is None or wanted != "cpu":  # what the backend takes by itself
        return nullcontext(), "cpu" if gpu is None else f"gpu ({gpu})"
    return keras.device("cpu:0"), "cpu"


def _jax_gpu() -> str | None:
    import jax

    try:
        return str(jax.devices("gpu")[0].device_kind)
    except RuntimeError:  # how JAX says that there is none
        return None


def _torch_gpu() -> str | None:
    import torch

    return str(torch.cuda.get_device_name(0)) if torch.cuda.is_available() else None


def _tensorflow_gpu() -> str | None:
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    if not found:
        return None
    return str(tf.config.experimental.get_device_details(found[0]).get("device_name", "GPU"))


_GPUS = {"jax": _jax_gpu, "tensorflow": _tensorflow_gpu, "torch": _torch_gpu}


def versions(backend: str) -> dict[str, str]:
    """The versions that a result depends on, by distribution."""
    from ...version import __version__

    names = ("keras", *(("jax", "jaxlib") if backend == "jax" else (backend,)), "numpy")
    found = {"flopcount": __version__}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # as with tensorflow-cpu, which installs tensorflow
            found[name] = str(getattr(sys.modules.get(name), "__version__", "unknown"))
    return found | {"python": platform.python_version()}


def one_line(error: BaseException) -> str:
    r"""What another library's exception says, cut to one line: Keras has the cause in its second.

    >>> one_line(ValueError("Exception encountered when calling A.call().\n\n\x1b[1mNo.\x1b[0m"))
    'No.'
    """
    text = re.sub(r"\x1b\[[0-9;]*m", "", text_of(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Exception encountered"):
        del lines[0]
    return shorten(lines[0]) if lines else type(error).__name__


@contextmanager
def naming(place: str) -> Iterator[None]:
    """Turn whatever Keras or its backend raises into one line that names the layer.

    An interruption stays one, and says where it came.
    """
    try:
        yield
    except FlopcountError:
        raise
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"at {place}") from None
    except MemoryError:
        raise FlopcountError(f"{place}: out of memory") from None
    except RecursionError:
        raise FlopcountError(f"{place}: too many layers, one after the other, for Keras") from None
    except Exception as error:  # noqa: BLE001  whatever it is, the layer is named
        if "RESOURCE_EXHAUSTED" in str(error) or "out of memory" in str(error).lower():
            raise FlopcountError(f"{place}: out of memory") from None
        raise FlopcountError(f"{place}: Keras: {one_line(error)}") from None


@contextmanager
def interruptible() -> Iterator[None]:
    """End with `KeyboardInterrupt` also where one was swallowed or came out as another error.

    JAX has a callback with each garbage collection, and an import that is interrupted may end as
    a RuntimeError. Interruptions reach the main thread alone; in any
    other, nothing changes, nor where they are ignored, as in the background.
    """
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    stopped = False
    unraisable = sys.unraisablehook

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        raise KeyboardInterrupt

    def quiet(lost: "sys.UnraisableHookArgs") -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            unraisable(lost)

    before = signal.signal(signal.SIGINT, stop)
    sys.unraisablehook = quiet
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException:
        if stopped:
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = unraisable
    if stopped:
        raise KeyboardInterrupt
