"""How large a page may be, and what is said where one cannot be written."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import html5lib
import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.notation.references import draft
from flopcount.page import file
from tests.shipped import INCEPTION


@pytest.mark.slow
@pytest.mark.parametrize("name", INCEPTION)
def test_every_shipped_network_fits_in_three_megabytes(name: str) -> None:
    report = fc.analyze(fc.load(name, aux=name != "cifar10-inception"))
    text = report.to_page(draft(name, aux=name != "cifar10-inception"))
    assert len(text.encode()) <= 3_000_000
    assert html5lib.HTMLParser(strict=True).parse(text)


def test_without_the_library_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def found(name: str) -> Any:
        return None if name == "vl_convert" else find_spec(name)

    monkeypatch.setattr("flopcount.page.file.find_spec", found)
    assert main(["googlenet", "-o", str(tmp_path / "page.html")]) == 2
    said = capsys.readouterr().err
    assert said == "flopcount: HTML needs vl-convert-python: pip install 'flopcount[html]'\n"
    assert list(tmp_path.iterdir()) == []


def test_too_large_a_report_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    where = str(tmp_path / "page.html")
    assert main(["8x8x3 > 2001 * conv 3x3 4", "-o", where]) == 2
    assert capsys.readouterr().err == (
        "flopcount: a page shows at most 2,000 layers, this network has 2,001; "
        "choose modules with --module\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_page_past_its_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST_BYTES", 1_000)
    with pytest.raises(fc.FlopcountError, match=r"would take [0-9,]+ bytes, the limit is 1,000"):
        fc.analyze(fc.load("googlenet")["3a"]).to_page()
