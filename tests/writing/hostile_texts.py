"""Texts from outside that would change what they are written into; a table that has them."""

import json
from pathlib import Path

# What a file may be called; a name has no slash, no NUL and at most 255 bytes.
NAMES = {
    "line breaks": "a\n__import__('os')\r\nexit()\rx\x85y\u2028z = 1\u2029b\x0bc\x0cd\x1ce",
    "controls": "\x1b[31mred\x1b]0;title\x07\x9b2J\x08\x7f\x01\u202egoogle\u2066\u200f\ufeff",
    "markup": "| a || `b` ```c <img src=x onerror=alert(1)> &lt; --> *d* _e_ [f](g) # ~~h~~ <!--",
    "macros": "\\input{x}\\end{tabular}%#_{}~^&^^M $\\frac{1}{2$ --- ,, << `` ''",
    "a picture's": "\x1b[31m $\\frac{1}{2$ \x9b2J\u202e",
    "quotes": "\"\"\" ''' ' \" ; \\ ${x} $(id) `id` {{title}} \\N{DASH} \\u0022 %s {0}",
    "a formula": "=1+1;=2",
    "a formula with a sign": "-1+cmd|' C calc'!A0",
    "a formula after a tab": "\t=1+1",
    "a comment": "#a --b %d",
    "an option": "--help",
    "not UTF-8": "a\udcff\udcfe\udced\udca0\udc80b",
    "other scripts": "日本 🙂 e\u0301\u0301\u0301 عربي",
    "long": "w" * 240,
    "blanks": "  a    b ",
}
PRINTABLE = "".join(text for text in NAMES.values() if text.isprintable() and len(text) < 200)
SPEC = "conv\u20281x1 3\n>\r\nrelu"  # a spec's blanks may be any


def table(folder: Path, name: str, text: str = "") -> str:
    """Write a table into a file of this name, with hostile texts in it; its path as it is typed."""
    (folder / f"{name}.toml").write_text(text or _text(PRINTABLE, SPEC), encoding="utf-8")
    return f"./{name}.toml"


def plain_table(folder: Path) -> str:
    """The same with plain texts, under a plain name."""
    return table(folder, "plain", _text("text", "conv 1x1 3 > relu"))


def _text(said: str, reading: str) -> str:
    text, spec = (json.dumps(one, ensure_ascii=False) for one in (said, reading))  # as TOML has it
    return f"""\
title = {text}
source = {text}
input = "9x9x3"
[block.b]
columns = ["n", "r"]
"1x1" = "conv 1x1 {{n}}"
"5x5" = "conv 1x1 {{r}} reduce > conv 5x5 {{n}}"
[rows]
stem = "conv 3x3 4"
mix = ["b", 4, 2]
[assumed]
"mix/5x5/1" = {text}
[paper]
source = {text}
stem = ["112", "9072"]
[paper.notes]
stem = {{guess = {text}}}
[paper.readings]
stem = [{spec}]
"""
