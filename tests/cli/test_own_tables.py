"""Tables of one's own, found by name in a user's folders; nothing in these breaks anything else."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.errors import quote_path
from flopcount.notation.folders import _of_user, folders

from .lines import Cli

TABLE = """\
title = "{}"
input = "32x32x3"
[rows]
stem = "conv 3x3 {}"
[variant.wide]
rows.stem = "conv 3x3 64"
"""
Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Write a table into a folder: of the two in the variable, or the user's own."""
    first, second = tmp_path / "first", tmp_path / "second"
    own = tmp_path / "config" / "flopcount" / "tables"
    for folder in (first, second, own):
        folder.mkdir(parents=True)
    monkeypatch.setenv("FLOPCOUNT_TABLES", os.pathsep.join(map(str, (first, second))))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    places = {"first": first, "second": second, "own": own}

    def write(place: str, name: str, text: str = "", width: int = 8) -> Path:
        path = places[place] / name
        path.write_text(text or TABLE.format(f"In {place}", width), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("place", ["first", "second", "own"])
def test_a_table_is_found_by_its_name(place: str, put: Put, cli: Cli) -> None:
    put(place, "my-net.toml")
    for typed in ("my-net", "My_Net", "my net", "mynet"):
        assert cli(typed).startswith(f"In {place}: my-net, 32×32×3 → 32×32×8\n")
    assert cli("my-net@wide").startswith(f"In {place}: my-net@wide, 32×32×3 → 32×32×64\n")
    assert fc.load("my-net", input="64x64").name == "my-net"
    assert fc.compare(["my-net", "googlenet"]).total is not None
    assert cli("formula", "my-net").startswith("my-net, multiplies = 216·H·W")


@pytest.mark.slow
def test_the_first_folder_that_has_the_name_counts(put: Put, cli: Cli) -> None:
    last, middle = put("own", "mine.toml"), put("second", "mine.toml")
    assert cli("mine").startswith("In second: ")
    top = put("first", "mine.toml")
    assert cli("mine").startswith("In first: ")
    listed = cli("list")
    for hidden in (middle, last):
        assert f"not listed: {hidden}: {top} has the name mine and comes first" in listed


def test_the_name_itself_comes_before_one_spelt_otherwise(put: Put, cli: Cli) -> None:
    put("first", "my_net.toml", width=4)
    put("own", "my-net.toml", width=2)
    assert cli("my-net").startswith("In own: my-net,")
    assert cli("my net").startswith("In first: my_net,")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["googlenet", "GoogLeNet", "inception-v1", "Inception_V3"])
def test_a_shipped_name_stays_that_of_the_shipped_network(name: str, put: Put, cli: Cli) -> None:
    path = put("first", f"{name}.toml")
    shipped = fc.load(name).name
    assert cli(name) == cli(shipped)
    assert f"not listed: {path}: the name {name} is that of {shipped}, which is" in cli("list")
    assert cli(str(path)).startswith(f"In first: {name}, ")


