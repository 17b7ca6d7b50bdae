"""The command line: each place that output can go, and files that are replaced whole."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.lines import Cli

ENDINGS = {"csv": "csv", "md": "markdown", "json": "json", "tex": "latex"}


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "form"), ENDINGS.items())
def test_a_file_holds_what_the_format_prints(
    cli: Cli, tmp_path: Path, ending: str, form: str
) -> None:
    for argv in (
        ["googlenet", "--module", "3a"],
        ["googlenet", "--explain"],
        ["paper", "googlenet"],
        ["list"],
    ):
        target = tmp_path / f"out.{ending}"
        assert cli(*argv, "-o", str(target)) == ""
        assert target.read_bytes() == cli(*argv, "--format", form).encode()


@pytest.mark.slow
def test_files_of_each_ending_at_once_and_standard_output_too(cli: Cli, tmp_path: Path) -> None:
    names = [*ENDINGS, "png", "svg", "pdf"]
    files = [word for name in names for word in ("-o", str(tmp_path / f"out.{name}"))]
    shown = cli("googlenet", "--module", "3a", *files, "--format", "table")
    assert shown == cli("googlenet", "--module", "3a")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"out.{n}" for n in names)
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF-"}
    for name, start in starts.items():
        assert (tmp_path / f"out.{name}").read_bytes().startswith(start)


def test_an_ending_may_be_in_capitals(cli: Cli, tmp_path: Path) -> None:
    cli("googlenet", "-o", str(tmp_path / "OUT.CSV"))
    assert (tmp_path / "OUT.CSV").read_text().startswith("module,")


def test_a_file_is_replaced_whole_and_keeps_its_rights(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("x" * 100_000)
    target.chmod(0o640)
    cli("googlenet", "-o", str(target))
    assert target.read_text().startswith("module,")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_usual_rights(cli: Cli, tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        cli("googlenet", "-o", str(tmp_path / "out.csv"))
    finally:
        os.umask(mask)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o640


def test_a_link_is_written_through(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("real.csv")
    cli("googlenet", "-o", str(tmp_path / "link.csv"))
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("module,")


def test_a_file_that_is_read_only_is_refused_before_any_work(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flopcount.notation.load", lambda *_, **__: pytest.fail("work was done"))
    Path("x.csv").write_text("what was there")
    Path("x.csv").chmod(0o444)
    Path("link.csv").symlink_to("x.csv")
    for name in ("x.csv", "link.csv"):
        assert refused("googlenet", "-o", name) == f"-o '{name}': the file is read-only"


def test_a_file_that_the_user_may_not_write_is_refused(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("x.csv").write_text("what was there")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write all there is
    assert refused("googlenet", "-o", "x.csv") == "-o 'x.csv': the file is read-only"
