"""Completion in the shell: what may stand at the cursor. Loaded only when a shell asks for it."""

import os
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from argcomplete.completers import DirectoriesCompleter, FilesCompleter
from argcomplete.finders import CompletionFinder, safe_actions
from argcomplete.lexers import split_line

from ..errors import FlopcountError
from .once import Once
from .verbs import VERBS, WORDS, Verb, design_options, verb

if TYPE_CHECKING:
    from ..core import Network
    from ..notation import Variable

# From what stands before the cursor, and the words already read, to what may stand there.
Completer = Callable[[str, Namespace], Iterable[str]]


def complete(build: Callable[[str, Verb], ArgumentParser]) -> int:
    """Answer the shell that set ``_ARGCOMPLETE``, with the parser that `build` makes of a verb."""
    place = int(os.environ["_ARGCOMPLETE"])
    words = split_line(os.environ["COMP_LINE"], int(os.environ["COMP_POINT"]))[3][place:]
    name = "show"
    if words and words[0] in WORDS:
        os.environ["_ARGCOMPLETE"] = str(place + 1)
        return _after(words[0])
    if words and words[0] in VERBS:
        name = words[0]
        os.environ["_ARGCOMPLETE"] = str(place + 1)  # to argcomplete, the verb is the program
    chosen = verb(name)
    parser = build(name, chosen)
    safe_actions.add(Once)  # what is typed before is known; of others nothing is run
    known = completers(chosen, first=not words)
    for action in parser._actions:  # noqa: SLF001  argparse has no other list of them
        found = known.get(action.dest)
        action.completer = partial(_asked, found) if found else _nothing  # type: ignore[attr-defined]
    _Finder()(parser, always_complete_options=False)
    return 0


def _after(word: str) -> int:
    """Answer after a word that takes no network: after ``help`` stands a verb."""
    parser = ArgumentParser()
    offered = [*VERBS, *WORDS] if word == "help" else []
    action = parser.add_argument("verb", nargs="?")
    action.completer = lambda **_: offered  # type: ignore[attr-defined]
    _Finder()(parser, always_complete_options=False)
    return 0


class _Finder(CompletionFinder):
    """Bash breaks a word before an @, and after an = or a colon; argcomplete, always after."""

    def quote_completions(
        self, completions: list[str], cword_prequote: str, last_wordbreak_pos: int | None
    ) -> list[str]:
        place = last_wordbreak_pos
        if place is not None and any(word[place : place + 1] == "@" for word in completions):
            place -= 1
        return super().quote_completions(completions, cword_prequote, place)


def _asked(found: Completer, prefix: str, parsed_args: Namespace, **_: object) -> list[str]:
    try:
        # A file's name may be no text at all, or of several lines: what a shell cannot be told.
        return [word for word in found(prefix, parsed_args) if word.isprintable()]
    except FlopcountError:  # of a network that cannot be read nothing is known
        return []


def _nothing(**_: object) -> list[str]:
    return []


def completers(chosen: Verb, *, first: bool = False) -> dict[str, Completer]:
    """What completes each positional and option of a verb, by its destination in the parser.

    `first` says that the word may also be a verb.
    """
    from ..analysis import GRAINS, UNITS
    from ..analysis.units import SCALED
    from ..core import NAMED
    from ..frameworks.keras.backend import BACKENDS, DEVICES
    from ..notation import REWRITES, families
    from ..pictures import KINDS
    from ..pictures.settings import THEMES
    from ..rewrites import READINGS, narrow_paths

    def network(prefix: str, _args: Namespace) -> list[str]:
        return [*((*VERBS, *WORDS) if first else ()), *_references(prefix)]

    def among(values: Iterable[str]) -> Completer:
        listed = list(values)
        return lambda _prefix, _args: listed

    return {
        "network": network,
        "networks": network,
        "module": lambda _prefix, args: _network(args).modules,
        "branch": _branches,
        "resume": lambda prefix, _args: DirectoriesCompleter()(prefix),
        "reduce": lambda _prefix, args: narrow_paths(_network(args)),
        "layers": _layers,
        "beside": lambda prefix, _args: [*REWRITES, *_references(prefix)],
        "by": among(GRAINS),
        "naive": among(READINGS),
        "unit": among([*UNITS, *SCALED]),
        "format": among(chosen.formats),
        "files": partial(_files, chosen.endings),
        "set": _widths,
        "vary": lambda prefix, args: ["input=", *_columns(prefix, args)],
        "budget": among(f"{count}=" for count in NAMED),
        "at_least": among(f"{count}=" for count in NAMED),
        "maximize": lambda _prefix, args: [*NAMED, *_varied(args)],
        "minimize": lambda _prefix, args: [*NAMED, *_varied(args)],
        "count": among(NAMED),
        "columns": lambda prefix, _args: _one_more(prefix, NAMED),
        "pareto": lambda prefix, args: _one_more(prefix, [*NAMED, *_varied(args)]),
        "sort": lambda _prefix, args: [*NAMED, *_varied(args)],
        "keep": lambda _prefix, args: [*NAMED, *_varied(args)],
        "histogram": lambda _prefix, args: [*NAMED, *_varied(args)],
        "family": among(families()),
        "scale": lambda _prefix, args: ["width", "input", *_variables_if_read(args)],
        "kind": among(KINDS),
        "theme": among(THEMES),
        "font": lambda _prefix, _args: [*_fonts()],
        "tool": _tools,
        "counter": _tools,
        "against": lambda prefix, args: ["flopcount", *_tools(prefix, args)],
        "backend": among(BACKENDS),
        "device": among(DEVICES),
    }


