"""What `flopcount check googlenet` takes beside building the model alone; run by hand.

``python benchmarks/check.py``. Whole processes, started in turn, in one run: importing Keras and
JAX and building the same model with zero weights, and the check. At most three times as long is
the aim. The largest memory that each process held is printed too.
"""

import argparse
import os
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.processes import Used, well

BUILD = "import keras, jax, flopcount as fc; fc.load({name!r}).to_keras()"
ENVIRONMENT = {**os.environ, "KERAS_BACKEND": "jax"}


def main() -> None:
    """Time both, in turn, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", nargs="?", default="googlenet")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    commands = {
        "import and build, zero weights": [sys.executable, "-c", BUILD.format(name=args.network)],
        f"flopcount check {args.network}": [
            *(sys.executable, "-m", "flopcount", "check", args.network, "--backend", "jax")
        ],
    }
    found: dict[str, list[Used]] = {name: [] for name in commands}
    for command in commands.values():  # the first of each fills the disk's cache
        well(command, ENVIRONMENT)
    for _ in range(args.runs):
        for name, command in commands.items():
            found[name].append(well(command, ENVIRONMENT))
    print(f"whole processes, median of {args.runs}, started in turn:")
    base = statistics.median(one.seconds for one in next(iter(found.values())))
    for name, taken in found.items():
        middle = statistics.median(one.seconds for one in taken)
        memory = max(one.memory for one in taken) / (1 << 20)
        print(f"  {name:40}{middle:6.2f} s {middle / base:5.2f}× {memory:8.0f} MiB")


if __name__ == "__main__":
    main()
