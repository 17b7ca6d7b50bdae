"""Tables: what a user's file may hold, what it gives, and what is said of a mistake in it."""

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError, Network
from flopcount.core.counts import COUNTS, Counts
from flopcount.core.graph import INPUT, walk
from flopcount.core.ops import OPS
from flopcount.notation.library import MAX_FILE, MAX_LINE
from flopcount.notation.networks import Options, build
from flopcount.notation.parser import parse
from flopcount.notation.tables import KEYS, overlay, parse_table
from flopcount.notation.variables import read_variable

PATHWAYS = """
title   = "A small one"
source  = "nobody, nowhere"
input   = "28x28x192"
classes = 10

[defaults]
conv = "same bias nonorm relu"

[block.inception]
columns = ["n1", "r5", "n5"]
"1x1" = "conv 1x1 {n1}"
"5x5" = "conv 1x1 {r5} reduce > conv 5x5 {n5}"

[rows]
conv1   = "conv 3x3 64"
3a      = ["inception", 64, 16, 32]
pool    = "avgpool global"
linear  = "dense classes"

[aux]
aux1 = "from 3a > avgpool global > dense classes"

[variant.bare]
defaults.conv = "same nobias norm relu"
block.inception."5x5" = "conv 1x1 {r5} reduce > conv 3x3 {n5}"
classes = 20

[variant.deep]
replace = ["rows"]
[variant.deep.rows]
conv1 = "2 * conv 3x3 8"

[variant.plain]
replace = ["block", "rows", "aux"]
rows = {only = "relu"}
block = {}
aux = {}
"""


def document(change: str = "", *, without: str = "") -> dict[str, Any]:
    """The small table with lines added, and lines that start with `without` left out."""
    kept = [line for line in PATHWAYS.splitlines() if not (without and line.startswith(without))]
    return tomllib.loads("\n".join([*kept, change]))


def made(text: str | dict[str, Any], **options: Any) -> Network:
    found = tomllib.loads(text) if isinstance(text, str) else text
    widths = {read_variable(name): width for name, width in options.pop("set", {}).items()}
    network = build(parse_table(found), "t", Options(set=widths, **options))
    walk(network)
    return network


def refused(text: str | dict[str, Any], **options: Any) -> str:
    with pytest.raises(FlopcountError) as error:
        made(text, **options)
    message = str(error.value)
    assert "\n" not in message
    assert message.isprintable()
    assert len(message) < 600
    return message


def in_rows(row: str) -> str:
    """The small table's head with one row of its own."""
    return PATHWAYS.partition("[rows]")[0] + f"[rows]\n{row}"


# --- what a table gives


def test_a_table_is_a_network() -> None:
    network = made(PATHWAYS)
    assert (network.title, network.source) == ("A small one", "nobody, nowhere")
    assert network.modules == ("conv1", "3a", "pool", "linear")
    assert network.inputs == {INPUT: (28, 28, 192)}
    assert network.output == "linear/1"
    shapes = {row.node.path: row.output for row in walk(network)}
    assert shapes == {
        "conv1/1": (28, 28, 64),
        "3a/1x1/1": (28, 28, 64),
        "3a/5x5/1": (28, 28, 16),
        "3a/5x5/2": (28, 28, 32),
        "3a/concat": (28, 28, 96),
        "pool/1": (1, 1, 96),
        "linear/1": (1, 1, 10),
    }


def test_what_may_be_left_out() -> None:
    network = made('input = "8x8x3"\nrows = {a = "relu"}')
    assert (network.name, network.title, network.source) == ("t", "t", "")
    assert network.notes == ()


def test_rows_keep_the_order_of_the_file() -> None:
    rows = "\n".join(f'r{n} = "relu"' for n in (3, 1, 2, 10, 9))
    assert made(f'input = "8x8x3"\n[rows]\n{rows}').modules == ("r3", "r1", "r2", "r10", "r9")


