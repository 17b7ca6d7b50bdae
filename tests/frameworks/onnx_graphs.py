"""Small ONNX models as text, and how they are read."""

from collections.abc import Mapping

import onnx
import onnx.parser

from flopcount.core import Counts, Network


def parsed(
    graph: str, *, functions: str = "", opset: int = 20, more: str = ""
) -> "onnx.ModelProto":
    """A model of a graph in ONNX' own textual form."""
    head = f'<ir_version: 9, opset_import: ["" : {opset}{more}]>'
    model: onnx.ModelProto = onnx.parser.parse_model(f"{head}\n{graph}\n{functions}")
    return model


def read(graph: str, shapes: Mapping[str, tuple[int, ...]], **model: object) -> Network:
    """Its network at these sizes of its inputs."""
    from flopcount.frameworks.onnx.reader import read as read_proto

    return read_proto(parsed(graph, **model), shapes)  # type: ignore[arg-type]


def multiplies(network: Network) -> dict[str, int]:
    """The multiplies of each layer that has some, by its path."""
    rows = {row.node.path: row.known("multiplies") for row in network.rows}
    return {path: int(count) for path, count in rows.items() if count}


def total(network: Network, count: str = "multiplies") -> int:
    """A count of all of it."""
    return int(Counts(network.rows)[count])
