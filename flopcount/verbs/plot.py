"""`flopcount plot NETWORK…`: pictures."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from ..errors import FlopcountError, one_of
from . import Outcome, Verb, add_design, design_options

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("savings", "breakeven", "compare")


def _add(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("networks", metavar="NETWORK", nargs="+", help="a network; several for --kind compare")
    add("--kind", default="savings", help=f"one of {', '.join(KINDS)} (default: savings)")
    add("--module", action="append", default=[], help="of this module (repeatable)")
    add("--branch", help="of this branch (breakeven)")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ..plot import picture
    from ..references import load

    if args.kind not in KINDS:
        raise FlopcountError(one_of(args.kind, KINDS, "kind of picture"))
    if args.kind != "compare" and len(args.networks) > 1:
        raise FlopcountError(f"--kind {args.kind} shows one network; compare shows several")
    networks = [load(name, **design_options(args)) for name in args.networks]

    def drawn() -> "Figure":
        from ..breakeven import reductions
        from ..curves import breakeven_curve, comparison
        from ..report import analyze

        if args.kind == "compare":
            return comparison(networks)
        if args.kind == "savings":
            return analyze(networks[0], modules=args.module).plot()
        found = reductions(
            networks[0], modules=args.module, branch=args.branch, counts=["multiplies"]
        )
        return breakeven_curve(networks[0], found)

    return Outcome(lambda form: picture(drawn(), form))


VERB = Verb(
    "Pictures: what the reductions save; a reduction's cost against its width; networks compared.",
    "plot NETWORK… --kind KIND -o FILE",
    _add,
    _run,
    "examples:\n"
    "  flopcount plot googlenet --module 3a -o saving.png\n"
    "  flopcount plot googlenet --kind breakeven --module 3a --branch 5x5 -o curve.png\n"
    "  flopcount plot inception-v3 inception-v4 --kind compare -o family.svg\n",
    formats=(),
    endings=(".png", ".svg", ".pdf"),
)