def test_auxiliary_heads_are_counted_when_asked_for() -> None:
    without, counted = made(PATHWAYS), made(PATHWAYS, aux=True)
    extra = counted.nodes[len(without.nodes) :]
    assert counted.nodes[: len(without.nodes)] == without.nodes
    assert [node.path for node in extra] == ["aux1/1", "aux1/2"]
    assert extra[0].inputs == ("3a/concat",)
    assert counted.output == without.output == "linear/1"
    assert any("aux1" in note for note in counted.notes)
    # 28·28 → 1×1×96, then 96·10 + 10
    assert sum(row.count("params") for row in walk(counted)[-2:]) == 96 * 10 + 10


def test_assumed_widths_are_named_in_the_notes() -> None:
    network = made(document('[assumed]\n"3a/5x5/1" = "the paper prints no width here"'))
    assert network.notes == ("contains assumed widths, which its source does not print",)


def test_options_change_input_classes_and_columns() -> None:
    assert made(PATHWAYS, input=(14, 7)).inputs == {INPUT: (14, 7, 192)}
    assert made(PATHWAYS, input=(14, 7, 3)).inputs == {INPUT: (14, 7, 3)}
    assert walk(made(PATHWAYS, classes=7))[-1].output == (1, 1, 7)
    network = made(PATHWAYS, set={"3a.r5": 24, "3a.n1": "48"})
    found = {row.node.path: row.output[2] for row in walk(network)}
    assert (found["3a/5x5/1"], found["3a/1x1/1"], found["3a/concat"]) == (24, 48, 48 + 32)


# --- blocks that are like others, and variants


LIKE = """
input = "8x8x16"
[block.a]
columns = ["n"]
as  = "(identity + branches > conv 1x1 in linear)"
"1" = "conv 1x1 {n}"
"3" = "conv 1x1 {n} reduce > conv 3x3 {n}"
[block.b]
like = "a"
"3"  = "conv 5x5 {n}"
[block.c]
like = "b"
as   = "branches > relu"
"5"  = "conv 1x1 4"
[rows]
"""


def test_a_block_like_another() -> None:
    kernels = [
        (node.path, getattr(getattr(node.op, "window", None), "kernel", None))
        for node in made(LIKE + 'x = ["b", 8]').nodes
    ]
    assert kernels == [
        ("x/identity", None),
        ("x/1/1", (1, 1)),
        ("x/3/1", (5, 5)),
        ("x/concat", None),
        ("x/conv", (1, 1)),
        ("x/add", None),
    ]
    assert [node.path for node in made(LIKE + 'x = ["c", 8]').nodes] == [
        *("x/1/1", "x/3/1", "x/5/1", "x/concat", "x/relu"),
    ]


@pytest.mark.parametrize(
    ("blocks", "phrase"),
    [
        ('[block.a]\nlike = "a"', "block.a.like: goes in a circle"),
        ('[block.a]\nlike = "b"\n[block.b]\nlike = "a"', "like: goes in a circle"),
        ('[block.a]\nlike = "b"', "block.a.like: unknown block 'b'"),
        ('[block.stem]\nas = "relu"\n[block.a]\nlike = "stme"', "did you mean 'stem'?"),
        ("[block.a]\nlike = 3", "block.a.like: read 3, expected a string"),
        ('[block.a]\nlike = "b"\n[block]\nb = 3', "block.b: read 3, expected a section"),
    ],
)
def test_a_block_like_none(blocks: str, phrase: str) -> None:
    head = blocks if "[block]" not in blocks else '[block]\nb = 3\n[block.a]\nlike = "b"'
    assert phrase in refused(f'input = "8x8x3"\n{head}\n[rows]\nx = "relu"')


def test_a_variant_names_only_what_differs() -> None:
    base = made(PATHWAYS)
    bare = made(overlay(document(), "bare"))
    assert [node.path for node in bare.nodes] == [node.path for node in base.nodes]
    ops = {node.path: node.op for node in bare.nodes}
    assert ops["3a/5x5/2"].window.kernel == (3, 3)
    assert ops["3a/1x1/1"].window.kernel == (1, 1)
    assert (ops["conv1/1"].tail.bias, ops["conv1/1"].tail.norm) == (False, "norm")
    assert walk(bare)[-1].output == (1, 1, 20)


