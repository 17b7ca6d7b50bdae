"""Products of matrices, of any form."""

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import Draw, case

EQUATIONS = (
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij->ji", (2, 3)),
    ("ij->i", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii->", (3, 3)),
    ("i,i", (3,), (3,)),
    ("...ij,...jk->...ik", (2, 1, 3, 4), (3, 4, 2)),
    ("...ii->...i", (2, 3, 3)),
    ("i,j->ij", (2,), (3,)),
    ("abc,cde->abde", (2, 3, 4), (4, 2, 3)),
    ("bhid,bhjd->bhij", (1, 2, 3, 4), (1, 2, 2, 4)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)),
    ("ij,kj", (2, 3), (4, 3)),
    ("ij,ij->ij", (2, 3), (2, 3)),
    ("ij,jk->k", (2, 3), (3, 4)),
    ("ij,jk->ik", (2, 1), (3, 4)),
    ("Ab,bC->CA", (2, 3), (3, 4)),
    ("...,...->...", (2, 3), (3,)),
    ("ij...,jk->ik...", (2, 3, 2), (3, 4)),
)


@case("Einsum")
def einsum(d: Draw) -> Call:
    equation, *shapes = d.one_of(*EQUATIONS)
    held = d.one_of((), (len(shapes) - 1,), (0,))
    return call("Einsum", *(d.whole(*shape) for shape in shapes), held=held, equation=equation)


@case("MatMul")
def matmul(d: Draw) -> Call:
    batch, (m, c, k) = d.sizes(d.size(0, 2)), d.sizes(3)
    left, right = ([1 if d.yes() else n for n in batch] for _ in "xy")
    left = left[d.size(0, len(left)) :] if d.yes() else left
    first = [c] if d.size() == 1 else [*left, m, c]
    second = [c] if d.size() == 1 else [*right, c, k]
    return call("MatMul", d.whole(*first), d.whole(*second), held=d.one_of((), (0,), (1,), (0, 1)))


@case("Gemm")
def gemm(d: Draw) -> Call:
    m, c, k = d.sizes(3)
    first, second = d.size(0, 1), d.size(0, 1)
    x = d.whole(*((c, m) if first else (m, c)))
    y = d.whole(*((k, c) if second else (c, k)))
    bias = d.one_of(None, (k,), (m, k), (m, 1), (1, k), (1,))
    added = None if bias is None else d.whole(*bias)
    settings = {
        "transA": first,
        "transB": second,
        "alpha": d.one_of(1.0, 0.5),
        "beta": d.one_of(1.0, 2.0),
    }
    held = [place for place in d.one_of((), (1,), (1, 2), (0,)) if place < 2 or bias is not None]
    return call("Gemm", x, y, added, held=held, attributes=settings)
