"""Tables: what is said of each mistake in one."""

from typing import Any

import pytest

from tests.notation.pathways import PATHWAYS, in_rows, refused


@pytest.mark.parametrize(
    ("row", "phrase"),
    [
        # the design's own example, with its place and its columns
        (
            'x = ["inception", 1, 2]',
            "rows.x: block 'inception' has 3 columns (n1 r5 n5), the row gives 2",
        ),
        ('x = ["inception", 1, 2, 3, 4]', "has 3 columns (n1 r5 n5), the row gives 4"),
        ('x = "inception"', "has 3 columns (n1 r5 n5), the row gives 0"),
        ('x = ["relu", 4]', "rows.x: a spec without a block has 0 columns, the row gives 1"),
        # widths of every wrong kind
        ('x = ["inception", 1, 0, 3]', "rows.x: r5 is 0, not a whole number from 1 to 2**31"),
        ('x = ["inception", 1, -2, 3]', "rows.x: r5 is -2, not a whole number"),
        ('x = ["inception", 1, 2.0, 3]', "rows.x: r5 is 2.0, not a whole number"),
        ('x = ["inception", 1, 1e3, 3]', "rows.x: r5 is 1000.0, not a whole number"),
        ('x = ["inception", 1, nan, 3]', "rows.x: r5 is nan, not a whole number"),
        ('x = ["inception", 1, inf, 3]', "rows.x: r5 is inf, not a whole number"),
        ('x = ["inception", 1, true, 3]', "rows.x: r5 is True, not a whole number"),
        ('x = ["inception", 1, "2", 3]', "rows.x: r5 is '2', not a whole number"),
        ('x = ["inception", 1, [2], 3]', "rows.x: r5 is [2], not a whole number"),
        ('x = ["inception", 1, {a = 2}, 3]', "rows.x: r5 is {'a': 2}, not a whole number"),
        ('x = ["inception", 1, 2147483649, 3]', "rows.x: r5 is 2147483649, not a whole number"),
        ('x = ["inception", 1, 1979-05-27, 3]', "rows.x: r5 is datetime.date(1979, 5, 27), not"),
        ('x = ["inception", 1, ' + "9" * 1000 + ", 3]", "rows.x: r5 is 999"),
        # rows of every wrong kind
        ("x = []", "rows.x: an empty list, expected a block and its widths"),
        ("x = 5", "rows.x: read 5, expected a string"),
        ("x = 1.5", "rows.x: read 1.5, expected a string"),
        ("x = true", "rows.x: read True, expected a string"),
        ("x = 1979-05-27", "rows.x: read datetime.date(1979, 5, 27), expected a string"),
        ("x = {}", "rows.x: read "),
        ("x = [5, 1]", "rows.x: read 5, expected a string"),
        ('x = [["inception"], 1]', "rows.x: read ['inception'], expected a string"),
        ('x = ""', "rows.x: in '': column 1: expected a layer"),
        # names
        ('"a b" = "relu"', "rows: name 'a b' is not a name (letters, digits, '_', '-', '.'"),
        ('"" = "relu"', "rows: name '' is not a name"),
        ('"a/b" = "relu"', "rows: name 'a/b' is not a name"),
        ('"a@b" = "relu"', "rows: name 'a@b' is not a name"),
        ('"a\\nb" = "relu"', r"rows: name 'a\nb' is not a name"),
        (f'{"a" * 61} = "relu"', "at most 60 of them"),
        ('input = "relu"', "rows: no row may be named 'input' or 'total'"),
        ('total = "relu"', "rows: no row may be named 'input' or 'total'"),
        # specs
        ('x = "conv 3x3 4 vaild"', "rows.x: in 'conv 3x3 4 vaild': column 12: unknown word"),
        ('x = "conv 3x3 clases"', "rows.x: 'conv 3x3 clases': width 'clases' is a free name"),
        ('x = "conv 3x3 clases"', "did you mean 'classes'?"),
        ('x = ["incepton", 1, 2, 3]', "rows.x: unknown block or layer 'incepton'"),
        ('x = ["incepton", 1, 2, 3]', "did you mean 'inception'?"),
        ('x = "cnov"', "did you mean 'conv'?"),
        ('x = "from input"', "what comes out is the input itself; there is no layer"),
        ("", "rows: the network has no rows"),
        # shapes
        ('x = "conv 99x99 4 valid"', "x/1: the 99×99 kernel does not fit a height of 28"),
        ('x = "[relu | maxpool 2x2/2]"', "branches that do not fit a concat"),
        ('x = "(relu + conv 1x1 4)"', "branches that do not fit an add"),
        ('x = "conv 1x1 8 groups=5"', "x/1: groups=5 does not divide 192 input and 8 output"),
        ('x = "depthwise 1x1 multiplier=2147483648"', "puts out a size of 412316860416"),
    ],
)
def test_a_mistake_in_a_row(row: str, phrase: str) -> None:
    assert phrase in refused(in_rows(row))


