"""Products of two tensors that are summed: dense layers and matrix products of any form."""

from dataclasses import dataclass

from ....errors import FlopcountError
from ....sizes import Shape, Size, differ
from ...nest import Nest, Sizes, parse
from ...op import Work


@dataclass(frozen=True, slots=True)
class Product:
    """A sum of products, a `nest` with its axes by letters: ``y[m k] += x[m c] * W[k c]``.

    With a parameter in it, a capital, it is a dense layer of so many `width`, the loop k, and may
    have a `bias`: ``"B"``, or ``"b"`` where that is computed. What comes in are the other tensors,
    in their order; `given` are the shapes of those that no layer puts out, None for each that one
    does. Raises `FlopcountError` where the sizes of an axis differ.
    """

    nest: str
    width: Size | None = None
    bias: str = ""
    given: tuple[Shape | None, ...] = ()

    @property
    def word(self) -> str:  # noqa: D102
        return "matmul" if self.width is None else "dense"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        form = parse(self.nest)
        flowing = [read for read in form.reads if not read.is_parameter]
        incoming = iter(inputs)
        given = self.given or (None,) * len(flowing)
        shapes = [next(incoming) if shape is None else shape for shape in given]
        sizes: dict[str, Size] = {} if self.width is None else {"k": self.width}
        for read, shape in zip(flowing, shapes, strict=True):
            for loop, size in zip(read.axes, shape, strict=True):
                if differ(sizes.setdefault(loop, size), size):
                    sides = " and ".join("×".join(map(str, s)) for s in shapes)
                    raise FlopcountError(f"a product of shapes that do not fit: {sides}")
        product = Nest(self.nest, sizes)
        output = tuple(sizes[axis] for axis in form.result.axes)
        return Work((product, *self._biased(form.result.axes, sizes)), (output,))

    def _biased(self, axes: tuple[str, ...], sizes: Sizes) -> list[Nest]:
        if not self.bias:
            return []
        on = " ".join(axes)
        return [Nest(f"y[{on}] = y[{on}] + {self.bias}[{axes[-1]}]", sizes)]
