"""The variables of a row's Keras layers: their names, and the counts of ours that they are part of.

Attention has four kernels, each in a layer of its own within it; of the others there is one of a
name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ...sizes import product
from .parts import NORM_NAMES

# Keras' variables by the count of ours that they are part of.
VARIABLES = {
    "weights": ("kernel", "recurrent_kernel", "projection_kernel", "embeddings", "alpha"),
    "biases": ("bias", "recurrent_bias"),
    "norm_params": ("gamma", "beta"),
    "norm_stats": ("moving_mean", "moving_variance"),
}
STORED = (*VARIABLES, "params", "params_with_stats")  # as many in a batch as in one sample
KINDS = tuple(name for names in VARIABLES.values() for name in names)
PROJECTIONS = ("query", "key", "value", "attention_output")  # the layers within attention
NORMS = ("query_norm", "key_norm")  # and those of its heads
Sizes = Mapping[str, tuple[int, ...]]  # of each variable its shape


def named_variables(layers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each variable of a row's layers under its name there: ``kernel``, ``query/kernel``."""
    for layer in layers.values():
        for variable in layer.weights:
            *within, own = variable.path.removeprefix(f"{layer.name}/").split("/")
            name = NORM_NAMES.get(own, own)
            projection = within[-1:] if within and within[-1] in (*PROJECTIONS, *NORMS) else []
            yield "/".join([*projection, name]), variable


def kind_of(name: str) -> str:
    """What a variable is, in whatever layer within the row's.

    >>> kind_of("query/kernel"), kind_of("bias")
    ('kernel', 'bias')
    """
    return name.rpartition("/")[2]


def size_of(shapes: Sizes, kind: str) -> int:
    """How many numbers the variables of a kind hold together; 0 where there is none."""
    return sum(product(shape) for name, shape in shapes.items() if kind_of(name) == kind)


class Variables:
    """The variables of rows, one after the other: those that rows share are of the first."""

    def __init__(self) -> None:
        self._met: set[int] = set()

    def of(
        self, layers: Mapping[str, Any]
    ) -> tuple[dict[str, tuple[int, ...]], dict[str, int | None], list[str]]:
        """The variables first met here by name, their counts, and what is wrong with them.

        What trains, and what does not, is read off Keras' own marks, the rest off the names.
        """
        shapes: dict[str, tuple[int, ...]] = {}
        trained = measured = every = 0
        said = []
        for name, variable in named_variables(layers):
            if id(variable) in self._met:
                continue
            self._met.add(id(variable))
            shape = tuple(int(size) for size in variable.shape)
            if kind_of(name) in KINDS and name not in shapes:
                shapes[name] = shape
            else:
                said.append(f"Keras has a variable {name!r} that is not counted")
            every += product(shape)
            trained += product(shape) if variable.trainable else 0
            measured += 0 if variable.trainable else product(shape)
        counts: dict[str, int | None] = {
            count: sum(size_of(shapes, kind) for kind in kinds)
            for count, kinds in VARIABLES.items()
        }
        counts |= {"params": trained, "norm_stats": measured, "params_with_stats": every}
        return shapes, counts, said
