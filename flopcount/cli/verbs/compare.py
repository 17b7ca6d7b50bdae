"""`flopcount compare NETWORK NETWORK…`: side by side."""

from argparse import ArgumentParser, Namespace

from . import PICTURES, SHEET, Outcome, Verb, add_design, design_options


def _add(parser: ArgumentParser) -> None:
    parser.add_argument(
        "networks", metavar="NETWORK", nargs="+", help="shipped names, paths of tables, or specs"
    )
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...analysis.comparisons import compare, few_enough
    from ...api import load
    from ...writing.formats import render

    options = design_options(args)
    networks = [*few_enough(load(name, **options) for name in args.networks)]
    sheet = compare(networks)

    def produce(form: str) -> str | bytes:
        if form not in PICTURES.values():
            return render(sheet, form)
        from ...pictures.compare import by_module
        from ...pictures.style import picture

        return picture(by_module(networks), form)

    return Outcome(produce, sheet=lambda: sheet)


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
