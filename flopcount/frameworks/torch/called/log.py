"""The calls of a run as they are made, each with its sizes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ....calls import OPERATOR, Call
from ....calls.facts import common
from ....calls.kinds import kind_of
from ..run.places import Places
from ..run.trace import tensors_in
from .gradients import Gradients
from .origins import Origins


class Made:
    """A call that is being made: what is put into `facts` and `bases` is what is known of it."""

    def __init__(self, level: str, name: str, path: str, within: int) -> None:
        self.level, self.name, self.path, self.within = level, name, path, within
        self.kind = kind_of(level, name)
        self.facts: dict[str, int] = {}
        self.said: dict[str, int] = {}  # what is said as it was written, whatever runs in it
        self.bases: tuple[str, ...] = ()
        self.last = 0  # the place of the last call that was made in it
        self.forced = False  # gradients were off, and code has turned them on
        self.ended = False  # an error of it leaves it so
        self.inputs: list[Any] = []
        self.made: list[Any] = []

    def call(self) -> Call:
        """The call as it is known in the end."""
        return Call(
            self.level, self.name, self.kind, self.path, self.within, self.facts, self.bases
        )


class Log:
    """The calls so far, and those that are being made."""

    def __init__(self, places: Places, origins: Origins, gradients: Gradients) -> None:
        self.calls: list[Made] = []
        self.origins, self.gradients = origins, gradients
        self._open = [-1]
        self._places = places

    @contextmanager
    def call(self, level: str, name: str, given: Any) -> Iterator[Made]:
        """A call that is made inside, of what is given."""
        made = self.begin(level, name, given)
        try:
            yield made
        except BaseException:
            self.close(made)
            raise

    def begin(self, level: str, name: str, given: Any) -> Made:
        """Note that a call begins."""
        made = Made(level, name, self._places.now.path, self._open[-1])
        self._open.append(len(self.calls))
        self.calls.append(made)
        self.given(made, given)
        return made

    def given(self, made: Made, given: Any) -> None:
        """Note what comes in: parameters are not among it, but first where nothing else is."""
        made.inputs = list(tensors_in(given))
        data = [tensor for tensor in made.inputs if not self.origins.is_held(tensor)]
        first = data or made.inputs[:1]
        made.facts["chained"] = int(bool(first) and self.origins.reached(first[0]))
        made.facts |= common(shapes(first), ())
        made.facts |= self.gradients.facts()
        made.forced = self.gradients.forced
        if not data:
            made.facts |= {"ins": 0, "operands": 0}

    def end(self, made: Made, out: Any) -> None:
        """Note what came out of it."""
        made.made = list(tensors_in(out))
        outputs = common((), shapes(made.made))
        made.facts |= {name: outputs[name] for name in ("out", "outs")}
        made.ended = True
        self.close(made)

    def close(self, made: Made) -> None:
        """Let what comes next be in the call that it was made in, those in it that failed too."""
        while self._open[-1] >= 0:
            at = self._open.pop()
            self.calls[at].last = len(self.calls) - 1
            if self.calls[at] is made:
                break

    def without_failed(self) -> None:
        """Leave out calls that an error ended; what was made in one is of the call around it."""
        around: list[int] = []  # of each call its place now, or, left out, that of the one around
        kept: list[Made] = []
        for made in self.calls:
            made.within = around[made.within] if made.within >= 0 else -1
            around.append(len(kept) if made.ended else made.within)
            if made.ended:
                kept.append(made)
        before = 0  # how many are kept of those up to a place
        upto = []
        for made in self.calls:
            before += made.ended
            upto.append(before - 1)
        for made in kept:
            made.last = upto[made.last]
        self.calls = kept

    def inside(self, number: int, level: str = OPERATOR) -> Iterator[Made]:
        """The calls at a level that were made in one, at whatever depth."""
        for made in self.calls[number + 1 : self.calls[number].last + 1]:
            if made.level == level:
                yield made


def shapes(tensors: Iterable[Any]) -> list[tuple[int, ...]]:
    """Their shapes."""
    return [tuple(tensor.shape) for tensor in tensors]
