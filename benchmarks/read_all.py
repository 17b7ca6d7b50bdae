"""Read public models, and compare each with what other software counts; run by hand.

``python benchmarks/read_all.py FOLDER`` reads every model of FOLDER, which has a file of figures
for each, ``FOLDER/timm/resnet50d.json``; tests/facts has some of them, of PyTorch in
read_models.toml, of Keras and ONNX in read_others.toml. The name of a group or of a model, behind
it, reads those alone. Without FOLDER other models are read, those of tests/facts/other_models.py,
beside PyTorch's own counter. What was found is kept, a line a run, and a second call goes on from
there; ``--table`` writes it as the table of docs/models.md.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from flopcount import FlopcountError
from tests.facts import other_models, read_models, read_others

OF_TORCH = ("torchvision", "timm", "transformers", "units")
GROUPS = (*OF_TORCH, *read_others.GROUPS)
Line = dict[str, Any]


def facts(folder: Path, chosen: Sequence[str]) -> Iterator[read_models.Fact]:
    """The facts of a folder, those chosen by group or by name."""
    for group in GROUPS:
        for path in sorted((folder / group).glob("*.json")):
            if not chosen or group in chosen or path.stem in chosen:
                figures = json.loads(path.read_text(encoding="utf-8"))
                if group in OF_TORCH:
                    yield read_models.fact_of(figures)
                elif read_others.is_built_here(fact := read_others.fact_of(figures, path.stem)):
                    yield fact


def found(fact: read_models.Fact, units: dict[str, Any]) -> Iterator[Line]:
    """What was found of a model, run by run."""
    about = {"group": fact["group"], "name": fact["name"]}
    started = time.perf_counter()
    try:
        if fact["group"] in read_others.GROUPS:
            with tempfile.TemporaryDirectory() as folder:
                yield about | _of_other(fact, Path(folder))
            return
        if "runs" not in fact:
            counted, differing = other_models.differing(fact)
            yield about | _line("", counted, differing)
            return
        module = units[fact["name"]] if fact["group"] == "units" else read_models.built(fact)
        about["built"] = round(time.perf_counter() - started, 2)
        for name, run in fact["runs"].items():
            counted = read_models.counted(module, read_models.given(run["inputs"]))
            yield about | _line(name, counted, read_models.differences(fact, run, counted))
    except Exception as error:  # noqa: BLE001  one that cannot be read is a finding
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = "" if isinstance(error, FlopcountError) else f" ({at.filename}:{at.lineno})"
        said = f"{type(error).__name__}: {error}{where}"
        yield about | {"run": "", "unknown": {}, "differing": [said]}


def _of_other(fact: read_models.Fact, folder: Path) -> Line:
    """What was found of a network of Keras, or of an ONNX file."""
    started = time.perf_counter()
    network = read_others.network_of(fact, folder)
    unknown = [row.node.op.word for row in network.rows if row.count("multiplies") is None]
    return {
        "run": "",
        "layers": len(network.nodes),
        "seconds": round(time.perf_counter() - started, 2),  # building it, exporting it too
        "unknown": dict(Counter(unknown)),
        "differing": read_others.differences(fact, network),
    }


def _line(run: str, counted: read_models.Counted, differing: Sequence[str]) -> Line:
    return {
        "run": run,
        "layers": counted.layers,
        "seconds": round(counted.seconds, 2),
        "unknown": dict(counted.unknown),
        "differing": differing,
    }


def table(lines: Sequence[Line]) -> str:
    """What was found as a table of Markdown, a row a group."""
    rows = [
        "| group | models | exact | differing | without a formula | reading, s | slowest, s |",
        "|---|--:|--:|---|---|--:|--:|",
    ]
    for group in GROUPS:
        of = [line for line in lines if line["group"] == group]
        names = {line["name"] for line in of}
        wrong = sorted({line["name"] for line in of if line["differing"]})
        unknown = sorted({f"`{name}`" for line in of for name in line["unknown"]})
        seconds = [line.get("seconds", 0) for line in of]
        said = (", ".join(each) or "–" for each in (wrong, unknown))
        times = (f"{sum(seconds):.0f}", f"{max(seconds, default=0):.1f}")
        cells = (group, len(names), len(names) - len(wrong), *said, *times)
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def main() -> None:
    """Read what was not read before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("chosen", nargs="*", metavar="NAME", help="of a group, or of a model")
    parser.add_argument("--results", type=Path, default=Path("read_all.jsonl"), help="a file")
    parser.add_argument("--again", action="store_true", help="those again that differed")
    parser.add_argument("--table", action="store_true", help="write what was found as a table")
    args = parser.parse_args()
    text = args.results.read_text(encoding="utf-8") if args.results.exists() else ""
    kept = [json.loads(line) for line in text.splitlines()]
    if args.table:
        print(table(kept))
        return
    if args.again:
        again = {line["name"] for line in kept if line["differing"]}
        args.chosen = args.chosen or sorted(again)
        kept = [line for line in kept if line["name"] not in again]
        text = "".join(json.dumps(line) + "\n" for line in kept)
        args.results.write_text(text, encoding="utf-8")
    done = {(line["group"], line["name"]) for line in kept}
    units = read_models.units(args.folder) if args.folder else {}
    of = facts(args.folder, args.chosen) if args.folder else other_models.others()
    with args.results.open("a", encoding="utf-8") as file:
        for fact in of:
            if (fact["group"], fact["name"]) in done:
                continue
            for line in found(fact, units):
                print(json.dumps(line), file=file, flush=True)
                said = "; ".join(line["differing"][:3]) or "exact"
                print(*(line[key] for key in ("group", "name", "run")), said, *line["unknown"])


if __name__ == "__main__":
    main()
