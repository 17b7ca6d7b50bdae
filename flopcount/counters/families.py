"""What kinds of operation counters differ in, in a few families that a picture can tell apart."""

from .counting import Counted, Part

PRODUCTS, BIASES, NORMS, ACTIVATIONS, POOLS, OTHERS = FAMILIES = (
    "products",
    "biases",
    "norms",
    "activations",
    "pools",
    "other operations",
)
_ACTIVATIONS = {
    *("ReLU", "ReLU6", "PReLU", "LeakyReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish"),
    *("sigmoid", "tanh", "hard sigmoid", "hard swish", "softplus", "hard tanh"),
}


def family_of(part: Part, formula: str) -> str:
    """The family of a term that is counted for a call: a bias is one, whatever layer it is of."""
    kind = part.call.kind
    if formula == "bias":
        return BIASES
    if part.call.facts.get("macs"):
        return PRODUCTS
    if "norm" in kind:
        return NORMS
    if "pool" in kind:
        return POOLS
    return ACTIVATIONS if kind in _ACTIVATIONS else OTHERS


def by_family(counted: Counted) -> dict[str, int]:
    """What is counted, by family, in their order, those that are nothing too."""
    found = dict.fromkeys(FAMILIES, 0)
    for part in counted.parts:
        for term in part.terms:
            found[family_of(part, term.text)] += term.times * term.value
    return found
