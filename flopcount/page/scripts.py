"""The page's scripts: modules in ``static/``, linked into one, as the page may fetch nothing.

Each is a module of JavaScript, which Node and a browser load as it stands. Linked, they share one
scope: so a name at the top of a file is the only one of its kind in all of them.
"""

import re
from importlib.resources import files

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|let|function|async|class)", re.MULTILINE)


def static(name: str) -> str:
    """The text of a file in ``static/``."""
    return (files(__package__) / "static" / name).read_text(encoding="utf-8").strip() + "\n"


def linked(entry: str) -> str:
    """An entry's script with all that it imports, each file once and after what it needs.

    >>> text = linked("start.js")
    >>> text.count("import "), text.index("const grouped") < text.index("function start")
    (0, True)
    """
    texts: dict[str, str] = {}

    def add(name: str) -> None:
        if name in texts:
            return
        texts[name] = ""  # it is being read: what needs it in turn comes after it
        text = static(name)
        for needed in _IMPORT.findall(text):
            add(needed)
        del texts[name]
        texts[name] = _EXPORT.sub("", _IMPORT.sub("", text)).strip()

    add(entry)
    return "\n".join(texts.values())