@pytest.mark.slow
def test_the_list_shows_them_and_where_they_are(put: Put, cli: Cli) -> None:
    before = cli("list")
    path = put("own", "mine.toml")
    listed = cli("list")
    assert listed.startswith(before)
    assert "\nTables of your own\n" in listed
    lines = [line for line in listed.splitlines() if line.startswith("mine")]
    assert [line.split()[0] for line in lines] == ["mine", "mine@wide"]
    assert all(line.endswith(str(path)) for line in lines)
    (mine, wide) = json.loads(cli("list", "--format", "json"))["more"][0]
    assert (mine["name"], mine["multiplies"], mine["file"]) == ("mine", 32**2 * 27 * 8, str(path))
    assert wide["multiplies"] == 32**2 * 27 * 64
    assert "mine" not in fc.names()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("junk", "is not TOML"),
        ('input = "8x8x3"\n[rows]\na = "conv 99x99 8 valid"\n', "the 99×99 kernel does not fit"),
        ("x" * (2**20 + 1), "the limit"),
    ],
    ids=["no TOML", "a misfit", "too large"],
)
def test_a_broken_table_breaks_nothing_else(
    text: str, phrase: str, put: Put, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = cli("googlenet")
    broken = put("first", "broken.toml", text)
    put("first", "fine.toml")
    assert cli("googlenet") == plain
    assert cli("fine").startswith("In first: fine,")
    listed = cli("list")
    (said,) = [line for line in listed.splitlines() if line.startswith("not listed: ")]
    assert str(broken) in said
    assert phrase in said
    assert listed.count("\nfine") == 2
    assert main(["broken"]) == 2
    assert phrase in capsys.readouterr().err


def test_of_a_table_with_a_broken_variant_the_rest_is_listed(put: Put, cli: Cli) -> None:
    path = put("first", "mine.toml", TABLE.format("Mine", 8) + 'rows.more = "conv"\n')
    listed = cli("list")
    assert listed.count("\nmine") == 1
    assert f"not listed: mine@wide: {path}: rows.more: in 'conv'" in listed


def test_what_lies_in_a_folder_and_is_no_table(put: Put, cli: Cli) -> None:
    folder = put("first", "mine.toml").parent
    plain = cli("list")
    (folder / "folder.toml").mkdir()
    os.mkfifo(folder / "pipe.toml")
    (folder / "link.toml").symlink_to("nowhere")
    for name in (".hidden.toml", "notes.txt", "toml", "a@b.toml", "a > b.toml", "[x].toml"):
        (folder / name).write_text(TABLE, encoding="utf-8")
    assert cli("list") == plain


def test_folders_that_are_not_there_or_no_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    plain, listed = cli("googlenet"), cli("list")
    (tmp_path / "file").touch()
    named = ["", "/nowhere", str(tmp_path / "file"), "~nobody-of-this-name/x", "x" * 5000, "a\nb"]
    monkeypatch.setenv("FLOPCOUNT_TABLES", os.pathsep.join(named))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    assert cli("googlenet") == plain
    assert cli("list") == listed + "".join(
        f"FLOPCOUNT_TABLES names {quote_path(name)}, which is no folder\n" for name in named if name
    )
    assert main(["nosuchnetwork"]) == 2


def test_a_name_that_is_nearly_right(put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    put("own", "lists.toml")
    put("own", "resnet-mini.toml")
    assert main(["resnet-min"]) == 2
    assert "did you mean 'resnet-mini'?" in capsys.readouterr().err
    assert main(["lists"]) == 0  # though a verb is near


def test_a_shipped_name_is_found_without_a_look_at_the_folders(
    put: Put, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    put("first", "mine.toml")
    looked = []
    monkeypatch.setattr("flopcount.notation.library.own_tables", lambda: looked.append(1) or [])
    monkeypatch.setattr("flopcount.notation.library.own_table", lambda _: looked.append(1))
    cli("googlenet")
    cli("compare", "inception-v3", "GoogLeNet")
    cli("8x8x3 > conv 3x3 8")
    assert looked == []


HOME = Path.home()


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {}, HOME / ".config"),
        ("linux", {"XDG_CONFIG_HOME": ""}, HOME / ".config"),
        ("linux", {"XDG_CONFIG_HOME": "relative"}, HOME / ".config"),
        ("linux", {"XDG_CONFIG_HOME": "/elsewhere"}, Path("/elsewhere")),
        ("darwin", {}, HOME / "Library" / "Application Support"),
        ("darwin", {"XDG_CONFIG_HOME": "/elsewhere"}, Path("/elsewhere")),
        ("win32", {}, HOME / "AppData" / "Roaming"),
        ("win32", {"APPDATA": "/roaming"}, Path("/roaming")),
    ],
)
def test_where_a_platform_keeps_a_users_settings(
    platform: str, environment: dict[str, str], folder: Path
) -> None:
    assert _of_user(environment, platform) == folder


def test_the_variables_folders_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/config")
    monkeypatch.delenv("FLOPCOUNT_TABLES", raising=False)
    assert folders() == [Path("/config/flopcount/tables")]
    monkeypatch.setenv("FLOPCOUNT_TABLES", os.pathsep.join(["/b", "", "~/a", "/b"]))
    assert folders() == [Path("/b"), HOME / "a", Path("/config/flopcount/tables")]


def test_a_table_that_lies_here_is_named_in_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(TABLE.format("Mine", 8), encoding="utf-8")
    for typed in ("mine", "mine@wide"):
        assert main([typed]) == 2
        told = "flopcount: unknown network 'mine'; the table here is mine.toml (flopcount list"
        assert capsys.readouterr().err.startswith(told)
    assert main(["mine.toml"]) == 0
