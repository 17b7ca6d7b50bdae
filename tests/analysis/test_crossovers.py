"""From how many tokens on attention costs more than the rest: solved, and held to reports."""

import json
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.sizes.printed.forms import text
from flopcount.sizes.values import value

GPT = (
    "T > embed 500 64 > position > "
    "2 * ((identity + norm=layer > attention 4 causal) + norm=layer > dense 256 gelu > dense 64) > "
    "norm=layer > dense tied=embed nobias"
)


def solved(network: Any, **where: Any) -> list[tuple[str, str, int, int | None]]:
    found = fc.crossovers(network, **where)
    return [(one.module, one.count, one.least, one.equal) for one in found]


@pytest.mark.parametrize(
    ("spec", "least", "equal"),
    [
        ("Tx768 > attention 12", 2 * 768 + 1, 2 * 768),  # 2·T²·c > 4·T·c² from T = 2c
        ("512x768 > attention 12", 1537, 1536),  # the number that it has is opened
        ("Tx768 > attention 12 kv=4 nobias", 1025, 1024),  # 2·768² + 2·768·256 a token
        ("Tx768 > attention 12 window=64", 1537, 1536),  # of all pairs
        ("Tx8 > attention 2 dot", 1, None),  # nothing but the two products
        ("Tx768 > dense 3072 > dense 768 > attention 12", 4609, 4608),
        ("HxWx96 > attention 3", 14, None),  # 2·S⁴·96 > 4·S²·96² from S² = 192
        ("64x64x96 > attention 3", 14, None),
        ("8x8x8x3 > attention 1", 2, None),  # 2·S⁶·3 > 4·S³·9
        # in steps of 16: 2·n⁴·8 > (3·16²·8 + 4·8²)·n²
        ("224x224x3 > tokens 16 8 > attention 2", 16 * 21, 16 * 20),
    ],
)
def test_the_closed_form(spec: str, least: int, equal: int | None) -> None:
    assert solved(spec, counts=["multiplies"])[-1] == ("total", "multiplies", least, equal)


def test_the_tokens_of_a_patch_are_worked_out_by_hand() -> None:
    # 2·8·n⁴ > (3·16²·8 + 4·8²)·n²: n² > 400
    assert (3 * 16**2 * 8 + 4 * 8**2) / (2 * 8) == 20**2


def test_masked_pairs_left_out() -> None:
    # 2·768·T(T + 1)/2 = 768·T² + 768·T, beside 4·768²·T
    assert solved("Tx768 > attention 12 causal") == [
        ("total", "multiplies", 1537, 1536),
        ("total", "multiplies_unpadded", 4 * 768 + 2, 4 * 768 + 1),
    ]
    # with a window nothing grows with T² among those that count
    assert solved("Tx768 > attention 12 causal window=64") == [("total", "multiplies", 1537, 1536)]


def test_the_parts_are_not_taken_where_a_window_is_longer_than_the_sequence(capsys: Any) -> None:
    spec = "x4 > attention 1 headdim=64 causal window=63 > attention 1 headdim=16"
    (_, inside) = fc.crossovers(f"T{spec}")
    assert (str(inside.rest), inside.least, inside.since) == ("9344·T − 249984", 263, 64)
    assert main(["breakeven", f"8{spec}"]) == 0  # where that rest would be below zero
    printed = capsys.readouterr().out
    assert "is 50.0 % of the multiplies\n" in printed
    assert "% of the multiplies unpadded" not in printed
    assert "rest of the multiplies unpadded are these from T = 64 on" in printed
    assert main(["breakeven", f"300{spec}"]) == 0
    own = fc.analyze(f"300{spec}").cost.multiplies_unpadded
    share = f"{100 * 32 * 300**2 / own:.1f} %"
    assert f"is {share} of the multiplies unpadded" in capsys.readouterr().out


@pytest.mark.parametrize("spec", ["Tx24 > attention 3 causal > dense 40", GPT])
def test_reports_cross_there(spec: str) -> None:
    for one in fc.crossovers(spec):
        for tokens in (one.least - 1, one.least, one.least + 1):
            whole = fc.analyze(spec.replace("T", str(tokens), 1)).cost[one.count]
            faster, rest = (
                part
                if isinstance(part, int)
                else sum(
                    count * tokens ** sum(power for _, power in monomial)
                    for monomial, count in part.terms.items()
                )
                for part in (one.faster, one.rest)
            )
            assert faster + rest == whole
            assert (faster > rest) == (tokens >= one.least)
            assert (faster == rest) == (tokens == one.equal)


