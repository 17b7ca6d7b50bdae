"""A sweep over measured designs is what each row costs alone, and what is true of decimals."""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.designs.grid import factors
from flopcount.designs.measured import points
from flopcount.designs.pricing import SHOWN

Row = dict[str, str]


def alone(network: str, design: Mapping[str, str], names: Sequence[str] = SHOWN) -> dict[str, int]:
    """What the report says of one design."""
    options: dict[str, Any] = {"set": {}}
    for name, value in design.items():
        if name == "input":
            options["input"] = f"{value}x{value}"
        elif name == "classes":
            options["classes"] = value
        else:
            options["set"][name] = value
    cost = fc.analyze(fc.load(network, **options)).total.cost
    return {name: getattr(cost, name) for name in names}


def text(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0]])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | Sequence[Row]], str]:
    def written(rows: str | Sequence[Row]) -> str:
        path = tmp_path / "accuracy.csv"
        path.write_text(rows if isinstance(rows, str) else text(rows), encoding="utf-8")
        return str(path)

    return written


def some(count: int, seed: int, of: Mapping[str, range]) -> list[Row]:
    """Designs at random, no grid and in no order, each once; ties among what was measured."""
    draw = random.Random(seed)  # noqa: S311  no secret
    found: dict[tuple[int, ...], Row] = {}
    while len(found) < count:
        point = tuple(draw.choice(values) for values in of.values())
        measured = draw.choice(["0.70", "0.7", "0.7130", "0.71301", "5", "1e-1", "", "-3"])
        found[point] = dict(zip(of, map(str, point), strict=True)) | {"accuracy": measured}
    return [*found.values()]


WIDTHS = {"3a.r5": range(1, 80), "3b.n3": range(1, 200), "input": range(64, 300)}


@pytest.mark.parametrize(
    ("network", "of", "count"),
    [
        ("googlenet", WIDTHS, 12),
        ("googlenet@naive", {"3a.n1": range(1, 40), "classes": range(1, 99)}, 5),
        ("resnet-18", {"input": range(33, 300)}, 9),
        ("mobilenet-v2", {"input": range(33, 300), "classes": range(1, 2000)}, 9),
        ("googlenet", WIDTHS, 1),
        ("googlenet", WIDTHS, 2),  # walked one by one
    ],
)
def test_each_row_costs_what_it_costs_alone(
    network: str, of: dict[str, range], count: int, file: Callable[..., str]
) -> None:
    rows = some(count, 1, of)
    frame = fc.sweep(network, measured=file(rows))
    assert [*frame.columns] == [*of, "accuracy", *SHOWN]
    assert set(frame.drop(columns="accuracy").dtypes) == {np.dtype("int64")}
    for found, row in zip(frame.to_dict("records"), rows, strict=True):
        design = {name: row[name] for name in of}
        assert {name: str(found[name]) for name in of} == design
        assert {name: found[name] for name in SHOWN} == alone(network, design), design
        value = float(row["accuracy"]) if row["accuracy"] else np.nan
        assert found["accuracy"] == value or (np.isnan(found["accuracy"]) and np.isnan(value))


