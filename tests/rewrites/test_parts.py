"""The parts of a network that are networks: modules, branches and layers, on what they read."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core import walk
from flopcount.core.counts import Counts
from flopcount.rewrites import part_name
from tests.shipped import SAMPLE

NET = fc.load("googlenet")
SPEC = "28x28x192 > [1x1: conv 1x1 8 | 5x5: conv 1x1 16 reduce > conv 5x5 32] > conv 3x3 8"


@pytest.mark.parametrize("name", SAMPLE)
def test_every_module_of_every_network_is_a_network(name: str) -> None:
    network = fc.load(name, aux=True)
    whole = {row.node.path: row for row in walk(network)}
    seen = []
    for module in network.modules:
        part = network[module]
        assert part.whole is network
        assert part.modules == (module,)
        for row in walk(part):
            assert row.output == whole[row.node.path].output
            assert Counts([row]) == Counts([whole[row.node.path]])
            seen.append(row.node.path)
        assert part.output in {node.path for node in part.nodes}
    assert sorted(seen) == sorted(whole)


def test_a_module_sees_its_real_input() -> None:
    part = fc.load("googlenet")["4a"]
    assert part.inputs == {"pool3/1": (14, 14, 480)}
    assert part.output == "4a/concat"
    assert repr(part) == "<Network googlenet, module 4a: 14×14×480 → 14×14×512, 8 layers>"


def test_a_module_by_its_long_name() -> None:
    network = fc.load("googlenet")
    assert network["inception_3a"].modules == network["inception-3a"].modules == ("3a",)


def test_a_row_that_repeats_a_block_names_its_modules() -> None:
    network = fc.load("inception-v4")
    repeated = [module for module in network.modules if "." in module]
    row = repeated[0].rpartition(".")[0]
    expected = tuple(module for module in repeated if module.rpartition(".")[0] == row)
    assert network[row].modules == expected
    assert network[expected[1]].modules == (expected[1],)


def test_several_modules_keep_the_networks_order() -> None:
    network = fc.load("googlenet")
    assert network.select(["4a", "3a", "inception_4a"]).modules == ("3a", "4a")
    assert network.select(["4a", "3a"]).inputs == {
        "pool2/1": (28, 28, 192),
        "pool3/1": (14, 14, 480),
    }


def test_a_part_of_a_part() -> None:
    network = fc.load("googlenet")
    part = network.select(["3a", "3b"])["3b"]
    assert part.modules == ("3b",)
    assert part.whole is network
    assert fc.analyze(part).total == fc.analyze(network["3b"]).total


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("3c", "googlenet: unknown module '3c'"),
        ("inception_9z", "unknown module 'inception_9z'"),
        ("avgpol", "did you mean 'avgpool'?"),
        ("", "unknown module ''"),
        ("3c/5x5", "unknown module '3c/5x5'"),
        ("5x5", "unknown module '5x5'"),
        ("5x5", "a branch is named with its module: '3a/5x5'"),
        ("3a/5x6", "googlenet: 3a: unknown branch or layer '5x6' (known: 1x1, 3x3, 5x5, pool, con"),
        ("3a/5x5/3", "googlenet: 3a/5x5: unknown branch or layer '3' (known: 1, 2)"),
        ("3a/", "unknown branch or layer ''"),
        ("/", "unknown module '/'"),
    ],
)
def test_a_module_that_is_not_there(name: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        NET[name]
    assert phrase in str(error.value)
    assert "\n" not in str(error.value)


# --- branches and layers


@pytest.mark.parametrize("name", SAMPLE)
def test_every_layer_of_every_network_is_a_network(name: str) -> None:
    network = fc.load(name, aux=True)
    for row in network.rows[::7]:
        part = network[row.node.path]
        read = dict(zip(row.node.inputs, row.inputs, strict=True))
        assert {port: part.inputs[port] for port in read} == read
        assert set(part.inputs) - set(read) <= {row.node.like}
        assert part.rows == (row,)
        assert (part.output, part.whole) == (row.node.path, network)


def test_a_branch_is_a_part_by_every_name_that_it_has() -> None:
    branch = NET["3a"]["5x5"]
    assert [node.path for node in branch.nodes] == ["3a/5x5/1", "3a/5x5/2"]
    assert branch.inputs == {"pool2/1": (28, 28, 192)}
    assert branch.output == "3a/5x5/2"
    assert branch == NET["3a/5x5"] == NET["inception_3a/5x5"] == NET.select(["3a"])["3a/5x5"]
    assert fc.analyze(branch).multiplies == 28**2 * (192 * 16 + 25 * 16 * 32)


def test_a_layer_is_a_part_by_every_name_that_it_has() -> None:
    layer = NET["3a/5x5/2"]
    assert layer.inputs == {"3a/5x5/1": (28, 28, 16)}
    assert layer == NET["3a"]["5x5/2"] == NET["3a"]["5x5"]["2"] == NET["3a"]["5x5"]["3a/5x5/2"]
    assert fc.analyze(layer).multiplies == 28**2 * 25 * 16 * 32


def test_a_rows_name_and_a_branch_are_that_branch_of_its_modules() -> None:
    part = fc.load("inception-v4")["C/1x1"]
    assert part.modules == ("C.1", "C.2", "C.3")
    assert {node.branch for node in part.nodes} == {"1x1"}


def test_a_spec_has_branches_and_layers() -> None:
    network = fc.parse(SPEC)
    assert repr(network["5x5"]).endswith(", branch 5x5: 28×28×192 → 28×28×32, 2 layers>")
    assert network["1"] == network["spec/1"]
    with pytest.raises(FlopcountError, match=r"branch or layer '3' \(known: 1x1, 5x5, 1, 2\)"):
        network["3"]


def test_a_layer_that_reads_several_has_all_their_shapes() -> None:
    shapes = list(NET["3a/concat"].inputs.values())
    assert shapes == [(28, 28, 64), (28, 28, 128), (28, 28, 32), (28, 28, 32)]


def test_a_part_of_a_rewritten_network() -> None:
    reference = "googlenet@factorize=5x5:3x3"
    halves = fc.load(reference)["3a/5x5"]
    assert [node.path for node in halves.nodes] == ["3a/5x5/1", "3a/5x5/2/1", "3a/5x5/2"]
    assert fc.analyze(halves).multiplies == fc.analyze(reference)["3a/5x5"].multiplies
    assert len(fc.load(reference)["3a/5x5/2"].nodes) == 1  # the layer of this path, and no other


# --- modules one after the other


@pytest.mark.parametrize("name", ["googlenet", "inception-v4@timm"])
def test_a_network_is_iterated_over_by_module(name: str) -> None:
    network = fc.load(name)
    modules = list(network)
    assert len(modules) == len(network) == len(network.modules)
    assert modules == [network[module] for module in network.modules]
    assert all(type(module) is fc.Network for module in modules)
    assert sum(fc.analyze(module).multiplies for module in network) == fc.analyze(name).multiplies
    assert list(modules[1]) == [modules[1]]


def test_what_is_in_a_network() -> None:
    for name in ("3a", "inception_3a", "3a/5x5", "3a/5x5/2", "3a/concat"):
        assert name in NET
    for name in ("5x5", "3c", "3a/5x6", "", "/", None, 3, NET["3a"]):
        assert name not in NET
    assert "5x5" in NET["3a"]
    assert "C" in fc.load("inception-v4")


def test_a_network_is_never_nothing() -> None:
    assert NET
    assert fc.parse("8x8x3 > relu")
    assert dataclasses.replace(NET, nodes=())


# --- what a part is, as a value and in words


def test_a_part_is_copied_and_kept_whole() -> None:
    branch = NET["3a"]["5x5"]
    for other in (pickle.loads(pickle.dumps(branch)), copy.deepcopy(branch), copy.copy(branch)):  # noqa: S301  our own
        assert other == branch
        assert other.whole == NET
        assert str(fc.analyze(other)) == str(fc.analyze(branch))
    assert dataclasses.replace(branch, title="other").whole == NET


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (NET, ""),
        (NET["3a"], "module 3a"),
        (NET["conv1"], "module conv1"),
        (NET.select(["3a", "3b"]), "modules 3a, 3b"),
        (NET["3a"]["5x5"], "module 3a, branch 5x5"),
        (NET["3a"]["1x1"], "module 3a, branch 1x1"),
        (NET["3a/5x5/2"], "layer 3a/5x5/2"),
        (NET["3a/concat"], "layer 3a/concat"),
        (fc.load("inception-v4")["C/1x1"], "modules C.1, C.2, C.3, branch 1x1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_heading_calls_a_part(part: Any, said: str) -> None:
    assert part_name(part) == said
    heading = fc.analyze(part).to_text().splitlines()[0]
    opening = ", ".join(filter(None, (f"{part.title}: {part.name}", said)))
    assert heading.startswith(f"{opening}, ")
    assert f"{', ' if said else ''}{said}: " in repr(part)


# --- spelt otherwise


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["inception (3a)", "Inception_3a", "Inception 3A", "3A", "inception-3a", "INCEPTION(3a)"],
)
def test_a_module_is_found_as_a_paper_or_a_framework_writes_it(name: str) -> None:
    assert NET[name] == NET.select(name) == NET["3a"]
    assert fc.analyze("googlenet", modules=[name], branch="5×5").network == NET["3a/5x5"]
    assert fc.analyze("googlenet")[name] == fc.analyze("googlenet")["3a"]
    swept = [fc.sweep("googlenet", {"r5": [8]}, modules=[module]) for module in (name, "3a")]
    assert swept[0].equals(swept[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["3a/5x5", "inception (3a)/5x5", "3A/5X5", "inception_3a/5×5"])
def test_a_branch_may_stand_where_a_module_or_a_branch_does(name: str) -> None:
    branch = NET["3a"]["5x5"]
    assert fc.analyze("googlenet", modules=[name]).network == branch
    assert fc.analyze("googlenet", branch=name).network == branch
    assert fc.analyze("googlenet", modules=["3a"], branch=name).network == branch
    assert fc.reductions(NET, modules=[name]) == fc.reductions(NET, branch=name)
    text = fc.formula("googlenet", module="3a", branch="5x5").text()
    assert fc.formula("googlenet", module=name).text() == text
    assert fc.formula("googlenet", branch=name).text() == text


def test_modules_and_branches_are_selected_together() -> None:
    part = NET.select(["3b", "3a/5x5"])
    assert part.nodes == (*NET["3a/5x5"].nodes, *NET["3b"].nodes)
    assert part_name(part) == "parts 3a/5x5, 3b"
    assert part_name(NET.select(["3a/5x5/2", "3b/1x1", "conv1"])) == "parts conv1, 3a/5x5/2, 3b/1x1"
    assert part_name(NET.select(["3a/5x5/2", "3a/3x3/1"])) == "layers 3a/3x3/1, 3a/5x5/2"


def test_a_sweep_is_of_no_branch() -> None:
    with pytest.raises(FlopcountError, match="of a network or of modules, not of '3a/5x5'"):
        fc.sweep("googlenet", {"3a.r5": [8]}, modules=["3a/5x5"])


def test_another_spelling_is_taken_where_it_is_of_one_module(tmp_path: Any) -> None:
    (tmp_path / "net.toml").write_text(
        'input = "8x8x3"\n[rows]\na-b = "relu"\na_b = "relu"\n"3a" = "relu"\n"3A" = "relu"\n'
        'inception_3a = "relu"\nconv11 = "relu"\n"conv2-1" = "relu"\n'
    )
    network = fc.load(tmp_path / "net.toml")
    for name in ("3a", "3A", "a-b", "a_b", "inception_3a"):
        assert network[name].modules == (name,)
    assert network["Conv_11"].modules == ("conv11",)
    assert network["conv2_1"].modules == ("conv2-1",)
    for name in ("A-B", "ab", "inception (3A)", "conv1_1", "conv1-1", "conv21"):
        with pytest.raises(FlopcountError, match="unknown module"):
            network[name]
