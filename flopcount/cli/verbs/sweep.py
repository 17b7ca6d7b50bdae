"""`flopcount sweep NETWORK`: many designs at once."""

from argparse import ArgumentParser, Namespace
from functools import cache
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError
from . import (
    Outcome,
    Verb,
    add_design,
    add_measured,
    add_network,
    check_kept,
    design_options,
    network_of,
    pairs_once,
)

if TYPE_CHECKING:
    from ...designs import Sweep
    from ...designs.grid.factors import Array
    from ...designs.measured import MeasuredSweep
    from ...writing.sheet import Sheet

MAX_PRINTED = 100_000  # designs on standard output


def _add(parser: ArgumentParser) -> None:
    add_network(parser, optional=True)  # a table of measured designs may name them
    add = parser.add_argument
    vary = "3a.r5=8:64:8 (64 too), or 8,16,24 (repeatable)"
    add("--vary", action="append", default=[], metavar="NAME=RANGE", help=vary)
    add("--module", action="append", default=[], help="these modules alone (repeatable)")
    keep = "where it holds: 'params <= 9e6 and 3a.r5 > 8' (repeatable)"
    add("--keep", action="append", default=[], metavar="FILTER", help=keep)
    add("--pareto", metavar="NAMES", help="what no other design betters: multiplies,-input")
    add("--top", metavar="N", help="the first N by --sort (default: the least multiplies)")
    add("--sort", metavar="NAME", help="a count or a varied name; -NAME: the most first")
    counts = "these counts: macs,flops,params,… (repeatable)"
    add("--columns", action="append", default=[], metavar="NAMES", help=counts)
    spread = "how many stay in each bin of NAME; NAME=BINS (repeatable)"
    add("--histogram", action="append", default=[], metavar="NAME", help=spread)
    add("--count", action="store_true", help="how many stay, and the range of each column")
    add("--descending", action="store_true", help="the most first")
    add_measured(parser)
    dask = "so many processes price the grid (default: 0, this one)"
    add("--workers", metavar="N", default="0", help=dask)
    add("--scheduler", metavar="URL", help="with the workers of Dask's scheduler: tcp://host:8786")
    add("--resume", metavar="DIR", help="keep finished parts in DIR, and go on from there")
    add("--device", default="cpu", help="cpu, gpu, or auto: a GPU if JAX sees one")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...designs import Output, plan
    from ...designs.files import need_pyarrow
    from ...designs.output import check_apart
    from ...designs.spread.asked import MAX_WORKERS
    from ...designs.sweeps import plan_of_measured
    from ...reading import whole_number
    from ...writing.formats import render
    from ..progress import pace

    if any(file.lower().endswith(".parquet") for file in args.files):
        need_pyarrow()
    check_apart(args.resume, args.files)
    check_kept(args)
    if args.descending and args.sort is None:
        raise FlopcountError("--descending needs --sort")
    sort = f"-{args.sort.strip().removeprefix('-')}" if args.descending else args.sort
    options = {
        "modules": args.module,
        "keep": args.keep,
        "pareto": args.pareto.split(",") if args.pareto is not None else (),
        "top": whole_number(args.top, "--top") if args.top is not None else None,
        "sort": sort,
        "columns": [name for names in args.columns for name in names.split(",")],
        "histogram": args.histogram,
        "count": args.count,
        "workers": whole_number(args.workers, "--workers", MAX_WORKERS, least=0),
        "scheduler": args.scheduler,
        "resume": args.resume,
        "device": args.device,
        **design_options(args),
    }
    vary = pairs_once(args.vary, "--vary", "NAME=RANGE, as in 3a.r5=8:64:8")
    if args.measured is not None:
        return _measured(plan_of_measured(args.measured, args.network, vary, **options))
    planned = plan(network_of(args, "sweep"), vary, **options)
    if planned.tallies:
        return _tallied(planned)

    def sheet() -> "Sheet":
        with pace(planned.size, "designs") as priced:
            designs = planned.collect(MAX_PRINTED, "standard output shows", priced)
        return _sheet(planned, designs)

    output = Output(planned, lambda: pace(planned.size, "designs"))
    return Outcome(
        lambda form: render(sheet(), form),
        stream=output.stream,
        sheet=sheet,
        folders=output.folders,
    )


def _measured(planned: "MeasuredSweep") -> Outcome:
    """The designs of a table."""
    from ...designs.measured.printed import PIECES, sheet_of
    from ...writing.formats import render

    def sheet() -> "Sheet":
        return sheet_of(planned, MAX_PRINTED)

    return Outcome(
        lambda form: render(sheet(), form), stream=lambda form: PIECES[form](planned), sheet=sheet
    )


def _tallied(planned: "Sweep") -> Outcome:
    """How many designs stay: counted once, whatever is made of it."""
    from ...designs.files import parquet_of
    from ...designs.tallies import flat, tally_sheet
    from ...writing.formats import render
    from ..progress import pace

    @cache
    def sheet() -> "Sheet":
        with pace(planned.size, "designs") as priced:
            return tally_sheet(planned, priced, **_above(planned))

    def produce(form: str) -> str | bytes:
        if form != "parquet":
            return render(sheet(), form)
        return parquet_of(flat(sheet()))

    return Outcome(produce, sheet=sheet)


def _above(planned: "Sweep") -> dict[str, Any]:
    """What stands above the designs."""
    from ...analysis.conventions import families, of_one_sample
    from ...analysis.count_names import restated
    from ...core import NAMED
    from ...errors import plural

    modules, there = planned.pricing.modules, families(planned.costs.rows)
    which = f", module{'s' if len(modules) > 1 else ''} {', '.join(modules)}" if modules else ""
    stays = [f"keep {kept.text}" for kept in planned.keep]
    if planned.pareto:
        keys = ", ".join(f"{'-' * key.descending}{key.name}" for key in planned.pareto)
        stays.append(f"Pareto front of {keys}: no other design is as good by all, better by one")
    if planned.top is not None:
        stays.append(f"the first {planned.top:,}")
    stays += [f"{name} changes no count here" for name in planned.idle()]
    counts = planned.shown or [name for name, _ in planned.histograms if name in NAMED]
    return {
        "heading": (f"{planned.pricing.draft.name}{which}: {plural(planned.size, 'design')}",),
        "convention": of_one_sample(there),
        "notes": (*restated(counts, there), *stays, *planned.costs.notes),
    }


def _sheet(planned: "Sweep", designs: "Array") -> "Sheet":
    """What is printed: a line for each design that stays."""
    from ...core import NAMED, UNITS
    from ...designs.pricing import SHOWN
    from ...errors import plural
    from ...writing.sheet import Column, Sheet

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
        **_above(planned),
        footer=(f"{len(designs):,} of {plural(planned.size, 'design')}",),
    )


VERB = Verb(
    "The cost of every design of a grid, or of the rows of --measured: a line for\n"
    "each that the filters keep. Parquet needs pip install 'flopcount[parquet]'.",
    "sweep NETWORK --vary NAME=RANGE [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount sweep googlenet --module 3a --vary r5=8:64:8\n"
    "  flopcount sweep googlenet --vary 3a.r5=8:64:8 --vary input=128:512:32 \\\n"
    "    --keep 'multiplies <= 1e9' --top 20 --sort -input -o designs.csv\n",
    endings={".csv": "csv", ".parquet": "parquet"},
)