def test_each_module_and_all_together(tmp_path: Path) -> None:
    table = tmp_path / "two.toml"
    table.write_text(
        'input = "128x16"\n[rows]\nmix = "attention 4"\nmlp = "dense 64 gelu > dense 16"\n'
        'again = "attention 4 kv=1"\n',
        encoding="utf-8",
    )
    assert solved(str(table)) == [
        ("mix", "multiplies", 33, 32),
        ("again", "multiplies", 21, 20),
        ("total", "multiplies", 59, 58),  # (4·16² + 2·16·64 + 2·16² + 2·16·4) / (2·2·16)
    ]
    assert solved(str(table), modules=["again"]) == [("total", "multiplies", 21, 20)]
    assert solved(fc.load(str(table))["mix"]) == [("total", "multiplies", 33, 32)]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (
            "28x28x8 > conv 3x3 4",
            "there is no layer marked reduce, and no attention: nothing grows",
        ),
        ("100x64 > lstm 64", "nothing grows with the square of the tokens"),
        ("HxWx96 > attention 3 window=7", "the pairs of attention do not grow"),
        ("TxC > attention 8", "C is open beside the size of the input; write a number"),
        ("TxT > attention 2", "grows with the square of the tokens and more"),
        ("784 > dense 10", "what comes in is a vector, and no sequence of tokens"),
        ("28x28xC > conv 3x3 4", "C is open beside the size of the input"),
    ],
)
def test_where_there_is_no_answer_one_line_says_why(
    spec: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FlopcountError, match=said.split(":", maxsplit=1)[0]):
        fc.crossovers(spec)
    assert main(["breakeven", spec]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert said in found.err
    assert found.err.count("\n") == 1


def test_networks_with_reductions_keep_their_answer(capsys: pytest.CaptureFixture[str]) -> None:
    spec = "28x28x192 > conv 1x1 16 reduce > conv 5x5 32 > tokens > attention 4"
    assert main(["breakeven", spec]) == 0
    assert "pays up to" in capsys.readouterr().out
    assert main(["breakeven", "googlenet", "--module", "conv1"]) == 2
    assert capsys.readouterr().err == "flopcount: googlenet: there is no layer marked reduce\n"


def test_it_is_printed_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    spec = "1024x768 > position 1024 > attention 12 causal"
    for form, said in {
        "table": "total   multiplies            1,537     1,536  1536·T²  2359296·T",
        "csv": "total,multiplies,1537,1536,1536·T²,2359296·T",
        "markdown": "| 1536·T² |",
        "latex": r"1536$\cdot$T$^2$",
    }.items():
        assert main(["breakeven", spec, "--format", form]) == 0
        assert said.replace(" ", "") in capsys.readouterr().out.replace(" ", "")
    assert main(["breakeven", spec, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"][0]["from"] == 1537
    assert found["heading"][-1] == "the network can be built for 1024 ≥ T"
    assert (
        found["footer"][0] == "at T = 1,024, as it stands, the T² part is 40.0 % of the multiplies"
    )


def test_steps_for_which_nothing_is_rounded(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breakeven", "224x224x3 > tokens 16 768 class > attention 12"]) == 0
    printed = capsys.readouterr().out
    assert "in steps of 16, for which nothing is rounded: S = 16·n" in printed
    assert "1536·n⁴" in printed


def test_sizes_that_are_cropped_to_fit_are_no_multiples() -> None:
    # a side S is S − 2, cropped to S − 6; halved, S/2 − 3, which 2 has to divide: S = 4·n − 2
    spec = (
        "18x18x4 > conv 3x3 4 valid > [crop 2 | maxpool 2x2/2 > conv 3x3 4 valid > "
        "maxpool 2x2/2 > upsample 4] > tokens > attention 2"
    )
    found = fc.crossovers(spec)[-1]
    assert (found.step, found.offset) == (4, -2)
    # attention of P = (S − 6)² = 16·(n − 2)² positions of 8 channels: 16·P² + 4·8²·P
    assert text(found.faster) == "4096·n⁴ − 32768·n³"
    parts = [
        (size, *(value(part, {"n": (size + 2) // 4}) for part in (found.faster, found.rest)))
        for size in range(18, 99, 4)
    ]
    for size, faster, rest in parts:
        assert faster + rest == fc.analyze(spec.replace("18x18", f"{size}x{size}")).multiplies
    assert found.least == min(size for size, faster, rest in parts if faster > rest) == 42


def test_a_network_whose_maps_are_cropped_is_opened(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breakeven", "unet"]) == 2
    assert capsys.readouterr().err == (
        "flopcount: unet: there is no layer marked reduce, and no attention: nothing grows with "
        "the square of the positions\n"
    )
