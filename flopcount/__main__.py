"""`python -m flopcount`."""

from .cli.main import entry

entry()
