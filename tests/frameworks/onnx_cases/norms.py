"""Norms of batches, layers, groups, any axes."""

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import Draw, case


@case("BatchNormalization")
def batch(d: Draw) -> Call:
    """Before opset 14 the reference takes the statistics of the batch; the formula is the same."""
    k = d.size()
    x = d.tensor(2, k, *d.sizes(d.size(0, 2)))
    held = d.one_of((1, 2, 3, 4), (1, 2), (), (3, 4))
    settings = {"epsilon": 1e-3}
    outputs = 1
    if d.yes():
        settings, outputs = {"training_mode": 1}, d.one_of(1, 3)
    parts = (d.above(k), d.tensor(k), d.tensor(k), d.above(k))
    return call(d.name, x, *parts, held=held, opset=15, outputs=outputs, attributes=settings)


@case("InstanceNormalization")
def instance(d: Draw) -> Call:
    k = d.size()
    x = d.tensor(2, k, 3, *d.sizes(d.size(0, 1)))
    return call(d.name, x, d.above(k), d.tensor(k), held=d.held(1, 2))


@case("GroupNormalization")
def group(d: Draw) -> Call:
    groups, each = d.sizes(2, 1, 3)
    opset = d.one_of(18, 21)
    k = groups if opset == 18 else groups * each
    x = d.tensor(2, groups * each, 3, *d.sizes(d.size(0, 1)))
    held = d.held(1, 2)
    return call(d.name, x, d.above(k), d.tensor(k), held=held, opset=opset, num_groups=groups)


@case("LayerNormalization", "RMSNormalization")
def layer(d: Draw) -> Call:
    x = d.tensor(2, 3, 4)
    axis = d.one_of(-2, -1, 1, 2)
    own = x.shape[axis:]
    affine = [d.tensor(*own)]
    if d.name == "LayerNormalization" and d.yes():
        affine.append(d.tensor(*own))
    held = d.held(1, 2)[: len(affine)]
    outputs = 3 if d.name == "LayerNormalization" and d.yes() else 1
    return call(d.name, x, *affine, held=held, axis=axis, outputs=outputs)


@case("SimplifiedLayerNormalization")
def simple(d: Draw) -> Call:
    """Of onnxruntime's: x over the root of the mean of its squares, times a factor."""
    x, scale = d.tensor(2, 3, 4), d.tensor(4)
    y = x / ((x**2).mean(-1, keepdims=True) + 1e-5) ** 0.5 * scale
    return call(d.name, x, scale, held=d.held(1), expected=[y])


@case("MeanVarianceNormalization")
def mean_variance(d: Draw) -> Call:
    x = d.tensor(2, 3, 4, 2)
    axes = {"axes": [2, 3]} if d.yes() else {}
    return call(d.name, x, attributes=axes)


@case("LpNormalization")
def norm(d: Draw) -> Call:
    """Of positive numbers: of others the reference leaves the absolute value out, with p = 1."""
    x = d.above(*d.shape(1, 3))
    return call(d.name, x, p=d.size(1, 2), axis=d.axis(x.ndim))
