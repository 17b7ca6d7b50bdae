"""What people type for a layer, and how the notation writes it.

Names are looked up folded: without capitals, hyphens, underscores, the module before a dot
(``nn.Conv2d``), and the number of axes (``2d``), so that few of them stand here.
"""

# How the notation writes it, as far as it is always the same; an example of what follows; the
# names. What a user typed after the name is kept, where it can be read there.
SAME: tuple[tuple[str, str, str], ...] = (
    ("conv", "3x3 64", "convolution convolutional convolve cnn lazyconv"),
    ("conv 3x3", "64", "conv3x3"),
    ("conv 1x1", "64", "pointwise pointwiseconv pointwiseconvolution pwconv pw conv1x1"),
    ("conv 5x5", "64", "conv5x5"),
    ("conv 7x7", "64", "conv7x7"),
    ("depthwise", "3x3", "depthwiseconv depthwiseconvolution dwconv dw channelwiseconv"),
    (
        "separable",
        "3x3 64",
        (
            "separableconv separableconvolution sepconv depthwiseseparable dsconv "
            "depthwiseseparableconv depthwiseseparableconvolution"
        ),
    ),
    (
        "transposed",
        "2x2/2 64",
        (
            "upconv upconvolution deconv deconvolution deconvolutional convtranspose "
            "convtransposed transposeconv transposedconv transposedconvolution "
            "convolutiontranspose fractionallystridedconv lazyconvtranspose"
        ),
    ),
    (
        "dense",
        "10",
        (
            "fc linear fullyconnected fullyconnectedlayer fullconnection innerproduct ip "
            "gemm connected lazylinear logits"
        ),
    ),
    ("maxpool", "3x3/2", "maxpooling maximumpooling"),
    ("avgpool", "3x3/2", "averagepool averagepooling avgpooling meanpool meanpooling"),
    ("avgpool global", "", "gap globalavgpool globalaveragepool globalaveragepooling globalavg"),
    ("maxpool global", "", "gmp globalmaxpool globalmaxpooling"),
    (
        "norm",
        "",
        (
            "bn batchnorm batchnormalization batchnormalisation spatialbatchnorm "
            "syncbatchnorm syncbn frozenbatchnorm frozenbn lazybatchnorm"
        ),
    ),
    ("norm=layer", "", "ln layernorm layernormalization layernormalisation"),
    ("norm=group:32", "", "gn groupnorm groupnormalization groupnormalisation"),
    (
        "norm=instance",
        "",
        "in instancenorm lazyinstancenorm instancenormalization instancenormalisation",
    ),
    ("norm=rms", "", "rms rmsnorm rmsnormalization rmslayernorm t5norm"),
    (
        "lrn",
        "",
        (
            "localresponsenorm localresponsenormalization localresponsenormalisation "
            "responsenorm crossmaplrn localnorm"
        ),
    ),
    ("dropout", "", "drop spatialdropout alphadropout featurealphadropout gaussiandropout"),
    ("silu", "", "swish"),
    ("hardswish", "", "hswish"),
    ("hardsigmoid", "", "hsigmoid"),
    ("leaky", "", "leakyrelu lrelu leakyrectifier"),
    ("prelu", "", "parametricrelu"),
    ("sigmoid", "", "logistic sigm"),
    ("tanh", "", "hyperbolictangent"),
    ("relu", "", "rectifier rectifiedlinear rectifiedlinearunit"),
    ("softplus", "", "softrelu"),
    ("upsample", "2", "interpolate resize upsampling upsamplenearest upsamplingnearest"),
    ("pixelshuffle", "2", "depth2space depthtospace subpixel periodicshuffle"),
    ("pixelunshuffle", "2", "space2depth spacetodepth reorg"),
    ("shuffle", "groups=2", "channelshuffle shufflechannel shufflechannels"),
    ("pad", "1", "zeropad zeropadding constantpad padlayer"),
    ("crop", "1", "cropping"),
    ("identity", "", "noop nop"),
    (
        "attention",
        "12",
        "multiheadattention multiheadselfattention multihead selfattention selfattn mha mhsa attn",
    ),
    ("lstm", "64", "longshorttermmemory"),
    ("gru", "64", "gatedrecurrentunit"),
    ("rnn", "64", "simplernn elman elmanrnn vanillarnn"),
    (
        "embed",
        "30522 768",
        (
            "embedding embeddings wordembedding wordembeddings tokenembedding tokenembeddings "
            "embedtokens wte"
        ),
    ),
    (
        "position",
        "512",
        (
            "positionembedding positionembeddings positionalembedding positionalembeddings "
            "learnedposition posembed posembedding wpe"
        ),
    ),
    ("transpose", "", "permute swapaxes"),
)

