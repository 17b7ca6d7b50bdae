"""Draw the pictures of docs/ by the commands that stand in its pages: `python docs/generate_gallery.py`.

In a page of `PAGES`, each command that writes `NAME.png` draws docs/images/NAME.png; a `toml` block that
names itself is a file that the commands can read. A kind of picture that the gallery does not show yet
is added at its end, to be put in its place there.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from flopcount.pictures import KINDS

DOCS = Path(__file__).parent
GALLERY = DOCS / "gallery.md"
PAGES = (GALLERY, DOCS / "tutorial.md")
BLOCK = re.compile(r"^```(console|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r" -o ([\w.-]+\.png)(?= |$)")


def kinds(page: str) -> list[str]:
    """The kinds of picture whose commands stand in a page.

    >>> kinds("$ flopcount plot googlenet --kind tree -o tree.png")
    ['tree']
    """
    return re.findall(r"^\$ flopcount plot .*--kind (\w+)", page, re.MULTILINE)


def section(kind: str, title: str) -> str:
    """What the gallery says of a kind that it does not show yet.

    >>> section("tree", "a treemap").splitlines()[4]
    '$ flopcount plot googlenet --module 3a --kind tree -o googlenet-3a-tree.png'
    """
    title = title[:1].upper() + title[1:]
    command = f"$ flopcount plot googlenet --module 3a --kind {kind} -o googlenet-3a-{kind}.png"
    shown = f"![{title}](images/googlenet-3a-{kind}.png)"
    return f"\n## {title}\n\n```console\n{command}\n```\n\n{shown}\n"


def draw(page: str, folder: Path) -> None:
    """Run the commands of a page that draw, in a folder, with the files that the page shows."""
    for language, block in BLOCK.findall(page):
        name = re.match(r"# ([\w.-]+\.toml)\n", block)
        if language == "toml" and name:
            (folder / name[1]).write_text(block, encoding="utf-8")
        for line in re.findall(r"^\$ flopcount (.*)$", block, re.MULTILINE):
            if PICTURE.search(line):
                command = [sys.executable, "-m", "flopcount", *shlex.split(line)]
                subprocess.run(command, cwd=folder, check=True)  # noqa: S603


def main() -> None:
    """Add what the gallery lacks, and draw all pictures anew."""
    page = GALLERY.read_text(encoding="utf-8")
    missing = [section(kind, KINDS[kind]) for kind in KINDS if kind not in kinds(page)]
    GALLERY.write_text(page + "".join(missing), encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        for path in PAGES:
            draw(path.read_text(encoding="utf-8"), Path(place))
        for picture in sorted(Path(place).glob("*.png")):
            (DOCS / "images" / picture.name).write_bytes(picture.read_bytes())


if __name__ == "__main__":
    main()
