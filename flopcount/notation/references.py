"""From what a user types to a network: ``name@variant@rewrite=…``, a path, or a spec."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..core import INPUT, Network
from ..errors import FlopcountError, one_of, quote, shorten
from ..reading import texts, whole_number
from ..sizes import Shape, as_size
from .builder import Builder
from .drafts import Draft, remember
from .ends import read_inputs
from .library import LoadedTable, read_table, stands_for
from .models import is_model, model_draft
from .networks import Options
from .no_network import shown_object
from .parser import parse as parse_spec
from .past import read_past
from .rewriting import MULTIPLE, REWRITES, read_rewrite, with_multiple
from .trees import Source
from .unknown import fold
from .variables import read_variable

MAX_MODIFIERS = 100  # of a reference: variants, rewrites and options


def split_reference(reference: str) -> tuple[str, list[str]]:
    """Split ``name@variant@…``; in a path, ``@`` counts only after its last ``/``.

    A ``/`` in ``@set=3a/5x5/1:24`` or ``@reduce=3a/*`` is of a layer's path, not of a file's.

    >>> split_reference("nets@home/my.toml@wide")
    ('nets@home/my.toml', ['wide'])
    """
    words = reference.split("@")
    folders = [
        place
        for place, word in enumerate(words)
        if "/" in word and not (place and word.startswith(("set=", "reduce=")))
    ]
    end = max(folders, default=0) + 1
    return "@".join(words[:end]), words[end:]


def may_be_trusted(reference: str | os.PathLike[str]) -> bool:
    """Whether a reference is to a model's file, of which there may be code to trust."""
    from ..frameworks.sources import may_hold_code

    head = split_reference(os.fspath(reference))[0]
    return is_model(head) and may_hold_code(head)


def is_spec(text: str) -> bool:
    """Whether a user's text is a spec rather than a name or a path."""
    if text.casefold().endswith(".toml") or not any(_marks_spec(sign) for sign in text):
        return False
    return any(sign in ">[|*" for sign in text) or not stands_for(text)


def _marks_spec(sign: str) -> bool:
    return sign.isspace() or sign in ">[](|*"


def draft(  # noqa: PLR0913  the options of a network
    reference: str | os.PathLike[str],
    *,
    input: str | Mapping[str, str] | None = None,  # noqa: A002  the option's name on the command line
    classes: int | str | None = None,
    set: Mapping[str, int | str] | None = None,  # noqa: A002  likewise
    aux: bool = False,
    past: int | str | None = None,
    reduce: str | Sequence[str] = (),
    trust: bool = False,
) -> Draft:
    """Read a reference without building it yet; the options are those of `load`."""
    if not isinstance(reference, str | os.PathLike):
        raise FlopcountError(
            f"a network is named by a text or a path, not by {shown_object(reference)}"
        )
    if set is not None and not isinstance(set, Mapping):
        raise FlopcountError(f"set is {quote(set)}, not widths by column: {{'3a.r5': 24}}")
    head, modifiers = split_reference(os.fspath(reference))
    if trust and not may_be_trusted(reference):
        raise FlopcountError(
            f"trust: {shorten(head)} is no file that may hold code, as .keras and .h5 files are"
        )
    marks = [read_rewrite("reduce", text) for text in texts(reduce, "reduce", "paths of layers")]
    if is_model(head):
        given = {"input": input, "classes": classes, "set": set, "aux": aux, "past": past}
        return model_draft(head, modifiers, marks, given, trust=trust)  # type: ignore[return-value]
    size = read_inputs(input) if input is not None else {}
    widths = {read_variable(name): width for name, width in (set or {}).items()}
    before = None if past is None else read_past(past)
    overlays, named, options = _sorted(
        modifiers, Options(size, _classes(classes), widths, aux, before)
    )
    table = source = None
    if is_spec(head):
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
    if len(modifiers) > MAX_MODIFIERS:
        raise FlopcountError(f"a reference with more than {MAX_MODIFIERS} '@', the limit")
    for modifier in modifiers:
        name, equals, value = modifier.partition("=")
        try:
            if name in OPTIONS:
                if bool(equals) == (name == "no-aux"):
                    wants = "takes no value" if equals else "wants a value"
                    raise FlopcountError(f"{name} {wants}")
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


def load(reference: str | os.PathLike[str], **options: Any) -> Network:
    """Load a network by its reference; the options are those of `draft`."""
    plan = draft(reference, **options)
    return remember(plan.build(), plan)


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


def load_table(reference: str) -> LoadedTable:
    """Read the table behind a name or a path, with its ``@variants``, and no rewrites."""
    head, overlays = split_reference(reference)
    if is_model(head):
        raise FlopcountError(f"{quote(head)} is a model; expected a network's name or a table")
    if is_spec(head):
        raise FlopcountError(f"{quote(head)} is a spec; expected a network's name or a table")
    return read_table(head).with_variants(overlays)
