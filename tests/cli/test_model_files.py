"""Every verb on a small network as an ONNX file, as a .keras file and as a function of JAX."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import flopcount as fc
from tests.cli.lines import Cli, line_of
from tests.cli.model_files import (
    FIVE,
    FUNCTION,
    HEAD,
    MULTIPLIES,
    PARAMS,
    REDUCE,
    SIDE,
    STEM,
    write_keras,
    write_onnx,
)


class Given(NamedTuple):
    """How a network is named, its input, and the input's shape with other sides."""

    name: str
    input: str
    shape: Callable[[int, int], list[int]]

    @property
    def words(self) -> tuple[str, str, str]:
        return self.name, "--input", self.input


FIRST = f"1x3x{SIDE}x{SIDE}"
LAST = f"1x{SIDE}x{SIDE}x3"
KINDS = ["onnx", "keras", pytest.param("jax", marks=pytest.mark.slow)]


@pytest.fixture
def given(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Given]:
    monkeypatch.chdir(tmp_path)
    if request.param == "onnx":
        write_onnx(tmp_path / "small.onnx")
        yield Given("small.onnx", FIRST, lambda h, w: [1, 3, h, w])
    elif request.param == "keras":
        write_keras(tmp_path / "small.keras")
        yield Given("small.keras", LAST, lambda h, w: [1, h, w, 3])
    else:
        (tmp_path / "small_nets.py").write_text(FUNCTION)
        monkeypatch.syspath_prepend(str(tmp_path))
        yield Given("jax:small_nets:apply", LAST, lambda h, w: [1, h, w, 3])
        sys.modules.pop("small_nets", None)


@pytest.mark.parametrize("given", KINDS, indirect=True)
def test_a_report_has_each_layer_by_its_name(given: Given, cli: Cli) -> None:
    document = json.loads(cli(*given.words, "--format", "json"))
    counted = {layer["layer"]: layer["multiplies"] for layer in document["layers"]}
    assert (counted["stem"], counted["reduce"], counted["five"]) == (STEM, REDUCE, FIVE)
    assert sum(counts for name, counts in counted.items() if name.startswith("head")) == HEAD
    total = document["total"]
    assert (total["multiplies"], total["params"]) == (MULTIPLIES, PARAMS)
    assert document["complete"] is True
    assert document["input"] == given.shape(SIDE, SIDE)
    assert list(document["inputs"].values()) == [given.shape(SIDE, SIDE)]
    kind = {"s": given.name.rpartition(".")[2], "j": "jax"}[given.name[0]]
    assert document["reader"]["name"] == kind
    how = {"onnx": "nothing of it runs", "keras": "in inference", "jax": "as it is traced"}[kind]
    assert how in document["convention"]


@pytest.mark.parametrize("given", KINDS, indirect=True)
def test_the_sizes_of_its_input_are_open(given: Given, cli: Cli) -> None:
    per_pixel = MULTIPLIES - HEAD
    found = cli("formula", *given.words)
    assert f"multiplies = {per_pixel // SIDE**2}·H·W + {HEAD}" in found
    batch = json.loads(cli(*given.words, "--batch", "3", "--format", "json"))
    assert batch["total"]["multiplies"] == 3 * MULTIPLIES
    assert batch["total"]["params"] == PARAMS
    swept = cli("sweep", *given.words, "--vary", "H=16,32", "--format", "csv")
    assert f"32,{2 * per_pixel + HEAD}" in swept
    fitted = cli("fit", *given.words, "--budget", "multiplies=2e6", "--scale", "input")
    within = int(line_of(fitted, "within")[1])
    # the sides in the steps that the formula has, as large as they may be
    assert per_pixel // SIDE**2 * within**2 + HEAD <= 2 * 10**6


@pytest.mark.parametrize("given", KINDS, indirect=True)
def test_rewrites_and_reductions(given: Given, cli: Cli) -> None:
    naive = STEM + 5**2 * 8 * 8 * SIDE**2 + HEAD
    marked = json.loads(cli(*given.words, "--reduce", "reduce", "--format", "json"))["total"]
    assert marked["naive_multiplies"] == naive
    solved = cli("breakeven", *given.words, "--reduce", "reduce", "--format", "csv")
    # 5²·8·8 / (8 + 5²·8) = 1600 / 208
    assert f"reduce,multiplies,4,{1600 / 208:.4f}," in solved
    name = f"{given.name}@separable"
    apart = json.loads(cli(name, "--input", given.input, "--format", "json"))["total"]
    separable = ((9 * 3 + 3 * 8) + 8 * 4 + (25 * 4 + 4 * 8)) * SIDE**2 + HEAD
    assert apart["multiplies"] == separable


