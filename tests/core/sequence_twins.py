"""Numeric twins, in JAX, of recurrence, lookups, tokens and experts, and layers drawn by chance."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from flopcount.core.ops.dense import Dense
from flopcount.core.ops.experts import Combine, Route
from flopcount.core.ops.lookup import Embed, Position, Tied
from flopcount.core.ops.recurrent import Recurrent
from flopcount.core.ops.tail import Tail
from flopcount.core.ops.tokens import Select, Tokens, Transpose
from flopcount.frameworks.literal import Chosen
from tests.core.moving_twins import Drawn, Parameters
from tests.core.twins import TWINS, Array, Rng, Twin, draw_tail, shape, tail


def sequence(rng: Rng, most: int = 4) -> tuple[int, int]:
    """So many tokens, and their channels."""
    return int(rng.integers(1, most + 1)), int(rng.integers(1, 4))


# -- recurrence: a step as the papers have it, scanned


def lstm(op: Recurrent, entered: Parameters, state: Any, p: Parameters) -> Any:
    """Hochreiter & Schmidhuber 1997, Gers et al. 1999, Sak et al. 2014: i, f, g, o."""
    h, c = state
    i, f, g, o = (entered[gate] + recurrent(gate, h, p) for gate in "ifgo")
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h @ p["Wp"] if op.projection else h), c


def gru(op: Recurrent, entered: Parameters, state: Any, p: Parameters) -> Any:
    """Cho et al. 2014; with two biases, or none, the reset gate is behind the product: cuDNN's."""
    h, c = state
    r = jax.nn.sigmoid(entered["r"] + recurrent("r", h, p))
    z = jax.nn.sigmoid(entered["z"] + recurrent("z", h, p))
    before = op.biases == 1
    n = recurrent("n", r * h, p) if before else r * recurrent("n", h, p)
    return z * h + (1 - z) * jnp.tanh(entered["n"] + n), c


def rnn(_: Recurrent, entered: Parameters, state: Any, p: Parameters) -> Any:
    """Elman 1990."""
    h, c = state
    return jnp.tanh(entered["h"] + recurrent("h", h, p)), c


def recurrent(gate: str, h: Array, p: Parameters) -> Array:
    return h @ p[f"Wr{gate}"] + p.get(f"Br{gate}", 0.0)


STEPS = {"lstm": (lstm, "ifgo"), "gru": (gru, "rzn"), "rnn": (rnn, "h")}


def scanned(op: Recurrent, x: Array, p: Parameters) -> Array:
    step, gates = STEPS[op.word]

    def along(state: Any, token: Array) -> Any:
        entered = {gate: token @ p[f"W{gate}"] + p.get(f"B{gate}", 0.0) for gate in gates}
        state = step(op, entered, state, p)
        return state, state[0]

    start = jnp.zeros(op.projection or op.width), jnp.zeros(op.width)
    (last, _), y = jax.lax.scan(along, start, x[::-1] if op.back else x)
    return last[None] if op.last else y[::-1] if op.back else y


def draw_recurrent(rng: Rng) -> Drawn:
    word = str(rng.choice(["lstm", "gru", "rnn"]))
    back, last = (bool(rng.integers(2)) for _ in range(2))
    width, biases = int(rng.integers(1, 4)), int(rng.integers(3))
    projection = int(rng.integers(3)) if word == "lstm" else 0
    return Recurrent(word, width, biases, back, last, projection), [sequence(rng)]


# -- lookups: which rows, the data chooses


def draw_embed(rng: Rng) -> Drawn:
    tokens = tuple(int(n) for n in rng.integers(1, 4, rng.integers(1, 3)))
    return Embed(int(rng.integers(1, 6)), int(rng.integers(1, 4))), [tokens]


def words(op: Embed, inputs: list[Array], _: Parameters) -> Chosen:
    """Some word at each place."""
    return {"v": (["..."], counting(inputs[0].shape) * 7 % op.vocabulary)}


def counting(grid: tuple[int, ...]) -> Array:
    """0, 1, 2, … along all axes."""
    return np.arange(int(np.prod(grid))).reshape(grid)


def draw_position(rng: Rng) -> Drawn:
    drawn, past = shape(rng)[-3:], int(rng.integers(3))
    least = int(np.prod(drawn[:-1])) + past
    return Position(int(rng.choice([0, least, least + 2])), past), [drawn]


def places(op: Position, inputs: list[Array], _: Parameters) -> Chosen:
    """One after the other, behind those of the cache."""
    return {"p": (["..."], op.past + counting(inputs[0].shape[:-1]))}


