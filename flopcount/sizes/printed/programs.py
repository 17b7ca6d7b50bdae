"""A formula as a function in Python and JavaScript, which refuses the sizes that it is not for."""

import re
from collections.abc import Collection
from keyword import iskeyword

from ..condition import Condition
from ..domain import Domain, names_of, negated
from ..multiples import divisor
from ..polynomial import Number
from .forms import Walk, is_sum
from .languages import JAVASCRIPT, PYTHON, Language, helpers

_WIDTH = 88  # of a line that holds a whole formula


def python(formula: Number, name: str, holds: Domain) -> str:
    r"""As a Python function of whole numbers, with nothing to import.

    It takes the names of the formula in order, and raises `ValueError` for what is no whole number
    from 1, and outside the domain.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> print(python(3 * (-(-H // 2)), "multiplies", Domain()).partition("\n\n")[0])
    def multiplies(H):
        H = size(H, 1, "H")
        return 3*((H + 1) // 2)
    """
    return _program(PYTHON, formula, name, holds)


def javascript(formula: Number, name: str, holds: Domain) -> str:
    """As a JavaScript function that takes and returns BigInt, with nothing to import.

    It takes numbers too, and throws for what is no whole number from 1, and outside the domain.
    """
    return _program(JAVASCRIPT, formula, name, holds)


def _program(language: Language, formula: Number, name: str, holds: Domain) -> str:
    names = _spelt(formula, language.reserved)
    walk = language.walk(names)
    own = identifier(name)
    holds = holds.over(frozenset(names))
    lines = [language.head.format(name=own, names=", ".join(names.values()))]
    for shown, plain in names.items():
        least = holds.least.get(shown, 1)
        lines.append(language.size.format(name=plain, least=least, shown=shown))
    for one in holds.conditions:
        check = language.check.format(condition=condition(walk, one), sentence=negated(one))
        lines.append(check)
    summands = walk.summands(formula)
    short = language.answer.format(formula=" ".join(summands))
    indent = language.long.partition("{formula}")[0].rpartition("\n")[2]
    answer = language.long.format(formula=f"\n{indent}".join(summands))
    lines += [short if len(short) <= _WIDTH else answer, language.end]
    body = "\n".join(lines)
    called = walk.called | ({"size"} if names else set())
    return language.between.join([body, helpers(language, called)]) if called else body


def condition(walk: Walk, asked: Condition) -> str:
    """A condition as code, of a walk that writes code."""
    if (found := divisor(asked)) is not None:
        above, by = found
        whole = walk.alphabet.group(walk.written(above)) if is_sum(above) else walk.written(above)
        return f"{whole} % {walk.written(by)} != {walk.written(0)}"
    sign = {"<": "<", "≠": "!=", "=": "=="}[asked.relation]
    return f"{walk.written(asked.value)} {sign} {walk.written(0)}"


def _spelt(formula: Number, taken: Collection[str]) -> dict[str, str]:
    """The names of a formula in order, each as an identifier of its own."""
    spelt: dict[str, str] = {}
    for one in sorted(names_of(formula)):
        plain = identifier(one)
        while plain in spelt.values() or plain in taken:
            plain += "_"
        spelt[one] = plain
    return spelt


def identifier(name: str) -> str:
    """A name as one that Python and JavaScript allow.

    >>> identifier("3a.r5"), identifier("class")
    ('_3a_r5', 'class_')
    """
    plain = re.sub(r"\W", "_", name)
    plain = plain if plain[0].isalpha() else f"_{plain}"
    return f"{plain}_" if iskeyword(plain) else plain
