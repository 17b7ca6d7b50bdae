"""Filters: comparisons of named numbers, read by a parser of their own; nothing is evaluated.

    filter     := both ('or' both)*
    both       := inverse ('and' inverse)*
    inverse    := 'not' inverse | comparison
    comparison := sum (('<' | '<=' | '>' | '>=' | '==' | '!=') sum)*      a <= b <= c as in Python
    sum        := product (('+' | '-') product)*
    product    := sign ('*' sign)*
    sign       := '-' sign | number | name | '(' filter ')'

A number is a whole number, which may be written ``100e6``, ``1.5e9`` or ``1_000``.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from ..errors import FlopcountError, nearest, plural, quote

MAX_TOKENS = 200
MAX_NESTING = 50
MOST = 2**63 - 1

NUMBER = re.compile(r"[0-9]+(?:_[0-9]+)*(\.[0-9]+)?([eE][+]?[0-9]{1,3})?")
_WORD = re.compile(r"[^\W\d][\w.]*|[0-9][\w.]*")
_SIGNS = ("<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "(", ")")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_LOGIC: dict[str, Callable[[Any, Any], Any]] = {"and": operator.and_, "or": operator.or_}

Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "number", "name", "sign" (a word of the language too), "end"
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a filter: a number, a name, or an operation on parts; `truth` if it is yes or no.

    A comparison of several is one operation ``and`` on pairs.
    """

    sign: str
    parts: "tuple[_Part, ...]" = ()
    value: int | str = 0
    truth: bool = False
    start: int = 0

    def of(self, values: Callable[[str], Any]) -> Any:
        """Work it out, given the value of each name: ints, or int64 arrays."""
        if self.sign == "number":
            return self.value
        if self.sign == "name":
            return values(str(self.value))
        found = [part.of(values) for part in self.parts]
        if self.sign == "not":
            return found[0] ^ True
        if len(found) == 1:
            return -found[0]
        return (_COMPARE | _ARITHMETIC | _LOGIC)[self.sign](*found)

    def reach(self, ranges: Mapping[str, Range]) -> tuple[Range, "_Part | None"]:
        """The least and the most that it can be, and the first part that int64 cannot hold."""
        inside = [part.reach(ranges) for part in self.parts]
        broken = next((part for _, part in inside if part is not None), None)
        if self.sign == "number":
            low = high = int(self.value)
        elif self.sign == "name":
            low, high = ranges[str(self.value)]
        elif self.truth:
            low, high = 0, 1
        elif len(inside) == 1:
            ((least, most), _) = inside[0]
            low, high = -most, -least
        else:
            left, right = inside[0][0], inside[1][0]
            ends = [_ARITHMETIC[self.sign](a, b) for a in left for b in right]
            low, high = min(ends), max(ends)
        if broken is None and max(-low, high) > MOST:
            broken = self
        return (low, high), broken


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was read: `text` as typed, the `names` that it asks for."""

    text: str
    names: tuple[str, ...]
    _root: _Part

    def holds(self, values: Callable[[str], Any]) -> Any:
        """Whether it holds: a bool for ints, for int64 arrays that broadcast an array of bools."""
        return self._root.of(values)

    def check(self, ranges: Mapping[str, Range]) -> None:
        """Raise `FlopcountError` if a part can pass 2**63 − 1, given each name's least and most."""
        broken = self._root.reach(ranges)[1]
        if broken is not None:
            raise _error(self.text, broken.start, "this can pass 2**63 - 1 in this grid")


