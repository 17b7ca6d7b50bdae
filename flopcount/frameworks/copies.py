"""A small copy of a layer: of its kind in all that it does, and small enough to run literally."""

from fractions import Fraction

from ..core import INPUT, Network, Op, Row, text_of, walk, width_of, window_of
from ..errors import FlopcountError
from ..records import dataclass, replace
from ..sizes import Shape, product
from ..writing.cells import shape_text
from .counting import Counted, counted
from .smaller import larger, smaller
from .smaller_sequences import Key, scales

FEW_LINES = 2_500  # that a copy takes to run, where it can be made so small
MOST_LINES = 100_000  # that any may take: a second


@dataclass(frozen=True)
class Copy:
    """A small copy, priced, and what its nests did when they were run.

    Of a layer that works out means or maxima for itself, a norm or a softmax, `also` is what those
    of a second copy did, of another size.
    """

    row: Row
    ran: Counted
    also: Counted | None = None

    @property
    def key(self) -> Key:
        """What it is: two of one key are equal."""
        return self.row.node.op, self.row.inputs

    @property
    def name(self) -> str:
        """The layer and its input, in print: ``conv 3x3/2 2 on 4×4×2``."""
        op = self.row.node.op
        parts, window, width = [text_of(op) or op.word], window_of(op), width_of(op)
        if window:
            steps = window.stride[:1] if len({*window.stride}) == 1 else window.stride
            stride = "" if {*steps} == {1} else "/" + "x".join(map(str, steps))
            parts.append("x".join(map(str, window.kernel)) + stride)
        if width is not None and str(width) not in parts[0].split():
            parts.append(str(width))
        return f"{' '.join(parts)} on {' and '.join(map(shape_text, self.row.inputs))}"

    def taken(self, count: str, elements: int, means: int) -> Fraction | None:
        """How many operations of a kind a layer takes that puts out so many elements.

        Each takes what one of the copy takes, and so does each mean or maximum on the way: two
        copies say how many that are. None of a layer that does not grow so: see `scales`.
        """
        if not scales(self.row.node.op):
            return None
        done, here = self.ran.counts.get(count, 0), self.ran
        if self.also is None:
            return Fraction(done * elements, here.elements or 1)
        also, there = self.also.counts.get(count, 0), self.also
        apart = here.elements * there.means - there.elements * here.means
        if not apart:  # as many means as elements
            return Fraction(done * elements, here.elements)
        each = Fraction(done * there.means - also * here.means, apart)
        each_mean = Fraction(here.elements * also - there.elements * done, apart)
        return each * elements + each_mean * means


class Copies:
    """The small copies of layers; layers that differ in sizes alone have the same one."""

    def __init__(self) -> None:
        self._known: dict[Key, Copy] = {}

    def of(self, row: Row) -> Copy | None:
        """A row's copy; None where even a small one takes too many lines.

        Raises `FlopcountError` where its nests do not run.
        """
        smallest = None
        for op, inputs in smaller(row):
            if (op, inputs) in self._known:
                return self._known[op, inputs]
            smallest = _priced(row, op, inputs) or smallest
            if smallest and _lines(smallest) <= FEW_LINES:
                break
        if smallest is None or _lines(smallest) > MOST_LINES:
            return None
        key = (smallest.node.op, smallest.inputs)
        if key not in self._known:
            try:
                self._known[key] = _ran(row, smallest)
            except (ValueError, LookupError, TypeError) as error:
                path = row.node.path
                raise FlopcountError(f"{path}: a small copy's nests do not run: {error}") from None
        return self._known[key]


def _ran(row: Row, small: Row) -> Copy:
    ran = counted(small.work)
    if not ran.means or not scales(small.node.op):
        return Copy(small, ran)
    other = _priced(row, *larger(small.node.op, small.inputs))
    return Copy(small, ran, other and counted(other.work))


def _priced(row: Row, op: Op, inputs: tuple[Shape, ...]) -> Row | None:
    ports = [f"{INPUT}.{place}" for place, _ in enumerate(inputs)]
    node = replace(row.node, op=op, inputs=tuple(ports), like=None, weights={})
    named = dict(zip(ports, inputs, strict=True))
    try:
        return walk(Network(f"a copy of {node.path}", (node,), named, node.path))[0]
    except FlopcountError:  # a grid below what its window needs
        return None


def _lines(row: Row) -> int:
    """The rounds of all loops, by their lengths alone."""
    total = 0
    for nest in row.work.nests:
        loops = {*nest.form.loops, *(one for pair in nest.form.meets for one in pair.split(":"))}
        total += product([n for loop in loops for n in nest.axis(loop)])
    return total
