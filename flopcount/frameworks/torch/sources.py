"""What names a model of PyTorch's: torchvision's, timm's, a config's, importable code, a file."""

from typing import Any

from ...errors import FlopcountError, one_of, quote
from .inputs import Inputs, Tensor, read_input
from .model import Model


def open_model(reference: str, given: Any = None) -> Model:
    """The model that a reference names: ``torchvision:resnet50``; `given` are sizes of inputs.

    Raises `FlopcountError` for a name that is not there, or a package that is not installed.
    """
    kind, _, name = reference.partition(":")
    if kind == "torchvision":
        return _torchvision(name, given)
    raise FlopcountError(f"{quote(reference)} cannot be read yet")


def _torchvision(name: str, given: Any) -> Model:
    import torch
    import torchvision
    from torchvision.models import get_model, list_models

    if name not in list_models():
        raise FlopcountError(one_of(name, list_models(), "model of torchvision"))
    with torch.device("meta"):
        module = get_model(name, weights=None)
    shape = read_input(given) if isinstance(given, str) else (1, 3, 224, 224)
    return Model(
        f"torchvision:{name}",
        module,
        Inputs((Tensor(shape),)),
        source=f"torchvision {torchvision.__version__}",
    )
