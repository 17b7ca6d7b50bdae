"""Models without figures here, read and compared with PyTorch's own counter while they run."""

import random

import pytest

from tests.facts.other_models import differing, others
from tests.facts.read_models import UNKNOWN, Fact

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # of others' software
]
SEED, DRAWN = 2015, 15  # benchmarks/read_all.py --others reads all of them
SOME = random.Random(SEED).sample(list(others()), DRAWN)  # noqa: S311  the same each time


@pytest.mark.parametrize("fact", SOME, ids=lambda fact: fact["name"])
def test_a_model_read_is_counted_as_pytorch_counts_it(fact: Fact) -> None:
    found, lines = differing(fact)
    assert lines == []
    assert [op for op in found.unknown if not any(kind in op for kind in UNKNOWN)] == []
