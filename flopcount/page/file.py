"""A page as one file of HTML that fetches nothing: its template filled, sealed, of limited size."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import Any

from ..analysis.conventions import ASK
from ..errors import FlopcountError
from ..notation import Variable
from ..records import fields
from ..writing.markup import escape_html
from ..writing.sheet import Sheet
from .script import text
from .scripts import static

MOST_BYTES = 3_000_000


def is_installed() -> None:
    """Raise `FlopcountError` where the extra ``html`` is missing, before any work is done."""
    if find_spec("vl_convert") is None:
        raise FlopcountError("HTML needs vl-convert-python: pip install 'flopcount[html]'")


def file_of(
    template: str, texts: Mapping[str, str], program: str, data: object, *, cure: str
) -> str:
    """A page whose body is a template of ``static/``, in the frame that every page has.

    That has the scripts, the data and the policy. `texts` are markup, escaped already, and the
    ``style``; `data` is what the scripts find, its dataclasses as objects. Raises `FlopcountError`
    past `MOST_BYTES`, with the `cure`.
    """
    charts, program = safe(_vega()), safe(program)
    sealed = {
        "policy": escape_html(_policy([charts, program], texts["style"])),
        "data": text(data, _record),
        "charts": charts,
        "program": program,
    }
    body = _filled(static(template), texts).strip()
    made = _filled(static("frame.html"), {**texts, **sealed, "body": body})
    size = len(made.encode())
    if size > MOST_BYTES:
        raise FlopcountError(
            f"the page would take {size:,} bytes, the limit is {MOST_BYTES:,}; {cure}"
        )
    return made


@cache
def _vega() -> str:
    """Vega, Vega-Lite and what puts them on a page, as one script."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")).strip()


def safe(script: str) -> str:
    r"""A script that cannot end its element: in its texts, ``\/`` is ``/`` and ``\x21`` ``!``."""
    return re.sub("</(?=script)", r"<\\/", script, flags=re.IGNORECASE).replace("<!--", r"<\x21--")


def _record(value: Any) -> Any:
    """A dataclass as the scripts see it; a variable by its name."""
    if isinstance(value, Variable):
        return value.name
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _policy(scripts: Sequence[str], style: str) -> str:
    def named(content: str) -> str:
        return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {' '.join(map(named, scripts))}; "
        f"style-src {named(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _filled(template: str, texts: Mapping[str, str]) -> str:
    """The template with each ``{{name}}`` replaced, once: what is put in is not read again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: texts[match[1]], template)


def lines(texts: Sequence[str], kind: str = "") -> str:
    """Texts as paragraphs, of a `kind`."""
    opening = f'<p class="{kind}">' if kind else "<p>"
    return "".join(f"{opening}{escape_html(text)}</p>\n" for text in texts)


def in_brief(sheet: Sheet) -> str:
    """What is counted, in the brief words of a terminal, which has more to say when it is asked."""
    return escape_html(f"counts: {sheet.convention.brief.removesuffix(ASK).rstrip('; ')}")


def colours(sign: str, light: Sequence[str], dark: Sequence[str]) -> str:
    """Style that names colours ``--k0``, ``--k1``… for a `sign` k: on a light and a dark screen.

    >>> print(colours("k", ["#000"], ["#fff"]))
    :root { --k0: #000; }
    @media screen and (prefers-color-scheme: dark) { :root { --k0: #fff; } }
    """

    def named(given: Sequence[str]) -> str:
        texts = (f"--{sign}{index}: {colour};" for index, colour in enumerate(given))
        return f":root {{ {' '.join(texts)} }}"

    return f"{named(light)}\n@media screen and (prefers-color-scheme: dark) {{ {named(dark)} }}"
