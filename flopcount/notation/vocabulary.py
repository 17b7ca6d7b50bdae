"""The vocabulary of the notation: the words that may follow a layer, in groups."""

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeAlias

from ..core.ops.elementwise import ACTIVATIONS
from ..core.ops.norm import check_kind
from ..core.ops.words import OPS
from ..errors import FlopcountError, quote
from ..reading import MAX_LAYERS, MAX_SIZE, axes_text, per_axis, whole_number
from .unknown import is_name_of, own_word, unknown_layer, unknown_word

# Words of one group exclude each other; a word on a layer overrides its group's default. A name
# that ends in "=" takes a value.
GROUPS = {
    "tied": ("tied=",),  # first, where a width stands else
    "multiple": ("multiple=",),
    "padding": ("same", "valid", "pad="),
    "rounding": ("ceil", "floor"),
    "bias": ("bias", "nobias", "bias="),
    "norm": ("norm", "norm=", "nonorm"),
    "activation": (*ACTIVATIONS, "linear"),
    "role": ("reduce", "project"),
    "extent": ("global", "to="),
    "groups": ("groups=",),
    "dilation": ("dilation=",),
    "multiplier": ("multiplier=",),
    "size": ("size=",),
    "outpad": ("outpad=",),
    "interpolation": ("nearest", "bilinear"),
    "before": ("before=",),
    "after": ("after=",),
    "kv": ("kv=",),
    "headdim": ("headdim=",),
    "causal": ("causal",),
    "window": ("window=",),
    "shift": ("shift=",),
    "relative": ("relative", "relative="),
    "rotary": ("rotary",),
    "qknorm": ("qknorm",),
    "dot": ("dot",),
    "layers": ("layers=",),
    "direction": ("both", "back"),
    "which": ("first", "last"),
    "projection": ("projection=",),
    "class": ("class", "class="),
    "top": ("top=",),
}
_PER_AXIS = {"pad": 0, "to": 1, "dilation": 1, "outpad": 0, "before": 0, "after": 0}  # the least
_PER_AXIS |= {"window": 1, "shift": 0}
_MOST = {"bias": 2, "layers": MAX_LAYERS}  # how large a number may be
_YES_OR_NO = ("true", "false", "yes", "no", "on", "off", "none")
_RARE = ("bias=",)  # words that not every layer takes that takes others of their group
_PROJECTIONS = "qkvo"
_GROUP_OF = {word: group for group, words in GROUPS.items() for word in words}
_ORDER = list(GROUPS)
_CALLED = {"which": "place", "causal": "mask", "headdim": "heads", "class": "class tokens"}
_COLUMN = re.compile(r"\{[^{}]*\}")
_WITH_COLUMNS = re.compile(r"(?:[0-9]+|\{[^{}]*\})(?:x(?:[0-9]+|\{[^{}]*\})){0,2}")
WORDS = (*_GROUP_OF, "in")

Settings: TypeAlias = Mapping[str, Any]  # group → the value that holds


@lru_cache(maxsize=4096)
def read_word(word: str) -> tuple[str, Any, str]:
    """Read a word: its group, its value, and the word as it is written back.

    Where a column of the row stands in its value, that is not known yet, and None. Raises
    `FlopcountError` for a word that does not exist or a value that does not fit.

    >>> read_word("pad=1x1"), read_word("groups={g}")
    (('padding', (1, 1), 'pad=1x1'), ('groups', None, 'groups={g}'))
    """
    key, equals, value = word.partition("=")
    group = _GROUP_OF.get(word) or _GROUP_OF.get(key + equals if equals else "")
    if not group or _is_said_alone(key, value):
        if word in OPS:
            raise FlopcountError(f"expected '>' before the layer {word!r}")
        raise FlopcountError(unknown_word(word))
    if "{" in value:
        if group == "norm":
            check_kind(_COLUMN.sub("1", value))
        elif not _WITH_COLUMNS.fullmatch(value):
            raise FlopcountError(f"{key} is {quote(value)}, not of the form 2, {{k}} or {{k}}x1")
        return group, None, word
    if equals and key != "norm":
        return group, *_valued(key, value)
    values: dict[str, Any] = {"nonorm": None, "linear": None, "bias": True, "nobias": False}
    values |= {"ceil": True, "floor": False, "global": (1,), "class": 1, "relative": 0}
    return group, _norm(value) if equals else values.get(word, word), word


def _is_said_alone(key: str, value: str) -> bool:
    """Whether it is ``bias=True``, which is ``bias``."""
    return key in _GROUP_OF and key != "norm" and value.casefold() in _YES_OR_NO


def _valued(key: str, value: str) -> tuple[Any, str]:
    """What stands behind a word's equals sign, and the word as it is written back."""
    if key in _PER_AXIS:
        size = per_axis(value, key, MAX_SIZE, _PER_AXIS[key])
        return size, f"{key}={'x'.join(map(str, size))}"
    if key == "tied":
        if not value:
            raise FlopcountError("tied wants the name of an embedding: tied=embed")
        return value, f"{key}={value}"
    if key == "bias" and value.isalpha():
        return _projections(value)
    number = whole_number(value, key, _MOST.get(key, MAX_SIZE))
    return number, f"{key}={number}"


