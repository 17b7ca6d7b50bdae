"""A row beside what the other side has of it: each count, and where its number comes from.

Keras says the variables and the shapes, XLA the multiplies inside the image. What an element takes
beside them is counted on a small copy of the layer, whose nests are run line by line.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...core import COUNTS, Row
from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import product
from ...writing.cells import number, shape_text
from ..copies import Copies, Copy
from ..jax.xla import agreement
from .backend import naming
from .build import Layers
from .parts import BATCH_NORM
from .products import Shapes, hidden, is_lowered, is_traced, multiplied
from .traced import traced_flops
from .values import compare_values
from .variables import Variables, kind_of, size_of
from .xla import lowered_flops

VIEWS = ("Flatten", "Reshape", "Split")  # layers that put out what went in
# Where the other side's number comes from, as a difference says it; of the others, "Keras".
SOURCES = {
    "params": "Keras' trainable variables",
    "params_with_stats": "all variables of Keras",
    "multiplies": "Keras' kernel at each position",
    "multiplies_unpadded": "XLA's count without what Keras' mask hides",
    "activations": "Keras' output",
    **{name: "by its small copy" for name in COUNTS if name.startswith("elementwise.")},
}


@dataclass(frozen=True)
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
        """How many numbers the variables of that name hold; 0 where there is none."""
        return size_of(self.variables, name)

    def has(self, name: str) -> bool:
        """Whether there is a variable of that name."""
        return any(kind_of(one) == name for one in self.variables)


@dataclass(frozen=True)
class Seen:
    """What Keras did of a row: the shapes of its inputs, and of its outputs.

    Those of the symbols, when the model was built, and those which were computed.
    """

    taken: Shapes
    symbols: Shapes
    computed: Shapes
    finite: bool


class Comparison:
    """Rows beside the other side, one after the other.

    Layers that differ in sizes alone have one small copy, and variables that rows share are those
    of the first row. `counting` says whether the compiler is asked.
    """

    def __init__(self, rows: Sequence[Row], layers: Layers, *, counting: bool) -> None:
        self._counting = counting
        self._layers = layers
        copies = Copies()
        self._copies = {row.node.path: copies.of(row) for row in rows}
        with naming("the small copies of layers"):
            self._values = compare_values([copy for copy in self._copies.values() if copy])
        self._variables = Variables()

    def of(self, row: Row, seen: Seen) -> Checked:
        """Compare a row with its Keras layers."""
        parts = self._layers.of[row.node.path]
        symbols, computed = as_ours(seen.symbols, row), as_ours(seen.computed, row)
        differs = differing_shapes(row, symbols, computed)
        right_shape = not differs
        variables, theirs, said = self._variables.of(parts)
        differs += said
        differs += _differing(row, theirs)
        differs += [] if differs else _batch_norm(row, variables)
        flops, equal, said = self._flops(row, seen.taken) if self._counting else (None, None, [])
        differs += said
        copy = self._copies[row.node.path]
        sized = _sized(row, parts, seen.taken, symbols, copy)
        differs += _differing(row, sized) if right_shape else []  # of a wrong one all are wrong
        if copy:
            differs += _differing(copy.row, copy.ran.counts, of=copy.name)
            differs += [self._values[copy.key]] if copy.key in self._values else []
        differs += [] if seen.finite else ["the output is not finite"]
        theirs |= sized
        theirs["multiplies_unpadded"] = inside = self._unpadded(row, seen.taken, flops, equal)
        if equal and inside != row.count("multiplies_unpadded"):
            differs += _differing(row, {"multiplies_unpadded": inside})
        names = tuple(layer.name for layer in parts.values())
        return Checked(
            row, names, computed[0], variables, flops, equal, tuple(differs), theirs, copy
        )

    def _flops(self, row: Row, taken: Shapes) -> tuple[float | None, str | None, list[str]]:
        """XLA's count of a row, how it is equal to ours, and what is wrong with it."""
        op, slack = row.node.op, None
        if not (is_lowered(op) or is_traced(op)):
            unknown = f"no count of XLA is known for the multiplies of {op.word}"
            return None, None, [unknown] if row.count("multiplies") else []
        with naming(row.node.path):
            try:
                if is_traced(op):
                    flops, slack = traced_flops(lambda *x: self._layers.alone(row, x), taken)
                else:
                    flops = lowered_flops(self._layers.of[row.node.path], taken[0])
            except FlopcountError as error:
                return None, None, [str(error)]
        expected = 2 * _computed(row)
        equal = agreement(expected, flops, slack)
        if equal:
            return flops, equal, []
        what = "multiplies of all pairs" if _is_masked(row) else "unpadded multiplies"
        return flops, None, [f"2 × {what} {number(expected)}, XLA {number(flops)}"]

    def _unpadded(
        self, row: Row, taken: Shapes, flops: float | None, equal: str | None
    ) -> int | None:
        """Half of XLA's count, without what a mask hides after it.

        Where it was equal as far as a float32 goes, what ours was compared with.
        """
        if not (is_lowered(row.node.op) or is_traced(row.node.op)):
            return 0
        if flops is None:
            return None
        every = _computed(row) if equal == "float32" else int(flops) // 2
        return every - hidden(row.node.op, self._layers.of[row.node.path], taken)


def _computed(row: Row) -> int:
    """The multiplies inside the image, those that a mask hides afterwards among them."""
    return (
        sum(
            int(nest.lines(inside=True, masks=False)) * nest.form.operations["multiplies"]
            for nest in row.work.nests
            if nest.contracts
        )
        if _is_masked(row)
        else int(row.known("multiplies_unpadded"))
    )


def _is_masked(row: Row) -> bool:
    return any(nest.form.mask for nest in row.work.nests)


def as_ours(shapes: Shapes, row: Row) -> Shapes:
    """Keras' shapes as ours: of a layer that is flat there, 1 on each axis of the grid."""
    ranks = [len(row.output)] * len(shapes)
    if len(shapes) == len(row.held.outputs):
        ranks = [len(output) for output in row.held.outputs]
    return tuple(
        (*(1,) * (rank - len(shape)), *shape) for rank, shape in zip(ranks, shapes, strict=True)
    )


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
        difference(name, row.known(name), other, of)
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
    row: Row,
    parts: Mapping[str, Any],
    taken: Shapes,
    outputs: Shapes,
    copy: Copy | None,
) -> dict[str, int | None]:
    """The counts that grow with Keras' outputs.

    The operations beside the multiplies are those of the small copy, for each element and for each
    mean.
    """
    is_view = {type(layer).__name__ for layer in parts.values()} <= {*VIEWS}
    elements = sum(map(product, outputs))
    counts: dict[str, int | None] = {
        "multiplies": multiplied(row.node.op, parts, taken, outputs),
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
