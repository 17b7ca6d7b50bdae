"""Who prints a number: what is printed somewhere is found, by whom and in which setting."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.counters import printed
from flopcount.counters.networks import Watched, calls_of
from flopcount.counters.printed import candidates
from flopcount.counters.printed.candidates import MOST_CHANGES, Reading, readings
from flopcount.writing.records import records


@cache
def kept(network: str) -> tuple[Reading, ...]:
    return tuple(readings(calls_of(fc.load(network))))


@pytest.fixture(autouse=True)
def _tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be printed of a shipped network is worked out once for all tests."""

    def remembered(watched: Watched, failed: dict[str, str]) -> Iterable[Reading]:
        network = watched.network
        whole = network.whole is None and network.name in fc.names()
        return kept(network.name) if whole else readings(watched, failed)

    monkeypatch.setattr(printed, "readings", remembered)


def rows(network: Any, figure: object) -> list[dict[str, Any]]:
    return list(records(fc.who_prints(network, figure)))


def row_of(
    found: list[dict[str, Any]], value: int, who: str, changed: str | None = None
) -> Mapping[str, Any]:
    (row,) = (
        one
        for one in found
        if (one["value"], one["changed"]) == (value, changed) and who in one["counter"]
    )
    return row


HEADED = "as inception-v3@torchvision, auxiliary heads"


def slow(*case: object) -> Any:
    return pytest.param(*case, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("network", "figure", "value", "who", "changed"),
    [
        # Szegedy et al., arXiv:1409.4842, section 1: "1.5 billion multiply-adds"; its Table 1
        ("googlenet", "1.5 billion multiply-adds", 1_502_000_000, "a column's sum: Szegedy", None),
        ("googlenet", "6.8M parameters", 6_797_700, "a column's sum: Szegedy", "K as 1000"),
        # torchvision's GoogLeNet, 3×3 where 5×5 is printed: docs of torchvision.models, 1.50 GFLOPS
        ("googlenet", "1.50 GFLOPS", 1_498_376_192, "flopcount", "as googlenet@torchvision"),
        # He et al., arXiv:1512.03385, Table 1
        ("resnet-18", "1.8×10^9 FLOPs", 1_800_000_000, "He et al.", None),
        slow("resnet-50", "3.8×10^9 FLOPs", 3_800_000_000, "He et al.", "resnet-50@v1"),
        # docs of torchvision.models: GFLOPS and parameters of resnet18, resnet50
        ("resnet-18", "1.81 GFLOPS", 1_814_073_344, "flopcount", None),
        ("resnet-18", "11.7M params", 11_689_512, "flopcount", None),
        slow("resnet-50", "4.09 GFLOPS", 4_089_184_256, "flopcount", None),
        slow("resnet-50", "25.6M params", 25_557_032, "flopcount", None),
        # docs of keras.applications: ResNet50, 25.6M parameters; its summary(): 25,636,712
        slow("resnet-50", "25,636,712", 25_636_712, "keras", "as resnet-50@keras"),
        # Sandler et al., arXiv:1801.04381, Table 4: 300M MAdds; cut off, not rounded
        ("mobilenet-v2", "300M", 300_774_272, "flopcount", None),
        # pjreddie.com/darknet/yolo: YOLOv3-tiny, 5.56 Bn FLOPS
        ("yolov3-tiny", "5.56 Bn", 5_564_961_792, "flopcount", None),
        # ptflops' README: inception_v3's parameters with its head, and at 224×224
        slow("inception-v3", "27.16M", 27_161_264, "flopcount", HEADED),
        slow("inception-v3", "5.68 GFLOPs", 5_675_842_240, "flopcount", "input 224×224"),
    ],
)
def test_a_number_that_is_printed_is_found(
    network: str, figure: str, value: int, who: str, changed: str | None
) -> None:
    row = row_of(rows(network, figure), value, who, changed)
    assert row["fits"] in ("exactly", "rounded", "cut off")


def test_the_best_fit_and_the_fewest_changes_stand_first() -> None:
    found = rows("mobilenet-v2", "300M")
    ranks = [one["fits"] for one in found]
    assert ranks[0] == "exactly"
    order = ["exactly", "rounded", "cut off", "rounded to 2 digits"]
    assert ranks == sorted(ranks, key=order.index)
    for rank in set(ranks):
        changes = [
            len(one["changed"].split(", ")) if one["changed"] else 0
            for one in found
            if one["fits"] == rank
        ]
        assert changes == sorted(changes)


@pytest.mark.slow
def test_a_word_is_a_hint_and_hides_nothing() -> None:
    plain, macs, flops = (rows("resnet-18", f"1.8 G{word}") for word in ("", "MACs", "FLOPs"))
    assert {one["value"] for one in plain} == {one["value"] for one in macs}
    assert 1_814_073_344 in {one["value"] for one in flops}
    said = fc.who_prints("resnet-18", "1.8 GFLOPs").notes
    assert (
        "called FLOPs; where the unit is MAC or mult-adds, a multiply and its add are one" in said
    )
    said = fc.who_prints("resnet-18", "3.6 GMacs").notes
    assert "called MACs; where the unit is FLOP, a multiply and its add are two" in said


