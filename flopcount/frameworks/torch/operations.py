"""The table from an operation of PyTorch's to an op: what each computes."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ...core import Op
from ...core.ops.elementwise import ACTIVATIONS
from ...core.ops.tail import Tail
from ...core.ops.tensors import (
    BatchNorm,
    Elementwise,
    FirstAdaptivePool,
    FirstConv,
    FirstPool,
    FirstTransposed,
    GroupNorm,
    LayerNorm,
    Lookup,
    Move,
    Product,
    Reduction,
    Softmax,
    Unknown,
)
from ...sizes import Window
from .operands import Arguments, Made, Operand, given

Rule: TypeAlias = Callable[[Arguments], Made]
OPERATIONS: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for operations of these names, and for those that work in place."""

    def register(made: Rule) -> Rule:
        for name in names:
            for key in (f"aten.{name}", f"aten.{name}_"):
                if key in OPERATIONS:
                    raise ValueError(f"{key} is registered twice")
                OPERATIONS[key] = made
        return made

    return register


def made_of(arguments: Arguments) -> Made:
    """What an operation is; one that nobody priced is unknown."""
    known = OPERATIONS.get(arguments.name)
    if known is None:
        return Made(Unknown(arguments.name, arguments.outputs), tuple(arguments.tensors))
    return known(arguments)


def _along(sizes: Any, axes: int) -> tuple[int, ...]:
    """One number an axis, as PyTorch writes it: all of them, or one for each."""
    sizes = tuple(sizes) if isinstance(sizes, list | tuple) else (sizes,)
    return sizes * axes if len(sizes) == 1 else sizes


@rule("convolution", "_convolution", "cudnn_convolution", "mkldnn_convolution")
def _convolution(a: Arguments) -> Made:
    x, w, bias = a["input"], a["weight"], a["bias"]
    axes = len(w.shape) - 2
    window = Window(
        tuple(w.shape[2:]),
        _along(a["stride"], axes),
        _along(a["dilation"], axes),
        _along(a["padding"], axes),
    )
    weights = {"W": w} if bias is None else {"W": w, "B": bias}
    computed = "".join(capital for capital, held in weights.items() if not held.is_weights)
    tail, groups = Tail(bias=bias is not None), a["groups"]
    reads = (x, *(weights[capital] for capital in computed))
    if a.get("transposed"):
        outpad = _along(a["output_padding"], axes)
        width = w.shape[1] * groups
        op: Op = FirstTransposed(window, width, groups, tail, outpad, computed=computed)
    elif groups > 1 and w.shape[1] == 1:
        multiplier = w.shape[0] // groups
        op = FirstConv(window, tail=tail, multiplier=multiplier, computed=computed)
    else:
        op = FirstConv(window, w.shape[0], groups, tail, computed=computed)
    return Made(op, reads, weights)


def _product(a: Operand, b: Operand, before: str, bias: Operand | None = None) -> Made:
    """A matrix product of two tensors, the loops `before` on both and on what comes out."""
    first, second, out = f"{before}m c", f"{before}c k", f"{before}m k"
    computed = "" if bias is None else "B" if bias.is_weights else "b"
    if b.is_weights and not before:
        held = "k c" if b.turned else "c k"
        text = f"y[{out}] += x[{first}] * W[{held}]"
        op = Product(text, b.shape[1], computed if bias is None or len(bias.shape) == 1 else "")
        weights = {"W": b} if bias is None else {"W": b, "B": bias}
        reads = (a,) if bias is None or bias.is_weights else (a, bias)
        return Made(Product(op.nest, op.width, op.bias, given((a,))), reads, weights)
    op = Product(f"y[{out}] += x[{first}] * x1[{second}]", given=given((a, b)))
    return Made(op, (a, b))


@rule("mm")
def _mm(a: Arguments) -> Made:
    return _product(a["self"], a["mat2"], "")


@rule("addmm")
def _addmm(a: Arguments) -> Made:
    return _product(a["mat1"], a["mat2"], "", a["self"])


@rule("bmm")
def _bmm(a: Arguments) -> Made:
    return _product(a["self"], a["mat2"], "b ")


@rule("native_batch_norm", "_native_batch_norm_legit_no_training", "_native_batch_norm_legit")
def _batch_norm(a: Arguments) -> Made:
    held = {"G": a["weight"], "S": a["bias"], "M": a["running_mean"], "V": a["running_var"]}
    weights = {capital: operand for capital, operand in held.items() if operand is not None}
    kind = {"GS": "norm", "S": "shift", "G": "scale", "": "stats"}
    own = "M" not in weights or bool(a.get("training"))
    op = BatchNorm(kind["".join(c for c in "GS" if c in weights)], own)
    return Made(op, (a["input"],), weights)


