"""Public models written as tables: equal layer for layer, and as short as a person's table.

The models are drawn by a fixed seed from all that each library has; one that is refused, by the
name of what the notation cannot say, is drawn again.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import pytest
import timm
import torchvision

import flopcount as fc
from flopcount.core import Network
from flopcount.errors import FlopcountError
from flopcount.notation.written import WrittenTable

SEED = 2015
EXACT = ("multiplies", "multiplies_unpadded", "weights", "biases", "norm_params", "norm_stats")
LARGEST = 400  # layers of a model that is drawn: reading the largest takes minutes
DRAWN: dict[str, tuple[int, Callable[[], list[str]]]] = {
    "torchvision": (7, lambda: torchvision.models.list_models(module=torchvision.models)),
    "timm": (7, timm.list_models),
    "keras": (6, lambda: [name for name in dir(keras.applications) if name[0].isupper()]),
}


def _drawn(library: str, names: list[str]) -> Iterator[str]:
    order = random.Random(SEED).sample(sorted(names), len(names))  # noqa: S311  no secret
    return (f"{library}:{name}" for name in order)


def _distinct_blocks(network: Network) -> int:
    """How many modules of more than one layer there are that differ in some layer."""
    modules: dict[str, list[str]] = {}
    for node in network.nodes:
        modules.setdefault(node.module, []).append(repr(node.op))
    return len({tuple(ops) for ops in modules.values() if len(ops) > 1})


def _is_equal(table: fc.Network, was: Network, written: WrittenTable) -> bool:
    """Whether each layer has the counts of the rows that it stands for, which are all there are.

    Statistics that a model holds and no layer reads, the table's comments say to the number.
    """
    before = {row.node.path: row for row in was.rows}
    stood = [path for paths in written.stands_for.values() for path in paths]
    assert sorted(stood) == sorted(before)
    lacks = Counter[str]()
    for row in table.rows:
        of = [before[path] for path in written.stands_for.get(row.node.path, ())]
        for name in EXACT:
            lacks[name] += abs(sum(one.count(name) or 0 for one in of) - row.count(name))
    held = lacks.pop("norm_stats")
    said = any(f"the model has {held} more norm stats" in text for text in written.beside)
    return not any(lacks.values()) and (not held or said)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of others' software
@pytest.mark.parametrize("library", DRAWN)
def test_drawn_models_are_tables_that_a_person_can_read(library: str, tmp_path: Path) -> None:
    wanted, names = DRAWN[library]
    written, refused = [], []
    for name in _drawn(library, names()):
        if len(written) == wanted:
            break
        model = fc.load(name)
        if len(model.nodes) > LARGEST:
            continue
        try:
            table = fc.write(model)
        except FlopcountError as error:
            assert str(error).startswith(f"{name} cannot be written as a table: ")  # noqa: PT017
            assert any(row.node.path in str(error) for row in model.rows)  # noqa: PT017
            refused.append(name)
            continue
        table.save(tmp_path / "net.toml")
        again = fc.load(tmp_path / "net.toml")
        assert _is_equal(again, model, table), name
        assert fc.analyze(again).multiplies == fc.analyze(model).multiplies, name
        assert fc.analyze(again).cost.params == fc.analyze(model).cost.params, name
        lines = len(table.text.splitlines())
        assert lines <= 2 * _distinct_blocks(again) + 30, f"{name}: {lines} lines\n{table.text}"
        written.append(name)
    assert len(written) == wanted, refused
