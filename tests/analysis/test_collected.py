"""The arithmetic of layers with several products: equal ones are one, and each sum is right."""

import re
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc

_POWER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
ALL = (
    "512x768 > attention 12",
    "512x768 > attention 12 kv=4 causal relative rotary nobias",
    "14x12x96 > attention 3 headdim=16",
    "56x56x96 > attention 3 window=7 shift=3 relative",
    "64x64 > attention 4 dot",
    "64x64 > attention 4 causal window=9 > attention 4 window=9",
    "1x64 > attention 1",
    "100x64 > lstm 64",
    "100x32 > lstm 64 bias=2 projection=16 layers=2 both last",
    "100x32 > gru 64 > rnn 16 nobias",
    "128x64 > experts 8 top=2 [dense 128 relu > dense in]",
    "100 > embed 1000 64 > position > dense tied=embed",
)


def sums_of(spec: str, **options: Any) -> dict[str, str]:
    """The sums behind the only layer of a spec."""
    (layer, _) = fc.analyze(spec, **options).to_dict(explain=True)["arithmetic"].items()
    found: dict[str, str] = layer[1]
    return found


@pytest.mark.parametrize(
    ("spec", "multiplies", "params"),
    [
        (
            "512x768 > attention 12",
            "4·512·768² + 2·512²·768 = 1,207,959,552 + 402,653,184 = 1,610,612,736",
            "4·768² + 3,072 = 2,362,368",
        ),
        ("100x64 > lstm 64", "8·100·64² = 3,276,800", "8·64² + 256 = 33,024"),
        (
            "100x32 > lstm 64 bias=2",
            "4·100·32·64 + 4·100·64² = 819,200 + 1,638,400 = 2,457,600",
            "4·32·64 + 4·64² + 512 = 25,088",
        ),
        (
            "512x768 > attention 12 kv=4 nobias",
            (
                "2·512·768² + 2·512·768·256 + 2·512²·768 "
                "= 603,979,776 + 201,326,592 + 402,653,184 = 1,207,959,552"
            ),
            "2·768² + 2·768·256 = 1,572,864",
        ),
        (  # windows of 7×7 on the grid, and 13² distances for each of 3 heads
            "56x56x96 > attention 3 window=7 relative",
            "4·56²·96² + 2·56²·7²·96 = 115,605,504 + 29,503,488 = 145,108,992",
            "4·96² + 169·3 + 384 = 37,755",
        ),
        (  # with weights and without, though the sizes are the same
            "64x64 > attention 4",
            "4·64³ + 2·64³ = 1,048,576 + 524,288 = 1,572,864",
            "4·64² + 256 = 16,640",
        ),
    ],
)
def test_equal_products_are_one(spec: str, multiplies: str, params: str) -> None:
    found = sums_of(spec)
    assert found["multiplies"] == multiplies
    assert found["params"] == params


def test_a_unit_and_a_batch_are_in_the_number_before_it() -> None:
    found = sums_of("512x768 > attention 12", unit="flops", batch=2)
    assert found["flops"].startswith("16·512·768² + 8·512²·768 = ")


def test_what_counts_where_a_mask_hides_pairs() -> None:
    found = sums_of("512x768 > attention 12 causal")
    assert found["unpadded"].startswith("4·512·768² + 2·(512·513/2)·768 = ")
    assert "unpadded" not in sums_of("512x768 > attention 12")
    spec = "9x9x4 > conv 3x3 8 > tokens > attention 1 causal"
    arithmetic = fc.analyze(spec, by="module").to_dict(explain=True)["arithmetic"]
    # 25² taps on the image
    assert arithmetic["spec"]["unpadded"].startswith("25²·4·8 + 4·81·8² + 2·(81·82/2)·8 = ")
    assert _value(arithmetic["total"]["unpadded"].split(" = ")[0]) == 20_000 + 20_736 + 53_136


def test_keys_of_another_input_have_sizes_of_their_own(tmp_path: Path) -> None:
    table = tmp_path / "crosses.toml"
    text = '[input]\na = "100x64"\nb = "77x32"\n[rows]\nx = "from a > attention 4 from b"\n'
    table.write_text(text, encoding="utf-8")
    found = fc.analyze(str(table)).to_dict(explain=True)["arithmetic"]["x/1"]
    assert found["multiplies"].startswith("2·100·64² + 2·77·32·64 + 2·100·77·64 = ")
    assert found["params"] == "2·64² + 2·32·64 + 256 = 12,544"


@pytest.mark.parametrize("spec", ALL)
def test_each_sum_comes_to_its_number(spec: str) -> None:
    report = fc.analyze(spec, by="layer")
    arithmetic = report.to_dict(explain=True)["arithmetic"]
    for line in report.lines:
        sums = arithmetic[line.layer]
        counted = int(line.cost.multiplies_unpadded) if "unpadded" in sums else 0
        for name, number in (
            ("multiplies", line.multiplies),
            ("params", line.params),
            ("unpadded", counted),
        ):
            sides = sums[name].split(" = ") if number else []
            assert [_value(side) for side in sides] == [number] * len(sides), sums


def _value(text: str) -> int:
    """What a sum comes to, worked out by Python."""
    powers = re.sub(r"(?<=[\d)])([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda at: f"**{at[1].translate(_POWER)}", text)
    plain = powers.translate({ord(","): None, ord("·"): "*", ord("−"): "-"})
    assert re.fullmatch(r"[\d+*/ ()-]+", plain)
    return int(eval(plain))  # noqa: S307  numbers and signs alone
