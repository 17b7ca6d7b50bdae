"""What the README and the docs show is what the program does."""

import doctest
import inspect
import io
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import flopcount as fc
from flopcount.notation import folders
from flopcount.pictures import KINDS
from tests.docs.blocks import (
    FENCE,
    PAGES,
    ROOT,
    Shown,
    commands,
    fences,
    output_of,
    parts,
    same,
    titles,
)

# What is read first, and takes a moment; a page that draws or loads libraries takes seconds.
QUICK = ("README.md", "conventions.md", "notation.md", "tables.md", "tutorial.md")
MARKED = [
    pytest.param(page, id=page.name, marks=[pytest.mark.slow] * (page.name not in QUICK))
    for page in PAGES
]
LINKING = [
    *PAGES,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "tests" / "facts" / "README.md",
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
]


@pytest.mark.parametrize(
    "page",
    # the gallery's pictures are drawn, and compared, in test_gallery.py
    [page for page in MARKED if page.id != "gallery.md"],
)
def test_each_console_block_shows_what_is_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = []
    for part in parts(page):
        if isinstance(part, tuple):
            name, content = part
            Path(name).write_text(content, encoding="utf-8")
        else:
            seen = output_of(part.command)
            if not same(part.output, seen):
                shown, fresh = "\n".join(part.output), "\n".join(seen)
                where = f"{page.name}:{part.line}: $ {part.command}"
                wrong.append(f"{where}\n--- shown\n{shown}\n--- printed\n{fresh}\n")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", MARKED)
def test_python_blocks_run_as_written(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags)
    report = io.StringIO()
    for line, language, block in fences(text):
        if language == "python" and ">>> " in block:
            test = doctest.DocTestParser().get_doctest(block, names, page.name, page.name, line)
            runner.run(test, out=report.write, clear_globs=False)
            names = test.globs
        elif language == "toml" and (name := re.match(r"# ([\w.-]+\.toml)\n", block)):
            Path(name[1]).write_text(block, encoding="utf-8")
        elif line in (titled := titles(text)):
            Path(titled[line]).write_text(block, encoding="utf-8")
    assert runner.summarize(verbose=False).failed == 0, report.getvalue()


def slug(heading: str) -> str:
    """Write a heading's anchor as GitHub does."""
    plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def prose(page: Path) -> str:
    """A page without its code; of a notebook the cells that are prose."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    return FENCE.sub("", text)


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Those to other servers are only read: whether they answer is no matter of a test."""
    for target in re.findall(r"\]\(\s*([^)\s]+)\s*\)", prose(page)):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            assert parts.scheme == "https", f"{page.name}: {target}"
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc), (
                f"{page.name}: {target}"
            )
            continue
        other = (page.parent / parts.path).resolve() if parts.path else page
        assert other.exists(), f"{page.name}: {target}"
        assert other.is_relative_to(ROOT), f"{page.name}: {target}"
        if parts.fragment:
            headings = re.findall(r"^#+ (.*)$", prose(other), re.MULTILINE)
            assert parts.fragment in map(slug, headings), f"{page.name}: {target}"


def test_the_page_on_commands_has_each_variable_that_is_looked_at() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    _, table = text.split("\n## Environment\n")
    named = set(re.findall(r"^\| `(\w+)`", table.partition("\n## ")[0], re.MULTILINE))
    assert named >= {"NO_COLOR", "COLUMNS", "KERAS_BACKEND", "XDG_CONFIG_HOME", folders.VARIABLE}


def test_the_page_on_python_has_each_kind_of_picture_and_how_it_looks() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    section = text.partition("\n## Pictures\n")[2].partition("\n## ")[0]
    listed = re.search(r"\[The kinds\]\(pictures.md\) are (.*)\.", section)
    assert listed is not None
    assert re.findall(r"`(\w+)`", listed[1]) == list(KINDS)
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    options = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    taken = [
        name for name in inspect.signature(fc.plot).parameters if name not in ("networks", "kind")
    ]
    assert sorted(options) == sorted(taken)
    assert set(inspect.signature(fc.Report.plot).parameters) - {"self", "kind"} < set(taken)


# -- the helpers find what they are there to find


@pytest.mark.parametrize(
    ("shown", "seen", "alike"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nc", False),
        ("a", "a\nb", False),
        ("a\n…", "a\nb\nc", True),
        ("…\nc", "a\nb\nc", True),
        ("a\n…\nc", "a\nb\n\nb\nc", True),
        ("…\nx", "a\nb", False),
        ("a … c", "a b c", False),
        ("1.50×", "1x50×", False),
        ("\na\n\n", "a", True),
        ("…", "", True),
        ("", "a", False),
    ],
)
def test_the_comparison_of_outputs(shown: str, seen: str, alike: bool) -> None:  # noqa: FBT001
    assert same(shown.splitlines(), seen.splitlines()) is alike


def test_blocks_and_commands_are_found() -> None:
    page = "```toml\n# a.toml\nx\n```\ntext\n```console\n$ flopcount a \\\n> b\nout\n\n$ ls\n```\n"
    (toml, console) = fences(page)
    assert toml == (1, "toml", "# a.toml\nx\n")
    first, second = commands(console[0], console[2])
    assert first == Shown(7, "flopcount a b", ["out", ""])
    assert second.command == "ls"


def test_errors_are_compared_too() -> None:
    assert output_of("flopcount googlnet")[0].startswith("flopcount: unknown network 'googlnet'")
    assert output_of("flopcount googlenet | head -1; echo done")[1:] == ["done"]
    assert slug("What `--naive` is, in 3 readings") == "what---naive-is-in-3-readings"
