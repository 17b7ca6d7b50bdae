"""What is counted: one registry. A count is read off the nests of a row when it is asked for."""

from collections import ChainMap
from collections.abc import Callable, Iterable
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

from ..sizes import Size, product

if TYPE_CHECKING:
    from .graph import Row

# By the first letter of its name, which count a parameter belongs to: kernels, lookups, slopes of
# an activation and factors of a layer scale; biases; a norm's γ and β; batch norm's moving mean and
# variance.
PARAMETERS = {
    "W": "weights",
    "E": "weights",
    "A": "weights",
    "B": "biases",
    "G": "norm_params",
    "S": "norm_params",
    "M": "norm_stats",
    "V": "norm_stats",
}
_SUMS = {  # counts that are sums of those
    "params": ("weights", "biases", "norm_params"),
    "params_with_stats": ("weights", "biases", "norm_params", "norm_stats"),
}
# What MACs and FLOPs are, said here and nowhere else: 1 MAC is a multiply and an add, 2 FLOPs.
UNITS = {"multiplies": 1, "macs": 1, "flops": 2}


class Count(NamedTuple):
    """A count: its name in files, its title in print, the sentence that a heading prints.

    `of` gives it for one sample; parameters do not grow with a batch.
    """

    name: str
    title: str
    says: str
    of: Callable[["Row"], Size]
    unit: str = "operations"

    @property
    def grows(self) -> bool:
        """Whether a batch of n samples has n times as many."""
        return self.unit != "parameters"


def _multiplies(row: "Row", *, inside: bool) -> Size:
    total: Size = 0
    for nest in row.work.nests:
        if nest.contracts:
            total = total + nest.lines(inside=inside) * nest.form.operations["multiplies"]
    return total


def _restated(row: "Row", *, unit: str) -> Size:
    return row.known("multiplies") * UNITS[unit]


def _parameters(row: "Row", *, counts: tuple[str, ...]) -> Size:
    held = {name: size for name, size in row.work.parameters.items() if name not in row.shares}
    return sum(size for capital, size in held.items() if PARAMETERS[capital[0]] in counts)


def _stored(name: str, says: str) -> Count:
    of = partial(_parameters, counts=_SUMS.get(name, (name,)))
    return Count(name, name.replace("_", " "), says, of, "parameters")


def _activations(row: "Row") -> Size:
    outputs = () if row.work.view else row.held.outputs
    return sum(map(product, outputs))


def _elementwise(row: "Row", *, kind: str) -> Size:
    return row.work.operations.get(kind, 0)


_PARAMETERS = {
    "params": "what trains: weights + biases + norm params",
    "weights": "the numbers in kernels, and the slopes of PReLU",
    "biases": "biases, one for each channel of a layer that has them",
    "norm_params": "the γ and β of norms, those that exist",
    "norm_stats": "batch norm's moving mean and variance, which do not train",
    "params_with_stats": "all that is stored, Keras' total params: params + norm stats",
}
_ELEMENTWISE = {
    "adds": "adds and subtractions beside those of the multiplies",
    "multiplies": "multiplications element by element: batch norm, squares, scaling",
    "compares": "comparisons, of activations and pooling",
    "divides": "divisions, of means, softmax and normalising",
    "exponentials": "exponential functions, logarithms, and powers with a real exponent",
}
PRODUCTS = (  # in the sentence of the multiplies; those of other families come behind
    "of convolutions, k_h·k_w·(c_in/groups)·c_out·h_out·w_out, taps on padding included",
    "of dense layers, in·out",
)
_COUNTS = (
    Count(
        "multiplies",
        "multiplies",
        f"the multiplies {', and '.join(PRODUCTS)}; no other operations",
        partial(_multiplies, inside=False),
        "multiplications",
    ),
    Count(
        "multiplies_unpadded",
        "multiplies unpadded",
        "the multiplies whose tap falls inside the image: what a compiler counts",
        partial(_multiplies, inside=True),
        "multiplications",
    ),
    *(_stored(name, says) for name, says in _PARAMETERS.items()),
    Count("activations", "activations", "output elements", _activations, "elements"),
    *(
        Count(f"elementwise.{kind}", f"elementwise {kind}", says, partial(_elementwise, kind=kind))
        for kind, says in _ELEMENTWISE.items()
    ),
)
_MULTIPLIED = "those of convolutions and dense layers, taps on padding included"
RESTATED = {
    "macs": "a multiply and an add each, as many as multiplies",
    "flops": f"{UNITS['flops']} × multiplies, for a multiply and an add each",
}
_RESTATED = [
    Count(name, title, f"{says}: {_MULTIPLIED}", partial(_restated, unit=name), "multiplications")
    for (name, says), title in zip(RESTATED.items(), ("MACs", "FLOPs"), strict=True)
]
COUNTS = {count.name: count for count in _COUNTS}
# Where a count is asked for by its name, the multiplies have two names more.
NAMED = ChainMap(COUNTS, {count.name: count for count in (_COUNTS[0], *_RESTATED)})


class Counts:
    """The counts of some rows by name, each worked out when it is asked for: ``.multiplies``.

    Of `batch` samples; parameters are those of the network. Where nobody knows what some of the
    rows compute, they are not `complete`, and each is at least what it says.
    """

    def __init__(self, rows: Iterable["Row"], batch: Size = 1) -> None:
        self._rows = rows
        self._batch = batch
        self._known: dict[str, Size] = {}
        self._complete: bool | None = None

    def __getitem__(self, name: str) -> Size:
        """A count by its name, ``macs`` and ``flops`` too. Raises `KeyError` for another."""
        if name not in self._known:
            total: Size = 0
            for row in self._rows:
                count = row.count(name)
                total = total if count is None else total + count
            self._known[name] = total * self._batch if NAMED[name].grows else total
        return self._known[name]

    def get(self, name: str) -> Size | None:
        """A count by its name; None where it is known of none of the rows, if there are any."""
        rows = self._rows
        known = not rows or any(row.count(name) is not None for row in rows)
        return self[name] if known else None

    def is_whole(self, name: str) -> bool:
        """Whether a count has all there is: of parameters, and of elements where it has a shape."""
        unit = NAMED[name].unit
        shaped = unit == "elements" and all(row.held.outputs for row in self._rows)
        return unit == "parameters" or shaped or self.complete

    def __getattr__(self, name: str) -> Size:
        """A count by its name."""
        if name not in NAMED:
            raise AttributeError(f"there is no count {name!r}")
        return self[name]

    @property
    def complete(self) -> bool:
        """Whether it is known of each row what it computes."""
        if self._complete is None:
            self._complete = all(row.held.known for row in self._rows)
        return self._complete

    @property
    def elementwise(self) -> SimpleNamespace:
        """The operations beside the multiplies, by kind: ``.adds``, ``.compares``, …."""
        return SimpleNamespace(**{kind: self[f"elementwise.{kind}"] for kind in _ELEMENTWISE})

    def __eq__(self, other: object) -> bool:
        """Whether every count is equal."""
        return isinstance(other, Counts) and all(self[name] == other[name] for name in COUNTS)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Every count that is not zero."""
        return f"<Counts {', '.join(f'{name}={self[name]}' for name in COUNTS if self[name] != 0)}>"
