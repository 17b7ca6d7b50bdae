"""``--columns``: any count of the registry in the place of the usual columns."""

import csv
import io
import json
from collections.abc import Callable

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core import counts as registry
from flopcount.core.counts import COUNTS, Count

ALL = ",".join(COUNTS)
Printed = Callable[..., str]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    def run(*words: str) -> str:
        assert main(list(words)) == 0
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("network", ["googlenet", "inception-v3", "8x8x4 > conv 3x3 4 norm > lrn"])
@pytest.mark.parametrize("grain", ["layer", "branch", "module", "op"])
def test_printed_rows_add_up_to_the_printed_total(
    network: str, grain: str, printed: Printed
) -> None:
    text = printed(network, "--by", grain, "--columns", ALL, "--format", "csv")
    *rows, total = csv.DictReader(io.StringIO(text))
    document = json.loads(printed(network, "--format", "json"))["total"]
    for name in COUNTS:
        group, dot, kind = name.rpartition(".")
        exact = document[group][kind] if dot else document[kind]
        assert sum(int(row[name]) for row in rows) == int(total[name]) == exact


def test_each_printed_form_has_the_columns_in_the_order_asked_for(printed: Printed) -> None:
    # 3×3 max pooling with stride 1 on 28×28×192: 8 compares an output, then a ReLU's one of 32
    compares = 8 * 28 * 28 * 192 + 28 * 28 * 32
    asked = ("googlenet", "--module", "3a", "--columns", "elementwise.compares,activations")
    for form, cut in (("table", None), ("markdown", "|"), ("latex", "&")):
        lines = [line for line in printed(*asked, "--format", form).splitlines() if "pool" in line]
        cells = lines[-1].replace("\\\\", "").strip(" |").split(cut)
        assert [cell.strip().replace(",", "") for cell in cells[-2:]] == [
            str(compares),
            str(28 * 28 * (192 + 32)),
        ]


def test_the_heading_says_what_each_column_counts(printed: Printed) -> None:
    text = printed("googlenet", "--batch", "4", "--columns", "activations,norm_stats")
    assert "counts of a batch of 4 samples" in text
    for name in ("activations", "norm_stats"):
        assert f"{COUNTS[name].title}: {COUNTS[name].says}" in text
    assert "naive" not in text  # nothing that is shown is compared with it


def test_a_batch_multiplies_all_but_parameters(printed: Printed) -> None:
    def total(*words: str) -> dict[str, str]:
        text = printed("inception-v3", "--columns", ALL, "--format", "csv", *words)
        return list(csv.DictReader(io.StringIO(text)))[-1]

    single, batch = total(), total("--batch", "7")
    for name, count in COUNTS.items():
        assert int(batch[name]) == int(single[name]) * (7 if count.grows else 1)


def test_what_is_shown_is_explained_and_nothing_else(printed: Printed) -> None:
    text = printed("googlenet", "--module", "3a", "--columns", "params", "--explain")
    assert "(1²·192·16 + 16) + (5²·16·32 + 32) = 3,088 + 12,832 = 15,920" in text
    assert "5²·28²" not in text


def test_a_join_is_shown_where_it_has_what_was_asked_for(printed: Printed) -> None:
    assert "concat" in printed("googlenet", "--module", "3a", "--columns", "activations")
    assert "concat" not in printed("googlenet", "--module", "3a", "--columns", "params")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("mutliplies", "did you mean 'multiplies'"),
        ("elementwise", "did you mean 'elementwise.adds'"),
        ("params,params", "a count is named twice"),
        ("", "unknown count ''"),
        ("params,", "unknown count ''"),
    ],
)
def test_what_is_no_count_is_one_line(
    columns: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["googlenet", "--columns", columns]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err


def test_a_unit_is_of_the_usual_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["googlenet", "--columns", "params", "--unit", "flops"]) == 2
    assert "a unit is of the usual columns" in capsys.readouterr().err


def test_a_new_count_is_one_entry(monkeypatch: pytest.MonkeyPatch, printed: Printed) -> None:
    pairs = Count("nests", "nests", "the nests of a layer", lambda row: len(row.work.nests))
    monkeypatch.setitem(registry.COUNTS, "nests", pairs)
    net = fc.parse("8x8x4 > conv 3x3 4 > maxpool 2x2/2")  # a product, its bias, its ReLU; a pool
    assert fc.analyze(net).cost.nests == 4
    assert fc.analyze(net).to_dict()["total"]["nests"] == 4
    assert "the nests of a layer" in printed("googlenet", "--columns", "nests")
    assert fc.formula("HxWx4 > conv 3x3 4 > maxpool 2x2/2", count="nests").text() == "4"
    designs = fc.sweep("8x8x4 > conv 3x3 k", {"k": [1, 2]}, keep="nests >= 3")
    assert len(designs) == 2
