"""`flopcount plot NETWORK…`: pictures."""

from argparse import SUPPRESS, ArgumentParser, Namespace

from ...errors import FlopcountError, listed
from ...pictures import KINDS, OPTIONS, check_kind, draw
from ...pictures.settings import DPI, FONT, THEMES, chosen
from . import PICTURES, Outcome, Verb, add_design, add_unit, design_options, designs, unit_options

_COUNTED = ("drawing", "savings", "modules", "compare", "tree")
# Which kinds an option is for, of those that are not for all.
_FOR = {
    "module": tuple(kind for kind in KINDS if kind != "compare"),
    "depth": ("drawing", "savings", "modules", "layers", "tree"),
    "naive": ("savings",),
    "batch": _COUNTED,
    "unit": _COUNTED,
    "digits": _COUNTED,
    **OPTIONS,
}


def _add(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("networks", metavar="NETWORK", nargs="+", help=SUPPRESS)  # said above, in fewer lines
    add("--kind", default="savings", help="one of those above (default: savings)")
    add("--module", action="append", default=[], help="this module alone (repeatable)")
    add("--depth", metavar="N", help="modules so many names deep: layer1/0 is 2 deep")
    add("--branch", help="this branch alone (breakeven)")
    add_design(parser)
    beside = "naive, a rewrite (separable) or another network (drawing)"
    add("--beside", metavar="WHAT", help=beside)
    add("--naive", metavar="READING", help="reduce, figure or chained (savings)")
    add("--batch", metavar="N", help="so many samples")
    add_unit(parser, default=None)
    measured = "a csv of what was measured, against the multiplies (compare)"
    add("--measured", metavar="FILE", help=measured)
    look = parser.add_argument
    look("--title", metavar="TEXT", help="the heading's first line")
    look("--size", metavar="SIZE", help="width, or width x height: 3.3in, 84x60mm (in, cm, mm, pt)")
    look("--font", metavar="FAMILY", help=f"a font that matplotlib finds (default: {FONT})")
    look("--dpi", metavar="N", help=f"dots an inch of a png (default: {DPI})")
    look("--theme", help=f"{' or '.join(THEMES)} (default: {THEMES[0]})")
    look("--no-heading", dest="heading", action="store_false", help="the picture without heading")
    look("--transparent", action="store_true", help="no ground behind it")


def _run(args: Namespace) -> Outcome:
    from ...analysis.scopes import DEEPEST
    from ...api import analyze, load
    from ...notation import stands_for
    from ...pictures.measured import read_measured
    from ...pictures.style import picture
    from ...reading import whole_number

    if len(args.networks) > 1 and args.networks[0] in KINDS and not stands_for(args.networks[0]):
        kind = args.networks[0]
        raise FlopcountError(f"{kind!r} is a kind of picture, no network; write --kind {kind}")
    check_kind(args.kind, len(args.networks))
    for option, kinds in _FOR.items():
        if getattr(args, option) not in (None, []) and args.kind not in kinds:
            raise FlopcountError(f"--{option} is for --kind {listed(kinds, 'or')}, not {args.kind}")
    words = ("title", "size", "font", "dpi", "theme", "heading", "transparent")
    settings = chosen(**{word: getattr(args, word) for word in words})
    batch = whole_number("1" if args.batch is None else args.batch, "--batch")
    reports = [
        analyze(
            load(name, **options),
            modules=args.module,
            batch=batch,
            naive=args.naive,
            depth=None if args.depth is None else whole_number(args.depth, "--depth", DEEPEST),
            **unit_options(args),
        )
        for name, options in designs(args)
    ]
    if args.depth and args.kind == "drawing" and not reports[0].network.reader:
        raise FlopcountError("--depth is for models: the drawing of a table has all of its modules")
    measured = None
    if args.measured is not None:
        networks = [report.network for report in reports]
        names = [
            (typed, network.name, network.title)
            for typed, network in zip(args.networks, networks, strict=True)
        ]
        measured = read_measured(args.measured, names)

    beside = args.beside
    if beside is not None:
        from ...pictures.drawing.sides import chosen_beside

        design = design_options(args)
        beside = chosen_beside(
            beside, **{word: design[word] for word in ("input", "classes", "aux", "past")}
        )

    def produce(form: str) -> bytes:
        named = {"beside": beside, "measured": measured, "settings": settings}
        return picture(draw(args.kind, reports, args.branch, **named), form)

    return Outcome(produce)


_KINDS = "\n".join(f"  {kind:<10} {what}" for kind, what in KINDS.items())
VERB = Verb(
    _KINDS,
    "plot NETWORK… [--kind KIND] -o FILE",
    _add,
    _run,
    "examples:\n  flopcount plot googlenet --module 3a --kind drawing --beside naive -o a.svg\n",
    formats=(),
    endings=PICTURES,
)
