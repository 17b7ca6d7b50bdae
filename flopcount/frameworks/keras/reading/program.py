"""The graph of a Keras model's program: what is not a variable of Keras' is no parameter."""

from typing import Any

import keras

from ....core import Network
from ....records import replace
from ...jax.reader.graph import Graph
from ...jax.reader.program import Program
from ...jax.values import Value
from ...models.operands import Operand


class KerasGraph(Graph):
    """A graph as it grows; arrays that a layer keeps beside its variables are constants."""

    def captured(self, array: Any) -> Value:
        """An array that the program closes over, such as a mean that a layer was made with."""
        if not getattr(array, "shape", ()):
            return super().captured(array)
        shape = self.shape(array)
        return Value(Operand(shape), shape)

    def network(self) -> Network:
        """The network of the program."""
        network = super().network()
        versions = {"keras": keras.__version__, **network.reader}
        return replace(network, reader={**versions, "name": "keras"})


def network_of(program: Program) -> Network:
    """The network of a program."""
    return KerasGraph(program).network()
