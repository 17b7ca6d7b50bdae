"""What a formula prints, run: each form becomes a function of its sizes, in the names' order.

Python is executed, with no more builtins than it says that it needs, and JavaScript is run in V8.
Text and LaTeX are read back by readers of their own; sympy works out what LaTeX says. A function
gives None where the program refuses the sizes.
"""

import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from py_mini_racer import MiniRacer

import flopcount as fc
from flopcount.sizes.domain import Domain
from tests.analysis.readers import compiled, latex, text

Point = Sequence[int]
Form = Callable[[Sequence[Point]], list[int | None]]


def forms(found: fc.Formula) -> dict[str, Form]:
    """Every form of a formula that is a program, or that a reader makes one."""
    return {**programs(found), **readings(found)}


def programs(found: fc.Formula) -> dict[str, Form]:
    """The printed programs."""
    return {"Python": python(found), "JavaScript": javascript(found)}


def readings(found: fc.Formula) -> dict[str, Form]:
    """The others; they refuse nothing."""
    return {
        "text": _each(text(found.text(), found.names)),
        "LaTeX": _each(compiled(latex(found.latex()), found.names)),
        "sympy": _each(compiled(found.expr, found.names)),
    }


def _each(function: Callable[..., Any]) -> Form:
    return lambda points: [_whole(function(*point)) for point in points]


def _whole(number: Any) -> int:
    assert number == int(number), number  # a fraction would be a wrong formula
    return int(number)


# --- programs


def function_name(count: str) -> str:
    """The name of a printed function."""
    return re.sub(r"\W", "_", count)


def called_with(found: fc.Formula) -> Callable[..., Any]:
    """The printed Python as a function; no builtin but those that it uses."""
    builtins = {"int": int, "min": min, "max": max, "ValueError": ValueError}
    namespace: dict[str, Any] = {"__builtins__": builtins}
    exec(found.python(), namespace)  # noqa: S102  what is printed is there to be run
    function = namespace[function_name(found.count)]
    assert callable(function)
    return function


def python(found: fc.Formula) -> Form:
    """The printed Python."""
    function = called_with(found)

    def one(point: Point) -> int | None:
        try:
            value = function(*point)
        except ValueError:
            return None
        assert type(value) is int
        return value

    return lambda points: [*map(one, points)]


@cache
def _engine() -> MiniRacer:
    return MiniRacer()  # starting one takes longer than a formula


def evaluated(source: str) -> Any:
    """What a script comes to in V8."""
    return _engine().eval(source)


def javascript(found: fc.Formula) -> Form:
    """The printed JavaScript."""
    source = found.javascript()
    name = function_name(found.count)

    def all_of(points: Sequence[Point]) -> list[int | None]:
        sizes = ", ".join(f"[{', '.join(f'{size}n' for size in point)}]" for point in points)
        answers = evaluated(
            f"""(() => {{ "use strict"; {source}
            const one = point => {{
              try {{
                const value = {name}(...point);
                return typeof value == "bigint" ? String(value) : "no BigInt";
              }} catch (error) {{
                return error instanceof RangeError ? "refused" : String(error);
              }}
            }};
            return [{sizes}].map(one).join();
            }})()"""
        )
        split = answers.split(",") if points else []
        return [None if answer == "refused" else int(answer) for answer in split]

    return all_of


# --- sizes


def arguments(found: fc.Formula) -> tuple[str, ...]:
    """What is to be given to say where a formula holds: its names, and those of its domain alone.

    A printed program takes the names of the formula, and refuses what the domain says of them.
    """
    values = [found.value, *(condition.value for condition in found.holds.conditions)]
    inside = {name for value in values for name in getattr(value, "names", ())}
    return tuple(sorted({*found.holds.least, *inside}))


def only(found: fc.Formula, point: Point) -> tuple[int, ...]:
    """Of sizes for all arguments, those that the formula has."""
    both = zip(arguments(found), point, strict=True)
    return tuple(size for name, size in both if name in found.names)


def fits(found: fc.Formula, holds: Domain | None = None) -> Callable[[Point], bool]:
    """Whether sizes are in the domain, as its sentences say; they are read, not the program."""
    holds = holds or found.holds
    sentences = [text(sentence, arguments(found)) for sentence in holds.sentences]
    return lambda point: all(sentence(*point) for sentence in sentences)


def wrong_answers(
    found: fc.Formula, points: Sequence[Point], expected: Sequence[int | None]
) -> list[tuple[object, ...]]:
    """Where the domain or a form does not say what is expected; None is a size to be refused.

    A program that lacks a name of the domain cannot refuse what is said of that name.
    """
    fit, within = fits(found), fits(found, found.holds.over(frozenset(found.names)))
    lacks = arguments(found) != found.names
    pairs = [*zip(points, expected, strict=True)]
    wrong: list[tuple[object, ...]] = [
        ("domain", point, here) for point, here in pairs if fit(point) != (here is not None)
    ]
    fitting = [pair for pair in pairs if pair[1] is not None]
    asked = [pair for pair in pairs if not lacks or pair[1] is not None or not within(pair[0])]
    for kind, some in ((programs, asked), (readings, fitting)):
        for form, run in kind(found).items():
            answers = run([only(found, point) for point, _ in some])
            both = zip(some, answers, strict=True)
            wrong += [(form, point, here, a) for (point, here), a in both if a != here]
    return wrong


def points(
    names: Sequence[str], number: int, seed: str, least: int = 1, far: int = 30_000
) -> list[tuple[int, ...]]:
    """Sizes to try, the same each time: small, usual and large; of two, half are equal."""
    rng = random.Random(seed)  # noqa: S311  nothing secret
    ranges = [(least, least + more) for more in (9, 90, 600, far)]
    found = []
    for place in range(number):
        first, last = ranges[place % len(ranges)]
        one = [rng.randint(first, last) for _ in names]
        if place % 8 >= 4:
            one = one[:1] * len(one)
        found.append(tuple(one))
    return found
