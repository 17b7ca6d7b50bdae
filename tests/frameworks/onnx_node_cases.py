"""The onnx package's own tests of single operators, as models that the reader reads.

What says a shape stands in the file: an input that is whole numbers or truths, or few floats where
an operator takes scales or bounds, becomes an initializer with the numbers of the test.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from flopcount.core import Network
from flopcount.core.ops.tensors import Unknown
from flopcount.errors import FlopcountError
from flopcount.frameworks.onnx.graph import Graph

NODE = "onnx.backend.test.case.node"

# Modules of the package, by what they test; of each some cases are read each time.
QUICK = """
add and_ argmax bitshift cast clip compress concat constantofshape cumsum expand flatten gather
gatherelements gathernd hardmax identity leakyrelu less max not_ onehot pad pow prelu reducemean
reducesum reshape scatterelements scatternd shape slice softmax split squeeze tile topk transpose
trilu unsqueeze where
"""

# Operators of which an input is a shape or the like, and at which places.
SAYING: Mapping[str, Sequence[int]] = {
    "BlackmanWindow": (0,),
    "CenterCropPad": (1,),
    "Col2Im": (1, 2),
    "Compress": (1,),
    "ConstantOfShape": (0,),
    "CumProd": (1,),
    "CumSum": (1,),
    "DFT": (1, 2),
    "Dropout": (2,),
    "Expand": (1,),
    "HammingWindow": (0,),
    "HannWindow": (0,),
    "If": (0,),
    "Loop": (0, 1),
    "MaxUnpool": (2,),
    "MelWeightMatrix": (0, 1, 2, 3, 4),
    "OneHot": (1,),
    "Pad": (1, 3),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "STFT": (1, 3),
    "SequenceAt": (1,),
    "SequenceErase": (1,),
    "SequenceInsert": (2,),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "SplitToSequence": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "TopK": (1,),
    "Trilu": (1,),
    "Unsqueeze": (1,),
    "Upsample": (1,),
    "AffineGrid": (1,),
    **{f"Reduce{how}": (1,) for how in ("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean")},
    **{f"Reduce{how}": (1,) for how in ("Min", "Prod", "Sum", "SumSquare")},
}


@dataclass
class Case:
    """A test: its model, the numbers that go in, and those that have to come out."""

    name: str
    model: onnx.ModelProto
    inputs: Sequence[Any]
    outputs: Sequence[Any]
    also: frozenset[str] = frozenset()  # inputs that say shapes too, as those of its function

    def saying(self) -> set[str]:
        """The inputs that say shapes."""
        names = set(self.also)
        for node in self.model.graph.node:
            for place in SAYING.get(node.op_type, ()):
                if place < len(node.input) and node.input[place]:
                    names.add(node.input[place])
        return names

    def prepared(self) -> tuple[onnx.ModelProto, dict[str, tuple[int, ...]]]:
        """The model with what says a shape in the file, and the shapes of its other inputs."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        saying, shapes = self.saying(), {}
        joined = []
        for one, array in zip(self.model.graph.input, self.inputs, strict=True):
            if array is None:
                continue
            if isinstance(array, list):  # a sequence, joined from inputs of its own
                names = [f"{one.name}.{place}" for place in range(len(array))]
                op = "SequenceConstruct" if names else "SequenceEmpty"
                joined.append(helper.make_node(op, names, [one.name]))
                for name, item in zip(names, array, strict=True):
                    shapes[name] = shape_of(item)
                    own = helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name])
                    model.graph.input.append(own)
            elif one.name in saying:
                tensor = array if isinstance(array, onnx.TensorProto) else None
                tensor = tensor or numpy_helper.from_array(np.asarray(array))
                tensor.name = one.name
                model.graph.initializer.append(tensor)
            else:
                shapes[one.name] = shape_of(array)
        nodes = [*joined, *model.graph.node]
        del model.graph.node[:]
        model.graph.node.extend(nodes)
        return model, shapes


def shape_of(array: Any) -> tuple[int, ...]:
    """The shape of an array, or of a tensor of a file's."""
    return tuple(array.dims if isinstance(array, onnx.TensorProto) else np.asarray(array).shape)


@dataclass
class Read:
    """What came of reading a case: its network, the shapes that come out, what went wrong."""

    network: Network | None = None
    shapes: Sequence[Any] = ()
    error: str = ""
    unknown: tuple[str, ...] = ()


def read(case: Case) -> Read:
    """Read a case. Raises whatever is no `FlopcountError`."""
    model, shapes = case.prepared()
    graph = Graph(model, {}, as_filed=False)
    try:
        network, values = network_of(graph, shapes)
        unknown = [row.node.op.word for row in network.rows if isinstance(row.node.op, Unknown)]
        seen = [values.get(one.name) for one in model.graph.output]
    except FlopcountError as error:
        return Read(error=str(error))
    return Read(network, seen, unknown=tuple(dict.fromkeys(unknown)))


def network_of(graph: Graph, shapes: Mapping[str, Any]) -> tuple[Network, dict[str, Any]]:
    """The network, and the values by their names."""
    kept: dict[str, Any] = {}
    run = graph.run

    def watched(part: Any, values: Any) -> None:
        run(part, values)
        if part is graph.proto.graph:
            kept.update(values)

    graph.run = watched  # type: ignore[method-assign]
    return graph.network(shapes), kept


def cases_of(tests: Any) -> list[Case]:
    """The cases of the onnx package's; what an operator is made of takes what that takes."""
    cases = {test.name: Case(test.name, test.model, *test.data_sets[0]) for test in tests}
    for name, case in cases.items():
        whole = cases.get(name.partition("_expanded")[0])
        if whole is not None and whole is not case:
            case.also = frozenset(whole.saying())
    return list(cases.values())


def cases(modules: Sequence[str]) -> list[Case]:
    """The cases of some modules of the package; of none named, of all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = import_module(NODE)
        if not modules:
            return cases_of(package.collect_testcases(None))
        for module in modules:
            import_module(f"{NODE}.{module}")
        operators = {module.strip("_") for module in modules}
        every = cases_of(list(package._NodeTestCases))  # those of other modules too, if imported
        return [one for one in every if one.model.graph.node[0].op_type.lower() in operators]
