"""``shared``: one set of weights for several uses; multiplies for each, parameters once."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.core.counts import COUNTS
from flopcount.notation.parser import parse
from tests.notation.built_rows import rows_of, table
from tests.notation.one_line import one_line

TOWER = "conv 10x10 64 valid > maxpool 2x2/2 valid > flatten > dense 1"
SIAMESE = f"29x29x3 > [shared tower ({TOWER}) | shared tower]"


def costs(spec: str) -> tuple[int, int]:
    report = fc.analyze(spec)
    return report.multiplies, report.params


def shares(rows: str) -> dict[str, str]:
    """By layer, the layer whose kernel it has."""
    return {row.node.path: row.shares["W"] for row in rows_of(rows) if row.shares}


# --- in a spec


def test_two_branches_of_one_tower() -> None:
    # each: 10²·3·64·20² + 6,400·1 multiplies; 10²·3·64 + 64 + 6,400 + 1 parameters
    each = 100 * 3 * 64 * 20**2 + 6400
    assert costs(SIAMESE) == (2 * each, 100 * 3 * 64 + 64 + 6400 + 1) == (15_372_800, 25_665)
    apart = costs(f"29x29x3 > [{TOWER} | {TOWER}]")
    assert apart == (2 * each, 2 * 25_665)


def test_a_repeat_with_the_same_weights() -> None:
    layer = 9 * 64 * 64 * 28**2, 9 * 64 * 64 + 64
    assert costs("28x28x64 > 3 * shared (conv 3x3 64)") == (3 * layer[0], layer[1])
    assert costs("28x28x64 > 3 * (shared (conv 3x3 64) > relu)") == (3 * layer[0], layer[1])
    assert costs("28x28x64 > 3 * conv 3x3 64") == (3 * layer[0], 3 * layer[1])


def test_norms_are_shared_with_their_statistics() -> None:
    report = fc.analyze("8x8x4 > 2 * shared (conv 3x3 4 nobias norm > norm=shift)")
    # γ and β of the convolution, β of the norm alone; mean and variance of both
    assert (report.cost.norm_params, report.cost.norm_stats) == (4 + 4 + 4, 2 * (4 + 4))


def test_without_a_name_each_place_has_weights_of_its_own() -> None:
    one = 9 * 4 * 4 + 4
    spec = "8x8x4 > 2 * shared (conv 3x3 4) > 2 * shared (conv 3x3 4)"
    assert costs(spec)[1] == 2 * one
    assert costs("8x8x4 > [2 * shared (conv 3x3 4) | 2 * shared (conv 3x3 4)]")[1] == 2 * one


def test_what_is_shared_inside_what_is_shared() -> None:
    spec = "8x8x4 > shared a (conv 1x1 4 > shared b (conv 3x3 4)) > shared b > shared a"
    kernel, point = 9 * 4 * 4 + 4, 4 * 4 + 4
    assert costs(spec) == (3 * 9 * 16 * 64 + 2 * 16 * 64, kernel + point)
    again = "8x8x4 > shared b (conv 3x3 4) > 2 * shared (conv 1x1 4 > shared b)"
    assert costs(again) == (3 * 9 * 16 * 64 + 2 * 16 * 64, kernel + point)


def test_in_is_what_enters_each_use() -> None:
    report = fc.analyze("8x8x4 > shared t (conv 1x1 6 > conv 1x1 in) > conv 1x1 4 > shared t")
    assert [row.output[-1] for row in report.rows] == [6, 4, 4, 6, 4]


def test_layers_are_named_as_without_the_word() -> None:
    def paths(spec: str) -> list[str]:
        return [node.path for node in fc.parse(spec).nodes]

    assert paths("8x8x4 > 2 * shared (conv 3x3 4 > relu)") == [f"spec/{n}" for n in (1, 2, 3, 4)]
    assert paths("8x8x4 > [shared t (relu > lrn) | shared t]") == paths(
        "8x8x4 > [relu > lrn | relu > lrn]"
    )
    assert paths("8x8x4 > [shared t (relu) | shared t]") == paths("8x8x4 > [relu | relu]")
    assert paths("8x8x4 > [a: shared t (relu) | b: shared t]") == ["spec/a/1", "spec/b/1", "spec/1"]
    labelled = "8x8x4 > shared t ([a: conv 1x1 2 | b: conv 1x1 2]) > shared t"
    assert paths(labelled)[:2] == ["spec/1/a", "spec/1/b"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("shared", "column 15: 'shared' wants the name of a block or of a row, or a spec in"),
        ("shared conv 3x3 4", "shared (conv 3x3 64); read 'conv'"),
        ("shared 3 * (relu)", "column 16: a repeat stands before 'shared': 3 * shared …"),
        ("shared a b", "expected '>' or the end of the chain, read 'b'"),
        ("shared t", "unknown shared block or row 't'; its first use has its layers: shared t (…)"),
        ("shared t (relu) > shared s", "unknown shared block or row 's'"),
        ("shared (relu)", "'shared (relu)' has no other use: repeat it, as in 3 * shared (…)"),
        ("2 * [shared (relu) | lrn]", "'shared (relu)' has no other use"),
        ("2 * shared s (shared (relu))", "'shared (relu)' has no other use"),
        ("shared t (relu > shared t)", "the shared spec t is used within itself"),
        ("shared t (relu) > shared t (lrn)", "'shared t (lrn)': first it was 'shared t (relu)'"),
        ("shared t (from input > relu)", "'from' stands before 'shared', not in what is shared"),
        ("shared t ()", "expected a layer, a block or a bracket"),
        ("shared t (a: relu)", "the label 'a' is not of an arm"),
        (
            "shared t (conv 3x3 6) > shared t",
            "which has 3·3·4·6 of them, here 3·3·6·6: the channels that come in differ",
        ),
        ("shared t (depthwise 3x3) > conv 1x1 6 > shared t", "which has 3·3·4 of them, here 3·3·6"),
        (
            "shared t (conv 1x1 4 > norm) > maxpool 3x3/2 > [shared t | relu] > norm > shared t",
            "spec/6: shares its weights with spec/1, which has 1·1·4·4 of them, here 1·1·8·4",
        ),
    ],
)
def test_mistakes_are_one_line(spec: str, said: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        fc.analyze(f"8x8x4 > {spec}")
    assert said in one_line(str(error.value))


# --- in a table


def test_a_block_that_is_shared_is_so_wherever_the_word_stands() -> None:
    found = shares(
        'a = "shared one"\nb = "one"\nc = "[from input | from input] > conv 1x1 192"\n'
        'd = "2 * shared one > conv 1x1 192" '.replace("one", "lone")
        + '\n[block.lone]\nas = "conv 1x1 in"\n'
    )
    assert found == {"d.1/conv": "a/conv", "d.2/conv": "a/conv"}


def test_a_named_row_is_used_again_without_what_it_reads() -> None:
    rows = 'a = "conv 1x1 192"\nh = "from input > conv 3x3 8 > conv 1x1 4"\nk = "from a > h"\n'
    found = {row.node.path: row for row in rows_of(rows)}
    assert found["k/1"].node.inputs == ("a/1",)
    assert shares(rows) == {"k/1": "h/1", "k/2": "h/2"}
    assert shares(rows + 'm = "from a > shared h"') == {
        "k/1": "h/1",
        "k/2": "h/2",
        "m/1": "h/1",
        "m/2": "h/2",
    }


def test_a_named_row_has_its_own_columns_and_modules() -> None:
    rows = 'a = ["2 * col", 192]\nb = "from input > a"\nc = ["from b > col", 3]\n'
    assert shares(rows) == {"b.1/x/1": "a.1/x/1", "b.2/x/1": "a.2/x/1"}
    assert table(rows).modules == ("a.1", "a.2", "b.1", "b.2", "c")


def test_a_named_row_in_the_arms_of_a_bracket() -> None:
    rows = 'a = "conv 3x3 192"\nb = "[from input > a | from a > a | conv 1x1 2]"\n'
    assert shares(rows) == {"b/1/1/1": "a/1", "b/1/2/1": "a/1"}
    assert table(rows).rows[-1].output == (28, 28, 192 + 192 + 2)


def test_a_block_of_a_row_s_name_comes_first() -> None:
    rows = 'a = "conv 1x1 192"\none = "relu"\nb = "one"\n'
    assert not shares(rows)
    assert [node.path for node in table(rows).nodes][-2:] == ["b/only/1", "b/only/2"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('a = "b"\nb = "relu"', "rows.a: unknown block or layer 'b'"),
        ('a = "shared b"\nb = "relu"', "rows.a: unknown shared block or row 'b'"),
        ('a = "shared one (relu)"', "rows.a: 'shared one (relu)': a block has this name"),
        ('a = "relu"\nb = "shared a (relu)"', "rows.b: 'shared a (relu)': a row has this name"),
        ('a = "shared b (relu)"\nb = "lrn"', "rows.b: a shared spec has the name 'b' too"),
        ('a = "relu"\nb = "from a"\nc = "b"', "rows.c: unknown block or layer 'b'"),
        ('a = ["shared col"]', "rows.a: block 'col' has 1 column (n), the row gives 0"),
        (
            'a = ["shared col", 192]\nb = ["shared col", 8]',
            "which has 1·1·192·192 of them, here 1·1·192·8: the channels that go out differ",
        ),
    ],
)
def test_mistakes_in_a_table_are_one_line(rows: str, said: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        rows_of(rows)
    assert said in one_line(str(error.value))


@pytest.mark.usefixtures("few_layers")
def test_rows_that_double_each_other_end_at_the_limit_of_layers() -> None:
    rows = "\n".join(f'r{n} = "r{n - 1} > r{n - 1}"' for n in range(1, 31))
    with pytest.raises(fc.FlopcountError, match="more than"):
        rows_of(f'r0 = "relu"\n{rows}')
    deep = "\n".join(f'r{n} = "r{n - 1}"' for n in range(1, 60))
    with pytest.raises(fc.FlopcountError, match="nested more than 32 deep"):
        rows_of(f'r0 = "relu"\n{deep}')


# --- of any spec with the word

CHAINS = st.lists(
    st.sampled_from(
        [
            *("conv 3x3 4", "conv 1x1 in", "depthwise 3x3", "norm", "relu", "shared t", "shared u"),
            *("(identity + conv 3x3 in)", "2 * shared (conv 3x3 4 norm)", "3 * shared u"),
            "[shared t | shared u | shared t] > conv 1x1 4",
        ]
    ),
    min_size=1,
    max_size=6,
).map(" > ".join)


def keys(report: fc.Report) -> Mapping[str, int]:
    """The parameters by their key, each once: a sum that knows nothing of reports."""
    held: dict[str, Any] = {}
    for row in report.rows:
        for capital, size in row.work.parameters.items():
            held[row.node.weights.get(capital, f"{row.node.path}:{capital}")] = (capital, size)
    return {key: size for key, (capital, size) in held.items() if capital not in "MV"}


@pytest.mark.slow
@given(spec=CHAINS)
def test_parameters_are_a_sum_over_keys_and_multiplies_over_uses(spec: str) -> None:
    first = "shared t (conv 3x3 4 norm) > shared u (conv 1x1 4 > relu)"
    whole = f"8x8x4 > {first} > {spec}"
    report = fc.analyze(whole)
    assert report.params == sum(keys(report).values())
    for grain in ("layer", "branch", "module", "op"):
        for name in COUNTS:
            sums = sum(line.cost[name] for line in report.by(grain).lines)
            assert sums == report.total.cost[name]
    plain = whole.replace("shared t (", "(").replace("shared u (", "(").replace("shared (", "(")
    plain = plain.replace("shared t", "(conv 3x3 4 norm)").replace(
        "shared u", "(conv 1x1 4 > relu)"
    )
    apart = fc.analyze(plain)
    assert report.multiplies == apart.multiplies
    assert report.params <= apart.params


def test_a_shared_spec_is_written_back() -> None:
    for text in (SIAMESE, "8x8x4 > 3 * shared (conv 3x3 4)", "8x8x4 > shared t ((relu + lrn))"):
        assert str(parse(text)) == text
    assert str(parse("8x8x4 > shared t(relu+lrn)>shared t")) == (
        "8x8x4 > shared t ((relu + lrn)) > shared t"
    )
