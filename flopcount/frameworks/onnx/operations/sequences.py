"""Sequences and optional values, as far as their items are known before the model runs."""

from ....core.ops.tensors import Move
from ....sizes import differ, is_open
from ....sizes.size import ceil_div
from ...models.operands import Made
from ..values import NoNumbersError, Value
from .common import reads, whole
from .folding import sizes
from .moving import joined
from .table import Called, Computed, Listed, Result, Several, put_out, rule

MOST_ITEMS = 4096


def items_of(value: Value | None) -> tuple[Value, ...]:
    """The items of a sequence. Raises `NoNumbersError` where they are not known."""
    if value is None or value.items is None:
        raise NoNumbersError("the items of a sequence are not known before the model runs")
    return value.items


def _place(value: Value | None, many: int, default: int) -> int:
    """A place in a sequence that an input says. Raises `IndexError` for one that is not there."""
    if value is None:
        return default
    (at,) = sizes(value)
    if is_open(at) or not -many <= at <= many:
        raise IndexError(f"a sequence of {many} has no item {at}")
    return int(at) + many if at < 0 else int(at)


@rule("SequenceConstruct")
def _construct(a: Called) -> Result:
    return Listed(a.values(1, more=True))


@rule("SequenceEmpty")
def _empty(a: Called) -> Result:  # noqa: ARG001  it reads nothing
    return Listed(())


@rule("SequenceAt")
def _item(a: Called) -> Result:
    """An item; where the data says which, one of those that are all of one shape."""
    items, place = items_of(a.input(0)), a.input(1)
    if place is not None and place.numbers is None and items:
        if any(item.items is not None or item.shape != items[0].shape for item in items):
            return None
        return Made(Move("gather", (items[0].shape,)), reads(*items))
    return items[_place(place, len(items), 0)]


@rule("SequenceInsert")
def _insert(a: Called) -> Result:
    items = items_of(a.input(0))
    at = _place(a.input(2), len(items), len(items))
    return Listed((*items[:at], a.values(2)[1], *items[at:]))


@rule("SequenceErase")
def _erase(a: Called) -> Result:
    items = items_of(a.input(0))
    at = _place(a.input(1), len(items), len(items) - 1)
    return Listed((*items[:at], *items[at + 1 :]))


@rule("SequenceLength")
def _length(a: Called) -> Result:
    return Computed((), (len(items_of(a.input(0))),))


@rule("Optional", "OptionalGetElement")
def _optional(a: Called) -> Result:
    """A value that may be missing: where it is there, that value."""
    return a.input(0)


@rule("OptionalHasElement")
def _has(a: Called) -> Result:
    return Computed((), (a.input(0) is not None,), "bool")


@rule("ConcatFromSequence")
def _concat(a: Called) -> Result:
    items = a.values(1)[0].items
    if not items:
        return None
    shapes = [item.shape for item in items]
    if not a.get("new_axis", 0):
        axis = whole(a.get("axis", 0), len(shapes[0]))
        return Made(Move("concat", (joined(shapes, axis),)), reads(*items))
    axis = whole(a.get("axis", 0), len(shapes[0]) + 1)
    if any(len(s) != len(shapes[0]) or any(map(differ, s, shapes[0])) for s in shapes):
        raise ValueError("it stacks items that differ in shape")
    shape = (*shapes[0][:axis], len(items), *shapes[0][axis:])
    return Made(Move("stack", (shape,)), reads(*items))


@rule("SplitToSequence")
def _split(a: Called) -> Result:
    """Parts of equal size, as many as are said, or one by one; the last may be smaller."""
    x = a.values(1)[0]
    axis = whole(a.get("axis", 0), len(x.shape))
    size, said = x.shape[axis], a.input(1)
    parts = (1,) if said is None else sizes(said)
    if said is None or not said.shape:
        each = parts[0]
        if is_open(size) or is_open(each) or each < 1 or ceil_div(size, each) > MOST_ITEMS:
            return None
        parts = tuple(min(each, size - at) for at in range(0, size, each))
    elif differ(sum(parts), size):
        raise ValueError(f"parts of {' + '.join(map(str, parts))} are not {size}")
    gone = said is None and not a.get("keepdims", 1)
    middles = [() if gone else (part,) for part in parts]
    shapes = tuple((*x.shape[:axis], *middle, *x.shape[axis + 1 :]) for middle in middles)
    made = Made(Move("split", shapes), reads(x))
    items = tuple(Value(put_out(0, shape, place), x.dtype) for place, shape in enumerate(shapes))
    return Several((made,), (Listed(items),))
