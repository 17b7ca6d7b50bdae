"""`python -m flopcount`."""

from .cli import entry

entry()
