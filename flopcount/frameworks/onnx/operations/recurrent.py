"""Recurrent layers, in one direction or in both."""

from collections.abc import Iterator

from ....core.ops.tensors import Recurrences, Unknown
from ....core.ops.tensors.recurrences import GATES
from ....errors import FlopcountError
from ...models.operands import Made, Operand
from .inner import HAS_ALPHA, HAS_BETA, function
from .table import Called, rule

_FUNCTIONS = {"LSTM": ("Sigmoid", "Tanh", "Tanh"), "GRU": ("Sigmoid", "Tanh"), "RNN": ("Tanh",)}
_BACK = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}


@rule("LSTM", "GRU", "RNN")
def _recurrent(a: Called) -> Made:
    """All gates of a direction lie in one tensor, and both directions too."""
    x, w, r = a.x, a.needed(1), a.needed(2)
    bias, lengths, state = a.operand(3), a.operand(4), a.operand(5)
    cell, peepholes = (a.operand(6), a.operand(7)) if a.name == "LSTM" else (None, None)
    word, back = a.name.lower(), _BACK.get(a.get("direction", "forward"))
    if back is None or len(w.shape) != 3 or w.shape[0] != len(back) or len(r.shape) != 3:
        raise FlopcountError("its weights are not those of its directions")
    if w.shape[2] != x.shape[2]:
        raise FlopcountError(f"its weights read {w.shape[2]} channels, and {x.shape[2]} come in")
    held = {"W": w, "R": r, "B": bias, "A": peepholes}
    there = {capital: operand for capital, operand in held.items() if operand is not None}
    flows = {capital: operand for capital, operand in there.items() if not operand.is_weights}
    op = Recurrences(
        word,
        r.shape[2],
        back,
        tuple(_functions(a, len(back))),
        bias is not None,
        peepholes is not None,
        bool(a.get("linear_before_reset", 0)),
        float(a.get("clip") or 0),
        bool(a.get("layout", 0)),
        "".join(flows),
        max(a.outputs, 1),
    )
    more = [operand for operand in (state, cell, lengths) if operand is not None]
    reads = (x, *flows.values(), *more)
    if a.get("input_forget", 0):  # one gate for two
        shapes = op.nests(x.shape).outputs
        return Made(Unknown(word, shapes), (*reads, *_all(there, flows)))
    weights = {
        f"{kind}{gate}{'' if place == 0 else place + 1}": there[capital]
        for capital, kinds in (("W", "W"), ("R", ["Wr"]), ("B", ["B", "Br"]), ("A", "A"))
        if capital in there and capital not in flows
        for kind in kinds
        for gate in GATES[word]
        if kind != "A" or gate in "iof"
        for place in range(len(back))
    }
    return Made(op, reads, weights)


def _all(there: dict[str, Operand], flows: dict[str, Operand]) -> Iterator[Operand]:
    return (operand for capital, operand in there.items() if capital not in flows)


def _functions(a: Called, directions: int) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The activations of each direction; those with factors take them in their order."""
    default = _FUNCTIONS[a.name]
    names = tuple(a.get("activations") or default * directions)
    if len(names) != len(default) * directions:
        raise FlopcountError(f"it has {len(names)} activations, not {len(default) * directions}")
    alphas, betas = iter(a.get("activation_alpha") or ()), iter(a.get("activation_beta") or ())
    steps = []
    for name in names:
        alpha = next(alphas, None) if name.lower() in HAS_ALPHA else None
        beta = next(betas, None) if name.lower() in HAS_BETA else None
        steps.append(function(name, alpha, beta).steps)
    for place in range(directions):
        yield tuple(steps[place * len(default) : (place + 1) * len(default)])
