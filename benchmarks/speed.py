"""How long the main job takes, and the analysis; run by hand: ``python benchmarks/speed.py``.

Ratios are of processes started in turn, in one run. Use an environment with an installed wheel,
and without PYTHONDONTWRITEBYTECODE: compiling the sources each time is not what is measured.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import flopcount as fc
from flopcount.core.graph import walk

LAYERS = (2_500, 5_000, 10_000, 20_000)


def once(command: Sequence[str]) -> float:
    """Run a process to its end; return the seconds that it took."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def processes(runs: int) -> None:
    """Time the whole process of the main job beside an empty one, in turn."""
    script = shutil.which("flopcount", path=sysconfig.get_path("scripts"))
    if script is None:
        sys.exit("no flopcount command in this environment: install the package first")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "flopcount googlenet --module 3a": [script, "googlenet", "--module", "3a"],
        "flopcount googlenet": [script, "googlenet"],
        "python -c 'import tabulate'": [sys.executable, "-c", "import tabulate"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():  # the first of each writes its .pyc files
        once(command)
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(once(command))
    print(f"whole processes, median of {runs}, started in turn:")
    base = statistics.median(times["python -c pass"])
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"  {name:34}{1000 * middle:8.1f} ms {middle / base:7.1f}×")


def analysis(runs: int) -> None:
    """Time the analysis of all of GoogLeNet once it is parsed: the walk and the totals."""
    started = time.perf_counter()
    network = fc.load("googlenet")
    parsed = time.perf_counter() - started
    walks, reports = [], []
    for _ in range(runs):
        started = time.perf_counter()
        walk(network)
        middle = time.perf_counter()
        _ = fc.analyze(network).total.cost.multiplies
        walks.append(middle - started)
        reports.append(time.perf_counter() - middle)
    print(f"\nall of GoogLeNet ({len(network.nodes)} layers), in process, median of {runs}:")
    print(f"  reading and parsing the table     {1000 * parsed:8.2f} ms (once)")
    print(f"  the walk                          {1000 * statistics.median(walks):8.2f} ms")
    print(f"  analysis with the naive reading   {1000 * statistics.median(reports):8.2f} ms")


def growth(runs: int) -> None:
    """Time and weigh ever longer chains of convolutions."""
    print(f"\nwalking convolutions, best of {runs}:")
    print("    layers   seconds   µs a layer   bytes a layer")
    for count in LAYERS:
        network = fc.parse(f"56x56x64 > {count} * conv 3x3 64")
        found = []
        for _ in range(runs):
            started = time.perf_counter()
            rows = walk(network)
            found.append(time.perf_counter() - started)
            del rows
        best = min(found)
        tracemalloc.start()
        rows = walk(network)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        del rows
        print(f"{count:10,}{best:10.2f}{1e6 * best / count:13.1f}{peak / count:16.0f}")


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="processes of each kind")
    runs = parser.parse_args().runs
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Python {version}, {os.cpu_count()} cores, flopcount {fc.__version__}")
    print(
        f"from {Path(fc.__file__).parent.name} of "
        f"{'an installed wheel' if 'site-packages' in fc.__file__ else 'a checkout'}\n"
    )
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        print("PYTHONDONTWRITEBYTECODE is set: the sources are compiled in each process\n")
    processes(runs)
    analysis(runs=200)
    growth(runs=3)


if __name__ == "__main__":
    main()
