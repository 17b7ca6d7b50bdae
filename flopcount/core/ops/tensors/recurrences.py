"""Recurrent layers as ONNX has them: one or two directions, any activations, peepholes."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ....records import dataclass
from ....sizes import Meet, Placed, Shape, Size
from ...nest import Nest
from ...op import Work

Steps = tuple[str, ...]  # an activation of x, its result y: ``("y = max(x, 0)",)``
GATES = {"lstm": "iofg", "gru": "zrn", "rnn": "h"}  # in the order in which ONNX holds them
_LINE = re.compile(r"\b([A-Za-z]\w*)\[")


@dataclass(frozen=True)
class Recurrences:
    """An LSTM, GRU or simple RNN over tokens × batch × channels, or batch × tokens × channels.

    `back` says of each direction whether it goes from the last token to the first, and `functions`
    its activations, as ONNX orders them: of the gates, of the cell or the new state, of what comes
    out. g·T·(c·w + w·w) multiplies a direction and sample, with g gates of `width` w. There are two
    `biases` a gate, one for what enters and one for the state, and an LSTM may have `peepholes`: a
    factor of the cell's state for three of its gates (Gers & Schmidhuber 2000). `late`: a GRU's
    reset gate stands behind the product. `clip` bounds what enters an activation. `computed` are
    the capitals of parameters that come in: W, R (of the state), B, A (the peepholes).

    So many `outputs`: all states, tokens × directions × batch × w or, `batch_first`, batch × tokens
    × directions × w; the last state and the last cell's state, without the tokens.
    """

    word: str
    width: Size
    back: tuple[bool, ...]
    functions: tuple[tuple[Steps, ...], ...]
    biases: bool = True
    peepholes: bool = False
    late: bool = False
    clip: float = 0
    batch_first: bool = False
    computed: str = ""
    outputs: int = 1
    family = "recurrence"

    @property
    def gates(self) -> str:
        """A letter for each gate."""
        return GATES[self.word]

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        batch, tokens = x[:2] if self.batch_first else (x[1], x[0])
        one = dict.fromkeys("pqvnwoz", 1)
        sizes: dict[str, Size] = {**one, "t": tokens, "b": batch, "c": x[2]}
        sizes |= {"k": self.width, "r": self.width}
        many = len(self.back)
        nests: list[Nest] = []
        for place, back in enumerate(self.back):
            meets: dict[str, tuple[Meet, ...]] = {
                "t:p": (Placed(tokens + 1, tokens),),  # the state before a step, and behind it
                "t:q": (Placed(tokens + 1, tokens, 1),),
                "t:v": (Placed(tokens, tokens, turned=True),),
                "n:w": (Placed(many, 1, place),),  # the direction
                "o:z": (Placed(tokens + 1, 1, tokens),),  # the last state
            }
            for text, serial in _texts(self, place, back=back):
                nests.append(Nest(text, sizes, meets, serial="t" if serial else ""))
        first = (batch, tokens) if self.batch_first else (tokens,)
        after = () if self.batch_first else (batch,)
        last = (batch, many) if self.batch_first else (many, batch)
        shapes = ((*first, many, *after, self.width), (*last, self.width), (*last, self.width))
        return Work(tuple(nests), shapes[: self.outputs])


@lru_cache(maxsize=128)
def _texts(op: Recurrences, place: int, *, back: bool) -> list[tuple[str, bool]]:
    """The nests of one direction, and of each whether its rounds wait for one another."""
    read = "t:v" if back else "t"
    x = f"x[b {read} c]" if op.batch_first else f"x[{read} b c]"
    at = f"b {read} n:w k" if op.batch_first else f"{read} n:w b k"
    last = "b n:w k" if op.batch_first else "n:w b k"
    texts = [(text, False) for text in _entering(op, x)]
    texts += [(text, True) for text in _step(op, op.functions[place])]
    texts += [("s[t b k] = h[t:q b k]", False), (f"y[{at}] = s[t b k]", False)]
    for name, state in (("yh", "h"), ("yc", "c"))[: op.outputs - 1]:
        texts.append((f"{name}[{last}] = {state}[o:z b k]", False))
    return [(_called(text, op.computed, place), serial) for text, serial in texts]


def _called(text: str, computed: str, place: int) -> str:
    """A nest with the names of its direction: the second's have a 2 at their end."""

    def named(written: re.Match[str]) -> str:
        name = written[1]
        kind = "R" if name.startswith("Wr") and len(name) > 2 else name[0]  # Wr: of gate r
        if kind in computed:
            name = name.lower()
        shared = name in ("x", "y", "yh", "yc")
        return f"{name}{'' if shared or not place else place + 1}["

    return _LINE.sub(named, text)


