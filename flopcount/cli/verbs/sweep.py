"""`flopcount sweep NETWORK`: many designs at once."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...errors import FlopcountError
from . import Outcome, Verb, add_design, add_network, design_options, pairs_once

if TYPE_CHECKING:
    from ...designs import Sweep
    from ...designs.grid.factors import Array
    from ...writing.sheet import Sheet

MAX_PRINTED = 100_000  # designs on standard output


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    add(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=RANGE",
        help="3a.r5=8:64:8 (64 too), 3a.r5=8,16,24, input=128:512:32, classes=…, a spec's free "
        "name (repeatable)",
    )
    add("--module", action="append", default=[], help="these modules alone (repeatable)")
    add(
        "--keep",
        action="append",
        default=[],
        metavar="FILTER",
        help="only designs for which it holds: 'multiplies <= 100e6 and 3a.r5 > 8' (repeatable)",
    )
    add("--pareto", metavar="NAMES", help="what no other design betters: multiplies,-input")
    add("--top", metavar="N", help="the first N by --sort (default: the least multiplies)")
    add("--sort", metavar="NAME", help="a count or a varied name; -NAME: the most first")
    counts = "these counts: macs,flops,params,… (default: multiplies, …; repeatable)"
    add("--columns", action="append", default=[], metavar="NAMES", help=counts)
    add("--descending", action="store_true", help="the most first")
    add("--workers", metavar="N", help="price the grid with so many processes (Dask)")
    add("--scheduler", metavar="URL", help="with the workers of Dask's scheduler: tcp://host:8786")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...designs import plan
    from ...designs.files import PIECES, need_pyarrow
    from ...reading import whole_number
    from ...writing.formats import render
    from ..progress import pace

    if any(file.lower().endswith(".parquet") for file in args.files):
        need_pyarrow()
    if args.descending and args.sort is None:
        raise FlopcountError("--descending needs --sort")
    sort = f"-{args.sort}" if args.descending else args.sort
    planned = plan(
        args.network,
        pairs_once(args.vary, "--vary", "NAME=RANGE, as in 3a.r5=8:64:8"),
        modules=args.module,
        keep=args.keep,
        pareto=args.pareto.split(",") if args.pareto is not None else (),
        top=whole_number(args.top, "--top") if args.top is not None else None,
        sort=sort.removeprefix("--") if sort else sort,
        columns=[name for names in args.columns for name in names.split(",")],
        workers=0 if args.workers is None else whole_number(args.workers, "--workers", least=0),
        scheduler=args.scheduler,
        **design_options(args),
    )

    def sheet() -> "Sheet":
        with pace(planned.size, "designs") as priced:
            designs = planned.collect(MAX_PRINTED, "standard output shows", priced)
        return _sheet(planned, designs)

    def stream(form: str) -> Iterable[bytes]:
        with pace(planned.size, "designs") as priced:
            yield from PIECES[form](planned.columns, planned.batches(priced))

    return Outcome(lambda form: render(sheet(), form), stream=stream, sheet=sheet)


def _sheet(planned: "Sweep", designs: "Array") -> "Sheet":
    """What is printed: a line for each design that stays."""
    from ...analysis.conventions import families, of_one_sample
    from ...analysis.count_names import restated
    from ...core import NAMED, UNITS
    from ...designs.pricing import SHOWN
    from ...errors import plural
    from ...writing.sheet import Column, Sheet

    modules, there = planned.pricing.modules, families(planned.costs.rows)
    which = f", module{'s' if len(modules) > 1 else ''} {', '.join(modules)}" if modules else ""
    stays = [f"keep {kept.text}" for kept in planned.keep]
    if planned.pareto:
        keys = ", ".join(f"{'-' * key.descending}{key.name}" for key in planned.pareto)
        stays.append(f"Pareto front of {keys}: no other design is as good by all, better by one")
    if planned.top is not None:
        stays.append(f"the first {planned.top:,}")
    stays += [f"{name} changes no count here" for name in planned.idle()]
    kept = {*(axis.name for axis in planned.axes), "multiplies", "params"}
    kept |= set(planned.shown) if planned.shown != SHOWN else set()
    return Sheet(
        tuple(
            Column(
                name,
                NAMED[name].title if name in planned.shown else name,
                "count",
                key=name in kept,
                counted=name in UNITS,
            )
            for name in planned.columns
        ),
        designs.tolist(),
        heading=(f"{planned.pricing.draft.name}{which}: {plural(planned.size, 'design')}",),
        convention=of_one_sample(there),
        notes=(*restated(planned.shown, there), *stays, *planned.costs.notes),
        footer=(f"{len(designs):,} of {plural(planned.size, 'design')}",),
    )


VERB = Verb(
    "The cost of every design of a grid: a line for each that the filters keep, a\n"
    "column for each varied name and count. A range includes its end; counts have the\n"
    "names of the JSON. Parquet needs pip install 'flopcount[parquet]'.",
    "sweep NETWORK --vary NAME=RANGE [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount sweep googlenet --module 3a --vary r5=8:64:8\n"
    "  flopcount sweep googlenet --vary 3a.r5=8:64:8 --vary input=128:512:32 \\\n"
    "    --keep 'multiplies <= 1e9' --top 20 --sort -input -o designs.csv\n"
    "  flopcount sweep googlenet --vary 4e.n3=64:512:8 --vary input=128:512:32 \\\n"
    "    --pareto multiplies,-params\n",
    endings={".csv": "csv", ".parquet": "parquet"},
)
