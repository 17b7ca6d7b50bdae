"""Whole models of tokens in the notation's own layers."""

import pytest

import flopcount as fc
from flopcount.core import Counts
from flopcount.core.ops.attention import Attention
from flopcount.frameworks.lifted import lifted
from tests.frameworks.lifted_models import check, words

# By name: how many attentions, windows of which size among them, and the parameters that its
# library publishes (torchvision's weights, timm's results, the papers of BERT and GPT-2).
MODELS = {
    "torchvision:vit_b_16": (12, set(), 86_567_656),
    "torchvision:swin_t": (12, {7}, 28_288_354),
    "torchvision:maxvit_t": (22, {7}, 30_919_624),
    "torchvision:convnext_tiny": (0, set(), 28_589_128),
    "timm:vit_small_patch16_224": (12, set(), 22_050_664),
    "timm:deit_tiny_patch16_224": (12, set(), 5_717_416),
    "timm:beit_base_patch16_224": (12, set(), 86_530_984),
    "timm:swin_tiny_patch4_window7_224": (12, {7}, 28_288_354),
    "timm:mixer_s16_224": (0, set(), 18_528_264),
    "timm:poolformer_s12": (0, set(), 11_915_176),
    "timm:twins_svt_small": (18, {7}, 24_060_776),
    "timm:pvt_v2_b0": (8, set(), 3_666_760),
    "hf:gpt2": (12, set(), 124_439_808),
    "hf:bert": (12, set(), 109_482_240),
    "hf:vit": (12, set(), 86_389_248),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_tokens_is_said_with_all_its_counts(name: str) -> None:
    attentions, windows, params = MODELS[name]
    network = fc.load(name)
    done = lifted(network)
    check(network, done)
    found = [node.op for node in done.network.nodes if isinstance(node.op, Attention)]
    assert len(found) == attentions
    assert {size for op in found for size in op.window_size} == windows
    assert Counts(done.network.rows).params == params
    assert "flatten" not in words(done)


# What the notation has no word for, by name.
REFUSED = {
    "torchvision:swin_v2_t": "features/1/0/attn/cpb_mlp/0 (dense): it reads numbers that are held",
    "timm:cait_xxs24_224": "blocks/0/attn/matmul (matmul): the notation has no such product",
    "timm:levit_128s": "its result has no projection: stages/0/blocks/0/attn/proj/act",
    "timm:deit_tiny_distilled_patch16_224": "2 tokens of norm are read, each by itself",
    "timm:efficientformer_l1": "a head has 32 channels of keys and 128 of values",
    "hf:t5": "layer_norm/pow (pow): the notation has no such function: y = x * x",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_model_that_the_notation_cannot_say_is_refused_by_the_name_of_why(name: str) -> None:
    with pytest.raises(fc.FlopcountError) as found:
        lifted(fc.load(name))
    assert REFUSED[name] in str(found.value)
