"""Sweeps over repeats, kernels, strides and heads: each design is the network built with them."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.shaped import MAX_SHAPED

COUNTS = ("multiplies", "multiplies_unpadded", "params", "activations")
DEPTH = {"conv4_x.n": [4, 6], "input": [64, 96], "conv3_x.n": [3, 4, 5]}
GRIDS: list[tuple[str, dict[str, list[int]]]] = [
    ("resnet50", {"conv4_x.n": [1, 6, 23]}),
    ("resnet50", DEPTH),
    ("efficientnet-b0", {"input": [64, 65], "stage4.k": [3, 5], "stage4.s": [1, 2]}),
    ("vit-b16", {"layers.h": [1, 3], "embed.d": [96, 192], "embed.p": [16, 32]}),
]


def report(reference: str, values: Mapping[str, int]) -> list[int]:
    """What the network costs that is built with these values, by its report."""
    sizes = {name: value for name, value in values.items() if name != "input"}
    side = values.get("input")
    network = fc.load(reference, input=None if side is None else f"{side}x{side}", set=sizes)
    return [getattr(fc.analyze(network).cost, count) for count in COUNTS]


@pytest.mark.parametrize(("reference", "vary"), GRIDS)
def test_each_design_is_the_network_built_with_it(
    reference: str, vary: dict[str, list[int]]
) -> None:
    points = [*itertools.product(*vary.values())]  # in the order of the grid
    found = fc.sweep(reference, vary)
    assert [*found.columns] == [*vary, *COUNTS]
    assert [tuple(row) for row in found[[*vary]].to_numpy().tolist()] == points
    expected = [report(reference, dict(zip(vary, point, strict=True))) for point in points]
    assert found[[*COUNTS]].to_numpy().tolist() == expected


@pytest.mark.slow
@settings(max_examples=20)
@given(st.permutations([*DEPTH]), st.data())
def test_in_whatever_order_the_names_stand(names: list[str], data: st.DataObject) -> None:
    vary = {
        name: data.draw(st.lists(st.sampled_from([3, 4, 5, 6]), min_size=1, unique=True))
        if name != "input"
        else [64, 96]
        for name in names
    }
    found = fc.sweep("resnet18", {name: vary[name] for name in names})
    row = found.iloc[data.draw(st.integers(0, len(found) - 1))]
    values = {name: int(row[name]) for name in names}
    assert [int(row[count]) for count in COUNTS] == report("resnet18", values)


@pytest.mark.slow
def test_what_is_chosen_is_chosen_of_all_of_them() -> None:
    whole = fc.sweep("resnet18", DEPTH, columns=[*COUNTS, "macs"])
    few = whole[whole.multiplies <= 5 * 10**8]
    assert 0 < len(few) < len(whole)
    kept = fc.sweep("resnet18", DEPTH, keep="macs <= 5e8", columns=[*COUNTS, "macs"])
    pd.testing.assert_frame_equal(kept, few.reset_index(drop=True))
    top = fc.sweep("resnet18", DEPTH, top=3, sort="-params")
    assert [*top.params] == sorted(whole.params, reverse=True)[:3]
    front = fc.sweep("resnet18", DEPTH, pareto="multiplies,-params")
    pairs = [*zip(whole.multiplies, -whole.params, strict=True)]
    best = [
        pair
        for pair in pairs
        if not any(one[0] <= pair[0] and one[1] <= pair[1] and one != pair for one in pairs)
    ]
    assert sorted(zip(front.multiplies, -front.params, strict=True)) == sorted(best)
    counted = fc.sweep("resnet18", DEPTH, keep="macs <= 5e8", count=True)
    assert counted.set_index("name").least["params"] == few.params.min()


@pytest.mark.slow
def test_tiles_and_workers_change_nothing(tmp_path: Path) -> None:
    whole = fc.sweep("resnet50", DEPTH)
    pd.testing.assert_frame_equal(fc.sweep("resnet50", DEPTH, resume=tmp_path / "kept"), whole)
    pd.testing.assert_frame_equal(fc.sweep("resnet50", DEPTH, workers=2), whole)
    fc.sweep_to(tmp_path / "designs.parquet", "resnet50", DEPTH)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "designs.parquet"), whole)


def test_counts_that_are_not_asked_for_may_be_past_int64(
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv = ["sweep", "resnet18", "--vary", "conv4_x.n=1:2", "--vary", "input=64,1000000000"]
    argv += ["--columns", "params"]
    assert main([*argv, "--sort=-params", "--top", "1"]) == 0
    said = capsys.readouterr().out
    assert f"{fc.analyze(fc.load('resnet18')).cost.params:,}" in said
    assert "changes no count" not in said  # the multiplies, which nobody asked for, grow
    assert main(argv) == 2  # the least multiplies come first, unless another is asked for
    multiplies = report("resnet18", {"conv4_x.n": 2, "input": 10**9})[0]
    assert f"conv4_x.n=2, input=1000000000: multiplies is {multiplies:,}; a " in (
        capsys.readouterr().err
    )


def test_the_modules_of_all_depths_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["sweep", "resnet18", "--module", "conv4_x", "--vary", "n=2:3"]
    assert main(argv) == 0
    said, rows = capsys.readouterr().out, fc.sweep("resnet18", {"conv4_x.n": [2, 3]})
    assert said.startswith("resnet-18, module conv4_x: 2 designs\n")
    more = int(rows.params[1] - rows.params[0])  # a third block
    module = fc.sweep("resnet18", {"n": [2, 3]}, modules=["conv4_x"])
    assert module.params[1] - module.params[0] == more == 2 * (9 * 256**2 + 2 * 256)


def test_a_name_that_changes_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["sweep", "resnet50", "--module", "conv4_x.2", "--vary", "conv4_x.n=4:5"]
    assert main([*argv, "--vary", "input=64,96"]) == 0
    said = capsys.readouterr().out
    assert "conv4_x.n changes no count here" in said
    assert "input changes no count here" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("resnet50 --vary conv4_x.n=0:3", "conv4_x.n is 0, not a whole number"),
        ("vit-b16 --vary layers.h=4:6", "layers.h=5: vit-b16: layers.1/attention: 5 heads"),
        ("resnet50 --vary conv4_x.n=1:2 --vary n=1:2 --module conv4_x.1", "both vary conv4_x.n"),
        ("resnet50 --vary conv4_x.n=4:6 --set conv4_x.n=3", "conv4_x.n is both set and varied"),
        ("resnet50 --vary width=0.5:1:0.25", "width is a factor, no whole number"),
        ("resnet50 --vary conv4_x.n=1:5000", "5,000 networks to be built one by one"),
        (
            "resnet50 --vary conv4_x.n=1:4000 --vary input=1:4000",
            f"16,000,000 designs; where conv4_x.n makes other networks, at most {MAX_SHAPED:,}",
        ),
        (
            "resnet50 --module conv4_x.6 --vary conv4_x.n=5:6",
            "conv4_x.n=5: resnet-50: unknown module 'conv4_x.6'",
        ),
        ("resnet50 --vary conv4_x.n=4:6 --device gpu --top 1", "each design is priced alone"),
        (
            "resnet50 --vary conv4_x.n=1:2 --vary conv5_x.c=2000000000",
            "conv4_x.n=1: conv5_x.c=2000000000: ",
        ),
    ],
)
def test_what_cannot_be_is_one_line(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", *words.split()]) == 2
    out, errors = capsys.readouterr()
    assert not out
    assert said in errors
    assert errors.count("\n") == 1


def test_measured_depths_are_priced() -> None:
    """He et al., arXiv:1512.03385, Table 1: of ResNet-101 and -152 these rows differ from -50's."""
    depths = pd.DataFrame(
        {"conv4_x.n": [23, 36, 6, 6], "conv3_x.n": [4, 8, 4, 4], "input": [224, 224, 224, 160]}
        | {"top1": [0.774, 0.783, 0.761, 0.72]}
    )
    found = fc.sweep("resnet50", measured=depths)
    for row, name in enumerate(["resnet101", "resnet152", "resnet50"]):
        cost = fc.analyze(fc.load(name)).cost
        assert [int(found[count][row]) for count in COUNTS] == [
            getattr(cost, count) for count in COUNTS
        ]
    best = fc.fit("resnet50", {"macs": 5 * 10**9}, measured=depths, maximize="top1")
    assert best.counts["multiplies"] == fc.analyze(fc.load("resnet50")).cost.multiplies


