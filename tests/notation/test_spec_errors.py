"""What cannot be read in a spec: what is said, and at which column."""

import pytest

from flopcount import FlopcountError
from flopcount.notation.parser import (
    parse,
)
from tests.notation.one_line import one_line


@pytest.mark.parametrize(
    ("text", "column", "phrase"),
    [
        # nothing, or something missing
        ("", 1, "expected a layer, a block or a bracket, read the end"),
        ("a >", 4, "expected a layer, a block or a bracket, read the end"),
        ("> a", 1, "expected a layer, a block or a bracket, read '>'"),
        ("a > > b", 5, "expected a layer, a block or a bracket, read '>'"),
        ("[a | ]", 6, "expected a layer, a block or a bracket, read ']'"),
        ("()", 2, "expected a layer, a block or a bracket, read ')'"),
        ("3 *", 4, "expected a layer, a block or a bracket, read the end"),
        ("28x28x3", 1, "expected '>' and a layer after the input size '28x28x3'"),
        ("28x28x3 conv 3x3 4", 1, "expected '>' and a layer after the input size"),
        ("28x28x3 >", 10, "expected a layer"),
        ("from", 5, "read the end"),
        # kernels, strides, widths
        ("conv 5y5 32", 6, "conv wants a kernel such as 3x3 or 3x3/2, read '5y5'"),
        (
            "conv 32",
            8,
            "conv wants a kernel and a width (its output channels), read '32' and the end",
        ),
        ("conv 0x3 4", 6, "kernel is '0', not a whole number from 1 to 2**31"),
        ("conv 2147483649x3 4", 6, "kernel is '2147483649', not a whole number from 1 to 2**31"),
        ("conv 3x3/0 4", 6, "stride is '0', not a whole number from 1 to 2**31"),
        ("conv 3x3", 9, "conv wants a width (its output channels), read the end"),
        ("conv 3x3 same 4", 10, "conv wants a width (its output channels), read 'same'"),
        ("conv 3x3 0", 10, "width is '0', not a whole number from 1 to 2**31"),
        ("conv 3x3 2.5", 10, "width is '2.5', not a whole number"),
        ("conv 3x3 1e3", 10, "width is '1e3', not a whole number"),
        ("conv 3x3 -4", 10, "-4"),
        ("conv 3x3 2147483649", 10, "width is '2147483649', not a whole number from 1 to 2**31"),
        ("conv 3x3 " + "9" * 5000, 10, "not a whole number from 1 to 2**31"),
        ("conv 3x3 {}", 11, "column '' is not a name"),
        ("conv 3x3 {a b}", 11, "column 'a b' is not a name"),
        ("conv 3x3 {in}", 11, "column 'in' is a word of the notation"),
        ("conv 3x3 {r5", 10, "'{'"),
        ("conv 3x3 r5}", 12, "'}'"),
        ("{r5}", 2, "expected a layer, a block or a bracket, read 'r5'"),
        ("maxpool", 1, "maxpool wants either a kernel such as 3x3/2, or global, or to=HxW"),
        ("maxpool 3x3 global", 13, "wants either a kernel such as 3x3/2, or global"),
        # words
        ("conv 3x3 32 vaild", 13, "unknown word 'vaild'; did you mean 'valid'?"),
        ("conv 3x3 32 vaild relu", 13, "unknown word 'vaild'; did you mean 'valid'?"),
        ("conv 3x3 32 same valid", 18, "'valid' is a second word for the padding of one conv"),
        ("conv 3x3 32 same valid relu", 18, "'valid' is a second word for the padding"),
        ("conv 3x3 32 relu linear", 18, "'linear' is a second word for the activation"),
        ("conv 3x3 32 bias nobias", 18, "'nobias' is a second word for the bias"),
        ("conv 3x3 32 norm nonorm", 18, "'nonorm' is a second word for the norm"),
        ("conv 3x3 32 reduce project", 20, "'project' is a second word for the role"),
        ("conv 3x3 32 global", 13, "conv does not take 'global'"),
        ("dense 10 same", 10, "dense does not take 'same'"),
        ("maxpool 3x3 relu", 13, "maxpool does not take 'relu'"),
        ("norm nonorm", 6, "norm does not take 'nonorm'"),
        ("conv 3x3 4 pad=", 12, "pad is '', not of the form 2, 2x1 or 2x1x1"),
        ("conv 3x3 4 pad=-1", 12, "pad is '-1', not of the form 2, 2x1 or 2x1x1"),
        ("conv 3x3 4 pad=1x2x3x4", 12, "pad is '1x2x3x4', not of the form 2, 2x1 or 2x1x1"),
        ("conv 3x3 4 groups=0", 12, "groups is '0', not a whole number from 1 to 2**31"),
        ("conv 3x3 4 groups=2.0", 12, "groups is '2.0', not a whole number"),
        ("conv 3x3 4 dilation=0", 12, "dilation is '0', not a whole number"),
        ("lrn size=0", 5, "size is '0', not a whole number"),
        ("relu6 4", 7, "unknown word '4'"),
        ("relu dense 5", 6, "expected '>' before the layer 'dense'"),
        ("conv 3x3 4 relu conv 3x3 8", 17, "expected '>' before the layer 'conv'"),
        # layers and blocks
        ("cnov 3x3 4", 1, "did you mean 'conv'?"),
        ("a b", 1, "unknown layer 'a'"),
        ("a > soft max", 5, "unknown layer 'soft max'; in this notation it is 'softmax'"),
        ("é", 1, "'é' is not a name (letters, digits, '_', '-', '.'; at most 60 of them)"),
        ("a" * 61, 1, "at most 60 of them"),
        ("a > ;", 5, "';' is not a name"),
        ("from a b", 8, "expected '>' or the end of the chain, read 'b'"),
        ("a > from b", 10, "'from' does not start its chain"),
        ("2 * from a", 10, "'from' does not start its chain"),
        # brackets
        ("[a]", 3, "a bracket [ ] needs at least two arms, with '|' between them"),
        ("[a | b", 7, "'[' is never closed"),
        ("((a)", 5, "'(' is never closed"),
        ("[a | b)", 7, "')' closes no '('"),
        ("(a + b]", 7, "']' closes no '['"),
        ("a ]", 3, "']' closes no '['"),
        ("a | b", 3, "'|' stands outside [ ] ('|' concatenates inside [ ], '+' adds and '*' mul"),
        ("(a | b)", 4, "'|' stands outside [ ]"),
        ("[a + b]", 4, "'+' stands outside ( )"),
        ("a: b", 1, "the label 'a' does not start an arm of a bracket"),
        ("[x: y: a | b]", 5, "the label 'y' does not start an arm of a bracket"),
        ("[a > x: b | d]", 6, "the label 'x' does not start an arm of a bracket"),
        ("(x: a)", 6, "the label 'x' is not of an arm"),
        ("[é: a | b]", 2, "label 'é' is not a name"),
        # repeats
        ("0 * a", 1, "the number of repeats is '0', not a whole number from 1 to 20000"),
        ("-1 * a", 1, "the number of repeats is '-1', not a whole number"),
        ("2.5 * a", 1, "the number of repeats is '2.5', not a whole number"),
        ("20001 * a", 1, "the number of repeats is '20001', not a whole number"),
        ("2 * 3 * a", 7, "'*' stands outside ( ) ("),
        ("relu * a", 6, "and a whole number before '*' repeats)"),
        ("(a * b + relu)", 8, "'*' and '+' stand in one ( )"),
        ("[a * b]", 4, "'*' stands outside ( )"),
        ("split relu", 7, "'split' wants a bracket, as in split [a | b], read 'relu'"),
        ("split (relu)", 12, "'split' wants a bracket of two arms or more"),
        # layers without a width
        ("upsample", 1, "upsample wants either a factor such as 2, or to=HxW"),
        ("upsample global", 10, "upsample does not take 'global'"),
        ("upsample 2/2", 10, "upsample wants a factor, and no stride behind it"),
        ("pixelshuffle", 13, "pixelshuffle wants a factor such as 2, read the end"),
        ("pad", 1, "pad wants either a margin such as 1, or before= and after="),
        ("crop 1 to=3", 8, "crop wants either a margin such as 1, or to=HxW, or before="),
        ("norm=group", 1, "norm=group: how many groups? norm=group:32, say"),
        ("norm=group:0", 1, "norm=group:0: how many groups?"),
        ("norm=rms:shift", 1, "norm=rms:shift: rms has no shift"),
        ("norm=batch", 1, "norm=batch: expected shift, scale, stats, layer, group:32"),
        # sizes
        ("0x28x3 > relu", 1, "height is '0', not a whole number from 1 to 2**31"),
        ("28.5x28x3 > relu", 1, "height is '28.5', not a whole number"),
        ("28x28x28x3x4 > relu", 1, "size '28x28x28x3x4' is not of the form 28x28x192 (the axes"),
    ],
)
def test_an_error_names_its_column(text: str, column: int, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        parse(text)
    message = one_line(error.value)
    assert phrase in message
    assert message.startswith(f"column {column}: ")
    assert len(message) < 400
