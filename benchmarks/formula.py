"""What `flopcount formula googlenet` takes beside importing sympy alone; run by hand.

``python benchmarks/formula.py``. Whole processes, started in turn, in one run:
``python -c 'import sympy'``, and the formula of GoogLeNet over its input size. At most twice as
long is the aim.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

AIM = 2.0


def once(command: Sequence[str]) -> float:
    """Run a process to its end; the seconds that it took."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Time both, in turn, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", nargs="?", default="googlenet")
    parser.add_argument("--count", default="multiplies")
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    commands = {
        "python -c 'import sympy'": [sys.executable, "-c", "import sympy"],
        f"flopcount formula {args.network}": [
            *(sys.executable, "-m", "flopcount", "formula", args.network, "--count", args.count)
        ],
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():  # the first of each fills the disk's cache
        once(command)
    for _ in range(args.runs):
        for name, command in commands.items():
            found[name].append(once(command))
    print(f"whole processes, median of {args.runs}, started in turn:")
    base, own = (statistics.median(seconds) for seconds in found.values())
    for name, middle in zip(found, (base, own), strict=True):
        print(f"  {name:40}{middle:6.2f} s {middle / base:5.2f}×")
    print(f"the aim: at most {AIM:g}×")


if __name__ == "__main__":
    main()
