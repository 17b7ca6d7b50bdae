"""`fit`: the largest of one name, or the best of several, within a budget."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack, overload

from ...analysis.count_names import count_named
from ...errors import FlopcountError, quote
from ...notation import MAX_MULTIPLE, Given, of_modules, planned
from ..measured import BestMeasured, best_measured
from .best import BestDesign, Limits
from .fits import Fit, largest
from .several import best_design, grid_of, read_aim

if TYPE_CHECKING:
    import os

    import pandas as pd

Values: TypeAlias = str | Iterable[Any]  # whole numbers; of ``width`` any


class _Options(TypedDict, total=False):
    """What a network and its modules are given with."""

    multiple: int | None
    modules: Sequence[str]
    input: str | Mapping[str, str] | None
    classes: int | str | None
    set: Mapping[str, int | str] | None
    aux: bool
    past: int | str | None
    reduce: str | Sequence[str]
    trust: bool


@overload
def fit(
    reference: Given,
    budget: Mapping[str, float],
    scale: str,
    **options: Unpack[_Options],
) -> Fit: ...


@overload
def fit(
    reference: Given,
    budget: Mapping[str, float] | None = None,
    scale: None = None,
    *,
    vary: Mapping[str, Values],
    maximize: str | None = None,
    minimize: str | None = None,
    at_least: Mapping[str, float] | None = None,
    **options: Unpack[_Options],
) -> BestDesign: ...


@overload
def fit(
    reference: Given | None = None,
    budget: Mapping[str, float | str] | None = None,
    scale: None = None,
    *,
    measured: "str | os.PathLike[str] | pd.DataFrame",
    vary: Mapping[str, Values] | None = None,
    maximize: str | None = None,
    minimize: str | None = None,
    at_least: Mapping[str, float | str] | None = None,
    **options: Unpack[_Options],
) -> BestMeasured: ...


def fit(  # noqa: PLR0913  the options of the command line
    reference: Given | None = None,
    budget: Mapping[str, Any] | None = None,
    scale: str | None = None,
    *,
    measured: "str | os.PathLike[str] | pd.DataFrame | None" = None,
    vary: Mapping[str, Values] | None = None,
    maximize: str | None = None,
    minimize: str | None = None,
    at_least: Mapping[str, Any] | None = None,
    multiple: int | None = None,
    modules: Sequence[str] = (),
    input: str | Mapping[str, str] | None = None,  # noqa: A002  the option's name on the command line
    classes: int | str | None = None,
    set: Mapping[str, int | str] | None = None,  # noqa: A002  likewise
    aux: bool = False,
    past: int | str | None = None,
    reduce: str | Sequence[str] = (),
    trust: bool = False,
) -> Fit | BestDesign | BestMeasured:
    """Find the largest `scale`, or the best design that varies, whose counts are within a `budget`.

    `reference` is a name, a path, a spec, or a `Network` that `flopcount.load` or `parse` gave, or
    some of its modules.

    `scale` is ``input`` (all its sides alike), ``width`` (the rewrite ``@width=``, in steps of
    1/1000, or with a `multiple` ``@width=…@multiple=``), or a name such as ``3a.r5`` or
    ``classes``. `modules` prices these alone; other arguments as for `load`.

    In its place `vary` gives several names their values, as for `sweep`, also kernels, strides,
    repeats and ``width``. What is found is the design with the most of a count or varied name to
    `maximize`, or the least of one to `minimize` (by default the most of the budget's first count)
    within the `budget` and with `at_least` so many of other counts. It says `how` it was found, and
    whether it is `proved` that nothing is better.

    With `measured`, a CSV file or a DataFrame, it is the best of its designs, as `sweep` takes
    them: budgets, `maximize` and `minimize` may name its columns, `vary` says which rows are meant.

    Raises `BudgetError`, a `FlopcountError`, where nothing meets the budget, and `FlopcountError`
    where no value of `scale` passes it.

    >>> best = fit("googlenet", {"multiplies": 10**9}, "input")
    >>> best.value, best.counts["multiplies"], best.next, best.next_counts["multiplies"]
    (176, 991739648, 177, 1092952768)
    >>> widths = {"3a.r5": "8:64:8", "3b.r5": "8:64:8", "4a.r5": "8:64:8"}
    >>> best = fit("googlenet", {"multiplies": 1_600_000_000}, vary=widths, maximize="params")
    >>> dict(best.values), best.counts["params"], best.proved
    ({'3a.r5': 16, '3b.r5': 32, '4a.r5': 64}, 7079240, True)
    """
    options: dict[str, Any] = {"input": input, "classes": classes, "set": set, "aux": aux}
    options |= {"past": past, "reduce": reduce, "trust": trust}
    if measured is not None:
        if scale is not None or multiple is not None:
            raise FlopcountError("--scale and --multiple are not for the designs of --measured")
        sought = {"at_least": at_least, "maximize": maximize, "minimize": minimize, "vary": vary}
        of: dict[str, Any] = {**sought, "modules": modules, **options}
        return best_measured(measured, reference, {} if budget is None else budget, **of)
    if reference is None:
        raise FlopcountError("name a network; only a table of measured designs may name its own")
    if (scale is None) is (vary is None):
        what = "both are given" if vary is not None else "none is given"
        raise FlopcountError(
            f"--scale is one name that grows, --vary are several with their values: {what}"
        )
    most = _limits(budget, "budget")
    several = Limits(most, _limits(at_least, "at_least"))
    if not several.counts:
        raise FlopcountError("there is no budget; name one, as in --budget multiplies=1e9")
    _check_multiple(multiple)
    given = planned(reference, "a fit", **options)
    modules = of_modules(given, "a fit", modules)
    if vary is not None:
        grid = grid_of(given, modules, vary, multiple)
        return best_design(grid, several, read_aim(maximize, minimize, grid.names))
    if maximize is not None or minimize is not None or at_least:
        raise FlopcountError("--maximize, --minimize and --at-least go with --vary")
    assert scale is not None  # noqa: S101  one of the two is given
    return largest(given, most, scale, modules, multiple)


def _limits(given: Mapping[str, float] | None, what: str) -> dict[str, int]:
    """The limits of each count, by its name in full."""
    if given is not None and not isinstance(given, Mapping):
        raise FlopcountError(
            f"{what} is {quote(given)}, not the {'most' if what == 'budget' else 'least'} of each "
            "count: {'multiplies': 10**9}"
        )
    option = f"--{what.replace('_', '-')}"
    limits: dict[str, Any] = {}
    for given_name, limit in (given or {}).items():
        name = count_named(given_name, option).name
        if name in limits:
            raise FlopcountError(f"{option}: {name} is named twice")
        limits[name] = _whole(limit)
    for name, limit in limits.items():
        if type(limit) is not int or limit < 1:
            raise FlopcountError(f"{option} {name}: {quote(limit)} is not a whole number above 0")
    return limits


def _whole(limit: Any) -> Any:
    """A limit as people type it, 1e9, or as numpy has it, as the whole number that it is."""
    if isinstance(limit, bool):
        return limit
    whole = hasattr(limit, "__index__") or (isinstance(limit, float) and limit.is_integer())
    return int(limit) if whole else limit


def _check_multiple(multiple: object) -> None:
    if multiple is not None and (type(multiple) is not int or not 2 <= multiple <= MAX_MULTIPLE):
        raise FlopcountError(
            f"multiple is {quote(multiple)}, not a whole number from 2 to {MAX_MULTIPLE}"
        )
