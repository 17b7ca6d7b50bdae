"""Specs: what binds closer, what a layer and a size may be, and how long a spec may be."""

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.inputs import InputSize
from flopcount.notation.parser import MAX_DEPTH, MAX_SPEC, parse
from flopcount.notation.trees import Arm, Bracket, Column, From, Layer, Ref, Repeat, Spec, Term

# --- what it means


def test_the_example_of_the_manual() -> None:
    tree = parse("28x28x192 > [1x1: conv 1x1 64 | 5x5: conv 1x1 16 reduce > conv 5x5 32]")
    assert tree.size == InputSize((28, 28, 192))
    assert tree.spec == (
        Bracket(
            "concat",
            (
                Arm("1x1", (Layer("conv", (1, 1), width=64),)),
                Arm(
                    "5x5",
                    (
                        Layer("conv", (1, 1), width=16, words=("reduce",)),
                        Layer("conv", (5, 5), width=32),
                    ),
                ),
            ),
        ),
    )


A, B, D = Ref("a"), Ref("b"), Ref("d")


def arm(*terms: Term, label: str | None = None) -> Arm:
    return Arm(label, terms)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        # '*' binds closer than '>'
        ("2 * a > b", (Repeat(2, (A,)), B)),
        ("a > 2 * b", (A, Repeat(2, (B,)))),
        ("2 * (a > b)", (Repeat(2, (A, B)),)),
        ("2 * (3 * a)", (Repeat(2, (Repeat(3, (A,)),)),)),
        # '>' binds closer than '|' and '+'
        ("[a > b | d]", (Bracket("concat", (arm(A, B), arm(D))),)),
        ("(a + b > d)", (Bracket("add", (arm(A), arm(B, D))),)),
        ("[2 * a | b]", (Bracket("concat", (arm(Repeat(2, (A,))), arm(B))),)),
        ("2 * [a | b]", (Repeat(2, (Bracket("concat", (arm(A), arm(B))),)),)),
        ("(a + b) > d", (Bracket("add", (arm(A), arm(B))), D)),
        # a plain group is its chain
        ("(a > b) > d", (A, B, D)),
        ("((a))", (A,)),
        ("(a > (b > d))", (A, B, D)),
        # within each other
        ("[a | (b + d)]", (Bracket("concat", (arm(A), arm(Bracket("add", (arm(B), arm(D)))))),)),
        ("[x: a | b]", (Bracket("concat", (arm(A, label="x"), arm(B))),)),
        ("[1x3: a | 3x1: b]", (Bracket("concat", (arm(A, label="1x3"), arm(B, label="3x1"))),)),
        ("[relu: a | b]", (Bracket("concat", (arm(A, label="relu"), arm(B))),)),
        ("[from x | from y > a]", (Bracket("concat", (arm(From("x")), arm(From("y"), A))),)),
        ("from conv > a", (From("conv"), A)),
    ],
)
def test_what_binds_closer(text: str, spec: Spec) -> None:
    assert parse(text, sized=False).spec == spec


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("conv 7x7/2 64", Layer("conv", (7, 7), (2,), 64)),
        ("conv 1x7/2x1 64", Layer("conv", (1, 7), (2, 1), 64)),
        ("conv 7/2 16", Layer("conv", (7,), (2,), 16)),
        ("conv 3x3x3/1x2x2 32", Layer("conv", (3, 3, 3), (1, 2, 2), 32)),
        ("maxpool 2/2x2", Layer("maxpool", (2,), (2, 2))),
        ("maxpool 2x2/2x2", Layer("maxpool", (2, 2), (2,))),
        ("avgpool to=4", Layer("avgpool", words=("to=4",))),
        ("conv 3×3 64", Layer("conv", (3, 3), width=64)),
        ("conv 3x3/1 064", Layer("conv", (3, 3), width=64)),
        ("conv 3x3 {r5}", Layer("conv", (3, 3), width=Column("r5"))),
        ("conv 3x3 { r5 }", Layer("conv", (3, 3), width=Column("r5"))),
        ("conv 1x1 in linear", Layer("conv", (1, 1), width="in", words=("linear",))),
        ("dense classes", Layer("dense", width="classes")),
        ("conv 3x3 8 relu same", Layer("conv", (3, 3), width=8, words=("same", "relu"))),
        ("conv 3x3 8 pad=1x1", Layer("conv", (3, 3), width=8, words=("pad=1",))),
        ("conv 3 8 dilation=2x2", Layer("conv", (3,), width=8, words=("dilation=2x2",))),
        ("conv 3x3 8 pad=1×2", Layer("conv", (3, 3), width=8, words=("pad=1x2",))),
        ("maxpool 3x3/2", Layer("maxpool", (3, 3), (2,))),
        ("avgpool global", Layer("avgpool", words=("global",))),
        ("avgpool to=6×7", Layer("avgpool", words=("to=6x7",))),
        ("norm=shift", Layer("norm", words=("norm=shift",))),
        ("norm", Layer("norm")),
        ("relu", Layer("relu")),
    ],
)
def test_a_layer(text: str, layer: Layer) -> None:
    assert parse(text).spec == (layer,)
    assert parse(str(layer)).spec == (layer,)


