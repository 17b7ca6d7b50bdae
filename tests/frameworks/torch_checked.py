"""Small modules of PyTorch that the check is tried on."""

import torch
from torch import nn


class Block(nn.Module):
    """A residual block, with a parameter of its own and a mean at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4))
        self.second = nn.Conv2d(4, 4, 3, padding=1, groups=2)
        self.scale = nn.Parameter(torch.ones(4, 1, 1))
        self.head = nn.Linear(4, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.first(x))
        x = x + self.scale * self.second(x)
        return self.head(x.mean((2, 3))).softmax(-1)


class Everything(nn.Module):
    """What PyTorch's own counter misses, a module that two share, an operation nobody knows."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(10, 3)
        self.a = nn.Sequential(nn.Linear(3, 3))
        self.b = nn.Sequential(self.a[0], nn.Linear(3, 4))
        self.lstm = nn.LSTM(4, 5, num_layers=2, bidirectional=True, batch_first=True)
        self.vector = nn.Parameter(torch.ones(10))
        self.bilinear = nn.Bilinear(10, 10, 4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.head = nn.Linear(3, 10)
        self.head.weight = self.embed.weight

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = self.lstm(self.b(self.a(self.embed(tokens))))[0]
        z = self.bilinear(x, x)
        z = self.attention(z, z, z, need_weights=False)[0]
        return torch.mv(x[0], self.vector), self.head(z[..., :3]), torch.fft.rfft(z)


class Branching(nn.Module):
    """Which of two layers it runs, the numbers that come in say."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = nn.Linear(4, 2)
        self.wide = nn.Linear(4, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.wide(x) if float(x.mean()) > -9 else self.narrow(x)
