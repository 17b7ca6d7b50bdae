"""Small PyTorch modules that are read as networks: nested, with unknown operations, of tokens."""

from functools import cache
from typing import Any

import flopcount as fc


@cache
def nested() -> fc.Network:
    """A stem, a stage of two blocks with a shortcut each, and a head, on a 2×3×16×16."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
            self.relu = nn.ReLU()
            self.conv2 = nn.Conv2d(8, 8, 3, padding=1, groups=2)

        def forward(self, x: Any) -> Any:
            return self.relu(x + self.conv2(self.relu(self.conv1(x))))

    class Nested(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(3, 8, 3, stride=2)
            self.layer1 = nn.Sequential(Block(), Block())
            self.head = nn.Linear(8, 5)
            self.spare = nn.Linear(5, 2)  # which nothing reads

        def forward(self, x: Any) -> Any:
            return self.head(torch.flatten(self.layer1(self.stem(x)).mean((2, 3)), 1))

    return fc.read_torch(Nested(), fc.inputs(2, 3, 16, 16))


@cache
def unknown() -> fc.Network:
    """A dense layer; in a module of its own QR, a Fourier transform, a product and an inverse."""
    import torch
    from torch import nn

    class Inverse(nn.Module):
        def forward(self, x: Any) -> Any:
            return torch.linalg.inv(x)

    class Inner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 8)
            self.inverse = Inverse()

        def forward(self, x: Any) -> Any:
            q, r = torch.linalg.qr(self.fc(x))
            spectrum = torch.fft.rfft(r).real
            return self.inverse(spectrum @ spectrum.T), q

    class Unknown(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 8)
            self.inner = Inner()

        def forward(self, x: Any) -> Any:
            return self.inner(self.fc(x))

    return fc.read_torch(Unknown(), fc.inputs(2, 4))


@cache
def tokens() -> fc.Network:
    """Tokens looked up, attention of 2 heads, a norm, and the table again as the last layer."""
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.qkv = nn.Linear(8, 24)
            self.proj = nn.Linear(8, 8)

        def forward(self, x: Any) -> Any:
            b, t, c = x.shape
            q, k, v = self.qkv(x).reshape(b, t, 3, 2, c // 2).permute(2, 0, 3, 1, 4)
            a = torch.softmax(q @ k.transpose(-2, -1) * 0.5, -1)
            return self.proj((a @ v).transpose(1, 2).reshape(b, t, c))

    class Tokens(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(11, 8)
            self.position = nn.Parameter(torch.zeros(5, 8))
            self.attention = Attention()
            self.norm = nn.LayerNorm(8)
            self.out = nn.Linear(8, 11, bias=False)
            self.out.weight = self.embed.weight

        def forward(self, tokens: Any) -> Any:
            x = self.embed(tokens) + self.position
            x = self.norm(x + self.attention(x))
            return {"logits": self.out(x), "last": x[:, -1]}

    return fc.read_torch(Tokens(), fc.inputs(3, 5, dtype="int64"))
