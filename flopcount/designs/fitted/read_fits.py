"""What a model costs at sizes that are read one by one, where no formula is for all of them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from ...errors import FlopcountError
from ...notation import as_model
from ...sizes.polynomial import Space
from ..costs import costs_of
from .scaling import Price, Scaled

_NOTE = "each size that was looked at is a reading of the model"


class ReadPrice:
    """The counts at each value of what is scaled, each from a reading; `start` is the model's own.

    Raises `FlopcountError`, when called, for a size at which the model cannot be read.
    """

    divisors: Sequence[int] = ()

    def __init__(self, scaled: Scaled, names: Sequence[str], modules: Sequence[str]) -> None:
        self._scaled, self._names, self._modules = scaled, names, modules
        self._known: dict[int, Mapping[str, int] | FlopcountError] = {}
        self.start = scaled.tried[0]
        self.notes: tuple[str, ...] = ()

    def __call__(self, size: int) -> Mapping[str, int]:
        """The counts of this size."""
        if size not in self._known:
            self._known[size] = self._read(size)
        found = self._known[size]
        if isinstance(found, FlopcountError):
            raise found
        return found

    def _read(self, size: int) -> Mapping[str, int] | FlopcountError:
        try:
            costs = costs_of(self._scaled.build(size), Space(), self._modules)
            self.notes = (*costs.notes, _NOTE)
            return {name: int(count) for name, count in costs.counts(self._names).items()}
        except FlopcountError as error:
            return error

    def runs(self, size: int) -> bool:
        """Whether the model can be read at this size."""
        with suppress(FlopcountError):
            return bool(self(size))
        return False


def price_of(
    scaled: Scaled, names: Sequence[str], modules: Sequence[str], asked: Sequence[str]
) -> Price | ReadPrice:
    """What a draft costs at each value: by its formula, or, of a model that has none, by readings.

    That is also so of a model that runs at sizes that its formula is not for. Raises as `Price`.
    """
    if as_model(scaled.draft) is None or not scaled.variables:
        return Price(scaled, names, modules, asked)
    read, cause = ReadPrice(scaled, names, modules), None
    try:
        price = Price(scaled, names, modules, asked)
        with suppress(FlopcountError):
            if price(read.start) and price(read.start + 1):
                return price
    except FlopcountError as error:
        price, cause = None, error
    if read.runs(read.start + 1) and read.runs(read.start):
        return read
    if price is None:
        raise cause or FlopcountError("no size fits")
    return price


def as_read(
    price: Price | ReadPrice,
    scaled: Scaled,
    size: int,
    modules: Sequence[str],
    asked: Sequence[str],
) -> Mapping[str, int]:
    """The counts of a size, of a model those of a reading there, where it can be read.

    Raises `FlopcountError` where a count that is `asked` for is another by the formula.
    """
    counts = price(size)
    if as_model(scaled.draft) is None or not scaled.variables or isinstance(price, ReadPrice):
        return counts
    read = ReadPrice(scaled, [*counts], modules)
    if not read.runs(size):
        return counts
    for name in asked:
        if read(size)[name] != counts[name]:
            raise FlopcountError(
                f"{name}: the formula has {counts[name]:,} and the model {read(size)[name]:,} at "
                f"{scaled.shown(size)}"
            )
    return read(size)
