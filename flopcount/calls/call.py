"""A call: of a module, a function or an operator of a framework, with its sizes."""

from collections.abc import Mapping
from typing import NamedTuple

MODULE, FUNCTION, OPERATOR, DISPATCHED = "module", "function", "operator", "dispatched"
LEVELS = {
    MODULE: "a module of torch.nn ran, named by its class: Conv2d",
    FUNCTION: "a function of Python's was called: F.relu, torch.add, Tensor.__add__",
    OPERATOR: "an operator as a trace has it: conv2d, relu_, scaled_dot_product_attention",
    DISPATCHED: "an operator that a kernel computes: convolution, addmm, bmm",
}


class Call(NamedTuple):
    """A call as it was made: what of, where in the network, and the sizes that a rule may ask for.

    `kind` is the field's name of what it computes (``batch norm``), `path` the layer's, and
    `within` the place in the list of calls of the one that it was made in, -1 for none. `bases` are
    the classes of torch.nn that a module's class is one of, its own first. `facts` are integers by
    the names of `FACTS`.
    """

    level: str
    name: str
    kind: str
    path: str
    within: int
    facts: Mapping[str, int]
    bases: tuple[str, ...] = ()
