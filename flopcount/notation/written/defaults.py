"""What most layers of a kind carry: said once, above the rows, and left out of the layers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ...core import is_transposed, window_of
from ...core.ops.words import OPS
from ...records import replace
from ..trees import Layer
from ..vocabulary import builtin_defaults, read_word
from .chains import Step
from .layers import is_alike

_CARRIED = ("padding", "rounding", "bias", "norm", "activation")  # groups, as people write them
_LIKE_CONV = {"conv": "conv", "depthwise": "conv", "separable": "conv"}


class Defaults(NamedTuple):
    """Whose words a table's are, and the words that each kind of layer carries, by its op."""

    framework: str
    words: Mapping[str, tuple[str, ...]]


def framework_of(steps: Iterable[Step]) -> str:
    """Whose ``same`` the windows have: torch's, unless some are padded as TensorFlow does."""
    windows = [window for step in steps if (window := window_of(step.node.op))]
    large = [window for window in windows if set(window.kernel) != {1}]
    as_keras = sum(window.padding == "same" for window in large)
    alike = sum(is_alike(window) for window in large)
    return "torch" if alike > as_keras else "keras"


def worded(step: Step, framework: str) -> Layer:
    """The layer with a framework's words: its ``same``, which a 1×1 without padding has too."""
    window, layer = window_of(step.node.op), step.layer
    takes = OPS[layer.op].takes
    if window is None or "padding" not in takes or is_transposed(step.node.op):
        return layer
    alike = is_alike(window)
    same = alike and (framework == "torch" or set(window.kernel) == {1})
    if not same or "rounding" in takes:
        return layer
    words = tuple(["same" if read_word(w)[0] == "padding" else w for w in layer.words])
    return replace(layer, words=words)


def defaults_of(layers: Iterable[Layer], framework: str) -> Defaults:
    """The words that most layers of each kind carry, where they are not those built in."""
    found: dict[str, Counter[tuple[str, ...]]] = {}
    for layer in layers:
        kind = _LIKE_CONV.get(layer.op, layer.op)
        if "activation" in OPS[kind].takes or "rounding" in OPS[kind].takes:
            found.setdefault(kind, Counter())[_carried(layer)] += 1
    built = builtin_defaults(framework)
    words: dict[str, tuple[str, ...]] = {}
    for kind, counted in found.items():
        usual, times = _usual(counted)
        if times > 1 and _differs(usual, built[kind]):
            words[kind] = usual
    return Defaults(framework, words)


def _carried(layer: Layer) -> tuple[str, ...]:
    by_group = {read_word(word)[0]: word for word in layer.words}
    return tuple([by_group[group] for group in _CARRIED if group in by_group])


def _usual(counted: Counter[tuple[str, ...]]) -> tuple[tuple[str, ...], int]:
    """The most usual word of each group, and how many layers have all of them."""
    groups: dict[str, Counter[str]] = {}
    for words, times in counted.items():
        for word in words:
            groups.setdefault(read_word(word)[0], Counter())[word] += times
    usual = [groups[g].most_common(1)[0][0] for g in _CARRIED if g in groups]
    usual = [word for word in usual if not word.startswith("pad=")]
    return tuple(usual), sum(counted.values())


def _differs(words: Sequence[str], built: Mapping[str, object]) -> bool:
    """Whether one of the words is not what is built in."""
    read = (read_word(word)[:2] for word in words)
    return any(built.get(group) != value for group, value in read)


def without(layer: Layer, defaults: Defaults) -> Layer:
    """The layer without the words that its kind carries anyway."""
    kind = _LIKE_CONV.get(layer.op, layer.op)
    carried = dict(builtin_defaults(defaults.framework)[layer.op])
    for word in defaults.words.get(kind, ()):
        group, value, _ = read_word(word)
        carried[group] = value
    words = [w for w in layer.words if not _is_carried(w, carried)]
    return replace(layer, words=tuple(words))


def _is_carried(word: str, carried: Mapping[str, object]) -> bool:
    group, value, _ = read_word(word)
    return group in carried and carried[group] == value
