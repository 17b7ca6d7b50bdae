"""What `flopcount --help` says: the verbs, what names a network, and where to read on."""

from .verbs import VERBS

_VERBS = "\n".join(
    f"  flopcount {'NETWORK' if name == 'show' else f'{name} …':<12} {what}"
    for name, what in VERBS.items()
)
OVERVIEW = f"""\
usage: flopcount NETWORK [options]
       flopcount VERB …

What a neural network costs: exactly, by branch, with the arithmetic shown.

{_VERBS}

  flopcount VERB --help   its options; flopcount show --help has the report's
  flopcount --version     the version

NETWORK is a shipped name (googlenet), one of its variants
(googlenet@torchvision), the path of a table (my.toml), or a spec
("28x28x192 > conv 1x1 16 reduce > conv 5x5 32").

examples:
  flopcount googlenet --module 3a --explain
  flopcount googlenet --input 299x299 --set 3a.r5=24
  flopcount googlenet --by layer -o layers.csv -o saving.png
  flopcount compare inception-v3 inception-v4

exit codes: 0 fine, 1 a check differs or nothing meets the budget, 2 bad input,
            3 with --strict: a layer's output is lost, 130 interrupted
"""