# --- limits


@pytest.mark.parametrize(("opens", "closes"), [("(", ")"), ("[a | ", "]"), ("2 * (", ")")])
def test_nesting_has_a_limit(opens: str, closes: str) -> None:
    def deep(levels: int) -> str:
        return opens * levels + "b" + closes * levels

    tree = parse(deep(MAX_DEPTH))
    assert parse(str(tree)) == tree
    for levels in (MAX_DEPTH + 1, 1_000):
        with pytest.raises(FlopcountError, match=f"nested more than {MAX_DEPTH} deep"):
            parse(deep(levels))


def test_a_long_chain_is_no_nesting() -> None:
    text = " > ".join(["relu"] * 10_000)
    assert str(parse(text)) == text


def test_a_spec_has_a_greatest_length() -> None:
    longest = "relu>" * ((MAX_SPEC - 4) // 5) + "relu "
    assert len(longest) == MAX_SPEC
    assert len(parse(longest).spec) == MAX_SPEC // 5
    with pytest.raises(FlopcountError, match=f"100001 characters; the limit is {MAX_SPEC}"):
        parse(longest + " ")


def test_a_spec_may_be_mostly_space() -> None:
    blank = " " * (MAX_SPEC // 2 - 10)
    assert parse(f"relu{blank}>{blank}relu").spec == (Layer("relu"), Layer("relu"))
    assert parse("relu".ljust(MAX_SPEC)).spec == (Layer("relu"),)
    with pytest.raises(FlopcountError, match=r"has no meaning here|is never closed"):
        parse("relu > {".ljust(MAX_SPEC))


def test_a_network_has_at_most_20000_layers() -> None:
    with pytest.raises(FlopcountError, match="more than 20000 layers once repeats are mult"):
        fc.parse("8x8x8 > 20000 * relu > relu")


@pytest.mark.usefixtures("few_layers")
def test_repeats_have_a_limit_once_multiplied_out() -> None:
    assert len(fc.parse("8x8x8 > 2 * (1000 * relu)").nodes) == 2_000
    for text in (
        "2000 * relu > relu",
        "1000 * (1000 * relu)",
        "20000 * (20000 * (20000 * relu))",
        "2 * " + "(2 * " * 20 + "relu" + ")" * 20,  # 2^21 layers
        "10000 * [relu | relu]",  # 3 · 10,000 layers
        "10000 * (relu > relu > relu)",
    ):
        with pytest.raises(FlopcountError, match="more than 20000 layers once repeats are mult"):
            fc.parse(f"8x8x8 > {text}")
