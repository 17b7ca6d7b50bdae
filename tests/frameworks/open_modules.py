"""Small modules whose sizes can be opened, or not, each in its own way."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional


class Images(nn.Module):
    """Convolutions, a pool and a classifier: any height and width from 7 on."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.second = nn.Conv2d(8, 16, 3, bias=False)
        self.head = nn.Linear(16, 10)

    def forward(self, x: Any) -> Any:
        x = functional.max_pool2d(functional.relu(self.norm(self.first(x))), 2)
        return self.head(self.second(x).mean((2, 3)))


class Fixed(Images):
    """A classifier over all places, so that there are as many as it has weights for."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(16 * 6 * 6, 10)

    def forward(self, x: Any) -> Any:
        return self.head(self.second(functional.max_pool2d(self.first(x), 2)).flatten(1))


class Tokens(nn.Module):
    """Attention over tokens, a table of 64 positions."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(100, 16)
        self.positions = nn.Embedding(64, 16)
        self.register_buffer("places", torch.arange(64)[None])
        self.queries, self.keys, self.values = (nn.Linear(16, 16) for _ in range(3))

    def forward(self, tokens: Any, mask: Any = None) -> Any:
        x = self.words(tokens) + self.positions(self.places[:, : tokens.shape[1]])
        scores = self.queries(x) @ self.keys(x).transpose(1, 2)
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, :] == 0, -1.0)
        return scores.softmax(-1) @ self.values(x)


class Windows(nn.Module):
    """Windows of 7 × 7, cut out of what is padded to whole ones."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 8, 4, stride=4)
        self.inside = nn.Linear(8, 8)

    def forward(self, x: Any) -> Any:
        x = self.patch(x)
        right, below = (7 - x.shape[3] % 7) % 7, (7 - x.shape[2] % 7) % 7
        x = functional.pad(x, (0, right, 0, below))
        b, c, h, w = x.shape
        x = x.view(b, c, h // 7, 7, w // 7, 7).permute(0, 2, 4, 3, 5, 1).reshape(-1, 49, c)
        return self.inside(x @ x.transpose(1, 2) @ x)


class ByHalves(nn.Module):
    """Takes an even height alone, and says so."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 2, stride=2)

    def forward(self, x: Any) -> Any:
        if x.shape[2] % 2:
            raise ValueError(f"a height of {x.shape[2]} is odd")
        return self.conv(x)


class Lengthened(nn.Module):
    """As many layers as there are rows: no formula has that."""

    def __init__(self) -> None:
        super().__init__()
        self.step = nn.Linear(5, 5)

    def forward(self, x: Any) -> Any:
        state = x[:, 0]
        for place in range(x.shape[1]):
            state = self.step(state) + x[:, place]
        return state


class Skips(nn.Module):
    """Halved twice and doubled twice, with sums across: multiples of 4 alone fit."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList([nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)])
        self.up = nn.ModuleList([nn.ConvTranspose2d(8, 8, 2, stride=2) for _ in range(2)])

    def forward(self, x: Any) -> Any:
        kept = []
        for conv in self.down:
            x = functional.relu(conv(x))
            kept.append(x)
            x = functional.max_pool2d(x, 2)
        for conv in self.up:
            x = conv(x) + kept.pop()
        return x


class AtOne(nn.Module):
    """Of one sample it does something more, without a multiply: its activations are others."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = nn.Linear(8, 16)

    def forward(self, x: Any) -> Any:
        x = self.inside(x)
        return functional.relu(x) if x.shape[0] == 1 else x
