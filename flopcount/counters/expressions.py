"""Expressions of a rule, ``2*out if affine else out``: read and never run as code.

Python's own parser says how they bind; of what it returns only whole numbers, the names of facts,
``+ - * // %``, comparisons, ``and or not``, ``a if b else c``, ``min`` and ``max`` are taken.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ..calls import FACTS
from ..errors import FlopcountError, one_of, quote
from ..records import dataclass, field

LONGEST = 400
_BINARY: dict[type[ast.AST], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARED: dict[type[ast.AST], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# Python has a word `in`, and no name so: it stands for the elements of the input.
_IN, _INPUT, _AS_WRITTEN = re.compile(r"\bin\b"), "in_", re.compile(r"\bin_\b")
_FUNCTIONS: dict[str, Callable[..., int]] = {"min": min, "max": max}


class Term(NamedTuple):
    """A part of a sum: how many times, of what as it is written, and how much that is."""

    times: int
    text: str
    value: int


@dataclass(frozen=True)
class Expression:
    """An expression that was read: its text, and the facts that it names."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr = field(compare=False, repr=False)
    _found: dict[tuple[int | None, ...], tuple[Term, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def read(cls, text: str) -> "Expression":
        """Read one. Raises `FlopcountError` for what is none, and for a name that is no fact."""
        return _read(text)

    @classmethod
    def parsed(cls, text: str) -> "Expression":
        """Likewise, what was read before or not."""
        if len(text) > LONGEST:
            raise FlopcountError(f"an expression of at most {LONGEST} characters is expected")
        try:
            tree = ast.parse(_IN.sub(_INPUT, text.strip()), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise FlopcountError(
                f"{quote(text)} is no expression, such as 2*out or macs + bias"
            ) from None
        names = tuple(dict.fromkeys(_checked(tree, text)))
        return cls(text.strip(), names, tree)

    def value(self, facts: Mapping[str, int]) -> int:
        """What it comes to. Raises `FlopcountError` where a size is missing, or it divides by 0."""
        return self._worked_out(self._tree, facts)

    def terms(self, facts: Mapping[str, int]) -> tuple[Term, ...]:
        """The parts that it is the sum of, equal ones together, those that are 0 left out.

        Raises `FlopcountError` as `value` does.
        """
        sizes = tuple([facts.get(name) for name in self.names])
        if sizes not in self._found:  # layers repeat
            found: dict[str, Term] = {}
            for times, node in self._parts(self._tree, 1, facts):
                text = _text(node)
                before = found.get(text)
                value = before.value if before else self._worked_out(node, facts)
                found[text] = Term((before.times if before else 0) + times, text, value)
            parts = [term for term in found.values() if term.times * term.value]
            self._found[sizes] = tuple(parts)
        return self._found[sizes]

    def _worked_out(self, node: ast.expr, facts: Mapping[str, int]) -> int:
        try:
            return int(_value(node, facts))
        except KeyError as error:
            raise FlopcountError(
                f"{quote(self.text)}: this call has no size {quote(error.args[0])}"
            ) from None
        except ZeroDivisionError:
            raise FlopcountError(f"{quote(self.text)} divides by 0") from None

    def _parts(
        self, node: ast.expr, times: int, facts: Mapping[str, int]
    ) -> Iterator[tuple[int, ast.expr]]:
        """The parts of a sum, and how many times each stands in it."""
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                yield from self._parts(left, times, facts)
                yield from self._parts(right, -times if isinstance(op, ast.Sub) else times, facts)
            case ast.BinOp(left=ast.Constant(value=int() as n), op=ast.Mult(), right=right):
                yield from self._parts(right, times * n, facts)
            case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=int() as n)):
                yield from self._parts(left, times * n, facts)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield from self._parts(operand, -times, facts)
            case ast.IfExp(test=test, body=body, orelse=other):
                chosen = body if self._worked_out(test, facts) else other
                yield from self._parts(chosen, times, facts)
            case _:
                yield times, node


@cache
def _read(text: str) -> Expression:
    """Each text is read once: rules of many kinds and tools say the same."""
    return Expression.parsed(text)


def _checked(node: ast.expr, text: str) -> Iterator[str]:  # noqa: C901  a case for each form
    """The names in a tree; raises for what is not taken."""
    parts: tuple[Any, ...]
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool) and value < 2**31:
            return
        case ast.Name(id=name):
            name = "in" if name == _INPUT else name
            if name not in FACTS:
                raise FlopcountError(f"{quote(text)}: {one_of(name, FACTS, 'size of a call')}")
            yield name
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            parts = (left, right)
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            parts = (operand,)
        case ast.BoolOp(values=values):
            parts = tuple(values)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
            parts = (left, right)
        case ast.IfExp(test=test, body=body, orelse=other):
            parts = (test, body, other)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if (
            name in _FUNCTIONS and args
        ):
            parts = tuple(args)
        case _:
            raise FlopcountError(
                f"{quote(text)}: {quote(_text(node))} is not taken; an expression has whole "
                "numbers, sizes of a call, + - * // %, comparisons, and, or, not, if else, min, max"
            )
    for part in parts:
        yield from _checked(part, text)


def _value(node: ast.expr, facts: Mapping[str, int]) -> int:  # noqa: PLR0911  likewise
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.Name(id=name):
            return facts["in" if name == _INPUT else name]
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, facts), _value(right, facts))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, facts)
        case ast.UnaryOp(operand=operand):
            return int(not _value(operand, facts))
        case ast.BoolOp(op=op, values=values):
            some = any if isinstance(op, ast.Or) else all
            return int(some(_value(value, facts) for value in values))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return int(_COMPARED[type(op)](_value(left, facts), _value(right, facts)))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _value(body if _value(test, facts) else other, facts)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _FUNCTIONS[name](*(_value(arg, facts) for arg in args))
    raise AssertionError(ast.dump(node))  # what `_checked` takes is above


@cache
def _text(node: ast.expr) -> str:
    """A part of an expression as it is written."""
    return _AS_WRITTEN.sub("in", ast.unparse(node))
