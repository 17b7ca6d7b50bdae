"""What is wrong with a layer of sequences: one line with where, what was read, what is near."""

import tomllib

import pytest

import flopcount as fc
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from tests.notation.one_line import one_line

MOE = "they are written as in 'experts 8 top=2 [dense 64 relu > dense in]'"
AMONG = "among experts stand dense layers, and what has no weights and works on each token"
ALONE = "is no layer; a size stands at the start alone, and in one piece: 128x768, say"
NO_GRID = "there is no grid to work on (one number is tokens, or a vector; a size ends with its"
MISTAKES = {
    # sizes
    "128X768 > attention 12": "column 1: '128X768' is nearly a size: a small x stands between its",
    "seqx768 > attention 12": "did you mean 'Sx768'?",
    "txc > attention 12": "a name alone, or of two, has a capital; did you mean 'TxC'?",
    "textcnn > relu": "the spec has no input size (28x28x192 > …)",
    "conv3x3 > relu": "the spec has no input size (28x28x192 > …)",
    # heads
    "128x768 > attention 10": "spec/1: 10 heads do not divide 768 channels; 760",
    "128x2147483648 > attention 7": "channels would do, or 4 and 8 heads",
    "128x768 > attention 12 kv=5": "kv=5 does not divide 12 heads; 4 and 6 would do",
    "128x768 > attention 12 kv=24": "kv=24 is more than 12 heads; 12 would do",
    "128x768 > attention 12 kv=0": "column 24: kv is '0', not a whole number from 1 to 2**31",
    "128x768 > attention": "column 20: attention wants a number of heads, such as 12, read the end",
    "128x768 > attention 12.5": "column 21: attention wants a number of heads, such as 12, read '1",
    "128x768 > attention 12x12": "attention wants a number of heads, such as 12, read '12x12'",
    "128x768 > attention 12/2": "column 21: attention wants a number of heads, and no stride beh",
    "128x768 > attention 12 12": "column 24: unknown word '12': attention has its number of heads",
    "768 > attention 12": "attention reads tokens × channels, such as 128x768, and this is a",
    "128x768 > attention 12 headdim=64 dot": "column 35: dot reads heads as they come; headdim= is",
    "128x768 > attention 12 dot bias": "column 28: dot has no projections, and so no bias",
    "128x36 > attention 12 rotary": "rotary turns pairs of channels, and a head has 3; 2 and 4 wou",
    # masks and windows
    "14x14x96 > attention 3 causal": "causal is for tokens in their order, and these lie on a grid",
    "14x14x96 > attention 3 window=5": "window=5 does not divide a side of 14; 2 and 7 would do; '",
    "14x14x96 > attention 3 shift=3": "shift=3 moves windows on a grid, and there are none:",
    "128x96 > attention 3 window=8 shift=3": "shift=3 moves windows on a grid, and these are",
    "14x14x96 > attention 3 window=7 shift=7": "shift=7 is not less than window=7",
    "128x96 > attention 3 window=7x7": "window=7x7 has 2 numbers, but the grid 1 axis",
    "128x96 > attention 3 causal causal": "column 29: 'causal' is a second word for the mask of",
    # from
    "128x96 > attention 3 from": "column 26: 'from' wants a row, read the end",
    "128x96 > attention 3 from inpt": "unknown row after 'from' 'inpt' (known: input); did you",
    "128x96 > attention 3 from input from input": "column 33: 'from' is there twice; attention",
    "128x96 > dense 5 from input": "column 18: dense takes no 'from'; it starts a chain: from row",
    # experts
    "8x64 > experts": f"column 15: experts want how many there are, read the end; {MOE}",
    "8x64 > experts top=2": f"column 16: experts want how many there are, read 'top=2'; {MOE}",
    "8x64 > experts 8x2 top=2 [dense 4]": "experts want how many there are, read '8x2'",
    "8x64 > experts 8 [dense 4]": f"column 18: experts want top=2, say, read '['; {MOE}",
    "8x64 > experts 8 top=2x2 [dense 4]": "column 18: experts want top=2, say, read 'top=2x2'",
    "8x64 > experts 8 top=0 [dense 4]": "column 18: top is '0', not a whole number from 1 to 2**31",
    "8x64 > experts 8 top=2": f"experts want a bracket of what each is, read the end; {MOE}",
    "8x64 > experts 8 top=2 (dense 4)": "experts want a bracket of what each is, read '('",
    "8x64 > experts 8 top=2 [dense 4 | dense 4]": "experts are alike: one spec stands in their br",
    "8x64 > experts 8 top=9 [dense 4]": "spec/1/router: top=9 of 8 experts; top=8 takes all of",
    "8x64 > experts 8 top=2 [conv 3 64]": f"spec/1: 'conv 3 64': {AMONG}",
    "8x64 > experts 8 top=2 [norm=layer]": AMONG,
    "8x64 > experts 8 top=2 [dense 4 norm]": AMONG,
    "8x64 > experts 8 top=2 [attention 4]": AMONG,
    "8x64 > experts 8 top=2 [position]": AMONG,
    "8x64 > experts 8 top=2 [dense 4 > layerscale]": AMONG,
    "8x64 > experts 8 top=2 [dense 4 prelu]": AMONG,
    "8x64 > experts 8 top=2 [flatten]": AMONG,
    "8x64 > experts 8 top=2 [from input > dense 4]": "experts read what their token has, and not '",
    "8x64 > experts 8 top=2 [experts 4 top=1 [dense 4]]": "experts stand among experts: one choice",
    # embeddings
    "128 > embed": "column 12: embed wants the size of its vocabulary and a width, such as 30522",
    "128 > embed 1000": "column 17: embed wants the size of its vocabulary and a width, such as",
    "128 > embed 30522x2 768": "column 13: embed wants the size of its vocabulary and a width,",
    "128 > embed 100 in": "column 17: embed wants a width of its own: tokens have none that 'in'",
    "8 > embed 9 4 > relu > embed 2 4": "embed reads tokens, the numbers of words, and these are",
    "8 > embed 9 4 > embed 2 4": "stands beside the first: (embed 9 4 + embed 2 4)",
    "8x4 > attention 2 > identity > embed 2 4": "are channels that spec/1 puts out",
    "128x64 > dense tied=embed": "no embedding stands before it, as in: embed 30522 768 > dense",
    "8 > embed 9 4 > dense tied=": "column 23: tied wants the name of an embedding: tied=embed",
    "8 > embed 9 4 > dense 9 tied=embed": "tied= has the width of its embedding; leave out the 9",
    "8 > embed 9 4 > dense tied=spce": "unknown name of an embedding, 'spce' (known: spec); did",
    "8 > (embed 9 4 + embed 5 4) > dense tied=embed": "tied='embed' may be spec/1/1 or spec/1/2:",
    "8 > embed 9 4 > dense 5 > dense tied=embed": "shares its weights with spec/1, which has 9·4",
    "128x64 > position 100": "position 100 has too few places for 128 tokens; position 128 would",
    "64 > position": "position reads tokens × channels, and this is a vector of 64",
    # recurrences
    "8x8x64 > lstm 64": "lstm reads tokens × channels, such as 100x64, not 8×8×64",
    "8x64 > lstm last": "column 13: lstm wants a width (its output channels), read 'last'",
    "8x64 > lstm 64 layers=0": "column 16: layers is '0', not a whole number from 1 to 20000",
    "8x64 > lstm 64 layers=20000 both": "more than 20000 layers once repeats are multiplied out",
    "8x64 > lstm 64 both back": "column 21: 'back' is a second word for the direction of one lstm",
    "8x64 > lstm 64 bias=3": "column 16: bias is '3', not a whole number from 1 to 2",
    "8x64 > lstm 64 nobias bias=2": "column 23: 'bias=2' is a second word for the bias of one lstm",
    "8x64 > dense 5 bias=2": "column 16: dense does not take 'bias=2'",
    "8x64 > gru 64 projection=32": "column 15: gru does not take 'projection=32'",
    # tokens
    "8x64 > select": "column 8: select wants which token: select first, or select last",
    "64 > tokens": "tokens reads a grid, and this is a vector of 64",
    "224x225x3 > tokens 16 768": "a patch of 16 does not divide a side of 225; 224 and 240 would",
    "224x225x3 > tokens 16": "a patch of 16 does not divide a side of 225; 224 and 240 would do",
    "224x224x3 > tokens 16 nobias": "tokens has a bias where it has a width, as in tokens 16 768",
    "8x8x64 > transpose": "transpose reads tokens × channels, such as 196x768, not 8×8×64",
    # sizes
    "128 > 256 > dense 3": f"'256' {ALONE}",
    "10 x 20 > dense 4": f"column 1: '10' {ALONE}",
    "128 hwc > dense 4": "column 1: 'hwc' is of a size with channels, not of 128",
    "0 > dense 4": "column 1: length is '0', not a whole number from 1 to 2**31",
    "128": "'128' is a size alone; quote the whole spec: flopcount '128 > dense 64'",
    "128 > conv 3 64": f"'conv 3 64': {NO_GRID}",
    "128 > avgpool global": f"'avgpool global': {NO_GRID}",
    "128 > pad 1": f"'pad 1': {NO_GRID}",
}