def test_they_stand_beside_each_other(tmp_path: Path) -> None:
    files = write_onnx(tmp_path / "a.onnx"), write_keras(tmp_path / "b.keras")
    networks = [fc.load(files[0], input=FIRST), fc.load(files[1], input=LAST)]
    rows = {row[0]: row[1:] for row in fc.compare(networks).rows}
    assert rows["stem"] == (STEM, 9 * 3 * 8 + 8, STEM, 9 * 3 * 8 + 8, 1.0)
    table = tmp_path / "mine.toml"
    table.write_text(
        'input = "16x16x3"\n[rows]\nfirst = "conv 3x3 8"\nreduce = "conv 1x1 4"\n'
        'five = "conv 5x5 8"\nlast = "avgpool global > flatten > dense 10"\n'
    )
    beside = {row[0]: row[1:] for row in fc.compare([fc.load(table), networks[1]]).rows}
    # a grid is what stands beside the channels, wherever those are
    assert beside["at 16×16"][0] == beside["at 16×16"][2] == STEM


@pytest.mark.parametrize(
    "kind",
    ["drawing", *(pytest.param(k, marks=pytest.mark.slow) for k in ("modules", "layers", "tree"))],
)
@pytest.mark.parametrize(
    "given", ["keras", pytest.param("onnx", marks=pytest.mark.slow)], indirect=True
)
def test_pictures(given: Given, kind: str, cli: Cli) -> None:
    cli("plot", *given.words, "--kind", kind, "-o", "picture.svg")
    assert "five" in Path("picture.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("given", ["onnx", "keras"], indirect=True)
def test_a_change_that_only_a_table_has_names_a_cure(
    given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    from flopcount.cli.main import main

    assert main([f"{given.name}@width=0.5", "--input", given.input]) == 2
    said = capsys.readouterr().err
    cure = "model.save('other.keras')" if "keras" in given.name else "export the changed model"
    assert "its layers are as wide as its file makes them" in said
    assert cure in said


def test_what_a_keras_model_trains_is_said(tmp_path: Path, cli: Cli) -> None:
    path = write_keras(tmp_path / "small.keras")
    frozen = 3**2 * 3 * 8 + 8  # the stem's
    said = f"{PARAMS - frozen:,} trainable and {frozen:,} non-trainable parameters"
    assert said in cli(path, "--input", LAST)
    document = json.loads(cli(path, "--input", LAST, "--format", "json"))
    assert (document["trainable"], document["non_trainable"]) == (PARAMS - frozen, frozen)


def test_sizes_that_a_file_leaves_free_are_asked_for(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "small.onnx")
    with pytest.raises(fc.FlopcountError, match="--input image=1x3x224x224"):
        fc.load(path)
    with pytest.raises(fc.FlopcountError, match="'imge': it takes image; did you mean 'image'"):
        fc.load(path, input={"imge": FIRST})


def test_sizes_that_a_program_leaves_free_are_asked_for_as_it_gives_them(tmp_path: Path) -> None:
    import onnx

    proto = onnx.load(write_onnx(tmp_path / "small.onnx"))
    proto.graph.input[0].name = proto.graph.node[0].input[0] = "image.1"
    form = r"free in the model: give sizes, as in fc\.inputs\(\*\*\{'image\.1': '1x3x224x224'\}\)$"
    with pytest.raises(fc.FlopcountError, match=form):
        fc.analyze(proto)


def test_a_size_that_nobody_gave_is_asked_for_where_others_are_open(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "small.onnx")
    assert "H" in fc.formula(path).text()
    with pytest.raises(fc.FlopcountError, match="are free in the file: give sizes, as in --input"):
        fc.formula(path, free="H")


def test_a_model_of_onnx_in_a_program(tmp_path: Path) -> None:
    import onnx

    proto = onnx.load(write_onnx(tmp_path / "small.onnx"))
    before = proto.SerializeToString()
    sides = (1, 3, SIDE, SIDE)
    for inputs in (sides, fc.inputs(*sides), fc.inputs(image=sides), {"image": sides}, FIRST):
        assert fc.analyze(proto, inputs).multiplies == MULTIPLIES
    assert proto.SerializeToString() == before
    network = fc.read_onnx(proto, sides, symbols={"S": [(0, 2), ("image", 3)]}, name="mine")
    assert fc.formula(network, free=["S"]).text() == f"{(MULTIPLIES - HEAD) // SIDE**2}·S² + {HEAD}"
    assert network.name == "mine"
    with pytest.raises(fc.FlopcountError, match=r"no onnx.ModelProto; a file is read by fc.load"):
        fc.read_onnx("small.onnx")
    with pytest.raises(fc.FlopcountError, match=r"as in fc\.inputs\(image=.1x3x224x224.\)$"):
        fc.analyze(proto)
