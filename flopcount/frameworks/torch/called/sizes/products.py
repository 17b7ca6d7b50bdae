"""The sizes of products: dense layers, products of matrices, sums over letters."""

from collections.abc import Sequence
from math import prod

from .table import Operator, Shape, rule, tensors


def _product(macs: int, *, rows: int, width: tuple[int, int], bias: int = 0) -> dict[str, int]:
    return {
        "macs": macs,
        "inside": macs,
        "bias": bias,
        "biased": int(bias > 0),
        "rows": rows,
        "channels_in": width[0],
        "channels_out": width[1],
    }


@rule("linear", "mkldnn_linear")
def _dense(a: Operator) -> dict[str, int]:
    x, w = a.shape("input") if "input" in a.bound else a.shape("self"), a.shape("weight")
    rows, outputs = prod(x[:-1]), w[0] if len(w) > 1 else 1
    bias = rows * outputs if a.get("bias") is not None else 0
    return _product(rows * prod(w), rows=rows, width=(x[-1], outputs), bias=bias)


@rule("matmul", "mm", "bmm", "_int_mm", "_scaled_mm", "mv", "dot", "vdot", "inner", "__matmul__")
def _matmul(a: Operator) -> dict[str, int]:
    first, second = (tuple(one.shape) for one in tensors(list(a.bound.values()))[:2])
    return _of_matrices(first, second, a.out, inner=a.name == "inner")


def _of_matrices(first: Shape, second: Shape, out: Shape, *, inner: bool) -> dict[str, int]:
    length = first[-1] if first else 1
    columns = second[-2 if inner else -1] if len(second) > 1 else 1
    rows = prod(first[:-1])
    return _product(prod(out) * length, rows=rows, width=(length, columns))


# By its name: its first matrix, and what is added to the product.
_ADDED = {
    "addmm": ("mat1", "self"),
    "addmv": ("mat", "self"),
    "baddbmm": ("batch1", "self"),
    "addbmm": ("batch1", "self"),
    "_addmm_activation": ("mat1", "self"),
}


@rule(*_ADDED)
def _addmm(a: Operator) -> dict[str, int]:
    """What is added is no bias where it is taken 0 times."""
    first = a.shape(_ADDED[a.name.rstrip("_")][0])
    groups = first[0] if a.name.startswith("addbmm") else 1
    bias = prod(a.out) if a.get("beta", 1) != 0 else 0
    macs = groups * prod(a.out) * first[-1]
    return _product(macs, rows=prod(first[:-1]), width=(first[-1], a.out[-1]), bias=bias)


@rule("_grouped_mm", "_scaled_grouped_mm")
def _grouped(a: Operator) -> dict[str, int]:
    """Each row times the matrix of its own group."""
    x, w = a.shape("self"), a.shape("mat2")
    return _product(prod(x) * w[-1], rows=prod(x[:-1]), width=(x[-1], w[-1]))


@rule("_trilinear")
def _trilinear(a: Operator) -> dict[str, int]:
    """For each of the outputs x·W, and that times the other."""
    x, w, other = a.shape("i1"), a.shape("i2"), a.shape("i3")
    rows, outputs = prod(x[:-1]) // 1, w[0]
    macs = rows * outputs * (x[-1] * other[-1] + other[-1])
    return _product(macs, rows=rows, width=(x[-1], outputs))


@rule("einsum")
def _einsum(a: Operator) -> dict[str, int]:
    """Its products are counted where they are dispatched; here is what others count of it."""
    import numpy as np

    operands = [tuple(one.shape) for one in a["tensors"]]
    equation = a["equation"].replace(" ", "")
    arrays = [np.broadcast_to(np.zeros(()), shape) for shape in operands]
    said = np.einsum_path(equation, *arrays, optimize="optimal")[1]
    line = next(line for line in said.split("\n") if "optimized flop" in line.lower())
    letters: dict[str, int] = {}
    for term, shape in zip(equation.split("->")[0].split(","), operands, strict=True):
        if "." not in term:
            letters |= dict(zip(term, shape, strict=True))
    loops = prod(letters.values()) if "." not in equation else 0
    return {
        "operands": len(operands),
        "einsum_flops": int(float(line.rpartition(":")[2])),
        "einsum_loops": loops,
        "einsum_pair": _pair(equation, operands),
    }


@rule("affine_grid_generator")
def _affine_grid(a: Operator) -> dict[str, int]:
    """Each place, and a 1, times the matrix of its sample."""
    length = a.shape("theta")[-1]
    width = (length, a.out[-1])
    made = _product(prod(a.out) * length, rows=prod(a.out[:-1]), width=width)
    return made | {"sides": 0 if a["align_corners"] else sum(a.out[1:-1])}


@rule("_euclidean_dist")
def _distances(a: Operator) -> dict[str, int]:
    """How far each row is from each other one, by products of them."""
    x, length = a.shape("x1"), a.shape("x1")[-1]
    return _product(prod(a.out) * length, rows=prod(x[:-1]), width=(length, a.out[-1]))


def _pair(equation: str, operands: Sequence[tuple[int, ...]]) -> int:
    """Loops of a product of two: a letter that one alone has, and sums, is summed before."""
    if len(operands) != 2:
        return 0
    given, arrow, out = equation.partition("->")
    if not arrow:
        out = "..." + "".join(letter for letter in given if given.count(letter) == 1)
    lengths = []
    for term, shape in zip(given.split(","), operands, strict=True):
        head, _, tail = term.partition("...")
        many = len(shape) - len(head) - len(tail)  # axes of "...", lined up from the last
        letters = [*head, *range(many, 0, -1), *tail]
        lengths.append({a: n for a, n in zip(letters, shape, strict=True) if n != 1})
    one, other = lengths
    kept = {
        a
        for a in one.keys() | other.keys()
        if (a in one and a in other) or (a in out if isinstance(a, str) else "..." in out)
    }
    return prod((one | other)[a] for a in kept)
