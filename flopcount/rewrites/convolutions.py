"""Rewrites that put other convolutions in the place of each convolution that they apply to.

A layer keeps its path, and what is put before it goes under that path, so that names mean the same
in every rewrite.
"""

from collections.abc import Callable, Mapping, Sequence

from ..core import (
    Network,
    Node,
    Op,
    Port,
    computed_of,
    factors_of,
    is_convolution,
    is_transposed,
    separated,
    width_of,
    window_of,
    with_window,
)
from ..errors import FlopcountError, plural
from ..reading import MAX_LAYERS, along
from ..records import replace
from ..sizes import Padding, Window
from .tails import tails

_Made = Sequence[tuple[str, Op]]  # (what to add to the path, op): all but the last go before it


def _recast(
    network: Network, make: Callable[[Op, Window], _Made | str | None], what: str
) -> Network:
    """Put `make`'s layers in the place of each convolution for which it gives some.

    Where it gives a reason instead, the layer stays, and the heading says so. Those before the last
    carry what the convolution carries; where that follows it as layers of their own, copies of it.
    """
    made = {node.path: _made(node.op, make) for node in network.nodes}
    held = {  # parameters of layers that stay, which those of no other may differ from
        key
        for node in network.nodes
        if not isinstance(made[node.path], list)
        for key in node.weights.values()
    }
    behind = tails(network)
    taken = set(made)
    nodes: list[Node] = []
    changed = 0
    reasons: dict[str, int] = {}
    for node in network.nodes:
        found = made[node.path]
        if isinstance(found, list) and node.weights.get("W") in held:
            found = "another layer has its weights too"
        if not isinstance(found, list):
            nodes.append(node)
            if found:
                reasons[found] = reasons.get(found, 0) + 1
            continue
        changed += 1
        inputs = node.inputs
        for suffix, op in found[:-1]:
            follow = () if width_of(op) is None else behind.get(node.path, ())
            for layer in (replace(node, op=op), *follow):
                like = None if width_of(layer.op) is None else layer.like
                nodes.append(_added(layer, suffix, inputs, taken, like))
                inputs = (nodes[-1].path,)
        nodes.append(replace(node, op=found[-1][1], inputs=inputs))
        if len(nodes) > MAX_LAYERS:
            raise FlopcountError(f"{what}: more than {MAX_LAYERS} layers once it is rewritten")
    stay = left_as_built(reasons)
    if not changed:
        raise FlopcountError(f"the network has no convolution that it applies to ({what}){stay}")
    note = f"rewritten: {what}; {plural(changed, 'convolution')}{stay}"
    return replace(network, nodes=tuple(nodes), notes=(*network.notes, note))


def _made(op: Op, make: Callable[[Op, Window], _Made | str | None]) -> list[tuple[str, Op]] | str:
    """What goes in the place of a layer; else why it stays, or nothing if it is not meant."""
    window = window_of(op)
    if window is None or not is_convolution(op):
        return ""
    found = make(op, window)
    if found and computed_of(op):
        return "weights that are computed"
    return found if isinstance(found, str) else list(found) if found else ""


def _added(
    node: Node, suffix: str, inputs: Sequence[Port], taken: set[str], like: Port | None
) -> Node:
    """A layer that is put before another, under its path, with parameters of its own."""
    path, number = f"{node.path}/{suffix}", 1
    while path in taken:
        number += 1
        path = f"{node.path}/{suffix}.{number}"
    taken.add(path)
    weights = {capital: f"{key}/{suffix}" for capital, key in node.weights.items()}
    return replace(node, path=path, inputs=tuple(inputs), like=like, weights=weights)


def left_as_built(reasons: Mapping[str, int]) -> str:
    """How many layers a rewrite leaves, and why, as the end of a sentence."""
    return "".join(f"; {count} left as built ({why})" for why, count in reasons.items())