def test_a_variant_may_replace_a_whole_section() -> None:
    assert made(overlay(document(without="aux1"), "deep")).modules == ("conv1",)
    assert made(overlay(document(), "plain")).modules == ("only",)


def test_variants_lie_over_each_other() -> None:
    both = overlay(overlay(document(without="aux1"), "bare"), "deep")
    (first, _) = (node.op for node in made(both).nodes)
    assert (first.width, first.tail.norm) == (8, "norm")


def test_a_variant_leaves_the_table_as_it_was() -> None:
    before, after = document(), document()
    overlay(after, "bare")
    overlay(after, "plain")
    assert after == before


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ("[variant.q]\nreplace = 3", "variant.q.replace: read 3, expected a list of sections"),
        ("[variant.q]\nreplace = [3]", "variant.q.replace: read [3], expected a list"),
        ("[variant.q]\nreplace = [[1]]", "variant.q.replace: read [[1]], expected a list"),
        ("[variant.q]\nreplace = [{a = 1}]", "variant.q.replace: read [{'a': 1}], expected a list"),
        ('[variant.q]\nreplace = "rows"', "variant.q.replace: read 'rows', expected a list"),
        ('[variant.q]\nreplace = ["rows"]', "variant.q.replace: read ['rows'], expected a list"),
        ("[variant]\nq = 3", "variant.q: read 3, expected a section of names and values"),
    ],
)
def test_a_variant_that_is_none(change: str, phrase: str) -> None:
    found = tomllib.loads('input = "8x8x3"\nrows = {a = "relu"}\n' + change)
    with pytest.raises(FlopcountError) as error:
        overlay(found, "q")
    assert phrase in str(error.value)


def test_an_unknown_variant_offers_the_nearest() -> None:
    with pytest.raises(FlopcountError, match=r"'bear'.*did you mean 'bare'\?"):
        overlay(document(), "bear")
    with pytest.raises(FlopcountError, match="variant: read 3, expected a section"):
        overlay({"variant": 3}, "bare")


def test_what_a_variant_gives_is_checked_like_the_table() -> None:
    change = '[variant.q.rows]\n3a = ["inception", 1, 2]'
    assert refused(overlay(document(change), "q")) == (
        "rows.3a: block 'inception' has 3 columns (n1 r5 n5), the row gives 2"
    )


# --- mistakes in a table


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
        ('"8x8"', "has no channel count (224x224x3, say)"),
        ('"8"', "is not of the form 28x28 or 28x28x192"),
        ('""', "is not of the form 28x28 or 28x28x192"),
        ('"8x8x3x1"', "is not of the form 28x28 or 28x28x192"),
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


# --- files


Refused = Callable[[str | bytes], str]


@pytest.fixture(name="file")
def fixture_file(tmp_path: Path) -> Refused:
    """Write a table, load it, and give back what is said of it."""

    def said(content: str | bytes) -> str:
        path = tmp_path / "my.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(FlopcountError) as error:
            fc.load(str(path))
        message = str(error.value)
        assert "my.toml" in message
        assert "\n" not in message
        return message

    return said


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(PATHWAYS, encoding="utf-8")
    assert fc.load(str(path)).name == "my"
    assert fc.load(f"{path}@bare").name == "my@bare"
    assert fc.analyze(fc.load(str(path))).total.cost == fc.analyze(made(PATHWAYS)).total.cost
    path.write_bytes(b"\xef\xbb\xbf" + PATHWAYS.encode())  # a byte order mark
    assert fc.load(str(path)).modules == made(PATHWAYS).modules
    path.write_bytes(PATHWAYS.replace("\n", "\r\n").encode())
    assert fc.load(str(path)).modules == made(PATHWAYS).modules


