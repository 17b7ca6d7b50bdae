"""What people type for a layer that flopcount does not count yet.

Folded as in `synonyms`.
"""

# What stands in "flopcount does not count … yet"; the names.
NOT_COUNTED: tuple[tuple[str, str], ...] = (
    ("additive attention", "additiveattention bahdanau bahdanauattention"),
    ("linear attention", "linearattention linformer performer"),
    ("latent attention", "mla multiheadlatentattention latentattention"),
    (
        "sparse attention",
        "sparseattention globalattention longformer bigbird blocksparseattention reformer",
    ),
    (
        "attention over channels or places, as a layer of its own,",
        "splitattention nonlocal cbam spatialattention",
    ),
    ("convolutions in a recurrence", "convlstm convgru crnn"),
    ("peepholes", "peephole peepholes peepholelstm lstmpeephole"),
    (
        "cells of a recurrence by themselves",
        "lstmcell grucell simplernncell rnncell stackedrnncells rnnbase",
    ),
    (
        "this kind of recurrence",
        "sru qrnn indrnn minlstm mingru xlstm mlstm slstm rhn clockworkrnn",
    ),
    (
        "preparation of text",
        (
            "onehot onehotencoding stringlookup integerlookup hashing categoryencoding "
            "textvectorization"
        ),
    ),
    ("sums of embeddings", "embeddingbag"),
    ("positions that are not learned", "positionalencoding positionencoding sinusoidal"),
    ("ALiBi", "alibi"),
    ("beam search", "beamsearch beam"),
    ("this kind of layer over tokens", "hyena retention rwkv retnet"),
    ("state-space layers", "mamba mamba2 ssm s4 s4d statespace"),
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
            "squeeze reshape view rearrange squeezedim unsqueeze expand "
            "expanddims tile unfold fold im2col unflatten stack roll repeatvector "
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
    ("layers over time", "timedistributed timestep"),
    (
        "masks other than causal and window=",
        "masking mask paddingmask keypaddingmask attnmask attentionmask",
    ),
    ("layers in code", "lambda function layer"),
)
