"""A spec for each kind of layer: the cases that every layer is tried on."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flopcount.core.ops.elementwise import ACTIVATIONS, GATES
from flopcount.core.ops.norm import NORMS


class Case(NamedTuple):
    """A spec, the least height and width of an image that it takes, and what its input has.

    `axes` are those of the input: of an image H, W and C, of tokens H and C, of words H alone.
    """

    spec: str
    least: int = 1
    axes: str = "HWC"

    def shape(self, sizes: Mapping[str, Any]) -> tuple[Any, ...]:
        """The shape of the input, where its axes have these sizes."""
        return tuple(sizes[axis] for axis in self.axes)


# A new kind of layer is one row here. K is a free width; C and K are sampled as multiples of 12.
CASES = [
    Case("conv 1x1 64"),
    Case("conv 1x1 K reduce"),
    Case("conv 5x5 K"),
    Case("conv 7x7/2 64"),
    Case("conv 2x4/3x2 K nobias"),
    Case("conv 3x3 K dilation=2"),
    Case("conv 3x3 K groups=4 norm"),
    Case("conv 3x3/2 K valid nobias norm=shift relu6", 3),
    Case("conv 3x3 K valid dilation=3x1", 7),
    Case("conv 3x3/3 K pad=1"),
    Case("conv 4x3/2 K pad=0x2 linear", 4),
    Case("depthwise 3x3"),
    Case("depthwise 5x3/2 multiplier=3 norm nobias", 1),
    Case("depthwise 3x3 valid dilation=2", 5),
    Case("transposed 3x3 K"),
    Case("transposed 4x4/2 K pad=1 groups=4 norm=layer"),
    Case("transposed 3x2/3x1 24 pad=1x0 outpad=2x0 dilation=1x2", 1),
    Case("transposed 5x5/2 K same nobias"),
    Case("upsample 2"),
    Case("upsample 3x2 bilinear"),
    Case("upsample to=80x90 bilinear"),
    Case("pixelshuffle 2"),
    Case("(conv 2x2/2 24 valid > upsample 2) > pixelunshuffle 2", 2),
    Case("pad 1"),
    Case("pad before=1x0 after=2"),
    Case("crop 1", 3),
    Case("crop before=0 after=1x0", 2),
    Case("crop to=1"),
    Case("shuffle groups=3"),
    Case("split [identity | conv 3x3 24 | maxpool 3x3]"),
    Case("split (identity * sigmoid)"),
    Case("(identity * avgpool global > dense 8 relu > dense in sigmoid)"),
    Case("(conv 1x1 K * conv 1x1 1 sigmoid)"),
    *(Case(word) for word in GATES),
    *(Case(f"norm={kind}") for kind in ("layer", "group:4:scale", "instance", "rms")),
    Case("conv 3x3 K norm=group:6 prelu"),
    Case("separable 3x3 K"),
    Case("separable 7x7/2 64 multiplier=8 norm=scale"),
    Case("flatten > dense 1000"),
    Case("flatten > dense K nobias relu norm"),
    Case("avgpool global > dense K"),
    Case("maxpool 3x3/2"),
    Case("maxpool 3x3/2 valid ceil", 3),
    Case("maxpool 2x2/2 valid", 2),
    Case("maxpool 3x3/2 pad=1 ceil", 1),
    Case("maxpool global"),
    Case("avgpool 5x5/3 valid", 5),
    Case("avgpool 3x3"),
    Case("avgpool global"),
    Case("avgpool to=6x7"),
    Case("lrn"),
    Case("lrn size=3"),
    Case("norm"),
    *(Case(f"norm={kind}") for kind in NORMS if kind != "norm"),
    Case("softmax"),
    Case("scale"),
    Case("layerscale"),
    Case("flatten"),
    Case("identity"),
    Case("dropout"),
    *(Case(word) for word in ACTIVATIONS),
    Case("[conv 1x1 64 | conv 1x1 16 reduce > conv 5x5 K | maxpool 3x3 > conv 1x1 32 project]"),
    Case("[conv 3x3/2 24 | maxpool 3x3/2 pad=1]"),  # ⌈H/2⌉ beside ⌊(H − 1)/2⌋ + 1
    Case("(identity + conv 3x3 K > conv 1x1 in linear > scale) > relu"),
    Case("conv 3x3/2 K > [conv 3x3/2 24 valid | maxpool 3x3/2 valid] > flatten > dense 12", 5),
]

# On tokens × channels.
TOKENS = [
    Case(spec, axes="HC")
    for spec in (
        "dense K gelu > dense in",
        "conv 3 K",
        "attention 6",
        "attention 12 kv=4 causal nobias",
        "attention 4 headdim=16 window=7 relative=32",
        "attention 3 causal window=5 relative",
        "attention 6 rotary relative",
        "attention 6 dot causal",
        "attention 6 dot window=300",
        "(identity + norm=layer > attention 6 causal)",
        "(identity + norm=rms > dense K > swiglu > dense in)",
        "lstm K",
        "lstm 24 bias=2 both layers=2",
        "lstm 24 projection=6 last",
        "gru K back",
        "gru K bias=1",
        "gru K nobias last",
        "rnn K",
        "position",
        "position 64",
        "tokens class=2",
        "transpose > dense K > transpose",
        "select first > dense K",
        "select last",
        "experts 8 top=2 [dense K relu > dense in]",
        "experts 3 top=1 [dense K nobias silu > dense in]",
    )
]
# On words, as an embedding reads them; and on an image, cut into tokens.
WORDS = [
    Case("embed 500 24 > position > attention 4 causal > norm=layer > dense tied=embed", axes="H"),
    Case("embed 500 K > dense tied=embed nobias", axes="H"),
]
GRIDS = [
    Case("attention 6 relative"),
    Case("attention 12 kv=4 nobias"),
    Case("tokens"),
    Case("tokens class > position > transpose"),
    Case("(conv 2x2/2 24 valid > upsample 2) > attention 3 window=2 shift=1 relative", 2),
    Case("(conv 2x3/2x3 24 valid > upsample 2x3) > attention 3 window=2x3 nobias", 3),
    Case("upsample 4 > tokens 4 24 class > attention 3 > select first"),
    Case("upsample 2 > tokens 2 K > attention 3 causal headdim=8"),
]
CASES += [*TOKENS, *WORDS, *GRIDS]
