"""Tables as files: what is no text, no TOML, too large or too deep is refused in one line."""

from collections.abc import Callable
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.library import MAX_FILE, MAX_LINE
from tests.notation.pathways import PATHWAYS, made

Refused = Callable[[str | bytes], str]


@pytest.fixture(name="file")
def fixture_file(tmp_path: Path) -> Refused:
    """Write a table, load it, and give back what is said of it."""

    def said(content: str | bytes) -> str:
        path = tmp_path / "my.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(FlopcountError) as error:
            fc.load(str(path))
        message = str(error.value)
        assert "my.toml" in message
        assert "\n" not in message
        return message

    return said


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(PATHWAYS, encoding="utf-8")
    assert fc.load(str(path)).name == "my"
    assert fc.load(f"{path}@bare").name == "my@bare"
    assert fc.analyze(fc.load(str(path))).total.cost == fc.analyze(made(PATHWAYS)).total.cost
    path.write_bytes(b"\xef\xbb\xbf" + PATHWAYS.encode())  # a byte order mark
    assert fc.load(str(path)).modules == made(PATHWAYS).modules
    path.write_bytes(PATHWAYS.replace("\n", "\r\n").encode())
    assert fc.load(str(path)).modules == made(PATHWAYS).modules


def test_an_at_sign_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "nets@home"
    folder.mkdir()
    (folder / "my.toml").write_text(PATHWAYS, encoding="utf-8")
    assert fc.load(f"{folder}/my.toml@bare").name == "my@bare"


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FlopcountError, match=r"cannot read .*missing.toml.*: No such file"):
        fc.load(str(tmp_path / "missing.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(FlopcountError, match=r"folder.toml' is a folder, not a table"):
        fc.load(str(tmp_path / "folder.toml"))
    with pytest.raises(FlopcountError, match="is not a regular file"):
        fc.load("/dev/zero")
    with pytest.raises(FlopcountError, match=r"cannot read '.*\\x00"):
        fc.load("a\0b.toml")
    with pytest.raises(FlopcountError, match=r"cannot read '.*: File name too long"):
        fc.load("a" * 5_000 + ".toml")


def test_a_file_that_is_not_utf8(file: Refused) -> None:
    assert "is not UTF-8 (byte 10)" in file(b'title = "a\xff"')
    assert "is not UTF-8" in file("title = 'a'".encode("utf-16"))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("title = ", 1, 9),
        ("a = 1\nb = = 2", 2, 5),
        ('a = "x\nb = 2', 1, 7),
        ("a = 1\na = 2", 2, 6),
        ("[rows]\n[rows]", 2, 6),
        ("a = 01", 1, 6),
    ],
)
def test_a_file_that_is_not_toml(text: str, line: int, column: int, file: Refused) -> None:
    message = file(text)
    assert "is not TOML: " in message
    assert f"line {line}, column {column}" in message or "end of document" in message


def test_a_number_of_more_digits_than_python_reads(file: Refused) -> None:
    assert f"line 1 is over {MAX_LINE} bytes" in file("classes = " + "9" * 5_000)


def test_a_file_that_is_too_large(file: Refused) -> None:
    assert f"is over {MAX_FILE} bytes, the limit for a table" in file("#\n" * (MAX_FILE // 2 + 1))
    assert f"line 2 is over {MAX_LINE} bytes, the limit" in file("#\n#" + "a" * MAX_LINE)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 1_900,
        "a = " + "{a = " * 300,
        "a = [\n" + "[\n" * 100_000,
    ],
)
def test_a_file_that_is_nested_too_deeply(text: str, file: Refused) -> None:
    message = file(text)
    assert "is nested too deeply" in message or "is not TOML" in message


DEEP = ".".join(["a"] * 900)


@pytest.mark.parametrize(
    "text",
    [
        f'input = "8x8x3"\nrows.x = "relu"\ntitle.{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = "relu"\n[title.{DEEP}]\n{DEEP} = 3',
        f'input = "8x8x3"\n[rows.x.{DEEP}]\n{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = ["relu", {{{DEEP} = 3}}]',
        f'input = "8x8x3"\nrows.x = "relu"\ndefaults.conv.{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = "relu"\nassumed."x/1".{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = "relu"\nblock.b.columns.{DEEP} = 3',
        f"classes.{DEEP} = 3\n" + 'input = "8x8x3"\nrows.x = "relu"',
    ],
)
def test_names_with_very_many_dots(text: str, file: Refused) -> None:
    file(text)


def test_a_variant_with_very_many_dots(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    deep = f"{DEEP}.{DEEP}"[:1_900].rstrip(".")
    path.write_text(
        f'input = "8x8x3"\nrows.x = "relu"\n[paper.{deep}]\nb = 1\n[variant.v.paper.{deep}]\nb = 2',
        encoding="utf-8",
    )
    try:
        assert fc.load(f"{path}@v").modules == ("x",)
    except FlopcountError as error:
        assert "nested" in str(error)  # noqa: PT017  either is an answer


def test_a_file_whose_spec_is_mostly_space(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    blank = "\n".join([" " * 1_900] * 50)
    path.write_text(f'input = "8x8x3"\nrows.x = """relu{blank}"""', encoding="utf-8")
    assert fc.load(str(path)).modules == ("x",)
