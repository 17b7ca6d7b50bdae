"""Formulas: the issue's own, what they say of their domain, and what may be put for a size."""

from pathlib import Path

import pytest
import sympy

import flopcount as fc
from flopcount.cli.main import main
from flopcount.sizes.printed.expression import symbol
from tests.analysis.formulas import GOOGLENET, concrete, evaluated

# -- the issue's


def test_googlenet_over_its_input_is_the_issue_s_formula() -> None:
    found = fc.formula("googlenet", free=["H", "W"])
    assert found.text() == str(found) == GOOGLENET
    assert found.domain == ()
    assert fc.formula("googlenet") == found


def test_googlenet_over_multiples_of_32() -> None:
    found = fc.formula("googlenet", free=["H", "W"], let={"H": "32n", "W": "32n"})
    assert found.text() == "32278528·n² + 1024000"
    # 7·7 of them are 224×224: 32,278,528·49 + 1,024,000
    assert evaluated(found, {"n": 7}) == 32_278_528 * 49 + 1_024_000 == 1_582_671_872


def test_the_coefficients_are_those_of_the_layers() -> None:
    # 7²·3·64 on ⌈H/2⌉; 64·64 + 9·64·192 on ⌈H/4⌉; 1024·1000 of the classifier
    assert GOOGLENET.startswith(f"{49 * 3 * 64}·⌈H/2⌉⌈W/2⌉ + {64 * 64 + 9 * 64 * 192}·⌈H/4⌉⌈W/4⌉")
    assert GOOGLENET.endswith(f" {1024 * 1000}")


def test_the_5x5_branch_over_its_width() -> None:
    found = fc.formula("googlenet", module="3a", branch="5x5", free=["H", "W", "r5"])
    # C + 25·F = 192 + 25·32 per channel
    assert found.text() == "992·r5·⌈H/8⌉⌈W/8⌉"
    assert found.diff("r5").text() == "992·⌈H/8⌉⌈W/8⌉"
    assert evaluated(found, {"H": 224, "W": 224, "r5": 16}) == 12_443_648


def test_what_does_not_change_stays_a_factor_of_one_more() -> None:
    assert fc.formula("HxWx3 > conv 3x3/2 8").diff("H").text() == "216·(⌊H/2⌋ − ⌈H/2⌉ + 1)⌈W/2⌉"
    found = fc.formula("HxWxF > conv 9x9 G valid > flatten > dense 10")
    assert found.diff("H").text() == "81·F·G·(W − 8) + 10·G·(W − 8)"
    assert found.diff("H").diff("W").text() == "81·F·G + 10·G"
    assert fc.formula("HxWx3 > conv 3x3 F > conv 3x3 F groups=4").diff("F").text() == (
        "9·H·W·(2·F + 1)/4 + 27·H·W"
    )


# -- what is written


def test_norm_counts() -> None:
    spec = "HxWx3 > conv 3x3 F norm nobias > conv 1x1 F norm=shift"
    # γ and β of the first, β of the second; a bias too
    assert fc.formula(spec, count="norm_params").text() == "3·F"
    assert fc.formula(spec, count="norm_stats").text() == "4·F"


def test_a_spec_s_own_names() -> None:
    found = fc.formula("HxWxC > conv 1x1 r reduce > conv 5x5 F")
    assert found.text() == "C·H·W·r + 25·F·H·W·r"
    unpadded = fc.formula("HxWxC > conv 3x3 F", count="multiplies_unpadded")
    # (3H − 2)(3W − 2) taps fall inside the image
    assert sympy.expand(unpadded.expr) == sympy.expand(
        symbol("C") * symbol("F") * (3 * symbol("H") - 2) * (3 * symbol("W") - 2)
    )


def test_taps_are_written_per_axis() -> None:
    # the 2 outputs next to each end lose 2 + 1 of their 5 taps, where there are as many: 5n − 6
    spec, count = "HxWx3 > conv 5x5 8", "multiplies_unpadded"
    found = fc.formula(spec, count=count, let={"H": "2a", "W": "2b"})
    assert (found.text(), found.domain) == ("24·(10·a − 6)(10·b − 6)", ())
    # one pixel has none at its ends, so that nothing is said of it before it is known
    anywhere = fc.formula(spec, count=count)
    assert anywhere.text() == "24·taps(H, H; 5, 1, 1, 2)·taps(W, W; 5, 1, 1, 2)"
    assert anywhere.domain == ()
    assert [evaluated(anywhere, {"H": n, "W": n}) for n in (1, 2, 3)] == [24, 24 * 4**2, 24 * 9**2]


def test_taps_that_all_fall_inside_are_no_taps() -> None:
    found = fc.formula("HxWx1 > conv 3x3 8 valid dilation=100000", count="multiplies_unpadded")
    assert found.domain == ("H ≥ 200001", "W ≥ 200001")
    assert found.text() == "8·(3·H − 600000)(3·W − 600000)"
    assert evaluated(found, {"H": 300_000, "W": 300_000}) == 8 * 9 * 100_000**2 == 720 * 10**9


