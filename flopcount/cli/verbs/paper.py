"""`flopcount paper NETWORK`: what is printed of it beside what it is."""

from argparse import Namespace

from . import Outcome, Verb, add_network, outcome


def _run(args: Namespace) -> Outcome:
    from ...papers import compare_with_paper

    return outcome(compare_with_paper(args.network))


VERB = Verb(
    "What papers print beside the exact figures, each difference explained: of rows\n"
    "of a table, and of whole networks, a family's members, widths and sizes; and\n"
    "what is claimed in words, each claim with its figure and verdict.",
    "paper NETWORK [options]",
    add_network,
    _run,
    "examples:\n  flopcount paper googlenet\n  flopcount paper resnet-50 --format markdown\n",
)
