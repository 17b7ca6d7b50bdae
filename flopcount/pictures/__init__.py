"""Pictures, by matplotlib: a kind, and the reports that it shows → a figure."""

from typing import TYPE_CHECKING, Any

from ..errors import FlopcountError, one_of
from ..reading import few_layers
from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from ..analysis import Report
    from .measured import Measured

KINDS = {
    "drawing": "layers as boxes, what flows as bands; also two side by side",
    "savings": "naive beside as built, by module or branch, with the ratio",
    "modules": "multiplies and parameters by module or branch, stacked by kernel",
    "layers": "how few layers make most of the cost: cumulative shares",
    "breakeven": "the width of each reduction and up to which width it pays",
    "compare": "several networks as points; flopcount compare -o FILE has modules",
    "tree": "a treemap: network, modules, branches, layers",
    "counters": "what other counters print, stacked by kind of operation",
}
OPTIONS = {"branch": ("breakeven",), "beside": ("drawing",), "measured": ("compare",)}  # for which
_USUAL = Settings()


def check_kind(kind: str, networks: int) -> None:
    """Raise `FlopcountError` for an unknown kind, or one that does not show so many networks."""
    if not isinstance(kind, str) or kind not in KINDS:
        raise FlopcountError(one_of(kind, KINDS, "kind of picture"))
    if networks > 1 and kind != "compare":
        raise FlopcountError(f"--kind {kind} shows one network; compare shows several")


def draw(  # noqa: PLR0913  the options of a picture
    kind: str,
    reports: "Sequence[Report]",
    branch: str | None = None,
    *,
    beside: Any = None,
    measured: "Measured | None" = None,
    settings: Settings = _USUAL,
) -> "Figure":
    """Draw a kind of picture: of several reports for ``compare``, else of one.

    `branch` chooses a branch's reductions, for ``breakeven``; `beside` is what stands beside the
    network in a ``drawing``: ``naive``, a rewrite, or a network; `measured` is what was measured
    of the networks, for ``compare``; `settings` say how it looks. Raises `FlopcountError` as
    `check_kind` does, for reports that the kind cannot show, and where the picture does not fit
    into the size that was chosen.
    """
    from .axes import check_room
    from .style import drawing as style

    check_kind(kind, len(reports))
    for report in reports:
        if not report.network.reader:  # a model's layers are told in modules
            few_layers(len(report.network.nodes), "a picture shows")

    def drawn() -> "Figure":
        if kind == "compare":
            from .compare import scatter

            return scatter(reports, measured)
        if kind == "drawing":
            from .drawing.figure import drawing

            return drawing(reports[0], beside)
        return _drawn(kind, reports[0], branch)

    with style(settings):
        return drawn() if settings.width is None else check_room(drawn)


def _drawn(kind: str, report: "Report", branch: str | None) -> "Figure":
    if kind == "breakeven":
        from ..analysis.breakeven import reductions
        from .breakeven import breakeven

        part = report.network
        found = reductions(part, modules=part.modules, branch=branch, counts=["multiplies"])
        return breakeven(part, found)
    if kind == "counters":
        from .counters import counters

        return counters(report)
    from .grouped import grouped
    from .layers import layers
    from .modules import modules
    from .savings import savings
    from .tree import tree

    kinds = {"savings": savings, "modules": modules, "layers": layers, "tree": tree}
    return kinds[kind](grouped(report))
