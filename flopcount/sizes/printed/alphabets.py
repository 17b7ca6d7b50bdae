"""The alphabets of LaTeX, Python and JavaScript: how each writes the parts of a formula.

Code divides by whole numbers alone, rounding down: Python's ``//``, and in JavaScript, whose
BigInt cuts towards zero, `floorDiv` of programs.py.
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from ..atoms import Atom
from ..polynomial import Number
from .forms import Walk, called


class _Latex:
    minus, divides, rounds_up = "-", True, True

    def name(self, name: str) -> str:
        if re.fullmatch("[A-Za-z]", name):
            return name
        if indexed := re.fullmatch("([A-Za-z])([0-9]+)", name):
            return f"{indexed[1]}_{{{indexed[2]}}}"
        escaped = re.sub(r"([_%#&$])", r"\\\1", name)
        return rf"\mathrm{{{escaped}}}"

    def term(self, count: Fraction, factors: Sequence[str]) -> str:
        above = [str(count.numerator)] if count.numerator != 1 or not factors else []
        written = "".join([*above, *factors][:1])
        for before, after in pairwise([*above, *factors]):
            # upright letters would run into what stands beside them: 992 and 3a.r5, say
            upright = before.startswith(r"\mathrm") or after.startswith(r"\mathrm")
            written += rf" \, {after}" if upright else f" {after}"
        return written if count.denominator == 1 else rf"\frac{{{written}}}{{{count.denominator}}}"

    def negative(self, term: str) -> str:
        return f"-{term}"

    def power(self, base: str, power: int) -> str:
        return f"{base}^{{{power}}}"

    def group(self, written: str) -> str:
        return rf"\left({written}\right)"

    def quotient(self, above: str, below: int, *, is_sum: bool) -> str:  # noqa: ARG002  in \frac
        return rf"\frac{{{above}}}{{{below}}}"

    def rounded(self, above: str, below: int, *, up: bool, is_sum: bool) -> str:
        inside = self.quotient(above, below, is_sum=is_sum)
        side = "ceil" if up else "floor"
        return rf"\left\l{side} {inside} \right\r{side}"

    def call(self, function: str, sizes: Sequence[str], numbers: Sequence[int]) -> str:
        name = rf"\{function}" if function != "taps" else r"\operatorname{taps}"
        inside = called(function, sizes, numbers, "; ").partition("(")[2][:-1]
        return rf"{name}\left({inside}\right)"


class _Code:
    """What Python and JavaScript have in common."""

    minus, divides, rounds_up = "-", False, False

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def name(self, name: str) -> str:
        return self._names.get(name, name)

    def number(self, number: int) -> str:
        raise NotImplementedError

    def term(self, count: Fraction, factors: Sequence[str]) -> str:
        above = [self.number(int(count))] if count != 1 or not factors else []
        return "*".join([*above, *factors])

    def negative(self, term: str) -> str:
        return f"-{term}"

    def power(self, base: str, power: int) -> str:
        return f"{base}**{self.number(power)}"

    def group(self, written: str) -> str:
        return f"({written})"

    def rounded(self, above: str, below: int, *, up: bool, is_sum: bool) -> str:  # noqa: ARG002  always down
        return self.quotient(above, below, is_sum=is_sum)

    def quotient(self, above: str, below: int, *, is_sum: bool) -> str:
        raise NotImplementedError

    def call(self, function: str, sizes: Sequence[str], numbers: Sequence[int]) -> str:
        n, *others = map(_bare, sizes)
        arguments = [n, *others, *map(self.number, numbers)]
        if function == "taps":
            arguments = [n, others[0], *map(self.number, numbers), others[1]]
        return f"{function}({', '.join(arguments)})"


def _bare(written: str) -> str:
    """Without brackets around the whole of it, which an argument does not need."""
    depth = 0
    for place, sign in enumerate(written):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return written[1:-1] if 0 < place == len(written) - 1 else written
    return written


class _Python(_Code):
    def number(self, number: int) -> str:
        return str(number)

    def quotient(self, above: str, below: int, *, is_sum: bool) -> str:
        # a product is divided as a whole: a*b // m is (a*b) // m
        return f"(({above}) // {below})" if is_sum else f"({above} // {below})"


class _JavaScript(_Code):
    def number(self, number: int) -> str:
        return f"{number}n"

    def negative(self, term: str) -> str:
        return f"-{term}" if term[0].isdigit() else f"-1n*{term}"  # -a**2n is no JavaScript

    def quotient(self, above: str, below: int, *, is_sum: bool) -> str:  # noqa: ARG002  in a call
        return f"floorDiv({above}, {below}n)"


def latex(number: Number) -> str:
    r"""For LaTeX, in the order of `text`.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> print(latex(9408 * (-(-H // 2)) ** 2 + 7))
    9408 \left\lceil \frac{H}{2} \right\rceil^{2} + 7
    """
    return _LATEX.written(number)


_LATEX = Walk(_Latex())


def python_walk(names: Mapping[str, str] | None = None) -> Walk:
    """The walk that writes Python, in which each name is spelt as `names` says."""
    return Walk(_Python(names or {}))


def javascript_walk(
    names: Mapping[str, str] | None = None, named: Mapping[Atom, str] | None = None
) -> Walk:
    """The walk that writes JavaScript over BigInt, likewise; `named` has names for some atoms."""
    return Walk(_JavaScript(names or {}), named)
