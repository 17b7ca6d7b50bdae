"""A network → the text of a table that builds it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ...core import INPUT, Network, Node, width_of
from ...errors import shorten, visible
from ...records import replace
from ..trees import BRANCHES, Arm, Bracket, From, Layer, Ref, Repeat, Spec, Term, unparse
from ..variables import CLASSES
from .blocks import Block, Cell
from .chains import Chain, Step, steps_of, with_layers
from .defaults import Defaults, defaults_of, framework_of, without, worded
from .forms import filled, slots_of, with_rows
from .named import row_names
from .rows import Part, Row, between, rows_of
from .sections import Section
from .segments import Unit, units_of
from .shared import Blocks, with_blocks

_WIDE = 110  # characters of a line that a block's branches share


def table_of(network: Network, sections: Sequence[Section], heading: Iterable[str]) -> str:
    """The text of a table that builds a network of the notation's ops, which is these sections.

    `heading` are the sentences that stand above it.
    """
    chains = [section.chain for section in sections]
    framework = framework_of(steps_of(chains))
    full = [with_layers(chain, lambda step: worded(step, framework)) for chain in chains]
    defaults = defaults_of((step.layer for step in steps_of(full)), framework)
    last = _classifier(chains[-1])
    brief = [
        with_layers(
            chain, lambda step: _named(without(step.layer, defaults), is_last=step.node is last)
        )
        for chain in full
    ]
    rows, blocks = with_blocks(_rows(sections, units_of(brief), [*network.inputs]))
    names = row_names([row.path for row in rows])
    ends = _inputs(network) | {row.ends: n for row, n in zip(rows, names, strict=True) if row.ends}
    lines = [
        *(f"# {visible(line)}" for line in heading),
        *_head(network, ends, last),
        *_defaults_lines(defaults),
    ]
    for form, block in blocks.of.items():
        lines += ["", *_block_lines(block, blocks.declared(form))]
    said = zip(names, _row_values(rows, blocks, ends), strict=True)
    return "\n".join([*lines, "", "[rows]", *aligned(dict(said))]) + "\n"


def _rows(
    sections: Sequence[Section], units: Sequence[Sequence[Unit]], inputs: Sequence[str]
) -> list[Row]:
    """The rows of all sections; each reads what the one before it puts out, or says what."""
    rows: list[Row] = []
    here = inputs[0] if len(inputs) == 1 else ""
    for section, own in zip(sections, units, strict=True):
        reads = "" if section.reads == here else section.reads
        rows += between(rows_of(own), reads, section.port)
        here = section.port
    return rows


def _inputs(network: Network) -> dict[str, str]:
    """What the inputs are called: one alone as in all tables."""
    if len(network.inputs) == 1:
        return dict.fromkeys(network.inputs, INPUT)
    names = row_names([(name,) for name in network.inputs])
    return dict(zip(network.inputs, names, strict=True))


def _classifier(chain: Chain) -> Node | None:
    """The dense layer whose width is the number of classes: the last layer that has a width."""
    for term in reversed(chain):
        if not isinstance(term, Step):
            return None
        if term.layer.width is not None:
            return term.node if term.layer.op == "dense" else None
    return None


def _named(layer: Layer, *, is_last: bool) -> Layer:
    return replace(layer, width=CLASSES.name) if is_last else layer


def _head(network: Network, ends: Mapping[str, str], last: Node | None) -> Iterator[str]:
    title = network.title or network.name
    if "@" in network.name and network.name not in title:
        title = f"{title}, {network.name}"
    said = {"title": quoted(shorten(title))}
    if network.source:
        said["source"] = quoted(network.source)
    sizes = {ends[name]: quoted("x".join(map(str, n))) for name, n in network.inputs.items()}
    inputs = ", ".join(f"{key(name)} = {size}" for name, size in sizes.items())
    said["input"] = f"{{{inputs}}}" if len(sizes) > 1 else sizes[INPUT]
    if len(network.results) > 1:
        results = (quoted(ends[port]) for port in network.results.values())
        said["outputs"] = f"[{', '.join(results)}]"
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
    layout, branches = _parted(block.spec)
    if layout != (BRANCHES,):
        said["as"] = quoted(unparse(layout))
    yield from aligned(said | {name: quoted(unparse(spec)) for name, spec in branches.items()})


def _parted(spec: Spec) -> tuple[Spec, dict[str, Spec]]:
    """How a block is laid out, and its branches, which have lines of their own in a long one."""
    first = spec[0]
    if len(unparse(spec)) <= _WIDE or not isinstance(first, Bracket) or first.split:
        return spec, {}
    named = {arm.label: arm.spec for arm in first.arms if arm.label}
    if first.join == "concat" and len(spec) == 1 and len(named) == len(first.arms):
        return (BRANCHES,), named
    if first.join == "concat" or not named:
        return spec, {}
    longest = max(named, key=lambda name: len(unparse(named[name])))
    arms = [Arm(None, (BRANCHES,)) if arm.label == longest else arm for arm in first.arms]
    return (replace(first, arms=tuple(arms)), *spec[1:]), {longest: named[longest]}


def _row_values(rows: Sequence[Row], blocks: Blocks, ends: Mapping[str, str]) -> Iterator[str]:
    """What stands behind the name of each row."""
    for place, row in enumerate(rows):
        named: set[str] = set()
        spec = tuple([term for part in row.parts for term in _terms(part, blocks, named)])
        start: Spec = (From(row.reads),) if row.reads else ()
        text = quoted(unparse(with_rows((*start, *spec), ends)))
        cells = blocks.row_cells(place)
        yield f"[{', '.join([text, *map(_cell, cells)])}]" if cells else text


def _terms(part: Part, blocks: Blocks, named: set[str]) -> Spec:
    """What a part of a row is: names of blocks, or layers, as often as they are there."""
    terms: list[Term] = []
    for unit in part.units[: part.period]:
        if unit.again:
            terms.append(Ref(blocks.of[unit.form].name))
        else:
            values = [slot.value for slot in slots_of(unit.chain)]
            terms += filled(unit.chain, values, named if part.times == 1 else None)
    terms = [one for term, same in groupby(terms) for one in _times(term, len([*same]))]
    return _times(tuple(terms), part.times)


def _times(what: Term | Spec, times: int) -> Spec:
    """A term, or some, so often."""
    spec = what if isinstance(what, tuple) else (what,)
    return (Repeat(times, spec),) if times > 1 else spec


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
