"""A table on standard input, named -."""

import io
import json
import sys
from argparse import Namespace
from collections.abc import Callable

import pytest

from flopcount import FlopcountError
from flopcount.cli import completion
from flopcount.notation.library import MAX_FILE, MAX_LINE
from tests.cli.lines import Cli
from tests.cli.refusals import GOOD

Give = Callable[[bytes], None]
WIDE = GOOD + '[variant.wide.rows]\na = "conv 3x3 8"\n'


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Let standard input be these bytes."""

    def give(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


def test_a_table_is_read(given: Give, cli: Cli) -> None:
    given(WIDE.encode())
    report = json.loads(cli("-", "--format", "json"))
    assert report["network"] == "stdin"
    assert report["total"]["multiplies"] == 8**2 * 9 * 3 * 4
    assert json.loads(cli("-@wide", "--format", "json"))["total"]["multiplies"] == 8**2 * 9 * 3 * 8


def test_every_verb_reads_it(given: Give, cli: Cli) -> None:
    given(WIDE.encode())
    assert "= 108·H·W" in cli("formula", "-")
    assert "2 designs" in cli("sweep", "-", "--vary", "input=8:16:8")
    assert "the largest input" in cli("fit", "-", "--budget", "multiplies=1e6", "--scale", "input")


def test_it_is_read_once_however_often_it_is_named(given: Give, cli: Cli) -> None:
    given(WIDE.encode())
    beside = json.loads(cli("compare", "-", "-@wide", "googlenet", "--format", "json"))
    assert beside["heading"][0] == "stdin beside stdin@wide beside googlenet"


@pytest.mark.parametrize(
    ("data", "phrase"),
    [
        (b"", "standard input is empty; '-' reads a table (TOML) there"),
        (b" \n", "standard input is empty"),
        (b"rows = {", "standard input is not TOML: "),
        (b"\xff\xfe", "standard input is not UTF-8 (byte 0)"),
        (b'input = "8x8x3"\n[rows]\na = "cnov 3x3 4"\n', "standard input: rows.a: in 'cnov 3x3 4'"),
        (b'input = "8x8x3"\n[rows]\na = "fc 10"\n', "in this notation it is 'dense 10'"),
        (b"#" * (MAX_FILE + 1), f"standard input is over {MAX_FILE} bytes, the limit for a table"),
        (b"#" * (MAX_LINE + 1), f"standard input: line 1 is over {MAX_LINE} bytes, the limit"),
        (b"a = " + b"[" * 900, "standard input is "),
    ],
)
def test_what_is_no_table(
    data: bytes, phrase: str, given: Give, refused: Callable[..., str]
) -> None:
    given(data)
    assert phrase in refused("-")


def test_a_variant_that_is_not_there(given: Give, refused: Callable[..., str]) -> None:
    given(WIDE.encode())
    assert "standard input: unknown variant or rewrite 'wiide'" in refused("-@wiide")


def test_a_shell_that_completes_does_not_read_it(given: Give) -> None:
    given(WIDE.encode())
    for typed in ("-", "-@wide"):
        with pytest.raises(FlopcountError, match="standard input"):
            completion._typed(Namespace(network=typed))  # noqa: SLF001
    assert sys.stdin.read() == WIDE


def test_a_stream_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, refused: Callable[..., str]
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert refused("-") == "cannot read standard input: it is closed"
    closed = io.TextIOWrapper(io.BytesIO(b"x"))
    closed.close()
    monkeypatch.setattr("sys.stdin", closed)
    assert "cannot read standard input: " in refused("-")
