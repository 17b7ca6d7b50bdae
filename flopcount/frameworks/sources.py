"""What names a model: which reader opens ``torchvision:resnet50``, ``model.onnx``, ``keras:…``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..errors import FlopcountError, quote

if TYPE_CHECKING:
    from .models.model import Model

Given = str | Mapping[str, str] | None  # inputs as typed


class Kind(NamedTuple):
    """What stands before a colon, or what a file's name ends in: who reads it, an example."""

    reader: str
    example: str


PREFIXES = {
    "torchvision": Kind("torch", "torchvision:resnet50"),
    "timm": Kind("torch", "timm:vit_base_patch16_224"),
    "hf": Kind("torch", "hf:gpt2 or hf:config.json"),
    "torch": Kind("torch", "torch:package.module:name"),
    "keras": Kind("keras", "keras:ResNet50"),
    "jax": Kind("jax", "jax:package.module:name"),
}
ENDINGS = {
    ".pt2": Kind("torch", "model.pt2"),
    ".onnx": Kind("onnx", "model.onnx"),
    ".keras": Kind("keras", "model.keras"),
    ".h5": Kind("keras", "model.h5"),
}


def kind_of(head: str) -> Kind | None:
    """Which kind of model a user's text names; None where it names none.

    >>> kind_of("torchvision:resnet50").reader, kind_of("nets/model.onnx").reader
    ('torch', 'onnx')
    >>> kind_of("googlenet")
    """
    prefix, colon, _ = head.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix]
    if colon and len(prefix) > 1 and prefix.isidentifier():  # another word, a slip of one of those
        return None
    name = head.casefold()
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), None)


def may_hold_code(head: str) -> bool:
    """Whether what a user's text names is a file that may hold code, which trust lets run.

    >>> may_hold_code("nets/model.keras"), may_hold_code("keras:ResNet50"), may_hold_code("a.onnx")
    (True, False, False)
    """
    kind = kind_of(head)
    return kind is not None and kind.reader == "keras" and kind is not PREFIXES["keras"]


def open_model(reference: str, given: Given = None, *, trust: bool = False) -> "Model":
    """The model that a reference names; `given` are its inputs as typed.

    Nothing is downloaded; `trust`: code that a file holds may run. Raises `FlopcountError` for a
    name that is not there, a package that is not installed or too old, and inputs that the model
    does not take.
    """
    kind = kind_of(reference)
    if kind is None:
        raise FlopcountError(f"{quote(reference)} names no model")
    prefix, colon, name = reference.partition(":")
    if colon and not name and prefix in PREFIXES:
        raise FlopcountError(f"{quote(reference)} names no model: expected {kind.example}")
    if kind.reader == "torch":
        from .torch.sources import open_model as opened

        return opened(reference, given)
    if kind.reader == "onnx":
        from .onnx.sources import open_file

        return open_file(reference, given)
    if kind.reader == "keras":
        from .keras.reading.sources import open_keras

        return open_keras(reference, given, trust=trust)
    from .jax.sources import imported

    return imported(name, given)
