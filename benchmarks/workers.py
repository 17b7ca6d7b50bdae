"""What workers cost and spare; run by hand: ``python benchmarks/workers.py``.

One question, the five designs of GoogLeNet's module 3a with the most parameters among all with at
most so many multiplies, is put to one process, and to 1 and 2 workers of Dask, on one core and on
two, in turn: whole processes, and the pricing alone, from the first time that progress is told to
the last, by the clock and in seconds of processors, which others at work disturb less. Then what
does not depend on the designs: tiles that Dask hands out in a second, bytes that a tile sends, what
it takes to merge a tile's Pareto front, and a design's bytes in Parquet.
"""

import argparse
import json
import os
import pickle
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil  # type: ignore[import-untyped]

sys.path.insert(0, str(Path(__file__).parents[1]))

from flopcount.designs.chosen import Key, Pareto, Stay
from flopcount.designs.files import PIECES
from flopcount.designs.spread import cluster
from flopcount.designs.spread.asked import Spread
from flopcount.designs.spread.cluster import parts, workers_of
from flopcount.designs.spread.work import Asked
from flopcount.designs.sweeps import plan

LIMIT = 150_000_000
COLUMNS = 7  # three widths and four counts


def question(size: int, workers: int = 0, **options: Any) -> Any:
    """The sweep over three widths up to a size."""
    vary = {name: range(1, size + 1) for name in ("r3", "n3", "r5")}
    asked = {"keep": [f"multiplies <= {LIMIT}"], "top": 5, "sort": "-params", **options}
    return plan("googlenet", vary, modules=["3a"], workers=workers, **asked)


class Moment(NamedTuple):
    """When progress was told: the clock, designs, and what the processes here had of processors."""

    clock: float
    designs: int
    processors: dict[int, float]


def moment(designs: int) -> Moment:
    """Now."""
    own = psutil.Process()
    family = [own, *own.children(recursive=True)]
    used = {one.pid: sum(one.cpu_times()[:2]) for one in family}
    return Moment(time.perf_counter(), designs, used)


def price(size: int, workers: int) -> None:
    """Answer it, and print the answer, and the pricing's speed and processors' seconds."""
    planned = question(size, workers)
    told: list[Moment] = []

    def tell(designs: int) -> None:
        if not told or designs == planned.size:
            told.append(moment(designs))

    found = [batch.tolist() for batch in planned.batches(tell)]
    first, last = told[0], told[-1]
    used = {pid: spent - first.processors.get(pid, 0.0) for pid, spent in last.processors.items()}
    client = used.pop(os.getpid())
    speed = (last.designs - first.designs) / (last.clock - first.clock)
    print(json.dumps([found, speed, client, sum(used.values())]))


class Run(NamedTuple):
    """Seconds of a whole run by the clock and of all its processors; those and speed of pricing."""

    seconds: float
    processor: float
    speed: float
    client: float  # seconds of the processor for pricing: of the process that asks …
    workers: float  # … and of its workers
    answer: str

    @property
    def pricing(self) -> float:
        """Seconds of the processor for pricing."""
        return self.client + self.workers


def whole(size: int, workers: int, cores: int) -> Run:
    """Answer it in a process of its own, on so many cores."""
    there = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, there[-cores:])
    try:
        command = [sys.executable, __file__, "--price", str(size), str(workers)]
        before, began = _processor(), time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        seconds, processor = time.perf_counter() - began, _processor() - before
    finally:
        os.sched_setaffinity(0, there)
    found, *spent = json.loads(done.stdout)
    speed, client, workers_used = spent
    return Run(seconds, processor, speed, client, workers_used, json.dumps(found))


