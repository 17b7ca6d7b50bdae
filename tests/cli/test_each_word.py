"""Every verb over a network with each word of the notation: it runs, and all say the same."""

import csv
import io
import json
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.core.ops.words import OPS
from tests.page.running import counted, of, shown

# For each word a network with widths that can be halved, on an input of H×W, or on tokens.
WORDS = {
    "conv": "8x8x6 > conv 1x1 4 reduce > conv 3x3/2 8 valid > identity > conv 1x1 4",
    "depthwise": "8x8x6 > conv 1x1 8 > depthwise 3x3",
    "separable": "8x8x6 > separable 3x3 8 > conv 1x1 4",
    "dense": "8x8x6 > flatten > dense 12 > dense 4",
    "maxpool": "9x9x6 > conv 1x1 8 > maxpool 2x2/2 valid > conv 1x1 4",
    "avgpool": "8x8x6 > conv 1x1 8 > avgpool to=3x3 > conv 1x1 4",
    "transposed": "8x8x6 > conv 1x1 4 reduce > transposed 4x4/2 6 pad=1 > conv 3x3 5",
    "upsample": "8x8x6 > conv 3x3 8 > upsample 2 bilinear > upsample to=40x39 > conv 1x1 4",
    "pixelshuffle": "8x8x8 > conv 1x1 16 > pixelshuffle 2 > conv 3x3 8",
    "pixelunshuffle": "8x8x8 > conv 1x1 16 > pixelunshuffle 2 > conv 3x3 8",
    "shuffle": "8x8x8 > conv 1x1 8 groups=2 > shuffle groups=2 > depthwise 3x3 > conv 1x1 4",
    "pad": "8x8x8 > conv 1x1 4 reduce > pad before=0 after=1 > conv 3x3/2 8 valid > pad 1",
    "crop": "8x8x8 > conv 1x1 8 > crop before=1x0 after=0x2 > crop to=4x4 > conv 3x3 4",
    "split": "8x8x8 > conv 1x1 8 > split [identity | conv 1x1 4 reduce > conv 3x3 4] > conv 1x1 4",
    "split (+)": "8x8x8 > conv 1x1 8 > split (relu + conv 3x3 in) > conv 1x1 4",
    "gate": "8x8x8 > conv 1x1 8 > (identity * avgpool global > dense 2 > dense in sigmoid) > lrn > "
    "conv 1x1 4",
    "norm": "8x8x8 > conv 3x3 8 norm=layer > norm=group:4:scale > norm=instance > norm=rms > "
    "norm > conv 1x1 4 norm=instance:stats",
    "glu": "8x8x8 > conv 1x1 16 > glu > conv 1x1 8 > swiglu > conv 1x1 8 > geglu > conv 1x1 8 > "
    "reglu > conv 1x1 4",
    "relu": "8x8x8 > conv 3x3 8 mish > softplus > prelu > selu > relu6 > leaky > elu > sigmoid > "
    "tanh > silu > gelu > hardsigmoid > hardswish > relu > scale > dropout > conv 1x1 4 prelu > "
    "softmax",
    "attention": "12x16 > dense 16 > attention 4 kv=2 causal > attention 2 rotary > dense 8",
    "recurrence": "12x16 > lstm 8 both bias=2 > gru 8 back > rnn 8 last > dense 6",
    "lookup": "12 > embed 40 16 > position 64 > attention 4 > layerscale > dense tied=embed",
    "experts": "12x16 > dense 8 > experts 4 top=2 [dense 12 relu > dense in] > dense 6",
    "tokens": "8x8x6 > tokens 4 16 class > transpose > transpose > select first > dense 4",
}


def printed(*words: str) -> str:
    """What a command line prints, all of it fine."""
    text, code, complaint = run(list(words))
    assert (code, complaint) == (0, "")
    return text


