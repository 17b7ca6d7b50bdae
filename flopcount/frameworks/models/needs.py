"""The packages that models come from: there, new enough, and kept from downloading anything."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from ...errors import FlopcountError, quote, quote_path, shorten

# The oldest of each that has what a reading needs; how each is installed.
OLDEST = {"torch": (2, 6), "torchvision": (0, 21), "timm": (1, 0), "transformers": (4, 50)}
OLDEST |= {"onnx": (1, 16), "keras": (3, 5), "jax": (0, 8), "h5py": (3, 0)}
INSTALL = {
    "torch": "pip install 'flopcount[torch]'",
    "torchvision": "pip install torchvision",
    "timm": "pip install timm",
    "transformers": "pip install 'flopcount[hf]'",
    "onnx": "pip install 'flopcount[onnx]'",
    "h5py": "pip install h5py",
    "keras": "pip install 'flopcount[keras]'",
    "jax": "pip install 'flopcount[jax]'",
}


def needed(package: str, reference: str, of: str = "") -> Any:
    """A package that a model needs, imported, offline; `of` is the model's own, built on it.

    Raises `FlopcountError` where it is missing, too old, or does not load.
    """
    what, how = quote(reference), INSTALL[package]
    if not _is_there(package):
        both = f"{package} and {of}" if of and not _is_there(of) else package
        raise FlopcountError(f"{what} needs {both}: {INSTALL[of] if of else how}")
    there = _version(package)
    oldest = OLDEST[package]
    if there and _numbers(there) < oldest:
        least = ".".join(map(str, oldest))
        raise FlopcountError(f"{what} needs {package} {least} or later, here is {there}: {how}")
    try:
        with offline():
            found = import_module(package)
    except Exception as error:  # noqa: BLE001  also versions that clash
        cause = shorten(str(error).strip().partition("\n")[0])
        pair = package == "torchvision"
        both = "; torch and torchvision must be a pair: install both at once" if pair else ""
        raise FlopcountError(f"{what}: {package} does not load: {cause}{both}") from None
    if not hasattr(found, "__version__"):  # a folder, or a file, that happens to have its name
        place = getattr(found, "__file__", None) or next(iter(found.__path__), "")
        raise FlopcountError(f"{what} needs {package}, and {quote_path(place)} is something else")
    return found


def _is_there(package: str) -> bool:
    return package in sys.modules or find_spec(package) is not None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return str(getattr(sys.modules.get(package), "__version__", ""))


def _numbers(text: str) -> tuple[int, ...]:
    """The first two numbers of a version.

    >>> _numbers("2.14.1+cpu"), _numbers("3.0")
    ((2, 14), (3, 0))
    """
    digits = ("".join(ch for ch in part if ch.isdigit()) for part in text.split(".")[:2])
    return tuple(int(part or 0) for part in digits)


_FLAGS = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")


@contextmanager
def offline() -> Iterator[None]:
    """Keep packages from downloading: what would is refused; all is as before afterwards."""
    before = {name: os.environ.get(name) for name in _FLAGS}
    os.environ.update(dict.fromkeys(_FLAGS, "1"))
    hub, refused = _hub(), _refuse
    was = hub.HF_HUB_OFFLINE if hub else None
    if hub:
        hub.HF_HUB_OFFLINE = True
    torch_hub: Any = sys.modules.get("torch.hub")
    download = torch_hub.download_url_to_file if torch_hub else None
    if torch_hub:
        torch_hub.download_url_to_file = refused
    try:
        yield
    finally:
        if torch_hub:
            torch_hub.download_url_to_file = download
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if hub := _hub():
            said = (before["HF_HUB_OFFLINE"] or before["TRANSFORMERS_OFFLINE"] or "").upper()
            hub.HF_HUB_OFFLINE = said in ("1", "ON", "YES", "TRUE") if was is None else was


def _hub() -> Any:
    return sys.modules.get("huggingface_hub.constants")


def _refuse(url: str, *_args: Any, **_kwargs: Any) -> None:
    raise FlopcountError(f"it wants to download {url}, which a reading never does")
