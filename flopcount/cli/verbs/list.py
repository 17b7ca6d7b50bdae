"""`flopcount list`: the networks shipped."""

from argparse import Namespace

from . import Outcome, Verb, outcome


def _run(_args: Namespace) -> Outcome:
    from ...analysis.catalog import catalog

    return outcome(catalog())


VERB = Verb(
    "The networks shipped and their variants: title, input, multiplies, parameters,\nsource.",
    "list [options]",
    lambda _parser: None,
    _run,
    "examples:\n  flopcount list\n  flopcount list --format csv -o networks.csv\n",
)
