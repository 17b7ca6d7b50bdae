"""Tokens, attention, recurrences and experts in the notation: what is read, each with its sum."""

import tomllib
from typing import Any, NamedTuple

import pytest

import flopcount as fc
from flopcount.notation.ends import read_inputs
from flopcount.notation.networks import Options, build
from flopcount.notation.parser import parse
from flopcount.notation.tables import parse_table


class Case(NamedTuple):
    """A spec, its multiplies, parameters and output."""

    spec: str
    multiplies: int
    params: int
    output: tuple[int, ...]


T, C = 512, 768
PROJECTED = 4 * T * C**2  # queries, keys, values and the result
PAIRS = 2 * T**2 * C  # the two products
OWN = 4 * (C**2 + C)  # parameters of the projections
CASES = [
    Case("512x768 > attention 12", PROJECTED + PAIRS, OWN, (T, C)),
    Case("512x768 > attention 12 causal", PROJECTED + PAIRS, OWN, (T, C)),
    Case("512x768 > attention 12 dot", PAIRS, 0, (T, C)),
    Case("512x768 > attention 12 nobias", PROJECTED + PAIRS, 4 * C**2, (T, C)),
    # keys and values of 4 heads of 64
    Case(
        "512x768 > attention 12 nobias kv=4",
        2 * T * C**2 + 2 * T * C * 256 + PAIRS,
        2 * C**2 + 2 * C * 256,
        (T, C),
    ),
    Case("14x14x96 > attention 3 window=7", 196 * (4 * 96**2 + 2 * 49 * 96), 37_248, (14, 14, 96)),
    # a bias for each head and each of 13² distances
    Case(
        "14x14x96 > attention 3 window=7 shift=3 relative",
        196 * (4 * 96**2 + 2 * 49 * 96),
        37_248 + 3 * 13**2,
        (14, 14, 96),
    ),
    Case("100x64 > lstm 64", 3_276_800, 4 * (64 * 64 * 2 + 64), (100, 64)),
    Case("100x64 > lstm 64 bias=2", 3_276_800, 33_280, (100, 64)),
    Case(
        "10x32 > lstm 64 layers=2 both",
        10 * 2 * 4 * (32 * 64 + 64**2 + 128 * 64 + 64**2),
        2 * 4 * (32 * 64 + 64**2 + 64 + 128 * 64 + 64**2 + 64),
        (10, 128),
    ),
    Case("10x32 > gru 64 last", 10 * 3 * (32 * 64 + 64**2), 3 * (32 * 64 + 64**2 + 128), (1, 64)),
    Case("10x32 > rnn 64 nobias back", 10 * (32 * 64 + 64**2), 32 * 64 + 64**2, (10, 64)),
    Case("128 > embed 1000 64 > position", 0, 1000 * 64 + 128 * 64, (128, 64)),
    Case("128 > embed 1000 64 > position 512", 0, 1000 * 64 + 512 * 64, (128, 64)),
    Case("128 > embed 1000 64 > dense tied=embed nobias", 128 * 64 * 1000, 64_000, (128, 1000)),
    Case("64x64x3 > tokens 16 96 class", 16 * 768 * 96, 768 * 96 + 96 + 96, (17, 96)),
    Case("64x64x3 > tokens 16", 0, 0, (16, 768)),
    Case("7x7x96 > tokens > transpose > select last", 0, 0, (1, 49)),
    # a router, and two of eight experts for each token
    Case(
        "16x64 > experts 8 top=2 [dense 32 relu > dense in]",
        16 * (64 * 8 + 2 * 2 * 64 * 32),
        64 * 8 + 8 * (64 * 32 + 32 + 32 * 64 + 64),
        (16, 64),
    ),
    Case("196x768 > dense 3072 gelu > dense 768", 2 * 196 * 768 * 3072, 4_722_432, (196, 768)),
]


@pytest.mark.parametrize("case", CASES, ids=[case.spec for case in CASES])
def test_its_cost_and_its_text(case: Case) -> None:
    report = fc.analyze(case.spec)
    assert (report.multiplies, report.params) == (case.multiplies, case.params)
    assert report.network.rows[-1].output == case.output
    assert str(parse(case.spec)) == case.spec
    assert str(report.network) == case.spec


def made(text: str, **options: Any) -> fc.Report:
    given = {key: read_inputs(value) for key, value in options.items()}
    return fc.analyze(build(parse_table(tomllib.loads(text)), "t", Options(**given)))


COLUMNS = """
input = "64"
[rows]
first  = ["embed {v} {d}", 100, 64]
last   = ["attention {h} kv={g} headdim={x}", 8, 2, 16]
top    = ["experts {e} top={k} [dense 32 > dense in]", 4, 2]
window = ["lstm {w} layers={l} projection={p}", 32, 2, 16]
kv     = "from window > dense 64"
layers = "dense tied=first"
"""


