"""A report's what-ifs: its controls, and the script for a page that prices what they are set to."""

from ..analysis import Report
from ..core.graph import layer_of
from ..errors import FlopcountError
from ..notation import Draft, Rewrite, read_rewrite
from ..records import dataclass
from ..rewrites import modules_bare
from ..sizes.polynomial import Space
from .command import command
from .controls import Control, controls
from .kinds import Kinds
from .program import open_network, too_wide, trace, undivided
from .script import script


@dataclass(frozen=True)
class Live:
    """The controls, and the script that prices what they are set to.

    `script` is JavaScript that defines ``live``: ``live.built(v)`` and, where the naive reading
    differs, ``live.naive(v)`` take a BigInt for each control's name, from its `low` to its `high`:
    what these bounds settle is not checked. They return an object: ``layers`` is a map from the
    path of each of `layers`, but those that are bypassed, to a record: its shape ``output`` and,
    for each count of the registry that is not 0 whatever the sizes, a function under its name that
    gives it, all of one sample. ``inputs`` is a map from each of the report's `inputs`, what is
    read and is no layer's first output, to its shape. Where the sizes do not fit, there is an
    ``error`` instead, which says why.

    ``live.command(v, naive)`` is the command line of the same; `naive` says whether the naive
    reading is one network, so that there is such a command. ``live.reference(v, naive, counted)``
    is the network as one word, for a command line that takes several: all of it but the batch and
    what is shown. A word cannot ask for the auxiliary heads: ``live.aux`` says whether they are
    counted here, `counted` whether ``--aux`` stands beside the word.
    """

    controls: tuple[Control, ...]
    layers: tuple[str, ...]
    inputs: tuple[str, ...]
    naive: bool
    script: str


def live(plan: Draft, report: Report) -> Live:
    """Write the what-ifs of a report, drafted as `plan`, as code.

    The naive reading is written where it differs. Raises `FlopcountError` where the network does
    not fit.

    >>> from flopcount import analyze, load
    >>> from flopcount.notation.references import draft
    >>> what_ifs = live(draft("googlenet"), analyze(load("googlenet"), modules=["3a"]))
    >>> [(slider.name, slider.low, slider.start, slider.high) for slider in what_ifs.controls][:2]
    [('H', 1, 224, 512), ('W', 1, 224, 512)]
    """
    settings = controls(plan, report)
    layers = tuple(row.node.path for row in report.rows)
    naive, is_shown = _naive(report)
    space = Space()
    network = open_network(plan, settings, space)
    kinds, checks = Kinds(), [*undivided(network, space), *too_wide(network, space)]
    part = set(layers)
    built = trace([network], space, kinds, checks, part=part)
    programs = {"built": built}
    if naive is not None:
        programs["naive"] = trace([naive.apply(network)], space, kinds, checks, part=part)
    elif any(report.naive.get(row.node.path) != row for row in report.rows):  # or nothing is left
        bare = modules_bare(network, built.rows(network))
        programs["naive"] = trace(bare, space, kinds, checks, built.sums, part=part)
    read = (port for row in report.rows for port in row.node.inputs if layer_of(port) != port)
    inputs = tuple(dict.fromkeys((*report.network.inputs, *read)))  # but the results of layers
    body = script(programs, layers, inputs, settings)
    body += command(plan, report, settings, naive)
    names = ", ".join((*programs, "command", "reference", "aux"))
    whole = f"const live = (() => {{\n{body}return {{ {names} }};\n}})();\n"
    return Live(settings, layers, inputs, is_shown, whole)


def _naive(report: Report) -> tuple[Rewrite | None, bool]:
    """The rewrite that undoes the reductions in the report's reading, where there is one.

    And whether it leaves something of what the report shows.
    """
    value = None if report.reading == "reduce" else report.reading
    rewrite = read_rewrite("naive", value)
    try:
        bare = rewrite.apply(report.network.whole or report.network)
    except FlopcountError:  # figure, which is not one graph; or nothing to undo
        return None, False
    return rewrite, bool(set(report.network.modules) & set(bare.modules))
