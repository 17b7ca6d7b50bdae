"""Bad input: one line on standard error, exit code 2, nothing on standard output, no file."""

import contextlib
import io
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount.cli.main import main
from tests.cli.refusals import GOOD, snapshot

# What is typed → phrases of the message: the place, what was read, what was expected, the nearest.
TYPED: list[tuple[list[str], list[str]]] = [
    ([], ["name a network", "flopcount list"]),
    # names
    (["googlnet"], ["unknown network 'googlnet'", "did you mean 'googlenet'?"]),
    (["nothing-like-it"], ["unknown network 'nothing-like-it'", "flopcount list"]),
    ([""], ["unknown network ''"]),
    (["."], ["'.'"]),
    (["-"], ["cannot read standard input"]),
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
    (["googlenet", "inception-v3"], ["unexpected 'inception-v3'", "'flopcount compare'"]),
    (["googlenet", "compare"], ["unexpected 'compare'", "first, as in 'flopcount compare'"]),
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
    (["googlenet", "--unit", "GFLOP"], ["unknown unit 'GFLOP'", "did you mean 'GFLOPs'?"]),
    (["googlenet", "--naive", "figur"], ["unknown naive reading 'figur'", "mean 'figure'?"]),
    (["googlenet", "--format", "jsn"], ["unknown format 'jsn'", "did you mean 'json'?"]),
    (["googlenet", "--format", "png"], ["unknown format 'png'", "table, markdown, csv"]),
    (["googlenet", "--module"], ["--module", "expected one argument"]),
    (["googlenet", "--aux=1"], ["--aux", "'1'"]),
    (["googlenet", "--input", "0x224"], ["input '0x224'", "'0'", "whole number from 1 to 2**31"]),
    (["googlenet", "--input", "-3x3"], ["input '-3x3'", "'-3'"]),
    (["googlenet", "--input", "224"], ["input '224' has 1 number", "224x224x3, has 3"]),
    (["googlenet", "--input", ""], ["input", "''"]),
    (["googlenet", "--input", "224.0x224"], ["input", "'224.0'"]),
    (["googlenet", "--input", "HxW"], ["input 'HxW'", "'H' is a free name"]),
    (["googlenet", "--input", "1x2x3x4"], ["'1x2x3x4' has 4 numbers", "224x224x3, has 3"]),
    (["googlenet", "--input", "3x224x224"], ["channels first", "224x224x3"]),
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
    (["8x8 > conv 3x3 4"], ["'conv 3x3 4'", "the kernel 3x3 has 2 numbers, but the grid 1 axis"]),
    (["conv 3x3 4"], ["no input size"]),
    (["conv 3x3 4", "--input", "8"], ["input '8' has no channels"]),
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
    (["8x8x3 > 999999 * conv 3x3 4"], ["'999999'", "20000"]),
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


@pytest.mark.slow
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
    monkeypatch.setattr("flopcount.writing.beside._UNFINISHED", set())  # other tests ask of it
    with pytest.raises(AssertionError):
        refused("googlnet")


def test_the_snapshot_sees_hidden_files(tmp_path: Path) -> None:
    (tmp_path / ".flopcount-x").write_text("half")
    assert stat.S_ISREG((tmp_path / ".flopcount-x").stat().st_mode)
    assert snapshot(tmp_path) == {".flopcount-x": b"half"}
