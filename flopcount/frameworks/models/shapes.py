"""What a node puts out by its own account, against what came out when the module ran."""

from typing import TYPE_CHECKING

from ...errors import FlopcountError
from ...sizes import Shape, differ
from .operands import Made

if TYPE_CHECKING:
    from ...core import Op


class MisreadError(FlopcountError):
    """A rule of ours that gives another shape than the model: no fault of the model's."""


class PutOut:
    """The shapes that nodes put out, worked out once for those alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[Op, tuple[Shape, ...]], tuple[Shape, ...]] = {}

    def shapes(self, made: Made) -> tuple[Shape, ...]:
        """What a node puts out. Raises `FlopcountError` where what it reads does not fit."""
        inputs = tuple([operand.shape for operand in made.reads if not operand.is_constant])
        key = (made.op, inputs)
        if key not in self._known:
            self._known[key] = made.op.nests(*inputs).outputs
        return self._known[key]

    def check(self, made: Made, path: str, traced: tuple[Shape, ...]) -> None:
        """Compare it with what came out when the module ran.

        Raises `MisreadError` where they differ: a rule of operations/ is wrong.
        """
        try:
            own = self.shapes(made)
        except FlopcountError as error:
            raise FlopcountError(f"{path}: {error}") from None
        for ours, theirs in zip(own, traced, strict=False):
            if ours == theirs:
                continue
            if len(ours) != len(theirs) or any(map(differ, ours, theirs)):
                raise MisreadError(
                    f"{path}: {made.op.word} gave {_text(theirs)} when the model ran, and is "
                    f"read as giving {_text(ours)}: a mistake in flopcount, please report it"
                )


def _text(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "a single number"
