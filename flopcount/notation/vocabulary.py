"""The vocabulary of the notation: each word for a layer, what it takes, the op that it makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from ..core.ops import (
    ACTIVATIONS,
    LRN,
    NORMS,
    Activation,
    AdaptivePool,
    Conv,
    Dense,
    Depthwise,
    Flatten,
    Norm,
    Op,
    PassThrough,
    Pool,
    Scale,
    Softmax,
    Tail,
)
from ..errors import FlopcountError, nearest, quote
from ..reading import MAX_KERNEL, MAX_SIZE, Pair, pair, pair_text, whole_number
from ..sizes.size import Size
from ..sizes.window import Window

# Words of one group exclude each other; a word on a layer overrides its group's default. A name
# that ends in "=" takes a value.
GROUPS = {
    "padding": ("same", "valid", "pad="),
    "rounding": ("ceil", "floor"),
    "bias": ("bias", "nobias"),
    "norm": ("norm", *(f"norm={kind}" for kind in NORMS if kind != "norm"), "nonorm"),
    "activation": (*ACTIVATIONS, "linear"),
    "role": ("reduce", "project"),
    "extent": ("global", "to="),
    "groups": ("groups=",),
    "dilation": ("dilation=",),
    "multiplier": ("multiplier=",),
    "size": ("size=",),
}
_GROUP_OF = {word: group for group, words in GROUPS.items() for word in words}
_ORDER = list(GROUPS)

Settings: TypeAlias = Mapping[str, Any]  # group → the value that holds


@lru_cache(maxsize=4096)
def read_word(word: str) -> tuple[str, Any, str]:
    """Read a word: its group, its value, and the word as it is written back.

    Raises `FlopcountError` for a word that does not exist or a value that does not fit.

    >>> read_word("pad=1x1")
    ('padding', (1, 1), 'pad=1')
    """
    key, equals, value = word.partition("=")
    group = _GROUP_OF.get(word) or _GROUP_OF.get(key + equals if equals else "")
    if not group:
        if word in OPS:
            raise FlopcountError(f"expected '>' before the layer {word!r}")
        raise FlopcountError(f"unknown word {quote(word)}{nearest(word, _GROUP_OF)}")
    if key in ("pad", "to", "dilation"):
        size = pair(value, key, MAX_KERNEL if key == "to" else MAX_SIZE, 0 if key == "pad" else 1)
        text = f"{size[0]}x{size[1]}" if key == "to" else pair_text(size)
        return group, size, f"{key}={text}"
    if key in ("groups", "multiplier", "size"):
        number = whole_number(value, key)
        return group, number, f"{key}={number}"
    if group == "norm":
        return group, None if word == "nonorm" else value or "norm", word
    if group == "activation":
        return group, None if word == "linear" else word, word
    values = {"bias": True, "nobias": False, "ceil": True, "floor": False, "global": (1, 1)}
    return group, values.get(word, word), word


def settings(words: tuple[str, ...] | list[str], kind: str) -> dict[str, Any]:
    """Read a layer's words, or a kind's defaults: group → value. At most one word of a group."""
    found: dict[str, Any] = {}
    for word in words:
        group, value, _ = read_word(word)
        if group not in OPS[kind].takes:
            raise FlopcountError(f"{kind} does not take {quote(word)}")
        if kind == "norm" and word == "nonorm":
            raise FlopcountError("norm does not take 'nonorm'")
        if group in found:
            raise FlopcountError(f"{quote(word)} is a second word for the {group} of one {kind}")
        found[group] = value
    return found


def canonical(words: list[str]) -> tuple[str, ...]:
    """Write words in the order of their groups."""
    read = [read_word(word) for word in words]
    return tuple(text for group, _, text in sorted(read, key=lambda word: _ORDER.index(word[0])))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a layer's word takes, its defaults where a table gives none, and what it makes.

    `make` gets the kernel, stride and width that were written and the settings that hold.
    """

    make: Callable[[Pair | None, Pair, Size, Settings], tuple[Op, ...]]
    kernel: bool = False
    width: bool = False
    takes: tuple[str, ...] = ()
    default: str = ""


def _window(kernel: Pair | None, stride: Pair, s: Settings) -> Window:
    if kernel is None:  # the parser has seen to it
        raise TypeError
    padding = s["padding"]
    return Window(kernel, stride, s.get("dilation", (1, 1)), padding, s.get("rounding", False))


def _tail(s: Settings) -> Tail:
    return Tail(s["bias"], s["norm"], s["activation"])


def _conv(kernel: Pair | None, stride: Pair, width: Size, s: Settings) -> tuple[Op, ...]:
    window = _window(kernel, stride, s)
    return (Conv(window, width, s.get("groups", 1), _tail(s), s.get("role")),)


