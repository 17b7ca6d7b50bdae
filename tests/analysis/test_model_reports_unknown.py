"""What nobody knows is said in every form, and never a zero."""

import csv
import io
import json

import pandas as pd
import pytest

import flopcount as fc
from tests.analysis.models import nested, unknown

DENSE, INNER, PRODUCT = 2 * 4 * 8, 2 * 8 * 8, 2 * 5 * 2
KNOWN = DENSE + INNER + PRODUCT
UNPRICED = ["inner/aten.linalg_qr", "inner/aten._fft_r2c", "inner/inverse"]
NAMES = ["aten.linalg_qr", "aten._fft_r2c", "aten.linalg_inv_ex"]


def test_a_row_of_unknown_counts_has_dashes_and_a_sum_reads_at_least() -> None:
    text = fc.analyze(unknown(), by="layer").to_text()
    table = text.split("\n\n")[1]
    rows = {line.split()[0]: line.split() for line in table.splitlines()}
    for path in UNPRICED:
        assert rows[path][-3:] == ["–", "–", "–"]
    assert rows["total"][2:] == ["≥", f"{KNOWN}", "100.0", "%", f"{40 + 72}"]
    assert "complete" not in table


def test_the_footer_names_each_operation_with_its_uses() -> None:
    text = fc.analyze(unknown()).to_text()
    for name, path in zip(NAMES, UNPRICED, strict=True):
        assert f"{name}, 1 use ({path})" in text
    assert "unknown, and in no count and no share: " in text
    assert (
        f"total at least {KNOWN} MACs (a multiply and an add each) = at least {2 * KNOWN}" in text
    )
    assert "unknown" not in fc.analyze(nested()).to_text()
    assert "at least" not in fc.analyze(nested()).to_text()


def test_modules_branches_and_operations_say_it_too() -> None:
    report = fc.analyze(unknown())
    inner = report["inner"]
    assert (inner.multiplies, inner.params, inner.complete) == (INNER + PRODUCT, 72, False)
    assert report["inner/inverse"].multiplies is None
    assert report["aten.linalg_qr"].params is None
    assert (report["fc"].multiplies, report["fc"].complete) == (DENSE, True)
    assert not report.complete
    assert report.multiplies == KNOWN
    assert repr(report["inner/inverse"]) == "<Line inner/inverse: unknown>"
    assert repr(inner) == "<Line inner: at least 148 multiplies, 72 parameters>"
    assert repr(report) == "<Report of Unknown by module: at least 212 multiplies, 112 parameters>"
    assert "≥ 148" in report.by("branch").by("module").to_text()
    assert "≥ 20" in report.by("module", depth=2).to_text()


def test_shares_are_those_of_what_is_known() -> None:
    sheet = fc.analyze(unknown(), by="layer").sheet()
    (place,) = (n for n, column in enumerate(sheet.columns) if column.name == "share_percent")
    shares = [row[place] for row in sheet.rows]
    assert sum(share for share in shares if share is not None) == 1000
    assert [share is None for share in shares] == [
        *(False, False, True, True, False, True),
    ]


def test_csv_has_empty_cells_and_says_which_rows_are_complete() -> None:
    rows = list(csv.DictReader(io.StringIO(fc.analyze(unknown(), by="layer").to_csv())))
    by_name = {row["layer"]: row for row in rows}
    for path in UNPRICED:
        row = by_name[path]
        assert (row["multiplies"], row["params"], row["share_percent"]) == ("", "", "")
        assert row["complete"] == "False"
    assert by_name["fc"]["complete"] == "True"
    assert (by_name["total"]["multiplies"], by_name["total"]["complete"]) == (str(KNOWN), "False")
    assert "complete" not in fc.analyze(nested()).to_csv().splitlines()[0]


