"""Numbers, one or one an axis, from text, and the limits that hold for all of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .errors import FlopcountError, plural, quote

if TYPE_CHECKING:
    from fractions import Fraction

MAX_SIZE = 2**31
# Of a network, repeats multiplied out and rewrites done. Where all of them differ, the slowest form
# of a report takes about 4 s and 400 MB; the networks that people publish have some hundreds.
MAX_LAYERS = 20_000
MOST_LAYERS = 2_000  # of what does more with a layer than to count it: a page, a picture, a check

# Prefixes of a count and their powers of ten, as it is printed and as it is read.
POWERS = {"": 0, "K": 3, "M": 6, "G": 9, "T": 12, "P": 15}
NUMBER = re.compile(  # as `exact_number` reads
    r"(?P<number>[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][+]?[0-9]{1,3})?)(?P<prefix>[KMGTP]?)"
)
DECIMAL = re.compile(  # as `exact_decimal` reads
    r"(?P<number>[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?)(?P<prefix>[KMGTP]?)"
)
_NUMBER = re.compile(r"[0-9]+")
_PER_AXIS = re.compile(r"[0-9]+(?:x[0-9]+){0,2}")


def whole_number(text: str, what: str, most: int = MAX_SIZE, least: int = 1) -> int:
    """Read a whole number from `least` to `most`, digits only.

    >>> whole_number("64", "width")
    64
    >>> whole_number("6.4", "width")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: width is '6.4', not a whole number from 1 to 2**31
    """
    digits = text.lstrip("0") or "0"
    if _NUMBER.fullmatch(text) and len(digits) <= len(str(most)) and least <= int(digits) <= most:
        return int(digits)
    limit = "2**31" if most == MAX_SIZE else most
    raise FlopcountError(f"{what} is {quote(text)}, not a whole number from {least} to {limit}")


def texts(given: object, what: str, expected: str = "names") -> list[str]:
    """The texts that an argument is: one alone, or several.

    >>> texts("3a", "modules"), texts(("3a", "3b"), "modules")
    (['3a'], ['3a', '3b'])
    >>> texts(5, "modules")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: modules: expected names, not 5
    """
    found = [given] if isinstance(given, str) else given
    if not isinstance(found, Iterable) or isinstance(found, Mapping):
        raise FlopcountError(f"{what}: expected {expected}, not {quote(given)}")
    found = list(found)
    for one in found:
        if not isinstance(one, str):
            raise FlopcountError(f"{what}: expected {expected}, not {quote(one)}")
    return found


def bare_name(name: str) -> str:
    """The name of a module or branch without what a paper or a framework writes around it.

    >>> bare_name("inception (3a)"), bare_name("Inception_3A"), bare_name("5×5"), bare_name("1_2")
    ('3a', '3a', '5x5', '1.2')
    """
    spelled = re.sub(r"(?<=[0-9])[-_ ()]+(?=[0-9])", ".", name.casefold().replace("×", "x"))
    return re.sub("[-_ ()]", "", spelled).removeprefix("inception")  # conv1_1 is not conv11


def modules_meant(name: str, known: Sequence[str]) -> list[str]:
    """The modules that a name stands for: one, or those of the row that repeats a block.

    What a row has beside its blocks is a module of the row's own name (``conv 3x3 8 > 2 * block``).
    In another spelling than their own, where that is of one alone.

    >>> modules_meant("inception (3a)", ["3a", "C.1", "C.2"]), modules_meant("C", ["3a", "C.1"])
    (['3a'], ['C.1'])
    """
    rows = {module: module.rpartition(".")[0] for module in known}
    for candidate in (name, name.removeprefix("inception_"), name.removeprefix("inception-")):
        blocks = [module for module in known if candidate and rows[module] == candidate]
        if candidate in rows and _last_parts(blocks) != [str(n + 1) for n in range(len(blocks))]:
            return [candidate]  # 3 and 3.2 are rows of their own
        if candidate in rows or blocks:
            return [module for module in known if module == candidate or module in blocks]
    bare = bare_name(name)
    named = [module for module in known if bare_name(module) == bare]
    repeated = [module for module in known if rows[module] and bare_name(rows[module]) == bare]
    alone = bare and len(named or {rows[module] for module in repeated}) == 1
    return named or repeated if alone else []


def _last_parts(modules: Sequence[str]) -> list[str]:
    return [module.rpartition(".")[2] for module in modules]


def exact_number(text: str) -> int:
    """Read a whole number, also written ``100e6``, ``1.5G`` or ``1_000``; no float is used.

    >>> exact_number("9007199254740.993e3"), exact_number("1.5G")
    (9007199254740993, 1500000000)
    """
    from fractions import Fraction

    if found := NUMBER.fullmatch(text):
        try:
            value = Fraction(found["number"]) * 10 ** POWERS[found["prefix"]]
        except ValueError:  # Python reads a few thousand digits and no more
            raise FlopcountError(f"{quote(text)} has too many digits") from None
        if value.denominator == 1:
            return int(value)
    raise FlopcountError(f"{quote(text)} is not a whole number")


def exact_decimal(text: str) -> "int | Fraction":
    """Read a number that may have decimals, as `exact_number` reads a whole one: ``1e-3`` too.

    >>> exact_decimal("0.7130"), exact_decimal("2.5K")
    (Fraction(713, 1000), 2500)
    """
    from fractions import Fraction

    if found := DECIMAL.fullmatch(text):
        try:
            value = Fraction(found["number"]) * 10 ** POWERS[found["prefix"]]
        except ValueError:  # likewise
            raise FlopcountError(f"{quote(text)} has too many digits") from None
        return int(value) if value.denominator == 1 else value
    raise FlopcountError(f"{quote(text)} is not a number")


def per_axis(text: str, what: str, most: int = MAX_SIZE, least: int = 1) -> tuple[int, ...]:
    """Read one number for all axes of a grid, or one for each of two or three: ``2``, ``2x1``.

    >>> per_axis("2x1", "stride"), per_axis("2", "stride")
    ((2, 1), (2,))
    """
    if not _PER_AXIS.fullmatch(text):
        raise FlopcountError(f"{what} is {quote(text)}, not of the form 2, 2x1 or 2x1x1")
    return tuple([whole_number(part, what, most, least) for part in text.split("x")])


def shortest(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Equal numbers as one that holds for each axis.

    >>> shortest((2, 2)), shortest((2, 1))
    ((2,), (2, 1))
    """
    return sizes[:1] if len(set(sizes)) == 1 else sizes


def along(sizes: tuple[int, ...], axes: int) -> tuple[int, ...]:
    """The numbers along the axes of a grid: one that stands alone holds for each of them.

    >>> along((2,), 3), along((2, 1), 2)
    ((2, 2, 2), (2, 1))
    """
    return sizes * axes if len(sizes) == 1 else sizes


def axes_text(sizes: tuple[int, ...], times: str = "x") -> str:
    """Write what `per_axis` reads: one number where all are equal."""
    return times.join(map(str, shortest(sizes)))


def few_layers(layers: int, takes: str, *, of_modules: bool = True) -> None:
    """Raise `FlopcountError` for more than `MOST_LAYERS`: ``a page shows`` at most so many.

    `of_modules`: fewer modules have fewer layers, which is the cure then.
    """
    if layers > MOST_LAYERS:
        raise FlopcountError(
            f"{takes} at most {plural(MOST_LAYERS, 'layer')}, this network has {layers:,}"
            + ("; choose modules with --module" if of_modules else "")
        )
