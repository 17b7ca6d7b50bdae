"""What the article and the papers say that arithmetic can judge: each claim, its figure, a verdict.

The claims are data (tables/notes/*.toml); what is measured, and whether it is as claimed, is
computed here. A verdict is never typed: only what it is true or false *of*.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ..analysis import Report, analyze
from ..core import (
    COUNTS,
    Network,
    Op,
    Port,
    Row,
    extent_of,
    has_weights,
    is_convolution,
    width_of,
    window_of,
    with_width,
)
from ..errors import FlopcountError, one_of, quote
from ..notation import Given, find, is_path, load, load_table, note_files, shown_object
from ..records import dataclass
from ..writing.cells import number
from ..writing.sheet import Column, Sheet, Verdict

_CLAIMED = re.compile(r"([<>≠]?) ?([0-9][0-9,]*(?:\.([0-9]+))?)([KMB%×]?)")
_UNITS = {
    "": Fraction(1),
    "×": Fraction(1),
    "K": Fraction(10**3),
    "M": Fraction(10**6),
    "B": Fraction(10**9),
    "%": Fraction(1, 100),
}


@dataclass(frozen=True)
class Claim:
    """A statement: who makes it, what it says, the figure claimed and how to measure it.

    `exact` says what is counted (and over what); `within` is the relative difference that still
    counts as right, else half a unit of the last digit; `scope` says what the verdict is of.
    """

    networks: tuple[str, ...]
    by: str
    says: str
    printed: str
    exact: Mapping[str, Any]
    within: Fraction | None
    scope: str
    why: str

    def measured(self) -> tuple[Fraction, str]:
        """The exact figure, and the arithmetic that gives it."""
        return _measure(self.exact)

    def holds(self, value: Fraction) -> bool:
        """Whether the exact figure is as claimed."""
        found = _CLAIMED.fullmatch(self.printed)
        if not found:
            raise FlopcountError(f"claims: {quote(self.printed)} is not a figure")
        relation, digits, decimals, unit = found.groups()
        claimed = Fraction(digits.replace(",", "")) * _UNITS[unit]
        if relation:
            return {"<": value < claimed, ">": value > claimed, "≠": value != claimed}[relation]
        if self.within is not None:
            return abs(claimed / value - 1) <= self.within
        half_a_digit = _UNITS[unit] / (2 * 10 ** len(decimals or ""))
        return bool(abs(value - claimed) <= half_a_digit)

    def verdict(self, value: Fraction) -> str:
        """True or false, and of what."""
        return f"{'true' if self.holds(value) else 'false'}{f' {self.scope}' if self.scope else ''}"


@lru_cache(maxsize=64)
def _report(reference: str, naive: str, *, aux: bool = False) -> Report:
    return analyze(load(reference, aux=aux), naive=naive)


def _rows(rows: Sequence[Row], parts: Sequence[str]) -> list[Row]:
    """The rows of a module, a branch, a layer, or a row that repeats a block."""
    found = [
        row
        for row in rows
        if any(f"{row.node.path}/".startswith((f"{part}/", f"{part}.")) for part in parts)
    ]
    if parts and not found:
        raise FlopcountError(f"claims: no layer of {quote(list(parts))}")
    return found if parts else list(rows)


def _measure(exact: Mapping[str, Any]) -> tuple[Fraction, str]:
    """A count, or with ``over`` the ratio of two; with ``saves``, one minus that ratio."""
    if "alike" in exact:
        pairs = exact["alike"]
        alike = sum(_layout(*ours) == _layout(*theirs) for ours, theirs in pairs)
        return Fraction(alike), f"{alike} of {len(pairs)} laid out alike"
    value = _count(exact)
    if "over" not in exact:
        return Fraction(value), _plain(Fraction(value))
    base = _count({**exact, **exact["over"]})
    ratio = Fraction(value) / Fraction(base)
    text = f"{_plain(Fraction(value))} ÷ {_plain(Fraction(base))} = {_plain(ratio)}"
    if exact.get("saves"):
        return 1 - ratio, f"1 − {text.rpartition(' = ')[0]} = {100 * float(1 - ratio):.1f} %"
    return ratio, text


def _plain(ratio: Fraction) -> str:
    return number(ratio) if ratio.denominator == 1 else f"{float(ratio):.3f}".removesuffix("00")


def _count(exact: Mapping[str, Any]) -> int | Fraction:
    what = exact["count"]
    reading = exact.get("naive", "none")
    if what in _OF_HEADS:
        heads = load_table(exact["of"]).document.get("aux", {})
        return _OF_HEADS[what](heads)
    aux = exact.get("aux", False)
    report = _report(exact["of"], "reduce" if reading == "none" else reading, aux=aux)
    parts = exact.get("part", [])
    parts = [parts] if isinstance(parts, str) else parts
    rows = _rows(report.rows, parts)
    if what in COUNTS:
        if reading != "none":
            rows = [report.naive[row.node.path] for row in rows if row.node.path in report.naive]
        return int(sum(row.known(what) for row in rows))
    kernel = re.fullmatch(r"kernels ([0-9]+)x([0-9]+)", what)
    if kernel:
        wanted = (int(kernel[1]), int(kernel[2]))
        convolutions = [row.node.op for row in rows if is_convolution(row.node.op)]
        return sum(_kernel(op) == wanted for op in convolutions)
    if what not in _MEASURES:
        raise FlopcountError(f"claims: {one_of(what, [*COUNTS, *_MEASURES], 'measure')}")
    return _MEASURES[what](rows)


def _kernel(op: Op) -> tuple[int, ...]:
    window = window_of(op)
    return window.kernel if window else ()


def _is_pool(op: Op) -> bool:
    """Whether it slides a window, or lays cells, without weights over its input."""
    return not has_weights(op) and bool(window_of(op) or extent_of(op))


def _depth(rows: Sequence[Row], counted: Callable[[Op], bool]) -> int:
    """The most layers that count along one way from input to output."""
    depth: dict[Port, int] = {}
    for row in rows:
        before = max(depth.get(path, 0) for path in row.node.inputs)
        depth[row.node.path] = before + counted(row.node.op)
    return max(depth.values())


_MEASURES: dict[str, Callable[[Sequence[Row]], int]] = {
    "depth": lambda rows: _depth(rows, has_weights),
    "depth with pools": lambda rows: _depth(rows, lambda op: has_weights(op) or _is_pool(op)),
    "modules": lambda rows: len({row.node.module for row in rows if row.node.branch}),
    "layers with batch norm": lambda rows: sum(row.known("norm_stats") > 0 for row in rows),
    "pools": lambda rows: sum(_is_pool(row.node.op) for row in rows),
    "channels out": lambda rows: int(rows[-1].output[2]),
    "channels in": lambda rows: int(rows[0].inputs[0][2]),
}


_OF_HEADS: dict[str, Callable[[Mapping[str, Any]], int | Fraction]] = {
    "auxiliary heads": len,
    "loss weight": lambda heads: Fraction(str(max(head["weight"] for head in heads.values()))),
}


def _layout(reference: str, module: str) -> list[tuple[Any, ...]]:
    """A module without its widths: each layer's place, kind, kernel and links."""
    rows = _rows(_report(reference, "reduce").rows, [module])
    inside = {row.node.path for row in rows}

    def place(port: Port) -> str:
        return str(port).partition("/")[2] if port in inside else "input"

    return [
        (
            place(row.node.path),
            row.node.op if width_of(row.node.op) is None else with_width(row.node.op, 1),
            tuple(place(path) for path in row.node.inputs),
        )
        for row in rows
    ]


