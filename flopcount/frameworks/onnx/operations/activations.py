"""Activations, with the settings that ONNX gives them."""

from ....core.ops.elementwise import ACTIVATIONS
from ....core.ops.tensors import PReLU
from ....sizes import differ
from ...models.operands import Made, number
from ..values import Value
from .common import formula, tidy
from .elementwise import steps_of
from .table import Called, Result, Rule, rule

_NAMED = {"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Mish": "mish"}
_NAMED |= {"Softplus": "softplus", "HardSwish": "hardswish"}
_ERROR_FORM = "y = 0.5 * x * (1 + erf(0.7071067811865476 * x))"  # of GELU: 1606.08415


def _named(kind: str) -> Rule:
    steps = tuple(ACTIVATIONS[kind].split("; "))
    return lambda a: steps_of(kind, steps, a)


for _name, _kind in _NAMED.items():
    rule(_name)(_named(_kind))


def setting(a: Called, name: str, default: float) -> str:
    """An attribute as a formula has it."""
    return number(tidy(a.get(name, default)))


@rule("LeakyRelu")
def _leaky(a: Called) -> Result:
    return steps_of("leaky", (f"y = x if x > 0 else {setting(a, 'alpha', 0.01)} * x",), a)


@rule("ThresholdedRelu")
def _thresholded(a: Called) -> Result:
    return steps_of("threshold", (f"y = x if x > {setting(a, 'alpha', 1.0)} else 0",), a)


@rule("Elu")
def _elu(a: Called) -> Result:
    """α·(eˣ − 1) below 0 (1511.07289)."""
    return steps_of("elu", (f"y = x if x > 0 else {setting(a, 'alpha', 1.0)} * (exp(x) - 1)",), a)


@rule("Selu")
def _selu(a: Called) -> Result:
    """ELU times a factor (1706.02515)."""
    inner, outer = setting(a, "alpha", 1.67326319217681), setting(a, "gamma", 1.05070102214813)
    return steps_of("selu", (f"y = {outer} * (x if x > 0 else {inner} * (exp(x) - 1))",), a)


@rule("Celu")
def _celu(a: Called) -> Result:
    alpha = setting(a, "alpha", 1.0)
    return steps_of("celu", (f"y = x if x > 0 else {alpha} * (exp(x / {alpha}) - 1)",), a)


@rule("Gelu")
def _gelu(a: Called) -> Result:
    tanh = a.get("approximate") == "tanh"
    steps = tuple(ACTIVATIONS["gelu"].split("; ")) if tanh else (_ERROR_FORM,)
    return steps_of("gelu", steps, a)


@rule("HardSigmoid")
def _hard_sigmoid(a: Called) -> Result:
    slope, middle = setting(a, "alpha", 0.2), setting(a, "beta", 0.5)
    return steps_of("hardsigmoid", (f"y = max(min({slope} * x + {middle}, 1), 0)",), a)


@rule("Softsign")
def _softsign(a: Called) -> Result:
    return steps_of("softsign", ("y = x / (1 + max(x, -x))",), a)


@rule("Swish")
def _swish(a: Called) -> Result:
    """x·σ(αx); where α is 1 it is SiLU (1702.03118)."""
    if a.get("alpha", 1.0) == 1:
        return steps_of("silu", tuple(ACTIVATIONS["silu"].split("; ")), a)
    return steps_of("swish", (f"y = x * (1 / (1 + exp(-({setting(a, 'alpha', 1)} * x))))",), a)


@rule("Shrink")
def _shrink(a: Called) -> Result:
    """0 near 0, and what is beyond nearer to it by `bias`."""
    bias, near = a.get("bias", 0.0), setting(a, "lambd", 0.5)
    if bias == 0:
        return steps_of("hardshrink", (f"y = 0 if x <= {near} and x >= -{near} else x",), a)
    if bias == a.get("lambd", 0.5):
        return steps_of("softshrink", (f"y = max(x - {near}, 0) + min(x + {near}, 0)",), a)
    by = number(tidy(bias))
    text = f"y = (x < -{near}) * (x + {by}) + (x > {near}) * (x - {by})"
    return steps_of("shrink", (text,), a)


@rule("PRelu")
def _prelu(a: Called) -> Result:
    """A slope a channel, or one for all; spread over other axes it is a formula."""
    x, slopes = a.values(2)
    if slopes.operand.is_weights and _along_channels(x, slopes):
        many = max(slopes.shape, key=lambda n: n != 1, default=1)
        return Made(PReLU(many), (x.operand,), {"A": slopes.operand})
    return formula("prelu", "{0} if {0} > 0 else {1} * {0}", x, slopes)


def _along_channels(x: Value, slopes: Value) -> bool:
    """Whether slopes are one number, or one for each place of the second axis."""
    ahead = len(x.shape) - len(slopes.shape)
    wide = [ahead + place for place, n in enumerate(slopes.shape) if n != 1]
    return ahead >= 0 and (
        not wide or (wide == [1] and not differ(slopes.shape[1 - ahead], x.shape[1]))
    )