def test_an_at_sign_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "nets@home"
    folder.mkdir()
    (folder / "my.toml").write_text(PATHWAYS, encoding="utf-8")
    assert fc.load(f"{folder}/my.toml@bare").name == "my@bare"


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FlopcountError, match=r"cannot read .*missing.toml.*: No such file"):
        fc.load(str(tmp_path / "missing.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(FlopcountError, match=r"folder.toml' is a folder, not a table"):
        fc.load(str(tmp_path / "folder.toml"))
    with pytest.raises(FlopcountError, match="is not a regular file"):
        fc.load("/dev/zero")
    with pytest.raises(FlopcountError, match=r"cannot read '.*\\x00"):
        fc.load("a\0b.toml")
    with pytest.raises(FlopcountError, match=r"cannot read '.*: File name too long"):
        fc.load("a" * 5_000 + ".toml")


def test_a_file_that_is_not_utf8(file: Refused) -> None:
    assert "is not UTF-8 (byte 10)" in file(b'title = "a\xff"')
    assert "is not UTF-8" in file("title = 'a'".encode("utf-16"))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("title = ", 1, 9),
        ("a = 1\nb = = 2", 2, 5),
        ('a = "x\nb = 2', 1, 7),
        ("a = 1\na = 2", 2, 6),
        ("[rows]\n[rows]", 2, 6),
        ("a = 01", 1, 6),
    ],
)
def test_a_file_that_is_not_toml(text: str, line: int, column: int, file: Refused) -> None:
    message = file(text)
    assert "is not TOML: " in message
    assert f"line {line}, column {column}" in message or "end of document" in message


def test_a_number_of_more_digits_than_python_reads(file: Refused) -> None:
    assert f"line 1 is over {MAX_LINE} bytes" in file("classes = " + "9" * 5_000)


def test_a_file_that_is_too_large(file: Refused) -> None:
    assert f"is over {MAX_FILE} bytes, the limit for a table" in file("#\n" * (MAX_FILE // 2 + 1))
    assert f"line 2 is over {MAX_LINE} bytes, the limit" in file("#\n#" + "a" * MAX_LINE)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 1_900,
        "a = " + "{a = " * 300,
        "a = [\n" + "[\n" * 100_000,
    ],
)
def test_a_file_that_is_nested_too_deeply(text: str, file: Refused) -> None:
    message = file(text)
    assert "is nested too deeply" in message or "is not TOML" in message


DEEP = ".".join(["a"] * 900)


@pytest.mark.parametrize(
    "text",
    [
        f'input = "8x8x3"\nrows.x = "relu"\ntitle.{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = "relu"\n[title.{DEEP}]\n{DEEP} = 3',
        f'input = "8x8x3"\n[rows.x.{DEEP}]\n{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = ["relu", {{{DEEP} = 3}}]',
        f'input = "8x8x3"\nrows.x = "relu"\ndefaults.conv.{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = "relu"\nassumed."x/1".{DEEP} = 3',
        f'input = "8x8x3"\nrows.x = "relu"\nblock.b.columns.{DEEP} = 3',
        f"classes.{DEEP} = 3\n" + 'input = "8x8x3"\nrows.x = "relu"',
    ],
)
def test_names_with_very_many_dots(text: str, file: Refused) -> None:
    file(text)


