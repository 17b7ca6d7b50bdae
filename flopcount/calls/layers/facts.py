"""The sizes of a layer's operation that rules may ask for, by its kind: from nests and shapes."""

from collections.abc import Callable, Mapping, Sequence
from math import prod

from ...core import Nest, factors_of, is_transposed, window_of
from ...core.ops.traits import setting_of
from ...sizes import Window
from .read import Product, Read, whole

Facts = Mapping[str, int]
_OF: dict[str, Callable[[Read], dict[str, int]]] = {}


def facts_of(kind: str, read: Read) -> dict[str, int]:
    """The facts of a layer's own operation: those of every call, and those of its kind."""
    own = _OF.get(kind)
    facts = read.common() | {"params": read.held("WEBGSA", read.main)}
    if own:
        return facts | own(read)
    macs = whole(read.row.known("multiplies")) * read.batch
    inside = whole(read.row.known("multiplies_unpadded")) * read.batch
    return facts | ({"macs": macs, "inside": inside} if macs else {})


def _rule(*kinds: str) -> Callable[..., Callable[[Read], dict[str, int]]]:
    def put(of: Callable[[Read], dict[str, int]]) -> Callable[[Read], dict[str, int]]:
        _OF.update(dict.fromkeys(kinds, of))
        return of

    return put


@_rule("convolution", "transposed convolution", "deformable convolution")
def _convolution(read: Read) -> dict[str, int]:
    window = window_of(read.op)
    nest = next(nest for nest in read.nests if nest.contracts)
    product, biased = read.product(nest), read.has_bias("y")
    kernel = window.kernel if window else ()
    grid_in, grid_out = (shape[-len(kernel) :] for shape in (read.inputs[0], read.output))
    channels = len(read.output) - len(kernel) - 1
    facts = {
        "macs": product.macs,
        "inside": product.inside,
        "bias": prod(read.output) if biased else 0,
        "biased": int(biased),
        "params": read.held("WB"),
        "channels_in": read.inputs[0][channels],
        "channels_out": read.output[channels],
        "kernel": prod(kernel),
        "axes": len(kernel),
        "groups": max(whole(nest.sizes.get("g", 1)), factors_of(read.op)["groups"]),
        "stride": prod(window.stride) if window else 1,
        "positions": prod(grid_out),
        "positions_in": prod(grid_in),
        "dilated": int(any(spread > 1 for spread in (window.dilation if window else ()))),
    }
    if window and is_transposed(read.op):
        return facts | {"shrunk": _shrunk(window, grid_in), "folded": 0}
    return facts | {"shrunk": facts["positions"]}  # no padding of a layer's is a word


