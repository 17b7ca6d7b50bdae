"""Models of PyTorch's libraries, built, read and counted as other software counts them."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.facts.read_models import UNKNOWN, Fact, built, counted, differences, given

pytestmark = pytest.mark.slow
FACTS: dict[str, Fact] = {
    name: {"name": name} | fact
    for name, fact in tomllib.loads(
        Path(__file__).with_name("read_models.toml").read_text(encoding="utf-8")
    ).items()
}


@pytest.mark.filterwarnings("default")  # of others' software
@pytest.mark.parametrize("name", FACTS)
def test_a_model_read_is_counted_as_other_software_counts_it(name: str) -> None:
    fact = FACTS[name]
    module = built(fact)
    for run in fact["runs"].values():
        found = counted(module, given(run["inputs"]))
        assert differences(fact, run, found) == []
        assert [op for op in found.unknown if not any(kind in op for kind in UNKNOWN)] == []


def test_there_are_forty_of_every_group() -> None:
    groups = Counter(fact["group"] for fact in FACTS.values())
    assert groups.total() == 40
    assert min(groups.values()) >= 3
    assert set(groups) == {"torchvision", "timm", "transformers", "units"}
