"""Sums of products: of matrices and batches of them."""

from collections.abc import Sequence

from ....core.ops.tensors.written import is_one
from ....errors import FlopcountError
from ...models.operands import Made, Operand
from ...models.products import multiplied
from .table import Called, rule

_BATCH = "abdefghijln"  # the axes before a matrix, the last of them last; not c, m or k
_ALONE = "opqrstuvwyz"  # those of 1 that are spread along the other side's


def matmul(
    x: Operand,
    y: Operand,
    turned: Sequence[bool] = (False, False),
    scale: float = 1,
) -> Made:
    """A product as numpy's matmul has it: of vectors, matrices, and batches that are spread.

    `turned` says of which side the last two axes are exchanged. Raises `FlopcountError` where the
    shapes do not fit.
    """
    matrices = [("m c", "c m"), ("c k", "k c")]
    texts = []
    for place, (side, other) in enumerate(((x, y), (y, x))):
        if not side.shape or len(side.shape) > len(_BATCH) + 2:
            raise FlopcountError(f"a product of matrices takes none of {len(side.shape)} axes")
        is_vector = len(side.shape) == 1
        matrix = "c" if is_vector else matrices[place][bool(turned[place])]
        texts.append(f"{_before(side, other)} {matrix}".strip())
    batch = max(len(x.shape), len(y.shape), 2) - 2
    rows = [] if len(x.shape) == 1 else ["m"]
    columns = [] if len(y.shape) == 1 else ["k"]
    out = " ".join([*_BATCH[len(_BATCH) - batch :], *rows, *columns])
    return multiplied((x, y), (*texts, out), scales=(1, scale))


def _before(side: Operand, other: Operand) -> str:
    """The letters of the axes before a side's matrix: of its own where 1 of them is spread."""
    letters = []
    for place in range(len(side.shape) - 2, 0, -1):
        there = place + 2 <= len(other.shape)
        spread = there and is_one(side.shape[-place - 2]) and not is_one(other.shape[-place - 2])
        letters.append((_ALONE if spread else _BATCH)[-place])
    return " ".join(letters)


@rule("MatMul")
def _matmul(a: Called) -> Made:
    return matmul(a.x, a.needed(1))


def gemm(a: Called) -> Made:
    """α·A·B + β·C, A or B with its axes exchanged."""
    x, y, bias = a.x, a.needed(1), a.operand(2)
    first = "c m" if a.get("transA", 0) else "m c"
    second = "k c" if a.get("transB", 0) else "c k"
    if (len(x.shape), len(y.shape)) != (2, 2):
        raise FlopcountError("it multiplies two matrices, and has something else")
    alpha, beta = a.get("alpha", 1.0), a.get("beta", 1.0)
    bias = None if beta == 0 else bias
    return multiplied((x, y), (first, second, "m k"), bias, (beta, alpha))


rule("Gemm")(gemm)
