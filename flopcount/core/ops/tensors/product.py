"""Products of two tensors that are summed: dense layers and matrix products of any form."""

from ....errors import FlopcountError
from ....records import dataclass
from ....sizes import Shape, Size, differ
from ...nest import Nest, Sizes, parse
from ...op import Work


@dataclass(frozen=True)
class Product:
    """A sum of products, a `nest` with its axes by letters: ``y[m k] += x[m c] * W[k c]``.

    With a parameter in it, a capital, it is a dense layer of so many `width`, the loop k. Its
    `bias` is ``"B"``, or ``"b"`` where that is computed, one for each of the last axis; or it says
    its axes: ``"b[m k]"``. `scales` are factors of the bias and of the product. What comes in are
    the other tensors, in their order; `given` are the shapes of those that no layer puts out, None
    for each that one does. Of `experts`, an index ``?e`` that the data chooses, there are so many;
    `own` are the sizes of loops beside k that a parameter alone has, by their letters. Raises
    `FlopcountError` where the sizes of an axis differ.
    """

    nest: str
    width: Size | None = None
    bias: str = ""
    given: tuple[Shape | None, ...] = ()
    scales: tuple[float, float] = (1, 1)
    experts: int = 0
    own: tuple[tuple[str, Size], ...] = ()

    @property
    def word(self) -> str:  # noqa: D102
        return "matmul" if self.width is None and not self.own else "dense"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        form = parse(self.nest)
        flowing = [read for read in form.reads if not read.is_parameter]
        incoming = iter(inputs)
        given = self.given or (None,) * len(flowing)
        shapes = [next(incoming) if shape is None else shape for shape in given]
        sizes = dict(self.own) if self.width is None else {"k": self.width, **dict(self.own)}
        if self.experts:
            sizes["e"] = self.experts
        for read, shape in zip(flowing, shapes, strict=True):
            for axis, size in zip(read.axes, shape, strict=True):
                if differ(sizes.setdefault(axis.removeprefix("?"), size), size):
                    sides = " and ".join("×".join(map(str, s)) for s in shapes)
                    raise FlopcountError(f"a product of shapes that do not fit: {sides}")
        product = Nest(self.nest, sizes)
        output = tuple(sizes[axis] for axis in form.result.axes)
        return Work((product, *self._biased(form.result.axes, sizes)), (output,))

    def _biased(self, axes: tuple[str, ...], sizes: Sizes) -> list[Nest]:
        y = f"y[{' '.join(axes)}]"
        factors = [f"{factor} * " if factor != 1 else "" for factor in self.scales]
        if not self.bias:
            return [Nest(f"{y} = {factors[1]}{y}", sizes)] if factors[1] else []
        bias = self.bias if "[" in self.bias else f"{self.bias}[{axes[-1]}]"
        if factors[0] and bias[0] == "B":  # a number of its own, worked out once
            own = bias.lower()
            first = Nest(f"{own} = {factors[0]}{bias}", sizes)
            return [first, Nest(f"{y} = {factors[1]}{y} + {own}", sizes)]
        return [Nest(f"{y} = {factors[1]}{y} + {factors[0]}{bias}", sizes)]


@dataclass(frozen=True)
class Summed(Product):
    """A sum, or a product of two tensors, of some axes by their letters: ``y[a] += x[a b b]``.

    Where nothing is summed each of its products is an operation element by element.
    """

    word = "einsum"


@dataclass(frozen=True)
class Bilinear:
    """y_k = x·W_k·x1 of `width` numbers: c·d·k multiplies, and d·k for what W_k gave, times x1.

    The order in which PyTorch has it: the first product is summed over c before the second. The
    weights are k × c × d; `computed` where they come in, after x and x1.
    """

    width: Size
    computed: bool = False
    word = "bilinear"
    of_several = True  # it needs the shape of each tensor that comes in

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x, other = inputs[:2]
        sizes: dict[str, Size | Shape] = {"...": x[:-1], "c": x[-1], "d": other[-1]}
        sizes["k"] = self.width
        held = "w" if self.computed else "W"
        texts = (
            f"p[... k d] += x[... c] * {held}[k c d]",
            "y[... k] += p[... k d] * x1[... d]",
        )
        return Work(tuple(Nest(text, sizes) for text in texts), ((*x[:-1], self.width),))


@dataclass(frozen=True)
class ScaledProducts:
    """softmax(scale · q·kᵀ) · v of what comes in, in one operation: its products of two tensors.

    q is batch × heads × s × d, k and v are batch × groups × t × d; each group of keys serves as
    many heads of queries. Masked pairs are counted too.
    """

    word = "attention"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        q, k, v = inputs[:3]
        sizes = {"b": q[0], "g": k[1], "n": q[1] // k[1], "s": q[2], "d": q[3]}
        sizes |= {"t": k[2], "e": v[3]}
        texts = (
            "a[b g n s t] += x[b g n s d] * x1[b g t d]",
            "a[b g n s t] = 0.1 * a[b g n s t]",
            "m[b g n s] max= a[b g n s t]",
            "p[b g n s t] = exp(a[b g n s t] - m[b g n s])",
            "l[b g n s] += p[b g n s t]",
            "p[b g n s t] = p[b g n s t] / l[b g n s]",
            "y[b g n s e] += p[b g n s t] * x2[b g t e]",
        )
        return Work(tuple(Nest(text, sizes) for text in texts), ((*q[:3], v[3]),))


@dataclass(frozen=True)
class Distances:
    """How far each row of x, … × m × c, is from each of x1, … × n × c, by a norm of `power`.

    `multiplied`: as √(‖x‖² + ‖x1‖² − 2·x·x1), whose products are m·n·c multiplies; else from the
    differences, element by element.
    """

    power: float = 2.0
    multiplied: bool = False
    word = "cdist"
    of_several = True  # it needs the shape of each tensor that comes in

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        x, other = inputs[:2]
        before = x[:-2] if len(x) >= len(other) else other[:-2]
        sizes: dict[str, Size | Shape] = {"...": before, "m": x[-2], "n": other[-2], "c": x[-1]}
        p, d = self.power, "d[... m n c]"
        each = f"{d} * {d}" if p == 2 else f"max({d}, -{d})"
        if p not in (1, 2):
            each = f"pow({each}, {p})"
        texts = [f"{d} = x[... m c] - x1[... n c]", f"q[... m n c] = {each}"]
        texts += ["s[... m n] += q[... m n c]"]
        texts += ["y[... m n] = s[... m n]" if p == 1 else f"y[... m n] = pow(s[... m n], {1 / p})"]
        if self.multiplied:
            texts = [
                "q[... m c] = x[... m c] * x[... m c]",
                "p[... m] += q[... m c]",
                "q[... n c] = x1[... n c] * x1[... n c]",
                "r[... n] += q[... n c]",
                "d[... m n] += x[... m c] * x1[... n c]",
                "y[... m n] = pow(p[... m] + r[... n] - 2 * d[... m n], 0.5)",
            ]
        output = (*before, x[-2], other[-2])
        return Work(tuple(Nest(text, sizes) for text in texts), (output,))
