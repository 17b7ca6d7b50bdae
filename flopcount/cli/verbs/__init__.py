"""The verbs of the command line, a module each, imported only when it is asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import FlopcountError, quote
from ...writing.formats import PICTURES as PICTURES  # for the verbs
from ...writing.formats import endings, names, render
from ...writing.scale import MOST_DIGITS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from ...core import Network
    from ...writing.sheet import Sheet

# Each verb and its line in the help; no network may be named like one.
VERBS = {
    "show": "the report (the verb may be left out)",
    "list": "the networks shipped, and tables of your own",
    "paper": "what the paper prints beside the exact figures",
    "compare": "networks side by side",
    "formula": "the cost as a formula",
    "breakeven": "where reductions stop paying, or attention leads",
    "counters": "what other counters print, and why",
    "check": "build it in Keras and compare, layer by layer",
    "sweep": "many designs at once",
    "fit": "the largest design within a budget",
    "plot": "pictures",
    "write": "a table from a model",
}
# Words that stand in a verb's place and take no network; no network may be named like one either.
WORDS = ("help", "version")

SHEET = endings()  # each ending of a file, and the format that `Outcome.produce` is asked for


class Outcome(NamedTuple):
    """What a verb found: `produce` makes it in a format (``table``, ``csv``, ``png``, …).

    `code` is the exit code: 0 fine, 1 a check differs. `stream` makes files piece by piece, where
    they may be larger than what memory holds; `folders` has the formats that fill a folder instead
    of a file, and what fills it. `sheet` is what the format ``table`` shows: a
    terminal's has its width and its colours. `lacks` is what ``--strict`` does not let pass: said
    on standard error, with an exit code of its own.
    """

    produce: Callable[[str], str | bytes]
    code: int = 0
    stream: Callable[[str], Iterable[bytes]] | None = None
    sheet: Callable[[], "Sheet"] | None = None
    lacks: str = ""
    folders: Mapping[str, Callable[["Path"], None]] | None = None


class Verb(NamedTuple):
    """A verb: what its help says, its options, and what it does with them.

    `formats` are those of standard output, the first the default, or none; `endings` those of
    its files, each with its format. `counts` says whether the table's heading has a convention.
    """

    about: str
    usage: str
    add_options: Callable[["ArgumentParser"], None]
    run: Callable[["Namespace"], Outcome]
    epilog: str = ""
    formats: Sequence[str] = names()
    endings: Mapping[str, str] = SHEET
    counts: bool = True


def outcome(sheet: "Sheet", code: int = 0) -> Outcome:
    """What a verb found, where that is a sheet in every format."""
    return Outcome(partial(render, sheet), code, sheet=lambda: sheet)


def verb(name: str) -> Verb:
    """The verb of a name in `VERBS`."""
    found: Verb = import_module(f".{name}", __package__).VERB
    return found


def add_network(parser: "ArgumentParser", *, optional: bool = False) -> None:
    """Take the network, the first word after the verb; `optional`: see `network_of`."""
    named = "a name, a path, a spec, a model, or - (standard input)"
    nargs = "?" if optional else None
    parser.add_argument("network", metavar="NETWORK", nargs=nargs, help=named)


def network_of(args: "Namespace", verb: str) -> str:
    """The network that `add_network` took; raises `FlopcountError` where there is none."""
    if args.network is None:  # as argparse says it
        raise FlopcountError(
            f"the following arguments are required: NETWORK (flopcount {verb} --help)"
        )
    network: str = args.network
    return network


def add_measured(parser: "ArgumentParser") -> None:
    """Take the table of measured designs."""
    measured = "a CSV file of designs, with columns of your own"
    parser.add_argument("--measured", metavar="FILE", help=measured)


def check_kept(args: "Namespace") -> None:
    """Raise `FlopcountError` where `-o` would take the place of the table of measured designs."""
    from pathlib import Path

    for file in args.files if args.measured is not None else ():
        try:
            same = Path(file).samefile(args.measured)
        except (OSError, ValueError):  # one is not there: said where it is opened
            continue
        if same:
            raise FlopcountError(
                f"-o {quote(file)} is the file of --measured; write another one, to keep what is "
                "measured"
            )


def add_strict(parser: "ArgumentParser") -> None:
    """Take the word that makes it an error where a network is not what it seems: see `lacking`."""
    lacks = "exit code 3 where something is unknown, or read by no layer"
    parser.add_argument("--strict", action="store_true", help=lacks)


def lacking(args: "Namespace", network: "Network") -> str:
    """What ``--strict`` finds wrong with the whole network, as a heading says it.

    Of a model, the operations that are reported and of which nobody knows what they compute.
    """
    if not args.strict:
        return ""
    if network.reader:  # what a model computes and does not read is its own affair
        from ...analysis.model_notes import unknown_note

        return unknown_note(network.rows)
    from ...notation import unread_note

    return unread_note(network.whole or network)


def add_design(parser: "ArgumentParser") -> None:
    """Take what a user changes in a network before it is built: see `load_network`."""
    add = parser.add_argument
    add(
        "--input",
        action="append",
        metavar="HxW",
        help="another input size: 299x299, left=64x64, 1x128:int64",
    )
    add("--classes", metavar="N", help="another number of classes")
    add(
        "--set",
        action="append",
        default=[],
        metavar="NAME=N",
        help="another width: 3a.r5=24 or 3a/5x5/1=24 (repeatable)",
    )
    add("--aux", action="store_true", help="count the auxiliary heads too")
    past = "of one new token (or --input's) after N in a cache"
    add("--past", metavar="N", help=past)
    reduce = "1×1s that naive leaves out: 'layer*/conv1' (repeatable)"
    add("--reduce", action="append", default=[], metavar="PATTERN", help=reduce)
    trust = "let code run that a model's file holds (.keras, .h5)"
    add("--trust", action="store_true", help=trust)


def pairs(texts: Iterable[str], option: str, form: str) -> Iterator[tuple[str, str]]:
    """Read what an option gives as NAME=VALUE, in order."""
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise FlopcountError(f"{option} {quote(text)}: expected {form}")
        yield name.strip(), value.strip()


def pairs_once(texts: Iterable[str], option: str, form: str) -> dict[str, str]:
    """Read NAME=VALUE, each name once."""
    found: dict[str, str] = {}
    for name, value in pairs(texts, option, form):
        if name in found:
            raise FlopcountError(f"{option}: {name} is named twice")
        found[name] = value
    return found


def add_unit(parser: "ArgumentParser", default: str | None = "multiplies") -> None:
    """Take the unit of what is counted, and how many digits are printed of a scaled one."""
    add = parser.add_argument
    unit = "multiplies, macs or flops; scaled in print: G, MMACs, GFLOPs"
    add("--unit", default=default, help=unit)
    add("--digits", metavar="N", help="significant digits of a scaled unit (default: 3)")


def unit_options(args: "Namespace") -> dict[str, Any]:
    """What the words of `add_unit` say, as `analyze` takes it."""
    from ...reading import whole_number

    given = args.digits
    digits = None if given is None else whole_number(given, "--digits", MOST_DIGITS)
    return {"unit": "multiplies" if args.unit is None else args.unit, "digits": digits}


def design_options(args: "Namespace") -> dict[str, Any]:
    """What the words of `add_design` say, as `load` takes it."""
    _check_reference(args)
    widths = pairs_once(args.set, "--set", "ROW.COLUMN=N, as in 3a.r5=24, or LAYER=N")
    return {
        "input": _sizes(args.input),
        "classes": args.classes,
        "set": widths,
        "aux": args.aux,
        "past": args.past,
        "reduce": tuple(args.reduce),
        "trust": args.trust,
    }


def _check_reference(args: "Namespace") -> None:
    """Raise `FlopcountError` where an option and the one network's reference say two things.

    Of several networks the options are for those whose references say nothing.
    """
    several = vars(args).get("networks") or [vars(args).get("network")]
    if len(several) > 1 or "@" not in (several[0] or ""):
        return
    from ...notation import split_reference

    sizes = [text.rpartition("=")[0].strip() for text in args.input or ()]  # "": of all inputs
    widths = [text.partition("=")[0].strip() for text in args.set]
    for modifier in split_reference(several[0])[1]:
        name, _, value = modifier.partition("=")
        twice = {
            "input": bool(sizes) and ("" in sizes or "=" not in value),
            "set": value.rpartition(":")[0].strip() in widths,
            "classes": args.classes is not None,
            "past": args.past is not None,
            "no-aux": args.aux,
        }
        if twice.get(name) or (name == "input" and value.partition("=")[0] in sizes):
            option = "aux" if name == "no-aux" else name
            raise FlopcountError(f"{quote(f'@{modifier}')} and --{option}: give one of them")


def designs(args: "Namespace") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each of several networks with its options; trust is for those that may hold code."""
    from ...notation import may_be_trusted

    options = design_options(args)
    trusted = [args.trust and may_be_trusted(name) for name in args.networks]
    for name, trust in zip(args.networks, trusted, strict=True):
        yield name, {**options, "trust": trust if any(trusted) else args.trust}


def _sizes(given: Sequence[str] | None) -> str | dict[str, str] | None:
    """The sizes of inputs, each once: one of one input, or several by name."""
    if not given or (len(given) == 1 and "=" not in given[0]):
        return given[0] if given else None
    if not any("=" in size for size in given):
        raise FlopcountError(
            "--input is given twice; each of several inputs has its name: --input left=64x64x3"
        )
    return pairs_once(given, "--input", "NAME=SIZE for each, as in left=64x64x3")


def load_network(args: "Namespace") -> "Network":
    """The network that the words of `add_network` and `add_design` name."""
    from ...api import load

    return load(args.network, **design_options(args))