def test_measured_depths_that_cannot_be_name_their_row(tmp_path: Path) -> None:
    path = tmp_path / "heads.csv"
    path.write_text("layers.h,top1\n4,1\n5,2\n", encoding="utf-8")
    with pytest.raises(fc.FlopcountError, match=r"line 3: .*5 heads do not divide 768 channels"):
        fc.sweep("vit-b16", measured=path)


def test_the_first_measured_depth_that_cannot_be_is_named() -> None:
    heads = pd.DataFrame({"layers.h": [3, 7, 5], "input": [224, 224, 224], "top1": [1, 2, 3]})
    with pytest.raises(fc.FlopcountError, match=r"row 1: .*7 heads do not divide"):
        fc.sweep("vit-b16", measured=heads)


def test_counts_of_one_network_each_may_be_past_int64() -> None:
    """Of each depth alone a count is a number: the multiplies, which nobody asks for, 7.9·10²¹."""
    vary, side = {"layers.n": [1, 2]}, "640000x640000"
    rows = fc.sweep("vit-b16", vary, input=side, sort="params", top=2, columns="params")
    network = fc.load("vit-b16", set={"layers.n": 1})
    tokens = (640000 // 16) ** 2 - (224 // 16) ** 2  # each place has its embedding
    assert rows.params[0] == fc.analyze(network).cost.params + tokens * 768
    with pytest.raises(fc.FlopcountError, match=r"^layers.n=2: multiplies is [0-9,]{27,}; "):
        fc.sweep("vit-b16", vary, input=side)


def test_modules_that_are_as_many_as_a_row_repeats_are_told_as_typed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "a.csv"
    table.write_text("conv4_x.n,a\n6,1\n23,2\n")
    n, part = ["--vary", "conv4_x.n=6,23"], ["--module", "conv4_x"]
    for argv, name in (
        (["sweep", "resnet50", *n, *part], "resnet-50, module conv4_x: 2 designs"),
        (["sweep", "resnet50", "--measured", str(table), *part], "resnet-50, module conv4_x: 2"),
        (["fit", "resnet50", *n, *part, "--budget", "macs=6G"], "resnet-50, module conv4_x: the"),
        (
            ["sweep", "resnet18", *n, "--module", "conv3_x"],
            "resnet-18, modules conv3_x.1, ",
        ),
    ):
        assert main(argv) == 0
        assert capsys.readouterr().out.startswith(name)
