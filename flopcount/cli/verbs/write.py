"""`flopcount write MODEL -o net.toml`: a network as a table."""

from argparse import ArgumentParser, Namespace

from ...writing.formats import TABLE_FILES
from . import Outcome, Verb, add_design, add_network, load_network


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...notation.written import written

    table = written(load_network(args))
    return Outcome(lambda _form: table.text)


VERB = Verb(
    "A table of the notation from a model that was read, a spec, or a table with what\n"
    "was changed in it. Blocks that come again are written once, what differs among\n"
    "them in columns. Each layer is read again and costs the same.",
    "write NETWORK [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount write torchvision:resnet50 -o resnet50.toml\n"
    '  flopcount write "224x224x3 > conv 7x7/2 64 > 4 * (identity + conv 3x3 in)"\n',
    formats=tuple(TABLE_FILES.values()),
    endings=TABLE_FILES,
    counts=False,
)