@pytest.mark.parametrize(("spec", "said"), MISTAKES.items())
def test_a_mistake_is_one_line(spec: str, said: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        fc.analyze(spec)
    assert said in one_line(error.value)
    assert error.value.code == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('["attention {h}", "8x8"]', "the attention's heads, h, is '8x8', not a whole number from"),
        ('["attention {h}", "8/2"]', "the attention's heads, h, is '8/2', not a whole number from"),
        ('["attention {h}", 0]', "'attention {h}': the attention's heads, h, is '0', not a whole"),
        ('["attention 8 kv={g}", 3]', "kv=3 does not divide 8 heads; 2 and 4 would do"),
        ('["attention 8 kv={g}", "2x2"]', "kv is '2x2', not a whole number from 1 to 2**31"),
        (
            '["experts {e} top={k} [dense 5]", 4, "2x2"]',
            "top, k, is '2x2', not a whole number from",
        ),
        (
            '["experts {e} top={k} [dense 5]", 0, 1]',
            "the number of experts, e, is '0', not a whole",
        ),
        ('["experts {e} top={k} [dense 5]", 4]', "its text has 2 columns (e k), the row gives 1"),
        ('["lstm 5 layers={l}", 0]', "layers is '0', not a whole number from 1 to 20000"),
        ('["lstm 5 bias={b}", 3]', "bias is '3', not a whole number from 1 to 2"),
    ],
)
def test_a_mistake_in_a_column_is_one_line(row: str, said: str) -> None:
    assert said in refused(f"[rows]\na = {row}")


@pytest.mark.parametrize(
    ("default", "said"),
    [
        ('lstm = "layers=2"', "defaults.lstm: 'layers=2' is said of a layer, not of all of them"),
        ('gru = "both"', "defaults.gru: 'both' is said of a layer, not of all of them"),
        ('dense = "tied=embed"', "defaults.dense: 'tied=embed' is said of a layer, not of all"),
        ('attention = "12"', "defaults.attention: unknown word '12'"),
        ('attention = "from a"', "defaults.attention: unknown word 'from'"),
        ('experts = "top=2"', "defaults: unknown layer 'experts'"),
    ],
)
def test_what_no_default_can_be(default: str, said: str) -> None:
    assert said in refused(f'[defaults]\n{default}\n[rows]\na = "dense 5"')


def refused(text: str) -> str:
    document = tomllib.loads(f'input = "64x64"\n{text}')
    with pytest.raises(fc.FlopcountError) as error:
        fc.analyze(build(parse_table(document), "t", Options()))
    return one_line(error.value)
