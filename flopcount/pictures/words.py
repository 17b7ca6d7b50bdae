"""What pictures say of a network: its title, its input, what is counted."""

from collections.abc import Iterable, Sequence

from ..analysis import UNIT_NAMES, Report
from ..analysis.ends import inputs_text
from ..analysis.units import Measure
from ..core import Network, Row, is_convolution
from ..errors import FlopcountError, listed, plural, shorten
from ..rewrites import part_name, place_of
from ..writing.cells import number

_TAPS, _PAIRS = "taps on padding", "pairs that a mask hides"
_MOST_NAMED = 3  # modules in a title


def subject(network: Network) -> str:
    """What is shown, by the network's title.

    >>> import flopcount as fc
    >>> googlenet = fc.load("googlenet")
    >>> subject(googlenet["3a"]), subject(googlenet["3a"]["5x5"])[:23]
    ('module 3a of GoogLeNet (Inception v1)', 'branch 5x5 of module 3a')
    """
    name = shorten(network.title or network.name)
    if network.whole is None:
        return name
    place = place_of(network)
    if place is None:
        return f"{_several('layer', [node.path for node in network.nodes])} of {name}"
    modules, branch = place
    inner = f"branch {shorten(branch)} of " if branch else ""
    return f"{inner}{_several('module', modules)} of {name}"


def network_of(report: Report) -> Network:
    """The network that a picture names: of a model whose layers are grouped, as it was before."""
    source: Report = getattr(report, "source", report)
    return source.network


def headed(network: Network) -> str:
    """The same as a heading begins with it; the name of a model stays as it is typed.

    >>> import flopcount as fc
    >>> headed(fc.load("googlenet")["3a"])
    'Module 3a of GoogLeNet (Inception v1)'
    """
    text = subject(network)
    is_reference = bool(network.reader) and text == shorten(network.name)
    return text if is_reference else text[:1].upper() + text[1:]


def _several(what: str, names: Sequence[str]) -> str:
    """Name them; of too many, the first and the last of one row's repeats, or how many there are.

    >>> _several("module", ["3a", "3b"]), _several("module", ["B.1", "B.2", "B.3", "B.4"])
    ('modules 3a and 3b', 'modules B.1 to B.4')
    """
    if len(names) == 1:
        return f"{what} {shorten(names[0])}"
    if len(names) <= _MOST_NAMED:
        return f"{what}s {listed([shorten(name) for name in names])}"
    rows = {name.rpartition(".")[0] for name in names}
    if len(rows) == 1 and "" not in rows:
        return f"{what}s {shorten(names[0])} to {shorten(names[-1])}"
    return plural(len(names), what)


def aside(network: Network, *more: str) -> str:
    """What is said of it in a second line: its name, its input, and what a user changed.

    >>> import flopcount as fc
    >>> aside(fc.load("googlenet", set={"3a.r5": 24}))
    'googlenet, input 224×224×3; changed: 3a.r5 = 24'
    """
    first = f"input {inputs_text(network)}"
    named = f"{shorten(network.name)}, {first}" if network.title else first
    return "; ".join([named, *(shorten(note) for note in network.changes), *filter(None, more)])


def at_least(report: Report) -> str:
    """What stands before a number of its operations, where it is not known what all layers do."""
    return "" if report.cost.complete else "at least "


def of_count(*reports: Report) -> str:
    """What an axis of these reports counts: the unit of the first with its convention."""
    first = reports[0]
    rows = [row for one in reports for row in one.rows]
    return of_measure(first.measure, rows, first.batch)


def of_measure(measure: Measure, rows: Iterable[Row], batch: int = 1) -> str:
    """The same of some layers, for so many samples.

    >>> import flopcount as fc
    >>> from flopcount.analysis.units import read_measure
    >>> of_measure(read_measure("GFLOPs"), fc.parse("9x9x3 > conv 3x3 8").rows)
    'GFLOPs (2 × GMACs) per sample, taps on padding included'
    >>> of_measure(read_measure("macs"), fc.parse("64x96 > attention 8 causal").rows)
    'MACs per sample, pairs that a mask hides included'
    """
    macs = measure.scale.of(UNIT_NAMES["macs"])
    unit = f"{measure.name} (2 × {macs})" if measure.unit == "flops" else measure.name
    rows = list(rows)
    samples = "per sample" if batch == 1 else f"for {number(batch)} samples"
    if any(row.node.call for row in rows):  # of a model, whose input has its samples in it
        samples = f"for the whole input{'' if batch == 1 else f', {number(batch)} times'}"
    kinds = {_outside(row) for row in rows}
    what = [name for name in (_TAPS, _PAIRS) if name in kinds]
    return f"{unit} {samples}{f', {listed(what)} included' if what else ''}"


def _outside(row: Row) -> str:
    """What may be among a layer's multiplies and is left out of those that count."""
    if is_convolution(row.node.op):
        return _TAPS
    return "" if row.count("multiplies") == row.count("multiplies_unpadded") else _PAIRS


def nothing(report: Report, what: str) -> FlopcountError:
    """Say that a picture would be empty."""
    parts = (report.network.name, part_name(report.network))
    name = ", ".join(shorten(part) for part in parts if part)
    return FlopcountError(f"{name}: nothing to draw: {what}")


def begun(unit: str) -> str:
    """What a unit counts, as a title begins with it.

    >>> begun("multiplies"), begun("flops")
    ('Multiplies', 'FLOPs')
    """
    name = UNIT_NAMES[unit]
    return f"{name[0].upper()}{name[1:]}"
