"""What names a model of PyTorch's: torchvision's, timm's, a config's, importable code, a file."""

from collections.abc import Mapping

from ....errors import FlopcountError, quote
from ..model import Model
from .needs import needed

KINDS = {  # what stands before the colon: an example
    "torchvision": "torchvision:resnet50",
    "timm": "timm:vit_base_patch16_224",
    "hf": "hf:gpt2 or hf:config.json",
    "torch": "torch:package.module:name",
}
ARCHIVE = ".pt2"


def open_model(reference: str, given: str | Mapping[str, str] | None = None) -> Model:
    """The model that a reference names: ``torchvision:resnet50``; `given` are its inputs as typed.

    Nothing is downloaded. Raises `FlopcountError` for a name that is not there, a package that is
    not installed or too old, and inputs that the model does not take.
    """
    kind, colon, name = reference.partition(":")
    archive = reference.casefold().endswith(ARCHIVE) and not (colon and kind in KINDS)
    if colon and not name and not archive:
        raise FlopcountError(f"{quote(reference)} names no model: expected {KINDS[kind]}")
    needed("torch", reference)
    if archive:
        from .archive import archived

        return archived(reference, given)
    if kind in ("torchvision", "timm"):
        from .zoo import timm, torchvision

        return (timm if kind == "timm" else torchvision)(name, given)
    if kind == "hf":
        from .configs import configured

        return configured(name, given)
    from .code import imported

    return imported(name, given)
