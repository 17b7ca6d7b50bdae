"""What is said of a layer or a word that the notation does not have.

A hint never names another operation: it is the notation's own way to write what was typed (see
`synonyms` and `uncounted`), or a name that a slip of the hand makes of it.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from ..core.ops.words import OPS
from ..errors import MOST_LISTED, FlopcountError, alike, listed, nearest, one_of, quote, slips

_MOST_JOINED = 4  # words that are one name: ``scaled dot product attention``
_SHORTEST = 5  # letters: a slip in so few makes another name
_POOLS = ("maxpool", "avgpool")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "none", "0")
_OPPOSITE = {"bias": "nobias", "norm": "nonorm", "ceil": "floor", "returnsequences": "last"}
_LEFT_OUT = {  # what a setting says that is none; of padding, a 0 is a number
    **dict.fromkeys(("padding", "pad"), "valid"),
    **dict.fromkeys(("activation", "act", "nonlinearity"), "linear"),
}
_ELSE_WITH_A_VALUE = ("in", "scale")  # in=64 is no instance norm, and scale=2 is of an upsample


class _Meaning(NamedTuple):
    """What a name stands for: all that is always the same, examples, or what is not counted."""

    head: str = ""
    examples: tuple[str, ...] = ()
    lacks: str = ""


def fold(name: str) -> str:
    """A name without what people spell in several ways.

    >>> fold("nn.Batch_Norm"), fold("h-swish")
    ('batchnorm', 'hswish')
    """
    return re.sub(r"[-_\s]", "", name.casefold().rpartition(".")[2])


@cache
def _layers() -> Mapping[str, _Meaning]:
    """What the folded names stand for; the notation's own words first."""
    from .synonyms import LIKE, SAME
    from .uncounted import NOT_COUNTED

    own = {head: example for head, example, _ in SAME}
    found = {}
    for op, kind in OPS.items():
        wants = (" 3x3" if kind.kernel else "") + (" 64" if kind.width else "")
        example = f"{op} {own[op]}".strip() if op in own else op + wants
        found[fold(op)] = _Meaning(op, (example,))
    for head, example, names in SAME:
        for name in names.split():
            found.setdefault(name, _Meaning(head, (f"{head} {example}".strip(),)))
    for examples, names in LIKE:
        for name in names.split():
            found.setdefault(name, _Meaning(examples=examples))
    for lacks, names in NOT_COUNTED:
        for name in names.split():
            found[name] = found.get(name, _Meaning())._replace(lacks=lacks)
    return found


@cache
def _words() -> Mapping[str, str]:
    from .synonyms_of_words import WORDS

    return {name: word for word, names in WORDS for name in names.split()}


def _meaning(name: str) -> _Meaning | None:
    """What a name stands for, whatever the number of its axes (``2d``) is."""
    folded, known = fold(name), _layers()
    for typed in (folded, re.sub(r"[123]d", "", folded)):
        for bare in (typed, typed.removesuffix("layer"), typed.removesuffix("op")):
            if bare in known:
                return known[bare]
    return None


def _typed(head: str, rest: Sequence[str]) -> str:
    """The notation's way to write it with what was typed after it; nothing where that means less.

    A pool without a stride has that of its kernel elsewhere, and 1 in the notation.
    """
    window = any("/" in word or word == "global" or word.startswith("to=") for word in rest)
    known = re.split("[ =]", head)[0] in OPS and (head not in _POOLS or window)
    return written(head, rest) if known else ""


def written(layer: str, rest: Sequence[str]) -> str:
    """A layer with the words that were typed after it, each in the notation's own way.

    Nothing where they cannot be read so.

    >>> written("conv", ["3x3", "64", "padding=1"])
    'conv 3x3 64 pad=1'
    """
    from .parser import parse  # which says with this what it cannot read

    own = [own_word(word) or word for word in rest if not _left_out(word)]
    for words in (rest, own):
        text = " ".join((layer, *words))
        with suppress(FlopcountError):
            parse(text, sized=False)
            return text
    return ""


def _hint(meaning: _Meaning, rest: Sequence[str]) -> str:
    whole = bool(rest) or meaning.examples == (meaning.head,)
    exact = _typed(meaning.head, rest) if meaning.head and whole else ""
    if not exact and meaning.lacks:
        return f"; flopcount does not count {meaning.lacks} yet"
    alone = not rest and meaning.examples == (meaning.head,)
    return _is(exact or meaning.head) if exact or alone else _as_in(meaning.examples)


def _is(text: str) -> str:
    return f"; in this notation it is {quote(text)}"


def _as_in(examples: Iterable[str]) -> str:
    return f"; in this notation it is written as in {listed([*map(repr, examples)], 'or')}"


def _named(name: str, rest: Sequence[str]) -> tuple[str, _Meaning | None, Sequence[str]]:
    """The longest name that the words begin with, what it stands for, and the other words."""
    letters = [*takewhile(str.isalpha, rest[: _MOST_JOINED - 1])]
    for count in range(len(letters), -1, -1):
        said = " ".join((name, *letters[:count]))
        if meaning := _meaning(said):
            return said, meaning, rest[count:]
    return name, None, rest


def _is_slip(typed: str, other: str) -> bool:
    """Whether they are a slip apart, and that not the first letter: repconv is no sepconv."""
    return typed[:1] == other[:1] and slips(typed, other) == 1


