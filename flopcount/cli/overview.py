"""What `flopcount --help` says: the verbs, what names a network, and where to read on."""

from collections.abc import Callable, Sequence

from ..errors import FlopcountError, one_of, quote
from ..version import __version__
from .verbs import VERBS, WORDS

_VERBS = "\n".join(
    f"  flopcount {'NETWORK' if name == 'show' else f'{name} …':<12} {what}"
    for name, what in VERBS.items()
)
OVERVIEW = f"""\
usage: flopcount NETWORK [options]
       flopcount VERB …

What a neural network costs: exactly, by branch, with the arithmetic shown.

{_VERBS}

  flopcount help VERB     its options; flopcount help show has the report's
  flopcount version       the version

NETWORK is a shipped name (googlenet), one of its variants
(googlenet@torchvision), the path of a table (my.toml), the name of one in a
folder of FLOPCOUNT_TABLES (my), a spec, in quotes
("28x28x192 > conv 1x1 16 reduce > conv 5x5 32"), - for a table on standard
input, or a model: its file (model.onnx, model.keras, model.h5, model.pt2), its
name in a library (torchvision:resnet50, timm:NAME, hf:NAME, hf:config.json,
keras:ResNet50), or what code has, which runs (torch:package.module:name,
jax:package.module:name).

examples:
  flopcount googlenet --module 3a --explain
  flopcount googlenet --input 299x299 --set 3a.r5=24
  flopcount googlenet --by layer -o layers.csv -o saving.png
  flopcount compare inception-v3 inception-v4
  flopcount model.onnx --input x=1x3x48x320

exit codes: 0 fine, 1 a check differs or nothing meets the budget, 2 bad input,
            3 with --strict: an operation is unknown, or a layer's output lost,
            130 interrupted
"""
_USAGE = {
    "help": """\
usage: flopcount help [VERB]

What flopcount does or, of a verb, what flopcount VERB --help says.

examples:
  flopcount help
  flopcount help compare
""",
    "version": """\
usage: flopcount version

The version, as flopcount --version.
""",
}


def answer(word: str, rest: Sequence[str], help_of: Callable[[str], str]) -> str:
    """What ``flopcount help …`` or ``flopcount version`` prints; `help_of` gives that of a verb.

    Raises `FlopcountError` for a word that is no verb, and for more words than one.
    """
    if rest and rest[0] in ("-h", "--help"):
        return _USAGE[word]
    for extra in rest[word == "help" :]:
        raise FlopcountError(f"unexpected {quote(extra)} (flopcount {word} --help)")
    if word == "version":
        return f"flopcount {__version__}\n"
    if not rest:
        return OVERVIEW
    name = rest[0]
    if name in WORDS:
        return _USAGE[name]
    if name not in VERBS:
        from .synonyms import verb_named

        meant = verb_named(name)
        hint = f"; did you mean 'flopcount help {meant}'?" if meant else ""
        said = one_of(name, [*VERBS, *WORDS], "verb") + hint
        raise FlopcountError(f"{said} (flopcount help show has the options of a report)")
    return help_of(name)
