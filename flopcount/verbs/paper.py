"""`flopcount paper NETWORK`: what is printed of it beside what it is."""

from argparse import Namespace
from functools import partial

from . import Outcome, Verb, add_network


def _run(args: Namespace) -> Outcome:
    from ..paper import compare_with_paper
    from ..references import load_table
    from ..render import render

    table = load_table(args.network)
    return Outcome(partial(render, compare_with_paper(table, table.build())))


VERB = Verb(
    "What the paper prints beside the exact figures, each difference explained; and what the\n"
    "papers and the article claim of the network, each with its figure and verdict.",
    "paper NETWORK [options]",
    add_network,
    _run,
    "examples:\n  flopcount paper googlenet\n  flopcount paper inception-v3 --format markdown\n",
)
