"""What works element by element: on one tensor, on two that are spread over each other, on more."""

from typing import Any

from .draws import Call, Draw, call, case

_ANY = (
    "neg abs sign sgn exp exp2 expm1 square reciprocal sin cos tan atan sinh cosh asinh sinc erf "
    "erfc floor ceil round trunc frac nan_to_num deg2rad rad2deg relu sigmoid tanh silu hardswish "
    "hardsigmoid mish relu6 angle logical_not"
)
_ABOVE = "log log2 log10 log1p sqrt rsqrt lgamma"


@case(*_ANY.split())
def one(d: Draw) -> Call:
    return call("default", 2 * d.tensor(*d.shape(0)))


@case(*_ABOVE.split())
def one_above(d: Draw) -> Call:
    return call("default", d.above(*d.shape(0)))


@case("asin", "acos", "atanh", "logit")
def one_between(d: Draw) -> Call:
    return call("default", d.above(*d.shape(), least=0.1, most=0.9))


@case("acosh")
def one_above_one(d: Draw) -> Call:
    return call("default", d.above(*d.shape(), least=1.1, most=3))


@case("bitwise_not")
def one_of_truths(d: Draw) -> Call:
    return call("default", d.truths(*d.shape()))


def _two(d: Draw, make: Any) -> tuple[Any, Any]:
    """Two tensors that are spread over each other; of one written into, the second alone is."""
    shape = d.shape(0, 3)
    first, second = list(shape), d.spread(shape)
    if not d.in_place and d.yes():
        first, second = second, first
    return make(*first), make(*second)


def _with_number(form: str) -> str:
    return {"Tensor": "Scalar", "default": "Scalar"}.get(form, form)


@case("add", "sub", "rsub")
def added(d: Draw) -> Call:
    x, other = _two(d, d.tensor)
    factor = {"alpha": d.one_of(2, 3, -0.5)} if d.yes() else {}
    if d.yes():
        return call("Scalar", x, d.one_of(2, 0.5), **factor)
    return call("Tensor", x, other, **factor)


@case("mul", "remainder", "fmod", "floor_divide")
def scaled(d: Draw) -> Call:
    positive = d.name != "mul"  # of negative numbers remainders have several definitions
    x, other = _two(d, d.above if positive else d.tensor)
    if d.yes() and d.name != "floor_divide":
        return call("Scalar", x, d.one_of(2, 0.3))
    plain = d.name == "floor_divide" and not d.in_place
    return call("default" if plain else "Tensor", x, other)


@case("div", "divide")
def divided(d: Draw) -> Call:
    x, other = _two(d, d.above)
    how = d.one_of(None, "floor", "trunc")
    if how:
        return call("Tensor_mode", x, other, rounding_mode=how)
    return call("Scalar", x, 4) if d.yes() else call("Tensor", x, other)


@case("true_divide")
def truly_divided(d: Draw) -> Call:
    return call("Tensor", *_two(d, d.above))


@case("maximum", "minimum", "fmax", "fmin", "logaddexp", "hypot", "copysign", "xlogy", "atan2")
def two(d: Draw) -> Call:
    form = {"copysign": "Tensor", "xlogy": "Tensor"}.get(d.name, "default")
    positive = d.name in ("xlogy", "atan2")
    return call(form, *_two(d, d.above if positive else d.tensor))


@case("ldexp")
def shifted(d: Draw) -> Call:
    return call("Tensor" if not d.in_place else "default", *_two(d, d.tensor))


_COMPARED = "eq ne not_equal gt greater ge lt less le"


@case(*_COMPARED.split())
def compared(d: Draw) -> Call:
    x, other = _two(d, lambda *shape: d.whole(*shape, most=3).double())
    return call("Scalar", x, 1) if d.yes() else call("Tensor", x, other)


@case("logical_and", "logical_or", "logical_xor")
def logical(d: Draw) -> Call:
    return call("default", *_two(d, d.truths))


@case("bitwise_and", "bitwise_or", "bitwise_xor", "__and__", "__or__")
def bitwise(d: Draw) -> Call:
    return call("Tensor", *_two(d, d.truths))


