"""A line of a report by its name: a module, ``3a/5x5``, a branch's name alone, a layer, an op."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import FlopcountError, nearest, one_of, quote, shorten
from ..reading import bare_name
from ..rewrites import with_part
from ..writing.cells import DASH
from .lines import GRAINS, Line
from .report import Report

if TYPE_CHECKING:
    from ..core import Row

_MOST = 4  # lines of one name that a message lists


def line_named(report: Report, name: str) -> Line:
    """The line of a name at the report's grain, else at another; ``total`` is the total.

    Raises `FlopcountError` for a name that no line has, or several.
    """
    if not isinstance(name, str):
        raise FlopcountError(
            f"a line is named by a text, as in report['3a'], not by {quote(name)}; report.lines is "
            "the list of all"
        )
    several: list[tuple[str, Line]] = []
    for found in _found(report, name):
        if len(found) == 1:
            return found[0][1]
        several = several or found
    about = shorten(with_part(report.network))
    if several:
        names = ", ".join(repr(own) for own, _ in several[:_MOST])
        more = ", …" if len(several) > _MOST else ""
        raise FlopcountError(f"{about}: {quote(name)} is {len(several)} lines: {names}{more}")
    in_full = report.grain == "op" or not _one_module(report)
    known = list(report.index(report.grain, short=not in_full))
    others = [other for grain in GRAINS for other in report.index(grain, short=False)]
    said = one_of(name, known, report.grain)
    raise FlopcountError(f"{about}: {said}{'' if nearest(name, known) else nearest(name, others)}")


def _found(report: Report, name: str) -> Iterator[list[tuple[str, Line]]]:
    """What may be meant: at the report's own grain, then at others by full names, then by short."""
    if name == "total":
        yield [("total", report.total)]
    others = [grain for grain in ("module", "branch", "layer", "op") if grain != report.grain]
    places = [(report.grain, False), (report.grain, True)]
    places += [(grain, short) for short in (False, True) for grain in others]
    asked = [name, name.removeprefix("inception_"), name.removeprefix("inception-")]
    asked += [name.replace("×", "x")]  # as it is printed
    if report.network.reader:
        asked.append(name.replace(".", "/"))  # as PyTorch writes it
    for one in dict.fromkeys(asked):
        for grain, short in places:
            if found := report.index(grain, short=short).get(one):
                yield found
    if report.network.reader and (own := _in_module(report, asked)):
        yield own
    for grain, short in places if bare_name(name) else ():  # however it is spelt
        lines = report.index(grain, short=short)
        spelt = [one for one in lines if bare_name(one) == bare_name(name)]
        if len(spelt) == 1:
            yield lines[spelt[0]]


def _in_module(report: Report, names: Sequence[str]) -> list[tuple[str, Line]]:
    """A module of a model, at any depth."""
    for name in names:
        way = tuple(name.split("/"))
        rows = [
            row
            for row in report.rows
            if tuple([step.name for step in row.node.scope[: len(way)]]) == way
        ]
        if rows:
            return [(name, report.line_of(rows, module=name))]
    return []


def index(report: Report, grain: str, *, short: bool) -> dict[str, list[tuple[str, Line]]]:
    """The lines of a grain by name, each with its full name: by that, or by short names.

    Short is a branch's name without its module, a row's for the modules that repeat it (``C`` for
    C.1 …), a word for all its kernels (``conv``), and, in a report of one module, a layer's path
    without it.
    """
    lines = report.lines if grain == report.grain else report.grouped(grain)
    named: dict[str, list[tuple[str, Line]]] = {}
    one = _one_module(report)
    for line in _by_word(report) if grain == "op" and short else lines:
        own, brief = _names(line, grain, one=one)
        if brief or not short:
            named.setdefault(brief if short else own, []).append((own, line))
    return named


def _names(line: Line, grain: str, *, one: bool) -> tuple[str, str]:
    """A line's full name, and its short one or nothing."""
    module = str(line.module)
    if grain == "layer":
        path = str(line.layer)
        return path, path.removeprefix(f"{module}/") if one else ""
    if grain == "branch":
        branch = line.branch or DASH
        return f"{module}/{branch}", branch
    if grain == "op":
        return str(line.op), str(line.op)
    return module, module.rpartition(".")[0]


def _by_word(report: Report) -> list[Line]:
    """The layers of one word as one line, whatever their kernels."""
    words: dict[str, list[Row]] = {}
    for row in report.rows:
        words.setdefault(row.node.op.word, []).append(row)
    return [report.line_of(rows, op=word) for word, rows in words.items()]


def _one_module(report: Report) -> bool:
    return len(report.network.modules) == 1
