"""Rewrites as a reference names them, ``@name`` or ``@name=text``; the text is read once."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from ..core import Network
from ..errors import FlopcountError, at, quote
from ..reading import per_axis, whole_number
from ..records import dataclass, field
from ..rewrites import (
    asymmetric,
    factorize,
    mark_reductions,
    scale_widths,
    separable,
    share_keys,
    with_window,
    without_reductions,
)
from .model_changes import check_change

Change: TypeAlias = Callable[..., Network]

MULTIPLE = "multiple"  # of what widths are multiples once scaled: a modifier behind ``@width``
MAX_MULTIPLE = 2**16
_MAX_FACTORIZED = 10_000  # the kernel along an axis: each layer of it becomes half as many


@dataclass(frozen=True)
class Rewrite:
    """A rewrite as a reference names it, and what it does: `read_rewrite` makes it."""

    name: str
    text: str | None
    change: Change = field(repr=False, compare=False)

    def apply(self, network: Network, *, last: bool = True) -> Network:
        """Rewrite a network. Raises `FlopcountError` where the rewrite does not apply.

        Whether scaled widths fit is looked at by the `last` rewrite: a later one may let them.
        """
        early = self.name == "width" and not last
        with at(quote(f"@{self}")):
            if network.reader:
                check_change(self.name, network.name)
            return partial(self.change, check=False)(network) if early else self.change(network)

    def __str__(self) -> str:
        """As a reference has it."""
        return _written(self.name, self.text)


def read_rewrite(name: str, text: str | None = None) -> Rewrite:
    """Read a rewrite, one of `REWRITES`. Raises `FlopcountError` for a text that does not fit it.

    >>> str(read_rewrite("factorize", "5x5:3x3"))
    'factorize=5x5:3x3'
    """
    with at(quote(f"@{_written(name, text)}")):
        return Rewrite(name, text, REWRITES[name](text))


def _written(name: str, text: str | None) -> str:
    return name if text is None else f"{name}={text}"


def _read(text: str | None) -> str:
    return "" if text is None else f"read {quote(text)}, "


def _naive(text: str | None) -> Change:
    """``naive``, or ``naive=chained``: a reading."""
    return partial(without_reductions, reading="reduce" if text is None else text)


def _reduce(text: str | None) -> Change:
    """``reduce=layer*/conv1``: a pattern of layers' paths."""
    if not text:
        raise FlopcountError("expected a pattern of layers' paths, such as reduce=layer*/conv1")
    return partial(mark_reductions, pattern=text)


def _factorize(text: str | None) -> Change:
    """``factorize=5x5:3x3``, or ``factorize=nxn``."""
    if text == "nxn":
        return asymmetric
    kernels = re.fullmatch(r"([0-9x]+):([0-9x]+)", text or "")
    if not kernels:
        raise FlopcountError(f"{_read(text)}expected factorize=5x5:3x3 or factorize=nxn")
    large, small = (per_axis(kernel, "kernel", _MAX_FACTORIZED) for kernel in kernels.groups())
    return partial(factorize, large=large, small=small)


def _separable(text: str | None) -> Change:
    if text is not None:
        raise FlopcountError(f"read {quote(text)}; separable takes no value")
    return separable


def _width(text: str | None) -> Change:
    """``width=0.5``: a factor; ``width=0.5@multiple=8``: and of what widths are multiples."""
    from fractions import Fraction

    number, at_sign, of = (text or "").partition(f"@{MULTIPLE}=")
    read = _read(text and number)
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}", number):
        raise FlopcountError(f"{read}expected a factor such as width=0.5")
    factor = Fraction(number)
    if not 0 < factor <= 1000:
        raise FlopcountError(f"{read}expected a factor above 0 and at most 1000")
    multiple = whole_number(of, MULTIPLE, MAX_MULTIPLE, 2) if at_sign else 1
    return partial(scale_widths, factor=factor, multiple=multiple)


def _kv(text: str | None) -> Change:
    """``kv=8``: heads of keys and values."""
    if not text:
        raise FlopcountError("expected a number of heads, such as kv=8")
    return partial(share_keys, kv=whole_number(text, "kv"))


def _window(text: str | None) -> Change:
    """``window=512``: of tokens; ``window=7x7``: of a grid."""
    if not text:
        raise FlopcountError("expected a number of tokens, such as window=512, or window=7x7")
    return partial(with_window, window=per_axis(text, "window"))


def with_multiple(text: str | None, multiple: str) -> str:
    """What ``@width=`` and the ``@multiple=`` behind it say together.

    >>> with_multiple("0.5", "8")
    '0.5@multiple=8'
    """
    if f"@{MULTIPLE}=" in (text or ""):
        raise FlopcountError(f"{MULTIPLE} stands twice behind one @width")
    return f"{text or ''}@{MULTIPLE}={multiple}"


REWRITES: Mapping[str, Callable[[str | None], Change]] = {
    "naive": _naive,
    "reduce": _reduce,
    "factorize": _factorize,
    "separable": _separable,
    "width": _width,
    "kv": _kv,
    "window": _window,
}
