"""Recurrent layers over a batch, as frameworks have them."""

import re
from functools import lru_cache

from ....records import dataclass
from ....sizes import Shape
from ...nest import Nest
from ...op import Work
from ..recurrent import Recurrent, nests_of


@dataclass(frozen=True)
class Recurrence(Recurrent):
    """One layer of an LSTM, GRU or RNN in one direction, over batch × tokens × channels.

    Or, not `batch_first`, over tokens × batch × channels. `kind` is the activation of what is new,
    `gate` that of the gates. `computed`: its weights come in, and are not held. `reset_before`: a
    GRU's reset gate stands before the product, as it does with one bias. With `last` batch ×
    channels comes out. Otherwise as `Recurrent`, whose counts are those of each sample.
    """

    batch_first: bool = False
    kind: str = "tanh"
    computed: bool = False
    gate: str = "sigmoid"
    reset_before: bool = False

    @property
    def resets_first(self) -> bool:  # noqa: D102
        return self.reset_before or self.biases == 1

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x = inputs[0]
        batch, tokens = x[:2] if self.batch_first else (x[1], x[0])
        nests = []
        for nest in nests_of(self, tokens, x[2], self.kind, self.gate):
            text = _batched(nest.text, self.batch_first, self.computed)
            sizes = {**nest.sizes, "b": batch}
            nests.append(Nest(text, sizes, nest.meets, serial=nest.serial))
        output = (batch, self.outputs) if self.last else (*x[:2], self.outputs)
        return Work(tuple(nests), (output,))


@lru_cache(maxsize=512)
def _batched(text: str, batch_first: bool, computed: bool) -> str:  # noqa: FBT001
    """A nest of one sample's as that of a batch: each tensor that flows has an axis b more."""
    text = re.sub(r"\b([a-z]\w*)\[", r"\1[b ", text)
    if not batch_first:  # of what comes in and goes out; how the state lies is nobody's business
        text = re.sub(r"\b([xy])\[b (\S+) ", r"\1[\2 b ", text)
    if computed:
        text = re.sub(r"\b([WB]\w*)\[", lambda name: f"{name[1].lower()}[", text)
    return text
