"""Sums of products: of matrices, vectors, batches of them; attention as one operation."""

from ....core.ops.tensors import Bilinear, Distances, Product, ScaledProducts
from ...models.operands import Made, given, own
from ...models.products import multiplied
from .arguments import Arguments
from .table import Rule, rule

# By its name: the operands, the loops of each and of what comes out, and what is added to it.
_FORMS = {
    "mm": ("self", "m c", "mat2", "c k", "m k", ""),
    "addmm": ("mat1", "m c", "mat2", "c k", "m k", "self"),
    "_int_mm": ("self", "m c", "mat2", "c k", "m k", ""),
    "_scaled_mm": ("self", "m c", "mat2", "c k", "m k", "bias"),
    "bmm": ("self", "b m c", "mat2", "b c k", "b m k", ""),
    "baddbmm": ("batch1", "b m c", "batch2", "b c k", "b m k", "self"),
    "addbmm": ("batch1", "b m c", "batch2", "b c k", "m k", "self"),
    "mv": ("self", "m c", "vec", "c", "m", ""),
    "addmv": ("mat", "m c", "vec", "c", "m", "self"),
    "dot": ("self", "c", "tensor", "c", "", ""),
    "vdot": ("self", "c", "other", "c", "", ""),
}


def _product(name: str) -> Rule:
    left, first, right, second, out, added = _FORMS[name]

    def make(a: Arguments) -> Made:
        scales = (a.get("beta", 1), a.get("alpha", 1))
        bias = a.get(added) if added and scales[0] != 0 else None
        return multiplied((a[left], a[right]), (first, second, out), bias, scales)

    return make


for _name in _FORMS:
    rule(_name)(_product(_name))


@rule("linear", "mkldnn_linear")
def _linear(a: Arguments) -> Made:
    x, bias = a.tensors[0], a["bias"]
    before = "a b d e f g h"[: 2 * (len(x.shape) - 1)]
    return multiplied((x, a["weight"]), (f"{before}c", "k c", f"{before}k"), bias)


@rule("_grouped_mm", "_scaled_grouped_mm")
def _grouped(a: Arguments) -> Made | None:
    """Each row times the matrix of its group: of those that are held, the chosen ones work."""
    x, w = a["self"], a["mat2"]
    if len(w.shape) != 3:
        return None
    if len(x.shape) == 3:
        return multiplied((x, w), ("b m c", "b c k", "b m k"))
    _, weights, flows = own(W=w)
    side = f"W[{w.stored('?e c k')}]" if weights else "x1[?e c k]"
    text, width = f"y[m k] += x[m c] * {side}", w.shape[2]
    op = Product(text, width, given=given((x, *flows)), experts=w.shape[0])
    return Made(op, (x, *flows), weights)


@rule("_trilinear")
def _bilinear(a: Arguments) -> Made | None:
    """What a bilinear layer is made of, and no other form of it."""
    x, w, other = a["i1"], a["i2"], a["i3"]
    form = [list(a[name]) for name in ("expand1", "expand2", "expand3", "sumdim")]
    if form != [[1, 3], [0], [1, 2], [2, 3]] or len(x.shape) != 2:
        return None
    _, weights, flows = own(W=w)
    return Made(Bilinear(w.shape[0], computed=not weights), (x, other, *flows), weights)


@rule("_euclidean_dist", "_cdist_forward")
def _distances(a: Arguments) -> Made:
    as_products = a.name == "aten._euclidean_dist"
    return Made(Distances(a.get("p", 2.0), as_products), (a["x1"], a["x2"]))


@rule("affine_grid_generator")
def _affine_grid(a: Arguments) -> Made:
    """The coordinates of each place, and a 1, times the matrix of each sample."""
    theta, (_, *grid, _) = a["theta"], a.outputs[0]
    loops = " ".join("hwd"[: len(grid)])
    text = f"y[b {loops} k] += x[{loops} c] * x1[b k c]"
    places = (*grid, theta.shape[2])
    own = (places, theta.shape if theta.is_constant else None)
    return Made(Product(text, given=own), (theta,))


@rule(
    "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_flash_attention_for_cpu",
    "_scaled_dot_product_efficient_attention",
    "_scaled_dot_product_cudnn_attention",
    "_scaled_dot_product_fused_attention_overrideable",
)
def _attention(a: Arguments) -> Made:
    return Made(ScaledProducts(), (a["query"], a["key"], a["value"]))
