"""Examples of docstrings as blocks of code in the reference: an extension of griffe, which reads them.

In Markdown a line that begins with `>>>` would be a quotation in a quotation in a quotation.
"""

import re
from typing import Any

import griffe

EXAMPLE = re.compile(r"^>>> .*\n?(?:^.+\n?)*", re.MULTILINE)


def fenced(text: str) -> str:
    r"""Put each example of a docstring, up to the next empty line, between fences.

    >>> fenced("Add.")
    'Add.'
    >>> fenced("Add." + chr(10) + ">>> 1 + 1" + chr(10) + "2")
    'Add.\n```pycon\n>>> 1 + 1\n2\n```'
    """
    return EXAMPLE.sub(lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", text).rstrip()


class DoctestBlocks(griffe.Extension):
    """Fences the examples of all that griffe reads."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Read the docstring anew, its examples fenced."""
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)
