"""Each primitive of the table beside JAX: its nests, run literally, put out JAX's numbers."""

from zlib import crc32

import numpy as np
import pytest

from flopcount.core.ops.tensors import Unknown
from flopcount.frameworks.jax.primitives import PRIMITIVES
from tests.frameworks import jax_windows  # noqa: F401  it fills the table
from tests.frameworks.jax_cases import CASES
from tests.frameworks.jax_twins import beside

ALL = [(name, number) for name, cases in CASES.items() for number in range(len(cases))]
QUICK = {
    *[("dot_general", number) for number in (0, 2, 9, 25, 27)],
    *[("conv_general_dilated", number) for number in (0, 12, 26)],
    *[(name, 0) for name in ("add", "max", "integer_pow", "cumsum", "gather", "clamp")],
    *[(name, 0) for name in ("reduce_window_max", "reduce_sum", "ragged_dot_general")],
}
# Why a primitive has no case: it shows numbers under another shape; it only moves or chooses them;
# or it is another name of one that has.
WITHOUT = {
    "views": "reshape squeeze expand_dims bitcast_convert_type broadcast_in_dim transpose slice "
    "dynamic_slice split unstack real imag rev",
    "moves": "stack tile dynamic_update_slice complex conj approx_top_k",
    "other names": "add_any eq_to lt_to le_to ragged_dot scatter_add scatter_mul scatter_max "
    "scatter_min scatter-sub",
    "the scatter of another operation": "scatter-mul scatter-max scatter-min",
    "reductions as others": "argmax argmin",
}


def test_each_primitive_has_a_case() -> None:
    without = {name for names in WITHOUT.values() for name in names.split()}
    assert set(PRIMITIVES) == {*CASES, *without}
    assert not without & set(CASES)


def check(name: str, number: int) -> None:
    rng = np.random.default_rng(crc32(name.encode()) + number)
    ran = beside(CASES[name][number](rng))
    assert not ran.differs
    assert not any(isinstance(row.node.op, Unknown) for row in ran.rows)
    assert ran.lines or not any(row.work.nests for row in ran.rows) or name.startswith("scatter")


@pytest.mark.parametrize(("name", "number"), sorted(QUICK))
def test_a_primitive_computes_what_its_nests_do(name: str, number: int) -> None:
    check(name, number)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), [one for one in ALL if one not in QUICK])
def test_every_primitive_computes_what_its_nests_do(name: str, number: int) -> None:
    check(name, number)
