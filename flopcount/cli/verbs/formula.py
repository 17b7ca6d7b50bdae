"""`flopcount formula NETWORK`: the cost as a formula."""

from argparse import ArgumentParser, Namespace
from functools import partial

from ...writing.formats import FORMULA_FILES
from . import Outcome, Verb, add_design, add_network, design_options, pairs_once


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    free = "what stays open: H,W (the default), classes, r5 or 3a.r5"
    add("--free", action="append", metavar="NAMES", help=free)
    add("--module", help="of this module")
    add("--branch", help="of this branch")
    add("--count", default="multiplies", help="multiplies, macs, flops, params, …")
    add("--let", action="append", metavar="NAME=…", help="put in place: H=32n,W=32n")
    add("--diff", metavar="NAME", help="what one more of it costs")
    add_design(parser)


def _separate(texts: list[str] | None) -> list[str]:
    """What stands between the commas of an option, however often that is given."""
    return [part.strip() for text in texts or () for part in text.split(",")]


def _run(args: Namespace) -> Outcome:
    from ...analysis.formula_files import written
    from ...analysis.formulas import formula

    found = formula(
        args.network,
        free=_separate(args.free),
        count=args.count,
        module=args.module,
        branch=args.branch,
        let=pairs_once(
            _separate(args.let),
            "--let",
            "NAME=…, as in H=32n,W=32n",
        ),
        **design_options(args),
    )
    if args.diff is not None:
        found = found.diff(args.diff)
    return Outcome(partial(written, found))


VERB = Verb(
    "The cost as an exact formula in the named sizes and widths, and for which sizes\n"
    "it holds. H and W (of tokens T, of a sequence L, of a volume D, H and W) are\n"
    "always the network's input; inputs of different sizes have their own: text.T.",
    "formula NETWORK [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount formula googlenet\n"
    "  flopcount formula googlenet --let H=32n,W=32n --format latex\n"
    "  flopcount formula googlenet --module 3a --branch 5x5 --free H,W,r5 --diff r5\n"
    '  flopcount formula "HxWxC > conv 1x1 r reduce > conv 5x5 F"\n',
    formats=tuple(FORMULA_FILES.values()),
    endings=FORMULA_FILES,
)
