"""What reading a model takes beside building or loading it, and beside other counters; by hand.

``python benchmarks/read_speed.py``. Whole processes, started in turn, in one run: importing PyTorch
and building the model on its meta device, without numbers; the same and flopcount's report of it;
and each other counter that is installed, on the same model. ``--llama`` does so with a language
model of 7 billion parameters, of which no other is asked. The aims: at most 1.15 × the building,
2 × for the language model, and no slower than another. The largest memory that each process held
is printed too.

``python benchmarks/read_speed.py --file resnet50.onnx`` reads an ONNX file, beside importing the
onnx package and loading the file (the aim: at most 2 ×), ``--file resnet50.keras`` a Keras model
beside an empty Python (at most 10 ×, where its layers are all known).
"""

import argparse
import statistics
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.processes import Used, well

VISION = (
    "import torch, torchvision; m = torchvision.models.get_model({name!r}, weights=None).eval()"
)
META = f"import torch; torch.set_default_device('meta'); {VISION}; torch.set_default_device('cpu')"
LLAMA = (
    "import torch, transformers; torch.set_default_device('meta'); "
    "m = transformers.LlamaForCausalLM(transformers.LlamaConfig()).eval(); "
    "torch.set_default_device('cpu')"
)
X = "x = torch.zeros(1, 3, 224, 224)"
READ = "import flopcount as fc; str(fc.analyze(m, fc.inputs({inputs})))"
OTHERS = {  # by the package that must be there: the same model, with the numbers that they ask for
    "fvcore": f"{X}; from fvcore.nn import FlopCountAnalysis; FlopCountAnalysis(m, x).total()",
    "ptflops": (
        "from ptflops import get_model_complexity_info; "
        "get_model_complexity_info(m, (3, 224, 224), print_per_layer_stat=False)"
    ),
    "thop": f"{X}; from thop import profile; profile(m, inputs=(x,), verbose=False)",
    "calflops": (
        "from calflops import calculate_flops; "
        "calculate_flops(m, (1, 3, 224, 224), print_results=False, print_detailed=False)"
    ),
    "torchinfo": "from torchinfo import summary; str(summary(m, (1, 3, 224, 224), verbose=0))",
    "torch": (
        f"{X}; from torch.utils.flop_counter import FlopCounterMode\n"
        "with torch.no_grad(), FlopCounterMode(display=False) as c: m(x)"
    ),
}


def of_file(path: str) -> dict[str, list[str]]:
    """What is run for a model's file, likewise."""
    python = [sys.executable, "-c"]
    read = {f"flopcount {path}": [sys.executable, "-m", "flopcount", path]}
    if not path.endswith(".onnx"):
        return {"python -c pass": [*python, "pass"], **read}
    found = {"import and load": [*python, f"import onnx; onnx.load({path!r})"], **read}
    if find_spec("onnx_tool"):
        code = f"import onnx_tool; onnx_tool.model_profile({path!r})"
        found["onnx-tool"] = [*python, code]
    return found


def commands(name: str, *, llama: bool) -> dict[str, list[str]]:
    """What is run: the first is what the others are compared with."""
    python = [sys.executable, "-c"]
    if llama:
        read = READ.format(inputs="input_ids=(1, 128), dtype='int64'")
        return {
            "import and build, meta": [*python, LLAMA],
            "flopcount, in Python": [*python, f"{LLAMA}; {read}"],
        }
    meta, built = META.format(name=name), VISION.format(name=name)
    read = READ.format(inputs="1, 3, 224, 224")
    found = {
        "import and build, meta": [*python, meta],
        "flopcount, in Python": [*python, f"{meta}; {read}"],
        f"flopcount torchvision:{name}": [
            *(sys.executable, "-m", "flopcount", f"torchvision:{name}")
        ],
        "import and build": [*python, built],
    }
    titles = {"torch": "FlopCounterMode"}
    for package, code in OTHERS.items():
        if find_spec(package):
            found[titles.get(package, package)] = [*python, f"{built}; {code}"]
    return found


def main() -> None:
    """Time them all, in turn, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="resnet50", help="a model of torchvision's")
    parser.add_argument("--llama", action="store_true", help="a language model, of transformers")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--file", help="a model's file, .onnx or .keras")
    args = parser.parse_args()
    run = of_file(args.file) if args.file else commands(args.model, llama=args.llama)
    found: dict[str, list[Used]] = {name: [] for name in run}
    for command in run.values():  # the first of each fills the disk's cache
        well(command)
    for _ in range(args.runs):
        for name, command in run.items():
            found[name].append(well(command))
    print(f"whole processes, median of {args.runs}, started in turn:")
    base = statistics.median(one.seconds for one in next(iter(found.values())))
    for name, taken in found.items():
        middle = statistics.median(one.seconds for one in taken)
        memory = max(one.memory for one in taken) / (1 << 20)
        print(f"  {name:34}{middle:6.2f} s {middle / base:5.2f}× {memory:8.0f} MiB")


if __name__ == "__main__":
    main()
