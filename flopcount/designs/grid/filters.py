"""Filters of a sweep: ``multiplies <= 100e6 and 3a.r5 > 8``, read and never run as code.

The language is a small part of Python's: whole numbers and names, ``+ - *``, comparisons, also
chained, ``and``, ``or``, ``not`` and parentheses. Python's own parser says how they bind. It never
sees a name or a number, but a placeholder: Python has no name ``3a.r5`` and no exact ``100e6``. Of
what it returns, only the nodes in `_ALLOWED` are taken.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from itertools import accumulate, pairwise, product
from typing import TYPE_CHECKING, Any, TypeAlias

from ...analysis.count_names import known_as, scaled
from ...errors import FlopcountError, nearest, plural, quote
from ...reading import DECIMAL, NUMBER, exact_decimal, exact_number
from ...records import dataclass, field

if TYPE_CHECKING:
    from fractions import Fraction

MAX_TOKENS = 200
MAX_NESTING = 50
MOST = 2**63 - 1

Range: TypeAlias = tuple[int, int]
_Ends: TypeAlias = "tuple[int | Fraction, int | Fraction]"

_OPERATORS: dict[type[ast.AST], tuple[str, Callable[..., Any]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.USub: ("-", operator.neg),
    ast.And: ("and", operator.and_),
    ast.Or: ("or", operator.or_),
    ast.Not: ("not", lambda truth: truth ^ True),  # of a bool as of an array of bools
}
_ALLOWED = (
    *(ast.BoolOp, ast.Compare, ast.BinOp, ast.UnaryOp, *_OPERATORS),
    *(ast.Name, ast.Load, ast.Constant),  # the placeholders
)
_NAME, _NUMBER = "x", "0"  # the placeholders
_CELL = 4  # columns that each token takes in what Python parses: so a node tells its token

_SIGN = re.compile(r"[<>=!]=|[-<>+*()]")
_WORD = re.compile(r"[^\W\d][\w.]*|[0-9][\w.]*")
_GOES_ON = re.compile(r"[\w.]")


@dataclass(frozen=True)
class _Token:
    """A name, a number, an operator or a parenthesis: as typed and where, and as Python gets it."""

    text: str
    start: int
    spelt: str
    number: "int | Fraction" = 0


@dataclass(frozen=True)
class Filter:
    """A filter that was read: `text` as typed, the `names` that it asks for."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr = field(compare=False, repr=False)  # what the tokens make
    _tokens: tuple[_Token, ...]

    def holds(self, values: Callable[[str], Any]) -> Any:
        """Whether it holds: a bool for ints, for int64 arrays that broadcast an array of bools."""
        return self._value(self._tree, values)

    def check(self, ranges: Mapping[str, Range]) -> None:
        """Raise `FlopcountError` if a part can pass 2**63 − 1, given each name's least and most."""
        _, too_large = self._range(self._tree, ranges)
        if too_large is not None:
            start = _token(too_large, self._tokens).start
            raise _error(self.text, start, "this can pass 2**63 - 1 in this grid")

    def _value(self, node: ast.expr, values: Callable[[str], Any]) -> Any:
        if isinstance(node, ast.Name):
            return values(_token(node, self._tokens).text)
        if isinstance(node, ast.Constant):
            return _token(node, self._tokens).number
        signs, parts = _operation(node)
        functions = [_OPERATORS[type(sign)][1] for sign in signs]
        operands = [self._value(part, values) for part in parts]
        if isinstance(node, ast.Compare):  # a <= b <= c
            pairs = zip(functions, pairwise(operands), strict=True)
            return reduce(operator.and_, (compare(*pair) for compare, pair in pairs))
        if isinstance(node, ast.BoolOp):  # a and b and c
            return reduce(functions[0], operands)
        return functions[0](*operands)

    def _range(self, node: ast.expr, ranges: Mapping[str, Range]) -> tuple[_Ends, ast.expr | None]:
        """The least and the most that a part can be, and the first part that int64 cannot hold."""
        signs, parts = _operation(node)
        inside = [self._range(part, ranges) for part in parts]
        ends: Sequence[int | Fraction]
        if isinstance(node, ast.Name):
            ends = ranges[_token(node, self._tokens).text]
        elif isinstance(node, ast.Constant):
            ends = (_token(node, self._tokens).number,)
        elif _is_condition(node):
            ends = (0, 1)
        else:  # the ends of a sum, a product or a negative are at ends of its operands
            function = _OPERATORS[type(signs[0])][1]
            ends = [function(*corner) for corner in product(*(part for part, _ in inside))]
        too_large = next((part for _, part in inside if part is not None), None)
        if too_large is None and not all(-MOST <= end <= MOST for end in ends):
            too_large = node
        return (min(ends), max(ends)), too_large


