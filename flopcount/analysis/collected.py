"""The products of a layer that has several, equal ones collected: ``4·512·768² + 2·512²·768``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..core import PARAMETERS, Nest, Row
from ..sizes import Size, product
from ..writing.cells import raised
from .pairs import pairs_text


class Product(NamedTuple):
    """So many times a product of sizes, as it is written and what it comes to."""

    text: str
    value: int


def has_several(row: Row) -> bool:
    """Whether a layer sums products in more than one nest, as attention and recurrences do."""
    return sum(nest.contracts for nest in row.work.nests) > 1


def products(row: Row, times: int, *, inside: bool = False) -> list[Product]:
    """The multiplies of a layer, each `times` over, in the order in which they are first needed.

    Products with weights are kept apart from those of two tensors, however equal their sizes: the
    one grows with the tokens, the other with their square. With `inside` of what counts alone: a
    number of pairs, or of taps along an axis, in the place of two loops, worked out where
    a mask says how many there are.

    >>> import flopcount as fc
    >>> [one.text for one in products(fc.parse("512x768 > attention 12").rows[0], 1)]
    ['4·512·768²', '2·512²·768']
    >>> [one.text for one in products(fc.parse("4x8 > attention 1 causal").rows[0], 1, inside=True)]
    ['4·4·8²', '2·(4·5/2)·8']
    """
    meets = [meet for nest in row.work.nests for axis in nest.meets.values() for meet in axis]
    said = {meet.inside: pairs_text(meet) for meet in meets} if inside else {}
    terms = (
        (
            any(read.is_parameter for read in nest.form.reads),
            _inside(nest) if inside else _factors(nest),
            times * nest.form.operations["multiplies"],
        )
        for nest in row.work.nests
        if nest.contracts
    )
    return _collected(terms, said)


def weights(row: Row) -> list[str]:
    """The weights of a layer that are its own, likewise.

    >>> import flopcount as fc
    >>> weights(fc.parse("512x768 > attention 12 kv=4").rows[0])
    ['2·768²', '2·768·256']
    """
    held = {
        read.name: _axes(nest, read.axes)
        for nest in row.work.nests
        for read in nest.form.reads
        if PARAMETERS.get(read.name[0]) == "weights" and read.name not in row.shares
    }
    return [found.text for found in _collected(((True, sizes, 1) for sizes in held.values()), {})]


def _collected(
    terms: Iterable[tuple[bool, tuple[Size, ...], int]], said: Mapping[Size, str]
) -> list[Product]:
    """Equal products as one: those of the same sizes in any order, some of them `said` in full."""
    counted: dict[tuple[bool, tuple[Size, ...]], int] = {}
    written: dict[tuple[bool, tuple[Size, ...]], tuple[Size, ...]] = {}
    for weighed, sizes, times in terms:
        key = weighed, tuple(sorted(sizes))
        written.setdefault(key, sizes)
        counted[key] = counted.get(key, 0) + times
    return [
        Product(_text(times, written[key], said), times * int(product(written[key])))
        for key, times in counted.items()
    ]


def _factors(nest: Nest) -> tuple[Size, ...]:
    """The sizes of a nest's loops: its tokens, then the channels; heads and theirs are one."""
    return _axes(nest, _loops(nest))


def _inside(nest: Nest) -> tuple[Size, ...]:
    """The same with the pairs of two loops that land."""
    if not nest.form.meets:
        return _factors(nest)
    pairs = [meet.inside for pair in nest.form.meets for meet in nest.meets[pair]]
    loops = [loop for loop in _loops(nest) if loop in nest.form.loops]
    return tuple(size for size in (*pairs, *_axes(nest, loops)) if size != 1)


def _loops(nest: Nest) -> tuple[str, ...]:
    """Its loops in the order in which they are read."""
    read = [axis for read in nest.form.reads for axis in read.axes if axis[0] != "?"]
    pairs = [loop for axis in (*read, *nest.form.meets) for loop in axis.split(":")]
    return tuple(dict.fromkeys((*pairs, *nest.form.loops)))


def _axes(nest: Nest, loops: Sequence[str]) -> tuple[Size, ...]:
    """The sizes along some loops, those that are one axis of channels together and last."""
    alone = [size for loop in loops if loop not in nest.joined for size in nest.axis(loop)]
    joined = product(size for loop in loops if loop in nest.joined for size in nest.axis(loop))
    return tuple(size for size in (*alone, joined) if size != 1)


def _text(times: int, sizes: Sequence[Size], said: Mapping[Size, str]) -> str:
    """``4·512·768²``: each size once, with its power."""
    powers = {size: sizes.count(size) for size in sizes}
    return "·".join(_written(times, powers, said)) or "1"


def _written(times: int, powers: Mapping[Size, int], said: Mapping[Size, str]) -> Iterator[str]:
    if times != 1:
        yield str(times)
    for size, power in powers.items():
        yield f"{said.get(size) or size}{raised(power) if power > 1 else ''}"
