"""Widths as a multiple or a part of another: of a number, a column, a name, or what came in."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.counts import Counts
from flopcount.notation.parser import parse
from flopcount.notation.references import draft
from flopcount.notation.trees import Column, Layer, Multiple
from flopcount.sizes import part_of
from tests.notation.pathways import made, refused

C, T = Column("c"), Column("t")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("6*{c}", Multiple((6, C))),
        ("6*{ c }", Multiple((6, C))),
        ("{t}*{c}", Multiple((T, C))),
        ("{t}*in", Multiple((T, "in"))),
        ("4in", Multiple((4, "in"))),
        ("4*in", Multiple((4, "in"))),
        ("in/2", Multiple(("in",), 2)),
        ("4in/2", Multiple((4, "in"), 2)),
        ("{c}/4", Multiple((C,), 4)),
        ("{c}/{t}", Multiple((C,), T)),
        ("classes/2", Multiple(("classes",), 2)),
        ("3*{c}/2", Multiple((3, C), 2)),
        ("2*N*{c}", Multiple((2, "N", C))),
        ("6*c", Multiple((6, "c"))),
        # numbers alone are the number that they come to
        ("6*24", 144),
        ("256/4", 64),
        ("2*3*4/8", 3),
        ("c/1", "c"),
    ],
)
def test_a_width(text: str, width: object) -> None:
    (layer,) = parse(f"conv 1x1 {text} relu").spec
    assert layer == Layer("conv", (1, 1), (1,), width, ("relu",))  # type: ignore[arg-type]
    assert parse(str(layer)).spec == (layer,)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("in*4", 10, "width 'in*4': 'in' stands last, as in 4*in or in/2"),
        ("in*in", 10, "width 'in*in': 'in' stands last"),
        ("6x{c}", 10, "width is '6x{c}', not of the form 6*{c}, 4*in, in/2 or 3*{c}/2"),
        ("6×in", 10, "width is '6xin', not of the form"),
        ("{t}in", 10, "width is '{t}in', not of the form"),
        ("6.5*c", 10, "width is '6.5*c', not of the form"),
        ("-1*c", 10, "width is '-1*c', not of the form"),
        ("c/2/2", 10, "the divisor of a width is '2/2', not a whole number"),
        ("c/0", 10, "the divisor of a width is '0', not a whole number"),
        ("c/d", 10, "the divisor of a width is 'd', not a whole number"),
        ("/2", 10, "width is '/2', not of the form"),
        ("c/", 10, "the divisor of a width is '', not a whole number"),
        ("0*c", 10, "width is '0', not a whole number"),
        ("2*3*4*5*c", 10, "has more than 4 factors"),
        ("64/3", 10, "3 does not divide a width of 64; 63 and 66 would do"),
        ("2147483648*2", 10, "width is 4294967296, not a whole number from 1 to 2**31"),
        ("relu/2", 10, "width 'relu' is a word of the notation"),
        ("é*2", 10, "width 'é' is not a name"),
        # with spaces it is no width
        ("6 * c", 12, "'*' stands outside ( ) ('|' concatenates inside [ ], '+' adds"),
        ("6 * c", 12, "a width such as 6*c has no spaces in it"),
        ("6* c", 11, "a width such as 6*c has no spaces in it"),
        ("6*relu", 11, "a width such as 6*c has no spaces in it"),
    ],
)
def test_a_width_that_is_none(text: str, column: int, message: str) -> None:
    with pytest.raises(FlopcountError) as error:
        parse(f"conv 1x1 {text}")
    assert str(error.value).startswith(f"column {column}: ")
    assert message in str(error.value)


# --- what they come to


@given(size=st.integers(1, 500), times=st.integers(1, 40), over=st.integers(1, 40))
def test_a_part_divides_or_says_what_would(size: int, times: int, over: int) -> None:
    if size * times % over == 0:
        assert part_of(size, times, over) == size * times // over
        return
    with pytest.raises(FlopcountError) as error:
        part_of(size, times, over)
    near = [int(found) for found in re.findall(r"\d+", str(error.value).partition(";")[2])]
    fitting = [n for n in range(1, size + over + 1) if n * times % over == 0]
    below, above = [n for n in fitting if n < size][-1:], [n for n in fitting if n > size][:1]
    assert near == below + above


def widths(spec: str) -> list[int]:
    return [row.output[-1] for row in fc.parse(spec).rows]


def test_multiples_of_what_came_in() -> None:
    # of a row, or of the innermost bracket: not of the layer before
    assert widths("8x8x6 > conv 1x1 3in/2 > separable 3x3 2*in > conv 1x1 in/6") == [9, 9, 12, 1]
    bracket = "(identity + conv 1x1 6*in > conv 1x1 in/2 > conv 1x1 in)"
    assert widths(f"8x8x6 > conv 1x1 4 > {bracket}") == [4, 4, 6 * 4, 4 // 2, 4, 4]


def test_the_case_of_a_squeeze_and_excitation() -> None:
    """Hu et al., arXiv:1709.01507, section 3: C → C/r → C, on 1×1."""
    network = fc.parse("1x1x64 > dense in/16 relu > dense in sigmoid")
    assert [row.output for row in network.rows] == [(1, 1, 4), (1, 1, 64)]
    assert sum(row.count("multiplies") for row in network.rows) == 64 * 4 + 4 * 64


def test_a_mobile_block_with_a_gate() -> None:
    """MBConv of Tan & Le, arXiv:1905.11946: 24 → 144, 5×5/2, a gate 144 → 6 → 144, → 40."""
    network = made('''
    input = "56x56x24"
    defaults.conv = "same nobias norm silu"
    [block.mbconv]
    columns = ["t", "k", "c", "s", "r"]
    main = """conv 1x1 {t}*in > depthwise {k}x{k}/{s} > conv 1x1 {c} linear"""
    [block.gated]
    like = "mbconv"
    main = """conv 1x1 {t}*in > depthwise {k}x{k}/{s}
              > (identity * avgpool global > dense in/{r} silu > dense in sigmoid)
              > conv 1x1 {c} linear"""
    [rows]
    a = ["gated", 6, 5, 40, 2, 24]
    ''')
    counts = Counts(network.rows)
    gate = 144 * 6 + 6 * 144
    assert counts.multiplies == 56**2 * 24 * 144 + 28**2 * (25 * 144 + 144 * 40) + gate
    assert counts.multiplies == 18_177_984
    weights = 24 * 144 + 25 * 144 + 144 * 40 + gate
    assert counts.params == weights + (6 + 144) + 2 * (144 + 144 + 40) == 15_350


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("8x8x30 > conv 1x1 in/4", "spec/1: 4 does not divide a width of 30; 28 and 32 would do"),
        ("8x8x5 > conv 1x1 3in/2", "spec/1: 2 does not divide a width of 3·5; 4 and 6 would do"),
        ("8x8x3 > conv 1x1 in/4", "spec/1: 4 does not divide a width of 3; 4 would do"),
        ("8x8x4 > conv 1x1 2147483648*in", "spec/1: puts out a size of 8589934592; the limit is"),
        ("8x8x4 > conv 1x1 2*classes", "width 'classes' is a free name: not a number"),
    ],
)
def test_what_does_not_fit_names_the_layer(spec: str, message: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.parse(spec).rows  # noqa: B018


BLOCK = '''
input = "12x12x24"
classes = 10
[block.b]
columns = ["t", "c", "r"]
as   = "(identity + branches)"
main = """conv 1x1 {t}*in > depthwise 3x3 > conv 1x1 {c}/4 > conv 1x1 3*{c}/2
          > conv 1x1 in/{r} > conv 1x1 in"""
[rows]
a = ["b", 6, 16, 4]
z = "avgpool global > dense 2*classes > dense classes"
'''


def test_in_a_table() -> None:
    found = {row.node.path: row.output[-1] for row in made(BLOCK).rows}
    assert [found[f"a/main/{layer}"] for layer in range(1, 7)] == [
        *(6 * 24, 6 * 24, 16 // 4, 3 * 16 // 2, 24 // 4, 24),
    ]
    assert (found["z/2"], found["z/3"]) == (20, 10)
    assert made(BLOCK, classes=7).rows[-2].output == (1, 1, 14)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("6, 18, 4", "rows.a: a/main: 'conv 1x1 {c}/4': 4 does not divide a width of 18; 16 and 2"),
        ("6, 16, 5", "t: a/main/5: 5 does not divide a width of 24; 20 and 25 would do"),
        ('6, 16, "2x2"', "'conv 1x1 in/{r}': the divisor r is '2x2', not a whole number"),
        ("6, 16, 0", "'conv 1x1 in/{r}': the divisor r is '0', not a whole number from 1"),
        ("6, 2147483648, 4", "'conv 1x1 3*{c}/2': the width is 3221225472, not a whole number"),
    ],
)
def test_a_mistake_in_a_table(row: str, message: str) -> None:
    assert message in refused(BLOCK.replace("6, 16, 4", row))


# --- they are one variable


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "t.toml"
    path.write_text(BLOCK, encoding="utf-8")
    return str(path)


def cost(reference: str, **options: int) -> int:
    network = fc.load(reference, set={f"a.{key}": value for key, value in options.items()})
    return fc.analyze(network, modules=["a"]).cost.multiplies


def test_a_formula_in_a_column(table: str) -> None:
    found = fc.formula(table, free=["a.c"], module="a")
    # 12² · (c/4 · 3c/2 + c/4 · 144 + 3c/2 · 6) and what has no c in it
    rest = 144 * (24 * 144 + 9 * 144 + 6 * 24)
    assert found.text() == f"54·a.c² + {144 * (144 // 4 + 9)}·a.c + {rest}"
    assert found.domain == ("4 divides a.c",)  # and 2 with it
    program: dict[str, object] = {}
    exec(found.python(), program)  # noqa: S102
    function = program["multiplies"]
    for c in (4, 16, 40):
        assert function(c) == cost(table, c=c)  # type: ignore[operator]
    with pytest.raises(ValueError, match="4 divides"):
        function(6)  # type: ignore[operator]


def test_a_formula_in_a_multiplier_of_in(table: str) -> None:
    # 12² · (24 · 24t + 9 · 24t + 24t · 4), and 4 · 24 + 24 · 6 + 6 · 24
    slope, rest = 144 * 24 * (24 + 9 + 4), 144 * (4 * 24 + 24 * 6 + 6 * 24)
    assert fc.formula(table, free=["a.t"], module="a").text() == f"{slope}·a.t + {rest}"
    assert slope * 3 + rest == cost(table, t=3)


def test_a_sweep_and_a_fit(table: str) -> None:
    designs = fc.sweep(table, {"a.c": "4:40:4", "a.t": "1:8"}, modules=["a"])
    for c, t, found in designs[["a.c", "a.t", "multiplies"]].itertuples(index=False):
        assert found == cost(table, c=int(c), t=int(t))
    with pytest.raises(FlopcountError, match=r"^a.c=6: t.toml: rows.a: .* 4 does not divide a wid"):
        fc.sweep(table, {"a.c": "4:8:2"})
    best = fc.fit(table, {"multiplies": 10**6}, "a.c", modules=["a"])
    assert (best.value, best.next) == (32, 36)
    assert cost(table, c=32) <= 10**6 < cost(table, c=36)


def test_a_fit_steps_over_what_a_large_part_leaves_out() -> None:
    best = fc.fit("8x8x24 > conv 1x1 c/500 > conv 1x1 4", {"params": 10**3}, "c")
    assert (best.value, best.next) == (34 * 500, 35 * 500)  # 29w + 4 ≤ 1000


def test_a_spec_with_names() -> None:
    found = fc.formula("HxWx24 > conv 1x1 6*c > depthwise 3x3 > conv 1x1 c/2")
    assert found.text() == "3·H·W·c² + 198·H·W·c"  # 24·6c + 9·6c, 6c · c/2
    assert found.domain == ("2 divides c",)
    assert [one.name for one in draft("8x8x4 > conv 1x1 t*c/2").unknowns()] == ["t", "c"]


def test_a_width_multiplier_scales_what_is_written_and_what_follows_it() -> None:
    rows = fc.load("8x8x20 > conv 1x1 40 > (identity + conv 1x1 6*in > conv 1x1 in)@width=0.5").rows
    assert [row.output[-1] for row in rows] == [20, 20, 120, 20, 20]
