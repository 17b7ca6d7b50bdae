"""`flopcount list`: the networks shipped."""

from argparse import Namespace

from . import Outcome, Verb, outcome


def _run(_args: Namespace) -> Outcome:
    from ..catalog import catalog

    return outcome(catalog())


VERB = Verb(
    "The networks shipped and their variants: title, input, multiplies, params, source.",
    "list [options]",
    lambda _parser: None,
    _run,
)
