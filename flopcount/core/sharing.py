"""Parameters that layers share: who holds them, and that they are the same wherever they are."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..errors import FlopcountError
from ..sizes import Size, differ, product
from .counts import COUNTS, PARAMETERS

if TYPE_CHECKING:
    from .graph import Row

# By the loop of a nest: what is not the same where an axis of a parameter differs.
_DIFFERS = dict.fromkeys("cg", "the channels that come in differ")
_DIFFERS |= {"k": "the channels that go out differ", "t": "the kernels differ"}


def _key(weights: Mapping[str, str], capital: str) -> str:
    """The key of a parameter, empty where it is not shared; of ``Wq`` that of ``W``, and a q."""
    whole = weights.get(capital[0], "")
    return weights.get(capital) or (whole and whole + capital[1:])


class _Held(NamedTuple):
    """A parameter where it is first used: by which layer, in which nest, its axes by their loop."""

    path: str
    nest: str
    axes: tuple[tuple[str, tuple[Size, ...]], ...]

    @property
    def size(self) -> Size:
        return product(size for _, sizes in self.axes for size in sizes)

    def __str__(self) -> str:
        axes = [sizes for _, sizes in self.axes if len(sizes) > 1 or sizes != (1,)]
        return "·".join(str(size) for sizes in axes for size in sizes) or "1"


class FirstUses:
    """The parameters that were met, by key, each with its first use."""

    def __init__(self) -> None:
        self._first: dict[str, _Held] = {}

    def row(self, row: "Row") -> "Row":
        """A row, knowing what it shares with those before it.

        Raises `FlopcountError` where that is of another size there.
        """
        weights, path = row.node.weights, row.node.path
        shares = {}
        for nest in row.work.nests if weights else ():
            for tensor in nest.form.reads:
                key = _key(weights, tensor.name) if tensor.is_parameter else ""
                if not key:
                    continue
                axes = tuple(zip(tensor.axes, nest.axes(tensor), strict=True))
                held = _Held(path, nest.text, axes)
                first = self._first.setdefault(key, held)
                if first.path != path:
                    _check_alike(tensor.name, first, held)
                    shares[tensor.name] = first.path
        return row if shares == row.shares else row._replace(shares=shares)

    def rows(self, rows: Iterable["Row"]) -> list["Row"]:
        """Some rows of a network, where these alone are meant: the first use is the first of them.

        So the part of a network that they are holds whatever parameters its layers use.
        """
        return [self.row(row) for row in rows]


def _check_alike(capital: str, first: _Held, here: _Held) -> None:
    """In the same nest axis by axis; in another one the axes may have another order."""
    if first.nest == here.nest:
        pairs = zip(first.axes, here.axes, strict=True)
        other = [loop for (loop, a), (_, b) in pairs if any(map(differ, a, b))]
    else:
        other = [""] if differ(first.size, here.size) else []
    if other:
        what = COUNTS[PARAMETERS[capital[0]]].title
        why = _DIFFERS.get(other[0])
        raise FlopcountError(
            f"shares its {what} with {first.path}, which has {first} of them, here {here}"
            + (f": {why}" if why else "")
        )
