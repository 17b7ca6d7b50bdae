"""The command line: `flopcount NETWORK`, `flopcount VERB …`. Each verb imports what it needs."""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, NoReturn, TextIO

from . import __version__
from .errors import FlopcountError, nearest, one_of, quote

EXIT_BAD_INPUT = 2

# Verbs that no network may be named like, those to come among them.
RESERVED_VERBS = (
    "show",
    "list",
    "paper",
    "check",
    "compare",
    "formula",
    "breakeven",
    "sweep",
    "fit",
    "plot",
)

_ABOUT = """\
What a neural network costs: exactly, by branch, with the arithmetic shown.

  flopcount NETWORK [options]   the report (the verb show may be left out)
  flopcount list                the networks shipped
  flopcount paper NETWORK       what the paper prints beside the exact figures
  flopcount VERB --help         a verb's own options

NETWORK is a shipped name (googlenet), the path of a table (my.toml) or a spec
("28x28x192 > conv 1x1 16 reduce > conv 5x5 32").
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


class _Parser(argparse.ArgumentParser):
    """Errors are one line, and name the nearest option; help is checked to have been written."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        if message:
            raise FlopcountError(message)
        _print("")
        sys.exit(status)

    def error(self, message: str) -> NoReturn:
        unknown = re.match(r"unrecognized arguments: (\S+)", message)
        if unknown:
            word = unknown[1].partition("=")[0]
            known = [option for action in self._actions for option in action.option_strings]
            near = nearest(word, known) if word.startswith("-") else ""
            message = f"unexpected {quote(unknown[1])}{near}"
        raise FlopcountError(f"{message} ({self.prog} --help)")


class Verb(NamedTuple):
    """A verb: what its help says, its options, and what it does.

    `run` does the work and returns what makes the result in a format (``table``, ``csv``,
    ``png``, …).
    """

    about: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Callable[[str], str | bytes]]
    usage: str
    epilog: str = ""
    pictures: bool = False


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "network", metavar="NETWORK", help="a shipped name, the path of a table, or a spec"
    )


def _add_show(parser: argparse.ArgumentParser) -> None:
    _add_network(parser)
    add = parser.add_argument
    add("--module", action="append", default=[], help="this module alone (repeatable)")
    add("--by", metavar="GRAIN", help="the grain of the rows: layer, branch, module or op")
    add("--input", metavar="HxW", help="another input size: 299x299, or 299x299x3")
    add("--classes", metavar="N", help="another number of classes")
    add("--batch", metavar="N", default="1", help="so many samples")
    add(
        "--set",
        action="append",
        default=[],
        metavar="ROW.COLUMN=N",
        help="another width: 3a.r5=24 (repeatable)",
    )
    add("--aux", action="store_true", help="count the auxiliary heads too")
    add("--naive", metavar="READING", default="reduce", help="reduce, figure or chained")
    add("--unit", default="multiplies", help="what the columns show: multiplies, macs or flops")
    add("--explain", action="store_true", help="show the arithmetic behind each number")
    add("--version", action="version", version=f"flopcount {__version__}")


def _show(args: argparse.Namespace) -> Callable[[str], str | bytes]:
    from .library import load
    from .report import analyze
    from .words import whole_number

    network = load(
        args.network,
        input=args.input,
        classes=args.classes,
        set=_settings(args.set),
        aux=args.aux,
    )
    report = analyze(
        network,
        modules=args.module,
        batch=whole_number(args.batch, "--batch"),
        naive=args.naive,
        unit=args.unit,
        by=args.by,
    )

    def produce(form: str) -> str | bytes:
        if form == "json":
            return report.to_json(explain=args.explain)
        if form in _TEXT_FORMATS:
            return report.to_format(form, explain=args.explain)
        from .plot import picture

        return picture(report.plot(), form)

    return produce


