"""A picture as Python asks for it: networks or reports, a kind, its options → a figure."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from ..analysis import Report, analyze
from ..core import Network
from ..errors import FlopcountError, listed, quote
from ..notation import Given, as_network, shown_object
from . import OPTIONS, check_kind, draw
from .measured import Measured, read_measured
from .settings import chosen

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Shown: TypeAlias = Given | Report


def plot(  # noqa: PLR0913  the options of a picture
    networks: Shown | Iterable[Shown],
    kind: str = "savings",
    *,
    branch: str | None = None,
    beside: Given | None = None,
    measured: str | os.PathLike[str] | None = None,
    title: str | None = None,
    size: str | None = None,
    font: str | None = None,
    dpi: int | None = None,
    theme: str | None = None,
    heading: bool = True,
    transparent: bool = False,
) -> "Figure":
    """Draw a network, or several beside each other, as a matplotlib figure.

    `networks` is one: a `Network`, a part of one, a `Report` (whose batch, unit and naive reading
    are shown), or what `load` takes; or, for ``compare``, a list of those.
    `kind` is ``drawing``, ``savings``, ``modules``, ``layers``, ``breakeven``, ``tree`` or
    ``compare``.

    Options of a kind: `branch` chooses the reductions of one branch (``breakeven``); `beside` is
    what stands beside the network (``drawing``): ``"naive"``, a rewrite such as ``"separable"``,
    or another network; `measured` is a CSV file of what was measured of the networks,
    ``"accuracy.csv"`` or with a column ``"accuracy.csv:top1"``, drawn against their cost
    (``compare``).

    How it looks: `title` is the heading's first line; `size` a width, ``"3.3in"``, or width and
    height, ``"84x60mm"``; `font` a family that matplotlib finds, ``"serif"``; `dpi` dots an inch;
    `theme` is ``"light"`` or ``"dark"``. Without `heading` there is no title, and a `transparent`
    picture has no ground.

    Raises `FlopcountError` for another kind, for an option that a kind has no use for, for what
    cannot be drawn and for what does not fit.

    >>> import flopcount as fc
    >>> figure = fc.plot(["googlenet", "inception-v3"], "compare")
    >>> figure.savefig("family.png")  # doctest: +SKIP
    """
    reports = _reports(networks)
    check_kind(kind, len(reports))
    for name, given in (("branch", branch), ("beside", beside), ("measured", measured)):
        if given is not None and kind not in OPTIONS[name]:
            raise FlopcountError(
                f"{name} is for the kind {listed(OPTIONS[name], 'or')}, not {kind}"
            )
    settings = chosen(
        title=title,
        size=size,
        font=font,
        dpi=dpi,
        theme=theme,
        heading=heading,
        transparent=transparent,
    )
    found = _measured(measured, reports) if measured is not None else None
    return draw(kind, reports, branch, beside=beside, measured=found, settings=settings)


def _reports(networks: Shown | Iterable[Shown]) -> list[Report]:
    """The report of each network; those that are reports already count alike."""
    one = isinstance(networks, Report | Network | str | os.PathLike)
    if not one and not isinstance(networks, Iterable):
        raise FlopcountError(
            "expected a network (a name, a path, a spec, a Network, a Report), or a list of them; "
            f"not {shown_object(networks)}"
        )
    several: Iterable[Shown] = [networks] if one else networks  # type: ignore[list-item, assignment]
    reports = [
        given if isinstance(given, Report) else analyze(as_network(given)) for given in several
    ]
    if not reports:
        raise FlopcountError("name at least one network")
    if len({(report.measure, report.batch) for report in reports}) > 1:
        raise FlopcountError("the reports differ in their unit or batch, and cannot be compared")
    return reports


def _measured(measured: str | os.PathLike[str], reports: Iterable[Report]) -> Measured:
    if not isinstance(measured, str | os.PathLike):
        raise FlopcountError(f"measured: expected the path of a CSV file, not {quote(measured)}")
    networks = [report.network for report in reports]
    return read_measured(
        os.fspath(measured), [(network.name, network.title) for network in networks]
    )
