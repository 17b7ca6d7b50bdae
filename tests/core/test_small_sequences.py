"""Small copies of attention, recurrence, lookups and experts: of their kind, and counted right."""

import math
from itertools import pairwise

import pytest

import flopcount as fc
from flopcount.core import Row
from flopcount.frameworks.copies import FEW_LINES, Copies, Copy
from flopcount.frameworks.smaller_sequences import scales
from flopcount.sizes import Causal, Near

SPECS = [
    "512x768 > attention 12",
    "512x768 > attention 12 causal",
    "512x768 > attention 12 kv=4 causal window=7 rotary",
    "512x768 > attention 12 relative=32 window=5",
    "512x768 > attention 12 kv=3 headdim=32 nobias",
    "512x768 > attention 12 dot causal",
    "56x56x96 > attention 3 window=7 shift=3 relative",
    "56x56x96 > attention 3 window=7",
    "14x14x96 > attention 3",
    "100x64 > lstm 64 bias=2 back last",
    "100x64 > lstm 64 projection=16",
    "100x64 > gru 64",
    "100x64 > gru 64 bias=1",
    "100x64 > rnn 64",
    "512 > embed 30522 768 > position 1024 > dense tied=embed",
    "512 > embed 30522 768 > dense tied=embed norm=layer gelu",
    "224x224x3 > tokens 16 768 class > position > select first",
    "196x768 > transpose",
    "128x64 > experts 8 top=2 [dense 64 relu > dense in]",
    "128x64 > experts 8 top=1 [dense 64 silu nobias > dense in]",
]


def copies(spec: str) -> list[tuple[Row, Copy]]:
    """Each row of a network, and its copy."""
    known = Copies()
    found = [(row, known.of(row)) for row in fc.parse(spec).rows]
    return [(row, copy) for row, copy in found if copy]


def copy_of(spec: str) -> Copy:
    ((_, copy),) = copies(spec)
    return copy


@pytest.mark.parametrize("spec", SPECS)
def test_a_copy_takes_what_is_counted_and_says_so_of_layers_that_grow_alike(spec: str) -> None:
    rows = copies(spec)
    assert len(rows) == len(fc.parse(spec).rows)
    for row, copy in rows:
        assert type(copy.row.node.op) is type(row.node.op)
        assert copy.ran.counts == {name: copy.row.count(name) for name in copy.ran.counts}
        elements = sum(map(math.prod, row.held.outputs))
        tokens = math.prod(row.output[:-1])  # of each the mean of a norm
        for name in copy.ran.counts:
            if name.startswith("elementwise."):
                taken = copy.taken(name, elements, tokens)
                assert taken == (row.count(name) if scales(row.node.op) else None), name


@pytest.mark.parametrize("spec", SPECS)
def test_a_copy_is_small(spec: str) -> None:
    for _, copy in copies(spec):
        lines = sum(nest.lines() for nest in copy.row.work.nests)
        assert lines <= 2 * FEW_LINES, copy.name


def test_a_copy_keeps_what_its_layer_does() -> None:
    assert copy_of("512x768 > attention 12 kv=4 causal window=7 rotary").name == (
        "attention 4 kv=2 causal window=3 rotary on 4×8"
    )
    assert copy_of("56x56x96 > attention 3 window=7 shift=3 relative").name == (
        "attention 2 window=2 shift=1 relative on 4×4×4"
    )
    assert copy_of("512x768 > attention 12 relative=32").row.work.parameters["E"] == 4 * 2
    for mask in ("causal window=128", "window=128"):  # which hides some keys, and not all
        (meet,) = next(
            met
            for nest in copy_of(f"512x768 > attention 12 {mask}").row.work.nests
            for met in nest.meets.values()
            if isinstance(met[0], Causal | Near)
        )
        assert meet.n < meet.inside < meet.full


def test_layers_that_differ_in_sizes_alone_have_one_copy() -> None:
    for word in ("attention 8 causal", "lstm 32", "experts 4 top=2 [dense 8]"):
        sizes = [copies(f"{size} > {word}") for size in ("32x64", "100x128")]
        for (_, one), (_, other) in zip(*sizes, strict=True):
            assert one.key == other.key
    kinds = [copy_of(f"32x64 > attention {word}").key for word in ("8", "8 kv=4", "8 causal")]
    assert all(one != other for one, other in pairwise(kinds))
