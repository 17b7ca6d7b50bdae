"""The compiled pass chooses what numpy chooses, whatever stays and however the grid is cut."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.designs import compiled
from flopcount.designs.chosen import Key, Pareto, Stay
from flopcount.designs.grid import chunks
from flopcount.designs.sweeps import plan
from flopcount.errors import FlopcountError

CASES: list[tuple[str, dict[str, str], list[str]]] = [
    ("googlenet", {"r3": "1:40:3", "n3": "1:30:2", "r5": "3:60:2"}, ["3a"]),
    ("googlenet", {"3a.n3": "1:99:7", "4e.r5": "1:60:9", "input": "64:95"}, []),
    ("googlenet@width=0.3", {"input": "64:99", "3a.n3": "1:99:7"}, []),
    # halves: no term of the count is whole
    (
        "9x9x4 > [x: conv 1x1 a | y: conv 1x1 b] > conv 3x3 6 groups=2",
        {"a": "1:31:2", "b": "3:77:2"},
        [],
    ),
    ("HxWx3 > conv 5x5/3 7 > maxpool 3x3/2 ceil", {"input": "9:150"}, []),
    (
        "7x7x3 > [x: conv 1x1 a | y: conv 3x3 b] > conv 1x1 4@width=0.3",
        {"a": "1:15", "b": "2:40:3"},
        [],
    ),
]
CHOICES: list[dict[str, Any]] = [
    {"keep": ["multiplies <= 40e6"]},
    {"keep": ["not multiplies <= 3e5 and params != 9 or activations * 2 - 7 < params", "1 < 2"]},
    {"keep": ["2 < 1"]},
    {"keep": ["elementwise.compares < multiplies_unpadded <= 9e7 < 4 * multiplies"], "top": 7},
    {"top": 1},
    {"top": 20, "sort": "-params"},
    {"top": 10**4, "sort": "activations"},
    {"top": 3, "sort": "-multiplies_unpadded", "keep": ["params < 300e3"]},
    {"pareto": ["multiplies", "-params"]},
    {"pareto": ["-activations", "params", "multiplies_unpadded"], "keep": ["multiplies > 1e4"]},
    {"pareto": ["-weights"]},
    {"pareto": ["multiplies", "-params"], "sort": "-multiplies", "top": 2},
    {},
]


def designs(case: tuple[str, dict[str, str], list[str]], **options: Any) -> np.ndarray[Any, Any]:
    reference, vary, modules = case
    return plan(reference, vary, modules=modules, **options).collect(10**6, "a test takes")


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Compile for every grid from now on, with calls that look at so many designs."""

    def compile_with(block: int) -> None:
        monkeypatch.setattr(compiled, "LEAST", 1)
        monkeypatch.setattr(compiled, "_LEAST_WIDTH", 1)
        monkeypatch.setattr(compiled, "_ON_CPU", compiled.Block(block, 1, 2**13))
        monkeypatch.setattr(chunks, "CHUNK_SIZE", 64)
        monkeypatch.setattr(chunks, "_WIDTH", 64)

    return compile_with


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The numbers of designs that compiled passes looked at."""
    seen: list[int] = []
    real = compiled.chunks

    def watched(*args: Any) -> Iterator[Any]:
        for chunk, count in real(*args):
            seen.append(count)
            yield chunk, count

    monkeypatch.setattr(compiled, "chunks", watched)
    return seen


@pytest.mark.slow
@pytest.mark.parametrize(
    "case",
    CASES,
    ids=lambda case: case[0],
)
@pytest.mark.parametrize("block", [100, 2**20])
def test_what_is_chosen(
    case: tuple[str, dict[str, str], list[str]],
    block: int,
    passes: Callable[[int], None],
    looked_at: list[int],
) -> None:
    by_numpy = [designs(case, **options) for options in CHOICES]
    passes(block)
    for options, expected in zip(CHOICES, by_numpy, strict=True):
        looked_at.clear()
        found = designs(case, **options)
        np.testing.assert_array_equal(found, expected)
        size = plan(case[0], case[1], modules=case[2], **options).size
        assert sum(looked_at) == (size if options else 0), "what has nothing to ask is not compiled"


def test_progress_counts_every_design(passes: Callable[[int], None]) -> None:
    passes(200)
    reference, vary, modules = CASES[0]
    planned = plan(reference, vary, modules=modules, top=3)
    told: list[int] = []
    list(planned.batches(told.append))
    assert told == sorted(told)
    assert told[-1] == planned.size


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30))
def test_no_bound_of_a_front_drops_what_would_join_it(points: list[tuple[int, int]]) -> None:
    front = Pareto((Key("a"), Key("b"))).selection(["a", "b"])
    best = sorted(
        {p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)}
    )
    front.so_far.stay = Stay(np.array(best), np.arange(len(best)), np.array(best))
    assert len(front.bounds()) <= front.cuts
    for a in range(11):
        for b in range(11):
            joins = not any(x <= a and y <= b for x, y in best)
            stays = all(a <= x or b <= y for x, y in front.bounds())
            assert stays or not joins


def test_a_sweep_needs_no_compiler(
    passes: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, looked_at: list[int]
) -> None:
    expected = designs(CASES[0], top=5)
    passes(100)
    monkeypatch.setattr(compiled, "is_installed", lambda: False)
    np.testing.assert_array_equal(designs(CASES[0], top=5), expected)
    assert looked_at == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "setting",
    [
        "JAX_PLATFORMS=cuda",  # on a machine without one
        "JAX_PLATFORMS=quantum",
        "JAX_ENABLE_X64=perhaps",
        "JAX_DEFAULT_DEVICE=quantum",
        "JAX_TRANSFER_GUARD=disallow_explicit",
        "JAX_DISABLE_JIT=1",
    ],
)
def test_no_setting_of_jax_stops_a_sweep(setting: str) -> None:
    code = (
        "from flopcount.designs import compiled, sweep; compiled.LEAST = 1; "
        "print(sweep('googlenet', {'3a.r5': '8:127'}, top=1).params[0])"
    )
    name, value = setting.split("=")
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, name: value},
    )
    assert done.stdout == f"{6_998_552 - 8 * (192 + 1 + 25 * 32)}\n", done.stderr


@pytest.mark.slow
def test_a_small_sweep_loads_no_compiler() -> None:
    code = (
        "import sys; from flopcount.designs import sweep; "
        "sweep('googlenet', {'3a.r5': '1:64'}, top=3); print('jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_session_stays_with_its_own_numbers(passes: Callable[[int], None]) -> None:
    import jax.numpy as jnp

    passes(100)
    designs(CASES[0], top=5)
    assert jnp.arange(3).dtype == jnp.int32, "64 bits are asked for inside alone"


def test_int64_is_used_to_its_end(passes: Callable[[int], None]) -> None:
    passes(100)
    spec = "HxWx1024 > conv 1x1 1024 nobias linear"  # 2²⁰·H·W multiplies
    vary = {"H": "2147483600:2147483647", "W": "4000:4096"}
    found = plan(spec, vary, top=2, sort="-multiplies").collect(9, "a test takes")
    assert found[:, 2].tolist() == [2**20 * h * 4096 for h in (2**31 - 1, 2**31 - 2)]


def test_what_does_not_fit_is_refused_all_the_same(passes: Callable[[int], None]) -> None:
    passes(100)
    with pytest.raises(FlopcountError, match=r"^H=9, W=4: .*not fit"):
        plan("HxWx3 > conv 5x5 4 valid", {"H": "9,4,5", "W": "9,4"}, top=2).collect(9, "")
