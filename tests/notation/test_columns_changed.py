"""What a column is changed to: by an option, by a variant; and which of them vary."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.references import draft
from flopcount.notation.tables import overlay, parse_table
from tests.notation.pathways import made, refused
from tests.notation.test_columns import BLOCKS, rows

TABLE = rows('a = ["first > {n}-1 * more", 6, 16, 3, 2]\nb = "conv 1x1 4"', BLOCKS)


def test_set_changes_what_is_no_width_too(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(TABLE, encoding="utf-8")
    network = fc.load(str(path), set={"a.s": 1, "a.n": "2"})
    assert network.modules == ("a.1", "a.2", "b")
    assert network.rows[1].output == (12, 12, 48)
    assert network.notes[0] == "changed: a.s = 1, a.n = 2"
    assert fc.load(f"{path}@set=a.s:2x1").rows[1].output == (6, 12, 48)
    for value, message in (("x", "set a.s: s is 'x', not a number or"), (0, "stride is '0'")):
        with pytest.raises(FlopcountError, match=message):
            fc.load(str(path), set={"a.s": value})


@pytest.mark.parametrize(
    ("name", "role"),
    [("a.s", "a stride"), ("a.n", "a number of repeats"), ("b.g", "a number of gr")],
)
def test_only_widths_can_be_open(tmp_path: Path, name: str, role: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(TABLE.replace('"conv 1x1 4"', '["conv 1x1 4 groups={g}", 2]'), encoding="utf-8")
    told = f"{name} is {role}.*: only sizes and widths can be open; --set {name}=N builds the"
    with pytest.raises(FlopcountError, match=told):
        fc.formula(str(path), free=[name])
    with pytest.raises(FlopcountError, match=told):
        fc.fit(str(path), {"multiplies": 10**6}, name)
    with pytest.raises(FlopcountError, match=told):
        fc.formula(str(path), free=[name.partition(".")[2]], module=name[0])
    widths = [one.name for one in draft(str(path)).variables() if not one.role]
    assert widths == ["H", "W", "classes", "a.t", "a.c"]


def test_what_columns_of_sequences_stand_for() -> None:
    a = '["dense {w} > attention {h} kv={k} > experts {n} top={t} [dense in]", 8, 2, 1, 4, 2]'
    (row,) = parse_table(tomllib.loads(f'input = "6x8"\n[rows]\na = {a}')).rows.values()
    assert row.roles == {
        "h": "a number of heads",
        "k": "a number of heads of keys",
        "n": "a number of experts",
        "t": "a number that a token takes",
    }


def changed(variant: str, *names: str) -> dict[str, Any]:
    found = tomllib.loads(f"{TABLE}\n{variant}")
    for name in names:
        found = overlay(found, name)
    return found


def test_a_variant_overrides_a_row_and_leaves_the_others() -> None:
    row = made(changed('[variant.v]\nrows.a = ["first > {n}-1 * more", 6, 16, 2, 2]', "v"))
    assert row.modules == ("a.1", "a.2", "b")
    column = made(changed("[variant.v]\nrows.a.n = 2", "v"))
    assert column.nodes == row.nodes
    both = changed("[variant.v]\nrows.a.n = 2\n[variant.w]\nrows.a = {s = 1, n = 1}", "v", "w")
    assert made(both).modules == ("a", "b")
    assert made(both).rows[1].output == (12, 12, 48)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("rows.a.m = 2", "rows.a: unknown column 'm' (known: t, c, n, s)"),
        ("rows.b.n = 2", "rows.b: unknown column 'n'"),
        ("rows.a.n = {x = 1}", "rows.a: n is {'x': 1}, not a whole number"),
        ('rows.a.c = "3x3"', "rows.a: c is '3x3', not a whole number"),
        ("rows.z.n = 2", "rows.z: read a section, expected a spec or a list"),
    ],
)
def test_a_variant_of_a_column_that_is_none(change: str, message: str) -> None:
    assert message in refused(changed(f"[variant.v]\n{change}", "v"))


@pytest.mark.parametrize(("name", "role"), [("a.h", "a number of heads"), ("e.v", "a vocabulary")])
def test_a_number_of_a_layer_of_tokens_does_not_vary(tmp_path: Path, name: str, role: str) -> None:
    path = tmp_path / "t.toml"
    rows_of = 'e = ["embed {v} 8", 9]\na = ["attention {h}", 2]'
    path.write_text(f'input = "4"\n[rows]\n{rows_of}\n', encoding="utf-8")
    with pytest.raises(FlopcountError, match=f"{name} is {role}: only sizes and widths"):
        fc.formula(str(path), free=[name])
