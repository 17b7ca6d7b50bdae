"""The networks whose totals printed.toml has, by name: torchvision's own, and four small ones.

Each is built without weights, in evaluation, with the input that the counters were given.
"""

from functools import cache, partial
from itertools import starmap

import torch
from torch import nn
from torch.nn import functional

from flopcount.calls import Call
from flopcount.frameworks.models.inputs import Inputs, Tensor
from flopcount.frameworks.torch.called import calls_of

WORDS, FEATURES, STATE, TAGS, STEPS = 1000, 64, 128, 17, 20
TORCHVISION = (
    "resnet18",
    "mobilenet_v2",
    "googlenet",
    "vgg11",
    "densenet121",
    "vit_b_16",
    "swin_t",
)


def twice(channels_in: int, channels: int) -> nn.Sequential:
    """Two 3×3 convolutions, each with a batch norm and a ReLU in place."""
    layers: list[nn.Module] = []
    for given in (channels_in, channels):
        layers += nn.Conv2d(given, channels, 3, padding=1), nn.BatchNorm2d(channels)
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """Down twice, up twice by transposed convolutions, each level joined with its own."""

    def __init__(self) -> None:
        super().__init__()
        widths = (16, 32, 64)
        self.down = nn.ModuleList(starmap(twice, zip((3, *widths), widths, strict=False)))
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(
            [
                nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1),
                nn.ConvTranspose2d(32, 16, 2, stride=2, bias=False),
            ]
        )
        self.joined = nn.ModuleList([twice(64, 32), twice(32, 16)])
        self.head = nn.Conv2d(16, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = [self.down[0](x)]
        for level in self.down[1:]:
            kept.append(level(self.pool(kept[-1])))
        x = kept.pop()
        for up, joined in zip(self.up, self.joined, strict=True):
            x = joined(torch.cat([up(x), kept.pop()], dim=1))
        return self.head(x)


class Tagger(nn.Module):
    """Words looked up, a recurrence over them, dense at each step; a softmax if it is deep."""

    def __init__(self, *, deep: bool) -> None:
        super().__init__()
        self.table = nn.Embedding(WORDS, FEATURES)
        layers = 2 if deep else 1
        self.recurrence = nn.LSTM(FEATURES, STATE, layers, bidirectional=deep, batch_first=True)
        self.tags = nn.Linear(STATE * layers, TAGS)
        self.last = nn.Softmax(dim=-1) if deep else nn.Identity()

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states, _ = self.recurrence(self.table(words))
        x = self.tags(states)
        return x if isinstance(self.last, nn.Identity) else self.last(x)


class Kinds(nn.Module):
    """One of each kind of operation that counters count in different ways."""

    def __init__(self) -> None:
        super().__init__()
        self.image = nn.Sequential(
            nn.Conv2d(3, 32, 3, stride=2, padding=1),
            nn.GroupNorm(8, 32),
            nn.SiLU(),
            nn.Conv2d(32, 32, 5, padding=2, groups=32, bias=False),
            nn.InstanceNorm2d(32),
            nn.PReLU(32),
            nn.AvgPool2d(2),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            nn.Hardswish(),
            nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, groups=4),
            nn.LeakyReLU(0.1),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.AdaptiveAvgPool2d(5),
            nn.AdaptiveMaxPool2d(3),
            nn.Sigmoid(),
        )
        self.features = nn.Sequential(nn.LayerNorm(144), nn.GELU())
        self.classes = nn.Sequential(nn.Linear(144, 20), nn.BatchNorm1d(20), nn.ELU())
        self.matrix = nn.Parameter(torch.randn(20, 10))
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.features(torch.flatten(self.image(x), 1))
        x = x * 2.0 + torch.mul(x, x)
        x = self.classes(torch.add(x, 1.0))
        x = functional.relu(torch.matmul(x, self.matrix))
        x = x @ self.matrix.t()
        x = torch.einsum("bi,ij->bj", x, self.matrix)
        return self.softmax(x)


def _torchvision(name: str) -> nn.Module:
    from torchvision import models

    plain = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
    return models.get_model(name, weights=None, **plain)


OWN = {
    "unet": (UNet, (3, 64, 64)),
    "lstm1": (partial(Tagger, deep=False), (STEPS,)),
    "lstm": (partial(Tagger, deep=True), (STEPS,)),
    "kinds": (Kinds, (3, 32, 32)),
}
NAMES = (*TORCHVISION, *OWN)


def network(name: str) -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """A network, and its inputs."""
    build, shape = OWN.get(name, (partial(_torchvision, name), (3, 224, 224)))
    words = len(shape) == 1
    x = torch.zeros(1, *shape, dtype=torch.int64) if words else torch.zeros(1, *shape)
    return build().eval(), (x,)


def watched(module: nn.Module, *inputs: torch.Tensor) -> tuple[Call, ...]:
    """What a module calls on inputs of these shapes."""
    specs = tuple(Tensor(tuple(x.shape), str(x.dtype).removeprefix("torch.")) for x in inputs)
    return calls_of(module, Inputs(specs))


@cache
def calls(name: str) -> tuple[Call, ...]:
    """What one of the networks calls, watched once; none of its parameters is ever drawn."""
    with torch.device("meta"):
        module, inputs = network(name)
    return watched(module, *inputs)
