"""What each kind of operation is called at each level: its module, its function, its operators."""

from collections.abc import Mapping
from typing import NamedTuple

from .moving import DUNDERS, moves

__all__ = ["KINDS", "Names", "kind_of", "known_names", "moves"]


class Names(NamedTuple):
    """The names of a kind, those that count as one: ``{}`` stands for the axes, 1 to 3.

    The first of each is what a layer of this kind is taken to be where nothing says it. A function
    is also known by the name of its operator: ``torch.add``, ``Tensor.add_``, ``Tensor.__iadd__``.
    """

    module: tuple[str, ...] = ()
    function: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    dispatched: tuple[str, ...] = ()


def _names(module: str = "", function: str = "", operator: str = "", dispatched: str = "") -> Names:
    return Names(*(tuple(text.split()) for text in (module, function, operator, dispatched)))


KINDS = {
    # products
    "convolution": _names(
        "Conv{}d", "F.conv{}d", "conv{}d _convolution convolution", "convolution mkldnn_convolution"
    ),
    "transposed convolution": _names(
        "ConvTranspose{}d", "F.conv_transpose{}d", "conv_transpose{}d", "convolution"
    ),
    "deformable convolution": _names(
        "DeformConv2d", "", "torchvision.deform_conv2d", "torchvision.deform_conv2d"
    ),
    "dense": _names(
        "Linear NonDynamicallyQuantizableLinear", "F.linear", "linear addmm", "addmm mm"
    ),
    "bilinear": _names("Bilinear", "F.bilinear", "bilinear", "_trilinear"),
    "matrix product": _names(
        "",
        "Tensor.__matmul__ torch.matmul Tensor.matmul torch.bmm torch.mm Tensor.__rmatmul__",
        "matmul bmm mm baddbmm addbmm mv addmv dot vdot inner _grouped_mm chain_matmul tensordot",
        "bmm mm mv dot",
    ),
    "einsum": _names("", "torch.einsum", "einsum", "bmm"),
    "distance": _names("PairwiseDistance", "F.pairwise_distance torch.cdist", "cdist"),
    # attention, recurrence, lookup
    "attention": _names("MultiheadAttention", "F.multi_head_attention_forward"),
    "scaled dot-product attention": _names(
        "",
        "F.scaled_dot_product_attention",
        "scaled_dot_product_attention",
        "_scaled_dot_product_flash_attention_for_cpu",
    ),
    "LSTM": _names("LSTM LSTMCell", "torch.lstm", "lstm lstm_cell", "mkldnn_rnn_layer"),
    "GRU": _names("GRU GRUCell", "torch.gru", "gru gru_cell"),
    "RNN": _names(
        "RNN RNNCell",
        "torch.rnn_tanh torch.rnn_relu",
        "rnn_tanh rnn_relu rnn_tanh_cell rnn_relu_cell",
    ),
    "embedding": _names(
        "Embedding EmbeddingBag",
        "F.embedding F.embedding_bag",
        "embedding embedding_bag",
        "embedding _embedding_bag",
    ),
    # norms
    "batch norm": _names(
        "BatchNorm{}d SyncBatchNorm",
        "F.batch_norm",
        "batch_norm",
        "native_batch_norm _native_batch_norm_legit_no_training",
    ),
    "layer norm": _names("LayerNorm", "F.layer_norm", "layer_norm", "native_layer_norm"),
    "group norm": _names("GroupNorm", "F.group_norm", "group_norm", "native_group_norm"),
    "instance norm": _names(
        "InstanceNorm{}d", "F.instance_norm", "instance_norm", "native_batch_norm"
    ),
    "RMS norm": _names("RMSNorm", "F.rms_norm", "rms_norm", "_fused_rms_norm"),
    "local response norm": _names("LocalResponseNorm CrossMapLRN2d", "F.local_response_norm"),
    "normalization": _names("", "F.normalize"),
    # pools and resampling
    "max pool": _names(
        "MaxPool{}d",
        "F.max_pool{}d F.max_pool{}d_with_indices",
        "max_pool{}d max_pool{}d_with_indices",
        "max_pool{}d_with_indices",
    ),
    "average pool": _names("AvgPool{}d", "F.avg_pool{}d", "avg_pool{}d", "avg_pool{}d"),
    "adaptive average pool": _names(
        "AdaptiveAvgPool{}d",
        "F.adaptive_avg_pool{}d",
        "adaptive_avg_pool{}d",
        "_adaptive_avg_pool{}d mean",
    ),
    "adaptive max pool": _names(
        "AdaptiveMaxPool{}d",
        "F.adaptive_max_pool{}d F.adaptive_max_pool{}d_with_indices",
        "adaptive_max_pool{}d",
        "adaptive_max_pool{}d",
    ),
    "power-average pool": _names("LPPool{}d", "F.lp_pool{}d"),
    "fractional max pool": _names(
        "FractionalMaxPool2d FractionalMaxPool3d",
        "F.fractional_max_pool2d F.fractional_max_pool3d",
        "fractional_max_pool2d fractional_max_pool3d",
    ),
    "max unpool": _names("MaxUnpool{}d", "F.max_unpool{}d", "max_unpool2d max_unpool3d"),
    "upsampling": _names(
        "Upsample UpsamplingNearest2d UpsamplingBilinear2d",
        "F.interpolate F.upsample F.upsample_nearest F.upsample_bilinear",
        "upsample_nearest{}d _upsample_nearest_exact{}d upsample_linear{}d upsample_bilinear{}d "
        "upsample_trilinear{}d upsample_bicubic{}d _upsample_bilinear{}d_aa "
        "_upsample_bicubic{}d_aa",
        "upsample_nearest{}d upsample_bilinear{}d upsample_bicubic{}d",
    ),
    "grid sample": _names("", "F.grid_sample", "grid_sampler", "grid_sampler_2d grid_sampler_3d"),
    "affine grid": _names("", "F.affine_grid", "affine_grid_generator", "affine_grid_generator"),
    # activations
    "ReLU": _names("ReLU", "F.relu", "relu", "relu"),
    "ReLU6": _names("ReLU6", "F.relu6", "relu6 hardtanh", "hardtanh"),
    "LeakyReLU": _names("LeakyReLU", "F.leaky_relu", "leaky_relu", "leaky_relu"),
    "PReLU": _names("PReLU", "F.prelu", "prelu", "_prelu_kernel"),
    "RReLU": _names("RReLU", "F.rrelu", "rrelu rrelu_with_noise"),
    "ELU": _names("ELU", "F.elu", "elu", "elu"),
    "SELU": _names("SELU", "F.selu", "selu", "elu"),
    "CELU": _names("CELU", "F.celu", "celu", "elu"),
    "GELU": _names("GELU", "F.gelu", "gelu", "gelu"),
    "SiLU": _names("SiLU", "F.silu", "silu", "silu"),
    "Mish": _names("Mish", "F.mish", "mish", "mish"),
    "Sigmoid": _names("Sigmoid", "F.sigmoid torch.sigmoid", "sigmoid special_expit", "sigmoid"),
    "LogSigmoid": _names("LogSigmoid", "F.logsigmoid", "log_sigmoid", "log_sigmoid_forward"),
    "Tanh": _names("Tanh", "F.tanh torch.tanh", "tanh", "tanh"),
    "Softplus": _names("Softplus", "F.softplus", "softplus", "softplus"),
    "Softsign": _names("Softsign", "F.softsign"),
    "Tanhshrink": _names("Tanhshrink", "F.tanhshrink"),
    "Hardswish": _names("Hardswish", "F.hardswish", "hardswish", "hardswish"),
    "Hardsigmoid": _names("Hardsigmoid", "F.hardsigmoid", "hardsigmoid", "hardsigmoid"),
    "Hardtanh": _names("Hardtanh", "F.hardtanh"),
    "Hardshrink": _names("Hardshrink", "F.hardshrink", "hardshrink", "hardshrink"),
    "Softshrink": _names("Softshrink", "F.softshrink", "softshrink", "softshrink"),
    "Threshold": _names("Threshold", "F.threshold", "threshold", "threshold"),
    "GLU": _names("GLU", "F.glu", "glu", "glu"),
    "softmax": _names("Softmax Softmax2d", "F.softmax", "softmax _safe_softmax", "_softmax"),
    "softmin": _names("Softmin", "F.softmin", "softmin"),
    "log softmax": _names("LogSoftmax", "F.log_softmax", "log_softmax", "_log_softmax"),
    # elementwise
    "addition": _names("", "Tensor.__add__ torch.add", "add", "add"),
    "subtraction": _names("", "Tensor.__sub__ torch.sub", "sub rsub subtract", "sub rsub"),
    "multiplication": _names("", "Tensor.__mul__ torch.mul", "mul multiply", "mul"),
    "division": _names("", "Tensor.__truediv__ torch.div", "div divide true_divide", "div"),
    "multiply and add": _names("", "torch.addcmul", "addcmul", "addcmul"),
    "divide and add": _names("", "torch.addcdiv", "addcdiv", "addcdiv"),
    "interpolation": _names("", "torch.lerp", "lerp", "lerp"),
    "power": _names("", "Tensor.__pow__ torch.pow", "pow float_power", "pow"),
    "square": _names("", "torch.square", "square", "pow"),
    "square root": _names("", "torch.sqrt", "sqrt", "sqrt"),
    "inverse square root": _names("", "torch.rsqrt", "rsqrt", "rsqrt"),
    "reciprocal": _names("", "torch.reciprocal", "reciprocal", "reciprocal"),
    "exponential": _names("", "torch.exp", "exp expm1 exp2", "exp"),
    "logarithm": _names("", "torch.log", "log log1p log2 log10", "log"),
    "sine": _names("", "torch.sin", "sin", "sin"),
    "cosine": _names("", "torch.cos", "cos", "cos"),
    "error function": _names("", "torch.erf", "erf special_erf", "erf"),
    "negation": _names("", "Tensor.__neg__ torch.neg", "neg negative", "neg"),
    "absolute value": _names("", "torch.abs", "abs absolute", "abs"),
    "clamp": _names("", "torch.clamp", "clamp clamp_min clamp_max clip", "clamp"),
    "maximum": _names("", "torch.maximum", "maximum", "maximum"),
    "minimum": _names("", "torch.minimum", "minimum", "minimum"),
    # sums over axes
    "sum": _names("", "torch.sum", "sum", "sum"),
    "mean": _names("", "torch.mean", "mean", "mean"),
    "product": _names("", "torch.prod", "prod", "prod"),
    "variance": _names("", "torch.var", "var var_mean std std_mean", "var"),
    "norm": _names("", "torch.norm", "norm linalg_norm linalg_vector_norm frobenius_norm"),
    "running sum": _names("", "torch.cumsum", "cumsum cumprod logcumsumexp", "cumsum"),
    "sum of exponentials": _names("", "torch.logsumexp", "logsumexp", "logsumexp"),
    "largest": _names("", "torch.max torch.amax", "max amax argmax topk", "max amax"),
    "smallest": _names("", "torch.min torch.amin", "min amin argmin", "min amin"),
    "cosine similarity": _names("CosineSimilarity", "F.cosine_similarity", "cosine_similarity"),
    # of regions
    "region pool": _names(
        "RoIAlign RoIPool PSRoIAlign PSRoIPool MultiScaleRoIAlign",
        "",
        "torchvision.roi_align torchvision.roi_pool torchvision.ps_roi_align",
    ),
    "non-maximum suppression": _names("", "", "torchvision.nms"),
    # what only moves
    "dropout": _names(
        "Dropout Dropout{}d AlphaDropout FeatureAlphaDropout",
        "F.dropout F.dropout{}d F.alpha_dropout F.feature_alpha_dropout",
        "dropout feature_dropout alpha_dropout feature_alpha_dropout native_dropout",
    ),
    "flatten": _names("Flatten", "torch.flatten", "flatten", "view"),
    "unflatten": _names("Unflatten", "torch.unflatten", "unflatten", "view"),
    "padding": _names(
        "ZeroPad{}d ConstantPad{}d ReflectionPad{}d ReplicationPad{}d CircularPad{}d",
        "F.pad",
        "pad constant_pad_nd reflection_pad{}d replication_pad{}d",
        "constant_pad_nd",
    ),
    "concatenation": _names("", "torch.cat", "cat concat concatenate", "cat"),
    "stack": _names("", "torch.stack", "stack hstack vstack dstack", "stack"),
    "split": _names("", "torch.split", "split chunk split_with_sizes tensor_split", "split"),
    "slice": _names("", "Tensor.__getitem__", "slice narrow select index", "slice"),
    "transpose": _names("", "Tensor.transpose", "transpose permute t movedim swapaxes", "permute"),
    "reshape": _names("", "Tensor.reshape", "reshape view view_as reshape_as", "view"),
    "pixel shuffle": _names("PixelShuffle", "F.pixel_shuffle", "pixel_shuffle"),
    "pixel unshuffle": _names("PixelUnshuffle", "F.pixel_unshuffle", "pixel_unshuffle"),
    "channel shuffle": _names("ChannelShuffle", "F.channel_shuffle", "channel_shuffle"),
    "unfold": _names("Unfold", "F.unfold", "im2col", "im2col"),
    "fold": _names("Fold", "F.fold", "col2im", "col2im"),
    "identity": _names("Identity"),
}


def _expanded(name: str) -> list[str]:
    return [name.replace("{}", str(axes)) for axes in (1, 2, 3)] if "{}" in name else [name]


def _index(level: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, names in KINDS.items():
        for pattern in getattr(names, level):
            for name in _expanded(pattern):
                found.setdefault(name, kind)
    return found


_BY = {level: _index(level) for level in Names._fields}


def known_names(level: str) -> Mapping[str, str]:
    """The names of all kinds at a level, and the kind of each."""
    return _BY[level]


def kind_of(level: str, name: str) -> str:
    """The kind of a call by its name at a level; its name where it is of no kind that is known.

    >>> kind_of("module", "BatchNorm2d"), kind_of("operator", "relu_")
    ('batch norm', 'ReLU')
    >>> kind_of("function", "Tensor.add_"), kind_of("function", "torch.q")
    ('addition', 'torch.q')
    """
    known = _BY[level].get(name)
    if known is not None or level == "module":
        return known or name
    plain = name.rpartition(".")[2] if level == "function" else name
    plain = DUNDERS.get(plain, plain)
    plain = plain if plain in _BY["operator"] else plain.rstrip("_")
    return _BY[level].get(plain) or _BY["operator"].get(plain) or name