def is_called(name: str, rest: Sequence[str] = ()) -> bool:
    """Whether people call a layer so, and the notation does not."""
    return name not in OPS and _named(name, rest)[1] is not None


def is_name_of(op: str, name: str) -> bool:
    """Whether people call this op so."""
    meaning = _meaning(name)
    return meaning is not None and meaning.head == op


def unknown_layer(
    name: str,
    blocks: Iterable[str] = (),
    rest: Sequence[str] = (),
    known: Iterable[str] = (),
) -> str:
    """Say that there is no such layer; `rest` are the words that were typed after it.

    `blocks` are those of the table, `known` what else may stand there.

    >>> unknown_layer("Conv2d", rest=["3x3", "64"])
    "unknown layer 'Conv2d'; in this notation it is 'conv 3x3 64'"
    >>> unknown_layer("mamba")
    "unknown layer 'mamba'; flopcount does not count state-space layers yet"
    """
    own = list(blocks)
    what = "block or layer" if own else "layer"
    if alike(name, own):
        return one_of(name, [*own, *OPS, *known], what)
    if name.isdigit():
        return (
            f"{quote(name)} is no layer; a size stands at the start alone, and in one piece: "
            "128x768, say"
        )
    said, meaning, others = _named(name, rest)
    if meaning:
        return f"unknown {what} {quote(said)}{_hint(meaning, others)}"
    if len(name) > _SHORTEST and not alike(name, OPS):
        folded = fold(name)
        near = [other for other in alike(folded, _layers()) if _is_slip(folded, other)]
        meant = {_layers()[other] for other in near}
        if len(meant) == 1:
            return f"unknown {what} {quote(name)}{_hint(meant.pop(), rest)}"
    names = [*own, *OPS, *known]
    some = ", ".join(names[:MOST_LISTED])  # of the layers, those with the most settings
    return f"unknown {what} {quote(name)}{nearest(name, names) or f' (known: {some}, …)'}"


def unknown_word(word: str, why: str = "") -> str:
    """Say that no layer takes such a word, or `why` this one does not.

    >>> unknown_word("swish")
    "unknown word 'swish'; in this notation it is 'silu'"
    """
    return f"unknown word {quote(word)}{why}{word_hint(word)}"


def word_hint(word: str, names: Collection[str] = ()) -> str:
    """How the notation says a word, as the end of a message; nothing where nothing is near.

    `names` may stand in the word's place too, and are nearest.
    """
    from .synonyms_of_words import UNNAMED
    from .vocabulary import WORDS

    if known := nearest(word, names) or _word_meant(word):
        return known
    key, equals, value = word.partition("=")
    if equals and (value.casefold() in _NO or fold(key) in _ELSE_WITH_A_VALUE):
        return ""  # of the layer of this name, it would be the opposite, or another
    unnamed = [example for example, typed in UNNAMED if fold(key) in typed.split()]
    meaning = _Meaning(examples=tuple(unnamed)) if unnamed else _meaning(key)
    if meaning is None:
        return nearest(key + equals, WORDS)
    if meaning.lacks:
        return _hint(meaning._replace(head=""), ())
    chained = "… > " if meaning.head else ""  # a layer of its own
    return _as_in(f"{chained}{example}" for example in meaning.examples)


def _word_meant(word: str) -> str:
    """What is said of a word that needs none, or another one, or an option; else nothing."""
    from .synonyms_of_words import OF_A_PAST

    if left := _left_out(word):
        return f"; {left}: leave it out"
    if fold(word.partition("=")[0]) in OF_A_PAST:
        return "; keys in a cache are of a whole network: --past 512, or @past=512"
    meant = own_word(word)
    return _is(meant) if meant and meant != word else ""


def own_word(word: str) -> str:
    """The notation's own word for what was typed, or nothing.

    >>> own_word("padding=1"), own_word("act=relu"), own_word("bias=False")
    ('pad=1', 'relu', 'nobias')
    """
    key, equals, value = word.partition("=")
    return _setting(fold(key), value) if equals else _word(word)


def _left_out(word: str) -> str:
    """Why a word need not be said; nothing of others."""
    from .synonyms_of_words import LEFT_OUT, OFF, SAID_BY_NOTHING

    key, _, value = word.partition("=")
    if fold(key) in LEFT_OUT.split():
        return "no count depends on it"
    said = f"{fold(key)}={value.casefold()}" if value else fold(key)
    off = value.casefold() in _NO and _word(key) in OFF
    return "it is so where nothing is said" if off or said in SAID_BY_NOTHING else ""


def _word(typed: str) -> str:
    from .vocabulary import is_word

    folded, meaning = fold(typed), _meaning(typed)
    named = [_words().get(folded, ""), folded, meaning.head if meaning else ""]
    return next(filter(is_word, named), "")


def _setting(key: str, value: str) -> str:
    from .synonyms_of_words import MEANT, SETTINGS
    from .vocabulary import is_word

    if meant := MEANT.get(f"{key}={value.casefold()}"):
        return meant
    plain = _word(key).partition("=")[0] or key
    none = value.casefold() in _NO
    if none and plain in _OPPOSITE:
        return _OPPOSITE[plain]
    if value.casefold() in _YES and is_word(_word(key)):
        return _word(key)
    renamed = f"{SETTINGS.get(key, key)}={value}"
    if is_word(renamed):
        return renamed
    return _LEFT_OUT.get(key, "") if none else _word(value)
