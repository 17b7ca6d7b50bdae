"""What is said of a layer or a word that the notation does not have.

A hint never names another operation: it is the notation's own way to write what was typed (see
`synonyms` and `uncounted`), or a name that a slip of the hand makes of it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from ..core import OPS
from ..errors import alike, listed, nearest, one_of, quote

_MOST_JOINED = 3  # words that are one name: ``global average pooling``
_POOLS = ("maxpool", "avgpool")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "none", "0")
_OPPOSITE = {"bias": "nobias", "norm": "nonorm", "ceil": "floor"}

Reads = Callable[[str], bool]  # whether the notation reads a text


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
        wants = " 3x3" * kind.kernel + " 64" * kind.width
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
    from .synonyms import WORDS

    return {name: word for word, names in WORDS for name in names.split()}


def _meaning(name: str) -> _Meaning | None:
    """What a name stands for, whatever the number of its axes (``2d``) is."""
    folded, known = fold(name), _layers()
    for typed in (folded, re.sub(r"[123]d", "", folded)):
        for bare in (typed, typed.removesuffix("layer"), typed.removesuffix("op")):
            if bare in known:
                return known[bare]
    return None


def _typed(head: str, rest: Sequence[str], reads: Reads) -> str:
    """The notation's way to write it with what was typed after it; nothing where that means less.

    A pool without a stride has that of its kernel elsewhere, and 1 in the notation.
    """
    text = " ".join((head, *rest))
    if re.split("[ =]", head)[0] not in OPS:
        return ""
    if head in _POOLS and "/" not in text and not {"global"}.intersection(rest):
        return ""
    return text if reads(text) else ""


def _hint(meaning: _Meaning, rest: Sequence[str], reads: Reads) -> str:
    exact = _typed(meaning.head, rest, reads) if meaning.head else ""
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


def is_called(name: str, rest: Sequence[str] = ()) -> bool:
    """Whether people call a layer so, and the notation does not."""
    return name not in OPS and _named(name, rest)[1] is not None


def unknown_layer(
    name: str,
    blocks: Iterable[str] = (),
    rest: Sequence[str] = (),
    reads: Reads = lambda _: False,
    known: Iterable[str] = (),
) -> str:
    """Say that there is no such layer; `rest` are the words that were typed after it.

    `blocks` are those of the table, `known` what else may stand there.

    >>> unknown_layer("Conv2d", rest=["3x3", "64"], reads=lambda text: True)
    "unknown layer 'Conv2d'; in this notation it is 'conv 3x3 64'"
    >>> unknown_layer("mha")
    "unknown layer 'mha'; flopcount does not count attention yet"
    """
    own = list(blocks)
    what = "block or layer" if own else "layer"
    if alike(name, own):
        return one_of(name, [*own, *OPS, *known], what)
    said, meaning, others = _named(name, rest)
    if meaning:
        return f"unknown {what} {quote(said)}{_hint(meaning, others, reads)}"
    if not alike(name, OPS):
        meant = {_layers()[other] for other in alike(fold(name), _layers())}
        if len(meant) == 1:
            return f"unknown {what} {quote(name)}{_hint(meant.pop(), rest, reads)}"
    return one_of(name, [*own, *OPS, *known], what)


def unknown_word(word: str, known: Collection[str], reads: Reads) -> str:
    """Say that no layer takes such a word; `known` are those that some layer takes.

    >>> unknown_word("swish", ["relu", "silu"], lambda word: word in ("relu", "silu"))
    "unknown word 'swish'; in this notation it is 'silu'"
    """
    return f"unknown word {quote(word)}{word_hint(word, known, reads)}"


def word_hint(word: str, known: Collection[str], reads: Reads) -> str:
    """How the notation says a word, as the end of a message; nothing where nothing is near."""
    key, equals, value = word.partition("=")
    if equals:
        meant = _setting(fold(key), value, known, reads)
        if meant:
            return _is(meant)
    elif plain := _word(word, reads):
        return _is(plain)
    meaning = _meaning(key)
    if meaning is None:
        return nearest(key + equals, known)
    if meaning.lacks:
        return _hint(meaning._replace(head=""), (), reads)
    chained = "… > " if meaning.head else ""  # a layer of its own
    return _as_in(f"{chained}{example}" for example in meaning.examples)


def _word(typed: str, reads: Reads) -> str:
    """The word of the notation that is meant, or nothing."""
    folded, meaning = fold(typed), _meaning(typed)
    named = [_words().get(folded, ""), folded, meaning.head if meaning else ""]
    return next((word for word in named if reads(word)), "")


def _setting(key: str, value: str, known: Collection[str], reads: Reads) -> str:
    """What ``padding=1``, ``padding=same``, ``act=relu`` or ``bias=False`` is, or nothing."""
    from .synonyms import SETTINGS

    plain = _words().get(key, key)
    if value.casefold() in _NO and plain in _OPPOSITE:
        return _OPPOSITE[plain]
    if value.casefold() in _YES and plain in known:
        return plain
    renamed = f"{SETTINGS.get(key, key)}={value}"
    return renamed if reads(renamed) else _word(value, reads)