def test_a_variant_with_very_many_dots(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    deep = f"{DEEP}.{DEEP}"[:1_900].rstrip(".")
    path.write_text(
        f'input = "8x8x3"\nrows.x = "relu"\n[paper.{deep}]\nb = 1\n[variant.v.paper.{deep}]\nb = 2',
        encoding="utf-8",
    )
    try:
        assert fc.load(f"{path}@v").modules == ("x",)
    except FlopcountError as error:
        assert "nested" in str(error)  # noqa: PT017  either is an answer


def test_a_file_whose_spec_is_mostly_space(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    blank = "\n".join([" " * 1_900] * 50)
    path.write_text(f'input = "8x8x3"\nrows.x = """relu{blank}"""', encoding="utf-8")
    assert fc.load(str(path)).modules == ("x",)


# --- anything at all


NUMBERS = st.one_of(
    st.integers(-3, 300),
    st.sampled_from([2**31, 2**31 + 1, 2**63, 10**400, -1, 0]),
    st.floats(),
    st.booleans(),
)
SPECS = st.sampled_from(
    [
        *("relu", "conv 3x3 8", "conv 1x1 {n}", "a", "b > b", "2 * a", "branches", "from x > relu"),
        *("(identity + branches > conv 1x1 in)", "[a | relu]", "dense classes", "maxpool 3x3/2"),
        *("flatten > dense classes", "flatten"),
        *("9 * (9 * a)", "conv 9x9 4 valid", "in", "", " ", "[", "vaild", "conv 3x3 {m} reduce"),
    ]
)
NAMES = st.sampled_from([*"abnmxy", "x.1", "1x1", "as", "like", "columns", "in", "total", "a b"])
SCALARS = st.one_of(
    NUMBERS,
    SPECS,
    NAMES,
    st.text(max_size=8),
    st.just(dt.date(1979, 5, 27)),
    st.just(dt.time(7, 32)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(NAMES, st.text(max_size=5)), inner, max_size=4),
    ),
    max_leaves=12,
)


def mostly(likely: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(likely, likely, likely, VALUES)


ROWS = mostly(
    st.one_of(SPECS, st.tuples(SPECS, st.lists(NUMBERS, max_size=3)).map(lambda r: [r[0], *r[1]]))
)
BLOCKS = mostly(
    st.fixed_dictionaries(
        {"x": mostly(SPECS)},
        optional={
            "as": mostly(SPECS),
            "like": mostly(NAMES),
            "columns": mostly(st.lists(NAMES, max_size=2)),
            "1x1": mostly(SPECS),
        },
    )
)
DEFAULTS = st.dictionaries(
    mostly(st.sampled_from([*OPS])).filter(lambda key: isinstance(key, str)),
    mostly(st.sampled_from(["same", "valid", "nobias norm", "relu6", "ceil", ""])),
    max_size=2,
)
DOCUMENTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "input": mostly(st.sampled_from(["8x8x4", "28x28x192", "1x1x1", "8x8", "HxWxC"])),
        "rows": mostly(st.dictionaries(NAMES, ROWS, min_size=1, max_size=4)),
    },
    optional={
        "classes": NUMBERS,
        "title": mostly(st.just("T")),
        "source": mostly(st.just("S")),
        "aliases": mostly(st.lists(st.text(max_size=4), max_size=2)),
        "block": mostly(st.dictionaries(NAMES, BLOCKS, max_size=3)),
        "defaults": mostly(DEFAULTS),
        "aux": mostly(st.dictionaries(NAMES, ROWS, max_size=2)),
        "assumed": mostly(st.dictionaries(st.sampled_from(["a/1", "x/1", "\n"]), VALUES)),
        "paper": VALUES,
        "variant": mostly(st.fixed_dictionaries({"v": VALUES})),
        "more": VALUES,
    },
)


def asked(found: dict[str, Any]) -> None:
    """Build a document, every way: it is a network with a sum, or one line of what is wrong."""
    widths = {read_variable("x.n"): 3}
    for options in (Options(), Options(aux=True, classes=5), Options(set=widths)):
        try:
            network = build(parse_table(found), "t", options)
            report = fc.analyze(network)
            parts = sum(line.cost.multiplies for line in report.by("branch").lines)
            assert parts == report.total.cost.multiplies
        except FlopcountError as error:
            message = str(error)
            assert message
            assert message.isprintable(), message


@given(found=DOCUMENTS)
@example({"input": "8x8x4", "rows": {"x": "relu"}, "assumed": {"\n": 3}})
def test_any_document_is_a_network_or_refused(found: dict[str, Any]) -> None:
    asked(found)


@given(found=st.dictionaries(st.one_of(st.sampled_from(KEYS), NAMES), VALUES, max_size=5))
def test_any_values_at_all_are_a_network_or_refused(found: dict[str, Any]) -> None:
    asked(found)


@given(found=DOCUMENTS, variant=VALUES)
def test_any_variant_is_a_network_or_refused(found: dict[str, Any], variant: Any) -> None:
    try:
        merged = overlay({**found, "variant": {"v": variant}}, "v")
    except FlopcountError as error:
        assert str(error).isprintable()  # noqa: PT017  either is an answer
    else:
        asked(merged)


