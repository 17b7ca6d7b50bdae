"""Models that no file of figures here knows, counted by PyTorch's own counter while they run."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from flopcount.frameworks.models.inputs import Inputs, Tensor
from tests.facts.read_models import Counted, Fact, built, counted, given

VISION = """
alexnet convnext_tiny convnext_base deeplabv3_mobilenet_v3_large densenet121 densenet169
efficientnet_b3 efficientnet_v2_s fcn_resnet50 inception_v3 mnasnet0_5 mobilenet_v3_small
regnet_x_400mf regnet_y_3_2gf resnet34 resnet50 resnext50_32x4d shufflenet_v2_x1_0 squeezenet1_1
swin_t swin_v2_s vgg16 vit_b_32 vit_l_16 wide_resnet101_2
"""
TIMM = """
caformer_s18 convformer_s18 crossvit_9_240 deit_tiny_distilled_patch16_224 efficientvit_m0
ese_vovnet19b_dw focalnet_tiny_srf ghostnetv2_100 gmlp_s16_224 hgnetv2_b0 hiera_tiny_224
hrnet_w18_small levit_128s mambaout_femto mobilenetv3_large_100 mobilevit_s mvitv2_tiny
nextvit_small pvt_v2_b0 regnetz_b16 repvit_m1 res2net50_26w_4s resnest14d resnetv2_50 sehalonet33ts
skresnet18 swin_tiny_patch4_window7_224 tinynet_e vitamin_small_224 volo_d1_224 xception41
"""
TOKENS = {"input_ids": [[1, 64], "int64"]}
BOTH = {**TOKENS, "decoder_input_ids": [[1, 48], "int64"]}
IMAGE = {"pixel_values": [[1, 3, 224, 224], "float32"]}
CONFIGS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "albert": ("AlbertModel(AlbertConfig(num_hidden_layers=3))", TOKENS),
    "beit": ("BeitModel(BeitConfig(num_hidden_layers=2))", IMAGE),
    "bloom": ("BloomForCausalLM(BloomConfig(n_layer=3, hidden_size=256))", TOKENS),
    "deberta-v2": ("DebertaV2Model(DebertaV2Config(num_hidden_layers=2))", TOKENS),
    "falcon": ("FalconForCausalLM(FalconConfig(num_hidden_layers=2))", TOKENS),
    "gpt-neo": (
        "GPTNeoForCausalLM(GPTNeoConfig(num_layers=2, attention_types=[[['global', 'local'], 1]]))",
        TOKENS,
    ),
    "mpnet": ("MPNetModel(MPNetConfig(num_hidden_layers=2))", TOKENS),
    "olmo": ("OlmoForCausalLM(OlmoConfig(num_hidden_layers=2))", TOKENS),
    "phi3": ("Phi3ForCausalLM(Phi3Config(num_hidden_layers=2))", TOKENS),
    "segformer": ("SegformerModel(SegformerConfig())", IMAGE),
    "stablelm": ("StableLmForCausalLM(StableLmConfig(num_hidden_layers=2))", TOKENS),
    "starcoder2": ("Starcoder2ForCausalLM(Starcoder2Config(num_hidden_layers=2))", TOKENS),
    "swin": ("SwinModel(SwinConfig())", IMAGE),
    "t5": ("T5Model(T5Config())", BOTH),
    "wav2vec2": (
        "Wav2Vec2Model(Wav2Vec2Config(num_hidden_layers=2))",
        {"input_values": [[1, 16000], "float32"]},
    ),
}


def others() -> Iterator[Fact]:
    """How each is built, and what it is called with."""
    for name in VISION.split():
        task = "segmentation" if name.startswith(("fcn", "deeplab")) else "classification"
        side = 299 if name == "inception_v3" else 256 if "v2_s" in name and "swin" in name else 224
        more = ", init_weights=False" if name == "inception_v3" else ""
        build = f"torchvision.models.get_model('{name}', weights=None{more})"
        about = {"group": "torchvision", "task": task, "side": side}
        yield {"name": name, "build": build} | about
    for name in TIMM.split():
        build = f"timm.create_model('{name}', pretrained=False)"
        yield {"name": name, "group": "timm", "build": build}
    for name, (build, inputs) in CONFIGS.items():
        yield {"name": name, "group": "transformers", "build": build, "inputs": inputs}


def inputs_of(fact: Fact, module: Any) -> Inputs:
    """What a model is called with; an image of the size that it is made for."""
    if "inputs" in fact:
        return given(fact["inputs"])
    shape = (3, fact["side"], fact["side"]) if "side" in fact else module.default_cfg["input_size"]
    return Inputs((Tensor((1, *shape)),))


def both(fact: Fact) -> tuple[Counted, dict[str, int], int]:
    """What is counted of a model; FLOPs by module by PyTorch's own counter; its parameters."""
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.backends import mha
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    module = built(fact)
    inputs = inputs_of(fact, module)
    found = counted(module, inputs)
    with ExitStack() as stack:
        for context in (FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad()):
            stack.enter_context(context)
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))  # it counts none of fused attention
        stack.callback(mha.set_fastpath_enabled, mha.get_fastpath_enabled())
        mha.set_fastpath_enabled(False)  # likewise
        copies = {
            name: torch.empty(tensor.shape, dtype=tensor.dtype)
            for name, tensor in (*module.named_parameters(), *module.named_buffers())
        }
        args, kwargs = inputs.mapped(
            lambda _, x: torch.zeros(x.shape, dtype=getattr(torch, x.dtype))
        )
        counter = stack.enter_context(FlopCounterMode(display=False))
        torch.func.functional_call(module, copies, tuple(args), kwargs, tie_weights=True)
    root = type(module).__name__
    by_module = {
        "" if path == "Global" else path.removeprefix(root).removeprefix("."): sum(ops.values())
        for path, ops in counter.get_flop_counts().items()
    }
    params = sum(parameter.numel() for parameter in module.parameters())
    return found, {path: n for path, n in by_module.items() if n}, params


def differing(fact: Fact) -> tuple[Counted, list[str]]:
    """What is counted of a model, and what of it PyTorch's counter says otherwise, a line each."""
    found, counter, params = both(fact)
    flops = {path: 2 * multiplies for path, multiplies in within(found.modules).items()}
    pairs = [("params", params, found.params)]  # the counter has no modules that are bare lists
    pairs += [(path or "all", n, flops.get(path, 0)) for path, n in counter.items()]
    return found, [f"{what}: {right} is {wrong}" for what, right, wrong in pairs if right != wrong]


def within(modules: Mapping[str, int]) -> dict[str, int]:
    """Multiplies by module, with all that is in it."""
    sums: dict[str, int] = {}
    for path, multiplies in modules.items():
        steps = path.split(".") if path else []
        for end in range(len(steps) + 1):
            key = ".".join(steps[:end])
            sums[key] = sums.get(key, 0) + multiplies
    return {path: n for path, n in sums.items() if n}
