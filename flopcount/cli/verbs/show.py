"""`flopcount NETWORK`: the report."""

from argparse import ArgumentParser, Namespace
from functools import partial

from ...errors import FlopcountError
from ...version import __version__
from ...writing.formats import report_files
from . import (
    Outcome,
    Verb,
    add_design,
    add_network,
    add_strict,
    add_unit,
    lacking,
    load_network,
    unit_options,
)


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    add(
        "--module",
        action="append",
        default=[],
        help="this module alone: 3a, 3a/5x5, layer1/0 (repeatable)",
    )
    add("--branch", help="this branch alone, 5x5 or 3a/5x5")
    add(
        "--layers",
        action="append",
        nargs="?",
        default=[],
        metavar="GLOB",
        help="the layers that a pattern matches: 'layer3/*' (repeatable)",
    )
    add("--by", metavar="GRAIN", help="the grain of the rows: layer, branch, module or op")
    add("--depth", metavar="N", help="by module, N names deep: layer1/0 is 2 deep")
    add_design(parser)
    add("--batch", metavar="N", default="1", help="so many samples")
    add("--naive", metavar="READING", help="reduce (the default), figure or chained")
    add_unit(parser)
    add(
        "--columns",
        action="append",
        default=[],
        metavar="NAMES",
        help="these counts instead: macs,flops,activations,… (repeatable)",
    )
    named = "what another counter counts: fvcore, ptflops@0.6.9"
    add("--as", dest="counter", metavar="T", help=named)
    add("--explain", action="store_true", help="show the arithmetic behind each number")
    add_strict(parser)
    add("--version", action="version", version=f"flopcount {__version__}")


def refuse_with(args: Namespace) -> None:
    """Raise `FlopcountError` for an option that says nothing of another counter's numbers."""
    given = {
        "--columns": args.columns,
        "--explain": args.explain,
        "--naive": args.naive,
        "--unit": args.unit != "multiplies",
        "--digits": args.digits,
    }
    for option, value in given.items():
        if value:
            raise FlopcountError(
                f"{option} is of our own counts: leave it out, or --as {args.counter}"
            )


def _run(args: Namespace) -> Outcome:
    from ...analysis.scopes import DEEPEST
    from ...api import analyze
    from ...reading import whole_number

    if None in args.layers:
        raise FlopcountError("--layers takes a pattern, 'layer3/*'; did you mean '--by layer'?")
    if args.counter is not None:
        refuse_with(args)
    report = analyze(
        load_network(args),
        modules=args.module,
        branch=args.branch,
        layers=args.layers,
        batch=whole_number(args.batch, "--batch"),
        naive=args.naive,
        **unit_options(args),
        by=args.by,
        depth=None if args.depth is None else whole_number(args.depth, "--depth", DEEPEST),
        columns=[name for names in args.columns for name in names.split(",")],
    )
    if args.counter is not None:
        found = report.as_counter(args.counter)
        return Outcome(found.written, sheet=found.sheet, lacks=lacking(args, report.network))
    return Outcome(
        partial(report.written, explain=args.explain),
        sheet=partial(report.sheet, explain=args.explain),
        lacks=lacking(args, report.network),
    )


VERB = Verb(
    "The multiplies and parameters of a network by layer, branch, module or op,\n"
    "beside what the same would cost without its 1×1 reductions, if it has any.",
    "[show] NETWORK [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount googlenet --module 3a --explain\n"
    "  flopcount googlenet --by layer -o layers.csv -o saving.png\n"
    '  flopcount "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"\n',
    endings=report_files(),
)