@case("bitwise_left_shift", "bitwise_right_shift", "__lshift__", "__rshift__")
def shifted_bits(d: Draw) -> Call:
    return call("Tensor", *_two(d, d.whole))


@case("pow")
def power(d: Draw) -> Call:
    exponents = (2, 3, -1, -2, 0.5, 1.5, 1, 4)
    form = d.one_of("Tensor_Scalar", "Tensor_Tensor", "Scalar")
    if d.in_place:
        form = "Scalar"
        return call(form, d.above(*d.shape()), d.one_of(*exponents))
    if form == "Tensor_Tensor":
        return call(form, *_two(d, d.above))
    x = d.above(*d.shape())
    return call(form, x, d.one_of(*exponents)) if form != "Scalar" else call(form, 2.5, x)


@case("clamp", "clip")
def clamped(d: Draw) -> Call:
    low, high = d.one_of((-1, 1), (None, 0.5), (-0.5, None))
    return call("default", d.tensor(*d.shape()), low, high)


@case("clamp_min", "clamp_max")
def clamped_on_one_side(d: Draw) -> Call:
    x = d.tensor(*d.shape())
    return call("Tensor", x, d.tensor()) if d.yes() else call("default", x, 0.2)


@case("where")
def where(d: Draw) -> Call:
    x, other = _two(d, d.tensor)
    return call("self", d.truths(*x.shape), x, other)


@case("masked_fill")
def filled(d: Draw) -> Call:
    shape = d.shape()
    return call("Scalar", d.tensor(*shape), d.truths(*d.spread(shape)), d.one_of(0, -9.5))


@case("lerp")
def between(d: Draw) -> Call:
    shape = d.shape()
    x, end = d.tensor(*shape), d.tensor(*shape)
    return call("Scalar", x, end, 0.3) if d.yes() else call("Tensor", x, end, d.tensor(*shape))


@case("addcmul", "addcdiv")
def three(d: Draw) -> Call:
    shape = d.shape()
    return call(
        "default",
        d.tensor(*shape),
        d.tensor(*shape),
        d.above(*d.spread(shape)),
        value=d.one_of(1, 2, -0.5),
    )


@case("threshold")
def threshold(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), d.one_of(0, 0.4), d.one_of(0, -1))


@case("hardshrink", "softshrink")
def shrunk(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), d.one_of(0.5, 0.3))


@case("leaky_relu")
def leaky(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), d.one_of(0.01, 0.2))


@case("hardtanh")
def hard(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), *d.one_of((-1, 1), (0, 6)))


@case("elu")
def elu(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), *d.one_of((1, 1, 1), (0.5,), (1.67, 1.05, 1)))


@case("celu")
def celu(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), d.one_of(1, 0.7))


@case("gelu")
def gelu(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), approximate=d.one_of("none", "tanh"))


@case("softplus")
def softplus(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()), d.one_of(1, 2))


@case("log_sigmoid_forward")
def log_sigmoid(d: Draw) -> Call:
    return call("default", d.tensor(*d.shape()))


@case("rrelu_with_noise")
def random_leaky(d: Draw) -> Call:
    x = d.tensor(*d.shape())
    return call("default", x, d.tensor(*x.shape))


@case("mse_loss")
def squared_error(d: Draw) -> Call:
    shape = d.shape()
    return call("default", d.tensor(*shape), d.tensor(*shape), 0)


@case("glu")
def gated(d: Draw) -> Call:
    shape = d.shape(1, 3)
    axis = d.axis(len(shape))
    shape[axis] = 2 * d.size(1, 2)
    return call("default", d.tensor(*shape), axis)


@case("_prelu_kernel")
def prelu(d: Draw) -> Call:
    channels = d.size(1, 3)
    x = d.tensor(2, channels, *d.sizes(d.size(0, 2)))
    many = d.one_of(1, channels)
    own = (1, many, *[1] * (x.dim() - 2))
    return call("default", x, d.tensor(*own), held=d.one_of((), ("weight",)))
