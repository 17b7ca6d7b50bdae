"""What a model's tensor is of a value of the notation, axis by axis; and views of it."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple, TypeAlias

from ...core import Port
from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Shape

CHANNELS = "c"  # the last axis of a value of the notation; those of its grid are "0", "1", …


class Atom(NamedTuple):
    """A part of an axis of a value: so many numbers, each `step` further along that axis."""

    name: str
    size: int
    step: int = 1


Axis: TypeAlias = tuple[Atom, ...]  # of a model's tensor: the parts of a value that it runs over


@dataclass(frozen=True)
class Value:
    """A value of the notation, and how the tensor lies that a model has of it.

    `shape` is that of the notation, the channels last and without a batch. `axes` has for each
    axis of the model's tensor what of the value lies on it: nothing on an axis of 1.

    >>> first(Value("x", (5, 7, 3), ()))
    Value(port='x', shape=(5, 7, 3), axes=((), (Atom(name='c', size=3, step=1),), \
(Atom(name='0', size=5, step=1),), (Atom(name='1', size=7, step=1),)))
    """

    port: Port
    shape: Shape
    axes: tuple[Axis, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The shape of the model's tensor."""
        return tuple(prod(atom.size for atom in axis) for axis in self.axes)

    @property
    def said(self) -> str:
        """Its shape in a message."""
        return "×".join(map(str, self.shape))

    def whole(self, name: str) -> Axis:
        """An axis that has the whole of one of the value's axes, and nothing else."""
        size = self.shape[-1 if name == CHANNELS else int(name)]
        return () if size == 1 else (Atom(name, int(size)),)

    @property
    def grid(self) -> tuple[Axis, ...]:
        """The same of all axes of its grid."""
        return tuple(self.whole(str(axis)) for axis in range(len(self.shape) - 1))

    def seen(self, axes: Sequence[Axis]) -> "Value":
        """The same value, as another tensor of the model has it."""
        return Value(self.port, self.shape, tuple(axes))

    def at(self, port: Port) -> "Value":
        """What lies as this one does, at another port."""
        return Value(port, self.shape, self.axes)

    def of_channels(self, port: Port, channels: int, axis: int) -> "Value":
        """The same at another port, so many channels on that axis of the tensor."""
        other = Value(port, (*self.shape[:-1], channels), ())
        axes = [*self.axes]
        axes[axis] = other.whole(CHANNELS)
        return other.seen(axes)

    def regridded(self, port: Port, to: Sequence[int]) -> "Value":
        """What lies as this one does, its tensor of that shape: each axis has one of its own."""
        sizes = {axis: size for axis, size in zip(self.axes, to, strict=True) if axis}
        own = (*self.grid, self.whole(CHANNELS))
        new = Value(port, tuple(sizes.get(axis, 1) for axis in own), ())
        names = [*map(str, range(len(self.shape) - 1)), CHANNELS]
        placed = {axis: new.whole(name) for axis, name in zip(own, names, strict=True) if axis}
        return new.seen([placed[axis] if axis else () for axis in self.axes])


def first(value: Value) -> Value:
    """As PyTorch has a tensor: batch × channels × grid."""
    return value.seen(((), value.whole(CHANNELS), *value.grid))


def last(value: Value) -> Value:
    """As Keras has a tensor: batch × grid × channels."""
    return value.seen(((), *value.grid, value.whole(CHANNELS)))


def viewed(axes: tuple[Axis, ...], to: Sequence[int]) -> tuple[Axis, ...]:
    """The axes of a tensor under another shape of as many numbers: regrouped, or in another order.

    A model says of a view nothing but its shape: where the sizes are the same in another order the
    axes change places; those of one size keep theirs. Raises `FlopcountError` where parts would
    have to be cut that do not divide.

    >>> c, h = (Atom("c", 48),), (Atom("0", 28),)
    >>> parted = viewed(((), c, h), (1, 2, 24, 28))
    >>> parted
    ((), (Atom(name='c', size=2, step=24),), (Atom(name='c', size=24, step=1),), \
(Atom(name='0', size=28, step=1),))
    >>> viewed(viewed(parted, (1, 24, 2, 28)), (1, 48, 28))[1]
    (Atom(name='c', size=24, step=1), Atom(name='c', size=2, step=24))
    """
    known = [axis for axis in axes if axis]
    now, then = [_size(axis) for axis in known], [size for size in to if size != 1]
    if now != then and sorted(now) == sorted(then):
        return _permuted(known, to)
    return _regrouped([atom for axis in known for atom in axis], to)


def _size(axis: Axis) -> int:
    return prod(atom.size for atom in axis)


def _permuted(axes: list[Axis], to: Sequence[int]) -> tuple[Axis, ...]:
    left = [*axes]
    found: list[Axis] = []
    for size in to:
        place = next((n for n, axis in enumerate(left) if size != 1 and _size(axis) == size), None)
        found.append(() if place is None else left.pop(place))
    return tuple(found)


def _regrouped(atoms: list[Atom], to: Sequence[int]) -> tuple[Axis, ...]:
    left = atoms[::-1]
    found: list[Axis] = []
    for size in to:
        axis: list[Atom] = []
        lacks = size
        while lacks > 1:
            atom = left.pop() if left else Atom("", 1)
            if atom.size > 1 and lacks % atom.size == 0:
                axis.append(atom)
                lacks //= atom.size
            elif atom.size % lacks == 0 and atom.size > 1:
                rest = atom.size // lacks
                axis.append(Atom(atom.name, lacks, atom.step * rest))
                left.append(Atom(atom.name, rest, atom.step))
                lacks = 1
            else:
                shape = "×".join(map(str, to))
                raise FlopcountError(f"a view as {shape}, which cuts an axis unevenly")
        found.append(_merged(axis))
    return tuple(found)


def _merged(axis: Sequence[Atom]) -> Axis:
    """Parts of an axis that follow each other, as one."""
    merged: list[Atom] = []
    for atom in axis:
        before = merged[-1] if merged else None
        if before and before.name == atom.name and before.step == atom.size * atom.step:
            merged[-1] = Atom(atom.name, before.size * atom.size, atom.step)
        else:
            merged.append(atom)
    return tuple(merged)


def shuffled(axis: Axis) -> int:
    """Of how many groups the channels on an axis are shuffled; 0 where they are not."""
    if len(axis) != 2 or {atom.name for atom in axis} != {CHANNELS}:
        return 0
    each, groups = axis
    return groups.size if each.step == 1 and groups.step == each.size else 0
