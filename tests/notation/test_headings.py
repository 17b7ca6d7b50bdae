"""What a report's heading has to say of a network: its defaults, and layers that nobody reads."""

import json
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.notation.headings import defaults_note
from flopcount.notation.vocabulary import builtin_defaults, settings
from tests.shipped import INCEPTION

# --- defaults


def note(**defaults: str) -> str:
    """The sentence about a table with these defaults, from its first kind of layer on."""
    given = {kind: settings(words.split(), kind) for kind, words in defaults.items()}
    whole = {kind: {**words, **given.get(kind, {})} for kind, words in builtin_defaults().items()}
    return defaults_note("the table", whole).removeprefix("where the table says nothing else, ")


@pytest.mark.parametrize(
    ("defaults", "said"),
    [
        (
            {},
            "convolutions are SAME with bias and ReLU, dense layers have a bias, pools are SAME",
        ),
        (
            {"conv": "valid nobias norm linear", "dense": "nobias relu"},
            (
                "convolutions are VALID without bias, with batch norm; depthwise ones SAME with "
                "bias and ReLU; separable ones SAME with bias and ReLU; dense layers have no bias, "
                "but ReLU; pools are SAME"
            ),
        ),
        (
            {"maxpool": "valid ceil", "avgpool": "pad=1", "norm": "norm=shift"},
            (
                "convolutions are SAME with bias and ReLU; dense layers have a bias; max pools "
                "are VALID, rounded up; average pools are padded by 1, rounded down; norms are "
                "batch norm (β alone)"
            ),
        ),
        (
            {"conv": "same nobias norm=group:32 prelu", "norm": "norm=layer:scale"},
            (
                "convolutions are SAME without bias, with group norm (32 groups) and PReLU; "
                "depthwise ones SAME with bias and ReLU; separable ones SAME with bias and ReLU; "
                "dense layers have a bias; pools are SAME; norms are layer norm (γ alone)"
            ),
        ),
    ],
)
def test_each_default_is_said(defaults: dict[str, str], said: str) -> None:
    assert note(**defaults) == said


def test_transposed_convolutions_are_spoken_of_where_there_are_some(tmp_path: Path) -> None:
    said = "transposed ones VALID with bias and ReLU"
    assert said in str(fc.analyze("3x3x1 > transposed 3x3 1"))
    assert "transposed ones" not in str(fc.analyze("3x3x1 > conv 3x3 1"))
    table = tmp_path / "net.toml"

    def report(default: str) -> str:
        rows = f'[defaults]\ntransposed = "{default}"\n[rows]\na = "transposed 2x2/2 8"\n'
        table.write_text(f'input = "8x8x3"\n{rows}', encoding="utf-8")
        return str(fc.analyze(table))

    said = "transposed ones SAME without bias, with batch norm and ReLU; "
    assert said in report("same nobias norm")
    assert "transposed ones" not in report("same")  # they are as convolutions are


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("9 > embed 20 8 > attention 2 > dense 4", "attention and dense layers have a bias"),
        ("32x32x3 > tokens 16 8 class > attention 2", "attention and dense layers have a bias"),
        ("9 > embed 20 8 > lstm 4", "dense layers have a bias"),
        (
            "8x8x3 > conv 1x1 4 > attention 2",
            (
                "convolutions are SAME with bias and ReLU, attention and dense layers have a bias, "
                "pools are SAME"
            ),
        ),
    ],
)
def test_of_sequences_it_speaks_of_what_is_there(spec: str, said: str) -> None:
    assert fc.parse(spec).notes[-1] == f"where the spec says nothing else, {said}"


def test_attention_that_has_no_bias_is_told_apart(tmp_path: Path) -> None:
    table = tmp_path / "net.toml"
    defaults = '[defaults]\nattention = "nobias"\n'
    table.write_text(f'input = "9x8"\n{defaults}[rows]\na = "attention 2"\n', encoding="utf-8")
    said = "where the table says nothing else, dense layers have a bias, attention has no bias"
    assert fc.load(str(table)).notes[-1] == said


