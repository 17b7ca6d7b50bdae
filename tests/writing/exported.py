"""Tables to export: what the program prints, and one with any text wherever there is one."""

from flopcount.cli.main import run
from flopcount.writing.sheet import Column, Convention, Sheet
from tests.writing.hostile_texts import NAMES

MODULE = ["googlenet", "--module", "3a"]
TABLES = {
    "module": MODULE,
    "explain": [*MODULE, "--explain"],
    "whole": ["googlenet"],
    "flops": ["googlenet", "--by", "op", "--unit", "flops"],
    "scaled": ["googlenet", "--unit", "GMACs,Mparams", "--digits", "4", "--explain"],
    "changed": ["googlenet", "--set", "3a.r5=24", "--batch", "8"],
    "plain": ["8x8x3 > [a: conv 3x3 4 norm | b: depthwise 3x3 > conv 1x1 8]", "--naive", "figure"],
    "list": ["list", "--family", "resnet"],
    "paper": ["paper", "googlenet"],
    "compare": ["compare", "googlenet", "googlenet@torchvision", "googlenet@naive"],
    "compare in a unit": ["compare", "googlenet", "googlenet@naive", "--unit", "GFLOPs"],
    "breakeven": ["breakeven", "googlenet"],
    "fit": ["fit", "googlenet", "--budget", "multiplies=1e9", "--scale", "input"],
    "sweep": ["sweep", "googlenet", "--vary", "3a.r5=8:24:8"],
}
HOSTILE = [
    "a | b || c \\| d \\",
    "<script>alert(1)</script> <!-- x --> <b>",
    "`code` ``x`` *a* _b_ **c** __d__ ~~e~~ ~f~",
    "[link](http://x.test) ![image](x) [^convention] [^1]: x",
    "one\ntwo\r\n\n# three\n- four",
    "1. one",
    "- one",
    "+ one",
    "> one",
    "# one #",
    "=== ",
    "---",
    "    indented",
    "&lt; &amp; &#60; & $x^2$ $$y$$",
    "% & _ # $ { } ~ ^ \\ \"q\" 'q' `q` -- ---",
    "× → ² · ÷ – — … − ≤ ≥ ≈ β γ ½ é ß ł Ą",
    "日本 🙂 e\u0301 \u202e \u200b \x1b[31m \x00",
    "[x] *y* \\input{/etc/passwd} \\\\ \\end{tabular}",
    "=1+1",
    "",
    *NAMES.values(),
]


def printed_by(argv: list[str], form: str) -> str:
    """What the program prints in a format."""
    text, code, _ = run([*argv, "--format", form])
    assert code == 0
    return text


def hostile(text: str) -> Sheet:
    """Build a table that has a text wherever there is one."""
    return Sheet(
        (
            Column("name", "name"),
            Column("multiplies", text, "count", counted=True),
            Column("why", "why"),
        ),
        [(text, 1, text), ("plain", 2, "plain")],
        ("total", 3, text),
        ("title " + text, text),
        ("first", text),
        [(text, {"sum": "1 + 1 = 2"})],
        convention=Convention("counts: " + text),
    )
