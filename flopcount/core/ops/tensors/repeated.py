"""An operation in the body of a loop, which runs it so many times."""

import re
from functools import lru_cache

from ....records import dataclass
from ....sizes import Shape, Size
from ...nest import Nest
from ...op import Op, Work
from ..traits import computed_of, family_of, main_of
from .moving import Move

_LOOPS = "rzvuwabcdefghijklmnopqstxy"  # the outer loop: the first that the operation has not


@dataclass(frozen=True)
class Repeated:
    """What `op` computes, `times` over: one loop more around each of its nests.

    What comes in has the shapes of one round; what goes out has the rounds as a first axis, and is
    read within the loop as a view. Every round reads the same parameters, but for the capitals in
    `own`, of which each has its own: there are `times` as many. Loops within loops multiply.
    Raises what `op` raises.

    >>> from .product import Product
    >>> step = Repeated(Product("y[b k] += x[b c] * W[c k]", 4), 10)
    >>> work = step.nests((2, 3))
    >>> work.nests[0].text, work.nests[0].lines(), work.outputs, work.parameters
    ('y[r b k] += x[r b c] * W[c k]', 240, ((10, 2, 4),), {'W': 12})
    """

    op: Op
    times: Size
    own: str = ""

    @property
    def word(self) -> str:  # noqa: D102
        return self.op.word

    @property
    def main(self) -> Op:
        """The op that gives it its looks."""
        return main_of(self.op) or self.op

    @property
    def family(self) -> str:  # noqa: D102
        return family_of(self.op)

    @property
    def computed(self) -> str:  # noqa: D102
        return computed_of(self.op)

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        work = self.op.nests(*inputs)
        used = {loop for nest in work.nests for loop in nest.sizes}
        loop = next(letter for letter in _LOOPS if letter not in used)
        nests = tuple(
            Nest(
                _repeated(nest.text, loop, self.own),
                {**nest.sizes, loop: self.times},
                nest.meets,
                nest.serial,
                nest.joined,
            )
            for nest in work.nests
        )
        outputs = tuple((self.times, *shape) for shape in work.outputs)
        return Work(nests, outputs, work.view, work.known)


def in_loop(op: Op, times: Size, own: str = "") -> Op:
    """An op in the body of a loop; what only moves numbers needs no loop around nests.

    >>> in_loop(Move("pad", ((2, 3),)), 10)
    Move(word='pad', outputs=((10, 2, 3),))
    """
    if isinstance(op, Move):
        return Move(op.word, tuple((times, *shape) for shape in op.outputs))
    return Repeated(op, times, own)


@lru_cache(maxsize=4096)
def _repeated(text: str, loop: str, own: str) -> str:
    """A nest with a loop more: on each tensor that flows, and on parameters of each round."""

    def longer(tensor: re.Match[str]) -> str:
        name, axes = tensor[1], tensor[2]
        if name[0].isupper() and name[0] not in own:
            return tensor[0]
        return f"{name}[{f'{loop} {axes}'.strip()}]"

    return re.sub(r"\b([A-Za-z]\w*)\[([^]]*)\]", longer, text)
