"""What `flopcount check googlenet` takes beside building the model alone; run by hand.

``python benchmarks/check.py``. Whole processes, started in turn, in one run: importing Keras and
JAX and building the same model with zero weights, and the check. At most three times as long is
the aim. The largest memory that each process held is printed too.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

BUILD = "import keras, jax, flopcount as fc; fc.load({name!r}).to_keras()"
ENVIRONMENT = {**os.environ, "KERAS_BACKEND": "jax"}


def once(command: Sequence[str]) -> tuple[float, int]:
    """Run a process to its end; return the seconds that it took and the KiB that it held."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} failed")
    return time.perf_counter() - started, usage.ru_maxrss


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
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in commands}
    for command in commands.values():  # the first of each fills the disk's cache
        once(command)
    for _ in range(args.runs):
        for name, command in commands.items():
            found[name].append(once(command))
    print(f"whole processes, median of {args.runs}, started in turn:")
    base = statistics.median(seconds for seconds, _ in next(iter(found.values())))
    for name, taken in found.items():
        middle = statistics.median(seconds for seconds, _ in taken)
        memory = max(kib for _, kib in taken) / 1024
        print(f"  {name:40}{middle:6.2f} s {middle / base:5.2f}× {memory:8.0f} MiB")


if __name__ == "__main__":
    main()
