"""What does nothing at inference, scales or resizes an image; what looks up words is unknown."""

from .....core.ops import tensors as ops
from .....errors import FlopcountError
from .....sizes import is_open
from ....models.operands import Operand, number
from ..config import plain
from .reshaping import resized
from .table import Call, layer

# Active in training alone, or not at all.
_NOTHING = """
Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout GaussianNoise
AlphaDropout ActivityRegularization Identity StochasticDepth
RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomShear
RandomHue RandomSaturation RandomSharpness RandomPosterization RandomInvert RandomGrayscale
RandomGaussianBlur RandomPerspective RandomErasing RandomElasticTransform RandomColorJitter
RandomColorDegeneration RandomApply RandomChoice RandAugment AugMix CutMix MixUp
"""


@layer(*_NOTHING.split())
def _nothing(call: Call) -> Operand:
    return call.tensor(0, "inputs", "images", "data")


@layer("Masking")
def _masking(call: Call) -> Operand:
    """Tokens of which each number is the masked one become 0."""
    x = call.x
    value = number(call.layer.number("mask_value", 0.0))
    other = call.add(ops.Elementwise("not equal", (f"y = x != {value}",)), x)
    mask = call.add(ops.Reduction("any", "max", (-1,), keep=True), other)
    return call.add(ops.Elementwise("multiply", ("y = x * x1",)), x, mask)


@layer("Rescaling")
def _rescaling(call: Call) -> Operand:
    """X · scale + offset, each one number or one a channel."""
    one, x = call.layer, call.x
    scale, offset = plain(one.get("scale")), plain(one.get("offset", 0.0))
    if isinstance(scale, int | float) and isinstance(offset, int | float):
        text = f"y = x * {number(scale)} + {number(offset)}"
        return call.add(ops.Elementwise("scale", (text,)), x)
    many = tuple(len(n) for n in (scale, offset) if isinstance(n, list | tuple))
    if not many:
        raise FlopcountError("scale and offset: expected numbers")
    spread: tuple[tuple[int, ...] | None, ...] = (None, *[(n,) for n in many])
    names = iter(f"x{place}" for place in range(1, len(many) + 1))
    sides = [next(names) if isinstance(n, list | tuple) else number(n) for n in (scale, offset)]
    op = ops.Elementwise("scale", (f"y = x * {sides[0]} + {sides[1]}",), spread)
    return call.add(op, x, *[Operand((n,)) for n in many])


def _grid(call: Call) -> tuple[Operand, int]:
    """What is resized, and on which axis its grid begins: an image, or a batch of them."""
    x = call.tensor(0, "inputs", "images", "data")
    if len(x.shape) not in (3, 4):
        raise FlopcountError(f"it reads an image, and here are {len(x.shape)} axes")
    return x, len(x.shape) - (2 if call.is_first else 3)


@layer("Resizing")
def _resizing(call: Call) -> Operand:
    one = call.layer
    x, first = _grid(call)
    to = (one.whole("height"), one.whole("width"))
    before, behind = x.shape[:first], x.shape[first + 2 :]
    if x.shape[first : first + 2] == to:
        return x
    if any(one.flag(name, default=False) for name in ("crop_to_aspect_ratio", "antialias")) or (
        one.flag("pad_to_aspect_ratio", default=False)
    ):
        return call.add(ops.Unknown("resize", ((*before, *to, *behind),)), x)
    return resized(call, x, to, one.text("interpolation", "bilinear"))


@layer("CenterCrop", "RandomCrop")
def _center_crop(call: Call) -> Operand:
    """The middle of an image; of one that is smaller, what it is resized to."""
    one = call.layer
    x, first = _grid(call)
    to = (one.whole("height"), one.whole("width"))
    grid, shape = x.shape[first : first + 2], (*x.shape[:first], *to, *x.shape[first + 2 :])
    if any(map(is_open, grid)) or all(n >= m for n, m in zip(grid, to, strict=True)):
        return call.view(x, shape)
    return call.add(ops.Unknown("resize", (shape,)), x)


@layer("StringLookup", "IntegerLookup", "Hashing", "Discretization", "HashedCrossing")
def _looked_up(call: Call) -> Operand:
    """Whole numbers for words: how that is found, nobody prices."""
    one, x = call.layer, call.tensors()[0]
    shape = x.shape
    if one.text("output_mode", "int") != "int":
        many = one.get("vocabulary_size") or one.get("num_bins") or one.get("max_tokens")
        if not isinstance(many, int):
            raise FlopcountError("how many words there are is not in the config")
        shape = (*shape[:-1], many) if len(shape) > 1 else (*shape, many)
    return call.add(ops.Unknown(one.kind, (shape,)), x)


@layer("CategoryEncoding")
def _category(call: Call) -> Operand:
    one, x = call.layer, call.x
    many = one.whole("num_tokens")
    shape = (*x.shape, many)
    if one.text("output_mode", "multi_hot") != "one_hot" or x.shape[-1:] == (1,):
        shape = (*x.shape[:-1], many)
    return call.add(ops.Unknown(one.kind, (shape,)), x)
