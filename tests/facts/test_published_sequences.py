"""Networks of sequences that share weights, by hand: what their papers print, in millions."""

from typing import Any

import flopcount as fc
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table


def cost(rows: dict[str, str], blocks: dict[str, str] | None = None, **table: Any) -> Any:
    table["block"] = {name: {"as": layout} for name, layout in (blocks or {}).items()}
    return fc.analyze(
        build(parse_table({**table, "rows": rows}), "a network", Options())
    ).total.cost


def norm(c: int) -> int:
    return 2 * c


def test_albert_has_one_layer_twelve_times() -> None:
    # Lan et al., arXiv:1909.11942, table 1: base, 12 layers of 768, embeddings of 128, 12M
    layer = "(identity + attention 12) > norm=layer > (identity + dense 3072 gelu > dense in)"
    rows = {
        "embed": "(embed 30000 128 + embed 2 128) > position 512 > norm=layer > dense 768",
        "layers": "12 * shared layer",
        "pooler": "select first > dense 768 tanh",
    }
    found = cost(rows, {"layer": f"{layer} > norm=layer"}, input="128")
    c, f, e, t = 768, 3072, 128, 128
    once = 4 * (c * c + c) + c * f + f + f * c + c + 2 * norm(c)
    assert found.params == (30000 + 2 + 512) * e + norm(e) + e * c + c + once + c * c + c
    assert found.params == 11_683_584
    each = t * (4 * c * c + 2 * c * f) + 2 * t * t * c
    assert found.multiplies == t * e * c + 12 * each + c * c


def test_t5_has_one_table_and_one_bias_of_distances_for_each_stack() -> None:
    # Raffel et al., arXiv:1910.10683, section 3.7: small, 6 layers each of 512, 8 heads, 60M
    feed = "(identity + norm=rms > dense 2048 relu > dense in)"
    heads, first = "(identity + norm=rms > attention 8 headdim=64", " relative=32"
    crossed = f"{heads} from ready)"
    blocks = {
        "r-first": f"{heads}{first}) > {feed}",
        "r": f"{heads}) > {feed}",
        "w-first": f"{heads} causal{first}) > {crossed} > {feed}",
        "w": f"{heads} causal) > {crossed} > {feed}",
    }
    rows = {
        "words": "from source > shared table (embed 32128 512)",
        "read": "r-first > 5 * r",
        "ready": "norm=rms",
        "said": "from target > shared table",
        "write": "w-first > 5 * w",
        "next": "norm=rms > dense tied=words",
    }
    plain = {"dense": "nobias", "attention": "nobias"}
    found = cost(rows, blocks, defaults=plain, input={"source": "40", "target": "30"})
    c, f = 512, 2048
    one, other = 4 * c * c, 2 * c * f
    reads, writes = one + other + 2 * c, 2 * one + other + 3 * c
    assert found.params == 32128 * c + 6 * (reads + writes) + 2 * (32 * 8) + 2 * c == 60_506_624
    s, t = 40, 30
    reading = s * (one + other) + 2 * s * s * c
    writing = t * (one + other) + 2 * t * t * c + (t + s) * one // 2 + 2 * t * s * c
    assert found.multiplies == 6 * (reading + writing) + t * c * 32128
    hidden = 6 * 2 * c * (t * (t - 1) // 2)
    assert found.multiplies - found.multiplies_unpadded == hidden


def test_language_models_of_lstms() -> None:
    # Zaremba et al., arXiv:1409.2329: medium, 2 layers of 650, 35 steps, 10,000 words; 20M
    medium = cost(
        {"w": "embed 10000 650", "l": "lstm 650 layers=2", "o": "dense 10000"}, input="35"
    )
    layers = 2 * 4 * (650 * 650 + 650 * 650)
    assert medium.params == 2 * 10000 * 650 + 10000 + layers + 2 * 4 * 650 == 19_775_200
    assert medium.multiplies == 35 * (layers + 10000 * 650)
    # Merity et al., arXiv:1708.02182, table 1: 1150, 1150 and 400 units, tied words of 400; 24M
    lstms = "lstm 1150 bias=2 layers=2 > lstm 400 bias=2"
    tied = cost({"w": "embed 10000 400", "l": lstms, "o": "dense tied=w"}, input="70")
    sizes = [(400, 1150), (1150, 1150), (1150, 400)]
    held = sum(4 * (c * w + w * w + 2 * w) for c, w in sizes)
    assert tied.params == 10000 * 400 + 10000 + held == 24_221_600
