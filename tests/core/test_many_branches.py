"""An add of more branches than one nest adds: its nests, run literally, give their sum."""

import numpy as np

from flopcount.core.ops.joining import Add
from flopcount.frameworks.literal import run_all


def test_an_add_of_250_branches() -> None:
    work = Add().nests(*[(2, 3)] * 250)
    tensors = {f"x{place}" if place else "x": np.full((2, 3), place + 1) for place in range(250)}
    found, ran = run_all(work.nests, tensors)
    assert (found == 250 * 251 // 2).all()
    assert [one.lines for one in ran] == [6, 6, 6]
    assert work.operations == {"adds": 249 * 6}
    assert work.outputs == ((2, 3),)