def _settings(given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals:
            raise FlopcountError(f"--set {quote(text)}: expected ROW.COLUMN=N, as in 3a.r5=24")
        found[key] = value
    return found


def _list(_args: argparse.Namespace) -> Callable[[str], str]:
    from .catalog import catalog
    from .render import render

    return partial(render, catalog())


def _paper(args: argparse.Namespace) -> Callable[[str], str]:
    from .library import load_table
    from .paper import compare_with_paper
    from .render import render

    table = load_table(args.network)
    return partial(render, compare_with_paper(table, table.build()))


VERBS = {
    "show": Verb(_ABOUT, _add_show, _show, "NETWORK [options]", _EXAMPLES, pictures=True),
    "list": Verb(
        "The networks shipped: title, input, multiplies, params, source.",
        lambda _parser: None,
        _list,
        "list [options]",
    ),
    "paper": Verb(
        "What the paper prints beside the exact figures, each difference explained.",
        _add_network,
        _paper,
        "paper NETWORK [options]",
    ),
}
_TEXT_FORMATS = ("table", "markdown", "csv", "json", "latex")


def _parse(name: str, argv: Sequence[str]) -> argparse.Namespace:
    verb = VERBS[name]
    endings = ".csv .md .json .tex" + (" .png .svg .pdf" if verb.pictures else "")
    parser = _Parser(
        prog="flopcount" if name == "show" else f"flopcount {name}",
        usage=f"flopcount {verb.usage}",
        description=verb.about,
        epilog=verb.epilog,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_options(parser)
    parser.add_argument(
        "--format", metavar="FORMAT", help="standard output as table, markdown, csv, json or latex"
    )
    parser.add_argument(
        "-o",
        dest="files",
        metavar="FILE",
        action="append",
        default=[],
        help=f"write a file instead, by its ending: {endings} (repeatable)",
    )
    args = parser.parse_args(_joined(argv))
    if args.format is not None and args.format not in _TEXT_FORMATS:
        raise FlopcountError(one_of(args.format, _TEXT_FORMATS, "format"))
    return args


def _joined(argv: Sequence[str]) -> list[str]:
    """Tie a value such as -3x3 to its option, so that the value is refused and not the option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1].startswith("--") and re.match(r"-[0-9]", word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _chosen(argv: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The verb, and the words after it; a first word that is no verb belongs to show."""
    if not argv:
        raise FlopcountError(
            "name a network, as in 'flopcount googlenet' (flopcount list shows those shipped; "
            "flopcount --help the rest)"
        )
    if argv[0] in VERBS:
        return argv[0], argv[1:]
    if argv[0] in RESERVED_VERBS or (nearest(argv[0], VERBS) and not _is_network(argv[0])):
        raise FlopcountError(one_of(argv[0], VERBS, "verb"))
    return "show", argv


def _is_network(word: str) -> bool:
    from .library import find, is_path, is_spec, split_reference

    return is_spec(word) or is_path(word) or bool(find(split_reference(word)[0]))


def run(argv: Sequence[str]) -> str:
    """Do what the command line asks; return what goes to standard output.

    Raises `FlopcountError` for bad input, before any file is in its place.
    """
    name, words = _chosen(argv)
    args = _parse(name, words)
    if not args.files:
        return str(VERBS[name].run(args)(args.format or "table"))
    from .output import Targets

    with Targets(args.files, pictures=VERBS[name].pictures) as targets:
        produce = VERBS[name].run(args)
        targets.write(produce)
        return str(produce(args.format)) if args.format else ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code (0 fine, 2 bad input)."""
    try:
        _print(run(sys.argv[1:] if argv is None else argv))
    except BrokenPipeError:  # the reader, `head` say, had enough
        _discard(sys.stdout)
        return 0
    except FlopcountError as error:
        return _fail(str(error))
    except OSError as error:
        _discard(sys.stdout)
        return _fail(f"cannot write the report: {error.strerror or error}")
    except MemoryError:
        return _fail("out of memory")
    except KeyboardInterrupt:
        _fail("interrupted")
        return 130
    return 0


def _print(text: str) -> None:
    if sys.stdout is None:
        raise FlopcountError("cannot write the report: standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    sys.stdout.write(text)
    sys.stdout.flush()


def _fail(message: str) -> int:
    """Say on standard error what is wrong, if it can be said, on one line."""
    if sys.stderr is not None:
        encoding = sys.stderr.encoding or "ascii"
        line = message.encode(encoding, "replace").decode(encoding)
        try:
            sys.stderr.write(f"flopcount: {line}\n")
            sys.stderr.flush()
        except OSError:
            _discard(sys.stderr)
    return EXIT_BAD_INPUT


def _discard(stream: TextIO | None) -> None:
    """Let Python's own flush at exit go nowhere."""
    if isinstance(stream, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