# --- random tables that are right


LAYERS = st.sampled_from(
    [
        *("conv 3x3 {n}", "conv 1x1 {n} reduce > conv 5x5/2 {m}", "maxpool 3x3/2", "lrn", "relu"),
        *("separable 3x3 {m}", "depthwise 3x3 multiplier=2", "conv 3x3 8 nobias norm", "softmax"),
        *("(identity + conv 3x3 in)", "[conv 1x1 {n} | conv 3x3 {m} | relu]", "norm=shift"),
    ]
)
ARMS = st.sampled_from(
    [
        *(
            "conv 1x1 {n}",
            "conv 1x1 {n} reduce > conv 3x3 {m}",
            "maxpool 3x3 > conv 1x1 {m} project",
        ),
        *("conv 1x1 {m} reduce > [l: conv 1x3 4 | r: conv 3x1 5]", "identity", "separable 3x3 {n}"),
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    arms = draw(st.lists(ARMS, min_size=1, max_size=4))
    block = {"columns": ["n", "m"], **{f"b{i}": arm for i, arm in enumerate(arms)}}
    layout = draw(st.sampled_from(["", "(identity + branches > conv 1x1 in)", "branches > relu"]))
    rows: dict[str, Any] = {}
    for i in range(draw(st.integers(1, 5))):
        spec = draw(st.sampled_from(["module", "2 * module", "3 * (module > relu)"]))
        if draw(st.booleans()):
            rows[f"r{i}"] = [spec, draw(st.integers(1, 9)), draw(st.integers(1, 9))]
        else:
            plain = draw(LAYERS).replace("{n}", "6").replace("{m}", "7")
            rows[f"r{i}"] = f"{draw(st.integers(1, 3))} * ({plain})"
    height, width, channels = (draw(st.integers(1, 20)) for _ in range(3))
    return {
        "input": f"{height}x{width}x{channels}",
        "block": {"module": {**block, **({"as": layout} if layout else {})}},
        "rows": rows,
    }


@given(found=tables())
def test_rows_of_any_table_sum_to_its_total(found: dict[str, Any]) -> None:
    report = fc.analyze(build(parse_table(found), "t", Options()))
    total = report.total.cost
    for grain in ("layer", "branch", "module", "op"):
        lines = report.by(grain).lines
        assert {name: sum(line.cost[name] for line in lines) for name in COUNTS} == {
            name: total[name] for name in COUNTS
        }
        assert sum(line.naive.multiplies for line in lines) == report.total.naive.multiplies
    assert len({node.path for node in report.network.nodes}) == len(report.network.nodes)
    for node in report.network.nodes:
        assert node.path.startswith(f"{node.module}/{node.branch or ''}")
        assert fc.analyze(report.network[node.module]).rows


@given(found=tables())
def test_a_table_and_its_specs_agree(found: dict[str, Any]) -> None:
    """A row without a block costs what its spec costs on what enters the row."""
    report = fc.analyze(build(parse_table(found), "t", Options()))
    outputs = {row.node.path: row.output for row in report.rows}
    here = report.network.inputs[INPUT]
    for name, row in found["rows"].items():
        own = [found_row for found_row in report.rows if found_row.node.module == name]
        if isinstance(row, str):
            spec = f"{'x'.join(map(str, here))} > {parse(row)}"
            alone = fc.analyze(fc.parse(spec)).total.cost
            assert alone == Counts(own)
        ends = [path for path in outputs if path.startswith((f"{name}/", f"{name}."))]
        here = outputs[ends[-1]]


def test_the_sums_notice_a_lost_row(monkeypatch: pytest.MonkeyPatch) -> None:
    right = fc.Report.grouped

    def lossy(report: fc.Report, grain: str) -> list[Any]:
        return right(report, grain)[:-1]

    monkeypatch.setattr(fc.Report, "grouped", lossy)
    with pytest.raises(AssertionError):
        asked(document())
