"""Attention, recurrence, lookups and experts against their arithmetic, written out by hand."""

import pytest

import flopcount as fc
from flopcount.core.op import Op
from flopcount.core.ops.attention import Attention
from flopcount.core.ops.lookup import Position

KINDS = ("adds", "multiplies", "compares", "divides", "exponentials")


@pytest.mark.parametrize(
    ("spec", "multiplies", "inside", "params"),
    [
        # four gates, each of the input and of the state; one bias, or two as PyTorch has
        ("100x64 > lstm 64", 3_276_800, 100 * 4 * 64 * (64 + 64), 33_024),
        ("100x64 > lstm 64 bias=2", 3_276_800, 3_276_800, 4 * (64 * 128 + 2 * 64)),
        ("100x64 > lstm 64 nobias last", 3_276_800, 3_276_800, 4 * 64 * 128),
        # one direction alone of two, and of the second layer: 64 and 128 channels come in
        (
            "10x32 > lstm 64 bias=2 layers=2 both",
            10 * 2 * 4 * 64 * ((32 + 64) + (128 + 64)),
            1_474_560,
            2 * 4 * (64 * (32 + 64) + 64 * (128 + 64) + 4 * 64),
        ),
        # Sak et al. arXiv:1402.1128: the state has 16 channels, and is projected at each step
        (
            "10x32 > lstm 64 bias=2 layers=2 projection=16",
            10 * (4 * 64 * (32 + 16 + 16 + 16) + 2 * 64 * 16),
            225_280,
            4 * (64 * (32 + 16 + 16 + 16) + 2 * 2 * 64) + 2 * 64 * 16,
        ),
        ("10x32 > gru 64", 10 * 3 * 64 * (32 + 64), 184_320, 3 * (64 * 96 + 2 * 64)),
        ("10x32 > gru 64 bias=1 back", 184_320, 184_320, 3 * (64 * 96 + 64)),
        ("10x32 > rnn 64", 10 * 64 * 96, 61_440, 64 * 96 + 64),
        # four projections, and the two products of each query with each key
        (
            "512x768 > attention 12",
            4 * 512 * 768**2 + 2 * 512**2 * 768,
            1_610_612_736,
            4 * 768**2 + 4 * 768,
        ),
        # a mask hides what was computed: T(T + 1)/2 pairs count
        (
            "512x768 > attention 12 causal nobias",
            1_610_612_736,
            4 * 512 * 768**2 + 2 * (512 * 513 // 2) * 768,
            4 * 768**2,
        ),
        # 129 keys around each query, 64 less at both ends and so on to none: 512·129 − 64·65
        (
            "512x768 > attention 12 window=128",
            1_610_612_736,
            4 * 512 * 768**2 + 2 * (512 * 129 - 64 * 65) * 768,
            4 * 768**2 + 4 * 768,
        ),
        # 128 keys up to each query: 512·128 − 128·127/2
        (
            "512x768 > attention 12 causal window=128 nobias",
            1_610_612_736,
            4 * 512 * 768**2 + 2 * (512 * 128 - 64 * 127) * 768,
            4 * 768**2,
        ),
        # Ainslie et al. arXiv:2305.13245: 4 heads of keys and values, 64 channels each
        (
            "512x768 > attention 12 kv=4 nobias",
            2 * 512 * 768**2 + 2 * 512 * 768 * 256 + 2 * 512**2 * 768,
            1_207_959_552,
            2 * 768**2 + 2 * 768 * 256,
        ),
        (
            "512x768 > attention 12 headdim=32 nobias",
            4 * 512 * 768 * 384 + 2 * 512**2 * 384,
            805_306_368,
            4 * 768 * 384,
        ),
        ("512x768 > attention 12 dot causal", 2 * 512**2 * 768, 512 * 513 * 768, 0),
        # Liu et al. arXiv:2103.14030: 4·hw·C² + 2·M²·hw·C, equation 2; cut out, both shrink
        (
            "56x56x96 > attention 3 window=7",
            4 * 56**2 * 96**2 + 2 * 7**2 * 56**2 * 96,
            145_108_992,
            4 * 96**2 + 4 * 96,
        ),
        # shifted by 3, along each axis 56·7 − 2·3·4 pairs; 13² distances for each head
        (
            "56x56x96 > attention 3 window=7 shift=3 relative",
            145_108_992,
            4 * 56**2 * 96**2 + 2 * (56 * 7 - 2 * 3 * 4) ** 2 * 96,
            4 * 96**2 + 4 * 96 + 13**2 * 3,
        ),
        # a whole grid; Raffel et al. arXiv:1910.10683 has 32 distances
        ("14x14x96 > attention 3 nobias", 4 * 196 * 96**2 + 2 * 196**2 * 96, 14_601_216, 4 * 96**2),
        ("9x64 > attention 4 relative=32 nobias", 157_824, 157_824, 4 * 64**2 + 32 * 4),
        # the router sees each token once, two of eight experts work on it
        (
            "128x64 > experts 8 top=2 [dense 256 relu > dense in]",
            128 * 64 * 8 + 128 * 2 * (64 * 256 + 256 * 64),
            8_454_144,
            64 * 8 + 8 * (64 * 256 + 256 + 256 * 64 + 64),
        ),
        ("196x768 > dense 3072 gelu > dense 768", 2 * 196 * 768 * 3072, 924_844_032, 4_722_432),
        # looked up, not multiplied; the output layer shares the table
        ("512 > embed 30522 768 > position", 0, 0, 30_522 * 768 + 512 * 768),
        ("512 > embed 30522 768 > position 1024", 0, 0, 30_522 * 768 + 1024 * 768),
        (
            "512 > embed 30522 768 > dense tied=embed",
            512 * 768 * 30_522,
            12_001_738_752,
            30_522 * 768 + 30_522,
        ),
        # Dosovitskiy et al. arXiv:2010.11929: 14² patches of 16×16×3, and a class token
        (
            "224x224x3 > tokens 16 768 class > position",
            196 * 16**2 * 3 * 768,
            115_605_504,
            16**2 * 3 * 768 + 768 + 768 + 197 * 768,
        ),
        ("100x64 > transpose > dense 32 > transpose > select last", 64 * 100 * 32, 204_800, 3_232),
    ],
)
def test_multiplies_and_parameters_as_arithmetic(
    spec: str, multiplies: int, inside: int, params: int
) -> None:
    cost = fc.analyze(fc.parse(spec)).total.cost
    assert (cost.multiplies, cost.multiplies_unpadded, cost.params) == (multiplies, inside, params)


T, H, N = 512, 12, 512 * 768  # tokens, heads, and numbers in the queries


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        # four biases, and a softmax over the keys of each query and head; queries are scaled
        (
            "512x768 > attention 12",
            {
                "adds": 4 * N + H * T * (T + T - 1),
                "multiplies": N,
                "compares": H * T * (T - 1),
                "divides": H * T * T,
                "exponentials": H * T * T,
            },
        ),
        # what a mask hides is computed; a bias for each pair is an add more
        (
            "512x768 > attention 12 causal relative nobias",
            {
                "adds": H * T * (T + T + T - 1),
                "multiplies": N,
                "compares": H * T * (T - 1),
                "divides": H * T * T,
                "exponentials": H * T * T,
            },
        ),
        # queries and keys are turned: two multiplies and an add for each of their numbers
        (
            "512x768 > attention 12 rotary nobias",
            {
                "adds": 2 * N + H * T * (T + T - 1),
                "multiplies": 2 * 2 * N + N,
                "compares": H * T * (T - 1),
                "divides": H * T * T,
                "exponentials": H * T * T,
            },
        ),
        # of each number of a step: 4 biases, 4 sums, 3 sigmoids, 2 tanh, f·c + i·g, o·tanh c
        (
            "100x64 > lstm 64",
            {"adds": 16 * 6400, "multiplies": 5 * 6400, "divides": 32_000, "exponentials": 32_000},
        ),
        (
            "100x64 > lstm 64 bias=2",
            {"adds": 20 * 6400, "multiplies": 5 * 6400, "divides": 32_000, "exponentials": 32_000},
        ),
        # 2 sigmoids, a tanh, r·h, (1 − z)·n + z·h
        (
            "100x64 > gru 64 bias=1",
            {"adds": 12 * 6400, "multiplies": 4 * 6400, "divides": 19_200, "exponentials": 19_200},
        ),
        (
            "100x64 > rnn 64 nobias",
            {"adds": 3 * 6400, "multiplies": 6400, "divides": 6400, "exponentials": 6400},
        ),
        ("512 > embed 30522 768", {}),
        ("512x768 > position", {"adds": N}),
        ("512x768 > transpose > select first", {}),
        # a softmax of 8, the two chosen over their sum; the experts' two outputs weighed and added
        (
            "128x64 > experts 8 top=2 [dense in nobias]",
            {
                "adds": 128 * (8 + 7 + 1) + 128 * 64,
                "multiplies": 128 * 2 * 64,
                "compares": 128 * 7,
                "divides": 128 * (8 + 2),
                "exponentials": 128 * 8,
            },
        ),
    ],
)
def test_elementwise_as_arithmetic(spec: str, expected: dict[str, int]) -> None:
    work = fc.analyze(fc.parse(spec)).total.cost.elementwise
    found = {kind: getattr(work, kind) for kind in KINDS}
    assert {kind: times for kind, times in found.items() if times} == expected