def _projections(letters: str) -> tuple[str, str]:
    """Which of attention's projections have a bias: of queries, keys, values and the output."""
    if not set(letters) <= set(_PROJECTIONS) or len(set(letters)) < len(letters):
        raise FlopcountError(
            f"bias is {quote(letters)}, not letters of {_PROJECTIONS}: the projections of queries, "
            "keys, values and the output that have one, as in bias=qkv"
        )
    ordered = "".join([letter for letter in _PROJECTIONS if letter in letters])
    return ordered, f"bias={ordered}"


def _norm(kind: str) -> str:
    try:
        return check_kind(kind)
    except FlopcountError as error:
        meant = own_word(f"batchnorm={kind}")  # norm=bn, say, or norm=none
        is_norm = meant.startswith(("norm", "nonorm"))
        hint = f"; in this notation it is {meant!r}" if is_norm else ""
        raise FlopcountError(f"{error}{hint}") from None


def is_word(word: str) -> bool:
    """Whether it is a word that some layer takes, its value included."""
    key, equals, value = word.partition("=")
    if word not in _GROUP_OF and (not equals or key + equals not in _GROUP_OF):
        return False
    if _is_said_alone(key, value):
        return False
    with suppress(FlopcountError):
        return bool(read_word(word))
    return False


def settings(words: tuple[str, ...] | list[str], kind: str) -> dict[str, Any]:
    """Read a layer's words, or a kind's defaults: group → value. At most one word of a group."""
    found: dict[str, Any] = {}
    for word in words:
        if not is_word(word):
            check_meant(kind, word)
        group, value, _ = read_word(word)
        key, equals, _ = word.partition("=")
        own = {key + equals} if key + equals in _RARE else {group, key + "=", word}
        width = {"multiple"} if OPS[kind].width else set()
        if own.isdisjoint({*OPS[kind].takes, *width}):
            raise FlopcountError(f"{kind} does not take {quote(word)}")
        if kind == "norm" and word == "nonorm":
            raise FlopcountError("norm does not take 'nonorm'")
        lettered = kind == "attention"
        if key + equals == "bias=" and value and isinstance(value, str) is not lettered:
            wanted = "letters, as in bias=qkv" if lettered else "a number, bias=1 or bias=2"
            raise FlopcountError(f"behind bias= {kind} takes {wanted}, not {quote(word)}")
        if group in found:
            what = _CALLED.get(group, group)
            raise FlopcountError(f"{quote(word)} is a second word for the {what} of one {kind}")
        found[group] = value
    return found


def check_meant(kind: str, word: str) -> None:
    """Raise `FlopcountError` where a word is of a longer name, or means one that is not taken.

    >>> check_meant("gru", "proj_size=4")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: unknown word 'proj_size=4', which gru does not take; in this \
notation it is 'projection=4'
    """
    meant = own_word(word)
    if word.isalpha() and not meant and is_name_of(kind, f"{kind} {word}"):
        raise FlopcountError(unknown_layer(f"{kind} {word}"))
    if meant and not word.startswith("norm=") and not takes(kind, meant):
        raise FlopcountError(unknown_word(word, f", which {kind} does not take"))


def takes(op: str, word: str) -> bool:
    """Whether it is a word, and one that such a layer takes."""
    with suppress(FlopcountError):
        return is_word(word) and bool(settings([word], op))
    return False


def canonical(words: list[str], axes: int = 0) -> tuple[str, ...]:
    """Write words in the order of their groups.

    Of equal numbers one is written where they are as many as the `axes` of the layer's kernel;
    others have to say for themselves how many axes there are.

    >>> canonical(["nobias", "pad=1x1"], 2), canonical(["pad=1x1"], 3)
    (('pad=1', 'nobias'), ('pad=1x1',))
    """
    written = []
    for _, value, text in sorted(map(read_word, words), key=lambda word: _ORDER.index(word[0])):
        brief = isinstance(value, tuple) and len(value) == axes
        written.append(f"{text.partition('=')[0]}={axes_text(value)}" if brief else text)
    return tuple(written)


# Words with a meaning of their own, which no block, row or label may take.
_OF_SPECS = ("in", "from", "branches", "split", "shared", "experts")
# Words that are common names too, and that nothing mistakes for one where they stand.
_NAMES_TOO = {"multiple", "direction", "which", "class", "top", "tied", "window", "shift", "layers"}
_NAMES_TOO |= {"kv", "headdim", "causal", "relative", "rotary", "dot", "projection"}
_OF_LAYERS = (word.rstrip("=") for word, group in _GROUP_OF.items() if group not in _NAMES_TOO)
RESERVED = frozenset({*OPS, *_OF_LAYERS, *_OF_SPECS})


# What `same` and a pool without words mean: as in Keras, or as in PyTorch.
FRAMEWORKS = {"keras": "keras", "tensorflow": "keras", "torch": "torch"}


def builtin_defaults(framework: str = "keras") -> dict[str, Settings]:
    """What each kind of layer carries where neither the layer nor the table says otherwise."""
    found = {kind: settings(spec.default.split(), kind) for kind, spec in OPS.items()}
    if framework == "torch":  # whose pools have no padding and leave out what is left over
        for kind, spec in OPS.items():
            if "rounding" in spec.takes:
                found[kind] |= {"padding": "valid", "rounding": False}
            if "direction" in spec.takes:  # a recurrent layer's for what enters and for the state
                found[kind] |= {"bias": 2}
    return dict(found)
