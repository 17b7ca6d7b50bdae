"""`flopcount list`: the networks shipped, and a user's own tables."""

from argparse import Namespace

from . import Outcome, Verb, outcome


def _run(_args: Namespace) -> Outcome:
    from ...analysis.catalog import catalog

    return outcome(catalog())


VERB = Verb(
    "The networks shipped and their variants: title, input, multiplies, parameters,\n"
    "source. Then the tables of your own, from the folders of FLOPCOUNT_TABLES and\n"
    "flopcount/tables in the user's folder for settings (~/.config on Linux).",
    "list [options]",
    lambda _parser: None,
    _run,
    "examples:\n  flopcount list\n  flopcount list --format csv -o networks.csv\n",
)
