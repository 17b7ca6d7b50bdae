"""The README tells the story in a minute; the pages that it leads to keep their promises."""

import re
import tomllib

from tests.docs.blocks import PAGES, ROOT, Shown, commands, fences, parts

README = PAGES[0]
DOCS = ROOT / "docs"
INSTALL = ("pip install . && flopcount googlenet --module 3a", "pip install -e '.[test]' && pytest")
MOST_LINES = 172
SCREEN = 40  # lines
STORY = (
    "**Inception module**",
    "**1×1 convolution**",
    "120,422,400",
    "12,443,648",
    "9.68×",
    "](https://",
)
LINES_OF_STORY = range(8, 14)


def text_of_readme() -> str:
    return README.read_text(encoding="utf-8")


def test_it_is_short_and_begins_with_the_drawing() -> None:
    text = text_of_readme()
    assert text.count("\n") <= MOST_LINES
    before, _, _ = text.partition("\n\nIn a virtual environment")
    title, claim, drawing, story = before.split("\n\n", 3)
    assert title == "# flopcount"
    assert "\n" not in claim
    assert re.fullmatch(r"!\[[^]]+\]\(docs/images/googlenet-3a-drawing\.png\)", drawing)
    assert len(list(filter(None, story.splitlines()))) in LINES_OF_STORY
    plain = " ".join(story.split())
    for words in STORY:
        assert words in plain, words


def test_the_first_screen_has_the_picture_the_story_the_commands_and_the_output() -> None:
    text = text_of_readme()
    marks = ["](docs/images/", "A convolution", "python3 -m venv", *INSTALL, "$ flopcount", "\n## "]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert text[: text.index("$ flopcount")].count("\n") < SCREEN


def test_it_has_the_two_commands_once_each() -> None:
    lines = text_of_readme().splitlines()
    for command in INSTALL:
        found = [line for line in lines if line.startswith(command)]
        assert len(found) == 1, command
        assert re.fullmatch(r"\s*(#.*)?", found[0].removeprefix(command))


def test_the_main_job_is_shown_first() -> None:
    first = next(part for part in parts(README) if isinstance(part, Shown))
    assert first.command == "flopcount googlenet --module 3a"
    assert "9.68×" in "\n".join(first.output)


def test_it_leads_to_every_page() -> None:
    text = text_of_readme()
    pages = [f"docs/{path.name}" for path in DOCS.glob("*.md")]
    notebooks = [f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")]
    others = ["CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE"]
    for target in [*pages, *notebooks, *others]:
        assert f"]({target})" in text, target


def test_the_page_on_installing_has_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (DOCS / "install.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    named = [name for cell in names for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(named) == sorted(project["optional-dependencies"])
    for command in INSTALL:
        assert command.partition(" && ")[0] in text
    assert "python3 -m venv" in text


def test_the_tour_has_ten_tasks_each_with_a_command_and_its_output() -> None:
    _, *tasks = (DOCS / "tour.md").read_text(encoding="utf-8").split("\n## ")
    assert [task.partition(".")[0] for task in tasks] == [str(place) for place in range(1, 11)]
    for task in tasks:
        shown = [
            one
            for line, language, block in fences(task)
            if language == "console"
            for one in commands(line, block)
        ]
        assert shown, task
        assert all(one.command.startswith("flopcount ") and one.output for one in shown), task


def test_the_tutorial_goes_from_installing_to_a_picture() -> None:
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    _, *steps = re.findall(r"^## (\d+)\. ", text, re.MULTILINE)
    assert steps == [str(place) for place in range(2, len(steps) + 2)]
    marks = ["pip install .\n", "[block.", "--set ", "$ flopcount plot mine.toml", "](images/"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
