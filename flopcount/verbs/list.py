"""`flopcount list`: the networks shipped."""

from argparse import Namespace
from functools import partial

from . import Outcome, Verb


def _run(_args: Namespace) -> Outcome:
    from ..catalog import catalog
    from ..render import render

    return Outcome(partial(render, catalog()))


VERB = Verb(
    "The networks shipped and their variants: title, input, multiplies, params, source.",
    "list [options]",
    lambda _parser: None,
    _run,
)
