"""CITATION.cff is a valid citation file, in step with the package."""

import tomllib
from pathlib import Path

import yaml

from flopcount.version import __version__

ROOT = Path(__file__).parents[2]
# Of the Citation File Format 1.2.0: what a file must have, and what stands here besides.
REQUIRED = {"cff-version", "message", "title", "authors"}
OPTIONAL = {"abstract", "type", "version", "license", "keywords"}


def test_it_says_what_the_package_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    read = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert set(read) == REQUIRED | OPTIONAL
    assert read["cff-version"] == "1.2.0"
    assert read["type"] == "software"
    assert read["title"] == project["name"]
    assert read["version"] == __version__
    assert read["license"] == project["license"]
    assert read["authors"] == project["authors"]
    assert read["keywords"] == project["keywords"]
    assert read["abstract"].startswith(project["name"])
