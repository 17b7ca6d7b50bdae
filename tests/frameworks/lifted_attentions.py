"""Small attentions for the tests, as models write them: one dense layer or several, any heads."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional


class Heads(nn.Module):
    """Multi-head attention of `heads` of `dim` channels; `kv` heads of keys, each for several.

    `fused`: one dense layer makes queries, keys and values. `biases` are those of ``qkvo``.
    """

    def __init__(
        self,
        channels: int,
        heads: int,
        dim: int,
        *,
        kv: int = 0,
        fused: bool = False,
        biases: str = "qkvo",
    ) -> None:
        super().__init__()
        self.heads, self.kv, self.dim = heads, kv or heads, dim
        wide, narrow = heads * dim, self.kv * dim
        self.fused = fused
        if fused:
            self.qkv = nn.Linear(channels, wide + 2 * narrow, bias="q" in biases)
        else:
            self.q = nn.Linear(channels, wide, bias="q" in biases)
            self.k = nn.Linear(channels, narrow, bias="k" in biases)
            self.v = nn.Linear(channels, narrow, bias="v" in biases)
        self.o = nn.Linear(wide, channels, bias="o" in biases)

    def forward(self, x: torch.Tensor, other: Any = None, mask: Any = None) -> torch.Tensor:
        """Of a batch of sequences, queries of x and keys of the other, if there is one."""
        batch, tokens, _ = x.shape
        other = x if other is None else other
        if self.fused:
            wide, narrow = self.heads * self.dim, self.kv * self.dim
            q, k, v = self.qkv(x).split([wide, narrow, narrow], dim=-1)
        else:
            q, k, v = self.q(x), self.k(other), self.v(other)
        q = q.reshape(batch, tokens, self.heads, self.dim).transpose(1, 2)
        k, v = (
            part.reshape(batch, other.shape[1], self.kv, self.dim)
            .transpose(1, 2)
            .repeat_interleave(self.heads // self.kv, 1)
            for part in (k, v)
        )
        y = self.weighed(q, k, v, mask)
        return self.o(y.transpose(1, 2).reshape(batch, tokens, self.heads * self.dim))

    def weighed(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: Any) -> torch.Tensor:
        """The mean of the values, by PyTorch's own operation."""
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)


class Talking(Heads):
    """The heads are mixed before the softmax (Shazeer et al., 2003.02436)."""

    def weighed(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, _mask: Any
    ) -> torch.Tensor:
        """Each head's weights are a sum of those of all heads."""
        a = (q @ k.transpose(-1, -2)).softmax(-1)
        mixed = a.permute(0, 2, 3, 1) @ torch.ones(self.heads, self.heads)
        return mixed.permute(0, 3, 1, 2) @ v


class Windows(nn.Module):
    """Attention in windows of a grid, channels last, with a table of relative positions (Swin)."""

    def __init__(self, channels: int, heads: int, window: int, *, apart: bool = False) -> None:
        super().__init__()
        self.window, self.apart, self.heads = window, apart, heads
        self.qkv = nn.Linear(channels, 3 * channels)
        self.o = nn.Linear(channels, channels)
        self.table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        self.register_buffer("index", torch.zeros(window**4, dtype=torch.long))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The grid is padded to whole windows, and cropped again."""
        w = self.window
        batch, height, width, channels = x.shape
        x = functional.pad(x, (0, 0, 0, -width % w, 0, -height % w))
        rows, columns = x.shape[1] // w, x.shape[2] // w
        if self.apart:  # the places of a window lie `rows` and `columns` apart
            x = x.reshape(batch, w, rows, w, columns, channels).permute(0, 2, 4, 1, 3, 5)
        else:
            x = x.reshape(batch, rows, w, columns, w, channels).transpose(2, 3)
        x = x.reshape(batch * rows * columns, w * w, channels)
        q, k, v = (
            self.qkv(x)
            .reshape(-1, w * w, 3, self.heads, channels // self.heads)
            .permute(2, 0, 3, 1, 4)
        )
        bias = self.table[self.index].reshape(w * w, w * w, self.heads).permute(2, 0, 1)
        scores = (q / (channels // self.heads) ** 0.5) @ k.transpose(-1, -2) + bias[None]
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(-1, w * w, channels)
        y = self.o(y).reshape(batch, rows, columns, w, w, channels)
        order = (0, 3, 1, 4, 2, 5) if self.apart else (0, 1, 3, 2, 4, 5)
        y = y.permute(order).reshape(batch, rows * w, columns * w, channels)
        return y[:, :height, :width]
