"""`flopcount counters NETWORK`: what other tools print for it, and why."""

from argparse import ArgumentParser, Namespace

from ...errors import FlopcountError
from . import Outcome, Verb, add_design, add_network, load_network, outcome


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    tool = "what it counts: fvcore, ptflops@0.6.9, my.toml (repeatable)"
    add("--tool", action="append", default=[], metavar="T", help=tool)
    against = "why T prints another number than U, or than flopcount"
    add("--against", metavar="U", help=against)
    printed = "who prints this number? 4.14G, 25.6M params, 3.8 GFLOPs (exit code 1: nobody)"
    add("--printed", metavar="N", help=printed)
    module = "of this module alone: 3a, layer1/0 (repeatable)"
    add("--module", action="append", default=[], help=module)
    functions = "take activations, pools, attention for functions, no modules"
    add("--functions", action="store_true", help=functions)
    add("--in-place", action="store_true", help="take activations and sums to be in place")
    add("--batch", metavar="N", default="1", help="so many samples")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    if args.printed is not None:
        return _printed(args)
    from ...api import other_counters
    from ...reading import whole_number

    if args.against is not None and not args.tool:
        raise FlopcountError(
            f"--against {args.against}: what is held against it? name it, as in "
            f"--tool fvcore --against {args.against}"
        )
    found = other_counters(
        load_network(args),
        tools=[name for names in args.tool for name in _each(names)],
        against=args.against,
        modules=args.module,
        batch=whole_number(args.batch, "--batch"),
        functions=args.functions,
        in_place=args.in_place,
    )
    return Outcome(found.written, sheet=found.sheet)


def _each(names: str) -> list[str]:
    """The counters that one option names: ``fvcore,thop``; a path may have a comma in it."""
    return [names] if ".toml" in names else [name.strip() for name in names.split(",")]


def _printed(args: Namespace) -> Outcome:
    from ...api import who_prints
    from ...rewrites import selected

    other = {
        "--tool": args.tool,
        "--against": args.against,
        "--functions": args.functions,
        "--in-place": args.in_place,
    }
    for option, given in other.items():
        if given:
            raise FlopcountError(
                f"--printed tries every counter in every setting: leave out {option}"
            )
    if args.batch != "1":
        raise FlopcountError("--printed is of one sample: leave out --batch")
    network = load_network(args)
    network = selected(network, args.module) if args.module else network
    found = who_prints(network, args.printed, place="--printed")
    return outcome(found, 0 if found.fits else 1)


VERB = Verb(
    "What other counters print for a network, each in its own unit, and the\n"
    "difference to ours by kind of operation, adding up exactly.",
    "counters NETWORK [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount counters googlenet\n"
    "  flopcount counters googlenet --tool ptflops --against fvcore\n"
    "  flopcount counters googlenet --printed 1.5G\n",
    counts=False,
)
