"""The sweep of the Python API and of the command line, from names and texts to designs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..analysis.count_names import counts_named, known_as, scaled
from ..core import NAMED
from ..errors import FlopcountError, one_of, quote
from ..notation import Given, of_modules, planned
from ..reading import texts
from .chosen import MAX_KEYS, MAX_TOP, Key
from .costs import Costs
from .grid.axes import read_axes
from .grid.filters import parse_filter
from .models import of_model
from .pricing import SHOWN, Pricing, Sweep, costs_of_grid
from .readings import Readings
from .spread import Spread

if TYPE_CHECKING:
    import pandas as pd

MAX_DESIGNS = 10**7  # without --top, --keep or --pareto; and in a DataFrame


def read_key(text: str, names: Sequence[str], what: str) -> Key:
    """A name to order by; ``-multiplies`` is the other way round.

    >>> read_key("-params", ["params"], "--sort")
    Key(name='params', descending=True)
    """
    if not isinstance(text, str):
        raise FlopcountError(
            f"{what}: expected the name of a count or of what varies, not {quote(text)}"
        )
    name = text.strip().removeprefix("-")
    counted = name if name in names else known_as(name)
    if counted is None or counted not in names:
        said = scaled(name) or one_of(name, names, "count or varied name")
        raise FlopcountError(f"{what}: {said}")
    return Key(counted, text.strip().startswith("-"))


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
    keep: Sequence[str] = (),
    pareto: Sequence[str] = (),
    top: int | None = None,
    sort: str | None = None,
    columns: Sequence[str] = (),
    workers: int = 0,
    scheduler: str | None = None,
) -> Sweep:
    """Check a sweep without running it; the arguments are those of `sweep`."""
    options: dict[str, Any] = {"input": input, "classes": classes, "set": set, "aux": aux}
    options |= {"past": past, "reduce": reduce, "trust": trust}
    given = planned(reference, "a sweep", **options)
    network, modules = given.draft, of_modules(given, "a sweep", modules)
    axes = read_axes(vary, network.variables(), modules)
    varied = {variable.name for axis in axes for variable in axis.variables}
    fixed = {*(set or {}), *(["classes"] if classes is not None else [])}
    for name in sorted(varied & fixed):
        raise FlopcountError(f"{name} is both set and varied")
    names = [*(axis.name for axis in axes), *NAMED]
    for axis in axes:
        if axis.name in NAMED:
            raise FlopcountError(f"{axis.name} is a count; name the row too, as in 3a.{axis.name}")
    if sort is not None and top is None and not pareto:
        raise FlopcountError("--sort orders the designs of --top or --pareto; give one of them")
    if top is not None and not (hasattr(top, "__index__") and 1 <= top <= MAX_TOP):
        raise FlopcountError(f"--top is {quote(top)}, not a whole number from 1 to {MAX_TOP:,}")
    if len(pareto) > MAX_KEYS:
        raise FlopcountError(f"--pareto takes at most {MAX_KEYS} names, read {len(pareto)}")
    chosen = (
        tuple(parse_filter(text, names) for text in keep),
        tuple(read_key(text, names, "--pareto") for text in pareto),
        read_key(sort, names, "--sort") if sort is not None else None,
        top,
        counts_named(columns) or SHOWN,
        Spread(workers, scheduler),
    )

    def priced(costs: Costs | Readings) -> Sweep:
        return Sweep(Pricing(network, costs.modules), axes, costs, *chosen)

    found = of_model(network, axes, modules, priced) or priced(
        costs_of_grid(network, axes, modules)
    )
    if found.size > MAX_DESIGNS and not (keep or pareto or top):
        raise FlopcountError(
            f"the grid has {found.size:,} designs; past {MAX_DESIGNS:,} a sweep needs --top, "
            "--keep or --pareto"
        )
    found.check()
    return found


def sweep(  # noqa: PLR0913  likewise
    reference: Given,
    vary: Mapping[str, str | Iterable[int]],
    *,
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
    workers: int = 0,
    scheduler: str | None = None,
) -> "pd.DataFrame":
    """Price every design of a grid: a DataFrame with a row for each, exact int64.

    `reference` is a name, a path, a spec, or a `Network` that `flopcount.load` or `parse` gave, or
    some of its modules.

    `vary` gives each name its values: ``"8:64:8"`` (64 too) or whole numbers; ``input`` is height
    and width together. `modules` prices these alone; there a bare column will do. `keep` filters:
    ``"multiplies <= 1e9 and 3a.r5 > 8"``; `pareto` names what to minimise (``-name``: maximise);
    `top` keeps the first so many by `sort` (the least multiplies first). The columns are the varied
    names, then multiplies, multiplies_unpadded, params and activations, or the counts that
    `columns` names (``"macs,flops"``); filters and keys may ask for any count. Other arguments as
    for `load`. Raises `FlopcountError` for what does not fit, and for more than 10,000,000 designs
    that stay.

    >>> designs = sweep("googlenet", {"3a.r5": range(8, 65, 8)}, modules=["3a"], top=1)
    >>> designs.to_dict("records")[0]["multiplies"]
    121827328
    """
    import pandas as pd

    found = plan(
        reference,
        vary,
        modules=modules,
        input=input,
        classes=classes,
        set=set,
        aux=aux,
        past=past,
        reduce=reduce,
        trust=trust,
        keep=texts(keep, "keep", "filters such as 'multiplies <= 1e9'"),
        pareto=pareto.split(",") if isinstance(pareto, str) else texts(pareto, "pareto"),
        top=top,
        sort=sort,
        columns=columns,
        workers=workers,
        scheduler=scheduler,
    )
    designs = found.collect(MAX_DESIGNS, "a DataFrame holds")
    return pd.DataFrame(designs, columns=found.columns)
