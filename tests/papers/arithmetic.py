"""Networks as sums over their layers, written from the papers: nothing of flopcount is used."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Sum(NamedTuple):
    """Multiplies, kernels, and γ and β of batch norm."""

    multiplies: int
    weights: int
    norm: int


def mobilenet_v1(alpha: float = 1, size: int = 224, *, full: bool = False, same: int = 5) -> Sum:
    """Table 1 of arXiv:1704.04861; `full` convolutions, so many of the `same` rows."""
    rows = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    rows += [(512, 1)] * same + [(1024, 2), (1024, 1)]
    grid, width = math.ceil(size / 2), int(32 * alpha)
    multiplies, weights, norm = grid**2 * 27 * width, 27 * width, 2 * width
    for wide, stride in rows:
        grid, out = math.ceil(grid / stride), int(wide * alpha)
        kernels = 9 * width * out if full else 9 * width + width * out
        norm += 2 * out if full else 2 * (width + out)
        multiplies, weights, width = multiplies + grid**2 * kernels, weights + kernels, out
    return Sum(multiplies + width * 1000, weights + width * 1000, norm)


def to_eight(width: float, divisor: int = 8) -> int:
    """To a multiple, never 10 % below: tensorflow/models slim/nets/mobilenet/mobilenet.py."""
    near = max(divisor, int(width + divisor / 2) // divisor * divisor)
    return near + divisor if near < 0.9 * width else near


def mobilenet_v2(alpha: float, rounded: Callable[[float], int] = to_eight) -> Sum:
    """Table 2 of arXiv:1801.04381; the last convolution is not thinned."""
    width, grid = rounded(32 * alpha), 112
    multiplies, weights, norm = grid**2 * 27 * width, 27 * width, 2 * width
    rows = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)]
    for t, wide, n, stride in [*rows, (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        out = rounded(wide * alpha)
        for block in range(n):
            inner = t * width
            if t > 1:
                multiplies += grid**2 * width * inner
                weights, norm = weights + width * inner, norm + 2 * inner
            grid = math.ceil(grid / (1 if block else stride))
            kernels = 9 * inner + inner * out
            multiplies, weights = multiplies + grid**2 * kernels, weights + kernels
            norm, width = norm + 2 * (inner + out), out
    last = rounded(1280 * max(alpha, 1))
    multiplies += grid**2 * width * last + last * 1000
    return Sum(multiplies, weights + width * last + last * 1000, norm + 2 * last)


def shufflenet(groups: int, scale: float = 1, first: int | None = None) -> Sum:
    """Table 1 of arXiv:1707.01083; the `first` convolution thinned too, or of so many channels."""
    width = int(24 * scale) if first is None else first
    grid = 112
    multiplies, weights, norm = grid**2 * 27 * width, 27 * width, 2 * width
    grid = 56
    stages = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}
    for stage, units in enumerate((4, 8, 4)):
        out = int(stages[groups] * scale) * 2**stage
        for unit in range(units):
            inner, made = out // 4, out if unit else out - width
            reduced = width * inner // (1 if stage == unit == 0 else groups)
            multiplies += grid**2 * reduced
            grid = grid if unit else grid // 2
            rest = 9 * inner + inner * made // groups
            multiplies, weights = multiplies + grid**2 * rest, weights + reduced + rest
            norm, width = norm + 2 * (2 * inner + made), out
    return Sum(multiplies + width * 1000, weights + width * 1000, norm)


def densenet(depth: int, growth: int, *, bc: bool) -> Sum:
    """Section 3 of arXiv:1608.06993 on CIFAR-10: three blocks, with bottlenecks and θ = 0.5."""
    layers = (depth - 4) // (6 if bc else 3)
    width, grid = 2 * growth if bc else 16, 32
    multiplies, weights, norm = grid**2 * 27 * width, 27 * width, 0
    for block in range(3):
        for _ in range(layers):
            inner = 4 * growth if bc else width
            kernels = (width * inner if bc else 0) + 9 * inner * growth
            norm += 2 * width + (2 * inner if bc else 0)
            multiplies, weights = multiplies + grid**2 * kernels, weights + kernels
            width += growth
        norm += 2 * width
        if block < 2:
            out = width // 2 if bc else width
            multiplies, weights = multiplies + grid**2 * width * out, weights + width * out
            width, grid = out, grid // 2
    return Sum(multiplies + width * 10, weights + width * 10, norm)


def resnet(blocks: Sequence[int], *, deep: bool, early: bool = True, project: bool = True) -> int:
    """The multiplies of Table 1 of arXiv:1512.03385; the stride `early`, on the first 1×1."""
    total, width, grid = 112**2 * 147 * 64, 64, 56
    for stage, n in enumerate(blocks):
        base = 64 * 2**stage
        out = 4 * base if deep else base
        for block in range(n):
            before = grid
            grid = grid // 2 if stage and not block else grid
            first = grid if early or not deep else before
            if deep:
                total += first**2 * width * base + grid**2 * (9 * base**2 + base * out)
            else:
                total += grid**2 * (9 * width * base + 9 * base**2)
            if width != out and project:
                total += grid**2 * width * out
            width = out
    return total + width * 1000


def vgg(convolutions: Sequence[int]) -> tuple[int, int]:
    """The multiplies of the convolutions, and of the dense layers, of arXiv:1409.1556."""
    total, width, grid = 0, 3, 224
    for block, n in enumerate(convolutions):
        out = min(512, 64 * 2**block)
        for _ in range(n):
            total, width = total + grid**2 * 9 * width * out, out
        grid //= 2
    return total, 49 * 512 * 4096 + 4096**2 + 4096 * 1000


def efficientnet(
    width: float,
    depth: float,
    size: int,
    *,
    rounded: Callable[[float], int] = to_eight,
    repeats: Callable[[float], int] = math.ceil,
    halved: Callable[[float], int] = math.ceil,
    squeeze: bool = True,
) -> int:
    """The multiplies of Table 1 of arXiv:1905.11946, scaled; `squeeze` and excitation counted."""
    channels, grid = rounded(32 * width), halved(size / 2)
    total = grid**2 * 27 * channels
    rows = [(1, 3, 1, 1, 16), (6, 3, 2, 2, 24), (6, 5, 2, 2, 40), (6, 3, 3, 2, 80)]
    for t, kernel, n, stride, wide in [
        *rows,
        (6, 5, 3, 1, 112),
        (6, 5, 4, 2, 192),
        (6, 3, 1, 1, 320),
    ]:
        out = rounded(wide * width)
        for block in range(repeats(n * depth)):
            inner = t * channels
            total += grid**2 * channels * inner if t > 1 else 0
            grid = grid if block else halved(grid / stride)
            total += grid**2 * (kernel**2 * inner + inner * out)
            total += 2 * inner * (channels // 4) if squeeze else 0
            channels = out
    last = rounded(1280 * width)
    return total + grid**2 * channels * last + last * 1000
