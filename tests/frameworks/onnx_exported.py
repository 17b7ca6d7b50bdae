"""Models exported by PyTorch's two exporters, their batch left free."""

import warnings
from pathlib import Path
from typing import Any

import torch


class Pair(torch.nn.Module):
    """Recurrent layers."""

    def __init__(self) -> None:
        super().__init__()
        self.l = torch.nn.LSTM(32, 64, 2, batch_first=True, bidirectional=True)
        self.g = torch.nn.GRU(128, 32, batch_first=True)
        self.o = torch.nn.Linear(32, 5)

    def forward(self, x: Any) -> Any:
        """Of the last token alone."""
        return self.o(self.g(self.l(x)[0])[0][:, -1])


class Encoder(torch.nn.Module):
    """Two layers of attention."""

    def __init__(self) -> None:
        super().__init__()
        layer = torch.nn.TransformerEncoderLayer(64, 8, 256, batch_first=True)
        self.e = torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x: Any) -> Any:
        """All tokens."""
        return self.e(x)


class UpDown(torch.nn.Module):
    """Convolutions: strided, transposed in groups, dilated."""

    def __init__(self) -> None:
        super().__init__()
        self.a = torch.nn.Conv2d(3, 8, 3, 2, 1)
        self.b = torch.nn.ConvTranspose2d(8, 8, 4, 2, 1, groups=2)
        self.c = torch.nn.Conv2d(11, 4, 3, padding=2, dilation=2)

    def forward(self, x: Any) -> Any:
        """Down, up, and both together."""
        return self.c(torch.cat([self.b(torch.relu(self.a(x))), x], 1))


IMAGE = (2, 3, 224, 224)
OWN = {
    "lstm_gru": (Pair, (2, 10, 32)),
    "encoder": (Encoder, (2, 20, 64)),
    "updown": (UpDown, (2, 3, 32, 32)),
}
TIMM = {
    "levit_128s": "levit_128s",
    "mobilenetv4_conv_small": "mobilenetv4_conv_small",
    "vit_tiny": "vit_tiny_patch16_224",
}


def built(name: str) -> tuple[Any, tuple[int, ...]]:
    """The module, in evaluation, and the shape of its input."""
    if name in OWN:
        build, shape = OWN[name]
        return build().eval(), shape
    if name in TIMM:
        import timm

        return timm.create_model(TIMM[name], pretrained=False).eval(), IMAGE
    import torchvision

    options = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
    return torchvision.models.get_model(name, weights=None, **options).eval(), IMAGE


def exported(module: Any, shape: tuple[int, ...], path: Path, *, dynamo: bool) -> str:
    """Export a module, by the newer exporter or by the older one: the file."""
    free: dict[str, Any] = {"dynamic_axes": {"x": {0: "batch"}}}
    if dynamo:
        free = {"dynamic_shapes": ({0: torch.export.Dim.DYNAMIC},), "verbose": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporters' own
        given = (torch.zeros(shape),)
        torch.onnx.export(module, given, str(path), dynamo=dynamo, input_names=["x"], **free)
    return str(path)
