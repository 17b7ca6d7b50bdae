"""What each layer costs, as a report has it, as its JSON has it, or as pytest's cache holds it."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..analysis import Report
from ..analysis.records import plain
from ..core import COUNTS, NAMED, UNITS
from ..errors import FlopcountError, plural, quote, quote_path
from ..writing.cells import shape_text

_NO_REPORT = 'is no JSON report, as fc.analyze(model).save("cost.json") writes it'


class Layer(NamedTuple):
    """A layer: its path, what it is, the shape that it puts out, its counts by name.

    A count is None where nobody knows it.
    """

    path: str
    op: str
    output: str
    counts: Mapping[str, int | None]

    def cost(self, name: str) -> int | None:
        """A count, `macs` and `flops` too; of a layer that nobody knows it holds no parameters."""
        known = self.counts.get("multiplies" if name in UNITS else name)
        if known is None:
            return None if NAMED[name].grows else 0
        return known * UNITS.get(name, 1)


class Priced(NamedTuple):
    """Some layers, and what they are called in a message."""

    layers: Sequence[Layer]
    called: str

    def total(self, name: str) -> int:
        """The sum of a count. Raises `FlopcountError` where it is not known of a layer."""
        counts = [layer.cost(name) for layer in self.layers]
        known = [count for count in counts if count is not None]
        if len(known) < len(counts):
            unknown = plural(len(counts) - len(known), "layer")
            raise FlopcountError(
                f"{self.called}: {name} is at least {sum(known):,}: unknown of {unknown}, and "
                "nothing to compare with; give the figure itself"
            )
        return sum(known)


def layers_of(report: Report) -> list[Layer]:
    """The layers of a report, in its order."""
    return [
        Layer(
            str(line.layer),
            str(line.op),
            shape_text(line.output),
            {name: plain(line.cost, name) for name in COUNTS},
        )
        for line in report.grouped("layer")
    ]


def saved_layers(path: "str | os.PathLike[str]") -> list[Layer]:
    """The layers of a JSON report. Raises `FlopcountError` for a file that is none."""
    shown = quote_path(os.fspath(path))
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  any kind of path
            document = json.load(file)
    except OSError as error:
        raise FlopcountError(f"baseline {shown}: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise FlopcountError(f"baseline {shown} {_NO_REPORT}") from None
    if not isinstance(document, dict) or document.get("schema") != 1:
        raise FlopcountError(f"baseline {shown} {_NO_REPORT}")
    try:
        return [_of_json(layer) for layer in document["layers"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise FlopcountError(f"baseline {shown} {_NO_REPORT}") from None


def _of_json(layer: Mapping[str, Any]) -> Layer:
    counts = {}
    for name in COUNTS:
        group, _, kind = name.rpartition(".")
        held = layer[group] if group else layer
        if kind in held:  # an older report lacks counts that are newer
            counts[name] = _counted(held[kind])
    output = layer["output"]
    shape = "–" if output is None else shape_text([int(size) for size in output])
    if "multiplies" not in counts or "params" not in counts:
        raise KeyError(layer["layer"])
    return Layer(str(layer["layer"]), str(layer["op"]), shape, counts)


def _counted(value: Any) -> int | None:
    if value is not None and (type(value) is not int or value < 0):
        raise TypeError(quote(value))
    return value


def as_kept(layers: Sequence[Layer]) -> list[Any]:
    """Layers as JSON holds them: for pytest's cache."""
    return [[layer.path, layer.op, layer.output, dict(layer.counts)] for layer in layers]


def of_kept(kept: Any) -> list[Layer] | None:
    """Those layers again; None for what is something else."""
    try:
        return [
            Layer(
                str(path),
                str(op),
                str(output),
                {str(name): _counted(count) for name, count in counts.items()},
            )
            for path, op, output, counts in kept
        ]
    except (TypeError, ValueError, AttributeError):
        return None
