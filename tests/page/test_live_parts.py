"""The what-ifs of widths that are a part of a column, a multiple of what came in, or no width."""

from pathlib import Path

import pytest

import flopcount as fc
from tests.page.running import command, counted, shown, what_ifs

TABLE = '''
input = "12x12x24"
classes = 10
[block.b]
columns = ["t", "c", "n", "s"]
main = """conv 1x1 {t}*in > depthwise 3x3/{s} > conv 1x1 {c}/4 > conv 1x1 3*{c}/2
          > conv 1x1 in/3 > conv 1x1 {c}"""
[rows]
a = ["b > {n}-1 * b", 6, 24, 2, 1]
b = ["b", 2, 12, 1, 2]
z = "avgpool global > dense 2*classes > dense classes"
'''


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "t.toml"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_each_column_of_widths_is_one_control(table: str) -> None:
    found = {control.name: control for control in what_ifs(table).controls}
    widths = [name for name, control in found.items() if control.kind == "width"]
    assert widths == ["a.t", "a.c", "b.t", "b.c"]  # and no stride or number of repeats
    assert [found[name].start for name in ("classes", *widths)] == [10, 6, 24, 2, 12]
    layers = [f"a.{module}/main/{layer}" for module in (1, 2) for layer in (3, 4, 6)]
    assert list(found["a.c"].layers) == layers
    assert found["a.t"].layers == ("a.1/main/1", "a.2/main/1")


@pytest.mark.parametrize(
    "values",
    [{}, {"a.c": 12}, {"a.t": 3, "b.c": 24}, {"a.t": 1, "a.c": 36, "b.t": 4, "H": 9}],
)
def test_they_are_priced_as_the_command_does(table: str, values: dict[str, int]) -> None:
    page = what_ifs(table)
    widths = {name: value for name, value in values.items() if name != "H"}
    options = {"input": f"{values.get('H', 12)}x12", "set": widths}
    assert shown(page, values) == counted(table, **options)
    words = command(page, values).split()
    assert [word for word in words if "=" in word] == [f"{n}={v}" for n, v in widths.items()]


@pytest.mark.parametrize(
    ("values", "path"),
    [({"a.c": 18}, "a.1/main/3"), ({"b.c": 6}, "b/main/3"), ({"a.c": 16}, "a.2/main/5")],
)
def test_what_does_not_divide_names_a_layer(table: str, values: dict[str, int], path: str) -> None:
    with pytest.raises(fc.FlopcountError, match=f"{path} does not fit these sizes"):
        shown(what_ifs(table), values)
    with pytest.raises(fc.FlopcountError, match="does not divide"):
        fc.analyze(fc.load(table, set=values))


def test_a_multiplier_and_what_is_set(table: str) -> None:
    page = what_ifs(f"{table}@set=a.c:12@set=a.n:1")
    assert {one.name: one.start for one in page.controls}["a.c"] == 12
    assert shown(page, {"width": 200}) == counted(f"{table}@set=a.c:12@set=a.n:1@width=2")
