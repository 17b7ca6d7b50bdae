"""What a layer costs, written once for all layers that differ in their sizes alone.

The ops that price a report price polynomials in the sizes ``y[0]``, … of what a layer puts out and
``x[0]``, … of what it reads: nothing is counted a second time. What an op has open besides, such as
the width of a recurrence that puts out fewer channels, stands behind what it reads, as one shape
more.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ..core import COUNTS, Op, Row, open_sizes
from ..core.graph import Held
from ..reading import MAX_SIZE
from ..records import replace
from ..sizes import Shape, Size, is_open
from ..sizes.atoms import Atom, Name
from ..sizes.polynomial import Space, sole_atom, terms_of


class Kind(NamedTuple):
    """The counts of a layer by name, those that are not 0 whatever its sizes.

    In the names of `outputs` too: what is worked out of what a layer reads stands there under the
    name of the size that it is.
    """

    counts: Mapping[str, Size]
    outputs: Mapping[Atom, str]

    @property
    def inputs(self) -> int:
        """How many of what a layer reads have a size in its counts."""
        names = {name for size in self.counts.values() if is_open(size) for name in size.names}
        places = [int(name[1 : name.index("[")] or 0) for name in names if name[0] == "x"]
        return max(places, default=-1) + 1


def input_name(place: int) -> str:
    """The name of the shape that a layer reads at a place among what it reads.

    >>> input_name(0), input_name(2)
    ('x', 'x2')
    """
    return f"x{place or ''}"


class Kinds:
    """The kinds of the layers that were asked for: an op, and which sizes are open."""

    def __init__(self) -> None:
        self._space = Space()
        self._known: dict[tuple[Op, tuple[Shape, ...], frozenset[str]], Kind] = {}

    def of(self, row: Row) -> Kind:
        """The kind of a layer, the same for layers that are alike but for their sizes.

        >>> from flopcount import analyze
        >>> (row,) = analyze("8x8x3 > conv 1x1 4 nobias linear").rows
        >>> Kinds().of(row).counts["params"]
        12
        """
        op, last = row.node.op, len(row.output) - 1
        inputs = tuple(
            self._shape(shape, input_name(place)) for place, shape in enumerate(row.inputs)
        )
        changed = dict.fromkeys(open_sizes(op), self._space.name(f"y[{last}]", 1, MAX_SIZE))
        for place, name in enumerate(own_sizes(row)):
            changed[name] = self._space.name(f"{input_name(len(inputs))}[{place}]", 1, MAX_SIZE)
        if changed:
            op = replace(op, **changed)
        key = op, inputs, frozenset(row.shares)
        if key not in self._known:
            self._known[key] = self._counted(row, op, inputs)
        return self._known[key]

    def _counted(self, row: Row, op: Op, inputs: tuple[Shape, ...]) -> Kind:
        work = op.nests(*inputs)
        first, *others = work.outputs
        held = Held((self._shape(first, "y"), *others), work=work)
        priced = Row(replace(row.node, op=op), inputs, held, row.shares)
        counts = {name: priced.count(name) for name in COUNTS}
        atoms = {_sole(size): f"y[{axis}]" for axis, size in enumerate(first)}
        outputs = {
            atom: name for atom, name in atoms.items() if atom and not isinstance(atom, Name)
        }
        return Kind({name: size for name, size in counts.items() if size != 0}, outputs)

    def _shape(self, shape: Shape, name: str) -> Shape:
        return tuple(self._size(size, name, axis) for axis, size in enumerate(shape))

    def _size(self, size: Size, name: str, axis: int) -> Size:
        return self._space.name(f"{name}[{axis}]", 1, MAX_SIZE) if is_open(size) else size


def own_sizes(row: Row) -> dict[str, Size]:
    """What is open in a layer's op and is not how many channels it puts out, by its field."""
    return {name: size for name, size in open_sizes(row.node.op).items() if size != row.output[-1]}


def _sole(size: Size) -> Atom | None:
    """The atom that a size is, and nothing besides."""
    ((monomial, count), *others) = terms_of(size).items()
    return sole_atom(monomial) if count == 1 and not others else None
