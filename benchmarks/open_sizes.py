"""What is open, and what a model fixes itself, over the models of PyTorch's collections.

    python benchmarks/open_sizes.py TABLE torchvision:resnet18 timm:vit_tiny_patch16_224 …

Without names: all of torchvision's classification models. Each is opened as a formula opens it,
and compared with itself at other sizes; a line each of the TABLE, a file that is gone on with where
it is there.
"""

import sys
import time
from pathlib import Path

from flopcount import FlopcountError
from flopcount.frameworks.models.open_sizes.formulas import open_names, opened
from flopcount.frameworks.sources import open_model


def line(name: str) -> str:
    """A line of the table."""
    start = time.perf_counter()
    try:
        model = open_model(name)
        names = [axis for axis in model.symbols if axis != "B"] or ["B"]
        found = open_names(model, names)
        said = "; ".join(model.notes)
        if found:
            done = opened(model, found, {})
            steps = {n: k for n, k in done.source.steps.items() if k > 1}
            said = "; ".join(filter(None, [said, *done.notes]))
            shown = ", ".join(f"{n} = {steps[n]}·n" if n in steps else n for n in found)
        else:
            shown = "–"
    except FlopcountError as error:
        shown, said = "refused", str(error)
    return f"| {name} | {shown} | {said} | {time.perf_counter() - start:.1f} |"


def main() -> None:
    """Write the table."""
    table, names = Path(sys.argv[1]), sys.argv[2:]
    if not names:
        from torchvision import models

        names = [f"torchvision:{name}" for name in models.list_models(models)]
    if not table.exists():
        table.write_text("| model | open | said | seconds |\n|---|---|---|---|\n")
    done = table.read_text()
    for name in names:
        if f"| {name} |" not in done:
            with table.open("a") as lines:
                lines.write(f"{line(name)}\n")


if __name__ == "__main__":
    main()