def _processor() -> float:
    """Seconds that ended processes of this one, and theirs, had of processors."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def spread(values: list[float]) -> str:
    """The median of some ratios, and the least and the most."""
    return f"{statistics.median(values):5.2f} ({min(values):.2f} to {max(values):.2f})"


def compare(size: int, runs: int) -> None:
    """One process against workers, in turn."""
    there = len(os.sched_getaffinity(0))
    cases = [(workers, cores) for cores in (1, 2) if cores <= there for workers in (0, 1, 2)]
    found: dict[tuple[int, int], list[Run]] = {case: [] for case in cases}
    for _ in range(runs):
        for case in cases:
            found[case].append(whole(size, *case))
    answers = {run.answer for several in found.values() for run in several}
    if len(answers) > 1:
        sys.exit(f"different answers: {answers}")
    print(f"{size**3:,} designs in {question(size).question.tiles.count} tiles, {runs} rounds;")
    print("against one process on one core: median (least to most)")
    for (workers, cores), several in found.items():
        ratios = [
            spread([getattr(run, name) / getattr(base, name) for run, base in pairs])
            for name in ("seconds", "processor", "speed", "pricing")
            for pairs in [[*zip(several, found[cases[0]], strict=True)]]
        ]
        rate = statistics.median(run.speed for run in several) / 1e6
        spent = ", ".join(f"{run.client:.1f} + {run.workers:.1f}" for run in several)
        print(
            f"  {workers} workers, {cores} cores: time × {ratios[0]}, processor × {ratios[1]}, "
            f"speed of pricing × {ratios[2]}, {rate:,.0f} million designs/s, its processor × "
            f"{ratios[3]}: of client + workers {spent} s",
            flush=True,
        )


def hand_out(tiles: int, workers: int) -> None:
    """Tiles without a design: what Dask hands out and takes back in a second.

    As many are under way as for hundreds of workers, of which none waits for the answer to another.
    """
    cluster._AHEAD = 1500 // workers  # noqa: SLF001
    with workers_of(Spread(workers)) as there:
        for count in (200, tiles):  # the first to warm up
            began = time.perf_counter()
            used = time.process_time()
            empty: Any = (there, max, 0, range(count), lambda: 0)
            found = len([*parts(*empty)])
            took, used = time.perf_counter() - began, time.process_time() - used
    print(
        f"{found:,} empty tiles, {workers} workers: {found / took:,.0f} a second, "
        f"{used / found * 1e3:.1f} ms of the processor for client and scheduler"
    )


def weigh() -> None:
    """Bytes that are sent once, with each tile, and back."""
    planned = question(1000)
    asked = Asked(planned.question, planned.question.tiles)
    print(f"a question: {len(pickle.dumps(asked)):,} bytes, sent once to each worker")
    longest = {"top": None, "sort": None, "keep": [], "pareto": ["multiplies", "-params"]}
    several: list[dict[str, Any]] = [{"top": 5}, {"top": 1000}, longest]
    for options in several:
        one = question(200, **options).question
        part: Any = one.part(one.box, 0)
        known = len(pickle.dumps(one.choice.known(part)))
        back = len(pickle.dumps(part))
        print(
            f"  {options['top'] or 'a front of'} {len(part.places):,} designs: bounds of {known} "
            f"bytes with each tile, {back:,} bytes back, {back / len(part.places):.0f} a design"
        )


def front(size: int, start: int = 0) -> Stay:
    """A front of two keys: as one goes up, the other goes down."""
    first = np.arange(size, dtype=np.int64) * 10 + start
    points = np.stack([first, -first], axis=1)
    designs = np.repeat(first[:, None], COLUMNS, axis=1)
    return Stay(points, first, designs)


def merge(most: int) -> None:
    """A tile's front of a thousand designs, merged into fronts of ever more."""
    choice = Pareto((Key("a"), Key("b")))
    tile = front(1000, start=5)
    size = 1000
    while size <= most:
        before = front(min(size, 10**6 - 1000))
        times = []
        for _ in range(3):
            began = time.perf_counter()
            merged: Any = choice.merged([before, tile])
            times.append(time.perf_counter() - began)
        held = sum(array.nbytes for array in merged)
        print(
            f"  a front of {len(merged.places):9,}: {statistics.median(times) * 1e3:7.1f} ms for "
            f"each tile, {held / 1e6:6.1f} MB",
            flush=True,
        )
        size *= 10


def parquet() -> None:
    """Every design of a small grid as a file."""
    planned = question(100, top=None, sort=None, keep=["params > 0"])
    size = sum(map(len, PIECES["parquet"](planned.columns, planned.batches())))
    print(f"Parquet: {size / planned.size:.1f} bytes a design of {len(planned.columns)} columns")


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--size", type=int, default=3000, help="values along each of the axes")
    parser.add_argument("--tiles", type=int, default=5000, help="empty ones")
    parser.add_argument("--price", nargs=2, type=int, help=argparse.SUPPRESS)
    parser.add_argument("--small", action="store_true", help="without the comparison")
    args = parser.parse_args()
    if args.price:
        price(*args.price)
        return
    weigh()
    parquet()
    print("merging a front of 1,000 designs:")
    merge(10**6)
    for workers in (1, 2):
        hand_out(args.tiles, workers)
    if not args.small:
        compare(args.size, args.runs)


if __name__ == "__main__":
    main()
