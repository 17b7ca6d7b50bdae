"""Tokens: grids in a row, places in the channels' stead, one of them, all but some, patches."""

from collections.abc import Sequence
from itertools import takewhile
from math import prod
from typing import Protocol

from ...core import Network, Op, Port
from ...core.graph import output_of
from ...core.ops.resampling import Crop, PixelShuffle
from ...core.ops.tokens import Select, Tokens, Transpose
from ...errors import FlopcountError
from .values import CHANNELS, Atom, Axis, Value


class Lifts(Protocol):
    """What is asked of a network as it is lifted: see `lifting.Lifting`."""

    network: Network
    in_rows: bool
    extra: int
    masked: bool

    def once(self, op: Op, name: str, at: Port) -> str:
        """The path of a node that all share who need that op of that port."""

    def read(self, at: Port) -> Value:
        """The value at a port of the model."""


def in_a_row(lifting: Lifts, value: Value) -> Value:
    """A grid as tokens, the places of which lie in order on one axis of the model's tensor."""
    if len(value.shape) == 2:
        return value
    at = lifting.once(Tokens(), "tokens", value.port)
    places = prod(int(size) for size in value.shape[:-1])
    made = Value(at, (places, value.shape[-1]), ())
    return made.seen([_named(value, axis, made) for axis in value.axes])


def _named(value: Value, axis: Axis, tokens: Value) -> Axis:
    return tokens.whole("0") if axis and axis == _in_order(value) else axis


def _in_order(value: Value) -> Axis:
    """What an axis has on which all places of a grid lie, in order."""
    return tuple(atom for whole in value.grid for atom in whole)


def flattened(lifting: Lifts, value: Value) -> Value:
    """The value, as tokens where a view has made a sequence of a grid: batch × tokens × channels.

    That is so where the network does not go back to the grid: `Lifting.in_rows`.
    """
    wanted = ((), _in_order(value), value.whole(CHANNELS))
    is_row = len(value.shape) > 2 and len(value.axes) == 3 and all(wanted[1:])
    if lifting.in_rows and is_row and sorted(value.axes) == sorted(wanted) and not value.axes[0]:
        return in_a_row(lifting, value)
    return value


def transposed(lifting: Lifts, value: Value) -> Value:
    """Tokens and channels in each other's place: the numbers of one channel become a token."""
    made = lifting.once(Transpose(), "transpose", value.port)
    turned = Value(made, (value.shape[1], value.shape[0]), ())
    names = {"0": CHANNELS, CHANNELS: "0"}
    axes = [tuple(Atom(names[at.name], at.size, at.step) for at in axis) for axis in value.axes]
    return turned.seen(axes)


def places_last(lifting: Lifts, value: Value) -> Value | None:
    """A value whose places lie on the last axis, transposed; None where they do not."""
    if len(value.shape) < 2 or not value.axes[-1] or value.axes[-1] != _in_order(value):
        return None
    if value.whole(CHANNELS) not in value.axes:
        return None
    return transposed(lifting, in_a_row(lifting, value))


def upright(lifting: Lifts, value: Value) -> Value:
    """Tokens × channels as the model's tensor has them: its channels on the last axis."""
    if len(value.shape) == 2 and value.axes[-1] and value.axes[-1] == value.whole("0"):
        return transposed(lifting, value)
    return value


def part(lifting: Lifts, value: Value, before: Port, at: Port) -> Value | None:
    """A view of one token, or of all but those put before a grid's; None of another part.

    Raises `FlopcountError` where several views take one token each: a view does not say which.
    """
    sizes = [int(size) for size in lifting.network.views[at]]
    own, rest = value.whole(CHANNELS), [axis for axis in value.axes if axis]
    if len(value.shape) != 2 or rest not in ([value.whole("0"), own], [own, value.whole("0")]):
        return None
    tokens, channels = (int(size) for size in value.shape)
    left, odd = divmod(prod(sizes), channels)
    if odd or not left or left >= tokens or own not in value.axes:
        return None
    if left == 1:
        views = lifting.network.views.items()
        alike = [view for view, shape in views if view.rpartition(":v")[0] == before]
        single = [view for view in alike if prod(map(int, lifting.network.views[view])) == channels]
        if len(single) > 1:
            raise FlopcountError(f"{len(single)} tokens of {before} are read, each by itself")
        which = "last" if lifting.masked and not lifting.extra else "first"
        made = Value(lifting.once(Select(which), "select", value.port), (1, channels), ())
        return made.seen([made.whole(CHANNELS) if size == channels else () for size in sizes])
    if tokens - left != lifting.extra or len(sizes) != len(value.axes):
        return None
    crop = Crop((tokens - left,), (0,))
    made = Value(lifting.once(crop, "crop", value.port), (left, channels), ())
    return made.seen([made.whole("0") if axis == value.whole("0") else axis for axis in value.axes])


def patches(lifting: Lifts, value: Value, axis: int) -> Value | None:
    """The numbers of each patch of a grid as channels, where they lie on that axis; else None."""
    own = value.whole(CHANNELS)
    inner = [atom for atom in value.axes[axis] if atom.name != CHANNELS]
    names = [str(place) for place in range(len(value.shape) - 1)]
    if sorted(atom.name for atom in inner) != names or any(atom.step != 1 for atom in inner):
        return None
    if tuple(atom for atom in value.axes[axis] if atom.name == CHANNELS) != own:
        return None
    factor = tuple(next(a.size for a in inner if a.name == name) for name in names)
    at = lifting.once(PixelShuffle(factor, back=True), "pixelunshuffle", value.port)
    grid = [int(n) // by for n, by in zip(value.shape, factor, strict=False)]
    made = Value(at, (*grid, int(value.shape[-1]) * prod(factor)), ())
    axes: list[Axis] = [tuple(Atom(a.name, a.size) for a in other) for other in value.axes]
    axes[axis] = made.whole(CHANNELS)
    return made.seen(axes)


def merged(lifting: Lifts, ports: Sequence[Port]) -> Value | None:
    """Every second place of a grid, each of 2×2 by itself, side by side: its patches as channels.

    As Swin merges patches; None where that is not what the ports are.
    """
    if len({output_of(at) for at in ports}) != 1 or len({*ports}) != len(ports) or len(ports) != 4:
        return None
    steps = zip(*[at.split(":") for at in ports], strict=False)
    alike = takewhile(lambda here: len({*here}) == 1, steps)
    value = lifting.read(":".join(here[0] for here in alike))
    if len(value.shape) != 3 or value.axes != ((), *value.grid, value.whole(CHANNELS)):
        return None
    halves = [int(size) // 2 for size in value.shape[:-1]]
    shape = (1, *halves, int(value.shape[-1]))
    if any(int(n) % 2 for n in value.shape[:-1]):
        return None
    if any(tuple(lifting.network.shapes[at]) != shape for at in ports):
        return None
    at = lifting.once(PixelShuffle((2, 2), back=True), "pixelunshuffle", value.port)
    made = Value(at, (*halves, int(value.shape[-1]) * 4), ())
    return made.seen(((), *made.grid, made.whole(CHANNELS)))
