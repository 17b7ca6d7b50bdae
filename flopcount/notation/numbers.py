"""The numbers of a layer as a spec has them: kernel, stride, width; each may be a column."""

import re
from collections.abc import Sequence

from ..errors import FlopcountError, quote
from ..reading import MAX_LAYERS, per_axis, shortest, whole_number
from ..sizes import as_size, part_of
from ..sizes import product as product_of
from .tokens import Token, name_of
from .trees import COUNT, Column, Multiple, Number, PerAxis, Width
from .vocabulary import RESERVED

MAX_FACTORS = 4  # of a width

_ONE = r"[0-9]+|\{[^{}]*\}"
_SIDES = rf"(?:{_ONE})(?:x(?:{_ONE}))*"
_WINDOW = re.compile(rf"({_SIDES})(?:/({_SIDES}))?")
_NUMBERS = re.compile(_SIDES)
_COUNT = re.compile(r"\{([^{}]*)\}(?:-([0-9]+))?")
_OF_IN = re.compile(r"([0-9]+)in")  # 4in is 4*in
_MEANT = re.compile(r"[0-9]+xin|.+\{.*|\{[^{}]*\}.+")  # as one, that is none


def is_window(text: str) -> bool:
    """Whether it is a kernel, with a stride or without.

    >>> is_window("3x3/2"), is_window("{k}x1/{s}"), is_window("global")
    (True, True, False)
    """
    return _WINDOW.fullmatch(text) is not None


def read_window(text: str, what: str = "kernel") -> tuple[PerAxis, PerAxis]:
    """Read a kernel and its stride, which is 1 where none is written; or a factor or a margin.

    `what` it is that stands there. Raises `FlopcountError` for what is none, for a stride behind
    anything but a kernel, and for numbers out of range.

    >>> read_window("7x7/2"), read_window("{k}/{s}x1")
    (((7, 7), (2,)), ((Column(name='k', less=0),), (Column(name='s', less=0), 1)))
    """
    found = _WINDOW.fullmatch(text)
    if not found:
        raise FlopcountError(f"{what} with its stride is {quote(text)}, not of the form 3x3/2")
    if found[2] and what != "kernel":
        raise FlopcountError(f"{quote(text)} is a {what} with a stride, which it does not have")
    kernel, stride = numbers(found[1], what), numbers(found[2] or "1", "stride")
    steps = tuple([step for step in stride if isinstance(step, int)])
    if len(steps) == len(stride) == len(kernel):
        stride = shortest(steps)  # else it has to say for itself how many axes there are
    return kernel, stride


def numbers(text: str, what: str, least: int = 1) -> PerAxis:
    """Read a number, or a column, for all axes, or one for each: ``2``, ``{k}x1``.

    >>> numbers("{k}x1", "kernel")
    (Column(name='k', less=0), 1)
    """
    if "{" not in text:
        return per_axis(text, what, least=least)
    parts = re.findall(_ONE, text)
    if not _NUMBERS.fullmatch(text) or len(parts) > 3:
        raise FlopcountError(f"{what} is {quote(text)}, not of the form 2, {{k}}, 2x1 or {{k}}x1")
    return tuple([number(part, what, least) for part in parts])


def is_number(text: str) -> bool:
    """Whether it is one number, or one column.

    >>> is_number("8"), is_number("{e}"), is_number("8x8")
    (True, True, False)
    """
    return re.fullmatch(_ONE, text) is not None


def number(text: str, what: str, least: int = 1) -> Number:
    """Read one number, or one column. Raises `FlopcountError` for a number out of range."""
    if text.startswith("{"):
        return Column(name_of(text[1:-1], "column"))
    return whole_number(text, what, least=least)


def check_columns(word: str) -> None:
    """Raise `FlopcountError` where what stands in braces in a word is no column's name."""
    for name in re.findall(r"\{([^{}]*)\}", word):
        name_of(name, "column")


def is_count(text: str) -> bool:
    """Whether it is how often something is repeated, where a ``*`` stands behind it."""
    return (COUNT.fullmatch(text) or _COUNT.fullmatch(text)) is not None


def read_count(text: str) -> Number:
    """Read a number of repeats: ``3``, ``{n}``, or ``{n}-1``.

    >>> read_count("{n}-1")
    Column(name='n', less=1)
    """
    found = _COUNT.fullmatch(text)
    if not found:
        return whole_number(text, "the number of repeats", MAX_LAYERS)
    less = whole_number(found[2], "what is left off the repeats", MAX_LAYERS) if found[2] else 0
    return Column(name_of(found[1], "column"), less)


def width_text(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The text of the width whose first token stands before `at`, and the place behind it.

    What is multiplied is part of it where no space stands between.
    """
    text, end = tokens[at - 1].written, tokens[at - 1].end
    while tokens[at].text == "*" and tokens[at].begin == end:
        factor = tokens[at + 1]
        word = factor.text.partition("/")[0]
        named = factor.kind in ("word", "column") and (word == "in" or word not in RESERVED)
        if factor.begin != tokens[at].end or not named:
            break
        text, end, at = f"{text}*{factor.written}", factor.end, at + 2
    return text, at


def read_width(text: str) -> Width | None:
    """Read a width; None for a word of the notation, which is none.

    Raises `FlopcountError` for a number out of range and a name that is none.

    >>> read_width("64"), read_width("in"), str(read_width("6*{c}")), read_width("same")
    (64, 'in', '6*{c}', None)
    """
    if any(sign in text for sign in "*/") or _OF_IN.fullmatch(text) or _MEANT.fullmatch(text):
        return _multiple(text)
    if text.startswith("{"):
        return Column(name_of(text[1:-1], "column"))
    if not text[0].isalpha():
        return whole_number(text, "width")
    if text == "in":
        return text
    return None if text in RESERVED else name_of(text, "width")


def _multiple(text: str) -> Width:
    """Read ``6*{c}``, ``4in``, ``in/2``, ``3*{c}/2``; of numbers alone, the number that it is.

    Raises `FlopcountError` for another form, and where the numbers do not divide.

    >>> str(_multiple("4in")), _multiple("6*24/2")
    ('4*in', 72)
    """
    product, slash, below = text.partition("/")
    over = number(below, "the divisor of a width") if slash else 1
    texts = product.split("*")
    if _OF_IN.fullmatch(texts[-1]):
        texts[-1:] = [texts[-1].removesuffix("in"), "in"]
    factors = tuple([_factor(factor, text) for factor in texts])
    if len(factors) > MAX_FACTORS:
        raise FlopcountError(f"width {quote(text)} has more than {MAX_FACTORS} factors")
    if "in" in factors[:-1]:
        raise FlopcountError(f"width {quote(text)}: 'in' stands last, as in 4*in or in/2")
    if over == 1 and len(factors) == 1:
        return factors[0]
    if isinstance(over, int) and all(type(factor) is int for factor in factors):
        return int(as_size(part_of(product_of(factors), over=over), "width"))
    return Multiple(factors, over)


def _factor(text: str, whole: str) -> int | str | Column:
    if text == "in":
        return text
    if text[:1].isalpha():
        return name_of(text, "width")
    if re.fullmatch(_ONE, text):
        return number(text, "width")
    raise FlopcountError(
        f"width is {quote(whole)}, not of the form 6*{{c}}, 4*in, in/2 or 3*{{c}}/2"
    )
