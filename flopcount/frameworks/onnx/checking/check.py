"""A model that was read, node by node beside onnx itself: shapes, parameters, values."""

import math
import platform
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import onnx

from ....core import Row
from ....errors import FlopcountError, one_of
from ....sizes import Shape
from ....writing.cells import shape_text
from ....writing.sheet import Column
from ...models.checked import Beside, Checked, Progress, Result
from ..model import OnnxModel
from ..scopes import plain
from .inferred import multiplies, shapes_of
from .kinds import look
from .seen import Seen, watched

DEVICES = ("auto", "cpu", "gpu")
_COLUMNS = (
    Column("output", "output"),
    Column("onnx", "by onnx"),
    Column("params", "parameters", "count"),
    Column("held", "in the file", "count"),
    Column("multiplies", "multiplies", "count"),
    Column("formula", "by onnx' shapes", "count"),
)
BESIDE = Beside(
    "onnx",
    "node",
    _COLUMNS,
    "compared, node by node: the shape that comes out with the one that onnx infers, parameters "
    "with the tensors of the file, and multiplies of Conv, ConvTranspose, Gemm and MatMul with "
    "their definitions on the shapes that onnx infers",
    "each kind of operator is also run on small random tensors: what its nests put out, run line "
    "by line, with the numbers of onnx' reference, and its counts with what the lines did",
    ("the values of the whole network",),
)


