"""`flopcount formula NETWORK`: the cost as a formula."""

from argparse import ArgumentParser, Namespace

from ...errors import comment, visible
from . import Outcome, Verb, add_design, add_network, design_options, pairs_once


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    add("--free", metavar="NAMES", help="what stays open: H,W (the default), classes, r5 or 3a.r5")
    add("--module", help="of this module")
    add("--branch", help="of this branch")
    add("--count", default="multiplies", help="multiplies, multiplies_unpadded, params, …")
    add("--let", metavar="NAME=…", help="put in place: H=32n,W=32n")
    add("--diff", metavar="NAME", help="what one more of it costs")
    add_design(parser)


def _run(args: Namespace) -> Outcome:
    from ...analysis.formulas import formula

    found = formula(
        args.network,
        free=[name.strip() for name in args.free.split(",")] if args.free is not None else (),
        count=args.count,
        module=args.module,
        branch=args.branch,
        let=pairs_once(
            args.let.split(",") if args.let is not None else (),
            "--let",
            "NAME=…, as in H=32n,W=32n",
        ),
        **design_options(args),
    )
    if args.diff is not None:
        found = found.diff(args.diff)

    title = f"{found.name}, {found.count}"

    def produce(form: str) -> str:
        if form == "json":
            from ...writing.records import json_document

            return json_document(
                {
                    "schema": 1,
                    "network": found.name,
                    "count": found.count,
                    "formula": found.text(),
                    "latex": found.latex(),
                    "python": found.python(),
                    "javascript": found.javascript(),
                    "domain": list(found.domain),
                    "definitions": list(found.definitions()),
                }
            )
        if form == "text":
            where = f"for {', '.join(found.domain)}" if found.domain else "for all sizes"
            written = visible(f"{title} = {found.text()}")
            return "\n".join([written, where, *found.definitions(), ""])
        mark = {"latex": "%", "python": "#", "javascript": "//"}[form]
        where = "; ".join(found.domain) or "all sizes"
        heading = comment(mark, f"{title}; for {where}") + "\n"
        if form == "latex":
            known = "".join(
                f"% {definition} (\\operatorname is of amsmath)\n"
                for definition in found.definitions("latex")
            )
            return f"{heading}{known}{found.latex()}\n"
        return heading + (found.python() if form == "python" else found.javascript())

    return Outcome(produce)


VERB = Verb(
    "The cost as an exact formula in the named sizes and widths, and for which sizes\n"
    "it holds. H and W (of a sequence L, of a volume D, H and W) are always the\n"
    "network's input.",
    "formula NETWORK [options]",
    _add,
    _run,
    "examples:\n"
    "  flopcount formula googlenet\n"
    "  flopcount formula googlenet --let H=32n,W=32n --format latex\n"
    "  flopcount formula googlenet --module 3a --branch 5x5 --free H,W,r5 --diff r5\n"
    '  flopcount formula "HxWxC > conv 1x1 r reduce > conv 5x5 F"\n',
    formats=("text", "latex", "python", "javascript", "json"),
    endings={
        ".txt": "text",
        ".tex": "latex",
        ".py": "python",
        ".js": "javascript",
        ".json": "json",
    },
)
