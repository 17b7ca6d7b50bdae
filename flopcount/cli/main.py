"""The command line: `flopcount NETWORK`, `flopcount VERB …`. Each verb imports what it needs."""

import argparse
import re
import sys
from collections.abc import Collection, Sequence
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import FlopcountError, listed, nearest, one_of, quote, shorten
from .once import Once
from .signals import EXIT_INTERRUPTED, clearing_up
from .streams import discard, has_colours, reserved, say, write
from .verbs import VERBS, WORDS, Outcome, Verb, verb

if TYPE_CHECKING:
    from ..writing.terminal import Screen

EXIT_STRICT = 3  # what is asked for is there, and is not what it seems
HELP_WIDTH = 80  # whatever the terminal's: the help stands in the docs
LEAST_WIDTH, MOST_WIDTH = 20, 10_000
_OF_KEYS = ("--sort", "--pareto", "--maximize", "--minimize")  # -NAME may stand there


class _Parser(argparse.ArgumentParser):
    """Errors are one line, and name the option meant; help is checked to have been written."""

    endings: Collection[str] = ()

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        if message:
            raise FlopcountError(message)
        write("")
        sys.exit(status)

    def error(self, message: str) -> NoReturn:
        unknown = re.match(r"unrecognized arguments: (\S+)", message)
        if unknown:
            message = f"unexpected {quote(unknown[1])}{self._meant(unknown[1].partition('=')[0])}"
        raise FlopcountError(f"{message} ({self.prog} --help)")

    @property
    def options(self) -> Collection[str]:
        """All that it takes, by name."""
        return self._option_string_actions.keys()

    def _meant(self, word: str) -> str:
        """What is meant by a word that is not expected, as the end of a message."""
        from .synonyms import option_meant

        if word.startswith("-"):
            others = _parser("show", verb("show")).options
            meant = option_meant(word, self.options, self.endings, others)
            return meant or nearest(word, self.options)
        if word in VERBS or word in WORDS:
            return f"; a verb stands first, as in 'flopcount {word}'"
        if "--family" in self.options:
            return f"; a family stands behind an option: 'flopcount list --family {shorten(word)}'"
        several = any(action.dest == "network" for action in self._actions) and _is_network(word)
        return "; 'flopcount compare' has several networks side by side" if several else ""

    def _parse_optional(self, arg_string: str) -> Any:
        """Take -@variant for a network, the table on standard input, and not for an option."""
        return None if arg_string.startswith("-@") else super()._parse_optional(arg_string)

    def refuse_unknown(self, words: Sequence[str]) -> None:
        """Name an unknown option before what else is missing; argparse does so after it."""
        for place, word in enumerate(takewhile(lambda word: word != "--", words)):
            option = word.partition("=")[0]
            form = r"--\S+" if place else r"--\S+|-[a-zA-Z]"  # later ones may be some value
            if re.fullmatch(form, option) and option not in self.options:
                self.error(f"unrecognized arguments: {word}")


def _parser(name: str, chosen: Verb) -> _Parser:
    parser = _Parser(
        prog=f"flopcount {name}",
        usage=f"flopcount {chosen.usage}",
        description=chosen.about,
        epilog=chosen.epilog,
        allow_abbrev=False,
        add_help=False,
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=HELP_WIDTH),
    )
    if sys.version_info >= (3, 14):
        parser.color = False  # likewise
    parser.register("action", None, Once)  # where no other action is named
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)  # a line less
    chosen.add_options(parser)
    parser.endings = chosen.endings
    if chosen.formats:
        forms = listed(chosen.formats, "or")
        parser.add_argument("--format", metavar="FORMAT", help=f"standard output as {forms}")
    parser.set_defaults(format=None, width=None, conventions=False)
    if "table" in chosen.formats and chosen.counts:
        full = "say in full sentences what is counted"
        parser.add_argument("--conventions", action="store_true", help=full)
    if "table" in chosen.formats:
        fitted = f"columns, {LEAST_WIDTH} or more; 0: any (default: the terminal's)"
        parser.add_argument("--width", metavar="N", help=fitted)
    parser.add_argument(
        "-o",
        dest="files",
        metavar="FILE",
        action="append",
        default=[],
        help=f"write a file: {' '.join(chosen.endings)} (repeatable)",
    )
    return parser


def _parse(name: str, chosen: Verb, argv: Sequence[str]) -> argparse.Namespace:
    parser, words = _parser(name, chosen), _joined(argv)
    parser.refuse_unknown(words)
    try:
        args = parser.parse_args(words)
    except FlopcountError:
        _refuse_unquoted(words)
        raise
    if args.format is not None and args.format not in chosen.formats:
        raise FlopcountError(one_of(args.format, chosen.formats, "format"))
    if args.width is not None:
        from ..reading import whole_number

        if args.format not in (None, "table") or (args.files and not args.format):
            raise FlopcountError("--width is for the table on standard output")
        least = 0 if re.fullmatch("0+", args.width) else LEAST_WIDTH
        args.width = whole_number(args.width, "--width (0: any)", MOST_WIDTH, least)
    return args


