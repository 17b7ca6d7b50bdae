"""Recurrent layers in several layers, or in both directions: the single ones that these are."""

from ..reading import MAX_LAYERS, whole_number
from ..records import replace
from .trees import Arm, Bracket, Layer, Spec
from .vocabulary import canonical

_STACKED = ("layers=", "both")


def is_stacked(layer: Layer) -> bool:
    """Whether it stands for several layers, one behind the other or side by side."""
    return any(word.startswith(_STACKED) for word in layer.words)


def single_layers(layer: Layer) -> Spec:
    """A layer for each of its layers and directions; ``last`` holds for the last of them.

    >>> from .parser import parse
    >>> str(single_layers(parse("lstm 64 layers=2 both last").spec[0])[1])
    '[forward: lstm 64 last | backward: lstm 64 back last]'
    """
    kept = tuple([word for word in layer.words if not word.startswith(_STACKED)])
    found = [word.partition("=")[2] for word in layer.words if word.startswith("layers=")]
    layers = whole_number(found[0], "layers", MAX_LAYERS) if found else 1
    inner = replace(layer, words=tuple([word for word in kept if word != "last"]))
    one = [inner] * (layers - 1) + [replace(layer, words=kept)]
    if "both" not in layer.words:
        return tuple(one)
    return tuple([_both(single) for single in one])


def _both(layer: Layer) -> Bracket:
    back = replace(layer, words=canonical([*layer.words, "back"]))
    return Bracket("concat", (Arm("forward", (layer,)), Arm("backward", (back,))))
