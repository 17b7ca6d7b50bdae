"""What people type for a word or a setting of a layer, and how the notation writes it.

Names are folded as in `synonyms`, where those stand that are layers too.
"""

# What is meant by the words that stand after a layer, besides those that are layers too.
WORDS: tuple[tuple[str, str], ...] = (
    ("nonorm", "nobn nobatchnorm nonormalization withoutnorm"),
    ("nobias", "withoutbias biasfree biasless"),
    ("norm", "batch"),
    ("bias", "withbias usebias"),
    ("linear", "noact noactivation norelu none"),
    ("valid", "nopad nopadding unpadded validpadding paddingvalid"),
    ("same", "samepad samepadding paddingsame padded autopad"),
    ("ceil", "ceilmode"),
    ("floor", "floormode"),
    ("reduce", "reduction"),
    ("bilinear", "trilinear"),  # of a volume
    ("dilation=2", "dilated atrous"),
    ("groups=2", "grouped"),
    ("causal", "iscausal causalmask usecausalmask masked"),
    ("rotary", "rope rotaryemb"),
    ("relative", "relativepositionbias relativeattentionbias relposbias"),
    ("both", "bidirectional"),
    ("back", "backward backwards gobackwards reverse reversed"),
    ("class", "cls clstoken classtoken"),
    ("tied=embed", "tied tieweights tieembeddings tiewordembeddings weighttying"),
)

# Settings that the notation writes without a name, in any layer that takes them.
UNNAMED: tuple[tuple[str, str], ...] = (
    ("3x3/2", "stride strides strided stride2 s2"),
    ("3x3", "kernel kernelsize"),
    (
        "64",
        (
            "filters outchannels channels units outfeatures hiddensize hiddendim dmodel embeddim "
            "embeddingdim"
        ),
    ),
    ("12", "heads numheads nheads nhead numattentionheads"),
    ("16", "patch patchsize"),
    ("30522", "vocab vocabsize vocabulary numembeddings"),
    ("8", "numexperts numlocalexperts"),
    ("relu", "activation act nonlinearity"),
)

# Settings by another name: ``padding=1`` is ``pad=1``.
SETTINGS = {
    "padding": "pad",
    "rate": "dilation",
    "dilationrate": "dilation",
    "dilate": "dilation",
    "group": "groups",
    "depthmultiplier": "multiplier",
    "channelmultiplier": "multiplier",
    "outputsize": "to",
    "outputpadding": "outpad",
    **dict.fromkeys(("kvheads", "numkvheads", "numkeyvalueheads", "nkv", "nkvheads"), "kv"),
    **dict.fromkeys(("keydim", "headsize", "dhead"), "headdim"),
    **dict.fromkeys(("slidingwindow", "windowsize"), "window"),
    "shiftsize": "shift",
    **dict.fromkeys(("layer", "numlayers", "nlayers"), "layers"),
    **dict.fromkeys(("projsize", "projectionsize", "proj"), "projection"),
    **dict.fromkeys(("topk", "numexpertspertok"), "top"),
}

# What changes no count, or is so where nothing is said, whatever its value.
LEFT_OUT = (
    "self batchfirst timemajor stateful returnstate unroll usecudnn recurrentdropout "
    "attentiondropout attndropout dropoutp dropoutrate paddingidx maskzero maxnorm "
    "scalegradbyfreq eps epsilon momentum inplace trainable name dtype"
)
# What is so where nothing is said: a word, or the name of a setting and its value.
SAID_BY_NOTHING = frozenset({"noncausal", "returnsequences", "returnsequences=true"})
OF_A_PAST = ("past", "cache", "kvcache", "usecache", "pastkeyvalues")

# Settings that are a word of their own with this value.
MEANT = {"resetafter=true": "bias=2", "resetafter=false": "bias=1"}
OFF = ("causal", "both", "back", "rotary", "relative", "class", "qknorm")  # unless they are said
