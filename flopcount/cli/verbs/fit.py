"""`flopcount fit NETWORK`: the largest design within a budget, or the best of several names."""

from argparse import ArgumentParser, Namespace
from typing import Any

from ...errors import FlopcountError
from . import (
    Outcome,
    Verb,
    add_design,
    add_measured,
    add_network,
    check_kept,
    design_options,
    network_of,
    outcome,
    pairs_once,
)


def _add(parser: ArgumentParser) -> None:
    add_network(parser, optional=True)  # a table of measured designs may name them
    add = parser.add_argument
    add(
        "--budget",
        action="append",
        default=[],
        metavar="COUNT=N",
        help="at most so many: macs=1e9, params=25M (repeatable)",
    )
    add("--scale", metavar="NAME", help="what may grow: width, input, a column (3a.r5), classes")
    vary = "several names, as in a sweep: 3a.r5=8:64:8 (repeatable)"
    add("--vary", action="append", default=[], metavar="NAME=RANGE", help=vary)
    best = "of --vary: the most of this (default: the first budget's)"
    add("--maximize", metavar="NAME", help=best)
    add("--minimize", metavar="NAME", help="of --vary: the least of this count or name")
    add(
        "--at-least",
        action="append",
        default=[],
        metavar="COUNT=N",
        help="of --vary: no fewer than so many (repeatable)",
    )
    add_measured(parser)
    add("--multiple", metavar="N", help="of width: widths are multiples of N (8, say)")
    add("--module", action="append", default=[], help="these modules alone (repeatable)")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...designs import fit

    check_kept(args)
    if args.measured is None:
        network_of(args, "fit")
    if args.scale is None and not args.vary and args.measured is None:
        raise FlopcountError(
            "--scale is missing: width, input, or a column such as 3a.r5; or --vary, for several"
        )
    varied = pairs_once(args.vary, "--vary", "NAME=RANGE, as in 3a.r5=8:64:8")
    options: dict[str, Any] = {
        "budget": _limits(args, args.budget, "--budget"),
        "scale": args.scale,
        "measured": args.measured,
        "vary": varied or None,
        "maximize": args.maximize,
        "minimize": args.minimize,
        "at_least": _limits(args, args.at_least, "--at-least"),
        "multiple": _multiple(args.multiple),
        "modules": args.module,
    }
    return outcome(fit(args.network, **options, **design_options(args)).sheet())


def _multiple(text: str | None) -> int | None:
    from ...notation import MAX_MULTIPLE
    from ...reading import whole_number

    return None if text is None else whole_number(text, "--multiple", MAX_MULTIPLE, 2)


def _limits(args: Namespace, texts: list[str], option: str) -> dict[str, Any]:
    """Whole numbers of counts; of measured designs, texts: a table's own numbers have decimals."""
    from ...analysis.count_names import count_named
    from ...reading import exact_number

    limits: dict[str, Any] = {}
    given = pairs_once(texts, option, "COUNT=N, as in multiplies=1e9")
    if args.measured is not None:
        return dict(given)
    for name, limit in given.items():
        count_named(name, option)
        try:
            limits[name] = exact_number(limit)
        except FlopcountError as error:
            raise FlopcountError(f"{option} {name}: {error} (1.5e9 or 1.5G, say)") from None
    return limits


VERB = Verb(
    "The largest --scale within a budget, and what the next larger would cost: input\n"
    "is all its sides alike, width multiplies all widths as @width= does. Or, of\n"
    "several names that --vary, the best design, and whether that is proved.\n"
    "Or the best of the designs of a file, --measured.",
    "fit NETWORK --budget COUNT=N --scale NAME [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount fit googlenet --budget multiplies=1e9 --scale input\n"
    "  flopcount fit googlenet --budget params=3e6 --scale width --multiple 8\n"
    "  flopcount fit googlenet --module 3a --budget multiplies=150e6 --scale r5\n"
    "  flopcount fit googlenet --budget multiplies=1e9 --budget params=7e6 \\\n"
    "    --vary input=128:320:32 --vary 3a.r5=8:64:8 --maximize input\n"
    "  flopcount fit googlenet --measured accuracy.csv --budget multiplies=1e9 \\\n"
    "    --maximize accuracy\n",
)
