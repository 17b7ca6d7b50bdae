"""What `flopcount formula` takes beside starting Python alone; run by hand.

``python benchmarks/formula.py``. Whole processes, started in turn, in one run:
``python -c pass``, and formulas of a network over its input size, with and without what falls on
padding. At most ten times as long is the aim.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

AIM = 10.0


def once(command: Sequence[str]) -> float:
    """Run a process to its end; the seconds that it took."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Time all, in turn, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", nargs="?", default="googlenet")
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    formula = [sys.executable, "-m", "flopcount", "formula", args.network]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        f"flopcount formula {args.network}": formula,
        "  --count multiplies_unpadded": [*formula, "--count", "multiplies_unpadded"],
        "  --format python": [*formula, "--format", "python"],
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():  # the first of each fills the disk's cache
        once(command)
    for _ in range(args.runs):
        for name, command in commands.items():
            found[name].append(once(command))
    print(f"whole processes, median of {args.runs}, started in turn:")
    base = statistics.median(found["python -c pass"])
    for name, seconds in found.items():
        middle = statistics.median(seconds)
        print(f"  {name:40}{1000 * middle:7.1f} ms {middle / base:6.2f}×")
    print(f"the aim: at most {AIM:g}×")


if __name__ == "__main__":
    main()