@pytest.mark.parametrize("most", [0, 50])
def test_it_is_the_same_where_arrays_would_be_too_large(
    most: int, file: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(some(9, 2, WIDTHS))
    expected = fc.sweep("googlenet", measured=path)
    monkeypatch.setattr(factors, "MAX_FACTOR", most)
    pd.testing.assert_frame_equal(fc.sweep("googlenet", measured=path), expected)
    monkeypatch.setattr(factors, "MAX_FACTOR", 2**20)
    monkeypatch.setattr(points, "_FEW", 99)
    pd.testing.assert_frame_equal(fc.sweep("googlenet", measured=path), expected)


def betters(one: Sequence[Fraction], other: Sequence[Fraction]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def exactly(row: Row, cost: Mapping[str, int]) -> dict[str, Fraction]:
    """All numbers of a design; none where it was not measured."""
    typed = {name: Fraction(cell) for name, cell in row.items() if cell}
    return {name: Fraction(cost[name]) for name in SHOWN} | typed


@pytest.mark.slow
@pytest.mark.parametrize("pareto", ["multiplies,-accuracy", "-accuracy", "params,accuracy,-input"])
@pytest.mark.parametrize("keep", [(), ("accuracy < 0.7131 and 2 * accuracy > -1e-3",)])
def test_a_front_is_what_brute_force_finds(
    pareto: str, keep: tuple[str, ...], file: Callable[..., str]
) -> None:
    rows = some(60, 3, WIDTHS)
    path = file(rows)
    costs = fc.sweep("googlenet", measured=path).to_dict("records")
    keys: list[tuple[list[Fraction], int]] = []
    for place, (row, cost) in enumerate(zip(rows, costs, strict=True)):
        exact = exactly(row, cost)
        if "accuracy" not in exact:
            continue
        if keep and not (Fraction(-1, 2000) < exact["accuracy"] < Fraction("0.7131")):
            continue
        key = [-exact[one[1:]] if one[0] == "-" else exact[one] for one in pareto.split(",")]
        keys.append((key, place))
    front: list[tuple[list[Fraction], int]] = []
    for key, place in keys:
        is_first = key not in [one for one, _ in front]
        if is_first and not any(betters(other, key) for other, _ in keys):
            front.append((key, place))
    assert 0 < len(front) < len(keys)
    found = fc.sweep("googlenet", measured=path, pareto=pareto, keep=keep)
    assert found.to_dict("records") == [costs[place] for _, place in sorted(front)]


def test_what_was_not_measured_is_last_and_stays_in_no_filter(file: Callable[..., str]) -> None:
    path = file("input,top1,ms\n224,,1\n64,70.10,\n96,70.1,3\n128,-5e-1,2\n32,1e1,9\n")
    order = fc.sweep("resnet-18", measured=path, sort="-top1")
    assert order.input.tolist() == [64, 96, 32, 128, 224]
    assert fc.sweep("resnet-18", measured=path, sort="top1", top=2).input.tolist() == [128, 32]
    assert fc.sweep("resnet-18", measured=path, top=2).input.tolist() == [32, 64]
    for keep, inputs in {
        "not top1 > 70": [128, 32],
        "top1 != 70.1": [128, 32],
        "top1 == 70.1": [64, 96],
        "ms < 3 or top1 > 0": [96, 128, 32],
        "top1 * 2 - ms >= 137.2 and input <= 96": [96],
        "1 < 2": [224, 64, 96, 128, 32],
    }.items():
        assert fc.sweep("resnet-18", measured=path, keep=keep).input.tolist() == inputs, keep


def test_decimals_that_are_one_float_are_two(file: Callable[..., str]) -> None:
    near = ["0.1", "0.10000000000000000001", "0.09999999999999999999", "0.1000"]
    assert len(set(map(float, near))) == 1
    path = file("input,x\n" + "".join(f"{32 + n},{x}\n" for n, x in enumerate(near)))
    assert fc.sweep("resnet-18", measured=path, keep="x > 0.1").input.tolist() == [33]
    assert fc.sweep("resnet-18", measured=path, keep="x == 1e-1").input.tolist() == [32, 35]
    assert fc.sweep("resnet-18", measured=path, pareto="-x,input").input.tolist() == [33, 32]
    assert fc.sweep("resnet-18", measured=path, sort="x").input.tolist() == [34, 32, 35, 33]
    large = "multiplies * multiplies * multiplies > x - 0.5"  # past int64, and exact
    assert len(fc.sweep("resnet-18", measured=path, keep=large)) == 4


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.decimals(-(10**12), 10**12, places=6), min_size=1, max_size=12),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.decimals(0, 10**12, places=5),
    st.integers(0, 10**20),
)
def test_filters_are_exact(values: list[Any], sign: str, limit: Any, times: int) -> None:
    frame = pd.DataFrame({"input": range(32, 32 + len(values)), "x": values})
    condition = f"x * {times} - 3 * input {sign} {limit:f} + x"
    found = fc.sweep("8x8x3 > conv 1x1 4", measured=frame, keep=condition, columns="x")
    expected = [
        place
        for place, x in zip(frame.input, map(Fraction, values), strict=True)
        if eval(f"a {sign} b", {"a": x * times - 3 * place, "b": Fraction(limit) + x})  # noqa: S307
    ]
    assert found.input.tolist() == expected