def test_two_blocks_of_different_columns_in_one_row() -> None:
    text = in_rows("").replace("[rows]", '[block.o]\ncolumns = ["m"]\nz = "conv 1x1 {m}"\n[rows]')
    found = refused(text + 'x = ["inception > o", 1, 2, 3]')
    assert found == "rows.x: the blocks of one row have different columns"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "the key 'input' is missing"),
        ('input = "8x8x3"', "the key 'rows' is missing"),
        ('input = "8x8x3"\nrows = 3', "rows: read 3, expected a section of names and values"),
        ('input = "8x8x3"\nrows = []', "rows: read [], expected a section"),
        ('input = "8x8x3"\nrows = {}', "rows: the network has no rows"),
        ('inptu = "8x8x3"', "unknown key 'inptu'"),
        ('inptu = "8x8x3"', "did you mean 'input'?"),
        ('Rows = {a = "relu"}', "did you mean 'rows'?"),
    ],
)
def test_a_mistake_at_the_top(text: str, phrase: str) -> None:
    assert phrase in refused(text)


@pytest.mark.parametrize(
    ("value", "phrase"),
    [
        ("3", "input is 3, not a string such as '224x224x3'"),
        ("[8, 8, 3]", "input is [8, 8, 3], not a string"),
        ("true", "input is True, not a string"),
        ('"8x"', "is not of the form 28x28x192 (the axes of a grid, one to 3 of them, then the"),
        ('"8 "', "is not of the form 28x28x192"),
        ('"0"', "length is '0', not a whole number from 1 to 2**31"),
        ('"T"', "is not of the form 28x28x192"),
        ('""', "is not of the form 28x28x192"),
        ('"8x8x8x3x1"', "is not of the form 28x28x192"),
        ('"8x8x3 chw"', "channels is '3 chw', not a whole number"),
        ('"3x8x8"', "looks like channels first: expected height x width x channels, 8x8x3 (or"),
        ('"0x8x3"', "height is '0', not a whole number from 1 to 2**31"),
        ('"8x-8x3"', "width is '-8', not a whole number"),
        ('"8x8x2.5"', "channels is '2.5', not a whole number"),
        ('"8x8xC"', "'C' is a free name, not a number"),
        ('"2147483649x8x3"', "height is '2147483649', not a whole number"),
    ],
)
def test_a_mistake_in_the_input(value: str, phrase: str) -> None:
    found = refused(f'input = {value}\nrows = {{a = "relu"}}')
    assert phrase in found
    assert "input" in found


@pytest.mark.parametrize("value", ["0", "-1", "1.0", "true", '"10"', "[]", "2147483649", "{}"])
def test_a_mistake_in_classes(value: str) -> None:
    found = refused(f'input = "8x8x3"\nclasses = {value}\nrows = {{a = "relu"}}')
    assert found.startswith("classes is ")
    assert "not a whole number from 1 to 2**31" in found


@pytest.mark.parametrize(
    ("value", "phrase"),
    [
        ("3", "read 3, expected a string"),
        ("true", "read True, expected a string"),
        ("[]", "read [], expected a string"),
        ('"a\\nb"', "is not one printable line of at most 500 characters"),
        ('"a\\u001b[2Jb"', "is not one printable line"),
        (f'"{"a" * 501}"', "is not one printable line of at most 500 characters"),
    ],
)
@pytest.mark.parametrize("key", ["title", "source"])
def test_a_mistake_in_title_or_source(key: str, value: str, phrase: str) -> None:
    found = refused(f'input = "8x8x3"\n{key} = {value}\nrows = {{a = "relu"}}')
    assert found.startswith(f"{key}: ")
    assert phrase in found


