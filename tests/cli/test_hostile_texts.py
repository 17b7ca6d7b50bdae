"""Text from outside stays text: in every verb and form, whatever a file is called or says."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import flopcount
from flopcount.cli.main import run
from flopcount.cli.verbs import PICTURES, SHEET, VERBS, verb
from flopcount.page.command import shell_word
from tests.cli.structures import STRUCTURES
from tests.writing.hostile_texts import NAMES, plain_table, table

HOME = Path(flopcount.__file__).parent.parent
# Words of each verb; NET is the table. `list` has no network; what `plot` draws is below.
WORDS = {
    "show": ["NET", "--by", "layer", "--explain"],
    "paper": ["NET"],
    "compare": ["NET", "NET", "8x8x3 > conv 1x1 3"],
    "write": ["NET"],
    "formula": ["NET", "--free", "H,W,mix.r"],
    "breakeven": ["NET"],
    "counters": ["NET"],
    "check": ["NET"],
    "sweep": ["NET", "--vary", "mix.r=1:3", "--resume", "tiles"],
    "fit": ["NET", "--vary", "mix.r=1:9", "--budget", "multiplies=50000"],
}
WITHOUT_KERAS = [name for name in WORDS if name != "check"]
BAD = 'input = "9x9x3"\n[rows]\na = "cnov 3x3 4"\n'


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """The structure of what is made of the same table with plain texts, under a plain name."""
    folder = tmp_path_factory.mktemp("plain")
    net = plain_table(folder)
    known: dict[tuple[str, ...], Any] = {}

    def structure(*argv: str, form: str) -> Any:
        if (*argv, form) not in known:
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                known[*argv, form] = structure_of(argv, net, form)
        return known[*argv, form]

    return structure


def structure_of(argv: Sequence[str], net: str, form: str) -> Any:
    """What a command prints in a form, or writes into a file of an ending."""
    words = [net if word == "NET" else word for word in argv]
    if form.startswith("."):
        assert run([*words, "-o", f"out{form}"])[:2] == ("", 0)
        file = Path(f"out{form}")
        made = (file / "part-0000000.parquet" if file.is_dir() else file).read_bytes()
        form = verb(argv[0]).endings[form].replace("page", "html")
    else:
        text, code, _ = run([*words, "--format", form])
        assert code == 0
        made = text.encode()  # as a file has it: nothing in it is no text
    return STRUCTURES["formula" if (argv[0], form) == ("formula", "latex") else form](made)


@pytest.fixture
def unchanged(
    plain: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """See that a name in the place of a plain one changes the text alone."""
    monkeypatch.chdir(tmp_path)

    def check(what: str, *argv: str, forms: Sequence[str]) -> None:
        net = table(tmp_path, NAMES[what])
        for form in forms:
            assert structure_of(argv, net, form) == plain(*argv, form=form), form

    return check


def test_each_verb_and_form_is_tried() -> None:
    assert {*WORDS, "list", "plot"} == {*VERBS}
    forms = {form for name in VERBS for form in verb(name).formats}
    assert forms | {"html", "png", "svg", "pdf", "parquet", "formula"} == {*STRUCTURES}


@pytest.mark.slow
@pytest.mark.parametrize("what", NAMES)
@pytest.mark.parametrize("name", WITHOUT_KERAS)
def test_in_what_is_printed(name: str, what: str, unchanged: Callable[..., None]) -> None:
    unchanged(what, name, *WORDS[name], forms=verb(name).formats)


TALLIES = {
    "--count": ["NET", "--vary", "mix.r=1:3", "--count"],
    "--histogram": ["NET", "--vary", "mix.r=1:3", "--histogram=mix.r", "--histogram=params=3"],
}


@pytest.mark.parametrize("what", ["line breaks", "markup", "not UTF-8"])
@pytest.mark.parametrize("tally", TALLIES)
def test_in_tallies(tally: str, what: str, unchanged: Callable[..., None]) -> None:
    forms = [*verb("sweep").formats, *verb("sweep").endings]
    unchanged(what, "sweep", *TALLIES[tally], forms=forms)


@pytest.mark.slow  # Keras is loaded
@pytest.mark.parametrize("what", NAMES)
def test_in_what_a_check_prints(what: str, unchanged: Callable[..., None]) -> None:
    unchanged(what, "check", *WORDS["check"], forms=verb("check").formats)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["line breaks", "markup", "not UTF-8"])
@pytest.mark.parametrize("name", WITHOUT_KERAS)
def test_in_files_of_no_printed_form(name: str, what: str, unchanged: Callable[..., None]) -> None:
    endings = [end for end in verb(name).endings if end not in {*SHEET, *PICTURES}]
    unchanged(what, name, *WORDS[name], forms=endings)


WIDE = ["--size", "30in", "--dpi", "50"]  # no heading is broken into lines, however long its names
KINDS = {
    kind: ["NET", "--kind", kind, *WIDE]
    for kind in ("drawing", "savings", "modules", "layers", "tree")
}
KINDS |= {"breakeven": ["NET", "--kind", "breakeven", "--module", "mix", *WIDE]}
KINDS |= {"compare": ["NET", "googlenet", "--kind", "compare", *WIDE]}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_in_pictures(kind: str, unchanged: Callable[..., None]) -> None:
    unchanged("a picture's", "plot", *KINDS[kind], forms=[".svg"])


@pytest.mark.slow
def test_in_pictures_that_are_not_text(
    unchanged: Callable[..., None], plain: Callable[..., Any], tmp_path: Path
) -> None:
    argv = ["compare", *WORDS["compare"]]
    named = structure_of(argv, table(tmp_path, NAMES["line breaks"]), ".svg")
    assert named.keys() == plain(*argv, form=".svg").keys()  # its heading has more lines
    unchanged("not UTF-8", "plot", *KINDS["savings"], forms=[".svg", ".png", ".pdf"])


@pytest.mark.parametrize("what", NAMES)
def test_in_refusals(what: str, refused: Callable[..., str], tmp_path: Path) -> None:
    net = table(tmp_path, NAMES[what], BAD)
    for argv in ([net], ["compare", net, net], ["formula", net], [f"{net}@nope"]):
        refused(*argv)
    with pytest.raises(flopcount.FlopcountError) as caught:
        flopcount.load(net)
    assert str(caught.value).isprintable()
    assert repr(flopcount.load(table(tmp_path, NAMES[what]))).isprintable()


@pytest.mark.slow
def test_in_the_command_line_of_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    net = table(tmp_path, NAMES["not UTF-8"])
    run([net, "-o", "x.html"])
    assert f'"{shell_word(net)[:-1]}"'.replace("\\", r"\\") in Path("x.html").read_text()
    words = " ".join(map(shell_word, NAMES.values()))
    assert words.isprintable()
    echo = ["/bin/bash", "-c", f"printf '%s\\0' {words}"]
    printed = subprocess.run(echo, capture_output=True, check=True).stdout
    assert printed.split(b"\0")[:-1] == [os.fsencode(name) for name in NAMES.values()]


def test_in_a_program_whose_streams_have_few_signs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flopcount", table(tmp_path, NAMES["not UTF-8"]), "-o", "x.json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOME), "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert rb'"network": "a\udcff\udcfe' in (tmp_path / "x.json").read_bytes()