def test_each_word_has_a_network() -> None:
    written = " ".join(WORDS.values()).split()
    assert sorted(set(OPS) - set(written)) == []


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS)
def test_every_verb_says_the_same(word: str, tmp_path: Path) -> None:
    spec = WORDS[word]
    report = fc.analyze(spec, by="layer")
    document = json.loads(printed(spec, "--format", "json", "--explain"))
    total = document["total"]
    for name in ("multiplies", "params", "activations"):
        assert sum(layer[name] for layer in document["layers"]) == total[name]
    assert total["multiplies"] == report.multiplies > 0
    lines = list(csv.DictReader(io.StringIO(printed(spec, "--by", "layer", "--format", "csv"))))
    assert [line["layer"] for line in lines] == [*(line.layer for line in report), "total"]
    for grain in ("layer", "op", "branch"):
        assert f"{total['multiplies']:,}" in printed(spec, "--by", grain, "--explain")
    assert f"{total['params']:,}" in printed(spec, "--by", "layer", "--format", "markdown")
    printed(spec, "--by", "layer", "--format", "latex")
    side = spec.partition(" ")[0].partition("x")[0]
    sides = "HW" if spec.split(" > ", maxsplit=1)[0].count("x") > 1 else "L"
    formula = fc.formula(spec, let=dict.fromkeys(sides, int(side)))
    assert formula.text() == str(total["multiplies"])
    swept = fc.sweep(spec, {"input": side})
    assert [swept["multiplies"][0], swept["params"][0]] == [total["multiplies"], total["params"]]
    compared = printed("compare", spec, f"{spec}@width=0.5", "--format", "csv").splitlines()[-1]
    assert compared.split(",")[1:3] == [str(total["multiplies"]), str(total["params"])]
    budget = f"multiplies={100 * total['multiplies']}"
    fitted = printed("fit", spec, "--scale", "width", "--multiple", "16", "--budget", budget)
    assert "next larger" in fitted
    page = of(spec)
    assert shown(page, {}) == counted(spec)
    assert shown(page, {"width": 50}) == counted(f"{spec}@width=0.5")
    if page.naive:
        assert shown(page, {}, "naive") == counted(f"{spec}@naive")
        assert "pays up to" in printed("breakeven", spec)
    file = tmp_path / "page.html"
    printed(spec, "-o", str(file))
    assert f"{total['multiplies']:,}" in file.read_text(encoding="utf-8")


@pytest.fixture
def all_of_them(tmp_path: Path) -> Path:
    """A table with a module for each word that reads an image and leaves one."""
    rows = [
        f'"{place}" = "conv 1x1 8 > {spec.partition(" > ")[2]} > upsample to=64x64 > crop to=8x8"'
        for place, spec in enumerate(WORDS.values(), start=1)
        if "flatten" not in spec and spec[:3] in ("8x8", "9x9") and "tokens" not in spec
    ]
    table = tmp_path / "all.toml"
    table.write_text("\n".join(['input = "8x8x8"', "[rows]", *rows]), encoding="utf-8")
    return table


@pytest.mark.slow
def test_all_of_them_are_drawn(all_of_them: Path, tmp_path: Path) -> None:
    for kind in ("drawing", "tree"):
        printed("plot", str(all_of_them), "--kind", kind, "-o", f"{tmp_path}/{kind}.svg")
        assert "<svg" in (tmp_path / f"{kind}.svg").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["modules", "layers", "savings"])
def test_all_of_them_have_bars(all_of_them: Path, kind: str, tmp_path: Path) -> None:
    printed("plot", str(all_of_them), "--kind", kind, "-o", f"{tmp_path}/it.png")


# The words whose networks are not among all of them; those are drawn above.
ALONE = ["dense", "attention", "recurrence", "lookup", "experts", "tokens"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["modules", "layers", "tree", "drawing", "savings"])
@pytest.mark.parametrize("word", ALONE)
def test_every_picture(word: str, kind: str, tmp_path: Path) -> None:
    printed("plot", WORDS[word], "--kind", kind, "-o", f"{tmp_path}/it.png")