@pytest.mark.parametrize("name", INCEPTION)
def test_a_tables_report_says_its_defaults(name: str) -> None:
    report = fc.analyze(fc.load(name))
    (said,) = [line for line in report.network.notes if line.startswith("where the table says")]
    assert said in report.to_text()
    assert said in json.loads(report.to_json())["notes"]


def test_a_variants_defaults_are_its_own() -> None:
    def said(name: str) -> str:
        return fc.load(name).notes[-1].partition("else, ")[2]

    assert said("googlenet").startswith("convolutions are SAME with bias and ReLU, dense")
    assert said("googlenet@torchvision") == (
        "convolutions are SAME without bias, with batch norm and ReLU; dense layers have a bias; "
        "max pools are VALID, rounded up; average pools are SAME"
    )


# --- what nobody reads

LOST = """
input = "8x8x3"
[rows]
a = "conv 3x3 4"
lost = "conv 1x1 5 > relu"
b = "from a > conv 1x1 6"
[aux]
h = "from a > conv 1x1 2"
"""


@pytest.fixture
def lost(tmp_path: Path) -> str:
    path = tmp_path / "lost.toml"
    path.write_text(LOST, encoding="utf-8")
    return str(path)


def test_a_row_that_no_layer_reads_is_named(lost: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert fc.load(lost).unread == ("lost",)
    assert fc.load(lost, aux=True).unread == ("lost",)  # a head is a result
    assert main([lost]) == 0
    assert "\nnot read by any layer: lost\n" in capsys.readouterr().out
    assert "not read by any layer: lost" in fc.analyze(fc.load(lost)).to_markdown()
    assert main(["compare", lost, "googlenet"]) == 0
    assert "lost: not read by any layer: lost\n" in capsys.readouterr().out


def test_strict_is_an_exit_code_of_its_own(
    lost: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("table", "csv", "json"):
        assert main([lost, "--format", form]) == 0
        plain = capsys.readouterr()
        assert main([lost, "--strict", "--format", form]) == 3
        assert capsys.readouterr() == (plain.out, "flopcount: not read by any layer: lost\n")
    assert main([lost, "--strict", "-o", str(tmp_path / "a.csv")]) == 3
    assert (tmp_path / "a.csv").exists()
    assert main([lost, "--strict", "--module", "b"]) == 3  # its heading says it too
    assert main(["googlenet", "--strict", "--aux"]) == 0
    assert main([lost, "--strict", "--by", "nothing"]) == 2  # what is worse is said


@pytest.mark.parametrize(
    ("spec", "unread"),
    [
        ("8x8x3 > relu > [from input > conv 1x1 3 | from input]", ("spec/1",)),
        ("8x8x3 > conv 1x1 4 > (from input + conv 1x1 3)", ()),
        ("8x8x3 > [relu | tanh] > from input > relu", None),
    ],
)
def test_layers_that_no_layer_reads(spec: str, unread: tuple[str, ...] | None) -> None:
    if unread is None:
        with pytest.raises(fc.FlopcountError, match="'from' does not start its chain"):
            fc.parse(spec)
    else:
        assert fc.parse(spec).unread == unread


def test_a_part_has_what_is_unread_of_the_whole_in_it(lost: str) -> None:
    network = fc.load(lost)
    assert network["a"].unread == ()  # the rows after it read it
    assert network["lost"].unread == ("lost",)
    assert fc.load("googlenet")["3a"].unread == ()


def test_many_are_named_in_part(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    rows = "\n".join(f'r{i} = "from input > relu"' for i in range(40))
    path.write_text(f'input = "8x8x3"\n[rows]\n{rows}\n', encoding="utf-8")
    assert fc.load(str(path)).notes[-1] == (
        f"not read by any layer: {', '.join(f'r{i}' for i in range(12))} and 27 more"
    )


def test_a_rewrite_keeps_what_is_said(lost: str) -> None:
    assert fc.load(f"{lost}@width=2").notes[-1] == "not read by any layer: lost"