def _error(text: str, start: int, cause: str) -> FlopcountError:
    """What is wrong, on one line: the column, and a caret before the place."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    before, after = shown[max(start - 20, 0) : start], shown[start : start + 20]
    left = "…" if start > 20 else ""
    right = "…" if len(shown) > start + 20 else ""
    place = f"column {start + 1}: {left}{before}‸{after}{right}"
    return FlopcountError(f"--keep {quote(text)}: {cause} ({place})")


def parse_filter(text: str, names: Iterable[str]) -> Filter:
    """Read a filter over `names`.

    Raises `FlopcountError` with the column of what does not parse.

    >>> found = parse_filter("multiplies <= 100e6 and 3a.r5 > 8", ["multiplies", "3a.r5"])
    >>> found.holds({"multiplies": 99_000_000, "3a.r5": 16}.__getitem__)
    True
    """
    return _Parser(text, list(names)).parse()


class _Parser:
    """Recursive descent, one method for each line of the grammar."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text = text
        self.names = sorted(names, key=len, reverse=True)
        self.used: dict[str, None] = {}
        self.depth = 0
        self.start = self.read = 0
        self.token = self._next()

    def parse(self) -> Filter:
        root = self._logic("or")
        if self.token.kind != "end":
            raise self._error(self.token.start, f"unexpected {quote(self.token.text)}")
        if not root.truth:
            raise self._error(
                root.start, "expected a comparison, as in multiplies <= 100e6, not a number"
            )
        return Filter(self.text, tuple(self.used), root)

    def _error(self, start: int, cause: str) -> FlopcountError:
        return _error(self.text, start, cause)

    def _next(self) -> _Token:
        while self.text[self.start : self.start + 1].isspace():
            self.start += 1
        start, rest = self.start, self.text[self.start :]
        self.read += 1
        if self.read > MAX_TOKENS:
            limit = f"more than {MAX_TOKENS} numbers, names and signs, the limit"
            raise self._error(start, limit)
        if not rest:
            return _Token("end", "", start)
        token = self._read(rest, start)
        self.start += len(token.text)
        return token

    def _read(self, rest: str, start: int) -> _Token:
        for name in self.names:  # the longest first; a name may start with a digit (3a.r5)
            end = rest[len(name) : len(name) + 1]
            if rest.startswith(name) and not (end.isalnum() or end in ("_", ".")):
                return _Token("name", name, start)
        sign = next((sign for sign in _SIGNS if rest.startswith(sign)), None)
        if sign:
            return _Token("sign", sign, start)
        number, word = NUMBER.match(rest), _WORD.match(rest)
        if word and word[0] in ("and", "or", "not"):
            return _Token("sign", word[0], start)
        if number and (not word or len(number[0]) >= len(word[0])):
            return _Token("number", number[0], start)
        if word:
            known = ", ".join(sorted(self.names)) if len(self.names) <= 24 else "see --help"
            near = nearest(word[0], self.names)
            raise self._error(start, f"unknown name {quote(word[0])} (known: {known}){near}")
        hint = " (equality is ==)" if rest[0] == "=" else ""
        raise self._error(start, f"unexpected {quote(rest[0])}{hint}")

    def _take(self, *signs: str) -> _Token | None:
        """The token, if it is one of these signs; then go on to the next."""
        token = self.token
        if token.kind != "sign" or token.text not in signs:
            return None
        self.token = self._next()
        return token

    def _logic(self, word: str) -> _Part:
        """``or`` of what ``and`` joins."""
        left = self._logic("and") if word == "or" else self._inverse()
        while token := self._take(word):
            right = self._logic("and") if word == "or" else self._inverse()
            left = self._made(token, left, right, truth=True)
        return left

    def _inverse(self) -> _Part:
        if token := self._take("not"):
            with _Deeper(self, token.start):
                return self._made(token, self._inverse(), truth=True)
        return self._comparison()

    def _comparison(self) -> _Part:
        left = self._series(("+", "-"))
        found: _Part | None = None
        while token := self._take(*_COMPARE):
            right = self._series(("+", "-"))
            pair = self._made(token, left, right, compares=True)
            found = pair if found is None else _Part("and", (found, pair), 0, True, found.start)  # noqa: FBT003
            left = right
        return found or left

    def _series(self, signs: tuple[str, ...]) -> _Part:
        """A sum of products, or a product of what may have a sign."""

        def operand() -> _Part:
            return self._series(("*",)) if "+" in signs else self._sign()

        left = operand()
        while token := self._take(*signs):
            left = self._made(token, left, operand())
        return left

    def _sign(self) -> _Part:
        token = self.token
        if self._take("-"):
            with _Deeper(self, token.start):
                return self._made(token, self._sign())
        if self._take("("):
            with _Deeper(self, token.start):
                inside = self._logic("or")
            if not self._take(")"):
                raise self._error(self.token.start, "expected ')'")
            return inside
        if token.kind == "number":
            self.token = self._next()
            return _Part("number", value=self._number(token), start=token.start)
        if token.kind == "name":
            self.token = self._next()
            self.used[token.text] = None
            return _Part("name", value=token.text, start=token.start)
        read = quote(token.text) if token.text else "the end"
        raise self._error(token.start, f"expected a number or a name, read {read}")

    def _number(self, token: _Token) -> int:
        value = Fraction(token.text)
        if value.denominator != 1:
            raise self._error(token.start, f"{token.text} is not a whole number")
        return int(value)

    def _made(
        self, token: _Token, *parts: _Part, truth: bool = False, compares: bool = False
    ) -> _Part:
        """An operation, its operands checked to be comparisons (`truth`) or numbers."""
        for part in parts:
            if part.truth is not truth:
                expected = "a comparison" if truth else "a number"
                raise self._error(part.start, f"{quote(token.text)} takes {expected} on both sides")
        start = token.start if len(parts) == 1 else parts[0].start
        return _Part(token.text, parts, 0, truth or compares, start)


class _Deeper:
    """Counts how deep a filter is nested."""

    def __init__(self, parser: _Parser, start: int) -> None:
        self.parser = parser
        parser.depth += 1
        if parser.depth > MAX_NESTING:
            limit = plural(MAX_NESTING, "level")
            raise parser._error(start, f"nested more than {limit} deep")  # noqa: SLF001

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, *_: object) -> None:
        """One level up."""
        self.parser.depth -= 1
