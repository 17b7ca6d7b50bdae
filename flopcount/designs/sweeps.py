"""The sweep of the Python API and of the command line, from names and texts to designs."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..analysis.count_names import counts_named
from ..core import NAMED
from ..errors import FlopcountError, quote
from ..notation import Given, check_input_unset, check_unset, of_modules, planned
from ..reading import texts
from .chosen import MAX_KEYS, MAX_TOP, read_key
from .costs import Costs
from .device import known_device
from .grid.axes import Axis, read_axes
from .grid.filters import parse_filter
from .measured import Asked, MeasuredSweep, plan_measured
from .models import of_model
from .pricing import SHOWN, Pricing, Sweep, costs_of_grid
from .readings import Readings
from .shaped import of_shapes
from .shapes import ShapeAxis, parted
from .spread import Spread
from .tallies import alone, flat, read_histograms, tally_sheet

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client

MAX_DESIGNS = 10**7  # without --top, --keep or --pareto; and in a DataFrame


def _folder(given: Any) -> Any:
    """A path as a text; what is none stays, to be refused."""
    return os.fsdecode(given) if isinstance(given, os.PathLike) else given


def _whole(given: Any) -> Any:
    """A whole number, as numpy has it too; what is none stays, to be refused."""
    is_whole = hasattr(given, "__index__") and not isinstance(given, bool)
    return given.__index__() if is_whole else given


def plan(  # noqa: PLR0913  the options of a sweep
    reference: Given,
    vary: Mapping[str, str | Iterable[int]],
    *,
    modules: Sequence[str] = (),
    input: str | Mapping[str, str] | None = None,  # noqa: A002  the option's name on the command line
    classes: int | str | None = None,
    set: Mapping[str, int | str] | None = None,  # noqa: A002  likewise
    aux: bool = False,
    past: int | str | None = None,
    reduce: str | Sequence[str] = (),
    trust: bool = False,
    keep: str | Sequence[str] = (),
    pareto: str | Sequence[str] = (),
    top: int | None = None,
    sort: str | None = None,
    columns: str | Sequence[str] = (),
    histogram: Sequence[str] = (),
    count: bool = False,
    workers: int = 0,
    scheduler: "str | Client | None" = None,
    resume: str | os.PathLike[str] | None = None,
    device: str = "cpu",
) -> Sweep:
    """Check a sweep without running it; the arguments are those of `sweep`."""
    keep = texts(keep, "keep", "filters such as 'multiplies <= 1e9'")
    pareto = pareto.split(",") if isinstance(pareto, str) else texts(pareto, "pareto")
    histogram = texts(histogram, "histogram", "a name, or NAME=BINS")
    options: dict[str, Any] = {"input": input, "classes": classes, "set": set, "aux": aux}
    options |= {"past": past, "reduce": reduce, "trust": trust}
    given = planned(reference, "a sweep", **options)
    network, modules = given.draft, of_modules(given, "a sweep", modules)
    closed, rest = parted(vary, network, modules)
    left_open = read_axes(rest, network.variables(), modules) if rest else ()
    axes = _in_order(vary, closed, left_open)
    varied = [variable for axis in axes for variable in axis.variables]
    check_unset(given, varied, "varied")
    check_input_unset(given, varied, "varied")
    names = [*(axis.name for axis in axes), *NAMED]
    for axis in axes:
        if axis.name in NAMED:
            raise FlopcountError(f"{axis.name} is a count; name the row too, as in 3a.{axis.name}")
    histograms = read_histograms(histogram, names)
    if histogram or count:
        other: dict[str, object] = {"--top": top, "--pareto": pareto, "--sort": sort}
        alone(other | ({"--columns": columns, "--count": count} if histogram else {}))
    if sort is not None and top is None and not pareto:
        raise FlopcountError("--sort orders the designs of --top or --pareto; give one of them")
    _check_chosen(pareto, top)
    chosen = (
        tuple(parse_filter(text, names) for text in keep),
        tuple(read_key(text, names, "--pareto") for text in pareto),
        read_key(sort, names, "--sort") if sort is not None else None,
        top,
        () if histogram else counts_named(columns) or SHOWN,
        Spread(_whole(workers), scheduler, _folder(resume)),
        known_device(device),
        count,
        histograms,
    )

    def priced(costs: Costs | Readings) -> Sweep:
        return Sweep(Pricing(network, costs.modules), axes, costs, *chosen)

    if closed:
        found = priced(of_shapes(network, closed, left_open, axes, modules))
    else:
        found = of_model(network, axes, modules, priced) or priced(
            costs_of_grid(network, axes, modules)
        )
    if found.size > MAX_DESIGNS and not (keep or pareto or top or found.tallies):
        raise FlopcountError(
            f"the grid has {found.size:,} designs; past {MAX_DESIGNS:,} a sweep needs --top, "
            "--keep, --pareto, --count or --histogram"
        )
    found.check()
    return found


def _in_order(
    vary: Iterable[str], closed: Sequence[ShapeAxis], left_open: Sequence[Axis]
) -> tuple[Axis, ...]:
    """All axes as they were named. Raises `FlopcountError` for a factor of all widths."""
    of_name = {axis.name: axis for axis in left_open}
    for name, variables, points in closed:
        if not variables:
            raise FlopcountError(
                f"{name} is a factor, no whole number: flopcount fit --vary takes it, and "
                "flopcount compare networks such as googlenet@width=0.5"
            )
        of_name[name] = Axis(name, variables, [int(point) for point in points])
    return tuple([of_name[name] for name in vary])


def _check_chosen(pareto: Sequence[str], top: int | None) -> None:
    if top is not None and not (hasattr(top, "__index__") and 1 <= top <= MAX_TOP):
        raise FlopcountError(f"--top is {quote(top)}, not a whole number from 1 to {MAX_TOP:,}")
    if len(pareto) > MAX_KEYS:
        raise FlopcountError(f"--pareto takes at most {MAX_KEYS} names, read {len(pareto)}")


def plan_of_measured(  # noqa: PLR0913  likewise
    measured: Any,
    reference: Given | None,
    vary: Mapping[str, str | Iterable[int]],
    *,
    modules: Sequence[str] = (),
    keep: str | Sequence[str] = (),
    pareto: str | Sequence[str] = (),
    top: int | None = None,
    sort: str | None = None,
    columns: str | Sequence[str] = (),
    device: str = "cpu",
    histogram: Sequence[str] = (),
    count: bool = False,
    workers: int = 0,
    scheduler: "str | Client | None" = None,
    resume: str | os.PathLike[str] | None = None,
    **options: Any,
) -> MeasuredSweep:
    """Price the designs of a table; the arguments are those of `sweep`.

    Raises `FlopcountError` for those that are of a grid alone, and as `plan_measured`.
    """
    keep = texts(keep, "keep", "filters such as 'accuracy >= 0.7'")
    pareto = pareto.split(",") if isinstance(pareto, str) else texts(pareto, "pareto")
    _check_chosen(pareto, top)
    of_grid: dict[str, Any] = {"--workers": workers, "--resume": resume}
    of_grid |= {"--scheduler": scheduler is not None}
    of_grid |= {"--device": known_device(device) != "cpu"}
    of_grid |= {"--histogram": histogram, "--count": count}
    for option in (option for option, given in of_grid.items() if given):
        raise FlopcountError(f"{option} is for a grid, not for the designs of --measured")
    named = columns.split(",") if isinstance(columns, str) else texts(columns, "columns")
    asked = Asked(tuple(keep), tuple(pareto), sort, top, tuple(named))
    return plan_measured(measured, reference, vary, asked, modules, **options)


def sweep(  # noqa: PLR0913  likewise
    reference: Given | None = None,
    vary: Mapping[str, str | Iterable[int]] | None = None,
    *,
    measured: "str | os.PathLike[str] | pd.DataFrame | None" = None,
    modules: Sequence[str] = (),
    input: str | Mapping[str, str] | None = None,  # noqa: A002  likewise
    classes: int | str | None = None,
    set: Mapping[str, int | str] | None = None,  # noqa: A002  likewise
    aux: bool = False,
    past: int | str | None = None,
    reduce: str | Sequence[str] = (),
    trust: bool = False,
    keep: str | Sequence[str] = (),
    pareto: str | Sequence[str] = (),
    top: int | None = None,
    sort: str | None = None,
    columns: str | Sequence[str] = (),
    histogram: str | Sequence[str] = (),
    count: bool = False,
    workers: int = 0,
    scheduler: "str | Client | None" = None,
    resume: str | os.PathLike[str] | None = None,
    device: str = "cpu",
) -> "pd.DataFrame":
    """Price every design of a grid: a DataFrame with a row for each, exact int64.

    `reference` is a name, a path, a spec, or a `Network` that `flopcount.load` or `parse` gave, or
    some of its modules.

    `vary` gives each name its values: ``"8:64:8"`` (64 too) or whole numbers; ``input`` is height
    and width together, and repeats, kernels, strides and heads vary as widths do. `modules` prices
    these alone; there a bare column will do. `keep` filters: ``"multiplies <= 1e9 and 3a.r5 > 8"``;
    `pareto` names what to minimise (``-name``: maximise); `top` keeps the first so many by `sort`
    (the least multiplies first). The columns are the varied names, then multiplies,
    multiplies_unpadded, params and activations, or the counts that `columns` names
    (``"macs,flops"``); filters and keys may ask for any count.

    `count` tells how many designs stay instead, and the least and the most of each column;
    `histogram` how many lie where, along any of these names: ``"multiplies"``, or at most so many
    bins of it, ``"multiplies=20"``.

    So many `workers`, processes of this machine, or those of Dask's `scheduler` (its address or a
    `distributed.Client`) price the grid; what they have done is kept in the folder `resume`, and is
    not done again by the next call. `device` is where JAX looks through the grid: ``"gpu"``, or
    ``"auto"`` for one if it is there.

    `measured`, a CSV file or a DataFrame, has a row for each design and columns of your own, which
    filters, keys and columns may name: these designs are priced in the place of a grid, those in
    the ranges of `vary` where it is given. A column ``network`` names that of each row.

    Other arguments as for `load`. Raises `FlopcountError` for what does not fit, and for more than
    10,000,000 designs that stay.

    >>> designs = sweep("googlenet", {"3a.r5": range(8, 65, 8)}, modules=["3a"], top=1)
    >>> designs.to_dict("records")[0]["multiplies"]
    121827328
    """
    import pandas as pd

    options: dict[str, Any] = {"input": input, "classes": classes, "set": set, "aux": aux}
    options |= {"past": past, "reduce": reduce, "trust": trust, "modules": modules}
    options |= {"keep": keep, "pareto": pareto, "top": top, "sort": sort, "columns": columns}
    options |= {"histogram": histogram, "count": count}
    options |= {"workers": workers, "scheduler": scheduler, "resume": resume, "device": device}
    if measured is not None:
        return plan_of_measured(measured, reference, vary or {}, **options).frame()
    if reference is None:
        raise FlopcountError("name a network; only a table of measured designs may name its own")
    found = plan(reference, {} if vary is None else vary, **options)
    if found.tallies:
        return flat(tally_sheet(found)).to_frame()
    designs = found.collect(MAX_DESIGNS, "a DataFrame holds")
    return pd.DataFrame(designs, columns=found.columns)
