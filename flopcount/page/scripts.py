"""The page's scripts: modules in ``static/``, linked into one, as the page may fetch nothing.

Each is a module of JavaScript, which Node and a browser load as it stands. Linked, each stands in a
function of its own, which returns what it exports.
"""

import posixpath
import re
from importlib.resources import files

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.[\w./]*/\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:const|(?:async )?function|class) (\w+))", re.MULTILINE)


def static(path: str) -> str:
    """The text of a file in ``static/``."""
    return (files(__package__) / "static" / path).read_text(encoding="utf-8").strip() + "\n"


def linked(text: str) -> str:
    """A script of ``static/`` with all that it imports, each file once and after what it needs.

    >>> text = linked(static("page.js"))
    >>> text.count("import "), text.index("function grouped") < text.index("function start")
    (0, True)
    """
    texts: dict[str, str] = {}

    def own(text: str, folder: str) -> str:
        """The text alone, once what it imports is among the others."""

        def taken(match: re.Match[str]) -> str:
            names, path = match[1], posixpath.normpath(posixpath.join(folder, match[2]))
            if path not in texts:
                texts[path] = _scoped(path, own(static(path), posixpath.dirname(path)))
            return f"const {names} = {_scope(path)};\n"

        return _IMPORT.sub(taken, text)

    last = _EXPORT.sub(r"\1", own(text, ""))
    return "\n".join([*texts.values(), last])


def _scope(path: str) -> str:
    """The name of a file's scope.

    >>> _scope("drawing/stage.js")
    '$drawing$stage'
    """
    return "$" + path.removesuffix(".js").replace("/", "$")


def _scoped(path: str, text: str) -> str:
    exported = ", ".join(name for _, name in _EXPORT.findall(text))
    body = _EXPORT.sub(r"\1", text)
    return f"const {_scope(path)} = (() => {{\n{body}return {{ {exported} }};\n}})();"
