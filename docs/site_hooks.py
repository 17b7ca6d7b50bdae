"""What of the site stands outside docs/: the README is its first page, with what it links to."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# Each page's place in the checkout, and in the site.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "license.md",
}
# mkdocs-jupyter makes pages of the notebooks, without running them; the rest is copied as it is.
AS_THEY_ARE = ("notebooks/*.ipynb", "CITATION.cff")


@event_priority(100)  # before mkdocs-jupyter, which looks for notebooks among the files
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and files that stand outside docs/."""
    root = Path(config.config_file_path).parent
    for source, place in PAGES.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    for pattern in AS_THEY_ARE:
        for path in sorted(root.glob(pattern)):
            place = path.relative_to(root).as_posix()
            files.append(File(place, str(root), config.site_dir, config.use_directory_urls))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Lead the links of a page to where their targets are in the site."""
    return moved(markdown)


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Let a notebook's page ask no server for a script, and offer the notebook itself."""
    name = Path(page.file.src_uri)
    if name.suffix != ".ipynb":
        return html
    return f'<p><a href="{name.name}" download>Download this notebook</a></p>\n{offline(html)}'


def moved(text: str) -> str:
    """Lead links between the checkout's folders to the one folder that the site is.

    >>> moved("[a](docs/tables.md#rows) [b](CHANGELOG.md) [c](LICENSE)")
    '[a](tables.md#rows) [b](changelog.md) [c](license.md)'
    >>> moved("[a](../notebooks/a.ipynb) [b](../CONTRIBUTING.md#style)")
    '[a](notebooks/a.ipynb) [b](contributing.md#style)'
    """
    text = re.sub(r"\]\((?:docs|\.\.)/", "](", text)
    for source, place in PAGES.items():
        text = re.sub(rf"\]\({re.escape(source)}(?=[)#])", f"]({place}", text)
    return text


def offline(html: str) -> str:
    """Leave out what a notebook's page would load from other servers: MathJax and Mermaid.

    >>> offline('a<script src="https://example.org/MathJax.js"></script>b')
    'ab'
    >>> offline("<script>import mermaid from 'https://example.org/m.js'</script><script>1</script>")
    '<script>1</script>'
    """
    inside = r"(?:(?!</script>).)*"
    return re.sub(rf"<script\b{inside}https://{inside}</script>", "", html, flags=re.DOTALL)
