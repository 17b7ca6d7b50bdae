"""What stands in the columns of a row, and how it is put into the row's layers.

A width may be an open size. What else a column stands for (a kernel, a stride, a number of repeats,
the value of a word) makes the layers, and is known before they are.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from ..core import SINGLE
from ..core.ops.words import OPS
from ..errors import FlopcountError, one_of, quote
from ..reading import MAX_LAYERS, MAX_SIZE, whole_number
from ..records import replace
from ..sizes import Size, as_size, is_open, part_of, product
from .numbers import read_window
from .scale import as_it_is
from .trees import (
    BRANCHES,
    Bracket,
    Column,
    Experts,
    Layer,
    Multiple,
    Number,
    PerAxis,
    Ref,
    Repeat,
    Shared,
    Spec,
    Width,
)
from .unknown import word_hint
from .vocabulary import canonical, settings

Cell: TypeAlias = Size | str  # a str is more than one number: "3x1", "7x7/2"
Cells: TypeAlias = Mapping[str, Cell]  # by column

REPEATS = "a number of repeats"  # what a column of a row stands for
_CELL = re.compile(r"[0-9]+(x[0-9]+)*(/[0-9]+(x[0-9]+)*)?")
_LONGEST = 40  # characters of a cell
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_WHAT = {
    "pad": "a padding",
    "to": "the grid of to=",
    "dilation": "a dilation",
    "groups": "a number of groups",
    "multiplier": "a channel multiplier",
    "norm": "a number of groups",
    "kv": "a number of heads of keys",
    "layers": "a number of layers",
}


class Sized(NamedTuple):
    """The width of a layer: a size; or, where it follows ``in``, `times` of that over `over`.

    A size that is written as a part or a multiple of another, `base`, has them too. `multiple` is
    what it is rounded to.
    """

    width: Size
    follows: bool = False
    times: Size = 1
    over: int = 1
    multiple: int = 1
    base: Size | None = None


def read_cell(value: object, place: str) -> Cell:
    """Read what stands for more than a width: a whole number, or a text such as ``"3x1"``.

    Raises `FlopcountError` for anything else.
    """
    if isinstance(value, str):
        text = value.replace("×", "x")
        if len(text) <= _LONGEST and _CELL.fullmatch(text):
            return text
        raise FlopcountError(f"{place} is {quote(value)}, not a number or a text such as '3x1'")
    return 0 if type(value) is int and value == 0 else as_size(value, place)


def cell_of(name: str, cells: Cells) -> Cell:
    """What stands in a column. Raises `FlopcountError` for one that the row does not have."""
    if name not in cells:
        hint = "" if cells else " (columns are of a table's rows)"
        raise FlopcountError(one_of(name, cells, "column") + hint)
    return cells[name]


def _text_of(name: str, cells: Cells) -> str:
    cell = cell_of(name, cells)
    if is_open(cell) and not isinstance(cell, str):
        raise FlopcountError(f"column {name} is {cell}, and only a width can be open")
    return str(cell)


def filled(layer: Layer, cells: Cells) -> Layer:
    """The layer with what stands in its columns, but for that of its width.

    Raises `FlopcountError` where it does not fit: a groups=0, say.
    """
    if not any(True for _ in _roles(layer)):
        return layer

    words = [_put(word, cells) for word in layer.words]
    settings(words, layer.op)
    kernel, stride, what = layer.kernel, layer.stride, OPS[layer.op].kernel
    if kernel and what in SINGLE:
        kernel = (count_of(kernel[0], cells, f"the {layer.op}'s {what}", MAX_SIZE),)
    elif kernel:
        kernel, stride = read_window(_window(kernel, stride, cells), what)
    return replace(layer, kernel=kernel, stride=stride, words=canonical(words, len(kernel or ())))


def _put(text: str, cells: Cells) -> str:
    return _IN_BRACES.sub(lambda column: _text_of(column[1], cells), text)


def _window(kernel: PerAxis, stride: PerAxis, cells: Cells) -> str:
    """A kernel with its stride as text.

    A column is all of either, or stands for one number of it; of a kernel that has no stride, it
    may have both.
    """
    parts = [kernel] if stride == (1,) else [kernel, stride]
    whole = "/".join("x".join(map(str, sides)) for sides in parts)
    for sides in parts:
        for side in sides:
            text = _put(str(side), cells)
            if ("x" in text and len(sides) > 1) or ("/" in text and len(whole) > len(str(side))):
                raise FlopcountError(
                    f"{side} is {quote(text)}, which does not fit in {quote(whole)}"
                )
    return _put(whole, cells)


def count_of(
    count: Number, cells: Cells, what: str = "the number of repeats", most: int = MAX_LAYERS
) -> int:
    """A number, such as that of repeats; what is left of a column's may be 0.

    Raises `FlopcountError` for anything else.
    """
    if isinstance(count, int):
        return count
    what = f"{what}, {count.name},"
    found = whole_number(_text_of(count.name, cells), what, most)
    if found < count.less:
        raise FlopcountError(f"{what} is {found}, which is less than {count.less}")
    return found - count.less


def rounded_to(layer: Layer) -> tuple[Layer, int]:
    """A layer without its word ``multiple=8``, and the 8; else 1."""
    for word in layer.words:
        key, equals, number = word.partition("=")
        if equals and key == "multiple":
            words = tuple([other for other in layer.words if other != word])
            return replace(layer, words=words), int(number)
    return layer, 1


def written_width(
    width: Width | None,
    cells: Cells,
    constants: Mapping[str, Size],
    multiple: int = 1,
    scaled: Callable[[Size], Size] = as_it_is,
) -> Sized:
    """The width that a layer is written with; where it has none, 1.

    `constants` are what its names stand for, `multiple` what it is rounded to, `scaled` makes of a
    number or a column what the table's scale makes of it. Raises `FlopcountError` for a name or a
    column that is not there, and where what is divided does not divide.
    """
    if width is None:
        return Sized(1)
    factors = width.factors if isinstance(width, Multiple) else (width,)
    *times, last = sorted(factors, key=lambda one: not isinstance(one, int))  # what it is of
    factor = product([_factor(one, cells, constants) for one in times])
    over = width.over if isinstance(width, Multiple) else 1
    if isinstance(over, Column):
        over = whole_number(_text_of(over.name, cells), f"the divisor {over.name}")
    if last == "in":
        return Sized(1, True, factor, over, multiple)  # noqa: FBT003  it follows
    base = _factor(last, cells, constants)
    base = base if isinstance(last, str) else scaled(base)
    if not isinstance(width, Multiple) and multiple == 1:
        return Sized(base)
    size = as_size(part_of(base, factor, over, multiple), "the width")
    return Sized(size, False, factor, over, multiple, base)  # noqa: FBT003


def _factor(width: int | str | Column, cells: Cells, constants: Mapping[str, Size]) -> Size:
    if isinstance(width, Column):
        cell = cell_of(width.name, cells)
        if isinstance(cell, str) or (not is_open(cell) and cell < 1):
            raise FlopcountError(f"column {width.name} is {quote(cell)}, which is no width")
        return cell
    if isinstance(width, int):
        return width
    if width not in constants:
        raise FlopcountError(
            f"width {quote(width)} is a free name: not a number, a {{column}}, 'in' or a "
            f"constant of the table{word_hint(width, constants)}"
        )
    return constants[width]


# --- which columns of a row are more than widths


def own_columns(text: str) -> list[str]:
    """The columns that a row's text names, each once, in the order in which they are written."""
    return list(dict.fromkeys(name.strip() for name in _IN_BRACES.findall(text)))


