"""A network → the text of a table that builds it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...core import Network, Node, width_of
from ...errors import shorten, visible
from ...records import replace
from ..trees import Bracket, Layer, Ref, Repeat, Spec, Term, unparse
from ..variables import CLASSES
from .blocks import Block, Cell
from .chains import Chain, Step, steps_of, with_layers
from .defaults import Defaults, defaults_of, framework_of, without, worded
from .forms import filled, slots_of
from .named import row_names
from .rows import Part, Row, rows_of
from .segments import units_of
from .shared import Blocks, with_blocks

_WIDE = 110  # characters of a line that a block's branches share


def table_of(network: Network, chain: Chain, heading: Iterable[str]) -> str:
    """The text of a table that builds a network of the notation's ops, which is this chain.

    `heading` are the sentences that stand above it.
    """
    framework = framework_of(chain)
    full = with_layers(chain, lambda step: worded(step, framework))
    defaults = defaults_of((step.layer for step in steps_of(full)), framework)
    last = _classifier(chain)
    brief = with_layers(full, lambda step: _named(without(step.layer, defaults), step.node is last))
    rows, blocks = with_blocks(rows_of(units_of(brief)))
    lines = [
        *(f"# {visible(line)}" for line in heading),
        *_head(network, last),
        *_defaults_lines(defaults),
    ]
    for form, block in blocks.of.items():
        lines += ["", *_block_lines(block, blocks.declared(form))]
    return "\n".join([*lines, "", *_row_lines(rows, blocks)]) + "\n"


def _classifier(chain: Chain) -> Node | None:
    """The dense layer whose width is the number of classes: the last layer that has a width."""
    for term in reversed(chain):
        if not isinstance(term, Step):
            return None
        if term.layer.width is not None:
            return term.node if term.layer.op == "dense" else None
    return None


def _named(layer: Layer, is_last: bool) -> Layer:
    return replace(layer, width=CLASSES.name) if is_last else layer


def _head(network: Network, last: Node | None) -> Iterator[str]:
    (size,) = network.inputs.values()
    title = network.title or network.name
    if "@" in network.name and network.name not in title:
        title = f"{title}, {network.name}"
    said = {"title": quoted(shorten(title))}
    if network.source:
        said["source"] = quoted(network.source)
    said["input"] = quoted("x".join(map(str, size)))
    if last:
        said[CLASSES.name] = str(width_of(last.op))
    yield from aligned(said)


def _defaults_lines(defaults: Defaults) -> Iterator[str]:
    said = {kind: quoted(" ".join(words)) for kind, words in defaults.words.items()}
    if defaults.framework != "keras":
        said = {"framework": quoted(defaults.framework), **said}
    if said:
        yield ""
        yield "[defaults]"
        yield from aligned(said)


def _block_lines(block: Block, columns: Sequence[str]) -> Iterator[str]:
    yield f"[block.{key(block.name)}]"
    said = {"columns": f"[{', '.join(map(quoted, columns))}]"} if columns else {}
    whole = unparse(block.spec)
    (first, *_) = block.spec
    is_concat = isinstance(first, Bracket) and first.join == "concat" and len(block.spec) == 1
    if len(whole) > _WIDE and is_concat and not first.split and all(a.label for a in first.arms):
        said |= {str(arm.label): quoted(unparse(arm.spec)) for arm in first.arms}
    else:
        said["as"] = quoted(whole)
    yield from aligned(said)


def _row_lines(rows: Sequence[Row], blocks: Blocks) -> Iterator[str]:
    yield "[rows]"
    said: dict[str, str] = {}
    names = row_names([row.path for row in rows])
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        named: set[str] = set()
        spec = tuple([term for part in row.parts for term in _terms(part, blocks, named)])
        cells = blocks.row_cells(place)
        text = quoted(unparse(spec))
        said[name] = f"[{', '.join([text, *map(_cell, cells)])}]" if cells else text
    yield from aligned(said)


def _terms(part: Part, blocks: Blocks, named: set[str]) -> Spec:
    """What a part of a row is: names of blocks, or layers, as often as they are there."""
    terms: list[Term] = []
    for unit in part.units[: part.period]:
        if unit.again:
            terms.append(Ref(blocks.of[unit.form].name))
        else:
            values = [slot.value for slot in slots_of(unit.chain)]
            terms += filled(unit.chain, values, named if part.times == 1 else None)
    return (Repeat(part.times, tuple(terms)),) if part.times > 1 else tuple(terms)


def _cell(cell: Cell) -> str:
    return quoted(cell) if isinstance(cell, str) else str(cell)


def aligned(said: Mapping[str, str]) -> Iterator[str]:
    """Keys and values of TOML, with the values below each other."""
    wide = max(map(len, map(key, said)), default=0)
    for name, value in said.items():
        yield f"{key(name):<{wide}} = {value}"


def key(name: str) -> str:
    """A key of TOML: in quotes where it has other signs than letters, digits, '_' and '-'."""
    bare = name.replace("-", "").replace("_", "")
    return name if bare.isascii() and bare.isalnum() else quoted(name)


def quoted(text: str) -> str:
    """A text of TOML, on one line whatever stands in it."""
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