def test_ranges_say_which_rows_are_meant(file: Callable[..., str]) -> None:
    rows = some(40, 4, WIDTHS)
    path, ranges = file(rows), {"input": "64:150", "3a.r5": range(1, 50)}
    found = fc.sweep("googlenet", ranges, measured=path)
    inside = [row for row in rows if int(row["input"]) <= 150 and int(row["3a.r5"]) < 50]
    assert 0 < len(inside) < 40
    assert [*map(str, found.input)] == [row["input"] for row in inside]
    front = fc.sweep("googlenet", ranges, measured=path, pareto="-multiplies")
    assert front.multiplies.tolist() == [found.multiplies.max()]


@pytest.mark.slow
def test_a_frame_is_as_a_file(file: Callable[..., str]) -> None:
    rows = some(30, 5, WIDTHS)
    frame = pd.read_csv(io.StringIO(text(rows)))
    assert frame.accuracy.isna().any()
    for options in ({}, {"keep": "accuracy >= 0.7"}, {"pareto": "params,-accuracy"}):
        expected = fc.sweep("googlenet", measured=file(rows), **options)
        pd.testing.assert_frame_equal(fc.sweep("googlenet", measured=frame, **options), expected)
    frame["input"] = frame["input"].astype(float)  # as pandas has them beside one that is missing
    assert fc.sweep("googlenet", measured=frame).input.dtype == np.dtype("int64")


def test_a_count_in_the_file_is_checked(file: Callable[..., str]) -> None:
    exact = fc.sweep("googlenet", {"3a.r5": "8,16,24"}, columns="params,flops")
    exact["accuracy"] = [0.1, 0.2, 0.3]
    found = fc.sweep("googlenet", measured=file(exact.to_csv(index=False)))
    assert [*found.columns] == ["3a.r5", "accuracy", *SHOWN, "flops"]
    assert found.flops.tolist() == exact.flops.tolist()
    exact.loc[1, "flops"] += 1
    with pytest.raises(FlopcountError, match=r"line 3, column 'flops': the file has"):
        fc.sweep("googlenet", measured=file(exact.to_csv(index=False)))


def test_a_module_alone(file: Callable[..., str]) -> None:
    path = file("r5,accuracy\n8,0.5\n48,0.25\n16,0.125\n")
    found = fc.sweep("googlenet", measured=path, modules=["3a"])
    grid = fc.sweep("googlenet", {"r5": "8,48,16"}, modules=["3a"])
    assert found.drop(columns="accuracy").equals(grid)


def test_networks_that_rows_name(file: Callable[..., str]) -> None:
    path = file(
        "network,input,top1\nresnet-18,224,69.758\ngooglenet@torchvision,224,69.778\n"
        "8x8x3 > conv 3x3 5 > relu,32,1\nresnet-18,160,\n"
    )
    found = fc.sweep(measured=path)
    assert found.network.tolist()[2] == "8x8x3 > conv 3x3 5 > relu"
    for row in found.to_dict("records"):
        assert {name: row[name] for name in SHOWN} == alone(row["network"], {"input": row["input"]})
    best = fc.fit(None, {"params": 10**7}, measured=path, maximize="top1", vary={"input": "224"})
    assert (best.network, best.values, best.within) == ("googlenet@torchvision", {"input": 224}, 1)  # noqa: PD011
