"""A row beside what the other side has of it: each count, and where its number comes from.

Keras says the variables and the shapes, XLA the multiplies inside the image. What an element takes
beside them is counted on a small copy of the layer, whose nests are run line by line.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core import COUNTS, Row, has_weights
from ...errors import FlopcountError
from ...sizes import product
from ...writing.cells import number, shape_text
from ..copies import Copies, Copy
from .backend import naming
from .parts import BATCH_NORM, NORM_NAMES
from .values import compare_values
from .xla import agreement, lowered_flops

# Keras' variables by the count of ours that they are part of.
VARIABLES = {
    "weights": ("kernel", "alpha"),
    "biases": ("bias",),
    "norm_params": ("gamma", "beta"),
    "norm_stats": ("moving_mean", "moving_variance"),
}
STORED = (*VARIABLES, "params", "params_with_stats")  # as many in a batch as in one sample
KINDS = tuple(name for names in VARIABLES.values() for name in names)
VIEWS = ("Flatten", "Reshape", "Split")  # layers that put out what went in
Shapes = tuple[tuple[int, ...], ...]
# Where the other side's number comes from, as a difference says it; of the others, "Keras".
SOURCES = {
    "params": "Keras' trainable variables",
    "params_with_stats": "all variables of Keras",
    "multiplies": "Keras' kernel at each position",
    "activations": "Keras' output",
    **{name: "by its small copy" for name in COUNTS if name.startswith("elementwise.")},
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A row and what was found: Keras' shape, the shape of each variable, XLA's count.

    A variable that several rows share is that of the first. `flops` is None where the compiler was
    not asked; `agreement` says how its count was equal (``exact``, ``float32``); `differs` has a
    sentence for each difference. `theirs` has the other side's number of each count, None where
    nothing was there to compare with; `copy` is the small copy that was run, None where even that
    was too large.
    """

    row: Row
    layers: tuple[str, ...]
    output: tuple[int, ...]
    variables: Mapping[str, tuple[int, ...]]
    flops: float | None
    agreement: str | None
    differs: tuple[str, ...]
    theirs: Mapping[str, int | None]
    copy: Copy | None

    def size(self, name: str) -> int:
        """How many numbers a variable holds; 0 where it does not exist."""
        return product(self.variables[name]) if name in self.variables else 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What Keras did of a row: the shape of its first input, and of its outputs.

    Those of the symbols, when the model was built, and those which were computed.
    """

    taken: tuple[int, ...]
    symbols: Shapes
    computed: Shapes
    finite: bool


class Comparison:
    """Rows beside the other side, one after the other.

    Layers that differ in sizes alone have one small copy, and variables that rows share are those
    of the first row. `counting` says whether the compiler is asked.
    """

    def __init__(self, rows: Sequence[Row], *, counting: bool) -> None:
        self._counting = counting
        copies = Copies()
        self._copies = {row.node.path: copies.of(row) for row in rows}
        with naming("the small copies of layers"):
            self._values = compare_values([copy for copy in self._copies.values() if copy])
        self._met: set[int] = set()

    def of(self, row: Row, parts: Mapping[str, Any], seen: Seen) -> Checked:
        """Compare a row with its Keras layers by part."""
        symbols, computed = as_ours(seen.symbols, row), as_ours(seen.computed, row)
        differs = differing_shapes(row, symbols, computed)
        right_shape = not differs
        variables, theirs, said = self._variables(parts)
        differs += said
        differs += _differing(row, theirs)
        differs += [] if differs else _batch_norm(row, variables)
        flops, equal, said = _flops(row, parts, seen.taken) if self._counting else (None, None, [])
        differs += said
        copy = self._copies[row.node.path]
        sized = _sized(parts, seen.taken, symbols, copy)
        differs += _differing(row, sized) if right_shape else []  # of a wrong one all are wrong
        if copy:
            differs += _differing(copy.row, copy.ran.counts, of=copy.name)
            differs += [self._values[copy.key]] if copy.key in self._values else []
        differs += [] if seen.finite else ["the output is not finite"]
        theirs |= sized
        theirs["multiplies_unpadded"] = _unpadded(row, flops, equal)
        names = tuple(layer.name for layer in parts.values())
        return Checked(
            row, names, computed[0], variables, flops, equal, tuple(differs), theirs, copy
        )

    def _variables(
        self, parts: Mapping[str, Any]
    ) -> tuple[dict[str, tuple[int, ...]], dict[str, int | None], list[str]]:
        """The variables first met here by name, their counts, and what is wrong with them.

        What trains, and what does not, is read off Keras' own marks, the rest off the names.
        """
        shapes: dict[str, tuple[int, ...]] = {}
        trained = measured = every = 0
        said = []
        for variable in (variable for layer in parts.values() for variable in layer.weights):
            if id(variable) in self._met:
                continue
            self._met.add(id(variable))
            name = NORM_NAMES.get(variable.name, variable.name)
            shape = tuple(int(size) for size in variable.shape)
            if name in KINDS and name not in shapes:
                shapes[name] = shape
            else:
                said.append(f"Keras has a variable {name!r} that is not counted")
            every += product(shape)
            trained += product(shape) if variable.trainable else 0
            measured += 0 if variable.trainable else product(shape)
        counts: dict[str, int | None] = {
            count: sum(product(shapes[name]) for name in names if name in shapes)
            for count, names in VARIABLES.items()
        }
        counts |= {"params": trained, "norm_stats": measured, "params_with_stats": every}
        return shapes, counts, said


def as_ours(shapes: Shapes, row: Row) -> Shapes:
    """Keras' shapes as ours: of a layer that is flat there, 1 on each axis of the grid."""
    return tuple((*(1,) * (len(row.output) - len(shape)), *shape) for shape in shapes)


