"""Networks written from their published widths, in Flax (linen, nnx) and Equinox."""

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from flax import linen as nn
from flax import nnx


class Bottleneck(nn.Module):
    filters: int
    strides: int = 1

    @nn.compact
    def __call__(self, x: Any, train: bool) -> Any:  # noqa: FBT001  as Flax has it
        norm = partial(nn.BatchNorm, use_running_average=not train)
        conv = partial(nn.Conv, use_bias=False)
        y = nn.relu(norm()(conv(self.filters, (1, 1))(x)))
        y = nn.relu(norm()(conv(self.filters, (3, 3), self.strides, padding=1)(y)))
        y = norm()(conv(self.filters * 4, (1, 1))(y))
        if x.shape != y.shape:
            x = norm(name="norm_proj")(
                conv(self.filters * 4, (1, 1), self.strides, name="conv_proj")(x)
            )
        return nn.relu(x + y)


class ResNet(nn.Module):
    """He et al., 1512.03385, the stride on the 3×3 as torchvision has it."""

    stages: tuple[int, ...] = (3, 4, 6, 3)

    @nn.compact
    def __call__(self, x: Any, train: bool = True) -> Any:  # noqa: FBT001, FBT002
        x = nn.Conv(64, (7, 7), 2, padding=3, use_bias=False, name="conv_init")(x)
        x = nn.relu(nn.BatchNorm(use_running_average=not train, name="bn_init")(x))
        x = nn.max_pool(x, (3, 3), (2, 2), padding=((1, 1), (1, 1)))
        for stage, blocks in enumerate(self.stages):
            for block in range(blocks):
                strides = 2 if stage and not block else 1
                x = Bottleneck(64 * 2**stage, strides)(x, train=train)
        return nn.Dense(1000, name="head")(jnp.mean(x, axis=(1, 2)))


class SmallResNet(ResNet):
    """Of each stage its first block, which halves the image."""

    stages: tuple[int, ...] = (1, 1, 1, 1)


class VGG(nn.Module):
    """Simonyan & Zisserman, 1409.1556: configuration D, 16 layers."""

    @nn.compact
    def __call__(self, x: Any) -> Any:
        for width, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
            for _ in range(times):
                x = nn.relu(nn.Conv(width, (3, 3))(x))
            x = nn.max_pool(x, (2, 2), (2, 2))
        x = x.reshape(x.shape[0], -1)
        for _ in range(2):
            x = nn.relu(nn.Dense(4096)(x))
        return nn.Dense(1000)(x)


class LlamaBlock(nn.Module):
    """Heads of 128, of which 8 are of keys and values."""

    width: int
    heads: int
    groups: int
    inner: int

    @nn.compact
    def __call__(self, x: Any) -> Any:
        dense = partial(nn.DenseGeneral, use_bias=False)
        each, y = self.width // self.heads, nn.RMSNorm(name="norm1")(x)
        q = dense((self.heads, each), name="q")(y)
        k, v = (dense((self.groups, each), name=name)(y) for name in "kv")
        q = q.reshape(*q.shape[:2], self.groups, -1, each)
        a = nn.softmax(jnp.einsum("bsgnd,btgd->bgnst", q, k) * each**-0.5)
        y = jnp.einsum("bgnst,btgd->bsgnd", a, v).reshape(*x.shape[:2], self.heads, each)
        x = x + dense(self.width, axis=(-2, -1), name="o")(y)
        y = nn.RMSNorm(name="norm2")(x)
        y = nn.silu(dense(self.inner, name="gate")(y)) * dense(self.inner, name="up")(y)
        return x + dense(self.width, name="down")(y)


class Llama(nn.Module):
    """Llama 3, 8B: arXiv:2407.21783, table 3."""

    layers: int = 32
    width: int = 4096
    vocabulary: int = 128_256

    @nn.compact
    def __call__(self, tokens: Any) -> Any:
        x = nn.Embed(self.vocabulary, self.width)(tokens)
        for layer in range(self.layers):
            x = LlamaBlock(self.width, 32, 8, 14_336, name=f"layer{layer}")(x)
        x = nn.RMSNorm()(x)
        return nn.Dense(self.vocabulary, use_bias=False, name="head")(x)