def products(op: Op, *shapes: tuple[int, ...]) -> tuple[int, int]:
    """The multiplies that are summed, and those that count."""
    nests = [nest for nest in op.nests(*shapes).nests if nest.contracts]
    return sum(nest.lines() for nest in nests), sum(nest.lines(inside=True) for nest in nests)


def test_a_token_behind_a_cache_is_projected_alone() -> None:
    one = 4 * 768**2 + 2 * 1024 * 768
    assert products(Attention(12, causal=True, past=1023), (1, 768)) == (one, one)
    # each of four sees what is cached, and those before it
    some, seen = 4 * 4 * 768**2, 4 * 1020 + 4 * 5 // 2
    four = Attention(12, causal=True, past=1020)
    assert products(four, (4, 768)) == (some + 2 * 4 * 1024 * 768, some + 2 * seen * 768)
    assert Position(past=1023).nests((1, 768)).parameters == {"E": 1024 * 768}


def test_other_keys_are_projected_from_their_own_channels() -> None:
    # 2 batches of PyTorch's MultiheadAttention(64, 4, kdim=32, vdim=32): 4,145,152 multiplies
    cross = 2 * 128 * 64 * 64 + 2 * 50 * 32 * 64 + 2 * 128 * 50 * 64
    assert products(Attention(4), (128, 64), (50, 32)) == (cross, cross)
    assert 2 * cross == 4_145_152
