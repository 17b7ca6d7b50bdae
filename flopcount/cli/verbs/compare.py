"""`flopcount compare NETWORK NETWORK…`: side by side."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from ...errors import FlopcountError
from ...writing.formats import report_files
from . import Outcome, Verb, add_design, add_unit, designs, unit_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...notation import Draft

MOST_TEXT = 4  # MiB of all tables and specs, each as often as it is named


def _add(parser: ArgumentParser) -> None:
    parser.add_argument(
        "networks", metavar="NETWORK", nargs="+", help="names, paths, specs, or models"
    )
    add_design(parser)
    add_unit(parser)
    paired = "a line for each pair of layers, in place of the modules"
    parser.add_argument("--align", action="store_true", help=paired)


def _run(args: Namespace) -> Outcome:
    from ...api.comparing import compare
    from ...notation import remember

    networks = (remember(plan.build(), plan) for plan in _plans(args))
    sheet = compare(networks, align=args.align, **unit_options(args))
    return Outcome(sheet.written, sheet=lambda: sheet)


def _plans(args: Namespace) -> "Iterator[Draft]":
    from ...notation import draft

    length = 0
    for name, options in designs(args):
        plan = draft(name, **options)
        length += plan.length
        if length > MOST_TEXT * 2**20:
            raise FlopcountError(
                f"tables and specs of at most {MOST_TEXT} MiB together are compared"
            )
        yield plan


VERB = Verb(
    "Networks side by side: totals and modules, each beside the first. A page (.html)\n"
    "has controls for all; a picture has the multiplies by matching module, that of\n"
    "flopcount plot --kind compare has points.",
    "compare NETWORK NETWORK… [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount compare googlenet googlenet@torchvision googlenet@naive\n"
    "  flopcount compare inception-v3 inception-v4 -o family.png -o compare.html\n",
    endings=report_files(),
)
