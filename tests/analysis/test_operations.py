"""The grain of operations: a row for each word and kernel, in every form that has it."""

import csv
import io
import json

import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.core import COUNTS
from flopcount.pictures.parts import parts_of
from flopcount.writing.formats import FORMATS

SPEC = (
    "9x9x4 > conv 3x3/2 8 > conv 3x3 8 dilation=2 groups=2 > depthwise 3x3 > conv 1x1 6 > "
    "conv 3x1 6 > maxpool 3x3/2 > avgpool 3x3 > avgpool global > flatten > dense 10 > softmax"
)
KEYS = [
    *("conv 3x3", "depthwise 3x3", "conv 1x1", "conv 3x1", "maxpool 3x3", "avgpool 3x3"),
    *("avgpool", "flatten", "dense", "softmax"),
]
PRINTED = [key.replace("3x", "3×").replace("1x", "1×") for key in KEYS]
REPORT = fc.analyze(SPEC, by="op")


def test_a_row_is_a_word_and_a_kernel_whatever_its_stride_groups_and_dilation() -> None:
    assert [line.op for line in REPORT] == KEYS
    assert [len(line.rows) for line in REPORT] == [2, *[1] * 9]
    # 9×9 in steps of two are 5×5; 8 channels in two groups
    assert REPORT["conv 3x3"].multiplies == 5**2 * 3**2 * (4 * 8 + 8 * 8 // 2)
    assert REPORT["conv 1x1"].multiplies == 5**2 * 8 * 6


def test_other_ranks_have_their_own_kernels() -> None:
    assert [line.op for line in fc.analyze("9x4 > conv 3 8 > maxpool 2/2", by="op")] == [
        "conv 3",
        "maxpool 2",
    ]
    assert [line.op for line in fc.analyze("4x4x4x2 > conv 1x3x3 8", by="op")] == ["conv 1x3x3"]


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("csv", "json")])
def test_print_has_the_sign_of_multiplication(form: str) -> None:
    text = REPORT.to_format(form, explain=form != "latex").replace(r"$\times$", "×")
    for name in PRINTED:
        assert name in text
    assert "3x3" not in text.partition("conv 3×3")[2]  # the title is the spec


def test_files_have_plain_keys() -> None:
    *rows, total = csv.DictReader(io.StringIO(REPORT.to_csv()))
    assert [row["op"] for row in rows] == KEYS
    assert total["op"] == "total"
    assert list(REPORT.to_frame()["op"]) == KEYS
    document = json.loads(run([SPEC, "--by", "op", "--explain", "--format", "json"])[0])
    assert [op["op"] for op in document["ops"]] == KEYS
    assert list(document["arithmetic"]) == [*KEYS, "total"]
    assert {layer["op"] for layer in document["layers"]} >= {"conv", "maxpool"}


def test_the_arithmetic_names_what_it_explains() -> None:
    assert REPORT.explain("conv 1x1").splitlines()[0] == "conv 1×1 multiplies  1²·5²·8·6 = 1,200"
    names = [line.partition("  ")[0] for line in REPORT.explain().splitlines()]
    assert names[:3] == ["conv 3×3 multiplies", "conv 3×3 params", "conv 3×3 share"]


def test_a_picture_has_a_bar_for_each() -> None:
    what, parts = parts_of(REPORT)
    assert (what, [part.name for part in parts]) == ("operation", PRINTED)


def test_a_word_alone_is_all_its_kernels() -> None:
    for report in (REPORT, REPORT.by("layer")):
        line = report["conv"]
        assert line.op == "conv"
        rows = [row for row in report.rows if row.node.op.word == "conv"]
        assert list(line.rows) == rows
        for name in COUNTS:
            assert line.cost[name] == sum(row.count(name) for row in rows)
        assert report["conv 3×3"].op == "conv 3x3"  # as it is printed
        assert report["avgpool"].op == "avgpool"
    assert len(REPORT["avgpool"].rows) == 1  # that has a line of its own
    assert REPORT.explain("conv").startswith("conv multiplies")
    with pytest.raises(fc.FlopcountError, match=r"unknown op 'conv 3x4' \(known: conv 3x3, "):
        REPORT["conv 3x4"]