def test_what_taps_are_is_said_once() -> None:
    found = fc.formula("googlenet", count="multiplies_unpadded")
    assert found.definitions() == (
        (
            "taps(n, m; k, s, d, p) = how many pairs of an output o < m and a tap t < k have "
            "0 ≤ o·s + t·d − p < n"
        ),
    )
    assert fc.formula("googlenet").definitions() == ()
    assert len(found.text()) < 800
    assert "taps(H, (H + 1) // 2, 7, 2, 1, ((H + 1) // 2) - (H // 2) + 2)" in found.python()
    assert evaluated(found, {"H": 224, "W": 224}) == concrete("googlenet", "multiplies_unpadded")


def test_groups_that_have_to_divide() -> None:
    found = fc.formula("HxWx8 > conv 3x3 F groups=4")
    assert found.domain == ("4 divides F",)
    assert found.text() == "18·F·H·W"  # 3²·(8/4) for each of F, at each position
    assert fc.formula("HxWx8 > conv 3x3 8 groups=4").domain == ()
    assert fc.formula("HxWx8 > conv 3x3 F groups=4", let={"F": "8k"}).domain == ()
    both = "HxWxC > conv 3x3 F > (identity + conv 3x3 G)"
    assert fc.formula(both, let={"F": "4b", "G": "6g"}).domain == ("2·b = 3·g",)


def test_a_domain_is_written_in_the_names_put_in() -> None:
    found = fc.formula("inception-v3", let={"H": "8n", "W": "8n"})
    assert found.domain == ("n ≥ 10",)  # 8·10 ≥ 75 > 8·9


@pytest.mark.parametrize(
    ("let", "same_as"),
    [
        ({"H": "W"}, {"H": "n", "W": "n"}),
        ({"H": "2*n", "W": "n"}, {"H": "2n", "W": "1n"}),
    ],
)
def test_let_in_other_words(let: dict[str, str], same_as: dict[str, str]) -> None:
    one, other = (fc.formula("googlenet", let=given) for given in (let, same_as))
    (name,) = one.names
    assert one.expr.subs(symbol(name), symbol("n")) == other.expr


@pytest.mark.parametrize(
    ("argv", "phrase"),
    [
        (["HxWx3 > conv 5x5 8 valid", "--let", "H=2,W=2"], "does not fit these sizes"),
        (["inception-v3", "--let", "H=10,W=10"], "does not fit these sizes"),
        (["inception-v3", "--let", "H=74,W=74"], "does not fit these sizes"),
        (["inception-v3", "--let", "H=10"], "does not fit these sizes"),
        (
            ["HxWx8 > [conv 3x3/2 8 valid | maxpool 3x3/2 same]", "--let", "H=4,W=4"],
            "branches that do not fit a concat (height and width must be equal): ⌊(H − 1)/2⌋x⌊",
        ),
        (["googlenet", "--let", "H=2**n"], "--let H=2**n: expected a number, a name, or 32n"),
        (["googlenet", "--let", "H=3*"], "--let H=3*: expected"),
        (["googlenet", "--let", "H=*n"], "--let H=*n: expected"),
        (["googlenet", "--let", "H="], "--let H=: expected"),
        (["googlenet", "--let", "H=0n"], "--let H: the number is '0', not a whole number from 1"),
        (
            ["googlenet", "--let", "H=2147483649"],
            "'2147483649', not a whole number from 1 to 2**31",
        ),
        (["googlenet", "--let", "H=2147483649n"], "not a whole number from 1 to 2**31"),
        (["googlenet", "--let", "H=1e3"], "--let H=1e3: write all digits, or 1*e3 of a name"),
        (["googlenet", "--let", "H=n,H=m"], "--let: H is named twice"),
    ],
)
def test_what_may_not_be_put_for_a_size(
    argv: list[str], phrase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["formula", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert phrase in captured.err
    assert captured.err.count("\n") == 1


def test_what_may_be_put_for_a_size() -> None:
    for let, factor in (("32n", 32), ("32*n", 32), ("n", 1)):
        found = fc.formula("HxWx3 > conv 1x1 1", let={"H": let})
        assert found.text() == f"{3 * factor}·W·n"
    assert fc.formula("HxWx3 > conv 1x1 1", let={"H": "7"}).text() == "21·W"


def test_sympy_takes_a_formula_for_its_expression() -> None:
    found = fc.formula("googlenet", let={"H": "32n", "W": "32n"})
    n = sympy.Symbol("n", integer=True, positive=True)
    assert sympy.sympify(found) == found.expr == 32_278_528 * n**2 + 1_024_000


def test_a_column_may_be_called_input(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    text = 'input = "8x8x3"\n[block.b]\ncolumns = ["input"]\nx = "conv 1x1 {input}"\n'
    path.write_text(f'{text}[rows]\na = ["b", 2]\n', encoding="utf-8")
    for module in (None, "a"):
        assert fc.formula(str(path), free=["input"], module=module).text() == "6·input²"
    assert fc.formula(str(path), free=["a.input"]).text() == "192·a.input"


def test_the_input_is_height_and_width_together() -> None:
    found = fc.formula("28x28x3 > conv 1x1 2", free=["input"])
    assert found.text() == "6·input²"
