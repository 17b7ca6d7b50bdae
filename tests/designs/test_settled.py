"""What an option says beside what varies: it stays, or it is refused; it is never ignored."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import flopcount as fc


@pytest.mark.parametrize(
    ("given", "name", "sizes"),
    [
        ("64x96", "H", ["32x96", "48x96"]),
        ("64x224", "H", ["32x224", "48x224"]),  # a width that it has anyway
        ("64x96x1", "input", ["32x32x1", "48x48x1"]),
    ],
)
def test_what_a_size_says_beside_what_varies_stays(given: str, name: str, sizes: list[str]) -> None:
    designs = fc.sweep("googlenet", {name: [32, 48]}, input=given)
    reports = [fc.analyze(fc.load("googlenet", input=size)) for size in sizes]
    for count in ("multiplies", "params", "activations"):
        assert [*designs[count]] == [getattr(report.cost, count) for report in reports]


@pytest.mark.parametrize(
    ("reference", "name", "given"),
    [
        ("whisper-tiny", "audio.L", {"text": "448"}),  # as many as it has anyway
        ("whisper-tiny", "audio.L", {"text": "7"}),
        ("t5-small", "source.T", {"source": "64"}),  # only so is it of one input alone
        ("t5-small", "source.T", {"target": "64"}),
    ],
)
def test_what_sizes_of_other_inputs_say_stays(
    reference: str, name: str, given: dict[str, str]
) -> None:
    designs = fc.sweep(reference, {name: [20, 40]}, input=given)
    which = name.partition(".")[0]
    for length, multiplies in zip([20, 40], designs.multiplies, strict=True):
        size = f"{length}x80" if which == "audio" else f"{length}"
        network = fc.load(reference, input={**given, which: size})
        assert multiplies == fc.analyze(network).cost.multiplies


@pytest.mark.parametrize(
    ("reference", "vary", "given", "said"),
    [
        ("whisper-tiny", ["audio.L"], {"audio": "300x80", "text": "9"}, "input audio is both set"),
        ("whisper-tiny", ["audio.L", "text.T"], {"text": "448"}, "input text is both set"),
        ("t5-small", ["source.T"], {"source": "7", "target": "9"}, "input source is both set"),
        ("t5-small", ["T"], {"source": "7", "target": "7"}, "input is both set and varied"),
        ("bert-base", ["T"], "7", "input is both set and varied"),
    ],
)
def test_a_size_of_an_input_of_which_nothing_stays(
    reference: str, vary: list[str], given: Any, said: str
) -> None:
    with pytest.raises(fc.FlopcountError, match=said):
        fc.sweep(reference, {name: [20] for name in vary}, input=given)


def test_what_a_network_was_loaded_with_varies() -> None:
    """It is the start of a what-if, not an option beside the one that varies."""
    network = fc.load("googlenet", input="64x64", set={"3a.r5": 24})
    designs = fc.sweep(network, {"input": [32], "3a.r5": [16]})
    assert [*designs.params] == [fc.analyze(fc.load("googlenet")).cost.params]
    vary = {"3a.r5": [16], "input": [32]}
    assert fc.fit(network, {"params": 10**7}, vary=vary).counts["params"] == designs.params[0]
    assert fc.formula(network["3a"]["5x5"], free=["r5"]).text() == "63488·r5"  # 8²·(192 + 25·32)


def test_a_size_beside_a_table_of_sizes(tmp_path: Path) -> None:
    table = pd.DataFrame({"input": [32, 48], "top1": [0.5, 0.6]})
    with pytest.raises(fc.FlopcountError, match="input is both set and a column of measured"):
        fc.sweep("googlenet", measured=table, input="64x64")
    path = tmp_path / "a.csv"
    path.write_text("input,top1\n32,1\n", encoding="utf-8")
    with pytest.raises(fc.FlopcountError, match=r"both set and a column of .*a.csv'"):
        fc.fit("googlenet", {"macs": 10**9}, measured=path, maximize="top1", input="64x64")
    with pytest.raises(fc.FlopcountError, match="set and a column of measured, row 0"):
        fc.sweep(measured=table.assign(network="googlenet"), input="64x64")
    gray = fc.sweep("googlenet", measured=table, input="64x64x1")
    reports = [fc.analyze(fc.load("googlenet", input=f"{side}x{side}x1")) for side in (32, 48)]
    assert [*gray.multiplies] == [report.cost.multiplies for report in reports]
    loaded = fc.sweep(fc.load("googlenet", input="64x64"), measured=table)
    assert loaded.multiplies[0] == fc.analyze(fc.load("googlenet", input="32x32")).cost.multiplies
