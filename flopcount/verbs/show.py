"""`flopcount NETWORK`: the report."""

from argparse import ArgumentParser, Namespace

from .. import __version__
from . import TEXT_FORMATS, VERBS, Outcome, Verb, add_design, add_network, load_network

_LISTED = "\n".join(
    f"  flopcount {f'{name} …':<15} {what}" for name, what in VERBS.items() if name != "show"
)
_ABOUT = f"""\
What a neural network costs: exactly, by branch, with the arithmetic shown.

  flopcount {"NETWORK …":<15} {VERBS["show"].replace("the verb", "the verb show")}
{_LISTED}
  flopcount VERB --help     a verb's own options

NETWORK is a shipped name (googlenet), one of its variants (googlenet@torchvision),
the path of a table (my.toml), or a spec ("28x28x192 > conv 1x1 16 reduce > conv 5x5 32").
"""
_EXAMPLES = """\
examples:
  flopcount googlenet --module 3a
  flopcount googlenet --module 3a --explain
  flopcount googlenet --by layer -o layers.csv -o saving.png
  flopcount googlenet --input 299x299 --set 3a.r5=24
  flopcount "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"

exit codes: 0 fine, 1 a check differs or a budget is exceeded, 2 bad input
"""


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    add("--module", action="append", default=[], help="this module alone (repeatable)")
    add("--by", metavar="GRAIN", help="the grain of the rows: layer, branch, module or op")
    add_design(parser)
    add("--batch", metavar="N", default="1", help="so many samples")
    add("--naive", metavar="READING", default="reduce", help="reduce, figure or chained")
    add("--unit", default="multiplies", help="what the columns show: multiplies, macs or flops")
    add("--explain", action="store_true", help="show the arithmetic behind each number")
    add("--version", action="version", version=f"flopcount {__version__}")


def _run(args: Namespace) -> Outcome:
    from ..report import analyze
    from ..words import whole_number

    report = analyze(
        load_network(args),
        modules=args.module,
        batch=whole_number(args.batch, "--batch"),
        naive=args.naive,
        unit=args.unit,
        by=args.by,
    )

    def produce(form: str) -> str | bytes:
        if form == "json":
            return report.to_json(explain=args.explain)
        if form in TEXT_FORMATS:
            return report.to_format(form, explain=args.explain)
        from ..plot import picture

        return picture(report.plot(), form)

    return Outcome(produce, table=lambda: report.table(explain=args.explain))


VERB = Verb(
    _ABOUT,
    "NETWORK [options]",
    _add,
    _run,
    _EXAMPLES,
    endings=(".csv", ".md", ".json", ".tex", ".png", ".svg", ".pdf"),
)
