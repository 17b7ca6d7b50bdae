"""The one exception that a user's mistake raises, and the help that its message gives."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

MOST_LISTED = 24  # names in a message
_LONGEST_QUOTE = 70
_LONGEST_NAME = 100  # of which the nearest is looked for …
_MOST_NEAR = 200  # … among so many: to compare two names takes long
_MOST_OFFERED = 4  # names that are as near as each other
_MOST_MESSAGE = 900  # signs: of more, the middle is left out
_SHORT = 8  # letters: a shorter name has one slip at most


class FlopcountError(ValueError):
    r"""Bad input: one line that names the place, what was read, what was expected, and the cure.

    The command line prints it and exits with `code`. What a user wrote may be anything: of the
    whole message, what does not print is an escape, and the middle of a very long one is left out.

    >>> str(FlopcountError("two" + chr(10) + "lines"))
    'two\\nlines'
    """

    code = 2

    def __init__(self, message: str) -> None:
        text = visible(message)
        if len(text) > _MOST_MESSAGE:
            text = f"{text[: _MOST_MESSAGE - 300]} … {text[-300:]}"
        super().__init__(text)


class BudgetError(FlopcountError):
    """A budget that nothing meets; the input itself is fine."""

    code = 1


def quote(value: object) -> str:
    """Show what a user wrote: on one line, control characters escaped, cut when it is long.

    >>> quote("conv 5y5")
    "'conv 5y5'"
    >>> quote([1, 2])
    '[1, 2]'
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # more digits, or levels, than Python will print
        text = f"a {type(value).__name__} too large to show"
    return shorten(" ".join(map(str.strip, text.split("\n"))))  # a table's repr has many lines


def quote_path(path: str) -> str:
    """Show a path on one line; what is too long loses its front, not the file's name.

    >>> quote_path("nets/my.toml")
    "'nets/my.toml'"
    """
    text = repr(path)
    return text if len(text) <= _LONGEST_QUOTE else f"'…{text[-_LONGEST_QUOTE:]}"


def shorten(text: str) -> str:
    """Cut what is too long for a message."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"


def visible(text: str) -> str:
    r"""Show what does not print as an escape, so that a text stays on its line and moves nothing.

    >>> visible("1×1" + chr(27) + "[31m")
    '1×1\\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def comment(mark: str, text: str) -> str:
    r"""A comment that ends with its line, in a language that has such: no text in it is run.

    >>> comment("#", "a" + chr(10) + "b")
    '# a\\nb'
    """
    return f"{mark} {visible(text)}"


def plural(count: int, what: str, many: str = "") -> str:
    """Say how many.

    >>> plural(1, "layer"), plural(2, "layer"), plural(3, "axis", "axes")
    ('1 layer', '2 layers', '3 axes')
    """
    return f"{count:,} {what if count == 1 else many or f'{what}s'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a sentence has them.

    >>> listed(["bias"]), listed(["bias", "batch norm", "ReLU"]), listed(["csv", "json"], "or")
    ('bias', 'bias, batch norm and ReLU', 'csv or json')
    """
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def nearest(name: str, known: Iterable[str]) -> str:
    """Offer what `name` may be a slip for, or begins, as the end of a message; else nothing.

    A wrong hint is worse than none: all that are as near are named, and of a name about a quarter
    of the letters may differ, of a short one a single letter.

    >>> nearest("googlnet", ["googlenet", "inception-v3"])
    "; did you mean 'googlenet'?"
    >>> nearest("inception-v5", ["googlenet", "inception-v3", "inception-v4"])
    "; did you mean 'inception-v3' or 'inception-v4'?"
    >>> nearest("compares", ["norm_params", "elementwise.compares"])
    "; did you mean 'elementwise.compares'?"
    >>> nearest("alexnet", ["googlenet"]), nearest("upconv", ["conv"])
    ('', '')
    """
    close = alike(name, known)
    return f"; did you mean {listed([*map(repr, close)], 'or')}?" if close else ""


def alike(name: str, known: Iterable[str]) -> list[str]:
    """The known names that `nearest` offers."""
    folded = {other.casefold(): other for other in known if len(other) <= 2 * _LONGEST_NAME}
    typed = name[:_LONGEST_NAME].casefold()
    ends = [other for other in folded if other.rpartition(".")[2] == typed]
    fewest, near = _near(typed, folded)
    begun = [other for other in folded if len(typed) > 1 and other.startswith(typed)]
    if len(ends) == 1:
        near = ends
    elif begun and (fewest > 1 or not near):  # of many beginnings, none is meant more than others
        near = begun if len(begun) <= _MOST_OFFERED else []
    return [folded[other] for other in near]


def _near(typed: str, known: Collection[str]) -> tuple[int, list[str]]:
    """The fewest letters by which known names differ from what was typed, if few; these names."""
    from difflib import get_close_matches

    compared = known if len(known) <= _MOST_NEAR else _around(typed, known)
    least: dict[str, int] = {}
    for other in get_close_matches(typed, compared, n=2 * _MOST_OFFERED):
        longest = max(len(typed), len(other))
        apart = slips(typed, other)
        few = longest // 4 if longest >= _SHORT else int(not _are_others(typed, other))
        if apart <= few and (apart == 1 or _digits(typed) == _digits(other)):
            least[other] = apart
    fewest = min(least.values(), default=0)
    near = [other for other in least if least[other] == fewest][:_MOST_OFFERED]
    return fewest, [other for other in compared if other in near]


def _digits(name: str) -> list[str]:
    """The digits, which tell versions and sizes apart."""
    return [*filter(str.isdigit, name)]


def _are_others(one: str, other: str) -> bool:
    """Whether names are so short that a letter makes another of one: pan and pad."""
    if max(len(one), len(other)) < 3:
        return True
    words = len(one) == len(other) == 3 and one.isalpha() and other.isalpha()
    return words and sorted(one) != sorted(other)


def slips(one: str, other: str) -> int:
    """How many letters to leave out, put in, change, or swap with the next.

    The optimal string alignment distance: Damerau 1964, each letter touched once.

    >>> slips("cnov", "conv"), slips("upconv", "conv")
    (1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for place, sign in enumerate(other, 1):
            least = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != sign))
            if at > 1 and place > 1 and letter == other[place - 2] and sign == one[at - 2]:
                least = min(least, last[place - 2] + 1)
            row.append(least)
    return row[-1]


def _around(typed: str, known: Iterable[str]) -> list[str]:
    """Of many names those that begin most like what was typed, the nearest `_MOST_NEAR`."""
    from bisect import bisect

    ordered = sorted(known)
    middle = bisect(ordered, typed)
    return ordered[max(middle - _MOST_NEAR // 2, 0) : middle + _MOST_NEAR // 2]


def one_of(name: object, known: Iterable[str], what: str) -> str:
    """Say that `name` is not one of the `known` names for `what`.

    >>> one_of("modul", ["layer", "branch", "module"], "grain")
    "unknown grain 'modul' (known: layer, branch, module); did you mean 'module'?"
    """
    known = list(known)
    names = ""
    if 0 < len(known) <= MOST_LISTED:
        names = f" (known: {', '.join(map(shorten, known))})"
    return f"unknown {what} {quote(name)}{names}{nearest(str(name), known)}"


@contextmanager
def at(place: str) -> Iterator[None]:
    """Say of an error where it is: in which field of a table, behind which ``@``."""
    try:
        yield
    except FlopcountError as error:
        raise FlopcountError(f"{place}: {error}") from None