def test_of_parameters_nothing_else_is_said() -> None:
    assert {one["unit"] for one in rows("googlenet", "7.0M params")} == {"parameters"}
    assert {one["unit"] for one in rows("googlenet", "1.58G params")} == {"parameters"}


def test_where_nothing_fits_the_nearest_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sheet = fc.who_prints("resnet-18", "2.71828 G")
    assert not sheet.fits
    assert "nothing fits it; the nearest:" in sheet.notes
    assert all(one["fits"] == "no" for one in records(sheet))
    off = [abs(one["off"]) for one in records(sheet)]
    assert off == sorted(off)
    assert main(["counters", "resnet-18", "--printed", "2.71828 G"]) == 1
    assert "nothing fits it" in capsys.readouterr().out


def test_far_off_there_is_one_row() -> None:
    assert len(rows("resnet-18", "1e30")) == len(rows("resnet-18", 1)) == 1


@pytest.mark.slow
def test_a_table_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "my.toml"
    table.write_text(
        'input = "32x32x3"\n[rows]\na = "conv 3x3 8 > relu"\nb = "flatten > dense 10"\n'
    )
    macs = 32 * 32 * 27 * 8 + 32 * 32 * 8 * 10  # 303,104
    assert main(["counters", str(table), "--printed", f"{macs:,}"]) == 0
    assert "303,104" in capsys.readouterr().out
    at_224 = 224 * 224 * 27 * 8 + 224 * 224 * 8 * 10
    assert row_of(rows(table, at_224), at_224, "flopcount multiplies", "input 224×224")
    headless = rows(table, 32 * 32 * 27 * 8)
    assert "no classifier" in {one["changed"] for one in headless}
    assert row_of(rows(table, 2 * macs), 2 * macs, "flopcount FLOPs")["unit"] == "FLOP"


def test_a_network_without_a_grid_has_no_other_sizes() -> None:
    network = fc.parse("784 > dense 100 > dense 10")
    all_of_it = list(readings(calls_of(network)))
    assert not any("input" in word for one in all_of_it for word in one.changed)
    assert not any("no classifier" in one.changed for one in all_of_it)  # there is nothing else
    macs = 784 * 100 + 100 * 10
    assert row_of(rows(network, macs), macs, "flopcount multiplies")["fits"] == "exactly"


def test_a_part_of_a_network_is_as_it_is() -> None:
    part = fc.load("googlenet")["3a"]
    found = rows(part, fc.analyze(part).total.cost.multiplies)
    assert found[0]["changed"] is None
    assert found[0]["fits"] == "exactly"


@pytest.mark.slow
def test_no_reading_has_more_changes_than_a_few() -> None:
    network = fc.load("googlenet")
    found = list(readings(calls_of(network)))
    assert max(len(one.changed) for one in found) == MOST_CHANGES
    assert {"auxiliary heads", "no classifier", "no biases", "no padding", "input 256×256"} <= {
        word for one in found for word in one.changed
    }


@pytest.mark.slow
def test_each_counter_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    network = fc.load("resnet-18")
    calls = calls_of(network)
    tools = dict(candidates.tools())
    assert tools.keys() <= {one.by for one in readings(calls)}
    fewer = {name: tool for name, tool in tools.items() if name != "fvcore"}
    monkeypatch.setattr(candidates, "tools", lambda: fewer)
    assert "fvcore" not in {one.by for one in readings(calls)}


@pytest.mark.parametrize("form", ["json", "csv", "markdown"])
def test_programs_can_read_it(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["counters", "resnet-18", "--printed", "1.81G", "--format", form]) == 0
    text = capsys.readouterr().out
    assert "1814073344" in text or "1,814,073,344" in text
    if form == "json":
        rows_of_it = json.loads(text)["rows"]
        assert rows_of_it[0]["value"] == 1_814_073_344
        assert rows_of_it[0].keys() == {"value", "unit", "counter", "changed", "fits", "off"}


def test_what_is_no_number_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["counters", "googlenet", "--printed", "4.14 apples"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("flopcount: --printed '4.14 apples': expected a number such as 4.14 G")
    assert err.count("\n") == 1


# ptflops' README, MACs(G) at 224×224: of a version that hooked modules alone
HOOKED = {"resnet-18": "1.82", "resnet-34": "3.68", "resnet-50": "4.12", "resnet-101": "7.85"}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOOKED)
def test_what_ptflops_says_in_its_readme_is_that_of_an_older_version(name: str) -> None:
    fitting = {
        one["changed"]
        for one in rows(name, f"{HOOKED[name]} GMac")
        if "ptflops" in one["counter"].split(", ") and one["fits"] == "rounded"
    }
    # where the newest version rounds to it as well, nothing has to be changed
    assert None in fitting or any("version before 0.7" in changed for changed in fitting)
    assert (None in fitting) == (name == "resnet-34")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2", "vit_b_16"])
def test_what_torchvision_says_of_its_models_is_found(name: str) -> None:
    import torchvision

    meta = torchvision.models.get_model_weights(name).DEFAULT.meta
    network = fc.load(f"torchvision:{name}")
    count = meta["num_params"]
    assert row_of(rows(network, f"{count} params"), count, "flopcount parameters")
    found = rows(network, f"{meta['_ops']:.3f} GFLOPS")
    assert any("flopcount multiplies" in one["counter"] for one in found)
