"""From what a user types to a network."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.graph import INPUT, walk
from flopcount.notation import library
from flopcount.notation.library import read
from flopcount.notation.references import is_spec, split_reference

MINE = """
input   = "8x8x3"
classes = 10
[defaults]
conv = "same bias"
[block.b]
columns = ["n"]
x = "conv 3x3 {n}"
[rows]
a = ["b", 4]
d = "avgpool global > dense classes"
[variant.v]
rows.a = ["b", 5]
[variant.w]
defaults.conv = "same nobias"
"""


@pytest.fixture(name="mine")
def fixture_mine(tmp_path: Path) -> str:
    path = tmp_path / "my.toml"
    path.write_text(MINE, encoding="utf-8")
    return str(path)


def total(reference: str, **options: object) -> int:
    return int(fc.analyze(fc.load(reference, **options)).total.cost.multiplies)  # type: ignore[arg-type]


def refused(reference: str, **options: object) -> str:
    with pytest.raises(FlopcountError) as error:
        fc.load(reference, **options)  # type: ignore[arg-type]
    message = str(error.value)
    assert message.isprintable()
    assert len(message) < 600
    return message


# --- names


@pytest.mark.parametrize(
    ("reference", "phrase"),
    [
        ("googlnet", "unknown network 'googlnet'; did you mean 'googlenet'?"),
        ("resnet50xyz", "flopcount list shows those shipped; a path ends in .toml"),
        ("resnet-26", "; of ResNet there are resnet-18, resnet-34, resnet-50, "),
        ("densenet-bc-40", "; of DenseNet, for ImageNet there are densenet-121, "),
        ("swin", "'swin' is a family of networks: swin-t, swin-s, swin-b"),
        ("ViT-B/16", "there is no file 'ViT-B/16'; did you mean 'vit-b16'?"),
        ("google/vit-base-patch16-224", "; did you mean 'vit-b16'?"),
        ("", "unknown network ''"),
        (".", "unknown network '.'"),
        ("x" * 10_000, "unknown network 'xxx"),
        ("googlenet@tochvision", "did you mean 'torchvision'?"),
        ("googlenet@", "googlenet.toml: unknown variant or rewrite ''"),
        ("googlenet@torchvision@nope", "unknown variant or rewrite 'nope'"),
        ("8x8x3 > relu@wide", "a spec has no variants"),
        ("googlenet.toml", "cannot read 'googlenet.toml': No such file or directory"),
        ("nets/none.toml", "cannot read 'nets/none.toml': No such file or directory"),
    ],
)
def test_a_name_that_is_none(reference: str, phrase: str) -> None:
    assert phrase in refused(reference)


@given(reference=st.text(max_size=30))
def test_any_reference_is_loaded_or_refused(reference: str) -> None:
    try:
        fc.load(reference)
    except FlopcountError as error:
        assert str(error).isprintable()  # noqa: PT017  either is an answer


@pytest.mark.parametrize(
    ("reference", "head", "modifiers"),
    [
        ("googlenet", "googlenet", []),
        ("googlenet@torchvision", "googlenet", ["torchvision"]),
        ("googlenet@a@b=c", "googlenet", ["a", "b=c"]),
        ("nets@home/my.toml", "nets@home/my.toml", []),
        ("nets@home/my.toml@wide", "nets@home/my.toml", ["wide"]),
        ("/a@b/c@d", "/a@b/c", ["d"]),
    ],
)
def test_at_signs_count_after_the_last_slash(
    reference: str, head: str, modifiers: list[str]
) -> None:
    assert split_reference(reference) == (head, modifiers)


@pytest.mark.parametrize("text", ["28x28x3 > relu", "a b", "[a|b]", "2*a", "a>b", "a\tb"])
def test_what_is_a_spec(text: str) -> None:
    assert is_spec(text)


@pytest.mark.parametrize("text", ["googlenet", "my.toml", "my nets/a b.toml", "a-b_c.1", ""])
def test_what_is_no_spec(text: str) -> None:
    assert not is_spec(text)


# --- files of one's own


def test_ones_own_table(mine: str) -> None:
    assert fc.load(mine).name == "my"
    assert total(mine) == 9 * 8**2 * 3 * 4 + 4 * 10
    assert total(f"{mine}@v") == 9 * 8**2 * 3 * 5 + 5 * 10


def test_variants_of_ones_own_lie_over_each_other(mine: str) -> None:
    network = fc.load(f"{mine}@v@w")
    assert network.name == "my@v@w"
    assert sum(row.count("biases") for row in walk(network)) == 10
    assert walk(network)[0].output == (8, 8, 5)


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(MINE.replace('["b", 4]', '["b"]'), encoding="utf-8")
    assert refused(str(path)).startswith("my.toml: rows.a: block 'b' has 1 column")
    assert refused(f"{path}@x").startswith("my.toml: ")


def test_a_table_in_the_folder_one_is_in(
    mine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert fc.load("my.toml").nodes == fc.load(mine).nodes
    assert fc.load("./my.toml@v").name == "my@v"
    assert "unknown network 'my'" in refused("my")
    (tmp_path / "resnet.toml").write_text(MINE, encoding="utf-8")
    assert refused("resnet").endswith("resnet-152; the table here is resnet.toml")
    (tmp_path / "vit-b").mkdir()
    (tmp_path / "vit-b" / "16").write_text(MINE, encoding="utf-8")
    assert fc.load("vit-b/16").nodes == fc.load(mine).nodes


def test_read_gives_the_document(mine: str) -> None:
    assert read(Path(mine))["input"] == "8x8x3"


# --- options


def test_another_input() -> None:
    network = fc.load("googlenet", input="299x299")
    assert network.inputs == {INPUT: (299, 299, 3)}
    assert walk(network)[0].output == (150, 150, 64)  # ⌈299/2⌉
    assert fc.load("googlenet", input="32x64x1").inputs == {INPUT: (32, 64, 1)}
    assert fc.load("googlenet", input="224×224").nodes == fc.load("googlenet").nodes


def test_another_number_of_classes() -> None:
    # 1024·(1000 − 10) multiplies fewer
    assert total("googlenet") - total("googlenet", classes=10) == 1024 * 990
    assert total("googlenet", classes="10") == total("googlenet", classes=10)


def test_other_columns() -> None:
    # 5×5 reduce of 3a from 16 to 24: 8 more, 28²·192·8 + 5²·28²·8·32
    more = 28**2 * 192 * 8 + 25 * 28**2 * 8 * 32
    assert total("googlenet", set={"3a.r5": 24}) - total("googlenet") == more
    assert total("googlenet", set={"3a.r5": "24"}) - total("googlenet") == more


def test_the_heads() -> None:
    # after 4a and 4d: 5×5/3 VALID leaves 4×4; 1×1 128, dense 1024, dense 1000: section 5
    heads = [4**2 * c * 128 + 4**2 * 128 * 1024 + 1024 * 1000 for c in (512, 528)]
    assert total("googlenet", aux=True) - total("googlenet") == sum(heads)
    params = [c * 128 + 128 + 2048 * 1024 + 1024 + 1024 * 1000 + 1000 for c in (512, 528)]
    extra = [fc.analyze(fc.load("googlenet", aux=aux)).total.cost.params for aux in (True, False)]
    assert extra[0] - extra[1] == sum(params)
    found = fc.load("googlenet", aux=True)
    assert found.output == "softmax/1"
    assert found.modules[-2:] == ("aux1", "aux2")
    assert "aux1" in " ".join(found.notes)


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({"input": "299"}, "input '299' has 1 number, the network's own, 224x224x3, has 3"),
        ({"input": "0x299"}, "height is '0', not a whole number from 1 to 2**31"),
        ({"input": "-1x299"}, "height is '-1', not a whole number"),
        ({"input": "2.5x299"}, "height is '2.5', not a whole number"),
        ({"input": "HxW"}, "'H' is a free name, not a number"),
        ({"input": 299}, "input is 299, not a string"),
        ({"input": ""}, "input"),
        ({"classes": 0}, "classes is 0, not a whole number from 1 to 2**31"),
        ({"classes": "0"}, "classes is '0', not a whole number"),
        ({"classes": True}, "classes is True, not a whole number"),
        ({"classes": 1.0}, "classes is 1.0, not a whole number"),
        ({"set": {"3a.r6": 1}}, "unknown column 'r6'"),
        ({"set": {"3c.r5": 1}}, "unknown row '3c'"),
        ({"set": {"3a.r5": "1.5"}}, "'1.5', not a whole number"),
        ({"input": "4x4", "aux": True}, "kernel does not fit a height of 1"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, object], phrase: str) -> None:
    if "aux" in options:  # found in the walk
        with pytest.raises(FlopcountError, match=re.escape(phrase)):
            walk(fc.load("googlenet", **options))  # type: ignore[arg-type]
    else:
        assert phrase in refused("googlenet", **options)


# --- specs


def test_a_spec() -> None:
    network = fc.parse("28x28x192 > conv 1x1 16 reduce > conv 5x5 32")
    assert network.name == str(network) == "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"
    assert network.inputs == {INPUT: (28, 28, 192)}
    assert [node.path for node in network.nodes] == ["spec/1", "spec/2"]
    assert network.notes  # what is carried where nothing is said
    loaded = fc.load("28×28×192>conv 1x1 16 reduce>conv 5x5 32")
    assert loaded.nodes == network.nodes
    assert loaded.name == network.name


def test_a_spec_with_the_input_apart() -> None:
    assert total("conv 5x5 32 > relu", input="28x28x192") == 25 * 28**2 * 192 * 32
    assert total("8x8x3 > conv 1x1 4", input="9x9") == 9**2 * 3 * 4
    assert total("8x8x3 > conv 1x1 4", input="9x9x5") == 9**2 * 5 * 4


@pytest.mark.parametrize(
    ("spec", "phrase"),
    [
        ("conv 3x3 4 > relu", "the spec has no input size (28x28x192 > …)"),
        ("HxWx3 > relu", "'H' is a free name, not a number"),
        ("8x8x3 > conv 3x3 K", "'K' is a free name"),
        ("8x8x3 > conv 3x3 {n}", "unknown column 'n'"),
        ("8x8x3 > inception", "unknown layer 'inception'; in this notation it is written as in '["),
        ("8x8x3 > stem4", "unknown layer 'stem4'"),
        ("8x8x3 > from a > relu", "unknown row after 'from' 'a' (known: input)"),
        ("8x8x3 > (from b + relu)", "unknown row after 'from' 'b'"),
        ("8x8x3 > branches", "branches"),
        ("8x8x3 > from input", "there is no layer"),
        ("8x8x3 > conv 3x3 4 vaild", "column 20: unknown word 'vaild'; did you mean 'valid'?"),
        ("8x8x3 > " + "relu > " * 300 + "rleu", "did you mean 'relu'?"),
    ],
)
def test_a_spec_that_is_none(spec: str, phrase: str) -> None:
    message = refused(spec)
    assert phrase in message
    assert message.startswith("spec '")


def test_a_spec_has_nothing_of_a_table() -> None:
    for options in ({"classes": 3}, {"set": {"a.b": 3}}, {"aux": True}):
        found = refused("8x8x3 > relu", **options)
        assert "a spec has no classes, columns or auxiliary heads to change" in found


def test_the_variants_of_a_table_are_read_from_one_reading(
    mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library._document.cache_clear()  # noqa: SLF001
    fc.load(mine)
    monkeypatch.setattr("tomllib.loads", None)
    biases = [fc.analyze(fc.load(f"{mine}@{name}")).cost.biases for name in ("v", "w", "v@w")]
    assert biases == [15, 10, 10]
    monkeypatch.undo()
    Path(mine).write_text(MINE.replace('"b", 4', '"b", 7'), encoding="utf-8")
    assert fc.analyze(fc.load(mine)).cost.biases == 17  # what is there now