def _entering(op: Recurrences, x: str) -> Iterator[str]:
    """What the gates have of the input: of all tokens at once."""
    for gate in op.gates:
        yield f"z{gate}[t b k] += {x} * W{gate}[k c]"
        if op.biases:
            yield f"z{gate}[t b k] = z{gate}[t b k] + B{gate}[k]"


def _step(op: Recurrences, functions: tuple[Steps, ...]) -> list[str]:
    return [*{"lstm": _lstm, "gru": _gru, "rnn": _rnn}[op.word](op, functions)]


def _state(op: Recurrences, gate: str, state: str = "h[t:p b r]") -> Iterator[str]:
    """What a gate has of the state."""
    yield f"u{gate}[t b k] += {state} * Wr{gate}[k r]"
    if op.biases:
        yield f"u{gate}[t b k] = u{gate}[t b k] + Br{gate}[k]"


def _summed(
    op: Recurrences, gate: str, steps: Steps, cell: str = "", to: str = ""
) -> Iterator[str]:
    """A gate's own number, from the sums of both, and of the cell's state."""
    u = f"u{gate}[t b k]"
    yield f"{u} = {u} + z{gate}[t b k]"
    if cell and op.peepholes:
        yield f"{u} = {u} + A{gate}[k] * {cell}[t b k]"
    yield from _activated(op, steps, u, to or gate)


def _activated(
    op: Recurrences, steps: Steps, of: str, to: str, *, clipped: bool = True
) -> Iterator[str]:
    """An activation, its result under a name of its own."""
    if op.clip and clipped:
        yield f"v[t b k] = min(max({of}, {-op.clip}), {op.clip})"
        of = "v[t b k]"
    for step in steps:
        left, _, right = step.partition(" = ")
        right = re.sub(
            r"\b[a-z]\b(?!\()", lambda n: of if n[0] == "x" else f"{n[0]}e[t b k]", right
        )
        yield f"{to if left == 'y' else f'{left}e'}[t b k] = {right}"


def _lstm(op: Recurrences, functions: tuple[Steps, ...]) -> Iterator[str]:
    gate, cell, out = functions
    yield "d[t b k] = c[t:p b k]"
    for name in "ifg":
        yield from _state(op, name)
        steps = cell if name == "g" else gate
        yield from _summed(op, name, steps, "" if name == "g" else "d")
    yield "c[t:q b k] = f[t b k] * d[t b k] + i[t b k] * g[t b k]"
    yield "l[t b k] = c[t:q b k]"
    yield from _state(op, "o")
    yield from _summed(op, "o", gate, "l")
    yield from _activated(op, out, "l[t b k]", "a", clipped=False)
    yield "h[t:q b k] = o[t b k] * a[t b k]"


def _gru(op: Recurrences, functions: tuple[Steps, ...]) -> Iterator[str]:
    gate, new = functions
    yield "d[t b k] = h[t:p b k]"
    for name in "zr":
        yield from _state(op, name)
        yield from _summed(op, name, gate)
    if op.late:
        yield from _state(op, "n")
        yield "un[t b k] = un[t b k] * r[t b k]"
    else:
        yield "m[t b k] = r[t b k] * d[t b k]"
        yield from _state(op, "n", "m[t b r]")
    yield from _summed(op, "n", new)
    yield "h[t:q b k] = (1 - z[t b k]) * n[t b k] + z[t b k] * d[t b k]"


def _rnn(op: Recurrences, functions: tuple[Steps, ...]) -> Iterator[str]:
    yield from _state(op, "h")
    yield from _summed(op, "h", functions[0], to="a")
    yield "h[t:q b k] = a[t b k]"