@rule("native_layer_norm")
def _layer_norm(a: Arguments) -> Made:
    held = {"G": a["weight"], "S": a["bias"]}
    weights = {capital: operand for capital, operand in held.items() if operand is not None}
    op = LayerNorm(len(a["normalized_shape"]), "G" in weights, "S" in weights)
    return Made(op, (a["input"],), weights)


@rule("native_group_norm")
def _group_norm(a: Arguments) -> Made:
    held = {"G": a["weight"], "S": a["bias"]}
    weights = {capital: operand for capital, operand in held.items() if operand is not None}
    return Made(GroupNorm(a["group"], "G" in weights, "S" in weights), (a["input"],), weights)


def _pool(kind: str, axes: int) -> Rule:
    def make(a: Arguments) -> Made:
        x = a.tensors[0]
        kernel = _along(a["kernel_size"], axes)
        window = Window(
            kernel,
            _along(a["stride"] or kernel, axes),
            _along(a.get("dilation", 1), axes),
            _along(a["padding"], axes),
            ceil=bool(a["ceil_mode"]),
        )
        return Made(FirstPool(kind, window), (x,))

    return make


for _axes in (1, 2, 3):
    rule(f"max_pool{_axes}d_with_indices", f"max_pool{_axes}d")(_pool("max", _axes))
    rule(f"avg_pool{_axes}d")(_pool("avg", _axes))


@rule("_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "adaptive_avg_pool1d")
def _adaptive(a: Arguments) -> Made:
    return Made(FirstAdaptivePool("avg", tuple(a["output_size"])), (a["self"],))


def _elementwise(word: str, *steps: str, numbers: tuple[str, ...] = ()) -> Rule:
    """A rule for operands in order; `numbers` are arguments that are not tensors."""

    def make(a: Arguments) -> Made:
        operands = tuple(a.tensors)
        values = {name: a[name] for name in numbers}
        text = tuple(step.format(**values) for step in steps)
        return Made(Elementwise(word, text, given(operands)), operands)

    return make


def _binary(word: str, sign: str) -> Rule:
    def make(a: Arguments) -> Made:
        operands = tuple(a.tensors)
        other = "x1" if len(operands) > 1 else "2"
        alpha = a.get("alpha", 1)
        times = "" if alpha in (1, None) else "2 * "
        return Made(Elementwise(word, (f"y = x {sign} {times}{other}",), given(operands)), operands)

    return make


for _word, _sign in {"add": "+", "sub": "-", "mul": "*", "div": "/"}.items():
    rule(_word)(_binary({"mul": "multiply", "sub": "subtract", "div": "divide"}.get(_word, _word), _sign))

for _name, _kind in {
    "relu": "relu", "sigmoid": "sigmoid", "tanh": "tanh", "silu": "silu", "gelu": "gelu",
    "hardswish": "hardswish", "hardsigmoid": "hardsigmoid", "elu": "elu", "mish": "mish",
    "softplus": "softplus", "leaky_relu": "leaky", "hardtanh": "relu6",
}.items():
    rule(_name)(_elementwise(_kind, *ACTIVATIONS[_kind].split("; ")))

rule("pow")(_elementwise("pow", "y = pow(x, 2)"))
rule("where")(_elementwise("where", "y = x1 if x > 0 else x2"))


@rule("_softmax", "_safe_softmax")
def _softmax(a: Arguments) -> Made:
    (x,) = a.tensors
    return Made(Softmax(a["dim"], given=given((x,))[0] if given((x,)) else None), (x,))


@rule("mean")
def _mean(a: Arguments) -> Made:
    (x,) = a.tensors
    axes = a.get("dim")
    axes = tuple(range(len(x.shape))) if axes is None else tuple(axes)
    own = given((x,))
    return Made(Reduction("mean", "mean", axes, bool(a.get("keepdim")), own[0] if own else None), (x,))


@rule("embedding")
def _embedding(a: Arguments) -> Made:
    table, tokens = a["weight"], a["indices"]
    own = given((tokens,))
    op = Lookup(table.shape[0], table.shape[1], own[0] if own else None)
    return Made(op, (tokens,), {"E": table})


def _move(word: str) -> Rule:
    return lambda a: Made(Move(word, a.outputs), tuple(a.tensors))


for _name, _word in {"cat": "concat", "clone": "copy", "copy": "copy", "_to_copy": "copy",
                     "constant_pad_nd": "pad", "roll": "roll", "index": "gather", "stack": "stack",
                     "index_select": "gather", "repeat": "repeat"}.items():
    rule(_name)(_move(_word))

# Operations that make a tensor from nothing but its shape, or numbers.
CREATED = {
    f"aten.{name}"
    for name in (
        "empty arange ones zeros full scalar_tensor new_ones new_zeros new_empty new_full eye linspace "
        "ones_like zeros_like full_like empty_like rand randn empty_strided new_empty_strided"
    ).split()
}