def test_columns_stand_for_any_number_of_them() -> None:
    report = made(COLUMNS)
    spelled = fc.analyze(
        "64 > embed 100 64 > attention 8 kv=2 headdim=16 > experts 4 top=2 [dense 32 > dense in]"
        " > lstm 32 layers=2 projection=16 > dense 64 > dense tied=embed"
    )
    assert (report.multiplies, report.params) == (spelled.multiplies, spelled.params)
    assert report.network.modules == ("first", "last", "top", "window", "kv", "layers")


@pytest.mark.parametrize(
    ("defaults", "params"),
    [
        ("", 4 * (64**2 + 64) + 4 * (2 * 64**2 + 64)),
        ('attention = "nobias causal"', 4 * 64**2 + 4 * (2 * 64**2 + 64)),
        ('lstm = "bias=2"', 4 * (64**2 + 64) + 4 * (2 * 64**2 + 128)),
        ('framework = "torch"', 4 * (64**2 + 64) + 4 * (2 * 64**2 + 128)),
        ('framework = "torch"\nlstm = "nobias"', 4 * (64**2 + 64) + 4 * 2 * 64**2),
    ],
)
def test_the_words_that_all_of_them_carry(defaults: str, params: int) -> None:
    text = 'input = "64x64"\n[defaults]\n{}\n[rows]\na = "attention 8"\nb = "lstm 64"'
    assert made(text.format(defaults)).params == params


def test_a_block_is_shared_twelve_times() -> None:
    block = "norm=layer > (identity + attention 4) > (identity + dense 128 gelu > dense in)"
    rows = f'a = "embed 1000 64"\nb = "12 * shared ({block})"\nc = "dense tied=a"'
    report = made(f'input = "128"\n[rows]\n{rows}')
    once = 2 * 64 + 4 * (64**2 + 64) + 64 * 128 + 128 + 128 * 64 + 64
    assert report.params == 1000 * 64 + once + 1000
    uses = 12 * (4 * 128 * 64**2 + 2 * 128**2 * 64 + 2 * 128 * 64 * 128)
    assert report.multiplies == uses + 128 * 64 * 1000


@pytest.mark.parametrize(
    ("spec", "params"),
    [
        ("8 > embed 10 4 > dense tied=embed > dense 4 > dense tied=embed", 40 + 10 + 44 + 10),
        ("8 > embed 10 4 > 2 * shared (dense tied=embed > dense 4)", 40 + 10 + 44),
        ("8 > embed 10 4 > shared a (dense tied=embed norm) > dense 4 > shared a", 40 + 30 + 44),
        ("8 > [shared a (embed 10 4 > dense tied=embed) | shared a]", 40 + 10),
        ("8 > (shared a (embed 10 4) + shared a) > dense tied=embed nobias", 40),
        ("8 > (embed 10 4 + embed 10 4) > dense tied=spec/1/2 nobias", 2 * 40),
        ("8x64 > shared a (lstm 64 both) > dense 64 > shared a > dense 64", None),
    ],
)
def test_what_is_tied_or_shared_counts_once(spec: str, params: int | None) -> None:
    recurrent = 2 * 4 * (64 * 64 * 2 + 64) + 2 * (128 * 64 + 64)
    assert fc.analyze(spec).params == (recurrent if params is None else params)


TWO = """
input   = {words = "128", image = "224x224x3"}
outputs = ["mix", "out"]
[rows]
text = "from words > shared table (embed 1000 64)"
see  = "from image > tokens 16 64"
mix  = "from text > attention 8 from see"
out  = "dense tied=text"
"""


def test_inputs_may_have_different_ranks() -> None:
    report = made(TWO)
    assert report.network.inputs == {"words": (128,), "image": (224, 224, 3)}
    # 196 patches of 768 numbers; 128 queries of 196 keys
    cross = 2 * (128 + 196) * 64**2 + 2 * 128 * 196 * 64
    assert report.multiplies == 196 * 768 * 64 + cross + 128 * 64 * 1000
    larger = made(TWO, input={"words": "256", "image": "32x32"}).network
    assert larger.inputs == {"words": (256,), "image": (32, 32, 3)}
    with pytest.raises(fc.FlopcountError, match="'256' is one size, but the inputs have different"):
        made(TWO, input="256")
    with pytest.raises(fc.FlopcountError, match="another rank than the queries: 128×64 and 224×22"):
        made(TWO.replace("from see", "from image"))


def test_a_size_of_tokens_is_changed_by_one_number() -> None:
    table = 'input = "1024"\n[rows]\na = "embed 1000 64 > attention 4"'
    assert made(table, input="2048").network.inputs == {"input": (2048,)}
    channels = table.replace('"1024"', '"1024x8"').replace("embed 1000 64 > ", "")
    assert made(channels, input="2048").network.inputs == {"input": (2048, 8)}
    spec = fc.load("embed 1000 64 > attention 4", input="128")
    assert spec.inputs == {"input": (128,)}
    with pytest.raises(fc.FlopcountError, match=r"the spec has no input size \(128 > …\)"):
        fc.load("embed 1000 64 > attention 4")
    with pytest.raises(fc.FlopcountError, match="input '128' has no channels"):
        fc.load("dense 4", input="128")
