"""What other counters print, as tables: a row a counter, or what each of them counts by kind."""

from collections.abc import Iterator, Sequence

from ..core import Network
from ..errors import listed, plural, visible
from ..records import replace
from ..writing.cells import number, signed
from ..writing.sheet import Column, Sheet
from .counting import Counted
from .differences import Difference
from .found import Found
from .networks import calls_of
from .rules import Tool

_OVERVIEW = (
    Column("tool", "counter", key=True),
    Column("unit", "unit", key=True),
    Column("value", "prints", "count", key=True, counted=True),
    Column("difference", "more than ours", "more", key=True),
    Column("kinds", "by kind, the largest first"),
    Column("version", "version"),
)
_KINDS = (
    Column("kind", "kind of operation", key=True),
    Column("calls", "calls", "count"),
    Column("formula", "formula of each", key=True),
    Column("sum", "added up"),
)
_TOOL = (
    Column("tool", "counter", key=True),
    Column("version", "version"),
    Column("unit", "unit"),
)
MOST_KINDS = 2  # of a row on a terminal; the rest is one sum
_LONGEST_FORMULA = 16  # characters, of a row on a terminal
_MOST_LIGHT = 3  # kinds without multiply-adds that are named


def counters_sheet(network: Network) -> Sheet:
    """A row a tool: what it prints, its unit, and the difference to ours by kind.

    It is for a page, where the options that the footer names are none.
    """
    sheet = overview(Found(calls_of(network)))
    *said, last = sheet.footer
    return replace(sheet, footer=(*said, f"options of flopcount counters: {last}"))


def overview(found: Found, most: int | None = MOST_KINDS) -> Sheet:
    """A row a counter: what it prints, its unit, and the difference to ours by kind.

    With `most` so many kinds are named, and the others are one sum.
    """
    rows: list[tuple[object, ...]] = []
    for name, tool in found.tools.items():
        version = tool.version or None
        if name in found.failed:
            rows.append((tool.name, tool.unit, None, None, found.failed[name], version))
            continue
        counted, own = found[name], found.own_of(name)
        text = difference_text(counted.explain(own), most)
        more = counted.value - own.value
        rows.append((tool.name, tool.unit, counted.value, more, text, version))
    return Sheet(
        _OVERVIEW,
        rows,
        heading=(f"what other counters print for {_named(found)}", _assumed(found)),
        notes=(_ours(found),),
        footer=(*_unknown(found), *_otherwise(found), *_unruled(found), *_faults(found), _ASK),
    )


_ASK = (
    "--tool fvcore shows all that one counts, --against ptflops why another prints another number"
)


def difference_text(lines: Sequence[Difference], most: int | None = None) -> str:
    """What a counter has more than ours, as one text that adds up: ``+25,088 max pool (in)``.

    With `most` kinds, long formulas are left out, too.
    """
    shown = lines if most is None or len(lines) <= most + 1 else lines[:most]
    longest = None if most is None else _LONGEST_FORMULA
    parts = []
    for line in shown:
        formula = f" ({line.formula})" if longest is None or len(line.formula) <= longest else ""
        parts.append(f"{signed(line.value)} {line.kind}{formula}")
    if len(shown) < len(lines):
        rest = lines[len(shown) :]
        kinds = len({line.kind for line in rest})
        sum_of_rest = signed(sum(line.value for line in rest))
        parts.append(f"{sum_of_rest} in {plural(kinds, 'other kind')}")
    return ", ".join(parts)


def whole(found: Found) -> Sheet:
    """What each of the counters that were asked for counts by kind, a table each."""
    first, *others = [_detail(found, name) for name in found]
    return replace(first, more=(*first.more, *others))


def flat(found: Found) -> Sheet:
    """The same as one table, for programs: a row a counter and kind."""
    rows = [
        (tool.name, tool.version or None, tool.unit, *_cells(line), line.value)
        for name, tool in found.tools.items()
        for line in found[name].explain(found.other(name))
    ]
    value, kind = ("difference", "more") if found.against else ("value", "count")
    return Sheet((*_TOOL, *_KINDS, Column(value, value, kind)), rows)


def _detail(found: Found, name: str) -> Sheet:
    """All that a counter counts; or where it differs from the one that it is held against."""
    counted, other = found[name], found.other(name)
    tool = found.tools[name]
    lines = counted.explain(other)
    rows = [(*_cells(line), line.value) for line in lines]
    if other is None:
        heading = f"what {tool.with_version} counts in {_named(found)}, in {tool.unit}"
        column = Column("value", f"counts, in {tool.unit}", "count", key=True, counted=True)
        total: tuple[object, ...] = ("total", None, "", "", counted.value)
        notes = tuple(filter(None, [tool.says]))
    else:
        unit = other.tool.unit if other.tool else tool.unit
        whose = f"{other.named} ({unit})"
        heading = f"{tool.named} ({tool.unit}) less {whose}, for {_named(found)}"
        column = Column("value", "more", "more", key=True, counted=True)
        total = ("difference", None, "", "", counted.value - other.value)
        notes = _pair(tool, counted, other, unit)
    return Sheet(
        (*_KINDS, column),
        rows,
        total,
        (heading, _assumed(found)),
        notes=notes,
        footer=tuple(_said(found, name)),
    )