@pytest.mark.parametrize(
    ("head", "phrase"),
    [
        ("defaults = 3", "defaults: read 3, expected a section"),
        ('defaults = {cnov = "same"}', "defaults: unknown layer 'cnov'"),
        ('defaults = {cnov = "same"}', "did you mean 'conv'?"),
        ("defaults = {conv = 3}", "defaults.conv: read 3, expected a string"),
        ('defaults = {conv = "smae"}', "defaults.conv: unknown word 'smae'; did you mean 'same'?"),
        ('defaults = {conv = "same valid"}', "defaults.conv: 'valid' is a second word"),
        ('defaults = {dense = "same"}', "defaults.dense: dense does not take 'same'"),
        ("block = 3", "block: read 3, expected a section"),
        ("block = {a = 3}", "block.a: read 3, expected a section"),
        ("block = {a = {}}", "block.a: a block needs a branch, or 'as'"),
        ('block = {conv = {x = "relu"}}', "block: name 'conv' is a word of the notation"),
        ('block = {"a b" = {x = "relu"}}', "block: name 'a b' is not a name"),
        ('block = {a = {"x y" = "relu"}}', "block.a: name 'x y' is not a name"),
        ("block = {a = {x = 3}}", 'block.a."x": read 3, expected a string'),
        ('block = {a = {x = "rleu 4"}}', 'block.a."x": in '),
        ("block = {a = {as = 3}}", "block.a.as: read 3, expected a string"),
        ('block = {a = {as = "relu >"}}', "block.a.as: in 'relu >': column 7: expected a layer"),
        ('block = {a = {columns = 3, x = "relu"}}', "block.a.columns: read 3, expected a list"),
        (
            'block = {a = {columns = ["n", "a.b"], x = "relu"}}',
            "block.a.columns: column 'a.b' has a dot, which stands between a row and its column",
        ),
        ('block = {a = {columns = [3], x = "relu"}}', "block.a.columns: read [3], expected a list"),
        ('block = {a = {columns = ["in"], x = "relu"}}', "'in' is a word of the notation"),
        ('block = {a = {columns = ["n", "n"], x = "relu"}}', "block.a.columns: a column is named"),
        ("aux = 3", "aux: read 3, expected a section"),
        ("aux = {h = 3}", "aux.h: read 3, expected a section"),
        ('aux = {h = "relu"}', "aux.h: an auxiliary head starts with 'from' and a row"),
        ('aux = {h = "from b > relu"}', "aux.h: unknown row 'b'"),
        ('aux = {a = "from a > relu"}', "aux.a: a row has this name"),
        ("aux = {h = {weight = 1}}", "aux.h: the key 'spec' is missing"),
        ('aux = {h = {spec = "from a > relu", wieght = 1}}', "did you mean 'weight'?"),
        ('aux = {h = {spec = "from a > relu", weight = 0}}', "aux.h.weight: read 0, expected a"),
        (
            'aux = {h = {spec = "from a > relu", weight = true}}',
            "aux.h.weight: read True, expected",
        ),
        ('aux = {h = {spec = "from a > relu", weight = nan}}', "aux.h.weight: read nan, expected"),
        ('aux = {h = {spec = "from a > relu", weight = inf}}', "aux.h.weight: read inf, expected"),
        ("assumed = 3", "assumed: read 3, expected a section"),
        ('assumed = {"a/1" = 3}', "assumed.a/1: read 3, expected a string"),
        ('assumed = {"a/2" = "no reason"}', "assumed: unknown layer 'a/2'"),
        ('assumed = {"x\\ny" = 3}', "assumed"),
        ('assumed = {"x\\ny" = "no reason"}', r"assumed: unknown layer 'x\ny'"),
    ],
)
def test_a_mistake_in_another_section(head: str, phrase: str) -> None:
    assert phrase in refused(f'input = "8x8x3"\n{head}\n[rows]\na = "relu"')


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({"set": {"3a.r6": 3}}, "set 3a.r6: unknown column 'r6' (known: n1, r5, n5)"),
        ({"set": {"4a.r5": 3}}, "set 4a.r5: unknown row '4a'"),
        ({"set": {"r5": 3}}, "set r5: expected a row, a dot and a column, as in 3a.r5=24"),
        ({"set": {"conv1.r5": 3}}, "set conv1.r5: row 'conv1' has no columns"),
        ({"set": {"3a.r5": 0}}, "r5 is 0, not a whole number from 1 to 2**31"),
        ({"set": {"3a.r5": "0"}}, "r5 is '0', not a whole number from 1 to 2**31"),
        ({"set": {"3a.r5": 2.0}}, "r5 is 2.0, not a whole number"),
        ({"set": {"3a.r5": True}}, "r5 is True, not a whole number"),
        ({"set": {"3a.r5": "2**31"}}, "r5 is '2**31', not a whole number"),
    ],
)
def test_a_mistake_in_the_options(options: dict[str, Any], phrase: str) -> None:
    found = refused(PATHWAYS, **options)
    assert phrase in found
    assert found.startswith("set ")


def test_classes_where_a_table_has_none() -> None:
    found = refused('input = "8x8x3"\nrows = {a = "relu"}', classes=4)
    assert found == "the table has no 'classes' to change"