def _depthwise(kernel: Pair | None, stride: Pair, _: Size, s: Settings) -> tuple[Op, ...]:
    return (Depthwise(_window(kernel, stride, s), s.get("multiplier", 1), _tail(s)),)


def _separable(kernel: Pair | None, stride: Pair, width: Size, s: Settings) -> tuple[Op, ...]:
    depthwise = Depthwise(_window(kernel, stride, s), s.get("multiplier", 1), Tail(bias=False))
    return (depthwise, Conv(Window((1, 1)), width, tail=_tail(s)))


def _pool(kind: str) -> Callable[[Pair | None, Pair, Size, Settings], tuple[Op, ...]]:
    def make(kernel: Pair | None, stride: Pair, _: Size, s: Settings) -> tuple[Op, ...]:
        if kernel is None:
            return (AdaptivePool(kind, s["extent"]),)
        window = _window(kernel, stride, s)
        if isinstance(window.padding, tuple) and any(
            pad >= k for pad, k in zip(window.padding, kernel, strict=True)
        ):
            raise FlopcountError(
                f"a {kind}pool padded by {pair_text(window.padding)} has windows without any "
                f"image in them; the padding must be smaller than the kernel"
            )
        return (Pool(kind, window),)

    return make


_TAIL = ("bias", "norm", "activation")
_POOL = ("padding", "rounding", "extent")
_CONV_DEFAULT = "same bias nonorm relu"

OPS: dict[str, Kind] = {
    "conv": Kind(
        _conv,
        kernel=True,
        width=True,
        takes=("padding", *_TAIL, "role", "groups", "dilation"),
        default=_CONV_DEFAULT,
    ),
    "depthwise": Kind(
        _depthwise,
        kernel=True,
        takes=("padding", *_TAIL, "dilation", "multiplier"),
        default=_CONV_DEFAULT,
    ),
    "separable": Kind(
        _separable,
        kernel=True,
        width=True,
        takes=("padding", *_TAIL, "dilation", "multiplier"),
        default=_CONV_DEFAULT,
    ),
    "dense": Kind(
        lambda _k, _s, width, s: (Dense(width, _tail(s)),),
        width=True,
        takes=_TAIL,
        default="bias nonorm linear",
    ),
    "maxpool": Kind(_pool("max"), kernel=True, takes=_POOL, default="same floor"),
    "avgpool": Kind(_pool("avg"), kernel=True, takes=_POOL, default="same floor"),
    "lrn": Kind(lambda _k, _s, _w, s: (LRN(s.get("size", 5)),), takes=("size",)),
    "norm": Kind(lambda _k, _s, _w, s: (Norm(s["norm"]),), takes=("norm",), default="norm"),
    "softmax": Kind(lambda *_: (Softmax(),)),
    "scale": Kind(lambda *_: (Scale(),)),
    "flatten": Kind(lambda *_: (Flatten(),)),
    "identity": Kind(lambda *_: (PassThrough("identity"),)),
    "dropout": Kind(lambda *_: (PassThrough("dropout"),)),
    **{name: Kind(lambda *_, name=name: (Activation(name),)) for name in ACTIVATIONS},
}
# Words with a meaning of their own, which no block, row or label may take.
RESERVED = frozenset({*OPS, *(word.rstrip("=") for word in _GROUP_OF), "in", "from", "branches"})


def builtin_defaults() -> dict[str, Settings]:
    """What each kind of layer carries where neither the layer nor the table says otherwise."""
    return {kind: settings(spec.default.split(), kind) for kind, spec in OPS.items()}


def describe(op: Op) -> str:
    """A layer in the notation's words, without what it carries.

    >>> describe(Conv(Window((5, 5), (2, 2)), 32))
    'conv 5x5/2 32'
    """
    parts = [op.word]
    window: Window | None = getattr(op, "window", None)
    if window:
        stride = "" if window.stride == (1, 1) else f"/{pair_text(window.stride)}"
        parts.append(f"{window.kernel[0]}x{window.kernel[1]}{stride}")
    if isinstance(op, AdaptivePool):
        parts.append("global" if op.to == (1, 1) else f"to={op.to[0]}x{op.to[1]}")
    if hasattr(op, "width"):
        parts.append(str(op.width))
    if window and window.dilation != (1, 1):
        parts.append(f"dilation={pair_text(window.dilation)}")
    counted = {name: getattr(op, name, 1) for name in ("groups", "multiplier")}
    parts += [f"{name}={count}" for name, count in counted.items() if count != 1]
    return " ".join(parts)
