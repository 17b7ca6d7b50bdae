"""Formulas of public models that were traced by other software, and how many models are open."""

import random
from typing import Any

import pytest
import torch
import torchvision

import flopcount as fc
from flopcount.analysis.formulas import formula
from flopcount.frameworks.models.open_sizes.formulas import open_names
from flopcount.frameworks.sources import open_model

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "multiples", "text"),
    [
        ("resnet101", {"H": "32h", "W": "32w"}, "159170560·B·h·w + 2048000·B"),
        # 4,490,566,656 at 224 × 224, of which 768 · 1000 are the classifier's
        ("swin_t", {"H": "224h", "W": "224w"}, "4489798656·B·h·w + 768000·B"),
    ],
)
def test_formulas_of_public_image_models(name: str, multiples: dict[str, str], text: str) -> None:
    found = formula(f"torchvision:{name}", free=["B", "H", "W"], let=multiples)
    assert found.text() == text


def test_a_vision_transformer_fixes_its_sides() -> None:
    found = formula("torchvision:vit_b_16")
    assert found.text() == "17563828224·B"
    assert "H at 224 and W at 224 are fixed by the model" in found.notes


def of_transformers(name: str) -> Any:
    import transformers

    llama = {
        "vocab_size": 128_256,
        "hidden_size": 4096,
        "intermediate_size": 14_336,
        "num_hidden_layers": 4,  # of 32, which are alike
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
    }
    with torch.device("meta"):
        if name == "gpt2":
            return transformers.GPT2LMHeadModel(transformers.GPT2Config(use_cache=False))
        if name == "bert-base":
            return transformers.BertModel(transformers.BertConfig())
        return transformers.LlamaForCausalLM(transformers.LlamaConfig(use_cache=False, **llama))


@pytest.mark.parametrize(
    ("name", "text", "domain"),
    [
        ("gpt2", "18432·B·T² + 123532032·B·T", ("1024 ≥ T",)),
        ("bert-base", "18432·B·T² + 84934656·B·T + 589824·B", ("512 ≥ T",)),
        # 262144·B·T² + 7504658432·B·T with 32 layers: the head is 4096·128256 of it
        ("llama3-8b", "32768·B·T² + 1397751808·B·T", ()),
    ],
)
def test_formulas_of_public_language_models(name: str, text: str, domain: tuple[str, ...]) -> None:
    tokens = torch.zeros(1, 128, dtype=torch.long)
    found = formula(fc.read_torch(of_transformers(name), input_ids=tokens), free=["B", "T"])
    assert (found.text(), found.domain) == (text, domain)


@pytest.mark.parametrize("name", ["mobilenet_v3_small", "googlenet", "squeezenet1_1", "mnasnet0_5"])
def test_a_sweep_is_what_reports_count(name: str) -> None:
    designs = fc.sweep(f"torchvision:{name}", {"H": [96, 161], "B": [1, 3]})
    for design in designs.to_dict("records"):
        size = f"{design['B']}x3x{design['H']}x{224}"
        cost = fc.analyze(fc.load(f"torchvision:{name}", input=size)).cost
        assert all(design[count] == cost[count] for count in ("multiplies", "params"))


def test_nine_in_ten_of_torchvision_have_height_and_width_open() -> None:
    """Of all but Swin, which takes a minute to open, and whose formula is one of those above.

    benchmarks/open_sizes.py opens every model.
    """
    models = torchvision.models
    some = [name for name in models.list_models(models) if not name.startswith("swin")]
    names = random.Random(0).sample(some, 10)  # noqa: S311  no secret
    closed = [name for name in names if not is_open(f"torchvision:{name}")]
    assert len(closed) <= len(names) // 10, closed


def is_open(name: str) -> bool:
    """Whether both sides of the image may vary."""
    return set(open_names(open_model(name), ["H", "W"])) == {"H", "W"}
