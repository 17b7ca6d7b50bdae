"""`flopcount fit NETWORK`: the largest design within a budget."""

from argparse import ArgumentParser, Namespace

from ...errors import FlopcountError
from . import Outcome, Verb, add_design, add_network, design_options, outcome, pairs_once


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    add(
        "--budget",
        action="append",
        default=[],
        metavar="COUNT=N",
        help="at most so many: macs=1e9, params=25M (repeatable: all must hold)",
    )
    add("--scale", metavar="NAME", help="what may grow: width, input, a column (3a.r5), classes")
    add("--multiple", metavar="N", help="with --scale width: widths are multiples of N (8, say)")
    add("--module", action="append", default=[], help="these modules alone (repeatable)")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...designs import fit

    if args.scale is None:
        raise FlopcountError("--scale is missing: width, input, or a column such as 3a.r5")
    largest = fit(
        args.network,
        _budget(args.budget),
        args.scale,
        multiple=_multiple(args.multiple),
        modules=args.module,
        **design_options(args),
    )
    return outcome(largest.sheet())


def _multiple(text: str | None) -> int | None:
    from ...notation import MAX_MULTIPLE
    from ...reading import whole_number

    return None if text is None else whole_number(text, "--multiple", MAX_MULTIPLE, 2)


def _budget(texts: list[str]) -> dict[str, int]:
    from ...analysis.count_names import count_named
    from ...reading import exact_number

    budget: dict[str, int] = {}
    for name, limit in pairs_once(texts, "--budget", "COUNT=N, as in multiplies=1e9").items():
        count_named(name, "--budget")
        try:
            budget[name] = exact_number(limit)
        except FlopcountError as error:
            raise FlopcountError(f"--budget {name}: {error} (1.5e9 or 1.5G, say)") from None
    return budget


VERB = Verb(
    "The largest value within a budget, exact, what it costs, and what the next\n"
    "larger would. --scale input is all its sides alike; --scale width multiplies\n"
    "all widths, as the rewrite @width= does, by a multiple of 1/1000, and with\n"
    "--multiple rounds them, as @width=0.5@multiple=8 does.",
    "fit NETWORK --budget COUNT=N --scale NAME [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount fit googlenet --budget multiplies=1e9 --scale input\n"
    "  flopcount fit googlenet --budget params=3e6 --scale width --multiple 8\n"
    "  flopcount fit googlenet --module 3a --budget multiplies=150e6 --scale r5\n",
)
