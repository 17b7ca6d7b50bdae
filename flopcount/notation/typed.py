"""What a user types of the notation, as a draft: a table with its variants, or a spec."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core import INPUT, Network
from ..errors import FlopcountError, one_of, quote
from ..reading import whole_number
from ..records import replace
from ..sizes import Shape, as_size
from .builder import Builder
from .drafts import Draft
from .ends import read_inputs
from .library import LoadedTable, read_table
from .options import Options
from .parser import parse as parse_spec
from .past import read_past
from .remembered import remember
from .rewriting import MULTIPLE, REWRITES, Rewrite, read_rewrite, with_multiple
from .trees import Source
from .unknown import fold
from .variables import read_variable

MAX_MODIFIERS = 100  # of a reference: variants, rewrites and options


def typed_draft(
    head: str,
    modifiers: Sequence[str],
    marks: Sequence[Rewrite],
    given: Mapping[str, Any],
    *,
    spec: bool,
) -> Draft:
    """Read a name, a path or a spec, and the modifiers behind it; `given` are options of `load`."""
    size = {} if given["input"] is None else read_inputs(given["input"])
    widths = {read_variable(name): width for name, width in (given["set"] or {}).items()}
    before = None if given["past"] is None else read_past(given["past"])
    overlays, named, options = _sorted(
        modifiers, Options(size, _classes(given["classes"]), widths, given["aux"], before)
    )
    table = source = None
    if spec:
        if overlays:
            raise FlopcountError(
                f"{quote(head)}: a spec has no variants: {_unknown(overlays[0], [])}"
            )
        source = _spec(head)
        name = str(source)
    else:
        table = _table(head, overlays)
        name = table.name
        table = table.with_variants(overlays)
    steps = (*marks, *(read_rewrite(*rewrite) for rewrite in named))
    plain = "@".join([head, *overlays, *map(str, steps)])
    return Draft("@".join([name, *modifiers]), plain, options, steps, table, source)


def _spec(text: str) -> Source:
    try:
        return parse_spec(text)
    except FlopcountError as error:
        raise FlopcountError(f"spec {quote(text)}: {error}") from None


def _table(head: str, overlays: Sequence[str]) -> LoadedTable:
    """Read a table that has these variants."""
    table = read_table(head)
    variants = table.variants()
    for taken in sorted({*REWRITES, MULTIPLE, *OPTIONS}.intersection(variants)):
        raise FlopcountError(f"{table.label}: no variant may be named {taken!r}: it is a rewrite")
    for overlay in overlays:
        if overlay not in variants:
            raise FlopcountError(f"{table.label}: {_unknown(overlay, variants)}")
    return table


def _sorted(
    modifiers: Sequence[str], options: Options
) -> tuple[list[str], list[tuple[str, str | None]], Options]:
    """Tell variants, rewrites and options apart; a rewrite is read once its network is known."""
    overlays: list[str] = []
    named: list[tuple[str, str | None]] = []
    said: set[tuple[str, str]] = set()
    if len(modifiers) > MAX_MODIFIERS:
        raise FlopcountError(f"a reference with more than {MAX_MODIFIERS} '@', the limit")
    for modifier in modifiers:
        name, equals, value = modifier.partition("=")
        try:
            if name in OPTIONS:
                if bool(equals) == (name == "no-aux"):
                    wants = "takes no value" if equals else "wants a value"
                    raise FlopcountError(f"{name} {wants}")
                what = name, _what(name, value)
                if what in said:
                    raise FlopcountError(f"{what[1] or name} is said twice")
                said.add(what)
                options = OPTIONS[name](options, value)
            elif name == MULTIPLE:
                if not named or named[-1][0] != "width":
                    raise FlopcountError("it goes behind @width: @width=0.5@multiple=8")
                named[-1] = ("width", with_multiple(named[-1][1], value))
            elif name in REWRITES:
                named.append((name, value if equals else None))
            else:
                overlays.append(modifier)
        except FlopcountError as error:
            raise FlopcountError(f"{quote(f'@{modifier}')}: {error}") from None
    return overlays, named, options


def _what(option: str, value: str) -> str:
    """The input or the width that an option is about; nothing where there is one alone."""
    if option == "input":
        return value.partition("=")[0].strip() if "=" in value else ""
    return value.rpartition(":")[0].strip() if option == "set" else ""


# What other programs call what stands behind an ``@``.
_MEANT = {
    **dict.fromkeys(("gqa", "kvheads", "numkvheads", "numkeyvalueheads"), "kv="),
    **dict.fromkeys(("slidingwindow", "windowsize", "localwindow"), "window="),
    **dict.fromkeys(("cache", "kvcache", "context", "pasttokens"), "past="),
    **dict.fromkeys(("tokens", "seqlen", "sequencelength", "size", "resolution"), "input="),
    **dict.fromkeys(("widthmultiplier", "widthmult", "alpha"), "width="),
}


def _unknown(modifier: str, variants: Sequence[str]) -> str:
    what = "variant or rewrite" if variants else "rewrite"
    typed, known = modifier.partition("=")[0], [*variants, *REWRITES, MULTIPLE, *OPTIONS]
    meant = _MEANT.get(fold(typed), "")
    return one_of(typed, known, what) + (f"; did you mean {quote(meant)}?" if meant else "")


def _classes(given: int | str | None) -> int | None:
    if given is None:
        return None
    whole = whole_number(given, "classes") if isinstance(given, str) else as_size(given, "classes")
    return int(whole)


def _set(options: Options, value: str) -> Options:
    name, colon, width = value.rpartition(":")
    if not colon:
        raise FlopcountError("expected NAME:N, as in @set=3a.r5:24 or @set=3a/5x5/1:24")
    return replace(options, set={**options.set, read_variable(name): width})


# Modifiers that change how a network is built; the others are rewrites of its graph, or variants.
OPTIONS: dict[str, Callable[[Options, str], Options]] = {
    "input": lambda options, value: replace(options, input={**options.input, **read_inputs(value)}),
    "classes": lambda options, value: replace(options, classes=_classes(value)),
    "set": _set,
    "past": lambda options, value: replace(options, past=read_past(value)),
    "no-aux": lambda options, _: replace(options, aux=False),
}


def parse(text: str) -> Network:
    """Read a spec such as ``"28x28x192 > conv 1x1 16 reduce > conv 5x5 32"`` as a network.

    Raises `FlopcountError` with the column of what does not fit.
    """
    if not isinstance(text, str):
        raise FlopcountError(f"a spec is a text, not {quote(text)}")
    source = _spec(text)
    plan = Draft(str(source), text, Options(), source=source)
    return remember(plan.build(), plan)


def parse_alone(text: str, name: str, shape: Shape) -> Network:
    """Read a spec without a size as a network of one module, `name`, on an input of this shape.

    Raises `FlopcountError` with the column of what does not fit.
    """
    builder = Builder(inputs={INPUT: len(shape) - 1})
    output = builder.row(name, parse_spec(text, sized=False).spec, {}, INPUT)
    return Network(name, tuple(builder.nodes), {INPUT: shape}, output)
