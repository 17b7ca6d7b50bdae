"""Which kind of operation a layer is: by its word, and where that leaves it open by its nests."""

from collections.abc import Sequence

from ...core import Nest, Row, window_of
from ...core.ops.elementwise import ACTIVATIONS
from ..call import OPERATOR
from ..kinds import kind_of

# The kind of a layer by its word, where that is no name of an operator's.
KIND_OF_WORD = {
    "conv": "convolution",
    "depthwise": "convolution",
    "deform_conv": "deformable convolution",
    "transposed": "transposed convolution",
    "maxpool": "max pool",
    "avgpool": "average pool",
    "lppool": "power-average pool",
    "lrn": "local response norm",
    "embed": "embedding",
    "upsample": "upsampling",
    "pixelshuffle": "pixel shuffle",
    "pixelunshuffle": "pixel unshuffle",
    "shuffle": "channel shuffle",
    "roi_align": "region pool",
    "crop": "slice",
    "tokens": "concatenation",  # of a class token; without one it is a view
    "position": "addition",
    "scale": "multiplication",
    "layerscale": "multiplication",
    "rnn": "RNN",
    "convlstm": "ConvLSTM",
    "leaky": "LeakyReLU",
    "leaky relu": "LeakyReLU",
    "swish": "SiLU",
    "hard_silu": "Hardswish",
    "hard_swish": "Hardswish",
    "hard_sigmoid": "Hardsigmoid",
    "hard_tanh": "Hardtanh",
    "log_sigmoid": "LogSigmoid",
    "exponential": "exponential",
}
# What Python code may as well call as a function of torch.nn.functional, without a module.
FUNCTIONAL = {
    "max pool",
    "average pool",
    "adaptive max pool",
    "adaptive average pool",
    "softmax",
    "log softmax",
    "upsampling",
}
# What can write over what it reads.
IN_PLACE = {"ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "SiLU", "Mish", "Hardswish", "addition"}
IN_PLACE |= {"Hardsigmoid", "multiplication"}
# The classes of torch.nn that a module's is derived from, where there are more than Module.
_BASES = {
    "Conv{}d": ("_ConvNd",),
    "ConvTranspose{}d": ("_ConvTransposeNd", "_ConvNd"),
    "BatchNorm{}d": ("_BatchNorm", "_NormBase"),
    "InstanceNorm{}d": ("_InstanceNorm", "_NormBase"),
    "MaxPool{}d": ("_MaxPoolNd",),
    "AvgPool{}d": ("_AvgPoolNd",),
    "AdaptiveMaxPool{}d": ("_AdaptiveMaxPoolNd",),
    "AdaptiveAvgPool{}d": ("_AdaptiveAvgPoolNd",),
    "LPPool{}d": ("_LPPoolNd",),
    "MaxUnpool{}d": ("_MaxUnpoolNd",),
    "ZeroPad{}d": ("ConstantPad{}d", "_ConstantPadNd"),
    "Dropout": ("_DropoutNd",),
    "ReLU6": ("Hardtanh",),
    "LSTM": ("RNNBase",),
    "GRU": ("RNNBase",),
    "RNN": ("RNNBase",),
}
_UNSAID = {"identity", "parameter"}  # a shortcut, and what is read of it: nobody calls them


def kind_of_word(word: str) -> str:
    """The kind that a word stands for: as the table has it, or the operator of that name.

    >>> kind_of_word("depthwise"), kind_of_word("softmax"), kind_of_word("leaky_relu")
    ('convolution', 'softmax', 'LeakyReLU')
    """
    return KIND_OF_WORD.get(word) or kind_of(OPERATOR, word.replace(" ", "_"))


FUNCTIONAL |= {kind_of_word(word) for word in ACTIVATIONS}


def bases_of(module: str, axes: str) -> tuple[str, ...]:
    """The classes that a module's is one of, by the pattern of its name and the axes of its grid.

    >>> bases_of("ConvTranspose{}d", "2")
    ('ConvTranspose2d', '_ConvTransposeNd', '_ConvNd', 'Module')
    """
    classes = (module, *_BASES.get(module, ()), "Module")
    return tuple(name.replace("{}", axes) for name in classes)


def kind_of_layer(row: Row) -> str:
    """The kind of a layer that is one operation; empty where nothing is called for it."""
    op, nests = row.node.op, row.work.nests
    word = op.word
    kind = kind_of_word(word)
    if word in _UNSAID or (word == "tokens" and not nests):
        return ""
    if word == "norm":
        return kind_of_norm(nests)
    if kind in ("max pool", "average pool") and window_of(op) is None:
        return f"adaptive {kind}"
    if kind == "mean" and row.node.call == "module" and _over_grid(row):
        return "adaptive average pool"
    return kind


def _over_grid(row: Row) -> bool:
    """Whether one number is left of each channel's grid."""
    nest = next((nest for nest in row.work.nests if nest.form.reduction), None)
    if nest is None or not row.inputs or len(row.inputs[0]) < 4:
        return False
    every, left = nest.form.reads[0].axes, nest.form.result.axes
    return len(left) == 2 and left[0] == every[0] and left[1] in (every[1], every[-1])


def kind_of_norm(nests: Sequence[Nest]) -> str:
    """Which norm it is, by what its nests average over, and what is held.

    One that holds a mean and a variance is a batch norm. Of others the axes say it that are left
    when the squares are summed up: groups, channels, or all that come before the last ones.
    """
    held = {read.name[0] for nest in nests for read in nest.form.reads if read.is_parameter}
    if held & {"M", "V"}:
        return "batch norm"
    squares = [nest for nest in nests if nest.form.result.name[0] == "v" and nest.form.reduction]
    if not squares:
        summed = any(nest.form.reduction for nest in nests)
        return "normalization" if summed else "standardization"
    form, sizes = squares[0].form, squares[0].sizes
    left, axes = form.result.axes, form.reads[0].axes
    if "g" in left and "c" in axes:
        return "instance norm" if sizes["c"] == 1 else "group norm"
    if "k" in left and "..." not in axes:
        return "batch norm" if "b" in axes and "b" not in left else "instance norm"
    centred = any(nest.form.result.name[0] == "m" for nest in nests)
    return "layer norm" if centred else "RMS norm"
