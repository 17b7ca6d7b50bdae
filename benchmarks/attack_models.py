"""Files of models that are changed at random, read within limits: ``attack_models.py``.

Each is a seed (a whole .onnx, .keras or .h5 file) with bytes, sizes, operators, attributes or names
changed, always in the same way for its number. What comes of one must be a report or one line of
error: no traceback, at most 2 GB and 20 s. ``--case SEED NUMBER`` reads one alone and shows all it
says; ``--keep FILE`` leaves it behind. Seeds are made in a folder, which ``--seeds`` names.
"""

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.frameworks import attack_seeds, attack_seeds_keras
from tests.frameworks.attacked import Outcome, attack, kept

ENDINGS = ("onnx", "keras", "h5")


def seeds_of(folder: Path, endings: list[str]) -> list[Path]:
    """The seeds in a folder, made where there are none."""
    if "onnx" in endings and not [*folder.glob("*.onnx")]:
        attack_seeds.of_onnx_package(folder)
        attack_seeds.of_helpers(folder)
        attack_seeds.of_torch(folder)
    if {"keras", "h5"} & {*endings} and not [*folder.glob("*.keras")]:
        attack_seeds_keras.of_keras(folder)
    return sorted(path for ending in endings for path in folder.glob(f"*.{ending}"))


def main() -> int:
    """Print what is wrong as it is found, and at the end how many came to what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seeds", type=Path, help="a folder for them, made once")
    parser.add_argument("--kind", action="append", choices=ENDINGS, help="of these files alone")
    parser.add_argument("--case", nargs=2, metavar=("SEED", "NUMBER"))
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = args.seeds or Path(folder) / "seeds"
        place.mkdir(exist_ok=True, parents=True)
        if args.case:
            seed = place / args.case[0]
            path = args.keep or Path(folder) / f"kept{seed.suffix}"
            print(*kept(seed, int(args.case[1]), path), sep="\n")
            return 0
        seeds = seeds_of(place, args.kind or [*ENDINGS])
        numbers = itertools.islice(itertools.count(args.first), args.cases)
        return told(attack(seeds, numbers, args.processes, folder))


def told(outcomes: Iterable[Outcome]) -> int:
    """Print what came of them; 1 where anything is wrong."""
    began, codes, wrong, worst = time.monotonic(), Counter[int](), Counter[str](), {}
    slowest = largest = 0.0
    for outcome in outcomes:
        codes[outcome.code] += 1
        slowest, largest = max(slowest, outcome.seconds), max(largest, outcome.memory)
        if outcome.wrong:
            last = outcome.wrong.strip().splitlines()
            kind = " | ".join(line.strip() for line in last[-3:])[-300:]
            wrong[kind] += 1
            worst.setdefault(kind, outcome)
            if wrong[kind] == 1:
                print(f"{outcome.seed} {outcome.number}: {outcome.wrong[-1500:]}\n", flush=True)
    print(f"{codes.total()} files in {time.monotonic() - began:.0f} s: codes {dict(codes)}")
    print(f"the slowest {slowest:.1f} s, the largest {largest / 2**20:.0f} MB")
    print(f"wrong: {wrong.total()}, in {len(wrong)} ways")
    for kind, times in wrong.most_common():
        print(f"{times:6} × {worst[kind].seed} {worst[kind].number}: {kind}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
