"""`flopcount plot NETWORK…`: pictures."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from ..errors import FlopcountError, one_of
from . import Outcome, Verb, add_design, design_options

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..report import Report

KINDS = {
    "savings": "naive beside as built, by module or branch, with the ratio",
    "modules": "multiplies above, parameters below, by module, stacked by branch",
    "layers": "how few layers make most of the cost: cumulative shares",
    "breakeven": "the width of each reduction and up to which width it pays",
    "compare": "networks as points; flopcount compare -o FILE has their modules",
    "tree": "a treemap: network, modules, branches, layers",
}
_COUNTED = ("savings", "modules", "compare", "tree")
# Which kinds an option is for, of those that are not for all.
_FOR = {
    "module": tuple(kind for kind in KINDS if kind != "compare"),
    "branch": ("breakeven",),
    "naive": ("savings",),
    "batch": _COUNTED,
    "unit": _COUNTED,
}


def _add(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("networks", metavar="NETWORK", nargs="+", help="a network; several for --kind compare")
    add("--kind", default="savings", help=f"{', '.join(KINDS)} (default: savings)")
    add("--module", action="append", default=[], help="this module alone (repeatable)")
    add("--branch", help="this branch alone (breakeven)")
    add_design(parser)
    add("--naive", metavar="READING", help="reduce, figure or chained (savings)")
    add("--batch", metavar="N", help=f"so many samples ({', '.join(_COUNTED)})")
    add("--unit", help=f"multiplies, macs or flops ({', '.join(_COUNTED)})")


def _run(args: Namespace) -> Outcome:
    from ..plot import picture
    from ..references import load
    from ..report import analyze
    from ..words import whole_number

    if args.kind not in KINDS:
        raise FlopcountError(one_of(args.kind, KINDS, "kind of picture"))
    if args.kind != "compare" and len(args.networks) > 1:
        raise FlopcountError(f"--kind {args.kind} shows one network; compare shows several")
    for option, kinds in _FOR.items():
        if getattr(args, option) and args.kind not in kinds:
            listed = " or ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
            raise FlopcountError(f"--{option} is for --kind {listed}, not {args.kind}")
    batch = whole_number(args.batch or "1", "--batch")
    reports = [
        analyze(
            load(name, **design_options(args)),
            modules=args.module,
            batch=batch,
            naive=args.naive or "reduce",
            unit=args.unit or "multiplies",
        )
        for name in args.networks
    ]
    return Outcome(lambda form: picture(_drawn(args.kind, reports, args.branch), form))


def _drawn(kind: str, reports: "list[Report]", branch: str | None) -> "Figure":
    report = reports[0]
    if kind == "modules":
        from ..plot_modules import modules

        return modules(report)
    if kind == "layers":
        from ..plot_layers import layers

        return layers(report)
    if kind == "tree":
        from ..plot_tree import tree

        return tree(report)
    if kind == "compare":
        from ..plot_compare import scatter

        return scatter(reports)
    if kind == "breakeven":
        from ..breakeven import reductions
        from ..plot_breakeven import breakeven

        part = report.network
        found = reductions(part, modules=part.modules, branch=branch, counts=["multiplies"])
        return breakeven(part, found)
    return report.plot()


_KINDS = "\n".join(f"  {kind:<10} {what}" for kind, what in KINDS.items())
VERB = Verb(
    f"Pictures, by --kind:\n\n{_KINDS}",
    "plot NETWORK… --kind KIND -o FILE",
    _add,
    _run,
    "examples:\n"
    "  flopcount plot googlenet --module 3a -o saving.png\n"
    "  flopcount plot googlenet --kind tree -o tree.svg\n"
    "  flopcount plot googlenet --kind breakeven --module 3a -o widths.png\n"
    "  flopcount plot googlenet inception-v3 --kind compare -o family.pdf\n",
    formats=(),
    endings=(".png", ".svg", ".pdf"),
)