def factorize(network: Network, large: tuple[int, ...], small: tuple[int, ...]) -> Network:
    """Several `small` kernels for each `large` one: two 3×3 for a 5×5. One number is of each axis.

    The layers between have the width of the one they replace and carry what it carries; a stride
    goes to the last, so that each output sees the same pixels. 1512.00567, section 3.1. Dilated,
    depthwise and transposed convolutions stay as they are. Raises `FlopcountError` for kernels that
    do not stack up.
    """
    axes = max(len(large), len(small))
    large, small = along(large, axes), along(small, axes)
    times = {
        (k - 1) // (s - 1) if s > 1 and (k - 1) % (s - 1) == 0 else 0
        for k, s in zip(large, small, strict=False)
        if not k == s == 1
    }
    if len(large) != len(small) or len(times) != 1 or min(times) < 2:
        wanted, given = ("x".join(map(str, kernel)) for kernel in (large, small))
        raise FlopcountError(
            f"{given} kernels do not stack up to a {wanted} (two 3x3 reach as a 5x5 does)"
        )
    count = times.pop()

    def make(op: Op, window: Window) -> _Made | str | None:
        rank = len(window.kernel)
        if window.kernel != along(large, rank):
            return None
        padding = _split(window.padding, count)
        if why := _why_whole(op, window):
            return why
        if padding is None:
            return f"the padding cannot be shared out among {count}"
        first = Window(along(small, rank), padding=padding)
        last = replace(first, stride=window.stride)
        before = [(f"{i}", with_window(op, first)) for i in range(1, count)]
        return [*before, ("", with_window(op, last))]

    what = f"{'×'.join(map(str, large))} → {count} of {'×'.join(map(str, small))}"
    return _recast(network, make, what)


def _why_whole(op: Op, window: Window) -> str:
    """Why a convolution is not factorized; empty where it can be."""
    if is_transposed(op):
        return "transposed"
    if width_of(op) is None:
        return "depthwise"
    return "" if set(window.dilation) == {1} else "dilated"


def _split(padding: Padding, count: int) -> Padding | None:
    """Explicit padding shared out among `count` layers; None where it cannot be."""
    if isinstance(padding, str):
        return padding
    if any(side % count for side in padding):
        return None
    return tuple(side // count for side in padding)


def asymmetric(network: Network) -> Network:
    """1×n then n×1 for each n×n; a stride goes to each along its own axis.

    1512.00567, section 3.2. Otherwise as `factorize`.
    """
    return _recast(network, _asymmetric, "n×n → 1×n then n×1")


def _asymmetric(op: Op, window: Window) -> _Made | str | None:
    if len(window.kernel) != 2 or len(set(window.kernel)) > 1 or window.kernel[0] == 1:
        return None
    high, wide = window.kernel
    if why := _why_whole(op, window):
        return why
    rows, columns = window.padding if isinstance(window.padding, tuple) else (0, 0)
    exact = isinstance(window.padding, tuple)
    across = Window(
        (1, wide), (1, window.stride[1]), padding=(0, columns) if exact else window.padding
    )
    down = Window((high, 1), (window.stride[0], 1), padding=(rows, 0) if exact else window.padding)
    return [(f"1x{wide}", with_window(op, across)), ("", with_window(op, down))]


def separable(network: Network) -> Network:
    """Depthwise k×k then 1×1 for each ungrouped k×k: bias, norm and activation go to the 1×1.

    Transposed convolutions stay as they are.
    """

    def make(op: Op, window: Window) -> _Made | str | None:
        if set(window.kernel) == {1} or width_of(op) is None:
            return None
        if is_transposed(op):
            return "transposed"
        if factors_of(op)["groups"] != 1:
            return "grouped"
        parts = separated(op)
        if parts is None:
            return "weights of its own at each position"
        return [("depthwise", parts[0]), ("", parts[1])]

    return _recast(network, make, "k×k → depthwise k×k then 1×1")
