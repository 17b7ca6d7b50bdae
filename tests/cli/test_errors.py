"""Bad input: one line on standard error, exit code 2, nothing on standard output, no file."""

import contextlib
import io
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount
import flopcount.writing.sheet
from flopcount.cli.main import main

HOME = Path(flopcount.__file__).parent.parent
LONGEST = 1_000  # characters of a message, whatever was typed

BLOCK = """\
input = "8x8x3"
[block.b]
columns = ["n", "r"]
"1x1" = "conv 1x1 {n}"
"3x3" = "conv 1x1 {r} reduce > conv 3x3 {n}"
[rows]
"""
ROW = 'input = "8x8x3"\n[rows]\n'
GOOD = ROW + 'a = "conv 3x3 4"\n'


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Every name under a folder, and what the files hold."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Run bad input in a folder of its own, with and without files to write; its message."""
    monkeypatch.chdir(tmp_path)

    def once(argv: list[str]) -> str:
        before = snapshot(tmp_path)
        code = main(argv)
        seen = capsys.readouterr()
        assert (code, seen.out) == (2, "")
        assert seen.err.startswith("flopcount: ")
        assert seen.err.endswith("\n")
        message = seen.err.removeprefix("flopcount: ").removesuffix("\n")
        assert message.isprintable(), "one line, and no control characters"
        assert len(message) <= LONGEST
        assert "Traceback" not in message
        assert snapshot(tmp_path) == before
        return message

    def run(*argv: str) -> str:
        message = once(list(argv))
        if argv and "--" not in argv:
            # also where files are asked for: none appears, whole or half or under another name
            once([*argv, "-o", "made.csv", "-o", "made.json"])
        return message

    return run


