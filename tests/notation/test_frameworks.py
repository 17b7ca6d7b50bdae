"""`[defaults] framework`: what ``same`` and a pool without words mean, as Keras and PyTorch do."""

import pytest

import flopcount as fc
from flopcount.notation.rewriting import read_rewrite
from flopcount.notation.tables import overlay
from flopcount.sizes import Window
from tests.notation.pathways import document, made, refused


def network(
    spec: str, framework: str = "torch", size: str = "224x224x3", more: str = ""
) -> fc.Network:
    head = f'input = "{size}"\n[defaults]\nframework = "{framework}"\n{more}'
    return made(f'{head}\n[rows]\na = "{spec}"')


def torch_outputs(n: int, k: int, s: int, p: int, d: int = 1) -> int:
    """torch.nn.Conv2d and MaxPool2d: ⌊(n + 2p − d·(k − 1) − 1) / s⌋ + 1."""
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def torch_inside(n: int, k: int, s: int, p: int, d: int = 1) -> int:
    """The taps along an axis that fall inside it, looked at one by one."""
    starts = range(0, torch_outputs(n, k, s, p, d) * s, s)
    return sum(0 <= o - p + t * d < n for o in starts for t in range(k))


@pytest.mark.parametrize("n", [224, 225, 7])
@pytest.mark.parametrize(("k", "s", "d"), [(7, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 2), (1, 2, 1)])
def test_same_pads_both_sides_alike(n: int, k: int, s: int, d: int) -> None:
    (row,) = network(f"conv {k}x{k}/{s} 8 dilation={d}", size=f"{n}x{n}x3 hwc").rows
    p = (k - 1) * d // 2
    m = torch_outputs(n, k, s, p, d)
    assert row.output == (m, m, 8)
    assert row.count("multiplies") == k * k * 3 * 8 * m * m
    assert row.count("multiplies_unpadded") == 3 * 8 * torch_inside(n, k, s, p, d) ** 2


@pytest.mark.parametrize("n", [224, 225, 7])
def test_the_stem_of_resnet(n: int) -> None:
    """He et al., arXiv:1512.03385; torchvision's has conv 7×7/2 pad 3, then a pool 3×3/2 pad 1."""
    rows = network("conv 7x7/2 64 > maxpool 3x3/2 pad=1", size=f"{n}x{n}x3 hwc").rows
    first = torch_outputs(n, 7, 2, 3)
    second = torch_outputs(first, 3, 2, 1)
    assert [row.output[0] for row in rows] == [first, second]
    assert (first, second) == {224: (112, 56), 225: (113, 57), 7: (4, 2)}[n]


@pytest.mark.parametrize(("n", "outputs"), [(112, 55), (113, 56), (7, 3)])
def test_a_pool_without_words_is_valid_and_rounded_down(n: int, outputs: int) -> None:
    for pool in ("maxpool", "avgpool"):
        (row,) = network(f"{pool} 3x3/2", size=f"{n}x{n}x3 hwc").rows
        assert row.output == (outputs, outputs, 3) == (torch_outputs(n, 3, 2, 0),) * 2 + (3,)
        (same,) = network(f"{pool} 3x3/2 same", size=f"{n}x{n}x3 hwc").rows
        assert same.output[0] == torch_outputs(n, 3, 2, 1)
        (up,) = network(f"{pool} 3x3/2 ceil", size=f"{n}x{n}x3 hwc").rows
        assert up.output[0] == -(-(n - 3) // 2) + 1


@pytest.mark.parametrize("framework", ["keras", "tensorflow"])
def test_keras_is_what_nothing_said_is(framework: str) -> None:
    spec = "conv 3x3/2 8 > maxpool 3x3/2 > conv 2x2 4"
    plain = made(f'input = "224x224x3"\nrows = {{a = "{spec}"}}')
    assert network(spec, framework).nodes == plain.nodes
    assert network(spec, framework).notes == plain.notes
    assert plain.nodes[0].op.window == Window((3, 3), (2, 2), padding="same")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("conv 2x2 4", "rows.a: 'conv 2x2 4': an even kernel, 2×2, has no 'same' with framework"),
        ("conv 3x4 4", "an even kernel, 3×4, has no 'same'"),
        ("maxpool 2x2/2 same", "pads both sides alike; write the padding: pad=1, or valid"),
        ("conv 2x2 4 dilation=3x2", "an even kernel, 2×2"),
    ],
)
def test_an_even_kernel_wants_its_padding(spec: str, message: str) -> None:
    head = 'input = "8x8x3"\n[defaults]\nframework = "torch"\n[rows]\n'
    assert message in refused(f'{head}a = "{spec}"')
    made(head + 'a = "conv 2x2 4 valid > conv 2x2 4 pad=1 > maxpool 2x2/2 > conv 2x2 4 dilation=2"')


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('"caffe"', "defaults.framework: unknown framework 'caffe' (known: keras, tensorflow, tor"),
        ('"Torch"', "did you mean 'torch'?"),
        ('"PyTorch"', "in a table it is 'torch'"),
        ('"tf"', "in a table it is 'tensorflow'"),
        ("3", "defaults.framework: read 3, expected a string"),
        ('["torch"]', "defaults.framework: read ['torch'], expected a string"),
    ],
)
def test_a_framework_that_is_none(value: str, message: str) -> None:
    assert message in refused(f'input = "8x8x3"\ndefaults.framework = {value}\nrows.a = "relu"')


def test_a_slip_in_its_key() -> None:
    found = refused('input = "8x8x3"\ndefaults.framwork = "torch"\nrows.a = "relu"')
    assert "did you mean 'framework'?" in found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "",
            (
                "convolutions are SAME with bias and ReLU; dense layers have a bias; pools are "
                "VALID, rounded down; SAME pads both sides alike, as PyTorch does"
            ),
        ),
        (
            'maxpool = "same ceil"\nconv = "valid nobias norm"',
            (
                "convolutions are VALID without bias, with batch norm and ReLU; dense layers have "
                "a bias; max pools are SAME, rounded up; average pools are VALID, rounded down; "
                "SAME pads both sides alike, as PyTorch does"
            ),
        ),
    ],
)
def test_the_heading_says_it(more: str, said: str) -> None:
    (note,) = network("relu", more=more).notes
    assert note == f"where the table says nothing else, {said}"


def test_a_variant_may_be_of_another_framework() -> None:
    found = overlay(document('[variant.t]\ndefaults.framework = "torch"'), "t")
    windows = [node.op.window for node in made(found).nodes if hasattr(node.op, "window")]  # type: ignore[attr-defined]
    assert [window.padding for window in windows] == [(1, 1), (0, 0), (0, 0), (2, 2)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("factorize", "5x5:3x3"), ("factorize", "nxn"), ("separable", None), ("naive", None)],
)
def test_rewrites_keep_the_outputs(name: str, value: str | None) -> None:
    plain = network("conv 1x1 4 reduce > conv 5x5/2 8", size="15x14x3")
    changed = read_rewrite(name, value).apply(plain)
    assert changed.rows[-1].output == plain.rows[-1].output == (8, 7, 8)
