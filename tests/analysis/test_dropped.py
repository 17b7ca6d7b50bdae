"""What is not read or repeated unevenly is said: in the footer, and in the JSON."""

from collections import Counter
from itertools import product

import pytest

import flopcount as fc
from flopcount.analysis.dropped import Dropped, Repeated, dropped, loss_notes, repeated
from flopcount.core import Row


def only(spec: str) -> Row:
    """The row of a spec of one layer."""
    (row,) = fc.parse(spec).rows
    return row


def notes(spec: str) -> tuple[str, ...]:
    network = fc.parse(spec)
    return loss_notes(network, network.rows)


def footer(reference: str) -> list[str]:
    text = str(fc.analyze(fc.load(reference), by="layer"))
    return [line for line in text.splitlines() if line.startswith(("not read:", "repeated"))]


# -- as the meets have it, pair by pair


def landed(row: Row) -> list[Counter[int]]:
    """How often each number along each axis is read, by running the loops."""
    meets = next(nest.meets["o:t"] for nest in row.work.nests if "o:t" in nest.meets)
    found = []
    for meet, outputs in zip(meets, row.output[:-1], strict=True):
        pairs = product(range(outputs), range(getattr(meet, "taps", 1)))
        found.append(Counter(meet.lands(o, t) for o, t in pairs))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("padding", ["valid", "same", "pad=1"])
@pytest.mark.parametrize("layer", ["maxpool {k}/{s} {p}", "conv {k}/{s} 4 {p}"])
def test_what_windows_leave_at_the_end_is_not_read(layer: str, padding: str) -> None:
    for n, k, s in product(range(5, 14), range(2, 6), range(1, 6)):
        row = only(f"{n}x3 > {layer.format(k=k, s=s, p=padding)}")
        (read,) = landed(row)
        last = max(at for at in read if at is not None)
        left = n - 1 - last
        lost = dropped(row)
        if left > max(s - k, 0):  # more than between two windows
            assert lost == Dropped((0,), (left,))
        else:
            assert lost is None


def test_what_a_crop_leaves_is_not_read() -> None:
    for n, before, after in product((4, 7), range(3), range(2)):
        row = only(f"{n}x{n}x3 > crop before={before}x0 after=0x{after}")
        high, wide = landed(row)
        assert min(high) == before
        assert max(wide) == n - 1 - after
        lost = dropped(row)
        assert lost == (Dropped((before, 0), (0, after)) if before or after else None)


