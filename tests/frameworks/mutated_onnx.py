"""ONNX files that are changed in the terms of ONNX: sizes, operators, attributes, names, order."""

from collections.abc import Callable
from random import Random

import numpy as np
import onnx
from onnx import AttributeProto, ModelProto, NodeProto, helper

from tests.frameworks import mutated_heads
from tests.frameworks.mutated_bytes import FLOATS, NAMES, SIZES, damaged
from tests.frameworks.mutated_heads import any_graph, any_node

OPERATORS = tuple(sorted({one.name for one in onnx.defs.get_all_schemas_with_history()}))
DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "x", "ai.onnx.preview.training")


def mutated(data: bytes, random: Random) -> bytes:
    """A file with something wrong in it: its bytes, or some of what it says."""
    if random.random() < 0.3:
        return damaged(data, random)
    model = ModelProto.FromString(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        change = random.choice(CHANGES)
        try:
            change(model, random)
        except Exception:  # noqa: BLE001, S112  there is none of what it changes
            continue
    return model.SerializeToString()


def _attribute(model: ModelProto, random: Random) -> AttributeProto:
    found = [a for node in any_graph(model, random).node for a in node.attribute]
    return random.choice(found)


def _name(model: ModelProto, random: Random) -> str:
    """A name that something in it has, or none has."""
    graph = any_graph(model, random)
    names = [one.name for one in (*graph.initializer, *graph.input, *graph.output)]
    names += [name for node in graph.node for name in (*node.input, *node.output)]
    return random.choice([*names, random.choice(NAMES)])


def operator(model: ModelProto, random: Random) -> None:
    any_node(model, random).op_type = random.choice((*OPERATORS, *OPERATORS, *NAMES))


def domain(model: ModelProto, random: Random) -> None:
    any_node(model, random).domain = random.choice(DOMAINS)


def attribute(model: ModelProto, random: Random) -> None:
    """A number of an attribute."""
    one = _attribute(model, random)
    if one.ints:
        one.ints[random.randrange(len(one.ints))] = random.choice(SIZES)
    elif one.floats:
        one.floats[random.randrange(len(one.floats))] = random.choice(FLOATS)
    elif one.type == AttributeProto.FLOAT:
        one.f = random.choice(FLOATS)
    elif one.type == AttributeProto.STRING:
        one.s = random.choice(
            (*NAMES, "VALID", "SAME_UPPER", "bidirectional", "ij,jk->ik")
        ).encode()
    elif one.type == AttributeProto.INT:
        one.i = random.choice(SIZES)


def length(model: ModelProto, random: Random) -> None:
    """How many numbers an attribute has."""
    one = _attribute(model, random)
    if random.random() < 0.5 and one.ints:
        one.ints.pop()
    else:
        one.ints.extend([random.choice(SIZES)] * random.choice((1, 2, 70, 20_000)))


def kind(model: ModelProto, random: Random) -> None:
    _attribute(model, random).type = random.choice(AttributeProto.AttributeType.values())


def no_attribute(model: ModelProto, random: Random) -> None:
    node = any_node(model, random)
    del node.attribute[random.randrange(len(node.attribute))]


def other_attribute(model: ModelProto, random: Random) -> None:
    """An attribute that the operator has, set, or one that it has not."""
    node = any_node(model, random)
    known = onnx.defs.has(node.op_type)
    names = [*onnx.defs.get_schema(node.op_type).attributes] if known else ["x"]
    value = random.choice((random.choice(SIZES), [1, 2], [random.choice(SIZES)] * 2, "NOTSET", 0.5))
    node.attribute.append(helper.make_attribute(random.choice(names), value))


def swapped(model: ModelProto, random: Random) -> None:
    node = any_node(model, random)
    one, two = random.randrange(len(node.input)), random.randrange(len(node.input))
    node.input[one], node.input[two] = node.input[two], node.input[one]


def reads_another(model: ModelProto, random: Random) -> None:
    node = any_node(model, random)
    node.input[random.randrange(len(node.input))] = _name(model, random)


def inputs(model: ModelProto, random: Random) -> None:
    node = any_node(model, random)
    if random.random() < 0.5:
        node.input.pop()
    else:
        node.input.append(_name(model, random))


def outputs(model: ModelProto, random: Random) -> None:
    node = any_node(model, random)
    if random.random() < 0.5:
        node.output.append(random.choice(NAMES))
    else:
        node.output[random.randrange(len(node.output))] = _name(model, random)


def renamed(model: ModelProto, random: Random) -> None:
    """A value by another name, wherever it is: no fault, however it looks."""
    graph, new = any_graph(model, random), random.choice(NAMES)
    old = _name(model, random)
    for one in (*graph.initializer, *graph.input, *graph.output, *graph.value_info):
        one.name = new if one.name == old else one.name
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]