class GPTBlock(nnx.Module):
    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.norm1, self.norm2 = nnx.LayerNorm(width, rngs=rngs), nnx.LayerNorm(width, rngs=rngs)
        self.qkv = nnx.Linear(width, 3 * width, rngs=rngs)
        self.out = nnx.Linear(width, width, rngs=rngs)
        self.up = nnx.Linear(width, 4 * width, rngs=rngs)
        self.down = nnx.Linear(4 * width, width, rngs=rngs)
        self.drop = nnx.Dropout(0.1, rngs=rngs)

    def __call__(self, x: Any) -> Any:
        b, s, c = x.shape
        q, k, v = jnp.split(self.qkv(self.norm1(x)).reshape(b, s, 12, -1), 3, axis=-1)
        a = jnp.einsum("bsnd,btnd->bnst", q, k) * q.shape[-1] ** -0.5
        a = jnp.where(jnp.tril(jnp.ones((s, s), bool)), a, -1e9)
        y = jnp.einsum("bnst,btnd->bsnd", jax.nn.softmax(a), v).reshape(b, s, c)
        x = x + self.drop(self.out(y))
        return x + self.drop(self.down(jax.nn.gelu(self.up(self.norm2(x)))))


class GPT(nnx.Module):
    """GPT-2, 124M, its table also its output."""

    def __init__(self, rngs: nnx.Rngs, layers: int = 12, width: int = 768) -> None:
        self.tokens = nnx.Embed(50_257, width, rngs=rngs)
        self.places = nnx.Embed(1024, width, rngs=rngs)
        self.blocks = nnx.List([GPTBlock(width, rngs) for _ in range(layers)])
        self.norm = nnx.LayerNorm(width, rngs=rngs)

    def __call__(self, tokens: Any) -> Any:
        x = self.tokens(tokens) + self.places(jnp.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.tokens.attend(self.norm(x))


class ViTBlock(eqx.Module):
    norm1: eqx.nn.LayerNorm
    norm2: eqx.nn.LayerNorm
    attention: eqx.nn.MultiheadAttention
    up: eqx.nn.Linear
    down: eqx.nn.Linear

    def __init__(self, key: Any) -> None:
        one, two, three = jax.random.split(key, 3)
        self.norm1, self.norm2 = eqx.nn.LayerNorm(768), eqx.nn.LayerNorm(768)
        biases = ("query", "key", "value", "output")
        self.attention = eqx.nn.MultiheadAttention(
            12, 768, key=one, **{f"use_{name}_bias": True for name in biases}
        )
        self.up, self.down = eqx.nn.Linear(768, 3072, key=two), eqx.nn.Linear(3072, 768, key=three)

    def __call__(self, x: Any) -> Any:
        y = jax.vmap(self.norm1)(x)
        x = x + self.attention(y, y, y)
        y = jax.nn.gelu(jax.vmap(self.up)(jax.vmap(self.norm2)(x)), approximate=False)
        return x + jax.vmap(self.down)(y)


class ViT(eqx.Module):
    """Dosovitskiy et al., 2010.11929: B/16 on one image, channels first."""

    patch: eqx.nn.Conv2d
    first: Any
    places: Any
    blocks: list[ViTBlock]
    norm: eqx.nn.LayerNorm
    head: eqx.nn.Linear

    def __init__(self, key: Any) -> None:
        keys = jax.random.split(key, 14)
        self.patch = eqx.nn.Conv2d(3, 768, 16, 16, key=keys[12])
        self.first, self.places = jnp.zeros((1, 768)), jnp.zeros((197, 768))
        self.blocks = [ViTBlock(key) for key in keys[:12]]
        self.norm = eqx.nn.LayerNorm(768)
        self.head = eqx.nn.Linear(768, 1000, key=keys[13])

    def __call__(self, x: Any) -> Any:
        x = self.patch(x).reshape(768, -1).T
        x = jnp.concatenate([self.first, x]) + self.places
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x[0]))
