"""What people type for a layer that flopcount does not count yet.

Folded as in `synonyms`. Where a name stands there too, what follows it tells which is meant:
``transpose 2x2/2 64`` is a transposed convolution.
"""

# What stands in "flopcount does not count … yet"; the names.
NOT_COUNTED: tuple[tuple[str, str], ...] = (
    (
        "attention",
        (
            "groupqueryattention splitattention attention selfattention multiheadattention "
            "multiheadselfattention mha mhsa attn scaleddotproductattention sdpa crossattention "
            "additiveattention flashattention windowattention linearattention "
            "groupedqueryattention gqa mqa nonlocal cbam spatialattention multiheadcrossattention"
        ),
    ),
    ("LSTM layers", "lstm bilstm lstmcell convlstm"),
    ("GRU layers", "gru bigru grucell convgru"),
    (
        "recurrent layers",
        (
            "rnnbase simplernncell stackedrnncells rnn simplernn rnncell birnn bidirectional "
            "recurrent elman"
        ),
    ),
    (
        "embeddings",
        (
            "stringlookup integerlookup hashing categoryencoding textvectorization embedding "
            "embeddings embed embeddingbag wordembedding tokenembedding lookup"
        ),
    ),
    (
        "position embeddings",
        (
            "position positionembedding positionalembedding positionalencoding positionencoding "
            "posembed rope rotary rotaryembedding alibi"
        ),
    ),
    (
        "transformer layers",
        (
            "transformer transformerencoder transformerdecoder transformerencoderlayer "
            "transformerdecoderlayer transformerblock vit swin patchmerging"
        ),
    ),
    ("mixtures of experts", "moe experts expert mixtureofexperts router"),
    ("state-space layers", "mamba ssm s4"),
    (
        "deformable convolutions",
        ("deformable deformconv deformableconv dcn dcnv2 deformableconvolution"),
    ),
    (
        "this kind of convolution",
        (
            "condconv dynamicconv involution octconv partialconv coordconv graphconv gcn gat "
            "locallyconnected ghostconv maskedconv sparseconv"
        ),
    ),
    ("bilinear layers", "bilinear bilinearlayer"),
    ("capsules", "capsule capsules caps capsnet primarycaps digitcaps"),
    (
        "Fourier transforms",
        (
            "dft stft spectrogram melspectrogram stftspectrogram fft rfft ifft dct fourier "
            "spectralconv"
        ),
    ),
    ("matrix products of two inputs", "einsumdense matmul mm bmm dot einsum batchdot tensordot"),
    ("grid sampling", "gridsample gridsampler affinegrid stn spatialtransformer warp"),
    (
        "regions of interest",
        ("roi roialign roipool roipooling psroipool psroialign regionproposal rpn proposal"),
    ),
    (
        "the decoding of detections",
        ("nms nonmaxsuppression yolo detection detectionoutput priorbox anchors region"),
    ),
    ("this interpolation", "bicubic cubic lanczos"),
    ("unpooling", "maxunpool maxunpooling unpool unpooling"),
    (
        "this kind of pooling",
        (
            "lppool globallppool l2pool fractionalmaxpool stochasticpool stochasticpooling "
            "minpool minpooling sumpool sumpooling softpool attentionpool blurpool mixedpool "
            "netvlad"
        ),
    ),
    (
        "this activation",
        (
            "celu crelu rrelu srelu frelu softsign softshrink hardshrink tanhshrink logsigmoid "
            "hardtanh threshold thresholdedrelu maxout squareplus snake sine sin siren logsoftmax "
            "softmin sparsemax gumbelsoftmax gumbel acon stanh"
        ),
    ),
    (
        "this normalization",
        (
            "spectralnormalization l2norm l2normalize normalize normalise normalization "
            "normalisation unitnorm unitnormalization weightnorm spectralnorm frn evonorm "
            "filterresponsenorm weightstandardization switchablenorm grn globalresponsenorm"
        ),
    ),
    (
        "this elementwise operation",
        (
            "max maximum min minimum average mean sub subtract div divide sqrt exp log pow power "
            "abs clip clamp neg rsqrt square reducemean reducesum cosinesimilarity "
            "pairwisedistance"
        ),
    ),
    (
        "changes of shape such as this",
        (
            "squeeze reshape view permute transpose rearrange squeezedim unsqueeze expand "
            "expanddims tile unfold fold im2col unflatten stack roll repeatvector swapaxes "
            "movedim slice narrow gather index topk argmax sort where cast shift temporalshift"
        ),
    ),
    ("this padding", "reflection reflectionpad replicationpad circularpad reflectpad symmetricpad"),
    ("stochastic depth", "droppath stochasticdepth dropconnect dropblock"),
    ("noise", "noise gaussiannoise"),
    ("quantization", "quantize dequantize fakequantize quant dequant quantstub"),
    (
        "losses",
        (
            "bceloss bcewithlogitsloss ctcloss huberloss kldivloss l1loss smoothl1loss hingeloss "
            "euclideanloss contrastiveloss tripletmarginloss multinomiallogisticloss infogainloss "
            "focalloss diceloss softmarginloss loss crossentropy crossentropyloss softmaxwithloss "
            "mse mseloss accuracy nllloss"
        ),
    ),
    (
        "preprocessing",
        (
            "resizing randombrightness randomcontrast randomrotation randomzoom randaugment mixup "
            "cutmix cutout autocontrast rescaling rescale randomflip randomcrop augmentation"
        ),
    ),
    ("layers over time", "timedistributed masking mask timestep"),
    ("layers in code", "lambda function"),
)