def test_how_often_an_upsample_repeats() -> None:
    for n, m in product(range(1, 7), range(1, 20)):
        if m < n:
            continue
        row = only(f"{n}x3 > upsample to={m}")
        (read,) = landed(row)
        times = min(read.values()), max(read.values())
        assert (repeated(row) or Repeated((m // n,), (m // n,))) == Repeated(*zip(times))
    assert repeated(only("4x4x3 > upsample to=7 bilinear")) is None  # a mean of neighbours
    assert repeated(only("4x4x3 > upsample 3")) is None


@pytest.mark.parametrize(
    "layer",
    [
        "conv 1x1/2 4 valid",  # of two pixels a stride reads one: that is what it is for
        "conv 1x1/4 4 valid",
        "conv 3x3 4 valid",
        "avgpool to=3x3",  # its cells overlap
        "avgpool global",
        "transposed 4x4/2 4 pad=1",  # it crops what it puts out
        "transposed 3x3/4 4",
        "pad 1",
        "glu",
        "lrn",
        "pixelshuffle 2",
        "split [identity | conv 1x1 8]",
        "flatten > dense 5",
    ],
)
def test_what_reads_all_says_nothing(layer: str) -> None:
    assert notes(f"10x10x4 > {layer}") == ()


# -- what is said


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (
            "7x7x4 > maxpool 2x2/2 valid",
            "not read: the last row and column of 7×7 by maxpool 2×2/2 (spec/1)",
        ),
        (
            "7x8x4 > conv 2x2/2 5 valid",
            "not read: the last row of 7×8 by 2×2/2 (spec/1)",
        ),
        (
            "11x12x4 > avgpool 5x5/4 valid",
            "not read: the last 2 rows and the last 3 columns of 11×12 by avgpool 5×5/4 (spec/1)",
        ),
        ("9x9x4 > crop 2", "not read: a margin of 2 of 9×9 by crop 2 (spec/1)"),
        (
            "9x9x4 > crop to=6x6",
            (
                "not read: the first row and column and the last 2 rows and columns of 9×9 "
                "by crop to=6 (spec/1)"
            ),
        ),
        (
            "9x9x4 > crop before=1x0 after=0x2",
            (
                "not read: the first row and the last 2 columns of 9×9 "
                "by crop before=1×0 after=0×2 (spec/1)"
            ),
        ),
        ("8x3 > maxpool 3/2 valid", "not read: the last position of 8 by maxpool 3/2 (spec/1)"),
        (
            "4x5x5x3 > maxpool 2x2x2/2 valid",
            "not read: the last row and column of 4×5×5 by maxpool 2×2×2/2 (spec/1)",
        ),
        (
            "14x14x2 > upsample to=33x28",
            "repeated unevenly: rows 2 or 3 times of 14×14 by upsample to=33×28 (spec/1)",
        ),
        (
            "3x3x2 > upsample to=5x7",
            (
                "repeated unevenly: rows 1 or 2 times and columns 2 or 3 times of 3×3 by "
                "upsample to=5×7 (spec/1)"
            ),
        ),
    ],
)
def test_sentences(spec: str, said: str) -> None:
    assert notes(spec) == (said,)
    assert footer(spec) == [said]


def test_many_layers_are_grouped_and_few_are_named() -> None:
    arms = " | ".join(["maxpool 2x2/2 valid"] * 7)
    (said,) = notes(f"9x9x2 > [{arms}]")
    assert said == (
        "not read: the last row and column of 9×9 by maxpool 2×2/2 (spec/1/1, spec/1/2, spec/1/3 "
        "and 4 more)"
    )
    (said,) = notes("99x99x2 > " + " > ".join(["crop 1"] * 9))
    assert said.endswith("a margin of 1 of 93×93 by crop 1 (spec/4); and by 5 other layers")
    assert said.count("(") == 4


def test_a_part_of_the_channels_that_no_arm_reads_is_said(tmp_path: object) -> None:
    table = f"{tmp_path}/parted.toml"
    with open(table, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write('input = "8x8x4"\n[rows]\na = "conv 3x3 4"\nb = "split [from a | conv 1x1 3]"\n')
    assert footer(table) == ["not read: part 1 of 2 of the channels by split (b/1)"]


def test_a_module_says_what_its_own_layers_lose() -> None:
    spec = "inception-resnet-v1@facenet"
    (said,) = footer(spec)
    assert said.startswith("not read: the last row and column of 160×160 by 3×3/2 (conv1")
    text = str(fc.analyze(fc.load(spec)["reduction-B"]))
    assert "not read: the last row and column of 8×8 by 3×3/2 (reduction-B/3x3-a/2, " in text
    assert "160×160 by" not in text


def test_the_json_has_the_numbers() -> None:
    report = fc.analyze(fc.parse("7x8x4 > maxpool 2x2/2 valid > upsample to=7x8 > conv 1x1 3"))
    pool, upsample, conv = report.to_dict()["layers"]
    assert pool["dropped"] == {"before": [0, 0], "after": [1, 0]}
    assert upsample["repeated"] == {"least": [2, 2], "most": [3, 2]}
    assert "dropped" not in upsample
    assert not {"dropped", "repeated"} & set(conv)


# -- the rest of the footer


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("9x9x4 > conv 3x3 8", "the rest on its zero padding"),
        ("9x9x4 > transposed 4x4/2 8 pad=1", "the rest on what transposed convolutions crop"),
        (
            "9x9x4 > conv 3x3 8 > transposed 4x4/2 8 pad=1",
            "the rest on its zero padding, and on what transposed convolutions crop",
        ),
        ("9x9x4 > transposed 4x4/2 8", "all of the multiplies inside the image"),
    ],
)
def test_where_the_other_multiplies_fall(spec: str, said: str) -> None:
    lines = str(fc.analyze(spec)).splitlines()
    assert any(line.endswith(said) for line in lines)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("norm", "weights + 16 of batch norm; 320 with 16 moving statistics"),
        ("norm=group:4", "weights + 16 of norms"),
        ("norm > norm=layer", "weights + 32 of batch norm and other norms; 336 with 16 moving"),
        ("norm=rms", "weights + 8 of norms"),
        ("norm=instance:stats", "288 parameters: 288 weights"),
    ],
)
def test_whose_the_norms_parameters_are(words: str, said: str) -> None:
    assert said in str(fc.analyze(f"9x9x4 > conv 3x3 8 nobias {words}"))
