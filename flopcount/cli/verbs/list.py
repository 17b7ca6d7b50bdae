"""`flopcount list`: the networks shipped, by family, and a user's own tables."""

from argparse import ArgumentParser, Namespace

from . import Outcome, Verb, outcome


def _add(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--family",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="some families alone, with their variants and sources",
    )


def _run(args: Namespace) -> Outcome:
    from ...analysis.catalog import catalog

    return outcome(catalog(name for named in args.family for name in named.split(",")))


VERB = Verb(
    "The networks shipped, by family: title, input, multiplies, parameters, and the\n"
    "names of their variants. Then the tables of your own, from the folders of\n"
    "FLOPCOUNT_TABLES and flopcount/tables in the user's folder for settings\n"
    "(~/.config on Linux).",
    "list [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount list\n"
    "  flopcount list --family inception resnet\n"
    "  flopcount list --format csv -o networks.csv\n",
)
