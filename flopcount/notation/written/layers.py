"""An op of the notation → the layer that is written for it, each of its words said."""

from collections.abc import Iterator

from ...core import Op, extent_of, text_of, width_of, window_of
from ...core.ops.traits import setting_of, tail_of
from ...core.ops.words import OPS
from ...errors import FlopcountError
from ...reading import axes_text
from ...sizes import Window
from ..parser import parse
from ..trees import Layer
from ..vocabulary import canonical

_NUMBERS = {"groups": 1, "multiplier": 1, "size": 5}  # settings of one number, and the usual one


def written_layer(op: Op) -> Layer:
    """The layer that is this op.

    Padding that is equal on both sides and keeps a grid's size at stride 1 is ``same``, as PyTorch
    has it; of a 1×1 without padding it is the same for all. Raises `FlopcountError` for an op that
    no word of the notation stands for.
    """
    word, text, window = op.word, text_of(op), window_of(op)
    if word not in OPS:
        raise FlopcountError(f"the notation has no word for {word}")
    if text:
        (layer,) = parse(text, sized=False).spec
        if not isinstance(layer, Layer):
            raise FlopcountError(f"the notation has no layer for {text}")
    elif window:
        layer = Layer(word, window.kernel, window.stride, width_of(op))
    else:
        layer = Layer(word, width=width_of(op))
    words = [*layer.words, *_words(op)] if not text else [*layer.words, *_biases(op)]
    axes = len(layer.kernel or ())
    return Layer(layer.op, layer.kernel, layer.stride, layer.width, canonical(words, axes))


def _words(op: Op) -> Iterator[str]:
    takes = OPS[op.word].takes
    window, extent, tail = window_of(op), extent_of(op), tail_of(op)
    if window and "padding" in takes:
        yield _padding(window)
        if "rounding" in takes:
            yield "ceil" if window.ceil else "floor"
        if set(window.dilation) != {1}:
            yield f"dilation={axes_text(window.dilation)}"
    if extent:
        yield "global" if set(extent) == {1} else f"to={axes_text(extent)}"
    if tail:
        yield "bias" if tail.bias else "nobias"
        norms = {None: "nonorm", "norm": "norm"}
        yield norms.get(tail.norm) or f"norm={tail.norm}"
        yield tail.activation or "linear"
    for group, usual in _NUMBERS.items():
        number = setting_of(op, group)
        if group in takes and number is not None and number != usual:
            yield f"{group}={number}"
    if any(outpad := setting_of(op, "outpad") or ()):
        yield f"outpad={axes_text(outpad)}"
    if role := setting_of(op, "role"):
        yield role


def _biases(op: Op) -> Iterator[str]:
    """Of attention and recurrences, which biases they have."""
    bias = setting_of(op, "bias")
    if "bias" in OPS[op.word].takes and bias is not None:
        yield {True: "bias", False: "nobias"}.get(bias, f"bias={bias}") if bias != 1 else "bias"


def _padding(window: Window) -> str:
    """Raises `FlopcountError` for a padding that is not equal on both sides."""
    if window.after and window.after != window.padding:
        raise FlopcountError(
            f"a padding of {window.padding} before and {window.after} behind has no word"
        )
    if isinstance(window.padding, str):
        if window.padding not in ("same", "valid"):
            raise FlopcountError(f"the padding {window.padding!r} has no word")
        return window.padding
    if any(window.padding):
        return f"pad={axes_text(window.padding)}"
    return "valid"


def is_alike(window: Window) -> bool:
    """Whether its padding is the ``same`` of PyTorch: so much on both sides."""
    pairs = zip(window.kernel, window.dilation, strict=True)
    beyond = [(k - 1) * d for k, d in pairs]
    return not any(n % 2 for n in beyond) and window.padding == tuple(n // 2 for n in beyond)
