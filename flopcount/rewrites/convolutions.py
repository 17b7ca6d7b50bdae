"""Rewrites that put other convolutions in the place of each convolution that they apply to.

Each is a graph → graph function of a value (``5x5:3x3``); a layer keeps its path, and what is
put before it goes under that path, so that names mean the same in every rewrite.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..core.graph import Network, Node
from ..core.ops import Conv, Dense, Depthwise, Tail
from ..errors import FlopcountError, plural, quote
from ..reading import MAX_KERNEL, Pair, pair
from ..sizes.size import Size, as_size, maximum, symbolic
from ..sizes.window import Window

_Made = Sequence[tuple[str, Any]]  # (what to add to the path, op): all but the last go before it


def _recast(network: Network, make: Callable[[Conv], _Made | str | None], what: str) -> Network:
    """Put `make`'s layers in the place of each convolution for which it gives some.

    Where it gives a reason instead, the layer stays, and the heading says so.
    """
    nodes: list[Node] = []
    changed = 0
    reasons: dict[str, int] = {}
    for node in network.nodes:
        made = make(node.op) if isinstance(node.op, Conv) else None
        if made is None or isinstance(made, str):
            nodes.append(node)
            if made:
                reasons[made] = reasons.get(made, 0) + 1
            continue
        changed += 1
        inputs = node.inputs
        for suffix, op in made[:-1]:
            path = f"{node.path}/{suffix}"
            like = node.like if hasattr(op, "width") else None
            nodes.append(replace(node, path=path, op=op, inputs=inputs, like=like))
            inputs = (path,)
        nodes.append(replace(node, op=made[-1][1], inputs=inputs))
    stay = "".join(f"; {count} left as built ({why})" for why, count in reasons.items())
    if not changed:
        raise FlopcountError(f"the network has no convolution that it applies to ({what}){stay}")
    note = f"rewritten: {what}; {plural(changed, 'convolution')}{stay}"
    return replace(network, nodes=tuple(nodes), notes=(*network.notes, note))


def factorize(network: Network, value: str | None) -> Network:
    """``5x5:3x3``: two 3×3 for a 5×5, or ``nxn``: 1×n then n×1 for each n×n.

    The layers between have the width of the one they replace and carry what it carries; a stride
    goes to the last (``nxn``: to each along its own axis), so that each output sees the same
    pixels. 1512.00567, sections 3.1 and 3.2. Dilated convolutions stay as they are.
    """
    if value == "nxn":
        return _recast(network, _asymmetric, "n×n → 1×n then n×1")
    kernels = re.fullmatch(r"([0-9]+x[0-9]+):([0-9]+x[0-9]+)", value or "")
    if not kernels:
        raise FlopcountError(f"{_read(value)}expected factorize=5x5:3x3 or factorize=nxn")
    large, small = (pair(text, "kernel", MAX_KERNEL) for text in kernels.groups())
    times = {
        (k - 1) // (s - 1) if s > 1 and (k - 1) % (s - 1) == 0 else 1 if k == s == 1 else 0
        for k, s in zip(large, small, strict=True)
        if not k == s == 1
    }
    if len(times) != 1 or min(times) < 2:
        raise FlopcountError(
            f"{kernels[2]} kernels do not stack up to a {kernels[1]} (two 3x3 reach as a 5x5 does)"
        )
    count = times.pop()

    def make(op: Conv) -> _Made | str | None:
        window = op.window
        if window.kernel != large:
            return None
        padding = _split(window.padding, count)
        if window.dilation != (1, 1):
            return "dilated"
        if padding is None:
            return f"the padding cannot be shared out among {count}"
        first = Window(small, (1, 1), padding=padding)
        last = replace(first, stride=window.stride)
        before = [(f"{i}", replace(op, window=first)) for i in range(1, count)]
        return [*before, ("", replace(op, window=last))]

    text = f"{kernels[1]} → {count} of {kernels[2]}".replace("x", "×")
    return _recast(network, make, text)


def _read(value: str | None) -> str:
    return "" if value is None else f"read {quote(value)}, "


def _split(padding: str | Pair, count: int) -> str | Pair | None:
    """Explicit padding shared out among `count` layers; None where it cannot be."""
    if isinstance(padding, str):
        return padding
    if any(side % count for side in padding):
        return None
    return padding[0] // count, padding[1] // count


def _asymmetric(op: Conv) -> _Made | str | None:
    (high, wide), window = op.window.kernel, op.window
    if high != wide or high == 1:
        return None
    if window.dilation != (1, 1):
        return "dilated"
    rows, columns = window.padding if isinstance(window.padding, tuple) else (0, 0)
    exact = isinstance(window.padding, tuple)
    across = Window(
        (1, wide), (1, window.stride[1]), padding=(0, columns) if exact else window.padding
    )
    down = Window((high, 1), (window.stride[0], 1), padding=(rows, 0) if exact else window.padding)
    return [(f"1x{wide}", replace(op, window=across)), ("", replace(op, window=down))]


def separable(network: Network, value: str | None) -> Network:
    """Depthwise k×k then 1×1 for each ungrouped k×k: bias, norm and activation go to the 1×1."""
    if value is not None:
        raise FlopcountError(f"read {quote(value)}; separable takes no value")

    def make(op: Conv) -> _Made | str | None:
        if op.window.kernel == (1, 1):
            return None
        if op.groups != 1:
            return "grouped"
        spread = Depthwise(op.window, tail=Tail(bias=False))
        return [("depthwise", spread), ("", replace(op, window=Window((1, 1))))]

    return _recast(network, make, "k×k → depthwise k×k then 1×1")


def scaled_width(width: Size, p: Size, q: int) -> Size:
    """A width times p/q, rounded half up, and at least 1: ⌊(2·w·p + q) / 2q⌋.

    >>> [scaled_width(width, 1, 2) for width in (96, 5, 1)]
    [48, 3, 1]
    """
    rounded = (2 * width * p + q) // (2 * q)
    half = type(p) is int and 2 * p >= q  # half of 1 is rounded up to 1
    return rounded if half else maximum(rounded, 1)


def scale_widths(network: Network, value: str | None) -> Network:
    """``width=0.5``: every width times the factor, but those of the results (the classes).

    Widths are rounded half up, and are at least 1 (the width multiplier α of 1704.04861).
    """
    from fractions import Fraction

    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}", value or ""):
        raise FlopcountError(f"{_read(value)}expected a factor such as width=0.5")
    factor = Fraction(value or 0)
    if not 0 < factor <= 1000:
        raise FlopcountError(f"{_read(value)}expected a factor above 0 and at most 1000")
    scaled = with_scaled_widths(network, factor.numerator, factor.denominator)
    note = f"rewritten: widths × {value}, rounded half up, but those of the result"
    return replace(scaled, notes=(*network.notes, note))


def with_scaled_widths(network: Network, p: Size, q: int) -> Network:
    """Every width times p/q but those of the results. Raises `FlopcountError` if there is none."""
    results, walk = _results(network), symbolic.get()
    nodes = []
    changed = 0
    for node in network.nodes:
        op = node.op
        if isinstance(op, Conv | Dense) and node.like is None and node.path not in results:
            changed += 1
            width = scaled_width(op.width, p, q)
            if walk is None or not getattr(width, "free_symbols", None):
                width = as_size(width, f"{node.path}: width")
            else:  # sympy does not see that it is positive
                width = walk.size(width)
            nodes.append(replace(node, op=replace(op, width=width)))
        else:
            nodes.append(node)
    if not changed:
        raise FlopcountError("the network has no width to scale but that of its result")
    return replace(network, nodes=tuple(nodes))


def _results(network: Network) -> set[str]:
    """The layers with weights after which no other comes: their widths are the classes."""
    followed: set[str] = set()
    last: dict[str, set[str]] = {}  # path → the layers with weights that it comes from
    for node in network.nodes:
        sources = set().union(*(last.get(path, set()) for path in node.inputs))
        if isinstance(node.op, Conv | Depthwise | Dense):
            followed |= sources
            sources = {node.path}
        last[node.path] = sources
    return {node.path for node in network.nodes if isinstance(node.op, Conv | Dense)} - followed
