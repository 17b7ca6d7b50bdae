"""What layers are taken to call, where nobody watches: each word, each total, each assumption."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.calls import DISPATCHED, FUNCTION, MODULE, OPERATOR, Call
from flopcount.calls.kinds import KINDS
from flopcount.calls.layers import Assumed, calls_of_layers
from flopcount.calls.layers.words import KIND_OF_WORD, bases_of
from flopcount.core import Network, walk
from flopcount.core.ops.words import OPS
from flopcount.counters.counting import count, own_count
from flopcount.counters.rules import tools
from flopcount.notation.shipped import names
from flopcount.records import replace
from flopcount.sizes.polynomial import Space
from tests.core.cases import CASES

PLAIN = Assumed()
SIZES = {"H": 24, "W": 28, "C": 24}
PRINTED = tomllib.loads((Path(__file__).parent / "printed.toml").read_text())["total"]


def network(spec: str) -> Network:
    return fc.load(spec)


def calls(spec: str, assumed: Assumed = PLAIN, batch: int | None = 1) -> tuple[Call, ...]:
    return calls_of_layers(network(spec).rows, assumed, batch)


def at(level: str, made: Iterable[Call]) -> list[Call]:
    return [call for call in made if call.level == level]


def names_at(level: str, made: Iterable[Call]) -> list[str]:
    return [call.name for call in at(level, made)]


def total(fact: str, made: Iterable[Call]) -> int:
    return sum(call.facts.get(fact, 0) for call in at(OPERATOR, made))


def check_sums(rows: Any, made: tuple[Call, ...], batch: int = 1) -> None:
    """Operators have all that the report has: products, parameters, statistics."""
    for fact, name, times in (
        ("macs", "multiplies", batch),
        ("inside", "multiplies_unpadded", batch),
        ("stored", "params", 1),
        ("stats", "norm_stats", 1),
    ):
        assert total(fact, made) == times * sum(row.known(name) for row in rows), fact
    for number, call in enumerate(made):
        assert -1 <= call.within < number
        assert call.kind
        assert call.name


SPECS = [
    " > ".join(("x".join(map(str, case.shape(SIZES))), re.sub(r"\bK\b", "48", case.spec)))
    for case in CASES
]


@pytest.mark.parametrize("spec", SPECS)
def test_each_word_is_calls_that_all_tools_can_count(spec: str) -> None:
    rows = network(spec).rows
    for assumed, batch in ((Assumed(), 1), (Assumed(functions=True, in_place=True), 3)):
        made = calls_of_layers(rows, assumed, batch)
        check_sums(rows, made, batch)
        assert {call.kind for call in made} <= KINDS.keys()
        for tool in tools().values():
            count(tool, made)  # a fact that a rule asks for and a call lacks would raise


def test_the_cases_have_every_word() -> None:
    words = set(re.findall(r"[a-z0-9]+", " ".join(SPECS)))
    assert OPS.keys() <= words


def test_no_word_of_the_table_is_misspelt() -> None:
    own = {"deformable convolution", "ConvLSTM"}
    assert set(KIND_OF_WORD.values()) <= KINDS.keys() | own


# What tools printed for torchvision's models, with what a table's defaults have otherwise: torch's
# resnet18 adds in place (a sum that the profiler does not count, 8 sums, 752,640 numbers), vgg11
# pools to 7×7 and drops out; the table has neither.
SAME = {"vit-b16": "vit_b_16", "resnet18": "resnet18"}
ADDED = 752_640
OTHERWISE = {
    ("vit-b16", "torchlens"): -2 * 11_044_608,  # the model's 37 dropouts: 2 of each number
    ("vit-b16", "torchprofile"): -49,  # it counts products of sizes, too
    ("vit-b16", "onnx-tool"): None,  # it counts the arithmetic on sizes in the exporter's file
    ("resnet18", "torch-profiler"): ADDED,
}


@pytest.mark.parametrize("name", SAME)
def test_a_table_gives_what_was_printed_for_the_model(name: str) -> None:
    made = calls(name)
    compared = 0
    for tool in tools().values():
        printed = PRINTED.get(tool.name, {}).get(SAME[name])
        more = OTHERWISE.get((name, tool.name), 0)
        if printed is None or more is None:
            continue
        assert count(tool, made).value == printed + more, tool.name
        compared += 1
    assert compared > 12


# What tests/facts/counters.toml has of the network, written out in PyTorch, its last pool as
# nn.AvgPool2d; of tools that count that as they count an adaptive pool.
GOOGLENET = {
    "calflops": 3_177_959_304,
    "calflops-macs": 1_582_671_872,
    "torchinfo": 1_585_899_032,
    "ptflops-aten": 1_585_899_032,
    "flopcountermode": 3_165_343_744,
}


def test_a_local_response_norm_is_the_operators_that_torch_has_for_it() -> None:
    made = calls("googlenet")
    assert {name: count(tools()[name], made).value for name in GOOGLENET} == GOOGLENET
    norm = calls("9x11x8 > lrn")
    assert names_at(FUNCTION, norm) == ["F.local_response_norm"]
    assert names_at(OPERATOR, norm) == ["mul", "avg_pool3d", "mul", "add", "pow", "div"]
    assert norm[4].facts["in"] == 9 * 11 * (8 + 4)  # padded by the four channels that are not there


def test_in_place_is_what_the_profiler_does_not_see() -> None:
    made = calls("resnet18", Assumed(in_place=True))
    profiler = tools()["torch-profiler"]
    assert count(profiler, made).value == PRINTED["torch-profiler"]["resnet18"]
    assert {"relu_", "add_"} <= {*names_at(OPERATOR, made)}
    assert "add" not in names_at(OPERATOR, made)


def test_attention_is_a_module_whose_inner_one_does_not_run() -> None:
    made = calls("8x24 > attention 6")
    assert names_at(MODULE, made) == ["MultiheadAttention"]
    assert names_at(FUNCTION, made) == ["F.multi_head_attention_forward"]
    assert names_at(OPERATOR, made) == ["linear", "scaled_dot_product_attention", "linear"]
    whole = made[0].facts
    assert (whole["leaf"], whole["asked"], whole["heads"], whole["embed"]) == (0, 0, 6, 24)
    assert whole["params"] == 3 * 24 * 24 + 3 * 24  # its projection of the result is a module's
    assert whole["scores"] == 6 * 8 * 8
    joined, products, last = at(OPERATOR, made)
    assert joined.facts["macs"] == 8 * 24 * 72
    assert joined.facts["bias"] == 8 * 72
    assert products.facts["macs"] == 2 * 8 * 8 * 24
    assert last.facts["params"] == 24 * 24 + 24
    assert joined.within == 1 == last.within


@pytest.mark.parametrize(
    ("options", "functions"),
    [
        ("kv=3", ["F.scaled_dot_product_attention"]),
        ("rotary", ["Tensor.__mul__"] * 4 + ["Tensor.__add__"] * 2),
        ("window=3", []),
        ("headdim=8", []),
        ("relative", ["Tensor.__matmul__", "F.softmax", "Tensor.__matmul__"]),
    ],
)
def test_attention_that_no_module_has_is_its_parts(options: str, functions: list[str]) -> None:
    made = calls(f"8x24 > attention 6 {options}")
    assert names_at(MODULE, made) == ["Linear"] * 4
    seen = Counter(names_at(FUNCTION, made))
    assert not Counter(functions) - seen
    assert seen["F.scaled_dot_product_attention"] == int(options != "relative")


def test_functions_in_the_place_of_modules() -> None:
    spec = "8x8x4 > conv 3x3 4 relu > maxpool 2x2/2 > avgpool global > flatten > dense 4 > softmax"
    modules = ["Conv2d", "ReLU", "MaxPool2d", "AdaptiveAvgPool2d", "Flatten", "Linear", "Softmax"]
    assert names_at(MODULE, calls(spec)) == modules
    assert names_at(MODULE, calls(spec, Assumed(functions=True))) == ["Conv2d", "Flatten", "Linear"]
    attention = calls("8x24 > attention 6", Assumed(functions=True))
    assert names_at(MODULE, attention) == ["Linear"] * 4
    assert total("macs", attention) == total("macs", calls("8x24 > attention 6"))


def test_what_is_assumed_is_said() -> None:
    assert Assumed().says.endswith("in evaluation, without gradients, not in place")
    assert "as functions" in Assumed(functions=True).says
    assert Assumed(in_place=True).says.endswith(", in place")


def test_a_batch_is_the_first_axis() -> None:
    one, five = (calls("8x8x3 > conv 3x3 4 norm relu", batch=batch) for batch in (1, 5))
    for first, other in zip(one, five, strict=True):
        assert other.facts["batch"] == 5
        for grows in ("in", "ins", "out", "outs"):
            assert other.facts[grows] == 5 * first.facts[grows]
        for same in ("params", "rank", "last", "stored", "stats"):
            assert other.facts[same] == first.facts[same]
    assert five[0].facts["macs"] == 5 * 64 * 27 * 4


def test_a_norm_is_folded_where_it_alone_reads_a_convolution() -> None:
    spec = "8x8x4 > conv 3x3 4 norm relu > [conv 1x1 4 linear | identity] > norm > dense 4"
    made = at(OPERATOR, calls("8x8x4 > conv 3x3 4 norm relu > conv 1x1 4 linear > norm"))
    folded = [call.facts["folded"] for call in made if "folded" in call.facts]
    assert folded == [1, 1, 1, 1]
    made = at(OPERATOR, calls(spec.removesuffix(" > dense 4")))
    assert [call.facts["folded"] for call in made if "folded" in call.facts] == [1, 1, 0, 0]


def test_a_gradient_reaches_what_was_computed_from_a_parameter() -> None:
    made = at(OPERATOR, calls("8x8x4 > maxpool 2x2/2 > conv 3x3 4 relu > conv 1x1 4"))
    assert [call.facts["chained"] for call in made] == [0, 0, 1, 1, 1]
    assert [call.facts["gradients"] for call in made if "macs" in call.facts] == [1, 2]


def test_a_tied_table_is_stored_once() -> None:
    made = at(OPERATOR, calls("16 > embed 500 24 > dense tied=embed nobias"))
    assert [call.facts["stored"] for call in made] == [500 * 24, 0]
    assert [call.facts["params"] for call in made] == [500 * 24, 500 * 24]


def test_what_is_dispatched_follows_from_the_sizes() -> None:
    made = calls("8x8x4 > conv 3x3 4 > avgpool global > flatten > dense 4 nobias > dense 4")
    assert names_at(DISPATCHED, made) == ["convolution", "relu", "mean", "view", "mm", "addmm"]
    made = calls("8x8x4 > upsample 2 > upsample 2 bilinear")
    assert names_at(OPERATOR, made) == ["upsample_nearest2d", "upsample_bilinear2d"]
    assert names_at(FUNCTION, calls("8x8x4 > relu6")) == ["F.hardtanh"]  # as torch's module does


def test_sizes_with_a_name_are_refused() -> None:
    fixed, space = network("8x8x3 > conv 3x3 4"), Space()
    (name,) = fixed.inputs
    shape = (space.name("H"), space.name("H"), 3)
    rows = walk(replace(fixed, inputs={name: shape}))
    with pytest.raises(fc.FlopcountError, match="spec/1: its sizes have names"):
        calls_of_layers(rows)


@pytest.mark.slow
def test_classes_are_derived_as_torch_has_them() -> None:
    from torch import nn

    for kind, known in KINDS.items():
        for pattern in known.module[:1]:
            for axes in "123":
                own = getattr(nn, pattern.replace("{}", axes), None)
                if own is None:
                    continue
                real = [one.__name__ for one in own.__mro__ if one.__module__.startswith("torch.")]
                assert bases_of(pattern, axes) == tuple(real), kind


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_a_shipped_network_has_its_sums(name: str) -> None:
    rows = network(name).rows
    for assumed, batch in ((Assumed(), 1), (Assumed(functions=True, in_place=True), 4)):
        made = calls_of_layers(rows, assumed, batch)
        check_sums(rows, made, batch)
        assert {call.kind for call in made} <= KINDS.keys()
        assert own_count("MAC", made).value == batch * sum(row.known("multiplies") for row in rows)
        for tool in tools().values():
            count(tool, made)
