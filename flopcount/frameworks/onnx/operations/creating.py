"""What makes a tensor from nothing but numbers that are known, or draws one."""

from ....errors import FlopcountError
from ....sizes import maximum
from ....sizes.size import ceil_div
from ..constants import dtype_of
from ..values import MOST_NUMBERS
from .arithmetic import is_size
from .common import filled, moved
from .folding import arranged, computed, sizes
from .table import Called, Computed, Result, rule


@rule("ConstantOfShape")
def _of_shape(a: Called) -> Result:
    value = a.get("value")
    dtype = "float32" if value is None else value.dtype
    number = value.numbers[0] if value is not None and value.numbers else 0.0
    return filled(sizes(a.input(0)), number, dtype)


@rule("Range")
def _range(a: Called) -> Result:
    """Numbers from a start to below a limit: ⌈(limit − start) / step⌉ of them, and not below 0."""
    values = a.values(3)
    dtype = values[0].dtype
    if any(not value.numbers for value in values):
        return None
    start, limit, step = (value.numbers[0] for value in values if value.numbers)
    if is_size(step):
        return None
    if step == 0:
        raise FlopcountError("its step is 0")
    if not any(map(is_size, (start, limit))):
        many = max(-int(-(limit - start) // step), 0)
        if many > MOST_NUMBERS:
            return Computed((many,), None, dtype)
        return computed(arranged([start + n * step for n in range(many)], (many,)), dtype)
    if step != int(step):
        return None
    above, by = (limit - start, int(step)) if step > 0 else (start - limit, -int(step))
    return Computed((maximum(ceil_div(above, by), 0),), None, dtype)


@rule("RandomNormal", "RandomUniform")
def _random(a: Called) -> Result:
    return Computed(tuple(a.get("shape", ())), None, dtype_of(a.get("dtype", 1)))


@rule("RandomNormalLike", "RandomUniformLike", "EyeLike")
def _in_the_shape(a: Called) -> Result:
    """A constant in the shape of what comes in."""
    x = a.values(1)[0]
    return Computed(x.shape, None, dtype_of(a.get("dtype")) if a.get("dtype") else x.dtype)


@rule("Multinomial")
def _drawn(a: Called) -> Result:
    return moved("sample", a, (a.x.shape[0], a.get("sample_size", 1)))


@rule("HannWindow", "HammingWindow", "BlackmanWindow")
def _window(a: Called) -> Result:
    """A window of a signal: its weights are known beforehand."""
    shape = sizes(a.input(0))
    return Computed(shape, None, dtype_of(a.get("output_datatype", 1)))


@rule("MelWeightMatrix")
def _mel(a: Called) -> Result:
    """Weights of bins to frequencies as they are heard, known beforehand: bins × mels."""
    (mels,), (length,) = (sizes(a.input(n)) for n in (0, 1))
    return Computed((length // 2 + 1, mels), None, dtype_of(a.get("output_datatype", 1)))