def roles(spec: Spec, known: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """What columns stand for in a spec besides widths, and the blocks that are named in it.

    What is shared is a block where that is `known`, else a spec or a row.
    """
    found: dict[str, str] = {}
    blocks: list[str] = []
    open_specs = [spec]
    while open_specs:
        for term in open_specs.pop():
            if isinstance(term, Layer):
                found |= dict(_roles(term))
            elif isinstance(term, Repeat):
                open_specs.append(term.spec)
                if isinstance(term.count, Column):
                    found[term.count.name] = REPEATS
            elif isinstance(term, Bracket):
                open_specs += [arm.spec for arm in term.arms]
            elif isinstance(term, Experts):
                open_specs.append(term.spec)
                numbers = {"of experts": term.count, "that a token takes": term.top}
                found |= {
                    number.name: f"a number {what}"
                    for what, number in numbers.items()
                    if isinstance(number, Column)
                }
            elif isinstance(term, Shared):
                open_specs.append(term.spec or ())
                blocks += [term.name] if term.name in known else []
            elif isinstance(term, Ref) and term != BRANCHES:
                blocks.append(term.name)
    return found, blocks


def _roles(layer: Layer) -> Iterator[tuple[str, str]]:
    """What columns stand for in a layer besides widths."""
    of = OPS[layer.op].kernel
    kernel = {"heads": "a number of heads", "length": "a number of places"}.get(of, f"a {of}")
    for sides, what in ((layer.kernel or (), kernel), (layer.stride, "a stride")):
        yield from ((side.name, what) for side in sides if isinstance(side, Column))
    if isinstance(layer.width, Multiple) and isinstance(layer.width.over, Column):
        yield layer.width.over.name, "the divisor of a width"
    for word in layer.words:
        if "{" in word:
            key = word.partition("=")[0]
            what = _WHAT.get(key, f"the value of {key}=")
            yield from ((name, what) for name in _IN_BRACES.findall(word))
