"""Networks that everyone knows, built in Keras at full size: ten of those under 5 GMAC.

The others are built in the same way by hand: the blocks of each family are in one of these.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import pytest

import flopcount as fc
from flopcount.frameworks.keras.check import check

FULL = (
    "lenet-5@paper",
    "alexnet",
    "resnet-18",
    "densenet-121",
    "squeezenet-1.0",
    "mobilenet-v3-small",
    "shufflenet-v1-g3",
    "shufflenet-v2-x0.5",
    "efficientnet-b0",
    "deit-s",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", FULL)
def test_a_network_is_what_keras_builds(name: str) -> None:
    network = fc.load(name)
    assert fc.analyze(network).total.cost.multiplies < 5 * 10**9
    result = check(network)
    assert [(layer.row.node.path, layer.differs) for layer in result.differing] == []
    assert [total for total in result.totals if total.differs] == []
    assert len(result.layers) == len(network.nodes)
    assert result.skipped == 0
