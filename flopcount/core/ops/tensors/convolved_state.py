"""A recurrent layer whose gates are convolutions: ConvLSTM."""

from collections.abc import Iterator

from ....records import dataclass
from ....sizes import Placed, Shape, Size, Slide, Window, as_factor
from ...nest import Nest
from ...op import Work
from ..recurrent import activated

GATES = "ifgo"
_LOOPS = "b a o* k"  # over which each step of the tokens' goes


@dataclass(frozen=True)
class ConvLSTM:
    """An LSTM over batch × tokens × grid × channels, products of its gates convolutions.

    Shi et al., arXiv:1506.04214, without peepholes: 4·T·k·(c·w·o + w·w·o) multiplies with k taps, o
    positions, and w channels of `width`; the input's `window` as it is, the state's of the same
    kernel, stride 1 and "same" padding. `kind` is the activation of what is new, `gate` that of the
    gates; `back` goes from the last token to the first, and puts out in the tokens' own order. With
    `last` the last step's alone comes out: batch × grid × channels.
    """

    window: Window
    width: Size
    bias: bool = True
    back: bool = False
    last: bool = False
    kind: str = "tanh"
    gate: str = "sigmoid"
    word = "convlstm"
    family = "recurrence"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        batch, tokens, grid, channels = x[0], x[1], x[2:-1], x[-1]
        slides = self.window.slides(grid)
        outputs = tuple([as_factor(slide.outputs) for slide in slides])
        state = Window(self.window.kernel).slides(outputs)
        sizes: dict[str, Size | Shape] = {"b": batch, "a": tokens, "c": channels}
        sizes |= {"k": self.width, "r": self.width, "o": outputs, "t": self.window.kernel}
        sizes |= {"p": 1, "q": 1, "v": 1}
        meets: dict[str, tuple[Placed | Slide, ...]] = {
            "a:p": (Placed(tokens + 1, tokens),),  # the state before a step, and behind it
            "a:q": (Placed(tokens + 1, tokens, 1),),
            "a:v": (Placed(tokens, tokens, turned=True),),
        }
        read = "a:v" if self.back else "a"
        nests = [
            Nest(text, sizes, {**meets, "o:t": slides if is_product else ()})
            for text, is_product in _from_input(self, read)
        ]
        nests += [Nest(text, sizes, {**meets, "o:t": state}, serial="a") for text in _steps(self)]
        if self.last:
            met = {"e:p": (Placed(tokens + 1, 1, tokens),)}
            sizes = {"b": batch, "e": 1, "p": 1, "o": outputs, "k": self.width}
            nests.append(Nest("y[b e o* k] = h[b e:p o* k]", sizes, met))
            return Work(tuple(nests), ((batch, *outputs, self.width),))
        nests.append(Nest("s[b a o* k] = h[b a:q o* k]", sizes, meets))
        nests.append(Nest(f"y[b {read} o* k] = s[b a o* k]", sizes, meets))
        return Work(tuple(nests), ((batch, tokens, *outputs, self.width),))


def _from_input(op: ConvLSTM, read: str) -> Iterator[tuple[str, bool]]:
    for g in GATES:
        yield f"z{g}[b a o* k] += x[b {read} o*:t* c] * W{g}[t* c k]", True
        if op.bias:
            yield f"z{g}[b a o* k] = z{g}[b a o* k] + B{g}[k]", False


def _steps(op: ConvLSTM) -> Iterator[str]:
    for g in GATES:
        yield f"u{g}[b a o* k] += h[b a:p o*:t* r] * Wr{g}[t* r k]"
        yield f"u{g}[b a o* k] = u{g}[b a o* k] + z{g}[b a o* k]"
        yield from activated(g, op.kind if g == "g" else op.gate, f"u{g}", _LOOPS)
    yield "d[b a o* k] = c[b a:p o* k]"
    yield "c[b a:q o* k] = f[b a o* k] * d[b a o* k] + i[b a o* k] * g[b a o* k]"
    yield "l[b a o* k] = c[b a:q o* k]"
    yield from activated("a", op.kind, "l", _LOOPS)
    yield "h[b a:q o* k] = o[b a o* k] * a[b a o* k]"
