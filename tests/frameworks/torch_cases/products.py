"""Products, distances, attention."""

from typing import Any

import torch

from .draws import Call, Draw, call, case


def weights(d: Draw, rows: int, columns: int) -> tuple[Any, bool]:
    """A matrix as a layer holds it, its axes exchanged or not, and whether it is a parameter."""
    held = d.yes()
    return (d.tensor(columns, rows).t() if held and d.yes() else d.tensor(rows, columns)), held


@case("mm")
def mm(d: Draw) -> Call:
    m, c, k = d.sizes(3)
    w, held = weights(d, c, k)
    return call("default", d.tensor(m, c), w, held=("mat2",) * held)


@case("_int_mm")
def whole_mm(d: Draw) -> Call:
    x, w = d.whole(17, 8).to(torch.int8), d.whole(8, 16).to(torch.int8)
    return call("default", x, w)


@case("addmm")
def addmm(d: Draw) -> Call:
    m, c, k = d.sizes(3)
    w, held = weights(d, c, k)
    bias = d.tensor(*d.one_of([k], [m, k], [1, k], [m, 1]) if not d.in_place else [m, k])
    own = held and bias.dim() == 1
    factors = {"beta": d.one_of(1, 2, 0.5), "alpha": d.one_of(1, 3)}
    return call(
        "default", bias, d.tensor(m, c), w, held=("mat2",) * held + ("self",) * own, **factors
    )


@case("bmm")
def bmm(d: Draw) -> Call:
    b, m, c, k = d.sizes(4)
    return call("default", d.tensor(b, m, c), d.tensor(b, c, k))


@case("baddbmm")
def baddbmm(d: Draw) -> Call:
    b, m, c, k = d.sizes(4)
    added = d.tensor(*([b, m, k] if d.in_place else d.one_of([b, m, k], [1, m, k], [m, k], [k])))
    return call(
        "default", added, d.tensor(b, m, c), d.tensor(b, c, k), beta=d.one_of(1, 2), alpha=2
    )


@case("addbmm")
def addbmm(d: Draw) -> Call:
    b, m, c, k = d.sizes(4)
    return call("default", d.tensor(m, k), d.tensor(b, m, c), d.tensor(b, c, k))


@case("mv")
def mv(d: Draw) -> Call:
    m, c = d.sizes(2)
    return call("default", d.tensor(m, c), d.tensor(c), held=d.one_of((), ("self",), ("vec",)))


@case("addmv")
def addmv(d: Draw) -> Call:
    m, c = d.sizes(2)
    return call("default", d.tensor(m), d.tensor(m, c), d.tensor(c), alpha=d.one_of(1, 2))


@case("dot", "vdot")
def dot(d: Draw) -> Call:
    (n,) = d.sizes(1)
    return call("default", d.tensor(n), d.tensor(n))


@case("linear")
def linear(d: Draw) -> Call:
    c, k = d.sizes(2)
    bias = d.tensor(k) if d.yes() else None
    return call(
        "default", d.tensor(*d.shape(0, 2), c), d.tensor(k, c), bias, held=("weight", "bias")
    )


@case("_trilinear")
def trilinear(d: Draw) -> Call:
    b, c, e, k = d.sizes(4)
    held = ("i2",) * d.yes()
    form = ([1, 3], [0], [1, 2], [2, 3])
    return call("default", d.tensor(b, c), d.tensor(k, c, e), d.tensor(b, e), *form, held=held)


@case("_euclidean_dist")
def euclidean(d: Draw) -> Call:
    m, n, c = d.sizes(3)
    before = d.shape(0, 1)
    return call("default", d.tensor(*before, m, c), d.tensor(*before, n, c))


@case("_cdist_forward")
def cdist(d: Draw) -> Call:
    m, n, c = d.sizes(3)
    return call("default", d.tensor(m, c), d.tensor(n, c), d.one_of(1.5, 2.0, 3.0), None)


@case("affine_grid_generator")
def affine_grid(d: Draw) -> Call:
    b, h, w = d.sizes(3, 2)
    return call("default", d.tensor(b, 2, 3), [b, 1, h, w], d.yes())


@case("_scaled_dot_product_flash_attention_for_cpu")
def attention(d: Draw) -> Call:
    b, h, s, t, e = d.sizes(5, 1, 3)
    shapes = ((b, h, s, e), (b, h, t, e), (b, h, t, e))
    return call("default", *(d.tensor(*shape) for shape in shapes), scale=0.1)


@case("_grouped_mm")
def grouped(d: Draw) -> Call:
    rows, c, k, groups = 6, 8, 8, 3
    x = d.tensor(rows, c).to(torch.bfloat16)
    w = d.tensor(groups, c, k).to(torch.bfloat16)
    ends = torch.tensor([2, 3, 6], dtype=torch.int32)
    return call("default", x, w, ends)