@pytest.mark.parametrize(
    ("form", "dash", "least"),
    [
        ("markdown", "| – |", "| ≥ 212 |"),
        ("latex", "& -- &", r"$\geq$ 212"),
        ("html", "–", "≥ 212"),
    ],
)
def test_other_forms_print_it(form: str, dash: str, least: str) -> None:
    text = " ".join(fc.analyze(unknown(), by="layer").to_format(form).split())
    assert text.count(dash) >= len(UNPRICED)
    assert least in text
    assert "at least 212 MACs" in text


def test_json_has_null_and_says_what_is_not_complete() -> None:
    document = json.loads(fc.analyze(unknown()).to_json())
    layers = {layer["layer"]: layer for layer in document["layers"]}
    for path in UNPRICED:
        layer = layers[path]
        assert (layer["multiplies"], layer["params"], layer["complete"]) == (None, None, False)
        assert set(layer["elementwise"].values()) == {None}
        assert layer["activations"] > 0  # its shapes are known
    assert layers["fc"]["complete"]
    assert document["unknown"] == [
        {"op": name, "uses": 1, "layers": [path]}
        for name, path in zip(NAMES, UNPRICED, strict=True)
    ]
    assert not document["complete"]
    assert not document["total"]["complete"]
    assert document["total"]["multiplies"] == KNOWN
    assert {one["module"]: one["complete"] for one in document["modules"]} == {
        "fc": True,
        "inner": False,
    }
    inverse = next(one for one in document["branches"] if one["branch"] == "inverse")
    assert (inverse["multiplies"], inverse["complete"]) == (None, False)
    known = json.loads(fc.analyze(nested()).to_json())
    assert (known["complete"], known["unknown"]) == (True, [])


def test_a_data_frame_has_integers_and_na() -> None:
    frame = fc.analyze(unknown(), by="layer").to_frame().set_index("layer")
    assert str(frame["multiplies"].dtype) == "Int64"
    assert frame.loc["inner/inverse", "multiplies"] is pd.NA
    assert frame["multiplies"].sum() == KNOWN
    assert list(frame.index[~frame["complete"]]) == UNPRICED
    assert str(fc.analyze(nested()).to_frame()["multiplies"].dtype) == "int64"


def test_the_arithmetic_says_what_is_in_no_sum() -> None:
    report = fc.analyze(unknown())
    said = str(report.explain())
    assert f"total multiplies  {DENSE} + {INNER + PRODUCT} = {KNOWN}" in said
    assert "inner unknown     aten.linalg_qr (inner/aten.linalg_qr), " in said
    assert str(report.explain("inner/inverse")).endswith(": in none of the sums")
    assert "unknown" not in str(fc.analyze(nested()).explain())


def test_chosen_columns_and_scaled_units_are_no_zeros() -> None:
    chosen = fc.analyze(unknown(), by="layer", columns=["macs", "params", "elementwise.adds"])
    rows = {row[0]: row[3:6] for row in chosen.sheet().rows}
    assert rows["inner/inverse"] == (None, None, None)
    assert f"≥ {KNOWN}" in chosen.to_text()
    scaled = fc.analyze(unknown(), unit="KFLOPs,Kparams", digits=2).to_text()
    assert "≥ 0.42" in scaled
    assert "at least" in scaled


def test_side_by_side_nothing_is_divided_that_is_not_known() -> None:
    sheet = fc.compare([unknown(), nested(), "googlenet"])
    assert str(sheet.total[1:5]) == f"({KNOWN}, 112, False, {fc.analyze(nested()).multiplies})"  # type: ignore[index]
    names = [column.name for column in sheet.columns]
    total = dict(zip(names, sheet.total, strict=True))  # type: ignore[arg-type]
    assert (total["Nested_ratio"], total["googlenet_ratio"]) == (None, None)
    assert f"≥ {KNOWN}" in str(sheet)
    assert "Unknown: unknown, and in no count" in str(sheet)
    assert "Unknown_complete" in sheet.written("csv").splitlines()[0]  # type: ignore[union-attr,operator]
    assert "complete" not in str(sheet).split("\n\n")[1]