def placed(op: Position, x: Array, p: Parameters) -> Array:
    grid = x.shape[:-1]
    rows = jax.lax.dynamic_slice_in_dim(p["E"], op.past, int(np.prod(grid)))
    return x + rows.reshape(x.shape)


def draw_tied(rng: Rng) -> Drawn:
    rides = Tail(bool(rng.integers(2)), None, [None, "relu", "gelu"][rng.integers(3)])
    return Tied(int(rng.integers(1, 6)), rides), [sequence(rng)]


# -- tokens


def behind(op: Tokens, x: Array, p: Parameters) -> Array:
    """The grid flattened, behind the learned tokens."""
    flat = x.reshape(-1, x.shape[-1])
    return jnp.concatenate([p["E"], flat]) if op.extra else flat


def draw_tokens(rng: Rng) -> Drawn:
    return Tokens(int(rng.integers(3))), [shape(rng)]


def draw_select(rng: Rng) -> Drawn:
    return Select(str(rng.choice(["first", "last"]))), [sequence(rng)]


# -- experts


def routed(op: Route, x: Array, p: Parameters) -> list[Array]:
    """The softmax of all, its largest, and these over their sum (Mixtral); of one as it is."""
    weights, _ = jax.lax.top_k(jax.nn.softmax(x @ p["W"]), op.top)
    if op.top > 1:
        weights = weights / weights.sum(-1, keepdims=True)
    return [jnp.repeat(x[..., None, :], op.top, axis=-2), weights]


def best(op: Route, inputs: list[Array], p: Parameters) -> Chosen:
    """The experts that a token goes to, the best first."""
    return {"e": (["...", "n"], np.argsort(-(inputs[0] @ p["W"]), axis=-1)[..., : op.top])}


def draw_route(rng: Rng) -> Drawn:
    top = int(rng.integers(1, 4))
    return Route(top + int(rng.integers(3)), top), [sequence(rng)]


def draw_combine(rng: Rng) -> Drawn:
    tokens, channels = sequence(rng)
    top = int(rng.integers(1, 4))
    return Combine(), [(tokens, top, channels), (tokens, top)]


def draw_dense(rng: Rng) -> Drawn:
    before = [(), (1, 1), (int(rng.integers(1, 5)),)][rng.integers(3)]
    op = Dense(int(rng.integers(1, 6)), draw_tail(rng))
    return op, [(*before, int(rng.integers(1, 7)))]


def draw_dense_of_experts(rng: Rng) -> Drawn:
    """A dense layer, or one among experts: of each token once for each that it goes to."""
    if rng.integers(2):
        return draw_dense(rng)
    activation = rng.choice([None, "relu", "silu"])
    rides = Tail(bool(rng.integers(2)), None, activation and str(activation))
    op = Dense(int(rng.integers(1, 4)), rides, experts=int(rng.integers(1, 4)))
    tokens, channels = sequence(rng)
    return op, [(tokens, int(rng.integers(1, 3)), channels)]


def some_experts(op: Dense, inputs: list[Array], _: Parameters) -> Chosen:
    return {"e": (["..."], counting(inputs[0].shape[:-1]) * 2 % op.experts)} if op.experts else {}


def dense(op: Dense, x: Array, p: Parameters) -> Array:
    if not op.experts:
        return tail(jnp.tensordot(x, p["W"], 1), op.tail, p)
    mine = p["?e"]
    return tail(
        jnp.einsum("...c,...ck->...k", x, p["W"][mine]),
        op.tail,
        {"B": p["B"][mine]} if op.tail.bias else p,
    )


TWINS |= {
    Recurrent: Twin(scanned, draw_recurrent),
    Embed: Twin(lambda _, __, p: jnp.take(p["E"], p["?v"], axis=0), draw_embed, words),
    Position: Twin(placed, draw_position, places),
    Tied: Twin(lambda op, x, p: tail(x @ p["E"].T, op.tail, p), draw_tied),
    Tokens: Twin(behind, draw_tokens),
    Transpose: Twin(lambda _, x, __: x.T, lambda rng: (Transpose(), [sequence(rng)])),
    Select: Twin(lambda op, x, _: x[:1] if op.which == "first" else x[-1:], draw_select),
    Route: Twin(routed, draw_route, best, ("y", "g")),
    Combine: Twin(lambda _, x, w, __: jnp.einsum("tnk,tn->tk", x, w), draw_combine),
    Dense: Twin(dense, draw_dense_of_experts, some_experts),
}