# What is typed → phrases of the message: the place, what was read, what was expected, the nearest.
TYPED: list[tuple[list[str], list[str]]] = [
    ([], ["name a network", "flopcount list"]),
    # names
    (["googlnet"], ["unknown network 'googlnet'", "did you mean 'googlenet'?"]),
    (["nothing-like-it"], ["unknown network 'nothing-like-it'", "flopcount list"]),
    ([""], ["unknown network ''"]),
    (["."], ["'.'"]),
    (["-"], ["'-'"]),
    (["@"], ["unknown network ''"]),
    (["googlenet@no-such-variant"], ["unknown variant", "'no-such-variant'"]),
    (["papr", "googlenet"], ["unknown verb 'papr'", "did you mean 'paper'?"]),
    (["lst"], ["'lst'", "did you mean 'list'?"]),
    (["googlenet", "--module", "3z"], ["unknown module '3z'", "3a, 3b"]),
    (["googlenet", "--module", "pool9"], ["unknown module 'pool9'", "did you mean 'pool"]),
    (["googlenet", "--module", ""], ["unknown module ''"]),
    (["googlenet", "--module", "inception_"], ["unknown module 'inception_'"]),
    (["googlenet", "--modul", "3a"], ["unexpected '--modul'", "did you mean '--module'?"]),
    (["googlenet", "--explian"], ["unexpected '--explian'", "did you mean '--explain'?"]),
    (["googlenet", "--batches=3"], ["unexpected '--batches=3'", "did you mean '--batch'?"]),
    (["googlenet", "-q"], ["unexpected '-q'"]),
    (["googlenet", "inception"], ["unexpected 'inception'"]),
    (["list", "googlenet"], ["unexpected 'googlenet'", "flopcount list --help"]),
    (["paper"], ["required: NETWORK", "flopcount paper --help"]),
    (["show"], ["required: NETWORK"]),
    (["--"], ["required: NETWORK"]),
    (["--bogus"], ["unexpected '--bogus'"]),
    (["fit", "--budgte", "params=7"], ["'--budgte'", "did you mean '--budget'?"]),
    (["paper", "googlnet"], ["unknown network 'googlnet'", "did you mean 'googlenet'?"]),
    (["paper", "8x8x3 > conv 3x3 4"], ["is a spec", "expected a network's name"]),
    # values of options
    (["googlenet", "--by", "modul"], ["unknown grain 'modul'", "did you mean 'module'?"]),
    (["googlenet", "--unit", "flop"], ["unknown unit 'flop'", "did you mean 'flops'?"]),
    (["googlenet", "--unit", "FLOPs"], ["unknown unit 'FLOPs'", "did you mean 'flops'?"]),
    (["googlenet", "--naive", "figur"], ["unknown naive reading 'figur'", "mean 'figure'?"]),
    (["googlenet", "--format", "jsn"], ["unknown format 'jsn'", "did you mean 'json'?"]),
    (["googlenet", "--format", "png"], ["unknown format 'png'", "table, markdown, csv"]),
    (["googlenet", "--module"], ["--module", "expected one argument"]),
    (["googlenet", "--aux=1"], ["--aux", "'1'"]),
    (["googlenet", "--input", "0x224"], ["input '0x224'", "'0'", "whole number from 1 to 2**31"]),
    (["googlenet", "--input", "-3x3"], ["input '-3x3'", "'-3'"]),
    (["googlenet", "--input", "224"], ["input", "'224'", "28x28"]),
    (["googlenet", "--input", ""], ["input", "''"]),
    (["googlenet", "--input", "224.0x224"], ["input", "'224.0'"]),
    (["googlenet", "--input", "HxW"], ["input 'HxW'", "'H' is a free name"]),
    (["googlenet", "--input", "1x2x3x4"], ["input", "'1x2x3x4'", "28x28"]),
    (["googlenet", "--input", "2147483649x1"], ["input", "'2147483649'", "2**31"]),
    (["googlenet", "--input", "²x2"], ["input", "x2"]),
    (["googlenet", "--classes", "0"], ["classes", "'0'", "whole number from 1 to 2**31"]),
    (["googlenet", "--classes", "ten"], ["classes", "'ten'"]),
    (["googlenet", "--classes", "１０"], ["classes", "whole number"]),
    (["googlenet", "--classes", "1_000"], ["classes", "'1_000'"]),
    (["googlenet", "--batch", "0"], ["batch", "'0'", "whole number from 1 to 2**31"]),
    (["googlenet", "--batch", "-1"], ["batch", "'-1'"]),
    (["googlenet", "--batch", "1.5"], ["batch", "'1.5'"]),
    (["googlenet", "--batch", "9" * 5000], ["batch", "2**31"]),
    (["googlenet", "--set", "3a.r5"], ["--set '3a.r5'", "expected", "3a.r5=24"]),
    (["googlenet", "--set", ""], ["--set ''", "3a.r5=24"]),
    (["googlenet", "--set", "=3"], ["set", "expected", "3a.r5=24"]),
    (["googlenet", "--set", "r5=3"], ["r5", "expected a row, a dot and a column"]),
    (["googlenet", "--set", "3a.prj=3"], ["3a.prj", "unknown column 'prj'", "mean 'proj'?"]),
    (["googlenet", "--set", "3z.r5=3"], ["3z.r5", "unknown row '3z'"]),
    (["googlenet", "--set", "pool1.r5=3"], ["pool1.r5", "'pool1' has no columns"]),
    (["googlenet", "--set", "3a.r5=0"], ["3a.r5", "'0'", "whole number from 1 to 2**31"]),
    (["googlenet", "--set", "3a.r5=True"], ["3a.r5", "'True'"]),
    (["googlenet", "--set", "3a.r5=2147483649"], ["3a.r5", "'2147483649'"]),
    # files
    (["missing.toml"], ["cannot read 'missing.toml'", "No such file"]),
    (["folder.toml"], ["'folder.toml' is a folder"]),
    (["./folder.toml/"], ["folder.toml' is a folder"]),
    (["good.toml/x.toml"], ["cannot read 'good.toml/x.toml'", "Not a directory"]),
    (["/dev/null"], ["'/dev/null' is not a regular file"]),
    (["pipe.toml"], ["'pipe.toml' is not a regular file"]),
    (["/proc/self/mem"], ["cannot read '/proc/self/mem'"]),
    (["loop.toml"], ["cannot read 'loop.toml'"]),
    # specs
    (["8x8x3 > cnov 3x3 4"], ["column 9", "unknown layer 'cnov'", "did you mean 'conv'?"]),
    (["8x8x3 > conv 3x3 4 vaild"], ["column 20", "unknown word 'vaild'", "mean 'valid'?"]),
    (["8x8x3 > conv 3x3 vaild"], ["'vaild' is a free name", "did you mean 'valid'?"]),
    (["8x8x3 > conv 3x3 C"], ["'C' is a free name"]),
    (["HxWx3 > conv 3x3 4"], ["'H' is a free name"]),
    (["8x8 > conv 3x3 4"], ["'8x8' has no channel count"]),
    (["conv 3x3 4"], ["no input size"]),
    (["conv 3x3 4", "--input", "8x8"], ["no input size"]),
    (["8x8x0 > conv 3x3 4"], ["channels is '0'"]),
    (["8x8x3 > conv 3x3 0"], ["column 18", "width is '0'"]),
    (["8x8x3 > conv 3x3 -4"], ["column 18", "'-4'"]),
    (["8x8x3 > conv 3x3 4.5"], ["column 18", "width is '4.5'"]),
    (["8x8x3 > conv 3x3 2147483649"], ["width is '2147483649'", "2**31"]),
    (["8x8x3 > conv 0x3 4"], ["kernel is '0'"]),
    (["8x8x3 > conv 3x3/0 4"], ["stride is '0'"]),
    (["8x8x3 > conv 3x3 4 >"], ["read the end"]),
    (["8x8x3 >"], ["read the end"]),
    ([" "], ["read the end"]),
    (["8x8x3 > (conv 3x3 4"], ["'(' is never closed"]),
    (["8x8x3 > conv 9x9 4 valid"], ["does not fit a height of 8"]),
    (["8x8x3 > maxpool 3x9 valid"], ["does not fit a width of 8"]),
    (["8x8x3 > conv 11x11 4 pad=1"], ["does not fit a height of 8 with 1 of padding"]),
    (["8x8x3 > [conv 1x1 4 | conv 3x3/2 4]"], ["concat", "8x8x4, 4x4x4"]),
    (["8x8x3 > (conv 1x1 4 + conv 1x1 5)"], ["add", "8x8x4, 8x8x5"]),
    (["8x8x3 > conv 3x3 4 groups=2"], ["groups=2 does not divide 3"]),
    (["8x8x3 > 999999 * conv 3x3 4"], ["'999999'", "200000"]),
    (["8x8x3 > 999 * 1 * (999 * conv 3x3 4)"], [""]),
    (["8x8x3 > conv 3x3 4@wide"], ["a spec has no variants"]),
    (["8x8x3 > conv 3x3 4", "--classes", "3"], ["no classes"]),
    (["8x8x3 > conv 3x3 4", "--aux"], ["auxiliary heads"]),
    (["8x8x3 > conv 3x3 4", "--set", "a.b=3"], ["columns"]),
    (["8x8x3 > conv 1x1 4 reduce"], ["marked reduce, but no convolution follows"]),
    (["8x8x3 > conv 1x1/2 4 reduce > conv 3x3 4"], ["marked reduce", "stride 1"]),
    # files to write
    (["googlenet", "-o", "x.doc"], ["-o 'x.doc'", "unknown ending '.doc'", ".md, .csv"]),
    (["googlenet", "-o", "x.jsn"], ["unknown ending '.jsn'", "did you mean '.json'?"]),
    (["googlenet", "-o", "x"], ["-o 'x'", "no ending"]),
    (["googlenet", "-o", ".csv"], ["-o '.csv'", "no ending"]),
    (["googlenet", "-o", ""], ["-o ''", "no ending"]),
    (["googlenet", "-o", "no/x.csv"], ["-o 'no/x.csv'", "No such file or directory"]),
    (["googlenet", "-o", "good.toml/x.csv"], ["good.toml/x.csv'", "Not a directory"]),
    (["googlenet", "-o", "folder.csv"], ["-o 'folder.csv'", "something else"]),
    (["googlenet", "-o", "pipe.csv"], ["-o 'pipe.csv'", "something else"]),
    (["googlenet", "-o", "a.csv", "-o", "./a.csv"], ["named twice"]),
    (["googlenet", "-o", "a.csv", "-o", "no/b.csv"], ["-o 'no/b.csv'"]),
    (["googlenet", "-o", "a" * 300 + ".csv"], ["cannot write there"]),
    (["paper", "googlenet", "-o", "x.png"], ["unknown ending '.png'"]),
    (["list", "-o", "x.pdf"], ["unknown ending '.pdf'"]),
    (["googlenet", "-o"], ["-o", "expected one argument"]),
]