def called(model: ModelProto, random: Random) -> None:
    for node in any_graph(model, random).node:
        if random.random() < 0.5:
            node.name = random.choice(NAMES)


def dropped(model: ModelProto, random: Random) -> None:
    graph = any_graph(model, random)
    del graph.node[random.randrange(len(graph.node))]


def doubled(model: ModelProto, random: Random) -> None:
    graph = any_graph(model, random)
    graph.node.append(random.choice(graph.node))


def shuffled(model: ModelProto, random: Random) -> None:
    graph = any_graph(model, random)
    nodes = [NodeProto.FromString(node.SerializeToString()) for node in graph.node]
    random.shuffle(nodes)
    del graph.node[:]
    graph.node.extend(nodes)


def many(model: ModelProto, random: Random) -> None:
    """A node so often, each after the other, within 64 MB: a graph in it would make gigabytes."""
    graph = any_graph(model, random)
    node = NodeProto.FromString(random.choice(graph.node).SerializeToString())
    name = node.output[0]
    for number in range(min(random.choice((10, 300, 3000)), (64 << 20) // (node.ByteSize() + 1))):
        copy = graph.node.add()
        copy.CopyFrom(node)
        copy.input[0], copy.output[0] = name, f"{node.output[0]}.{number}"
        name = copy.output[0]


def nested(model: ModelProto, random: Random) -> None:
    """A graph in its own nodes, so deep."""
    graph = model.graph
    for _ in range(random.choice((1, 2, 20, 60))):
        inner = onnx.GraphProto()
        inner.CopyFrom(graph)
        branches = {f"{one}_branch": inner for one in ("then", "else")}
        node = helper.make_node("If", [_name(model, random)], ["out"], **branches)
        del graph.node[:]
        graph.node.append(node)
        if model.ByteSize() > 1 << 20:
            break


def loop(model: ModelProto, random: Random) -> None:
    """A node in a loop of so many rounds."""
    graph = model.graph
    body = helper.make_graph(
        [NodeProto.FromString(random.choice(graph.node).SerializeToString())],
        "body",
        [helper.make_tensor_value_info("i", 7, []), helper.make_tensor_value_info("c", 9, [])],
        [helper.make_tensor_value_info("c", 9, [])],
    )
    count = np.array(random.choice(SIZES) % 2**63)
    graph.initializer.append(onnx.numpy_helper.from_array(count, "trips"))
    graph.node.append(helper.make_node("Loop", ["trips", ""], ["looped"], body=body))


def function(model: ModelProto, random: Random) -> None:
    """A function of some of the nodes, which may call itself."""
    node = any_node(model, random)
    body = [NodeProto.FromString(node.SerializeToString()) for _ in range(2)]
    if random.random() < 0.5:
        body[-1].domain, body[-1].op_type = "own", "f"
    made = helper.make_function("own", "f", [*node.input], [*node.output], body, model.opset_import)
    model.functions.append(made)
    model.opset_import.append(helper.make_opsetid("own", 1))
    node.domain, node.op_type = "own", "f"


CHANGES: tuple[Callable[[ModelProto, Random], None], ...] = (
    *mutated_heads.CHANGES,
    *(operator, operator, operator, domain, attribute, attribute, attribute, length, kind),
    *(no_attribute, other_attribute, other_attribute, swapped, reads_another, reads_another),
    *(inputs, outputs, renamed, called, dropped, doubled, shuffled, many, nested, loop, function),
)