def _tools(prefix: str, _args: Namespace) -> list[str]:
    """Other counters by name; behind an @ the versions that their rules speak of."""
    from ..counters.rules import tools
    from ..counters.versions import version_text

    name, sign, _ = prefix.partition("@")
    if sign and name in tools():
        return [f"{name}@{version_text(one)}" for one in tools()[name].known]
    return [*tools(), *FilesCompleter(("toml",))(prefix)]


def _layers(_prefix: str, args: Namespace) -> list[str]:
    return [node.path for node in _network(args).nodes]


def _fonts() -> Iterable[str]:
    from ..pictures.settings import GENERIC, families

    return [*GENERIC, *families()]


def _one_more(prefix: str, names: Iterable[str]) -> list[str]:
    """Names after those, with commas between, that are there already."""
    before, comma, _ = prefix.rpartition(",")
    listed = before.split(",")
    return [f"{before}{comma}{name}" for name in names if name not in listed]


def _references(prefix: str) -> list[str]:
    """Names of networks, from the index and the folders; after an @ variants; else tables."""
    from ..frameworks.sources import ENDINGS, PREFIXES
    from ..notation import is_path, names, own_tables, read_table, split_reference

    head, modifiers = split_reference(prefix)
    if modifiers:
        before, _, last = prefix.rpartition("@")
        words = [*read_table(head).variants(), *_modifiers(last)]
        return [f"{before}@{word}" for word in words]
    if prefix.startswith("keras:"):
        return [f"keras:{name}" for name in _applications()]
    files = FilesCompleter(("toml", *(ending[1:] for ending in ENDINGS)))
    if is_path(prefix):
        return files(prefix)
    known = [*names(), *(table.name for table in own_tables())]
    if any(name.startswith(prefix) for name in known):
        return known
    kinds = [f"{kind}:" for kind in PREFIXES if kind.startswith(prefix)]
    return [*kinds, *files(prefix)]


def _applications() -> list[str]:
    """The networks of keras.applications, by what its file says: Keras takes seconds to load."""
    found = find_spec("keras")
    for folder in (found.submodule_search_locations or ()) if found else ():
        file = Path(folder, "applications", "__init__.py")
        with suppress(OSError, ValueError):
            return re.findall(r"\b([A-Z]\w+) as \1\b", file.read_text(encoding="utf-8"))
    return []


def _modifiers(begun: str) -> list[str]:
    """Rewrites and options; of one whose value is begun, its values where they are words."""
    from ..notation import MULTIPLE, OPTIONS, REWRITES
    from ..rewrites import READINGS

    if begun.startswith("naive="):  # figure is no one network
        return [f"naive={reading}" for reading in READINGS if reading != "figure"]
    alone = ("naive", "separable", "no-aux")
    names = (*REWRITES, MULTIPLE, *OPTIONS)
    return [name if name in alone else f"{name}=" for name in names]


def _typed(args: Namespace) -> str:
    """The network on the line, of several the first; `FlopcountError` where there is none."""
    names = [args.network] if hasattr(args, "network") else args.networks
    if not names or not names[0]:
        raise FlopcountError("no network yet")
    if names[0].partition("@")[0] == "-":
        raise FlopcountError("standard input is the terminal here")
    if names[0].startswith(("torch:", "jax:")):
        raise FlopcountError("the Tab key runs nobody's code")
    return str(names[0])


def _network(args: Namespace) -> "Network":
    from ..notation import load

    return load(_typed(args), **design_options(args))


def _branches(_prefix: str, args: Namespace) -> list[str]:
    from ..rewrites import selected

    network = _network(args)
    modules = [args.module] if isinstance(args.module, str) else args.module
    nodes = (selected(network, modules) if modules else network).nodes
    return list(dict.fromkeys(node.branch for node in nodes if node.branch is not None))


def _variables(args: Namespace) -> "list[Variable]":
    from ..notation import draft

    return draft(_typed(args), **design_options(args)).variables()


def _variables_if_read(args: Namespace) -> list[str]:
    try:
        return [variable.name for variable in _variables(args) if not variable.role]
    except FlopcountError:
        return []


def _varied(args: Namespace) -> list[str]:
    """The names that a sweep varies, and the columns of a table of measured designs."""
    columns: list[str] = []
    if args.measured is not None:
        from ..designs.measured.typed import read_typed

        columns += read_typed(args.measured).columns
    varied = [text.partition("=")[0].strip() for text in getattr(args, "vary", ())]
    return [*varied, *(name for name in columns if name not in varied)]


def _columns(_prefix: str, args: Namespace) -> list[str]:
    from ..notation import Of

    return [f"{variable.name}=" for variable in _variables(args) if variable.of is Of.ROW]


def _widths(prefix: str, args: Namespace) -> list[str]:
    """The columns; once a word is begun also the layers, which are many."""
    from ..core import width_of

    layers = [node.path for node in _network(args).nodes if width_of(node.op) is not None]
    return [*_columns(prefix, args), *(f"{path}=" for path in layers if prefix)]


def _files(endings: Iterable[str], prefix: str, _args: Namespace) -> list[str]:
    """What is typed with each ending that can be written, and folders."""
    stem = os.path.splitext(prefix)[0]  # noqa: PTH122  a Path would lose the final slash
    named = [] if not stem or stem.endswith(os.sep) else [stem + ending for ending in endings]
    return [*named, *DirectoriesCompleter()(prefix)]
