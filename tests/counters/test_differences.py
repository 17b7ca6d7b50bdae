"""Why two tools differ: lines that add up to the difference, whatever the rules are."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.calls import Call
from flopcount.counters.counting import Counted, Part, count, own_count
from flopcount.counters.differences import Piece, explain, formula_text, net
from flopcount.counters.expressions import Term
from flopcount.counters.rules import tools
from tests.counters.rule_files import network, tool_of

SMALL = "28x28x8 > 2 * (identity + conv 3x3 8 norm relu) > avgpool global > dense 10 > softmax"
LARGE = ("googlenet", "mobilenet-v2", "vit-b16", "unet", "bert-base", "mixtral-8x7b")
NETWORKS = (SMALL, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE))


@pytest.fixture(scope="module", params=NETWORKS)
def found(request: Any) -> Any:
    return fc.other_counters(request.param)


def test_every_pair_of_tools_adds_up(found: Any) -> None:
    assert len(found.fitting) > 1
    for one, other in permutations(found.fitting, 2):
        lines = found[one].explain(found[other])
        assert sum(line.value for line in lines) == found[one].value - found[other].value
        assert all(line.value or len(line.pieces) > 1 for line in lines)
        assert all(line.value == sum(p.times * p.amount for p in line.pieces) for line in lines)


def test_a_tool_adds_up_by_itself_and_to_ours(found: Any) -> None:
    for name in found.fitting:
        counted, own = found[name], found.own_of(name)
        assert sum(line.value for line in counted.kinds) == counted.value
        lines = counted.explain(own)
        assert sum(line.value for line in lines) == counted.value - own.value
        assert not counted.explain(counted)


def test_our_own_count_is_the_report(found: Any) -> None:
    report = fc.analyze(found.watched.network)
    assert found.own("MAC").value == report.macs
    assert found.own("FLOP").value == report.flops
    assert found.own("parameters").value == report.params


_TERMS = st.lists(
    st.builds(Term, st.integers(-3, 3), st.sampled_from(["in", "out", "macs"]), st.integers(0, 4)),
    max_size=5,
)


@settings(max_examples=50)
@given(_TERMS, _TERMS)
def test_what_is_left_of_two_sums_is_their_difference(one: list[Term], other: list[Term]) -> None:
    left = net(one, other)
    sums = [sum(term.times * term.value for term in terms) for terms in (one, other)]
    assert sum(piece.value for piece in left) == sums[0] - sums[1]
    assert all(piece.value for piece in left)
    assert [piece.value < 0 for piece in left] == sorted(piece.value < 0 for piece in left)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), _TERMS, _TERMS), max_size=6))
def test_lines_add_up(parts: list[tuple[str, int, list[Term], list[Term]]]) -> None:
    sides = [
        Counted(
            tuple(
                Part(Call("module", kind, kind, "", -1, {}), of, tuple(terms[side]))
                for kind, of, *terms in parts
            )
        )
        for side in (0, 1)
    ]
    lines = explain(*sides)
    assert sum(line.value for line in lines) == sides[0].value - sides[1].value


def test_what_is_worth_the_same_is_no_difference() -> None:
    assert net([Term(2, "in", 5)], [Term(2, "out", 5)]) == ()
    assert net([Term(2, "in", 5)], [Term(1, "out", 5)]) == (Piece(1, "in", 5),)
    assert net([Term(1, "in", 5), Term(1, "out", 5)], []) == (Piece(2, "out", 5),)
    assert net([Term(1, "in", 5), Term(1, "out", 6)], []) == (Piece(1, "in", 5), Piece(1, "out", 6))
    left = net([Term(1, "params", 8)], [Term(1, "macs", 9), Term(1, "bias", 2)])
    assert formula_text(left) == "params − macs − bias"


def test_a_line_is_a_kind_with_its_formula(tmp_path: Path) -> None:
    hooked = '[[rule]]\nmodule = "*"\nwhen = "macs"\ncount = "macs + bias"\n'
    twice = hooked + '[[rule]]\nmodule = "ReLU"\ncount = "2*out"\n'
    counted = count(tool_of(tmp_path, twice), network())
    (first, second) = explain(counted, own_count("MAC", network()))
    assert (first.kind, first.formula, first.arithmetic, first.value) == (
        "ReLU",
        "2 × out",
        "2 × 7",
        14,
    )
    assert (second.kind, second.formula, second.value) == ("convolution", "bias", 7)


def test_formulas_as_people_write_them() -> None:
    for pieces, text in (
        ([Piece(1, "in // 2", 3)], "in // 2"),
        ([Piece(2, "in // 2", 3)], "2 × (in // 2)"),
        ([Piece(-1, "macs", 3)], "−macs"),
        ([Piece(36, "out", 3), Piece(-1, "rows * length", 1)], "36 × out − rows × length"),
    ):
        assert formula_text(pieces) == text


@pytest.mark.slow  # torch is loaded
def test_resnet18_as_ptflops_and_fvcore_have_it() -> None:
    """The example of the difference between the two: exact, from what both of them print."""
    watched = tools()
    assert {"ptflops", "fvcore"} <= watched.keys()
    found = fc.other_counters("torchvision:resnet18", tools=["ptflops", "fvcore"])
    one, other = found["ptflops"], found["fvcore"]
    assert (one.value, other.value) == (1_825_313_768, 1_819_065_856)
    lines = {line.kind: (line.formula, line.value) for line in one.explain(other)}
    assert lines == {
        "ReLU": ("2 × out", 2 * 2_308_096),
        "max pool": ("2 × in", 2 * 802_816),
        "adaptive average pool": ("in", 25_088),
        "dense": ("bias", 1_000),
    }
    assert sum(value for _, value in lines.values()) == 6_247_912