def _shrunk(window: Window, grid: tuple[int, ...]) -> int:
    """How many positions a convolution of its window would put out, on the grid that comes in."""
    sides = zip(grid, window.kernel, window.stride, window.dilation, strict=True)
    pads = window.padding if isinstance(window.padding, tuple) else None
    same = window.padding == "same"
    total = 1
    for axis, (n, k, s, d) in enumerate(sides):
        span = d * (k - 1) + 1
        pad = pads[axis] if pads else (max(span - s, 0) // 2 if same else 0)
        total *= max((n + 2 * pad - span) // s + 1, 0)
    return total


@_rule("dense")
def _dense(read: Read) -> dict[str, int]:
    nest = next(nest for nest in read.nests if nest.contracts)
    return dense_facts(read.product(nest), biased=read.has_bias(nest.form.result.name)) | {
        "params": read.held("WEB")
    }


def dense_facts(product: Product, *, biased: bool) -> dict[str, int]:
    """Those of a dense layer's product alone."""
    return {
        "macs": product.macs,
        "inside": product.inside,
        "bias": product.put if biased else 0,
        "biased": int(biased),
        "rows": product.rows,
        "channels_in": product.channels_in,
        "channels_out": product.channels_out,
    }


@_rule("matrix product")
def _matrix_product(read: Read) -> dict[str, int]:
    product = read.products()[0]
    biased = read.has_bias("y")
    return dense_facts(product, biased=biased) | {"last": product.channels_in}


@_rule("einsum")
def _einsum(read: Read) -> dict[str, int]:
    nest = read.nests[0]
    loops = whole(nest.lines()) * read.batch
    macs = read.product(nest).macs if nest.contracts else 0
    factors = max(len(nest.form.reads) - 1, 1) + bool(nest.form.reduction)
    return {
        "macs": macs,
        "inside": macs,
        "einsum_flops": loops * factors,
        "einsum_loops": loops,
        "einsum_matrices": 0,
        "einsum_pair": loops if len(nest.form.reads) == 2 else 0,
    }


@_rule("batch norm", "layer norm", "group norm", "instance norm", "RMS norm", "normalization")
def _norm(read: Read) -> dict[str, int]:
    return norm_facts(read, read.main)


def norm_facts(read: Read, nests: Sequence[Nest]) -> dict[str, int]:
    """Those of a norm, which may ride on a layer."""
    params = read.held("GS", nests)
    channels = read.output[1] if len(read.output) > 1 else read.output[-1]
    # a reader may have left the channels behind the grid: one of each is held for each of them
    channels = read.held("M", nests) or read.held("G", nests) or read.held("S", nests) or channels
    squares = [nest for nest in nests if nest.form.result.name == "v" and nest.form.reduction]
    features = channels
    if squares:
        means = squares[0].elements(squares[0].form.result)
        features = whole(squares[0].lines()) // max(whole(means), 1)
    groups = next((nest.sizes["g"] for nest in nests if "g" in nest.sizes), 1)
    by_channel = bool(squares) and squares[0].form.result.axes[-1:] == ("k",)
    return {
        "affine": int(params > 0),
        "biased": int(read.held("S", nests) > 0),
        "params": params,
        "features": features,
        "channels_in": channels,
        "groups": channels if by_channel else whole(groups),
    }


@_rule("max pool", "average pool", "adaptive max pool", "adaptive average pool")
def _pool(read: Read) -> dict[str, int]:
    window = window_of(read.op)
    nest = next(nest for nest in read.nests if nest.form.reduction)
    outputs = whole(nest.elements(nest.form.result)) * read.batch
    facts = {"windows": whole(nest.lines(inside=True)) * read.batch, "axes": read.axes}
    facts |= _channels(read)
    if "t" not in nest.sizes:  # a mean over the whole grid, which has no window
        grid = facts["windows"] // max(outputs, 1)
        return (
            facts | {"positions": 1, "positions_in": grid} | _adaptive([(grid, 1)], facts, outputs)
        )
    grids = [shape[2:] for shape in (read.inputs[0], read.output)]
    positions_in, positions = map(prod, grids)
    facts |= {"positions": positions, "positions_in": positions_in}
    if window is None:
        return facts | _adaptive(list(zip(*grids, strict=True)), facts, outputs)
    kernel = prod(window.kernel)
    given = window.kernel[0] if len(set(window.kernel)) == 1 else kernel
    averaged = prod(map(_averaged, nest.meets["o:t"])) * (outputs // max(positions, 1))
    own = {"kernel": kernel, "kernel_given": given, "averaged": averaged}
    return facts | own | {"stride": prod(window.stride)}


def _channels(read: Read) -> dict[str, int]:
    """The channels of what works on each alone."""
    channels = read.output[1] if len(read.output) > 1 else 1
    return {"channels_in": channels, "channels_out": channels}


def _averaged(slide: object) -> int:
    """The numbers in all windows along an axis, padding among them but for what no side has."""
    n, outputs, taps, stride, _, before = (whole(size) for size in slide)  # type: ignore[attr-defined]
    after = max((outputs - 1) * stride + taps - n - before, 0)
    ends = n + max(before, min(after, before))
    starts = [number * stride - before for number in range(outputs)]
    return sum(min(start + taps, ends) - start for start in starts)


def _adaptive(sides: Sequence[tuple[int, int]], facts: Facts, outputs: int) -> dict[str, int]:
    """How cells divide a grid: of each axis what comes in, and what goes out."""
    quotient = 1.0
    for n, m in sides:
        quotient *= n / m
    return {
        "averaged": facts["windows"],
        "floors": prod(n // m for n, m in sides),
        "ratio": prod(n // m if n % m == 0 else n % m + 1 for n, m in sides),
        "floored": int((quotient + 1) * outputs),
    }


@_rule("upsampling")
def _upsampling(read: Read) -> dict[str, int]:
    taps = next((max(_all(n.sizes["t"])) for n in read.nests if "t" in n.sizes), 1)
    axes = max(len(read.output) - 2, 1)
    grids = [shape[-axes:] for shape in (read.inputs[0], read.output)]
    pairs = list(zip(*grids, strict=True))
    by_size = bool(setting_of(read.op, "to")) and not setting_of(read.op, "factor")
    said = by_size and read.is_sample
    scaled = not said and all(m % n == 0 for n, m in pairs)
    scale = prod(m // n for n, m in pairs) if scaled else 0
    size = 0 if scaled else prod(grids[1])
    one = len(set(grids[1])) == 1
    return _channels(read) | {
        "nearest": int(taps == 1),
        "linear": int(taps in (2, 3)),
        "cubic": int(taps > 3),
        "scale": scale,
        **dict.fromkeys(("scaled", "scaled_whole"), read.common()["in"] * scale),
        "size": size,
        "size_given": (grids[1][0] if one else size) if size else 0,
        "axes": axes,
        "positions": prod(grids[1]),
        "positions_in": prod(grids[0]),
    }


def _all(size: object) -> tuple[int, ...]:
    return tuple(map(whole, size)) if isinstance(size, tuple) else (whole(size),)


@_rule("softmax", "log softmax")
def _softmax(read: Read) -> dict[str, int]:
    largest = next(nest for nest in read.nests if nest.form.reduction == "max")
    rows = whole(largest.elements(largest.form.result)) * read.batch
    return {"rows": rows, "length": prod(read.output) // max(rows, 1)}


@_rule("embedding")
def _embedding(read: Read) -> dict[str, int]:
    width = read.output[-1]
    return {"table": read.held("E"), "embed": width, "rows": prod(read.output) // max(width, 1)}


@_rule("repeat")
def _repeat(read: Read) -> dict[str, int]:
    """It is told how often along each axis."""
    return {"axes": len(read.output)}


@_rule("GELU")
def _gelu(read: Read) -> dict[str, int]:
    """Of a table's it is torch's default, the exact one; a model's says which it is."""
    exact = read.is_sample or any("erf" in nest.text for nest in read.nests)
    return {"tanh": int(not exact)}


@_rule("LSTM", "GRU", "RNN", "ConvLSTM")
def _recurrent(read: Read) -> dict[str, int]:
    params = read.held("WBA")
    serial = next(nest for nest in read.nests if nest.serial)
    directions = setting_of(read.op, "back")
    many = len(directions) if isinstance(directions, tuple) else 1
    macs = sum(product.macs for product in read.products())
    steps = whole(serial.sizes[serial.serial])
    samples = read.batch if read.is_sample else whole(serial.sizes.get("b", 1))
    states = (2 if read.op.word == "lstm" else 1) * samples * many
    hidden = whole(setting_of(read.op, "width"))
    return {
        "macs": macs,
        "outs": prod(read.output) + states * hidden,
        "bias": steps * samples * read.held("B"),
        "rows": steps * samples,
        "samples": samples,
        "channels_out": read.output[-1],
        "inside": sum(product.inside for product in read.products()),
        "biased": int(read.held("B") > 0),
        "params": params,
        "forward_params": params // many,
        "unprojected": params,
        "steps": steps,
        "layers": 1,
        "directions": many,
        "hidden": hidden,
        "channels_in": read.inputs[0][-1],
    }
