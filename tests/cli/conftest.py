"""What the tests of the command line share: it is run in this process, well or refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flopcount.cli.main import main
from tests.cli.lines import Cli
from tests.cli.refusals import LONGEST, snapshot


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line; what it printed, after it ended well and said nothing else."""

    def run(*argv: str) -> str:
        code = main(list(argv))
        seen = capsys.readouterr()
        assert (code, seen.err) == (0, "")
        return seen.out

    return run


@pytest.fixture
def total(cli: Cli) -> Callable[..., dict[str, Any]]:
    """Run the command line; the total of its JSON."""

    def run(*argv: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(cli(*argv, "--format", "json"))["total"]
        return found

    return run


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
