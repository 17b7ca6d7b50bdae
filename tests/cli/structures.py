"""What a form of output is, apart from its texts: no name in it may change that."""

import ast
import csv
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
import pyarrow.parquet as pq
from markdown_it import MarkdownIt
from py_mini_racer import MiniRacer

_MACROS = {
    "textbackslash",
    "textasciitilde",
    "textasciicircum",
    "textasciigrave",
    "textquotesingle",
}
_MACROS |= {"textless", "textgreater", "textbar", "times", "rightarrow", "cdot", "dots"}


def _text(data: bytes) -> str:
    """All that is text: UTF-8, and nothing in it that moves a cursor or hides what it says."""
    text = data.decode()
    assert text.replace("\n", "").isprintable()
    return text


def _lines(data: bytes) -> Any:
    return _text(data).count("\n")


def _markdown(data: bytes) -> Any:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(_text(data))
    inside = {child.type for token in tokens for child in token.children or ()}
    assert inside <= {"text", "text_special", "code_inline"}
    return [token.type for token in tokens]


def _csv(data: bytes) -> Any:
    rows = list(csv.reader(io.StringIO(_text(data), newline="")))
    for cell in (cell for row in rows for cell in row):
        assert not re.match(r"\s*[=+@-]", cell) or re.fullmatch(r"-?[0-9.]+", cell)
    return [len(row) for row in rows]


def _json(data: bytes) -> Any:
    def shape(value: Any) -> Any:
        if isinstance(value, dict | list):
            inside = value.values() if isinstance(value, dict) else value
            return [shape(part) for part in inside]
        return "text" if isinstance(value, str) else value

    return shape(json.loads(_text(data)))


def _latex(data: bytes) -> Any:
    """Cells by row, and the macros and braces that are not of a text."""
    lines = [line for line in _text(data).splitlines() if not line.startswith("% ")]
    bare = [re.sub(r"\\[&%$#_{}\\]", "", line) for line in lines]
    macros = [set(re.findall(r"\\([A-Za-z]+)", line)) - _MACROS for line in bare]
    for line in bare:
        assert "^^" not in line
        assert "%" not in line
        assert line.count("{") - line.count("}") in (-1, 0, 1)
    return [(line.count("&"), sorted(known)) for line, known in zip(bare, macros, strict=True)]


def _html(data: bytes) -> Any:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(data.decode())
    return [(element.tag, sorted(element.keys())) for element in tree.iter()]


def _svg(data: bytes) -> Any:
    text = data.decode()
    assert text.replace("\n", "").isprintable()
    drawn = ET.fromstring(text)  # noqa: S314  our own
    return Counter(element.tag for element in drawn.iter())


def _png(data: bytes) -> Any:
    return data[:8], data[-8:-4]


def _pdf(data: bytes) -> Any:
    return data[:5], data[-6:]


def _python(data: bytes) -> Any:
    """One comment, then functions."""
    first, _, rest = _text(data).partition("\n")
    assert first.startswith("# ")
    assert {type(statement) for statement in ast.parse(data).body} == {ast.FunctionDef}
    return rest


def _javascript(data: bytes) -> Any:
    first, _, rest = _text(data).partition("\n")
    assert first.startswith("// ")
    assert MiniRacer().eval(f"{_text(data)}\nObject.keys(globalThis).length") is not None
    return rest


def _formula(data: bytes) -> Any:
    lines = _text(data).splitlines()
    return [line for line in lines if not line.startswith("% ")], len(lines)


def _parquet(data: bytes) -> Any:
    found = pq.read_table(io.BytesIO(data))
    return found.schema.names, found.to_pylist()


def _toml(made: bytes) -> Any:
    """The sections of a table, how many keys each has, and its comments."""
    text = made.decode()
    found = {
        key: len(value) if isinstance(value, dict) else type(value)
        for key, value in tomllib.loads(text).items()
    }
    return found, sum(line.startswith("#") for line in text.splitlines())


STRUCTURES: dict[str, Callable[[bytes], Any]] = {
    "table": _lines,
    "text": _lines,
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
    "latex": _latex,
    "formula": _formula,
    "toml": _toml,
    "python": _python,
    "javascript": _javascript,
    "html": _html,
    "png": _png,
    "svg": _svg,
    "pdf": _pdf,
    "parquet": _parquet,
}
