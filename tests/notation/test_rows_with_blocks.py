"""A row's name stands for all that is in the row: its blocks, and what is beside them."""

import pathlib

import pytest

import flopcount as fc

TABLE = """
input = "8x8x4"
[block.u]
x = "conv 1x1 8"
[rows]
a = "conv 1x1 8 > 2 * u"
b = "2 * u > relu"
"5" = "conv 1x1 8"
"5.2" = "conv 1x1 8"
"""


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        ("a", ("a", "a.1", "a.2")),
        ("b", ("b.1", "b.2", "b")),
        ("a.1", ("a.1",)),
        ("5", ("5",)),
        ("5.2", ("5.2",)),
    ],
)
def test_a_row_is_all_of_its_modules(
    tmp_path: pathlib.Path, name: str, modules: tuple[str, ...]
) -> None:
    path = tmp_path / "rows.toml"
    path.write_text(TABLE, encoding="utf-8")
    network = fc.load(path)
    assert network[name].modules == modules
    rows = fc.analyze(network, by="module")
    each = [line.multiplies for line in rows if line.module in modules]
    assert fc.analyze(network[name]).multiplies == sum(each)