def _refuse_unquoted(words: Sequence[str]) -> None:
    """Say what is wrong where several words are a spec in pieces, which nobody quoted."""
    from ..notation import unquoted

    first = next((word for word in words if not word.startswith("-")), "")
    if said := unquoted(first):
        raise FlopcountError(said)


def _joined(argv: Sequence[str]) -> list[str]:
    """Tie a value such as -3x3 to its option, so that it is not taken for an option itself."""
    joined: list[str] = []
    for word in argv:
        number = joined and joined[-1].startswith("--") and re.match(r"-[0-9]", word)
        if number or (joined and joined[-1] in _OF_KEYS and word[:2] != "--"):
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
    known = [*VERBS, *WORDS]
    is_option = argv[0].startswith("-")
    if not is_option and not _is_network(argv[0]):
        from .synonyms import verb_meant

        if meant := verb_meant(argv):
            raise FlopcountError(f"unknown verb {quote(argv[0])}; did you mean {quote(meant)}?")
        if nearest(argv[0], known):
            raise FlopcountError(one_of(argv[0], known, "verb"))
    return "show", argv


def _is_network(word: str) -> bool:
    from ..notation import is_model, is_spec, split_reference

    head = split_reference(word)[0]
    if is_model(head) or is_spec(word):
        return True
    from ..notation import is_path, stands_for  # a name may take all tables to read

    return is_path(word) or bool(stands_for(head))


def run(argv: Sequence[str]) -> tuple[str, int, str]:
    """Do what the command line asks.

    Return what goes to standard output, the exit code, and what to complain of after it.
    Raises `FlopcountError` for bad input, before any file is in its place.
    """
    if argv and argv[0] in ("-h", "--help"):
        from .overview import OVERVIEW

        return OVERVIEW, 0, ""
    if argv and argv[0] in WORDS:
        from .overview import answer

        return (
            answer(argv[0], argv[1:], lambda name: _parser(name, verb(name)).format_help()),
            0,
            "",
        )
    name, words = _chosen(argv)
    chosen = verb(name)
    args = _parse(name, chosen, words)
    if not args.files and not chosen.formats:
        raise FlopcountError(f"name a file for it: -o FILE, ending in {' '.join(chosen.endings)}")
    if not args.files:
        with reserved():
            outcome = chosen.run(args)
        return _done(outcome, _shown(outcome, args.format or chosen.formats[0], args))
    from ..writing.beside import discard_unfinished
    from ..writing.files import Targets

    with clearing_up(discard_unfinished), Targets(args.files, chosen.endings) as targets:
        with reserved():
            outcome = chosen.run(args)
        targets.write(outcome.stream or outcome.produce, outcome.folders)
        return _done(outcome, _shown(outcome, args.format, args) if args.format else "")


def _done(outcome: Outcome, text: str) -> tuple[str, int, str]:
    code = EXIT_STRICT if outcome.lacks and not outcome.code else outcome.code
    return text, code, outcome.lacks


def _shown(outcome: Outcome, form: str, args: argparse.Namespace) -> str:
    """Standard output: a sheet is fitted to a terminal, or to a width that was asked for."""
    if form != "table" or outcome.sheet is None:
        return str(outcome.produce(form))
    from ..writing.terminal import text

    return text(outcome.sheet(), _screen(args.width, conventions=args.conventions))


def _screen(width: int | None, *, conventions: bool) -> "Screen":
    from ..writing.terminal import Screen

    if width is None and sys.stdout is not None and sys.stdout.isatty():
        import shutil

        width = max(LEAST_WIDTH, shutil.get_terminal_size().columns)
    return Screen(width or 0, has_colours(sys.stdout), conventions)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code.

    0 fine, 1 a check differs or nothing meets the budget, 2 bad input, 3 what --strict does not let
    pass, 130 interrupted.
    """
    try:
        text, code, complaint = run(sys.argv[1:] if argv is None else argv)
        if text:
            write(text)
        if complaint:
            say(complaint)
    except BrokenPipeError:  # the reader, `head` say, had enough
        discard(sys.stdout)
        return 0
    except FlopcountError as error:
        return _fail(str(error), error.code)
    except OSError as error:
        discard(sys.stdout)
        return _fail(f"cannot write the report: {error.strerror or error}")
    except MemoryError:
        return _fail("out of memory")
    except KeyboardInterrupt as stop:  # Python's own has nothing to say; a check says where
        _fail(" ".join(["interrupted", *map(str, stop.args)]))
        return EXIT_INTERRUPTED
    return code


def complete() -> int:
    """Answer the shell, which asks what may stand at the cursor."""
    try:
        from . import completion
    except ImportError:
        return _fail("completion needs pip install 'flopcount[completion]'")
    return completion.complete(_parser)


def _fail(message: str, code: int = FlopcountError.code) -> int:
    say(message)
    return code
