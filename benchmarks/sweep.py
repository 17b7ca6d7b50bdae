"""How fast a sweep is, on one core; run by hand: ``python benchmarks/sweep.py``.

The same question is put to the sweep, with numpy and compiled, to the formula written by hand with
numpy, and to a numba loop, in turn and in one run: of all designs of GoogLeNet's module 3a with at
most so many multiplies, which one has the most parameters? All must give the same one. Then the
whole network. What is compiled is compiled before it is timed; the first lines weigh and time whole
processes over a billion designs, loading and compiling included.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from flopcount.designs import compiled
from flopcount.designs.sweeps import plan
from tests.processes import well

LIMIT = 150_000_000
BILLION = ["--vary", "r3=1:1000", "--vary", "n3=1:1000", "--vary", "r5=1:1000"]
NEVER = 10**18
WITH_NUMPY = (
    f"from flopcount.designs import compiled; compiled.LEAST = {NEVER}; "
    "from flopcount.__main__ import entry; entry()"
)


def least(designs: int, job: Callable[[int], object]) -> Callable[[int], object]:
    """The job with as many designs, or more, compiled."""

    def asked(size: int) -> object:
        compiled.LEAST = designs
        return job(size)

    return asked


def by_sweep(size: int) -> tuple[int, ...]:
    """Ask the sweep."""
    vary = {name: range(1, size + 1) for name in ("r3", "n3", "r5")}
    keep = [f"multiplies <= {LIMIT}"]
    planned = plan("googlenet", vary, modules=["3a"], keep=keep, top=1, sort="-params")
    (best,) = planned.batches()
    return tuple(best[0, :3].tolist())


def by_numpy(size: int) -> tuple[int, ...]:
    """Ask the formula of module 3a, 28×28×192, written by hand on an open grid."""
    widths = np.arange(1, size + 1, dtype=np.int64)
    r3, n3, r5 = np.meshgrid(widths, widths, widths, indexing="ij", sparse=True)
    weights = 192 * (64 + r3 + r5 + 32) + 9 * r3 * n3 + 25 * r5 * 32
    params = weights + 64 + r3 + n3 + r5 + 32 + 32
    params = np.where(28 * 28 * weights <= LIMIT, params, -1)
    best = np.unravel_index(params.argmax(), params.shape)
    return tuple(int(index) + 1 for index in best)


def _loop(size: int) -> tuple[int, int, int]:
    most, best = -1, (0, 0, 0)
    for r3 in range(1, size + 1):
        for n3 in range(1, size + 1):
            for r5 in range(1, size + 1):
                weights = 192 * (64 + r3 + r5 + 32) + 9 * r3 * n3 + 25 * r5 * 32
                params = weights + 64 + r3 + n3 + r5 + 32 + 32
                if 28 * 28 * weights <= LIMIT and params > most:
                    most, best = params, (r3, n3, r5)
    return best


def whole(size: int) -> None:
    """Sweep all of GoogLeNet over two widths and the input size, filter included."""
    vary = {"3a.n3": range(1, size + 1), "4e.r5": range(1, size + 1), "input": range(64, 64 + size)}
    keep = ["multiplies <= 1e9"]
    list(plan("googlenet", vary, keep=keep, top=20, sort="-params").batches())


def timed(job: Callable[[int], object], size: int) -> float:
    """Seconds of one run."""
    started = time.perf_counter()
    job(size)
    return time.perf_counter() - started


def memory(title: str, *start: str) -> None:
    """Weigh the process of a sweep over a billion designs that keeps the top 20."""
    command = [sys.executable, *start, "sweep", "googlenet", "--module", "3a", *BILLION]
    done = well([*command, "--top", "20"])
    print(f"  {title:26}{done.memory / 1e6:6.0f} MB at most, {done.seconds:.1f} s", flush=True)


def main() -> None:
    """Run everything, on one core where the system lets a process be bound to one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--size", type=int, default=500, help="values along each of the axes")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("flopcount sweep, 1,000,000,000 designs, --top 20, the whole process:")
    memory("with numpy", "-c", WITH_NUMPY)
    jobs = {"flopcount": least(NEVER, by_sweep)}
    if find_spec("jax"):
        memory("compiled", "-m", "flopcount")
        jobs["flopcount, compiled"] = least(0, by_sweep)
    jobs["numpy by hand"] = by_numpy
    try:
        from numba import njit
    except ImportError:
        print("numba is not installed: its loop is left out (pip install numba)")
    else:
        jobs["numba loop"] = njit(_loop)
    answers = {name: job(8) for name, job in jobs.items()}  # numba compiles here
    answers |= {name: job(args.size) for name, job in jobs.items()}
    if len(set(answers.values())) > 1:
        sys.exit(f"different answers: {answers}")
    jobs["whole network"] = least(NEVER, whole)
    if find_spec("jax"):
        jobs["whole network, compiled"] = least(0, whole)
        jobs["whole network, compiled"](args.size)
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(args.runs):
        for name, job in jobs.items():
            times[name].append(timed(job, args.size))
    count = args.size**3
    print(f"\n{count:,} designs, filter included, one core, median of {args.runs}, in turn:")
    base = statistics.median(times["flopcount"])
    for name, found in times.items():
        middle = statistics.median(found)
        rate = f"{count / middle / 1e6:8.1f} million designs/s"
        print(f"  {name:26}{middle:8.3f} s  {rate}  {middle / base:6.2f}× the time of flopcount")


if __name__ == "__main__":
    main()
