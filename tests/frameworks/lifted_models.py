"""What the tests of lifted networks look at: words, counts, which rows a node stands for."""

from collections.abc import Callable
from typing import Any

import torch

from flopcount.core import Counts, Network
from flopcount.frameworks.lifted import Lifted, lifted
from tests.frameworks.torch_models import read

EXACT = ("multiplies", "multiplies_unpadded", "weights", "biases", "norm_params", "norm_stats")
ELEMENTWISE = ("adds", "multiplies", "compares", "divides", "exponentials")
COUNTED = (*EXACT, *(f"elementwise.{kind}" for kind in ELEMENTWISE))


def lift(function: Callable[..., Any], *inputs: torch.Tensor, **parts: Any) -> Lifted:
    """A module's own code, read and lifted; its network is compared with the model's."""
    network = read(function, *inputs, **parts)
    done = lifted(network)
    check(network, done)
    return done


def check(network: Network, done: Lifted) -> None:
    """Each row of the model stands somewhere, once; the exact counts are equal in sum."""
    stood = [path for paths in done.stands_for.values() for path in paths]
    assert sorted(stood) == sorted(node.path for node in network.nodes)
    assert set(done.stands_for) == {node.path for node in done.network.nodes}
    ours, theirs = Counts(done.network.rows), Counts(network.rows)
    compared = EXACT if done.beside else COUNTED
    assert {name: ours[name] for name in compared} == {name: theirs[name] for name in compared}


def words(done: Lifted) -> list[str]:
    """The word of each node, with what rides on it."""
    return [_word(node.op) for node in done.network.nodes]


def _word(op: Any) -> str:
    tail = getattr(op, "tail", None)
    if tail is None:
        return str(op.word)
    rides = [text for text in (tail.norm, tail.activation) if text]
    return " ".join([op.word, *(["bias"] if tail.bias else []), *rides])