def claims() -> Iterator[Claim]:
    """All claims, file by file, in order."""
    for path in note_files():
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in document.get("claim", []):
            networks = entry["networks"]
            yield Claim(
                networks=tuple(networks),
                by=entry.get("by", document["by"]),
                says=entry["says"],
                printed=entry["printed"],
                exact={"of": networks[0], **entry["exact"]},
                within=Fraction(str(entry["within"])) if "within" in entry else None,
                scope=entry.get("scope", ""),
                why=entry.get("why", ""),
            )


_COLUMNS = (
    Column("by", "by"),
    Column("says", "says", key=True),
    Column("claimed", "claimed", "figure"),
    Column("exact", "exact", "measured"),
    Column("verdict", "verdict", key=True),
    Column("why", "why"),
)


def claims_table(network: Given | None = None) -> Sheet | None:
    """The claims about a network, a `Network` or its name, or all of them; None if there are none.

    The table of all says in its first column, ``of``, of which networks each is. Those about a name
    are those about its variants and rewrites too. Raises `FlopcountError` for what is no name.
    """
    network = os.fspath(network) if isinstance(network, os.PathLike) else network
    name = network.name if isinstance(network, Network) else network
    if not isinstance(name, str | None):
        raise FlopcountError(f"expected a network's name, or a Network; not {shown_object(name)}")
    about = name
    if name is not None:
        typed = name.partition("@")[0]
        about = find(typed) or typed
        if name is network and not (find(typed) or is_path(typed)):
            load(name)  # which says what is wrong with a name that means nothing
    rows = []
    for claim in claims():
        if about is None or about in claim.networks:
            measured = claim.measured()
            verdict = Verdict(claim.verdict(measured[0]), fine=claim.holds(measured[0]))
            row = (claim.by, claim.says, claim.printed, measured, verdict, claim.why)
            rows.append(row if about else (", ".join(claim.networks), *row))
    columns = _COLUMNS if about else (Column("of", "of"), *_COLUMNS)
    of = about or "the networks"
    return Sheet(columns, rows, heading=(f"what is claimed of {of}",)) if rows else None
