"""What names a model of PyTorch's: torchvision's, timm's, a config's, importable code, a file."""

from collections.abc import Mapping

from ...models.model import Model
from ...models.needs import needed


def open_model(reference: str, given: str | Mapping[str, str] | None = None) -> Model:
    """The model that a reference names: ``torchvision:resnet50``; `given` are its inputs as typed.

    Nothing is downloaded. Raises `FlopcountError` for a name that is not there, a package that is
    not installed or too old, and inputs that the model does not take.
    """
    kind, _, name = reference.partition(":")
    of = {"torchvision": "torchvision", "timm": "timm", "hf": "transformers"}  # which ask for torch
    needed("torch", reference, of.get(kind, ""))
    if kind in ("torchvision", "timm"):
        from .zoo import timm, torchvision

        return (timm if kind == "timm" else torchvision)(name, given)
    if kind == "hf":
        from .configs import configured

        return configured(name, given)
    if kind == "torch":
        from .code import imported

        return imported(name, given)
    from .archive import archived

    return archived(reference, given)
