"""Recurrent layers: one step after the other, each with the state of the one before."""

from collections.abc import Callable, Iterator, Sequence

from ...errors import FlopcountError
from ...records import dataclass, replace
from ...sizes import Placed, Shape, Size
from ..nest import Nest
from ..op import Kind, Op, Work, Written, register
from .elementwise import activation

# Of each cell its gates, and its state from them, step by step; `u…` is what a gate has summed.
# LSTM: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 1999. GRU: Cho et al.
# arXiv:1406.1078, its reset gate r before the product or, as cuDNN has it, after it. The simple
# RNN: Elman 1990.
_GATES = {"lstm": "ifgo", "gru": "rzn", "rnn": "h"}
_BIASES = {"lstm": 1, "gru": 2, "rnn": 1}  # of each gate, where nothing else is said


@dataclass(frozen=True)
class Recurrent:
    """A recurrent layer, ``lstm``, ``gru`` or ``rnn``, over T tokens of c channels.

    g·T·(c·w + w·w) multiplies with g = 4, 3 or 1 gates of `width` w; with a projection to p
    channels (Sak et al., arXiv:1402.1128) g·T·(c·w + p·w) + T·w·p. `biases` 2 has one for what
    enters and one for the state, as PyTorch and cuDNN. `back`: from the last token to the first;
    `last`: puts out the last step's alone. The `serial` loop of its nests waits for each step.

    Raises `FlopcountError` for anything but tokens × channels.
    """

    word: str
    width: Size
    biases: int = 1
    back: bool = False
    last: bool = False
    projection: Size = 0
    family = "recurrence"

    @property
    def text(self) -> str:  # noqa: D102  a bias of as many as a layer of this kind has is not said
        said = {
            "nobias": not self.biases,
            f"bias={self.biases}": self.biases not in (0, _BIASES[self.word]),
            "back": self.back,
            f"projection={self.projection}": self.projection,
            "last": self.last,
        }
        return " ".join([self.word, str(self.width), *(word for word, so in said.items() if so)])

    @property
    def incremental(self) -> bool:  # noqa: D102
        return not self.back  # the state has all that came before

    @property
    def resets_first(self) -> bool:
        """Whether a GRU's reset gate stands before the product, as where there is one bias."""
        return self.biases == 1

    @property
    def gates(self) -> str:
        """A letter for each gate."""
        return _GATES[self.word]

    def scaled(self, scale: Callable[[Size], Size]) -> "Recurrent":
        """The same layer, its width and its projection scaled."""
        projection = scale(self.projection) if self.projection else 0
        return replace(self, width=scale(self.width), projection=projection)

    @property
    def outputs(self) -> Size:
        """How many channels a step puts out, and the next one reads."""
        return self.projection or self.width

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        if len(x) != 2:
            raise _of_another_rank(self.word, x)
        output = (1 if self.last else x[0], self.outputs)
        return Work(tuple(nests_of(self, *x)), (output,))


def _of_another_rank(word: str, x: Shape) -> FlopcountError:
    shape = "×".join(map(str, x))
    return FlopcountError(f"{word} reads tokens × channels, such as 100x64, not {shape}")


def nests_of(
    op: Recurrent, tokens: Size, channels: Size, kind: str = "tanh", gate: str = "sigmoid"
) -> Iterator[Nest]:
    """What enters the gates, the steps, and what comes out of them.

    `kind` is the activation of what a step has new, `gate` that of its gates.
    """
    sizes = {"t": tokens, "c": channels, "k": op.width, "j": op.outputs, "r": op.outputs}
    sizes |= {"p": 1, "q": 1, "v": 1}
    meets = {
        "t:p": (Placed(tokens + 1, tokens),),  # the state before a step, and behind it
        "t:q": (Placed(tokens + 1, tokens, 1),),
        "t:v": (Placed(tokens, tokens, turned=True),),
    }
    read = "t:v" if op.back else "t"
    for text in _from_input(op, read):
        yield Nest(text, sizes, meets)
    for text in _step(op, kind, gate):
        yield Nest(text, sizes, meets, serial="t")
    if op.last:
        met = {"o:p": (Placed(tokens + 1, 1, tokens),)}
        yield Nest("y[o j] = h[o:p j]", {"o": 1, "p": 1, "j": op.outputs}, met)
        return
    yield Nest("s[t j] = h[t:q j]", sizes, meets)
    yield Nest(f"y[{read} j] = s[t j]", sizes, meets)


