"""How long the worst input takes that is allowed, or is refused: ``python benchmarks/attack.py``.

Each is a whole process, started in turn in one run; its time is that of the processor, beside the
report of GoogLeNet. The aim is 5 s and 1 GB.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from flopcount.reading import MAX_LAYERS
from tests.processes import used

SHRINKING = f"2147483648x2147483648x1 > {MAX_LAYERS} * conv 1003x1007 3 valid dilation=7"
GROWING = f"9x9x7 > {MAX_LAYERS // 4} * [conv 1x1 3 reduce > conv 3x3 9 norm gelu | identity]"


def lines(count: int, line: str) -> str:
    """A line so often, each with its number, and the number before it."""
    return "\n".join(line.format(i=i, before=i - 1) for i in range(1, count + 1))


def attacks(folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """What is tried: its name, and the words of the command line."""

    def table(text: str) -> str:
        path = folder / f"{len(list(folder.iterdir()))}.toml"
        path.write_text(f'input = "9x9x4"\n{text}\n', encoding="utf-8")
        return str(path)

    yield "googlenet", ["googlenet"]
    yield "equal layers, 10,000² taps", ["9x9x1 > 20000 * conv 10000x10000 1"]
    for form in ("table", "markdown", "csv", "json", "latex"):
        words = [SHRINKING, "--by", "layer", "--explain", "--format", form]
        yield f"different layers, explained, {form}", words
    yield "growing concats, chained", [GROWING, "--naive", "chained"]
    yield "growing concats, rewritten", [f"{GROWING}@width=0.5@separable"]
    yield "an add of 8,000", [f"9x9x1 > ({' + '.join(['identity'] * 8_000)})"]
    yield "compare, twice the layers", ["compare", SHRINKING, GROWING]
    first = '[rows]\na = "b20000"\n[block.b0]\nx = "relu"\n'
    alike = lines(20_000, '[block.b{i}]\nlike = "b{before}"')
    yield "a chain of 20,000 like", [table(first + alike)]
    assumed = lines(20_000, '"a/{i}" = "x"')
    yield "20,000 assumed", [table(f'[rows]\na = "20000 * relu"\n[assumed]\n{assumed}')]
    rows = lines(19_000, 'r{i} = "conv 3x3 {i}"')
    yield "19,000 rows", [table(f"[rows]\n{rows}")]
    name = "x" * 60
    nested = lines(7, f'[block.b{{i}}]\n{name} = "({name}: b{{before}} + relu)"')
    long = table(f'[block.b0]\nas = "relu"\n{nested}\n[rows]\na = "1200 * b7"')
    yield "long paths, narrow", [long, "--by", "layer", "--width", "40"]
    yield "formula, sizes that differ", ["formula", "HxWx1 > 5000 * conv 3x3 1 valid"]
    widths = " > ".join(f"conv 1x1 n{i}" for i in range(3_000))
    yield "formula, 3,000 widths", ["formula", f"HxWx1 > {widths}", "--format", "json"]
    widths = " | ".join(f"conv 1x1 n{i}" for i in range(6_000))
    yield "formula, 6,000 widths joined", ["formula", f"HxWx1 > [{widths}] > conv 3x3 F"]


def main() -> None:
    """Print all of it."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("                                      seconds   times      MB   exit")
    first = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, words in attacks(Path(folder)):
            done = used([sys.executable, "-m", "flopcount", *words])
            first = first or done.processor
            figures = f"{done.processor:9.2f}{done.processor / first:7.0f}×{done.memory >> 20:8}"
            print(f"{name:36}{figures}{done.code:7}")


if __name__ == "__main__":
    main()
