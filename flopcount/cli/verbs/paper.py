"""`flopcount paper NETWORK`: what is printed of it beside what it is."""

from argparse import Namespace

from . import Outcome, Verb, add_network, outcome


def _run(args: Namespace) -> Outcome:
    from ...papers import compare_with_paper

    return outcome(compare_with_paper(args.network))


VERB = Verb(
    "What the paper prints beside the exact figures, each difference explained; and\n"
    "what is claimed of the network in words, each claim with its figure and verdict.",
    "paper NETWORK [options]",
    add_network,
    _run,
    "examples:\n  flopcount paper googlenet\n  flopcount paper inception-v3 --format markdown\n",
)