def _from_input(op: Recurrent, read: str) -> Iterator[str]:
    """What the gates have of the input: of all tokens at once."""
    for gate in op.gates:
        yield f"z{gate}[t k] += x[{read} c] * W{gate}[c k]"
        if op.biases:
            yield f"z{gate}[t k] = z{gate}[t k] + B{gate}[k]"


def _from_state(op: Recurrent, gate: str, state: str = "h[t:p r]") -> Iterator[str]:
    """What a gate has of the state, and of both together."""
    yield f"u{gate}[t k] += {state} * Wr{gate}[r k]"
    if op.biases > 1:
        yield f"u{gate}[t k] = u{gate}[t k] + Br{gate}[k]"


def _step(op: Recurrent, kind: str, gate: str) -> Sequence[str]:
    if op.word == "rnn":
        return [*_rnn(op, kind)]
    return [*{"lstm": _lstm, "gru": _gru}[op.word](op, kind, gate)]


def _gate(op: Recurrent, gate: str, kind: str) -> Iterator[str]:
    """A gate's own number, from both of its sums."""
    yield from _from_state(op, gate)
    yield f"u{gate}[t k] = u{gate}[t k] + z{gate}[t k]"
    yield from activated(gate, kind, f"u{gate}")


def _lstm(op: Recurrent, kind: str, gate: str) -> Iterator[str]:
    for letter in op.gates:
        yield from _gate(op, letter, kind if letter == "g" else gate)
    yield "d[t k] = c[t:p k]"
    yield "c[t:q k] = f[t k] * d[t k] + i[t k] * g[t k]"
    yield "l[t k] = c[t:q k]"
    yield from activated("a", kind, "l")
    if not op.projection:
        yield "h[t:q k] = o[t k] * a[t k]"
        return
    yield "a[t k] = o[t k] * a[t k]"
    yield "h[t:q j] += a[t k] * Wp[k j]"


def _gru(op: Recurrent, kind: str, gate: str) -> Iterator[str]:
    for letter in "rz":
        yield from _gate(op, letter, gate)
    yield "d[t k] = h[t:p k]"
    if op.resets_first:
        yield "r[t k] = r[t k] * d[t k]"
        yield from _from_state(op, "n", "r[t r]")
    else:
        yield from _from_state(op, "n")
        yield "un[t k] = un[t k] * r[t k]"
    yield "un[t k] = un[t k] + zn[t k]"
    yield from activated("n", kind, "un")
    yield "h[t:q k] = (1 - z[t k]) * n[t k] + z[t k] * d[t k]"


def _rnn(op: Recurrent, kind: str) -> Iterator[str]:
    yield from _from_state(op, "h")
    yield "uh[t k] = uh[t k] + zh[t k]"
    yield from activated("a", kind, "uh")
    yield "h[t:q k] = a[t k]"


def activated(name: str, kind: str, of: str, loops: str = "t k") -> Iterator[str]:
    """The nests of an activation of `of`, its result under a name of its own."""
    if kind == "linear":
        yield f"{name}[{loops}] = {of}[{loops}]"
        return
    *steps, last = activation(kind, of, loops)
    yield from steps
    yield last.replace("y[", f"{name}[", 1)


def _kind(word: str, biases: int) -> Kind:
    def make(layer: Written) -> tuple[Op, ...]:
        said = layer.settings
        given = said["bias"]  # whether there is one, or how many there are
        count = (biases if given else 0) if isinstance(given, bool) else given
        back, last = said.get("direction") == "back", "which" in said
        return (Recurrent(word, layer.width, count, back, last, said.get("projection", 0)),)

    takes: tuple[str, ...] = ("bias", "bias=", "direction", "last", "layers")
    if word == "lstm":
        takes = (*takes, "projection")
    return Kind(make, width=True, takes=takes, default="bias")


for _word, _biases in _BIASES.items():
    register(_word, _kind(_word, _biases))
