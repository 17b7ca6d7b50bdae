"""Tables: what a user's file may hold and gives, blocks like others, and variants."""

import tomllib

import pytest

from flopcount import FlopcountError
from flopcount.core.graph import INPUT, walk
from flopcount.notation.inputs import InputSize
from flopcount.notation.tables import overlay
from tests.notation.pathways import PATHWAYS, document, made, refused

# --- what a table gives

DEFAULTS = (
    "where the table says nothing else, convolutions are SAME with bias and ReLU, dense layers "
    "have a bias, pools are SAME"
)


def test_a_table_is_a_network() -> None:
    network = made(PATHWAYS)
    assert (network.title, network.source) == ("A small one", "nobody, nowhere")
    assert network.modules == ("conv1", "3a", "pool", "linear")
    assert network.inputs == {INPUT: (28, 28, 192)}
    assert network.output == "linear/1"
    shapes = {row.node.path: row.output for row in walk(network)}
    assert shapes == {
        "conv1/1": (28, 28, 64),
        "3a/1x1/1": (28, 28, 64),
        "3a/5x5/1": (28, 28, 16),
        "3a/5x5/2": (28, 28, 32),
        "3a/concat": (28, 28, 96),
        "pool/1": (1, 1, 96),
        "linear/1": (1, 1, 10),
    }


def test_what_may_be_left_out() -> None:
    network = made('input = "8x8x3"\nrows = {a = "relu"}')
    assert (network.name, network.title, network.source) == ("t", "t", "")
    assert network.notes == (DEFAULTS,)


def test_rows_keep_the_order_of_the_file() -> None:
    rows = "\n".join(f'r{n} = "relu"' for n in (3, 1, 2, 10, 9))
    assert made(f'input = "8x8x3"\n[rows]\n{rows}').modules == ("r3", "r1", "r2", "r10", "r9")


def test_auxiliary_heads_are_counted_when_asked_for() -> None:
    without, counted = made(PATHWAYS), made(PATHWAYS, aux=True)
    extra = counted.nodes[len(without.nodes) :]
    assert counted.nodes[: len(without.nodes)] == without.nodes
    assert [node.path for node in extra] == ["aux1/1", "aux1/2"]
    assert extra[0].inputs == ("3a/concat",)
    assert counted.output == without.output == "linear/1"
    assert any("aux1" in note for note in counted.notes)
    # 28·28 → 1×1×96, then 96·10 + 10
    assert sum(row.count("params") for row in walk(counted)[-2:]) == 96 * 10 + 10


def test_assumed_widths_are_named_in_the_notes() -> None:
    network = made(document('[assumed]\n"3a/5x5/1" = "the paper prints no width here"'))
    assert network.notes == (
        "contains assumed widths, which its source does not print",
        DEFAULTS,
    )


def test_options_change_input_classes_and_columns() -> None:
    assert made(PATHWAYS, input={"": InputSize((14, 7))}).inputs == {INPUT: (14, 7, 192)}
    assert made(PATHWAYS, input={"": InputSize((14, 7, 3))}).inputs == {INPUT: (14, 7, 3)}
    assert walk(made(PATHWAYS, classes=7))[-1].output == (1, 1, 7)
    network = made(PATHWAYS, set={"3a.r5": 24, "3a.n1": "48"})
    found = {row.node.path: row.output[2] for row in walk(network)}
    assert (found["3a/5x5/1"], found["3a/1x1/1"], found["3a/concat"]) == (24, 48, 48 + 32)


# --- blocks that are like others, and variants

LIKE = """
input = "8x8x16"
[block.a]
columns = ["n"]
as  = "(identity + branches > conv 1x1 in linear)"
"1" = "conv 1x1 {n}"
"3" = "conv 1x1 {n} reduce > conv 3x3 {n}"
[block.b]
like = "a"
"3"  = "conv 5x5 {n}"
[block.c]
like = "b"
as   = "branches > relu"
"5"  = "conv 1x1 4"
[rows]
"""