def parse_filter(text: str, names: Iterable[str], *, decimals: bool = False) -> Filter:
    """Read a filter over `names`, in which numbers may have `decimals` or are whole.

    Raises `FlopcountError` with the column of what does not parse.

    >>> small = parse_filter("multiplies <= 100e6 and 3a.r5 > 8", ["multiplies", "3a.r5"])
    >>> small.holds({"multiplies": 99_000_000, "3a.r5": 16}.__getitem__)
    True
    """
    tokens = _tokens(text, list(names), decimals=decimals)
    levels = list(accumulate((token.text == "(") - (token.text == ")") for token in tokens))
    _check_depth(text, tokens, levels)  # before Python's parser, which has a limit of its own
    tree = _parsed([token.spelt for token in tokens])
    if tree is None:
        raise _misplaced(text, tokens)
    for node in ast.walk(tree):
        if isinstance(node, ast.UnaryOp):  # all that a minus or a not is before lies a level deeper
            for column in range(node.col_offset, node.end_col_offset or 0, _CELL):
                levels[column // _CELL] += 1
    _check_depth(text, tokens, levels)
    _check_kinds(text, tokens, tree)
    asked = dict.fromkeys(token.text for token in tokens if token.spelt == _NAME)
    return Filter(text, tuple(asked), tree, tuple(tokens))


def _tokens(text: str, names: Sequence[str], *, decimals: bool) -> list[_Token]:
    longest_first = sorted(names, key=len, reverse=True)
    tokens: list[_Token] = []
    start = 0
    while rest := text[start:].lstrip():
        start = len(text) - len(rest)
        if len(tokens) == MAX_TOKENS:
            limit = f"more than {MAX_TOKENS} numbers, names and signs, the limit"
            raise _error(text, start, limit)
        tokens.append(_next_token(text, start, longest_first, decimals=decimals))
        start += len(tokens[-1].text)
    return tokens


def _next_token(text: str, start: int, names: Sequence[str], *, decimals: bool) -> _Token:
    for name in names:  # a name may start as a number does (3a.r5), and hold a sign (a-b)
        if text.startswith(name, start) and not _GOES_ON.match(text, start + len(name)):
            return _Token(name, start, _NAME)
    if sign := _SIGN.match(text, start):
        return _Token(sign[0], start, sign[0])
    word, number = _WORD.match(text, start), (DECIMAL if decimals else NUMBER).match(text, start)
    read = exact_decimal if decimals else exact_number
    if word and word[0] in ("and", "or", "not"):
        return _Token(word[0], start, word[0])
    if number and (not word or number.end() >= word.end()):
        try:
            return _Token(number[0], start, _NUMBER, read(number[0]))
        except FlopcountError as error:
            raise _error(text, start, str(error)) from None
    if word and (count := known_as(word[0])) in names:
        return _Token(str(count), start, _NAME)
    if word and (hint := scaled(word[0])):
        raise _error(text, start, hint)
    if word:
        known = ", ".join(sorted(names)) if len(names) <= 24 else "see --help"
        near = nearest(word[0], names)
        raise _error(text, start, f"unknown name {quote(word[0])} (known: {known}){near}")
    meant = f" ({_MEANT[text[start]]})" if text[start] in _MEANT else ""
    raise _error(text, start, f"unexpected {quote(text[start])}{meant}")


# What is written elsewhere for what a filter has.
_MEANT = {
    "=": "equality is ==",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "&": "write and",
    "|": "write or",
    ",": "numbers have no commas, and several --keep must all hold",
    "/": "there is no division; multiply the other side",
    "×": "write *",
    "−": "write -",
}


def _parsed(spelt: Iterable[str]) -> ast.expr | None:
    """The tree of tokens, as Python's parser has it; None where they are no filter."""
    try:
        tree = ast.parse("".join(word.ljust(_CELL) for word in spelt), mode="eval").body
    except SyntaxError:
        return None
    return tree if all(isinstance(node, _ALLOWED) for node in ast.walk(tree)) else None


def _misplaced(text: str, tokens: Sequence[_Token]) -> FlopcountError:
    """Find the first token that no filter can have after those before it.

    What may begin a filter is one, once its parentheses are closed, or is with a name added. This
    asks Python's parser of ever longer beginnings, for where its own errors point differs from
    version to version.
    """
    begun: list[str] = []
    whole = False  # whether what has begun could end here
    for token in tokens:
        begun.append(token.spelt)
        closing = ")" * (begun.count("(") - begun.count(")"))
        could_end = _parsed([*begun, *closing]) is not None
        if not could_end and _parsed([*begun, _NAME, *closing]) is None:
            read = quote(token.text)
            cause = f"unexpected {read}" if whole else f"expected a number or a name, read {read}"
            return _error(text, token.start, cause)
        whole = could_end
    cause = "expected ')'" if whole else "expected a number or a name, read the end"
    return _error(text, len(text), cause)


def _check_depth(text: str, tokens: Sequence[_Token], levels: Sequence[int]) -> None:
    for token, level in zip(tokens, levels, strict=True):
        if level > MAX_NESTING:
            limit = plural(MAX_NESTING, "level")
            raise _error(text, token.start, f"nested more than {limit} deep")


def _check_kinds(text: str, tokens: Sequence[_Token], tree: ast.expr) -> None:
    """Raise where a number stands for a condition, or a condition for a number."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr):
            continue
        signs, parts = _operation(node)
        joins = isinstance(node, ast.BoolOp) or (_is_condition(node) and len(parts) == 1)
        for sign, part in zip([*signs[:1], *signs], parts, strict=False):  # the sign at each part
            if _is_condition(part) is not joins:
                takes = f"{quote(_OPERATORS[type(sign)][0])} takes a"
                takes += " comparison" if joins else " number"
                takes += " on both sides" if len(parts) > 1 else ""
                raise _error(text, _token(part, tokens).start, takes)
    if not _is_condition(tree):
        cause = "expected a comparison, as in multiplies <= 100e6, not a number"
        raise _error(text, _token(tree, tokens).start, cause)


def _operation(node: ast.expr) -> tuple[Sequence[ast.AST], Sequence[ast.expr]]:
    """The operators of a node, one between two operands, and the operands; a leaf has neither."""
    match node:
        case ast.BoolOp(op=sign, values=parts):
            return [sign] * (len(parts) - 1), parts
        case ast.Compare(left=left, ops=signs, comparators=others):
            return signs, [left, *others]
        case ast.BinOp(left=left, op=sign, right=right):
            return [sign], [left, right]
        case ast.UnaryOp(op=sign, operand=part):
            return [sign], [part]
    return [], []


def _is_condition(node: ast.expr) -> bool:
    """Whether a part is true or false, rather than a number."""
    negates = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    return negates or isinstance(node, ast.BoolOp | ast.Compare)


def _token(node: ast.expr, tokens: Sequence[_Token]) -> _Token:
    """The token that a node begins with."""
    return tokens[node.col_offset // _CELL]


def _error(text: str, start: int, cause: str) -> FlopcountError:
    """What is wrong, on one line: the column, and a caret before it."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    before, after = shown[max(start - 20, 0) : start], shown[start : start + 20]
    left = "…" if start > 20 else ""
    right = "…" if len(shown) > start + 20 else ""
    column = f"column {start + 1}: {left}{before}‸{after}{right}"
    return FlopcountError(f"--keep {quote(text)}: {cause} ({column})")