_MIX = "norm=layer > (identity + dense 3072 relu > dense in) > norm=layer"
_FEED = "dense 3072 gelu > dense 768"
_GATED = "(dense 2048 silu * dense 2048) > dense 768"
_BLOCK = f"(identity + attention 12) > {_MIX}"  # of a transformer
_GPT = f"(identity + norm=layer > attention 12 causal) > (identity + norm=layer > {_FEED})"
_LLAMA = (
    "(identity + norm=rms > attention 12 kv=4 causal rotary nobias) > (identity + norm=rms > "
    "(dense 2048 silu nobias * dense 2048 nobias) > dense 768 nobias)"
)
_CROSS = f"(identity + attention 12 from input) > {_MIX}"

# Examples, of which the first word alone is not the answer; the names.
LIKE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("conv 3x3 64 dilation=2",), "atrous atrousconv dilated dilatedconv dilatedconvolution"),
    (
        ("conv 3x3 64 groups=2",),
        "grouped groupconv groupedconv groupconvolution groupedconvolution gconv",
    ),
    (("conv 3x3/2 64",), "stride strides strided stridedconv stride2 s2"),
    (("conv 3x3 64",), "kernel kernelsize filters outchannels channels filter convlayer"),
    (("tokens 16 768",), "patchembed patchembedding patchembeddings patchify patches"),
    (("tokens 16 768 class",), "clstoken classtoken cls"),
    (
        (f"tokens 16 768 class > position > {_BLOCK}",),
        "vit visiontransformer",
    ),
    (("pixelunshuffle 2 > norm=layer > conv 1x1 192 nobias linear",), "patchmerging"),
    (("attention 12 kv=4",), "gqa groupqueryattention groupedqueryattention"),
    (("attention 12 kv=1",), "mqa multiqueryattention"),
    (("attention 12 dot",), "scaleddotproductattention sdpa dotproductattention flashattention"),
    (
        ("attention 12 from input",),
        "cross crossattention multiheadcrossattention encoderdecoderattention",
    ),
    (
        ("attention 12 causal",),
        "causal causalattention causalselfattention maskedattention maskedselfattention",
    ),
    (("attention 1 dot from input",), "luong luongattention"),
    (("attention 12 rotary",), "rope rotary rotaryemb rotaryembedding rotarypositionembedding"),
    (
        ("attention 12 relative",),
        "relative relativeposition relativepositionbias relativeattentionbias relposbias",
    ),
    (
        ("attention 4 window=8 shift=4",),
        "swin windowattention shiftedwindow shiftedwindowattention",
    ),
    (
        ("attention 12 causal window=512", "attention 12 window=512"),
        "localattention slidingwindow slidingwindowattention",
    ),
    (
        (_BLOCK,),
        "transformer transformerencoder transformerencoderlayer transformerblock encoderlayer",
    ),
    (
        (f"(identity + attention 12 causal) > norm=layer > {_CROSS}",),
        "transformerdecoder transformerdecoderlayer decoderlayer",
    ),
    (
        ("dense 30522 nobias", "embed 30522 768 > dense tied=embed"),
        "lmhead unembed unembedding outputembedding",
    ),
    (
        ("(embed 30522 768 + embed 2 768)",),
        "segment segments segmentembedding segmentembeddings tokentype tokentypeembeddings",
    ),
    ((f"embed 30522 768 > position 512 > {_BLOCK}",), "bert"),
    (
        (f"embed 50257 768 > position 1024 > {_GPT}",),
        "gpt gpt2",
    ),
    (
        (_LLAMA,),
        "llama",
    ),
    (("lstm 64 both",), "bilstm"),
    (("gru 64 both",), "bigru"),
    (("rnn 64 both",), "birnn"),
    (("lstm 64 both", "gru 64 both"), "bidirectional"),
    (("lstm 64", "gru 64", "rnn 64"), "recurrent recurrence"),
    (
        ("experts 8 top=2 [dense 64 relu > dense in]",),
        "moe moelayer sparsemoe mixture mixtureofexperts expert router",
    ),
    (("experts 8 top=1 [dense 64 relu > dense in]",), "switch switchtransformer switchlayer"),
    (("conv 3x3 64 norm relu",), "convbnrelu convnormrelu convbnact convbn bnrelu cbr"),
    (("conv 3x3 64 relu",), "activation act nonlinearity activationlayer"),
    (("avgpool to=7x7",), "adaptiveavgpool adaptiveaveragepool adaptiveaveragepooling"),
    (("maxpool to=7x7",), "adaptivemaxpool adaptivemaxpooling"),
    (("maxpool 3x3/2", "avgpool 3x3/2"), "pool pooling subsample subsampling"),
    (("avgpool to=7x7", "maxpool to=7x7"), "adaptivepool adaptivepooling"),
    (("avgpool global", "maxpool global"), "globalpool globalpooling"),
    (
        ("conv 3x3/2 64", "maxpool 3x3/2", "avgpool 3x3/2"),
        "downsample downsampling downscale",
    ),
    (("upsample 2 bilinear",), "upsamplebilinear upsamplingbilinear resizebilinear"),
    (("conv 3x3 64 > pixelshuffle 2",), "subpixelconv subpixelconvolution espcn"),
    (("pixelunshuffle 2 > conv 3x3 64",), "focus"),
    (("crop to=24x24",), "centercrop centrecrop"),
    (
        ("(identity + conv 3x3 in)",),
        (
            "add addition sum plus residual skip shortcut skipconnection residualconnection "
            "eltwise elementwiseadd addv2 skipadd"
        ),
    ),
    (
        ("(identity + conv 3x3 in relu > conv 3x3 in linear) > relu",),
        "resblock residualblock basicblock resnetblock",
    ),
    (
        ("(identity + conv 1x1 64 > conv 3x3 64 > conv 1x1 in linear) > relu",),
        "bottleneck bottleneckblock resnetbottleneck",
    ),
    (
        ("(identity + conv 1x1 144 > depthwise 3x3 > conv 1x1 in linear)",),
        "mbconv invertedresidual invertedbottleneck inverted",
    ),
    (
        ("[conv 1x1 64 | conv 3x3 64]",),
        "concat cat route concatenate concatenation join parallel filterconcat depthconcat",
    ),
    (
        ("[1x1: conv 1x1 64 | 5x5: conv 1x1 16 reduce > conv 5x5 32]",),
        "inception inceptionmodule inceptionblock",
    ),
    (("conv 1x1 16 > [conv 1x1 64 | conv 3x3 64]",), "fire firemodule"),
    (("[identity | conv 3x3 32]",), "denseblock"),
    (("[identity | maxpool 5x5 | maxpool 9x9 | maxpool 13x13]",), "spp spatialpyramidpooling"),
    ((_GATED,), "gatedmlp gatedffn gatedfeedforward swigluffn swiglumlp llamamlp"),
    (
        ("(conv 1x1 64 * conv 1x1 64 sigmoid)",),
        "mul multiply multiplication eltwisemul elementwisemul hadamard gating",
    ),
    (
        ("(identity * avgpool global > dense 16 relu > dense in sigmoid)",),
        (
            "se squeezeexcite squeezeexcitation squeezeandexcitation seblock selayer semodule "
            "channelattention gate"
        ),
    ),
    (("split [identity | conv 1x1 24]",), "chunk channelsplit splitchannels"),
    (("flatten > dense 256 relu > dense 10", _FEED), "mlp multilayerperceptron"),
    ((_FEED,), "ffn feedforward positionwisefeedforward pointwisefeedforward"),
    (("conv 3x3 64 > conv 3x3 64",), "sequential"),
    (("avgpool global > dense 10",), "head classifier"),
    (("3 * conv 3x3 64",), "repeat times"),
    (("28x28x192 > conv 1x1 64",), "input inputlayer data placeholder image inputsize"),
)

# A layer with a kernel behind it that takes none: what has one elsewhere by this name.
WITH_A_KERNEL = {"transpose": "transposed"}
