"""A user's file that is wrong: one line that says where, what was read, and what was expected."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.refusals import GOOD, ROW

BLOCK = """\
input = "8x8x3"
[block.b]
columns = ["n", "r"]
"1x1" = "conv 1x1 {n}"
"3x3" = "conv 1x1 {r} reduce > conv 3x3 {n}"
[rows]
"""


# A user's file → phrases of the message.
FILES: dict[str, tuple[bytes | str, list[str]]] = {
    "not UTF-8": (b'title = "\xe9"\n', ["my.toml", "not UTF-8", "byte 9"]),
    "UTF-16": ('title = "a"'.encode("utf-16"), ["my.toml", "not UTF-8"]),
    "not TOML": ("input = = 3\n", ["my.toml", "not TOML", "line 1", "column 9"]),
    "not TOML, line 3": ("\n\n[rows\n", ["my.toml", "not TOML", "line 3"]),
    "a NUL": ('input = "\0"', ["my.toml", "not TOML"]),
    "a key twice": ('input = "8x8x3"\ninput = "9x9x3"\n', ["not TOML", "line 2"]),
    "a huge number": ("classes = " + "9" * 1900 + "\n", ["my.toml"]),
    "a long line": ("# " + "x" * 2_100 + "\n", ["line 1 is over 2000 bytes"]),
    "too large": ("# x\n" * 300_000, ["over 1048576 bytes"]),
    "nested arrays": ("a = " + "[\n" * 3_000 + "]\n" * 3_000, ["nested too deeply"]),
    "nested tables": ("[" + ".".join("a" * 900) + "]\n", ["my.toml"]),
    "nothing in it": ("", ["the key 'input' is missing"]),
    "no rows": ('input = "8x8x3"\n', ["the key 'rows' is missing"]),
    "empty rows": (ROW, ["rows", "no rows"]),
    "an unknown key": ('imput = "8x8x3"\n', ["unknown key 'imput'", "did you mean 'input'?"]),
    "an unknown op": (ROW + 'a = "cnov 3x3 4"', ["rows.a", "'cnov'", "mean 'conv'?"]),
    "an unknown word": (ROW + 'a = "conv 3x3 4 vaild"', ["rows.a", "'vaild'", "mean 'valid'?"]),
    "an unknown default": ('defaults.conv = "smae"\n' + GOOD, ["defaults.conv", "'same'?"]),
    "an unknown block": (BLOCK + 'a = ["c", 1, 2]', ["rows.a", "unknown block or layer 'c'"]),
    "an unknown column": (
        BLOCK.replace("{n}", "{m}") + 'a = ["b", 1, 2]',
        ["rows.a", "unknown column 'm'", "n, r"],
    ),
    "too few values": (
        BLOCK + 'a = ["b", 1]',
        ["my.toml: rows.a: block 'b' has 2 columns (n r), the row gives 1"],
    ),
    "too many values": (BLOCK + 'a = ["b", 1, 2, 3]', ["2 columns (n r), the row gives 3"]),
    "a width of 0": (BLOCK + 'a = ["b", 1, 0]', ["rows.a: r is 0", "from 1 to 2**31"]),
    "a negative width": (BLOCK + 'a = ["b", -1, 2]', ["rows.a: n is -1"]),
    "a float": (BLOCK + 'a = ["b", 1.0, 2]', ["rows.a: n is 1.0"]),
    "a bool": (BLOCK + 'a = ["b", true, 2]', ["rows.a: n is True"]),
    "a string": (BLOCK + 'a = ["b", "1", 2]', ["rows.a: n is '1'"]),
    "a nan": (BLOCK + 'a = ["b", nan, 2]', ["rows.a: n is nan"]),
    "a date": (BLOCK + 'a = ["b", 1979-05-27, 2]', ["rows.a: n is"]),
    "a list": (BLOCK + 'a = ["b", [1], 2]', ["rows.a: n is [1]"]),
    "a width over 2**31": (BLOCK + 'a = ["b", 2147483649, 2]', ["n is 2147483649", "2**31"]),
    "a free name": (ROW + 'a = "conv 3x3 W"', ["rows.a", "'W' is a free name"]),
    "a free size": (GOOD.replace("8x8x3", "HxWx3"), ["input 'HxWx3'", "'H' is a free name"]),
    "no channels": (GOOD.replace("8x8x3", "8x8"), ["rows.", "the grid 1 axis"]),
    "channels first": (GOOD.replace("8x8x3", "3x8x8"), ["channels first", "8x8x3"]),
    "a size of 0": (GOOD.replace("8x8x3", "0x8x3"), ["height is '0'"]),
    "a size that is a number": (GOOD.replace('"8x8x3"', "8"), ["input is 8", "'224x224x3'"]),
    "classes that are no number": ("classes = true\n" + GOOD, ["classes is True"]),
    "a kernel too large": (ROW + 'a = "conv 9x9 4 valid"', ["a/1", "does not fit a height of 8"]),
    "a concat that does not fit": (
        ROW + 'a = "[x: conv 1x1 2 | y: maxpool 2x2/2]"',
        ["concat", "8x8x2, 4x4x3"],
    ),
    "an add that does not fit": (ROW + 'a = "(identity + conv 1x1 2)"', ["8x8x3, 8x8x2"]),
    "too many layers": (ROW + 'a = "900 * (900 * conv 1x1 3)"', ["more than 20000 layers"]),
    "brackets too deep": (
        ROW + f'a = "{"(" * 40}conv 1x1 3{")" * 40}"',
        ["rows.a", "nested more than 32 deep"],
    ),
    "a block in a circle": ('[block.b]\nlike = "b"\n', ["input"]),
    "an auxiliary head in the air": (GOOD + '[aux]\nx = "conv 1x1 3"', ["aux.x", "'from'"]),
    "an auxiliary head on no row": (
        GOOD + '[aux]\nx = "from b > conv 1x1 3"',
        ["aux.x", "unknown row 'b'"],
    ),
    "a title of two lines": ('title = "a\\nb"\n' + GOOD, ["title", "one printable line"]),
    "a title with an escape": ('title = "\\u001b[31m"\n' + GOOD, ["title", "'\\x1b[31m'"]),
    "a name with a space": (ROW + '"a b" = "conv 1x1 3"', ["rows", "'a b' is not a name"]),
    "a name with a NUL": (ROW + '"a\\u0000" = "conv 1x1 3"', ["'a\\x00' is not a name"]),
    "a long name": (ROW + f'{"a" * 100} = "conv 1x1 3"', ["is not a name"]),
    "code in a spec": (ROW + 'a = "conv 3x3 {__import__}"', ["rows.a", "column '__import__'"]),
    "format in a spec": (ROW + 'a = "conv 3x3 {0.__class__}"', ["rows.a"]),
}


@pytest.mark.parametrize("what", FILES)
def test_what_is_wrong_in_a_file(what: str, refused: Callable[..., str], tmp_path: Path) -> None:
    content, phrases = FILES[what]
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / "my.toml").write_bytes(data)
    message = refused("my.toml")
    for phrase in phrases:
        assert phrase in message


PAPER: dict[str, tuple[str, list[str]]] = {
    "no section": ("", ["has no [paper] section"]),
    "a row that is not there": ('[paper]\nb = ["1K", "1M"]', ["unknown row 'b'"]),
    "too few figures": ('[paper]\na = ["1K"]', ["paper: a: ", "expected a list of 2 figures ("]),
    "no figure": ('[paper]\na = ["1K", "lots"]', ["paper: a: ", "'lots'", "159K"]),
    "a negative figure": ('[paper]\na = ["1K", "-1M"]', ["paper: a: ", "'-1M'"]),
    "another K": ("[paper]\nK = 1023", ["paper: K: ", "1023", "1000 or 1024"]),
    "an unknown count": ('[paper]\ncounts = ["weight"]', ["'weight'", "mean 'weights'?"]),
    "a note on no row": ('[paper.notes]\nz = {guess = "a"}', ["notes", "unknown row 'z'"]),
    "a note of two lines": (
        '[paper]\na = ["1", "1"]\nnotes = {a = {guess = "x\\ny"}}',
        ["one printable line"],
    ),
    "a note that is a number": (
        '[paper]\na = ["1", "1"]\nnotes = {a = {guess = 3}}',
        ["paper: notes.a"],
    ),
    "a reading that is wrong": (
        '[paper]\na = ["1", "1"]\nreadings = {a = ["conv 3x3 3 vaild"]}',
        ["paper: readings.a", "mean 'valid'?"],
    ),
    "readings of very many layers": (
        '[paper]\na = ["1", "1"]\nreadings = {a = ["1000 * relu", "1001 * relu"]}',
        ["paper: readings.a: more than 2,000 layers in all readings, the limit"],
    ),
}


@pytest.mark.parametrize("what", PAPER)
def test_what_is_wrong_in_a_papers_figures(
    what: str, refused: Callable[..., str], tmp_path: Path
) -> None:
    section, phrases = PAPER[what]
    (tmp_path / "my.toml").write_text(f"{GOOD}{section}\n", encoding="utf-8")
    message = refused("paper", "my.toml")
    for phrase in ["my.toml", *phrases]:
        assert phrase in message


HOSTILE = {
    "NUL": "a\0b",
    "newline": "a\nb",
    "return": "a\rb",
    "escape": "\x1b[31mred",
    "bell": "\a",
    "right-to-left": "\u202egoogle",
    "line separator": "a\u2028b",
    "surrogate": "a\udcffb",
    "unicode digits": "２８x２８x３ > conv ３x３ ４",
    "other digits": "٣x٣x٣ > conv 3x3 ٤",
    "superscripts": "8x8x3 > conv 3x3 ²",
    "long": "x" * 10_000,
    "long with a slash": "x/" * 5_000,
    "long spec": "8x8x3 > " + "conv 3x3 4 > " * 1_000 + "conv 9x9 4 valid",
    "long word": "8x8x3 > conv 3x3 4 " + "x" * 10_000,
    "long spec with a variant": "8x8x3 > conv 3x3 4 " + "x" * 10_000 + "@naive",
    "too long spec": "8x8x3 > conv 3x3 4" + " > conv 3x3 4" * 20_000,
    "many brackets": "8x8x3 > " + "(" * 10_000,
    "many stars": "8x8x3 > " + "2 * " * 10_000 + "conv 3x3 4",
    "many repeats": "8x8x3 > " + "2 * (" * 30 + "conv 3x3 4" + ")" * 30,
    "many digits": "8x8x3 > conv 3x3 " + "9" * 10_000,
    "many at signs": "googlenet" + "@" * 10_000,
    "format": "{0.__class__}%s%n",
    "home": "~root",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "around",
    [
        ["{}"],
        ["{}.toml"],
        ["{}", "googlenet"],
        ["paper", "{}"],
        ["googlenet", "{}"],
        ["googlenet", "--module={}"],
        ["googlenet", "--by={}"],
        ["googlenet", "--input={}"],
        ["googlenet", "--input={}x{}"],
        ["googlenet", "--classes={}"],
        ["googlenet", "--set={}"],
        ["googlenet", "--set={}=3"],
        ["googlenet", "--set=3a.{}=3"],
        ["googlenet", "--set=3a.r5={}"],
        ["googlenet", "--format={}"],
        ["googlenet", "--{}"],
        ["googlenet", "-o", "no-such-folder/{}.csv"],
        ["googlenet", "-o", "x.{}"],
    ],
    ids=" ".join,
)
def test_hostile_text_is_refused_in_one_line(
    name: str, around: list[str], refused: Callable[..., str]
) -> None:
    refused(*(word.replace("{}", HOSTILE[name]) for word in around))


@pytest.mark.parametrize(
    "content", [HOSTILE["long spec"], HOSTILE["many brackets"], HOSTILE["format"], "x" * 1_500]
)
def test_hostile_specs_in_a_file(content: str, refused: Callable[..., str], tmp_path: Path) -> None:
    spec = content.removeprefix("8x8x3 > ")[-1_500:]
    (tmp_path / "my.toml").write_text(f'{ROW}a = "{spec}"\n', encoding="utf-8")
    refused("my.toml")
