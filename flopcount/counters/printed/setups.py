"""The settings in which a network may have been counted: sizes, heads, modules or functions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...calls import MODULE, Call
from ...calls.layers import Assumed
from ...core import Network, Row
from ...errors import FlopcountError, visible
from ...notation import Draft, LoadedTable, draft_of, read_table, split_reference
from ...notation.models import ModelDraft, as_model
from ...notation.variables import Variable
from ...records import replace
from ..networks import Watched, assume

USUAL = (224, 256, 299)  # sides of an image


class Setup(NamedTuple):
    """What a network calls in a setting, and what is `changed` there from how it was given.

    `rows` are its layers; None where these store what they do in another setting.
    """

    changed: tuple[str, ...]
    watched: Watched
    rows: Sequence[Row] | None = None


def setups(watched: Watched) -> Iterator[Setup]:
    """A network as it is given, then in other settings that it can be in.

    A part of a network, and one that was changed since it was read, has no other sizes or heads.
    """
    network = watched.network
    yield Setup((), watched, network.rows)
    for says, otherwise in watched.otherwise():
        yield Setup((says,), otherwise)
    functions = as_functions(watched.calls)
    if watched.assumed is None and functions != watched.calls:
        yield Setup(("functions in the place of modules",), replace(watched, calls=functions))
    plan = draft_of(network) if network.whole is None else None
    if plan is None:
        return
    yield from _sized((), plan, network)
    if as_model(plan) or plan.table is None:
        return
    if (other := _other_heads(plan, plan.table)) is not None:
        yield from _built((_heads(other),), other)
        yield from _sized((_heads(other),), other, network)
    for variant, table in _other_variants(plan, plan.table):
        changed = (f"as {visible(variant.name)}",)
        yield from _built(changed, variant)
        if (other := _other_heads(variant, table)) is not None:
            yield from _built((*changed, _heads(other)), other)


def as_functions(calls: Sequence[Call]) -> tuple[Call, ...]:
    """The same calls where modules that hold no parameters are written as functions.

    A module of `Call` is left out, and what it calls stands in its place.
    """
    places: list[int] = []  # of each call the new one, or, left out, the one that it was made in
    kept: list[Call] = []
    for call in calls:
        within = places[call.within] if call.within >= 0 else -1
        if call.level == MODULE and call.facts.get("leaf") and not call.facts.get("params"):
            places.append(within)
            continue
        places.append(len(kept))
        kept.append(call._replace(within=within))
    return tuple(kept)


def _other_heads(plan: Draft, table: LoadedTable) -> Draft | None:
    """The same with its auxiliary heads where it has none, without where it has; None of others."""
    if not table.table.heads:
        return None
    return replace(plan, options=replace(plan.options, aux=not plan.options.aux))


def _heads(plan: Draft) -> str:
    return "auxiliary heads" if plan.options.aux else "no auxiliary heads"


def _other_variants(plan: Draft, table: LoadedTable) -> Iterator[tuple[Draft, LoadedTable]]:
    """The table itself, and each of its variants, but for what it is."""
    head = split_reference(plan.reference)[0]
    base = read_table(head)
    for variant in ((), *((name,) for name in base.variants())):
        other = base.with_variants(variant)
        if other.name != table.name:
            yield replace(plan, table=other, name=other.name), other


def _built(changed: tuple[str, ...], plan: Draft) -> Iterator[Setup]:
    """A draft as it stands; nothing where it cannot be so."""
    try:
        network = plan.build()
    except FlopcountError:
        return
    yield Setup(changed, assume(network, Assumed()), network.rows)


def _sized(changed: tuple[str, ...], plan: Draft | ModelDraft, network: Network) -> Iterator[Setup]:
    """The usual sizes of an image that it takes, but for its own."""
    sides = {side.name: side for side in plan.sides}
    if sides.keys() != {"H", "W"}:
        return
    own = _own_sides(plan, network)
    for size in USUAL:
        if own != (size, size):
            watched = _watched_at(plan, dict.fromkeys(sides.values(), size), network)
            if watched is not None:
                yield Setup((*changed, f"input {size}×{size}"), watched)


def _own_sides(plan: Draft | ModelDraft, network: Network) -> tuple[int, ...]:
    model = as_model(plan)
    if model is not None:
        return tuple(int(model.start(side)) for side in model.sides)
    return tuple(map(int, next(iter(network.inputs.values()))[:2]))


def _watched_at(
    plan: Draft | ModelDraft, sizes: Mapping[Variable, int], network: Network
) -> Watched | None:
    """What it calls at other sizes; None where it does not take them."""
    model = as_model(plan)
    if model is not None and not model.rewrites:
        try:
            calls = model.model.calls({side.name: size for side, size in sizes.items()})
        except Exception:  # noqa: BLE001  a user's own code, which raises what it likes
            return None
        if calls is not None:
            return Watched(network, calls, "")
    try:
        return assume(plan.build(sizes), Assumed())
    except FlopcountError:
        return None
