"""`flopcount breakeven NETWORK`: up to which width each reduction pays."""

from argparse import ArgumentParser, Namespace

from . import Outcome, Verb, add_design, add_network, load_network, outcome


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    parser.add_argument("--module", action="append", default=[], help="of this module (repeatable)")
    parser.add_argument("--branch", help="of this branch")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...analysis.breakeven import breakeven_sheet, reductions

    network = load_network(args)
    found = reductions(network, modules=args.module, branch=args.branch)
    return outcome(breakeven_sheet(network, found))


VERB = Verb(
    "Up to which width each 1×1 reduction pays, for multiplies and for parameters,\n"
    "and how much of the possible saving its own width gets; solved from the graph.",
    "breakeven NETWORK [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount breakeven googlenet --module 3a --branch 5x5\n"
    "  flopcount breakeven inception-v3 -o reductions.csv\n",
)