def test_a_block_like_another() -> None:
    kernels = [
        (node.path, getattr(getattr(node.op, "window", None), "kernel", None))
        for node in made(LIKE + 'x = ["b", 8]').nodes
    ]
    assert kernels == [
        ("x/identity", None),
        ("x/1/1", (1, 1)),
        ("x/3/1", (5, 5)),
        ("x/concat", None),
        ("x/conv", (1, 1)),
        ("x/add", None),
    ]
    assert [node.path for node in made(LIKE + 'x = ["c", 8]').nodes] == [
        *("x/1/1", "x/3/1", "x/5/1", "x/concat", "x/relu"),
    ]


@pytest.mark.parametrize(
    ("blocks", "phrase"),
    [
        ('[block.a]\nlike = "a"', "block.a.like: goes in a circle"),
        ('[block.a]\nlike = "b"\n[block.b]\nlike = "a"', "like: goes in a circle"),
        ('[block.a]\nlike = "b"', "block.a.like: unknown block 'b'"),
        ('[block.stem]\nas = "relu"\n[block.a]\nlike = "stme"', "did you mean 'stem'?"),
        ("[block.a]\nlike = 3", "block.a.like: read 3, expected a string"),
        ('[block.a]\nlike = "b"\n[block]\nb = 3', "block.b: read 3, expected a section"),
    ],
)
def test_a_block_like_none(blocks: str, phrase: str) -> None:
    head = blocks if "[block]" not in blocks else '[block]\nb = 3\n[block.a]\nlike = "b"'
    assert phrase in refused(f'input = "8x8x3"\n{head}\n[rows]\nx = "relu"')


def test_a_variant_names_only_what_differs() -> None:
    base = made(PATHWAYS)
    bare = made(overlay(document(), "bare"))
    assert [node.path for node in bare.nodes] == [node.path for node in base.nodes]
    ops = {node.path: node.op for node in bare.nodes}
    assert ops["3a/5x5/2"].window.kernel == (3, 3)
    assert ops["3a/1x1/1"].window.kernel == (1, 1)
    assert (ops["conv1/1"].tail.bias, ops["conv1/1"].tail.norm) == (False, "norm")
    assert walk(bare)[-1].output == (1, 1, 20)


def test_a_variant_may_replace_a_whole_section() -> None:
    assert made(overlay(document(without="aux1"), "deep")).modules == ("conv1",)
    assert made(overlay(document(), "plain")).modules == ("only",)


def test_variants_lie_over_each_other() -> None:
    both = overlay(overlay(document(without="aux1"), "bare"), "deep")
    (first, _) = (node.op for node in made(both).nodes)
    assert (first.width, first.tail.norm) == (8, "norm")


def test_a_variant_leaves_the_table_as_it_was() -> None:
    before, after = document(), document()
    overlay(after, "bare")
    overlay(after, "plain")
    assert after == before


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ("[variant.q]\nreplace = 3", "variant.q.replace: read 3, expected a list of sections"),
        ("[variant.q]\nreplace = [3]", "variant.q.replace: read [3], expected a list"),
        ("[variant.q]\nreplace = [[1]]", "variant.q.replace: read [[1]], expected a list"),
        ("[variant.q]\nreplace = [{a = 1}]", "variant.q.replace: read [{'a': 1}], expected a list"),
        ('[variant.q]\nreplace = "rows"', "variant.q.replace: read 'rows', expected a list"),
        ('[variant.q]\nreplace = ["rows"]', "variant.q.replace: read ['rows'], expected a list"),
        ("[variant]\nq = 3", "variant.q: read 3, expected a section of names and values"),
    ],
)
def test_a_variant_that_is_none(change: str, phrase: str) -> None:
    found = tomllib.loads('input = "8x8x3"\nrows = {a = "relu"}\n' + change)
    with pytest.raises(FlopcountError) as error:
        overlay(found, "q")
    assert phrase in str(error.value)


def test_an_unknown_variant_offers_the_nearest() -> None:
    with pytest.raises(FlopcountError, match=r"'baer'.*did you mean 'bare'\?"):
        overlay(document(), "baer")
    with pytest.raises(FlopcountError, match="variant: read 3, expected a section"):
        overlay({"variant": 3}, "bare")


def test_what_a_variant_gives_is_checked_like_the_table() -> None:
    change = '[variant.q.rows]\n3a = ["inception", 1, 2]'
    assert refused(overlay(document(change), "q")) == (
        "rows.3a: block 'inception' has 3 columns (n1 r5 n5), the row gives 2"
    )