@pytest.mark.parametrize(("argv", "phrases"), TYPED, ids=lambda value: " ".join(value)[:60])
def test_what_is_typed_wrongly(
    argv: list[str], phrases: list[str], refused: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    os.mkfifo(tmp_path / "pipe.csv")
    message = refused(*argv)
    for phrase in phrases:
        assert phrase in message


def test_an_option_that_comes_twice_is_told_where_it_must_not(
    refused: Callable[..., str],
) -> None:
    assert "'x'" in refused("googlenet", "--by", "op", "--by", "x")


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
    "no channels": (GOOD.replace("8x8x3", "8x8"), ["'8x8' has no channel count"]),
    "a size of 0": (GOOD.replace("8x8x3", "0x8x3"), ["height is '0'"]),
    "a size that is a number": (GOOD.replace('"8x8x3"', "8"), ["input is 8", "'224x224x3'"]),
    "classes that are no number": ("classes = true\n" + GOOD, ["classes is True"]),
    "a kernel too large": (ROW + 'a = "conv 9x9 4 valid"', ["a/1", "does not fit a height of 8"]),
    "a concat that does not fit": (
        ROW + 'a = "[x: conv 1x1 2 | y: maxpool 2x2/2]"',
        ["concat", "8x8x2, 4x4x3"],
    ),
    "an add that does not fit": (ROW + 'a = "(identity + conv 1x1 2)"', ["8x8x3, 8x8x2"]),
    "too many layers": (ROW + 'a = "900 * (900 * conv 1x1 3)"', ["more than 200000 layers"]),
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
    "too few figures": ('[paper]\na = ["1K"]', ["paper: a: ", "expected 2 figures"]),
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


# -- writing that fails


def instead_of_load(monkeypatch: pytest.MonkeyPatch, other: Callable[..., object]) -> None:
    """Put something else in the place of what reads a network."""
    for module in ("flopcount.notation", "flopcount.notation.references"):
        monkeypatch.setattr(f"{module}.draft", other)


def test_a_folder_that_may_not_be_written_is_found_before_any_work(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", denied)
    instead_of_load(monkeypatch, lambda *_, **__: pytest.fail("work was done"))
    message = refused("googlenet", "-o", "x.csv")
    assert "-o 'x.csv'" in message
    assert "Permission denied" in message


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError()])
def test_a_failure_half_way_leaves_nothing(
    error: Exception, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr("flopcount.writing.markup.markdown", fails)
    Path("x.csv").write_text("what was there")
    refused("googlenet", "-o", "x.csv", "-o", "y.md")


def test_a_rename_that_fails_leaves_nothing(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> NoReturn:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", fails)
    monkeypatch.setattr(os, "replace", fails)
    assert "Operation not permitted" in refused("googlenet", "-o", "x.csv", "-o", "y.md")


def test_a_picture_that_fails_leaves_no_other_file(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr("flopcount.pictures.style.picture", broken)
    assert "out of memory" in refused("googlenet", "-o", "x.csv", "-o", "x.png")


# -- as a process: what happens to the streams


def process(
    *argv: str,
    env: Mapping[str, str] | None = None,
    **options: object,
) -> subprocess.CompletedProcess[bytes]:
    given = {"PYTHONPATH": str(HOME), **(env or {})}
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONIOENCODING"}
    streams: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "flopcount", *argv], env={**kept, **given}, check=False, **streams
    )


def in_shell(line: str, tmp_path: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell; `flopcount` there is this one."""
    script = f'flopcount() {{ "{sys.executable}" -m flopcount "$@"; }}; {line}'
    return subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOME), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )


def test_a_limit_on_file_sizes_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("what was there")
    done = in_shell("ulimit -f 1; flopcount googlenet --by layer -o x.csv", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"cannot write" in done.stderr
    assert snapshot(tmp_path) == {"x.csv": b"what was there"}


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    line = "flopcount '8x8x3 > 5000 * conv 3x3 3' --by layer | head -1; echo ${PIPESTATUS[0]}"
    done = in_shell(line, tmp_path)
    assert done.stderr == b""
    assert done.stdout.splitlines()[1:] == [b"0"]


def test_a_reader_that_reads_nothing_is_no_error(tmp_path: Path) -> None:
    done = in_shell("flopcount googlenet | true; echo ${PIPESTATUS[0]}", tmp_path)
    assert (done.stdout, done.stderr) == (b"0\n", b"")


@pytest.mark.parametrize("argv", ["googlenet", "list", "--help", "--version"])
def test_a_full_disk_is_one_line(argv: str, tmp_path: Path) -> None:
    done = in_shell(f"flopcount {argv} >/dev/full", tmp_path)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("flopcount googlenet >&-", 2),
        ("flopcount googlenet -o x.csv >&-", 0),
        ("flopcount nope 2>&-", 2),
        ("flopcount nope 2>/dev/full", 2),
        ("flopcount nope >&- 2>&-", 2),
        ("flopcount googlenet <&-", 0),
    ],
)
def test_streams_that_are_closed_or_full(line: str, code: int, tmp_path: Path) -> None:
    done = in_shell(line, tmp_path)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") <= 1


ASCII = {"PYTHONIOENCODING": "ascii"}
C_LOCALE = {"LC_ALL": "C", "LANG": "C"}
BARE = {**C_LOCALE, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize("env", [ASCII, C_LOCALE, BARE], ids=["ascii", "C", "bare"])
def test_streams_of_few_signs(env: dict[str, str], tmp_path: Path) -> None:
    good = process("googlenet", "--module", "3a", "--explain", env=env, cwd=tmp_path)
    assert (good.returncode, good.stderr) == (0, b"")
    assert b"120,422,400" in good.stdout
    bad = process("8x8x3 > conv 3x3 4 × é", env=env, cwd=tmp_path)
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.startswith(b"flopcount: ")
    assert bad.stderr.count(b"\n") == 1
    process("googlenet", "-o", "x.csv", "-o", "x.md", env=env, cwd=tmp_path)
    assert "1×1 64" not in (tmp_path / "x.csv").read_text(encoding="utf-8")
    assert "28×28×256" in (tmp_path / "x.md").read_text(encoding="utf-8")


def test_an_argument_that_is_not_utf8(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"flopcount", b"\xff\xfe"],
        env={**os.environ, "PYTHONPATH": str(HOME)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


def test_an_interrupt_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    instead_of_load(monkeypatch, interrupted)
    assert main(["googlenet"]) == 130
    assert capsys.readouterr().err == "flopcount: interrupted\n"


# -- whatever is typed

WORDS = [
    *("googlenet", "list", "paper", "show", "my.toml", "8x8x3 > conv 3x3 4", "--help"),
    *("--module", "3a", "--by", "layer", "op", "--input", "8x8", "--classes", "10", "--batch"),
    *("--set", "3a.r5=24", "--aux", "--naive", "figure", "chained", "--unit", "flops"),
    *("--explain", "--format", "json", "csv", "latex", "markdown", "-o", "x.csv", "x.json"),
    *("--", "-", "=", "-1", "0", "@", ">", "[", "conv", "1x1", "..", "--by=op", "-h", "-ox.md"),
]
TEXT = st.text(st.characters(exclude_characters="/"), max_size=12)
ANY = st.one_of(
    st.sampled_from(WORDS),
    TEXT,
    st.builds("{}={}".format, st.sampled_from(WORDS), TEXT),
    st.lists(st.sampled_from(["8x8x3", ">", "conv", "3x3", "4", "[", "|", "]", "(", "+", ")"])).map(
        " ".join
    ),
)


@settings(deadline=None, max_examples=400)
@given(st.lists(ANY, max_size=7))
def test_no_argument_whatever_gives_a_traceback(argv: list[str]) -> None:
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        out, err = io.StringIO(), io.StringIO()
        try:
            Path("my.toml").write_text(GOOD)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    code = main(argv)
                except SystemExit as stopped:  # --help, --version
                    code = int(stopped.code or 0)
            names = {path.name for path in Path().iterdir()}
        finally:
            os.chdir(here)
    assert code in (0, 2)
    if code == 2:
        assert out.getvalue() == ""
        assert err.getvalue().startswith("flopcount: ")
        assert err.getvalue().count("\n") == 1
        assert names == {"my.toml"}
    else:
        assert err.getvalue() == ""
    assert not any(name.startswith(".flopcount-") for name in names)


# -- the helper finds what it is there to find


def test_a_file_left_behind_is_found(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flopcount.writing.files.Targets._discard", lambda _: None)
    with pytest.raises(AssertionError):
        refused("googlnet")


def test_a_message_of_two_lines_is_found(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raised(*_: object, **__: object) -> NoReturn:
        sys.stderr.write("flopcount: one\n")
        raise flopcount.FlopcountError("two")

    instead_of_load(monkeypatch, raised)
    with pytest.raises(AssertionError, match="one line"):
        refused("googlenet")


def test_the_snapshot_sees_hidden_files(tmp_path: Path) -> None:
    (tmp_path / ".flopcount-x").write_text("half")
    assert stat.S_ISREG((tmp_path / ".flopcount-x").stat().st_mode)
    assert snapshot(tmp_path) == {".flopcount-x": b"half"}