def difference(name: str, ours: int, theirs: int, of: str = "") -> str:
    """What is said of a count that differs: ours first; `of` a small copy.

    >>> difference("norm_params", 6, 12)
    'norm params 6, Keras 12'
    """
    title = COUNTS[name].title
    if of:
        return f"{title} of a small copy ({of}) {number(ours)}, its nests run {number(theirs)}"
    return f"{title} {number(ours)}, {SOURCES.get(name, 'Keras')} {number(theirs)}"


def _differing(row: Row, theirs: Mapping[str, int | None], of: str = "") -> list[str]:
    return [
        difference(name, row.count(name), other, of)
        for name, other in theirs.items()
        if other is not None and row.count(name) != other
    ]


def differing_shapes(row: Row, symbols: Shapes, computed: Shapes | None = None) -> list[str]:
    """The first that differs of the shapes of Keras' symbols, and of what is computed."""
    said = []
    for who, shapes in (("Keras", symbols), ("Keras computes", computed or symbols)):
        if len(shapes) != len(row.held.outputs):
            said.append(f"outputs {len(row.held.outputs)}, {who} {len(shapes)}")
        for ours, theirs in zip(row.held.outputs, shapes, strict=False):
            if ours != theirs:
                said.append(f"output {shape_text(ours)}, {who} {shape_text(theirs)}")
    return said[:1]


def _batch_norm(row: Row, variables: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Where the variables of batch norm differ, of which `VARIABLES` compares the sums."""
    held = {name: n for name, n in row.work.parameters.items() if name not in row.shares}
    sizes = {
        name: (held.get(capital, 0), product(variables.get(name, (0,))))
        for name, capital in BATCH_NORM.items()
    }
    return [
        f"{name.replace('_', ' ')} {number(ours)}, Keras {number(keras)}"
        for name, (ours, keras) in sizes.items()
        if ours != keras
    ][:1]


def _sized(
    parts: Mapping[str, Any],
    taken: tuple[int, ...],
    outputs: Shapes,
    copy: Copy | None,
) -> dict[str, int | None]:
    """The counts that grow with Keras' outputs.

    Each number of a kernel is multiplied once at each position of them, of a transposed
    convolution at each of its input; the operations beside that are those of the small copy, for
    each element and for each mean.
    """
    layer = parts.get("")
    variables = [variable for layer in parts.values() for variable in layer.weights]
    kernel = sum(product(v.shape) for v in variables if v.name == "kernel")
    positions = taken if hasattr(layer, "output_padding") else outputs[0]
    is_view = {type(layer).__name__ for layer in parts.values()} <= {*VIEWS}
    elements = sum(map(product, outputs))
    counts: dict[str, int | None] = {
        "multiplies": int(kernel) * product(positions[:-1]),
        "activations": 0 if is_view else elements,
    }
    means = sum(_means(layer, outputs[0]) for layer in parts.values())
    for name in (name for name in COUNTS if name.startswith("elementwise.")):
        grown = copy.taken(name, elements, means) if copy else None
        counts[name] = None if grown is None else math.ceil(grown)
    return counts


def _means(layer: Any, output: tuple[int, ...]) -> int:
    """How many numbers Keras' layer works out from many, to put none of them out."""
    kind = type(layer).__name__
    if kind == "GroupNormalization":
        return int(layer.groups)
    by_position = ("LayerNormalization", "RMSNormalization", "RootMeanSquare", "Softmax")
    return product(output[:-1]) if kind in by_position else 0


def _unpadded(row: Row, flops: float | None, equal: str | None) -> int | None:
    """Half of XLA's count; where it was equal as far as a float32 goes, ours."""
    if not has_weights(row.node.op):
        return 0
    if flops is None:
        return None
    return int(row.count("multiplies_unpadded")) if equal == "float32" else int(flops) // 2


def _flops(
    row: Row, parts: Mapping[str, Any], shape: tuple[int, ...]
) -> tuple[float | None, str | None, list[str]]:
    """XLA's count of a row, how it is equal to ours, and what is wrong with it."""
    if not has_weights(row.node.op):
        unknown = f"no count of XLA is known for the multiplies of {row.node.op.word}"
        return None, None, [unknown] if row.count("multiplies") else []
    with naming(row.node.path):
        try:
            flops = lowered_flops(parts, shape)
        except FlopcountError as error:
            return None, None, [str(error)]
    expected = 2 * row.count("multiplies_unpadded")
    equal = agreement(expected, flops)
    if equal:
        return flops, equal, []
    return flops, None, [f"2 × unpadded multiplies {number(expected)}, XLA {number(flops)}"]
