"""One colour for one kind of layer, in all networks, in pictures and on the page.

A colour says how large a kernel is; a lighter tint and a hatch say how it differs from a square
one that reads all channels. A 1×1 that reduces has a colour of its own, since it is what saves.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ..analysis.layer_text import kernel_word
from ..core import Op, has_weights, is_transposed, main_of, role_of, width_of, window_of

# Of neighbouring sizes also the lightness differs (CIE L* 22, 36, 51, 64, 70, 78, 89), so that grey
# print and colour-blind eyes tell them apart.
REDUCES = "#d98b00"
POINT, THREE, FIVE, SEVEN, LARGER = "#8ec9ee", "#12355b", "#8f3b1b", "#1b8a6b", "#c79fd6"
DENSE = "#f0e07a"
ATTENTION, RECURRENT = "#a93d76", "#6a962e"
OTHER = "#a0a0a0"  # a layer without weights, or with no more than some for each channel
_BY_WORD = dict.fromkeys(("lstm", "gru", "rnn"), RECURRENT)
_BY_WORD |= dict.fromkeys(("attention", "matmul"), ATTENTION)
_BY_WORD["experts"] = DENSE  # what routes to experts is a dense layer


class Kernel(NamedTuple):
    """How a kind of layer looks: its `word`, the `colour` of its area and the `hatch` on it."""

    word: str
    colour: str
    hatch: str


def kernel_of(op: Op) -> Kernel:
    """How a layer looks, the same wherever it stands.

    >>> import flopcount as fc
    >>> for node in fc.parse("9x9x4 > conv 1x1 2 reduce > conv 5x5 4").nodes:
    ...     kernel_of(node.op)
    Kernel(word='1×1 reduce', colour='#d98b00', hatch='')
    Kernel(word='5×5', colour='#8f3b1b', hatch='')
    """
    op = main_of(op) or op
    word, window = kernel_word(op), window_of(op)
    if op.word in _BY_WORD:
        return Kernel(word, _BY_WORD[op.word], "")
    if not has_weights(op):
        return Kernel(word, OTHER, "")
    if window is None:
        return Kernel(word, DENSE, "")
    if role_of(op) == "reduce":
        return Kernel(word, REDUCES, "")
    kernel = window.kernel
    differs = (
        (width_of(op) is None, "....", 0.35),  # depthwise
        (is_transposed(op), "++++", 0.25),
        (kernel[0] < kernel[-1], "////", 0.3),  # 1×7: wide
        (kernel[0] > kernel[-1], "\\\\\\\\", 0.5),  # 7×1: tall
        (max(kernel) % 2 == 0, "xxxx", 0.2),
    )
    colour, hatch = _of_side(max(kernel)), ""
    for does, sign, lighter in differs:
        if does:
            colour, hatch = tinted(colour, lighter), hatch + sign
    return Kernel(word, colour, hatch)


def is_plain(op: Op) -> bool:
    """Whether it has the colour of all that is no kernel of any kind: a join, a pool, a norm."""
    return kernel_of(op).colour == OTHER


def kernels_of(ops: Iterable[Op]) -> list[Kernel]:
    """Each kind once: a 1×1 that reduces, kernels by their longest side, attention, dense, others.

    >>> import flopcount as fc
    >>> spec = "9x9x4 > maxpool 2x2 > conv 1x5 4 > conv 5x5 4 > conv 3x3 4 > conv 1x1 2 reduce"
    >>> [kernel.word for kernel in kernels_of(node.op for node in fc.parse(spec).nodes)]
    ['1×1 reduce', '3×3', '5×5', '1×5', 'maxpool 2×2']
    """

    def place(op: Op) -> tuple[int, int, str, str]:
        kernel, window = kernel_of(op), window_of(op)
        side = max(window.kernel) if window and has_weights(op) else 0
        family = [REDUCES, None, ATTENTION, RECURRENT, DENSE, OTHER]
        at = family.index(kernel.colour if kernel.colour in family else None)
        return at, side, kernel.hatch, kernel.word

    return list(dict.fromkeys(kernel_of(op) for op in sorted(ops, key=place)))


def _of_side(side: int) -> str:
    """The colour of a kernel by its longest side; an even one has that of the next odd one."""
    bounds = ((1, POINT), (3, THREE), (5, FIVE), (7, SEVEN))
    return next((colour for bound, colour in bounds if side <= bound), LARGER)


def tinted(colour: str, share: float) -> str:
    """A colour a share of the way to white.

    >>> tinted("#000080", 0.5)
    '#8080c0'
    """
    return mixed(colour, "#ffffff", share)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour a share of the way to another."""
    levels = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(own + share * (end - own)):02x}" for own, end in levels)


def lightness(colour: str) -> float:
    """CIE L* of a colour, from 0 (black) to 100 (white): what stays of it in grey print."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27
