"""What of the site stands outside docs/: the README is its first page, with what it links to."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

# Each page's place in the checkout, and in the site.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "license.md",
}
COPIED = ("notebooks/*.ipynb",)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, their links led to the site's places, and what is copied as it is."""
    root = Path(config.config_file_path).parent
    for source, place in PAGES.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=moved(text)))
    for pattern in COPIED:
        for path in sorted(root.glob(pattern)):
            place = path.relative_to(root).as_posix()
            files.append(File.generated(config, place, abs_src_path=str(path)))
    return files


def moved(text: str) -> str:
    """Lead the links of a page at the top of the checkout to where their targets are in the site.

    A browser shows a notebook as raw JSON, so that its link is one that downloads.

    >>> moved("[a](docs/tables.md#rows) [b](CHANGELOG.md) [c](LICENSE)")
    '[a](tables.md#rows) [b](changelog.md) [c](license.md)'
    >>> moved("[a](notebooks/a.ipynb)")
    '[a (download)](notebooks/a.ipynb){: download="" }'
    """
    text = re.sub(r"\]\((notebooks/[^)]+)\)", r' (download)](\1){: download="" }', text)
    text = re.sub(r"\]\(docs/", "](", text)
    for source, place in PAGES.items():
        text = re.sub(rf"\]\({re.escape(source)}(?=[)#])", f"]({place}", text)
    return text