def check(
    model: OnnxModel,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> Result:
    """Compare a model with what onnx says of it, each node, or those of some modules alone.

    Raises `FlopcountError` for a module or a device that is not there.
    """
    if device not in DEVICES:
        raise FlopcountError(one_of(device, DEVICES, "device"))
    if device == "gpu":
        raise FlopcountError(
            "--device gpu: onnx' reference computes on the CPU alone (--device cpu, or auto)"
        )
    named = model.read()
    shapes = {name: tensor.shape for name, tensor in model.inputs.tensors().items()}
    network, seen = watched(model.proto, shapes)
    rows = network.rows
    within = _meant([row.node.path for row in rows], modules)
    known = shapes_of(model.proto, shapes)
    compared = _Comparison(model.proto, rows, known)
    lines = [compared.of(one) for one in seen if one.is_on_top and within(_path(one, rows))]
    shown = tuple(line for line in lines if line is not None)
    looked = [one for one in seen if within(_path(one, rows))]
    kinds = look(looked, [_path(one, rows) for one in looked], progress)
    return Result(named, "cpu", versions(), (*shown, *compared.whole(within)), BESIDE, kinds)


def _path(one: Seen, rows: Sequence[Row]) -> str:
    """The path of the first row that a node is; its name, where it is none."""
    if one.rows and one.rows[0] < len(rows):
        return rows[one.rows[0]].node.path
    return plain(one.node.name) if one.node.name else one.node.op_type


def _meant(paths: Sequence[str], names: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path is in one of the modules that are named. Raises `FlopcountError`."""
    known = {path.rpartition("/")[0] for path in paths} | {*paths}
    known |= {"/".join(path.split("/")[:n]) for path in paths for n in range(1, path.count("/"))}
    meant = [name.strip("/").replace(".", "/") if name not in known else name for name in names]
    for name, given in zip(meant, names, strict=True):
        if name not in known:
            raise FlopcountError(one_of(given, sorted(filter(None, known)), "module"))
    return lambda path: not meant or any(path == n or path.startswith(f"{n}/") for n in meant)


class _Comparison:
    """The rows of a network, node by node beside what onnx infers and the file holds."""

    def __init__(
        self,
        proto: onnx.ModelProto,
        rows: Sequence[Row],
        known: Mapping[str, Shape] | None,
    ) -> None:
        self.rows, self.known = rows, known
        self.filed = _filed(proto)
        self.counted: Counter[str] = Counter()  # numbers of each parameter that our rows hold

    def of(self, one: Seen) -> Checked | None:
        """A node beside onnx'; None of one that computes nothing and whose shape nobody says."""
        own = [self.rows[n] for n in one.rows if n < len(self.rows)]
        output = next((v for v in one.outputs if v.items is None and v.has_shape), None)
        numbers: dict[str, Any] = {}
        differs, skipped = self._shapes(one), ""
        inferred = (self.known or {}).get(next(iter(one.node.output), ""))
        if output is not None:
            numbers["output"] = shape_text(output.shape)
        if inferred is not None:
            numbers["onnx"] = shape_text(inferred)
        elif not differs:
            skipped = "onnx infers no shape" if self.known is not None else "onnx infers nothing"
        unknown = Counter(row.node.op.word for row in own if row.count("multiplies") is None)
        held = self._parameters(own, numbers)
        counted = sum(int(row.count("multiplies") or 0) for row in own)
        expected = multiplies(one.node, self.known or {})
        if own:
            numbers["multiplies"] = counted
        if expected is not None and not unknown:
            numbers["formula"] = expected
            if counted != expected:
                held.append(f"multiplies {counted:,}, by their definition {expected:,}")
        name = _path(one, self.rows)
        found = (*differs, *held)
        return Checked(name, one.node.op_type, numbers, found, "", unknown, skipped)

    def _shapes(self, one: Seen) -> list[str]:
        said = []
        for name, value in zip(one.node.output, one.outputs, strict=False):
            theirs = (self.known or {}).get(name)
            if theirs is None or value.items is not None or not value.has_shape:
                continue
            ours = tuple(map(int, value.shape))
            if ours != theirs:
                shown = shape_text(ours), shape_text(theirs)
                said.append(f"puts out {shown[0]}, and onnx infers {shown[1]}")
        return said

    def _parameters(self, own: Sequence[Row], numbers: dict[str, Any]) -> list[str]:
        """Compare what our rows hold of each parameter with how many numbers it has in the file."""
        said: list[str] = []
        sizes: Counter[str] = Counter()
        for row in own:
            each: Counter[str] = Counter()
            for capital, key in row.node.weights.items():  # a gate each, of one parameter
                each[key] += int(row.work.parameters[capital])
            for capital, size in row.work.parameters.items():
                if capital not in row.node.weights and size:
                    said.append(f"holds {size:,} numbers ({capital}) that no tensor of the file is")
            sizes |= each
        self.counted |= sizes
        theirs = {key: self.filed.get(key) for key in sizes}
        for key, ours in sizes.items():
            if theirs[key] is not None and ours != theirs[key]:
                said.append(f"{key} {ours:,}, in the file {theirs[key]:,}")
        if sizes:
            numbers["params"] = sizes.total()
            if None not in theirs.values():
                numbers["held"] = sum(n for n in theirs.values() if n is not None)
        return said

    def whole(self, within: Callable[[str], bool]) -> tuple[Checked, ...]:
        """All of it: the parameters of all rows, each once, beside the file's tensors."""
        if not within(""):
            return ()
        for row in self.rows:
            each: Counter[str] = Counter()
            for capital, key in row.node.weights.items():
                each[key] += int(row.work.parameters[capital])
            self.counted |= each
        numbers: dict[str, Any] = {"params": self.counted.total()}
        theirs = {key: self.filed.get(key) for key in self.counted}
        if None not in theirs.values():
            numbers["held"] = sum(n for n in theirs.values() if n is not None)
        numbers["multiplies"] = sum(int(row.count("multiplies") or 0) for row in self.rows)
        differs = [
            f"{key} {ours:,}, in the file {theirs[key]:,}"
            for key, ours in self.counted.items()
            if theirs[key] not in {None, ours}
        ]
        unknown = Counter(r.node.op.word for r in self.rows if r.count("multiplies") is None)
        return (Checked("(all)", "graph", numbers, tuple(differs), "", unknown),)


def _filed(proto: onnx.ModelProto) -> dict[str, int]:
    """How many numbers the file has of each tensor, by the name that a parameter has here."""
    filed = {plain(one.name): math.prod(one.dims) for one in proto.graph.initializer}
    for one in proto.graph.sparse_initializer:
        filed[plain(one.values.name)] = math.prod(one.dims)
    for node in proto.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                filed[plain(node.output[0])] = math.prod(attribute.t.dims)
    return filed


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    from ....version import __version__

    return {
        "flopcount": __version__,
        "onnx": onnx.__version__,
        "python": platform.python_version(),
    }
