"""`flopcount paper NETWORK`: what is printed of it beside what it is."""

from argparse import Namespace

from . import Outcome, Verb, add_network, outcome


def _run(args: Namespace) -> Outcome:
    from ...notation import load_table
    from ...papers import compare_with_paper

    table = load_table(args.network)
    return outcome(compare_with_paper(table, table.build()))


VERB = Verb(
    "What the paper prints beside the exact figures, each difference explained; and\n"
    "what is claimed of the network in words, each claim with its figure and verdict.",
    "paper NETWORK [options]",
    add_network,
    _run,
    "examples:\n  flopcount paper googlenet\n  flopcount paper inception-v3 --format markdown\n",
)
