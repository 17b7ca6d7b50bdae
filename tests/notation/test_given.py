"""A network is given as a Network, or named: wherever one is taken."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc

SPEC = "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"
TABLE = 'input = "28x28x192"\n[rows]\na = "conv 1x1 16 reduce > conv 5x5 32"\n'
NET = fc.load("googlenet")
CHANGED = dataclasses.replace(NET, name="mine")
GIVEN: dict[str, Callable[[Path], Any]] = {
    "a name": lambda _: "googlenet",
    "a name, spelt otherwise": lambda _: "GoogLeNet",
    "a rewrite": lambda _: "googlenet@width=0.5",
    "a spec": lambda _: SPEC,
    "a path as text": str,
    "a path": lambda path: path,
    "a Network": lambda _: NET,
    "a module": lambda _: NET["3a"],
}


@pytest.mark.slow
@pytest.mark.parametrize("how", GIVEN)
def test_everything_takes_what_names_a_network(how: str, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(TABLE, encoding="utf-8")
    given = GIVEN[how](path)
    network = given if isinstance(given, fc.Network) else fc.load(given)
    report = fc.analyze(given)
    assert report == fc.analyze(network)
    assert isinstance(report.network, fc.Network)
    assert fc.compare([given, "inception-v3"]).total == fc.compare([network, "inception-v3"]).total
    if how != "a rewrite":
        assert fc.reductions(given) == fc.reductions(network)
    assert fc.formula(given).text() == fc.formula(network).text()
    budget = {"params": report.params}
    assert fc.fit(given, budget, "width").value == fc.fit(network, budget, "width").value


def test_several_networks_in_any_order_and_kind() -> None:
    given = (item for item in ("googlenet", NET, fc.parse(SPEC), NET["3a"]))
    found = fc.compare(given)
    titles = [column.group for column in found.columns if column.name.endswith("_params")]
    assert titles == ["googlenet", "googlenet (2)", SPEC, "googlenet, module 3a"]


@pytest.mark.parametrize(
    "given",
    ["googlenet", Path("googlenet"), NET, 3, None],
    ids=["name", "path", "Network", "3", "None"],
)
def test_one_network_is_not_several(given: Any) -> None:
    with pytest.raises(fc.FlopcountError, match="expected a list of networks, as in"):
        fc.compare(given)


@pytest.mark.parametrize(
    "call", [fc.analyze, fc.reductions, fc.check, lambda one: fc.compare([one, one])]
)
@pytest.mark.parametrize(
    "given",
    [None, 3, ["googlenet"], b"googlenet"],
    ids=["None", "3", "list", "bytes"],
)
def test_what_names_no_network(call: Callable[[Any], Any], given: Any) -> None:
    with pytest.raises(fc.FlopcountError, match="expected a network: a name, a path, a spec"):
        call(given)


@pytest.mark.parametrize("call", [fc.analyze, fc.check])
def test_a_function_without_inputs_asks_for_them(call: Callable[[Any], Any]) -> None:
    with pytest.raises(fc.FlopcountError, match="what goes into this function"):
        call(fc.load)


@pytest.mark.parametrize("call", [fc.reductions, lambda one: fc.compare([one, one])])
def test_a_function_names_no_network(call: Callable[[Any], Any]) -> None:
    with pytest.raises(fc.FlopcountError, match="expected a network: a name, a path, a spec"):
        call(fc.load)


# --- what needs a network's sizes open


def same(left: fc.Formula, right: fc.Formula) -> bool:
    return (left.name, left.text(), left.domain) == (right.name, right.text(), right.domain)


def test_a_formula_of_a_network_is_that_of_what_it_was_loaded_from() -> None:
    changed = fc.load("googlenet", set={"3a.r5": 24}, classes=10)
    expected = fc.formula("googlenet", set={"3a.r5": 24}, classes=10)
    copies = [copy.copy(changed), copy.deepcopy(changed), pickle.loads(pickle.dumps(changed))]  # noqa: S301  our own
    for network in (changed, *copies):
        assert same(fc.formula(network), expected)
    assert same(fc.formula(fc.parse(SPEC)), fc.formula(SPEC))


def test_a_formula_of_a_part() -> None:
    assert same(
        fc.formula(NET["3a"], free=["r5"]), fc.formula("googlenet", module="3a", free=["r5"])
    )
    branch = fc.formula("googlenet", module="3a", branch="5x5")
    for part in (NET["3a"]["5x5"], NET["3a/5x5"], NET.select(["3a", "3b"])["3a/5x5"]):
        assert same(fc.formula(part), branch)
    assert same(fc.formula(NET, module="3a", branch="5x5"), branch)
    several = fc.formula(NET.select(["3a", "3b"]))
    assert several.name == "googlenet, modules 3a, 3b"
    whole = sum(fc.analyze("googlenet")[name].multiplies for name in ("3a", "3b"))
    assert several.text() == f"{whole // 28**2}·⌈H/8⌉⌈W/8⌉"


def test_sweeps_and_fits_of_a_network_and_of_modules() -> None:
    vary = {"r5": "8:16:8"}
    by_name = fc.sweep("googlenet", vary, modules=["3a"])
    assert fc.sweep(NET["3a"], vary).equals(by_name)
    assert fc.sweep(NET, vary, modules=["3a"]).equals(by_name)
    budget = {"multiplies": 150_000_000}
    assert fc.fit(NET["3a"], budget, "r5") == fc.fit("googlenet", budget, "r5", modules=["3a"])


@pytest.mark.parametrize(
    ("call", "phrase"),
    [
        (lambda: fc.formula(NET["3a/5x5/2"]), "not of layer 3a/5x5/2"),
        (lambda: fc.sweep(NET["3a"]["5x5"], {"r5": [8]}), "not of branch 5x5"),
        (lambda: fc.fit(NET["3a"]["5x5"], {"params": 10**4}, "r5"), "not of branch 5x5"),
        (lambda: fc.formula(NET["3a"], module="3b"), "takes no module or branch besides"),
        (lambda: fc.sweep(NET["3a"], {"r5": [8]}, modules=["3a"]), "takes no module or branch"),
        (lambda: fc.formula(NET, input="299x299"), "give input to fc.load, or give the name"),
        (lambda: fc.fit(NET, {"params": 10**6}, "width", classes=10), "give classes to fc.load"),
        (lambda: fc.sweep(NET, {"3a.r5": [8]}, set={"3b.r5": 8}), "give set to fc.load"),
        (
            lambda: fc.formula(dataclasses.replace(NET, name="mine")),
            "was made or changed in Python",
        ),
        (
            lambda: fc.formula(dataclasses.replace(NET, name="mine")["3a"]),
            "made or changed in Python",
        ),
        (lambda: fc.formula(None), "named by a text or a path, not by None"),  # type: ignore[arg-type]
    ],
)
def test_what_has_no_sizes_to_open(call: Callable[[], Any], phrase: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        call()
    assert phrase in str(error.value)
    assert "\n" not in str(error.value)
