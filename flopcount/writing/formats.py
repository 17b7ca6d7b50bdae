"""The formats of a sheet. To add one: a function from a sheet to text, and an entry in `FORMATS`.

The command line's `--format` and `-o`, and completion, read their names and endings here.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from ..errors import FlopcountError, one_of

if TYPE_CHECKING:
    from .sheet import Sheet

PICTURES = {".png": "png", ".svg": "svg", ".pdf": "pdf"}  # endings of pictures, by their formats
FORMULA_FILES = {  # of a formula: endings and formats
    ".txt": "text",
    ".tex": "latex",
    ".py": "python",
    ".js": "javascript",
    ".json": "json",
}
TABLE_FILES = {".toml": "toml"}  # of a network that is written as a table


class Format(NamedTuple):
    """A format: its name, what writes a sheet in it, and the ending of its files.

    Without an ending there are no files in it; `asked` says whether the command line offers it.
    """

    name: str
    write: Callable[["Sheet"], str]
    ending: str = ""
    asked: bool = True


def _later(module: str, function: str) -> Callable[["Sheet"], str]:
    """The function of a module of this package, imported when it is first called."""

    def write(sheet: "Sheet") -> str:
        return str(getattr(import_module(f".{module}", __package__), function)(sheet))

    return write


FORMATS = {
    form.name: form
    for form in (
        Format("table", _later("terminal", "text")),
        Format("markdown", _later("markup", "markdown"), ".md"),
        Format("csv", _later("records", "csv_text"), ".csv"),
        Format("json", _later("records", "json_text"), ".json"),
        Format("latex", _later("latex", "latex"), ".tex"),
        Format("html", _later("markup", "html"), asked=False),  # what a notebook asks for
    )
}


def names() -> tuple[str, ...]:
    """The formats that the command line offers, the terminal's first."""
    return tuple(form.name for form in FORMATS.values() if form.asked)


def endings() -> dict[str, str]:
    """The ending of each format that has files, and its name."""
    return {form.ending: form.name for form in FORMATS.values() if form.ending}


def report_files() -> dict[str, str]:
    """The ending of each file that a report is written to, and its format: the page, pictures."""
    return {**endings(), ".html": "page", **PICTURES}


def render(sheet: "Sheet", form: str) -> str:
    """Write a sheet in the format of a name; raises `FlopcountError` for an unknown one."""
    if form not in FORMATS:
        raise FlopcountError(one_of(form, FORMATS, "format"))
    return FORMATS[form].write(sheet)
