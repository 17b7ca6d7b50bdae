"""`flopcount compare NETWORK NETWORK…`: side by side."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from ...errors import FlopcountError
from . import PICTURES, SHEET, Outcome, Verb, add_design, design_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...notation import Draft

MOST_TEXT = 4  # MiB of all tables and specs, each as often as it is named


def _add(parser: ArgumentParser) -> None:
    parser.add_argument(
        "networks", metavar="NETWORK", nargs="+", help="names, paths of tables, or specs"
    )
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...analysis.comparisons import compare, few_enough
    from ...writing.formats import render

    networks = [*few_enough(plan.build() for plan in _plans(args))]
    sheet = compare(networks)

    def produce(form: str) -> str | bytes:
        if form not in PICTURES.values():
            return render(sheet, form)
        from ...pictures.matched import by_module
        from ...pictures.style import picture

        return picture(by_module(networks), form)

    return Outcome(produce, sheet=lambda: sheet)


def _plans(args: Namespace) -> "Iterator[Draft]":
    from ...notation import draft

    options, length = design_options(args), 0
    for name in args.networks:
        plan = draft(name, **options)
        length += plan.length
        if length > MOST_TEXT * 2**20:
            raise FlopcountError(
                f"tables and specs of at most {MOST_TEXT} MiB together are compared"
            )
        yield plan


VERB = Verb(
    "Networks side by side: totals and modules, each beside the first. A picture has\n"
    "the multiplies by matching module; flopcount plot --kind compare has points.",
    "compare NETWORK NETWORK… [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount compare googlenet googlenet@torchvision googlenet@naive\n"
    "  flopcount compare inception-v3 inception-v4 inception-v4@timm -o family.png\n",
    endings={**SHEET, **PICTURES},
)