def _pair(tool: Tool, counted: Counted, other: Counted, unit: str) -> tuple[str, ...]:
    both = f"{tool.named} prints {number(counted.value)}, {other.named} {number(other.value)}"
    if tool.unit == unit:
        return (both,)
    return (both, f"units differ, {tool.unit} and {unit}: numbers are compared as they are printed")


def _cells(line: Difference) -> tuple[object, ...]:
    plain = len(line.pieces) == 1 and abs(line.pieces[0].times) == 1
    return line.kind, line.calls, line.formula, "" if plain else line.arithmetic


def _named(found: Found) -> str:
    from ..rewrites import with_part

    return visible(with_part(found.watched.network))


def _assumed(found: Found) -> str:
    batch = found.watched.batch
    return found.watched.says + (f"; a batch of {batch:,} samples" if batch != 1 else "")


def _ours(found: Found) -> str:
    macs, flops = found.own("MAC").value, found.own("FLOP").value
    least = "at least " if found.watched.unknown else ""
    said = f"ours: {least}{number(macs)} MAC = {least}{number(flops)} FLOP"
    if any(tool.unit == "parameters" for tool in found.tools.values()):
        said += f", {number(found.own('parameters').value)} parameters"
    return said


def _unknown(found: Found) -> Iterator[str]:
    """A line where a model has operations that are in no count."""
    if note := found.watched.unknown_note:
        yield note


def _otherwise(found: Found) -> Iterator[str]:
    """A line for a counter's versions, and for each thing assumed, that change a number."""
    by: dict[str, list[str]] = {}
    for one in found.otherwise:
        version = one.says.removeprefix(f"in {one.tool} ")
        older = version != one.says
        says = f"in older {one.tool}" if older else one.says
        named = version if older else one.tool
        by.setdefault(says, []).append(f"{named} {_or_unknown(one.value)}")
    for says, values in by.items():
        yield f"{says}: {'; '.join(values)}"


def _or_unknown(value: int | None) -> str:
    return "unknown" if value is None else number(value)


def _unruled(found: Found) -> Iterator[str]:
    """A line for each kind that weighs and has no rule in some counter, one for the others."""
    if len(found.tools) == 1:
        (name,) = found.tools
        yield from unruled_text(found[name])
        return
    by: dict[str, list[str]] = {}
    for name in found.fitting:
        for kind in found[name].unruled if found.tools[name].unknown else ():
            by.setdefault(kind, []).append(name)
    multiplied = {call.kind for call in found.watched.calls if call.facts.get("macs")}
    light = [kind for kind in by if kind not in multiplied and "norm" not in kind]
    for kind, names in by.items():
        if kind not in light:
            yield f"no rule for {kind}, which counts 0: {', '.join(names)}"
    if light:
        named = light if len(light) <= _MOST_LIGHT + 1 else light[:_MOST_LIGHT]
        if len(named) < len(light):
            named = [*named, f"{len(light) - len(named)} other kinds"]
        yield f"without a rule in some, where they count 0: {listed(named)}: --tool NAME says which"


def unruled_text(counted: Counted) -> list[str]:
    """What a counter has no rule for, and what it says then: one line, or none."""
    tool = counted.tool
    if not tool or not tool.unknown or not counted.unruled:
        return []
    does = tool.unknown
    if " 0" not in does:
        does = f"it counts 0; {does}"
    return [f"no rule for {listed(counted.unruled)} in {tool.with_version}: {does}"]


def _said(found: Found, name: str) -> Iterator[str]:
    """What is to be known of a counter's numbers."""
    counted = found[name]
    yield from _unknown(found)
    for one in found.otherwise:
        if one.tool == name:
            yield f"{one.says}: {_or_unknown(one.value)}"
    if counted.nothing:
        yield f"counted as nothing, by a rule: {listed(counted.nothing)}"
    yield from unruled_text(counted)
    for fault in counted.faults:
        yield f"known fault: {fault}"


def _faults(found: Found) -> Iterator[str]:
    """Whose faults show in the network, in a line."""
    names = [name for name in found.fitting if found[name].faults]
    if names:
        yield f"known faults show in {listed(names)}: --tool NAME tells them"
