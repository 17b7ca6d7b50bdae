"""Models by their names: what each is given, that nothing is downloaded, and what is refused."""

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.frameworks.sources import open_model


@pytest.fixture(autouse=True)
def _no_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is downloaded: a connection fails the test."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a reading opens a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def shapes(reference: str, given: Any = None) -> list[tuple[int, ...]]:
    model = open_model(reference, given)
    assert all(tensor.is_meta for tensor in model.module.parameters())
    return [tensor.shape for tensor in model.inputs.tensors().values()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("squeezenet1_1", [(1, 3, 224, 224)]),
        ("efficientnet_b1", [(1, 3, 240, 240)]),  # the crop of its published weights
        ("lraspp_mobilenet_v3_large", [(1, 3, 520, 520)]),
        ("ssdlite320_mobilenet_v3_large", [(3, 320, 320)]),
        ("r3d_18", [(1, 3, 16, 112, 112)]),
        ("raft_small", [(1, 3, 256, 256), (1, 3, 256, 256)]),
    ],
)
def test_models_of_torchvision_have_the_inputs_of_their_task(name: str, expected: Any) -> None:
    assert shapes(f"torchvision:{name}") == expected


def test_models_of_timm_have_the_input_of_their_weights() -> None:
    assert shapes("timm:tf_efficientnet_b0") == [(1, 3, 224, 224)]
    assert shapes("timm:test_vit", "2x3x160x160") == [(2, 3, 160, 160)]
    with pytest.raises(fc.FlopcountError, match="models of a hub are not downloaded"):
        open_model("timm:hf-hub:someone/something")


SMALL = {
    "bert": {"num_hidden_layers": 1, "hidden_size": 16, "num_attention_heads": 2},
    "t5": {"num_layers": 1, "d_model": 16, "d_kv": 4, "num_heads": 2},
    "vit": {"num_hidden_layers": 1, "hidden_size": 16, "num_attention_heads": 2, "image_size": 32},
    "whisper": {
        "encoder_layers": 1,
        "decoder_layers": 1,
        "d_model": 24,
        "max_source_positions": 20,
    },
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "chosen", "expected"),
    [
        ("bert", "BertModel", {"input_ids": (1, 128)}),
        (
            "t5",
            "T5ForConditionalGeneration",
            {"input_ids": (1, 128), "decoder_input_ids": (1, 128)},
        ),
        ("vit", "ViTModel", {"pixel_values": (1, 3, 32, 32)}),
        (
            "whisper",
            "WhisperForConditionalGeneration",
            {"input_features": (1, 80, 40), "decoder_input_ids": (1, 128)},
        ),
    ],
)
def test_a_config_says_which_model_and_which_inputs(
    kind: str, chosen: str, expected: Any, tmp_path: Path
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"model_type": kind, **SMALL[kind]}))
    model = open_model(f"hf:{path}")
    assert {name: one.shape for name, one in model.inputs.tensors().items()} == expected
    assert model.source.startswith(f"{chosen} of transformers")
    assert all(tensor.is_meta for tensor in model.module.parameters())


@pytest.mark.slow
def test_experts_are_those_that_are_used(tmp_path: Path) -> None:
    sizes = {"num_hidden_layers": 1, "hidden_size": 16, "intermediate_size": 32, "vocab_size": 100}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 8}
    path = tmp_path / "config.json"
    fields = {"model_type": "mixtral", "architectures": ["MixtralForCausalLM"], **sizes, **heads}
    path.write_text(json.dumps(fields))
    total = fc.analyze(fc.load(f"hf:{path}", input="1x8")).total
    projections, attention = 4 * 16 * 16 * 8, 2 * 8 * 8 * 16
    experts = 2 * 3 * 16 * 32 * 8  # two of eight, three matrices each, eight tokens
    router, head = 8 * 16 * 8, 16 * 100 * 8
    assert total.multiplies == projections + attention + experts + router + head


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[1]", "has no model_type"),
        ("{", "is no JSON"),
        ('{"model_type": "nope"}', "unknown model type of transformers 'nope'"),
        ('{"model_type": "nope", "auto_map": {}}', "code of the model's own is never run"),
        ('{"model_type": "gpt2", "architectures": ["os.system"]}', "transformers has no model"),
        ('{"model_type": "gpt2", "n_head": 7}', "cannot be built"),
        ('{"model_type": "gpt2", "n_layer": "x"}', ""),
        ('{"model_type": "gpt2", "n_layer": 100000000}', "has 100,000,000 layers"),
        ('\ufeff{"model_type": "gpt3"}', "did you mean 'gpt2'"),
    ],
)
def test_what_is_no_config_is_refused_in_a_line(content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(fc.FlopcountError) as error:
        open_model(f"hf:{path}")
    assert says in str(error.value)


CODE = """
import sys
import torch
class Net(torch.nn.Module):
    example_input_array = torch.zeros(2, 3)
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 4)
    def forward(self, x):
        print("in forward")
        return self.fc(x)
net = Net()
number = 3
def build():
    print("building")
    return net
def needs(size):
    return net
def ends():
    sys.exit(3)
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "own_nets.py").write_text(CODE)
    (tmp_path / "broken_nets.py").write_text("import torch\n1 / 0\n")
    monkeypatch.chdir(tmp_path)
    yield "own_nets"
    sys.modules.pop("own_nets", None)


@pytest.mark.parametrize(("name", "how"), [("net", "imported:"), ("build", "imported and called:")])
def test_importable_code_gives_a_module(
    name: str, how: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list(sys.path)
    report = fc.analyze(f"torch:{code}:{name}")
    assert report.total.multiplies == 2 * 3 * 4
    assert how in report.network.source
    assert sys.path == before
    out, err = capsys.readouterr()
    assert not out  # a report stands alone there
    assert "in forward" in err


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("own_nets", "expected torch:package.module:name"),
        ("own_nets:nett", "own_nets has no 'nett'; did you mean 'net'?"),
        ("own_nets:number", "is 3, no torch.nn.Module"),
        ("own_nets:needs", "cannot be called without arguments: TypeError"),
        ("own_nets:ends", "cannot be called without arguments (at own_nets.py:20): it ends"),
        ("broken_nets:net", "cannot be imported (at broken_nets.py:2): ZeroDivisionError"),
        ("nowhere:net", "No module named 'nowhere'"),
        ("own nets:net", "expected torch:package.module:name"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_a_line(name: str, says: str, code: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        open_model(f"torch:{name}")
    assert says in str(error.value), code


@pytest.mark.parametrize("kind", ["torchvision", "timm"])
def test_names_that_begin_as_what_was_typed(kind: str) -> None:
    with pytest.raises(fc.FlopcountError, match="begin so: resnet10"):
        open_model(f"{kind}:resnet")


@pytest.mark.parametrize("kind", ["torchvision", "timm", "hf", "torch"])
def test_a_kind_alone_names_no_model(kind: str) -> None:
    with pytest.raises(fc.FlopcountError, match="names no model"):
        open_model(f"{kind}:")
