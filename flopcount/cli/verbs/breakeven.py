"""`flopcount breakeven NETWORK`: up to which width reductions pay, or where attention leads."""

from argparse import ArgumentParser, Namespace

from . import Outcome, Verb, add_design, add_network, design_options, load_network, outcome


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    parser.add_argument("--module", action="append", default=[], help="of this module (repeatable)")
    parser.add_argument("--branch", help="of this branch")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...core import role_of

    network = None if _is_open(args) else load_network(args)
    if network is None or not any(role_of(node.op) == "reduce" for node in network.nodes):
        from ...analysis.crossover_sheet import crossover_sheet
        from ...analysis.crossovers import solved

        given = args.network if network is None else network
        options = design_options(args) if network is None else {}
        return outcome(
            crossover_sheet(solved(given, modules=args.module, branch=args.branch, **options))
        )
    from ...analysis.breakeven import breakeven_sheet, reductions

    found = reductions(network, modules=args.module, branch=args.branch)
    return outcome(breakeven_sheet(network, found))


def _is_open(args: Namespace) -> bool:
    """Whether a size or a width has a name in the place of a number."""
    from ...notation import draft

    return bool(draft(args.network, **design_options(args)).unknowns())


VERB = Verb(
    "Up to which width each 1×1 reduction pays, for multiplies and for parameters,\n"
    "and how much of the possible saving its own width gets; solved from the graph.\n"
    "Where none is marked: from how many tokens on, or from which side of a square\n"
    "image on, the part of attention that grows with their square costs more than\n"
    "the rest, exactly.",
    "breakeven NETWORK [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount breakeven googlenet --module 3a --branch 5x5\n"
    "  flopcount breakeven inception-v3 -o reductions.csv\n"
    '  flopcount breakeven "Tx768 > attention 12"\n',
)
