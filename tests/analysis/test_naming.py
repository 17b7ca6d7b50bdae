"""A line of a report by its name, what is in a report, and the arithmetic of one line."""

import pickle

import pytest

import flopcount as fc
from flopcount.analysis import GRAINS
from flopcount.cli.main import main

WHOLE = fc.analyze("googlenet")
MODULE = fc.analyze("googlenet", modules=["3a"])
BRANCH_5X5 = 28**2 * (192 * 16 + 25 * 16 * 32)


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("network", ["googlenet", "inception-v4", "inception-resnet-v2"])
def test_every_line_has_a_name(network: str, grain: str) -> None:
    report = fc.analyze(network, by=grain)
    for line in report:
        branch = "–" if line.branch is None else line.branch
        full = f"{line.module}/{branch}" if grain == "branch" else line.layer or line.op
        full = full or line.module
        assert report[str(full)] is line
        assert full in report


@pytest.mark.parametrize(
    ("report", "name", "place"),
    [
        (MODULE, "5x5", ("3a", "5x5", None, None)),
        (MODULE, "–", ("3a", None, None, None)),
        (MODULE, "3a/5x5", ("3a", "5x5", None, None)),
        (MODULE, "3a/5x5/2", ("3a", "5x5", "3a/5x5/2", "conv")),
        (MODULE, "5x5/2", ("3a", "5x5", "3a/5x5/2", "conv")),
        (MODULE, "concat", (None, None, None, "concat")),
        (MODULE, "3a", ("3a", None, None, None)),
        (WHOLE, "inception_3a", ("3a", None, None, None)),
        (WHOLE, "3a/5x5", ("3a", "5x5", None, None)),
        (WHOLE, "inception_3a/5x5", ("3a", "5x5", None, None)),
        (WHOLE, "3a/5x5/2", ("3a", "5x5", "3a/5x5/2", "conv")),
        (WHOLE, "maxpool", (None, None, None, "maxpool")),
        (WHOLE.by("op"), "3a", ("3a", None, None, None)),
        (WHOLE.by("layer"), "conv", (None, None, None, "conv")),
        (WHOLE.by("branch"), "conv1", ("conv1", None, None, None)),
    ],
)
def test_a_name_means_a_line(report: fc.Report, name: str, place: tuple[str | None, ...]) -> None:
    line = report[name]
    assert (line.module, line.branch, line.layer, line.op) == place
    assert name in report


def test_the_line_of_the_grain_comes_before_one_elsewhere() -> None:
    report = fc.analyze("8x8x3 > [conv: conv 1x1 4 | relu: conv 3x3 8]", by="branch")
    assert (report["conv"].branch, report["relu"].branch) == ("conv", "relu")
    assert report.by("op")["conv"].multiplies == 64 * 3 * (4 + 9 * 8)


def test_total_is_the_total() -> None:
    assert WHOLE["total"] == WHOLE.total
    assert "total" in WHOLE


@pytest.mark.parametrize(
    ("report", "name", "phrase"),
    [
        (WHOLE, "5x5", "googlenet: '5x5' is 9 lines: '3a/5x5', '3b/5x5', '4a/5x5', '4b/5x5', …"),
        (fc.analyze("inception-v4"), "C", "'C' is 3 lines: 'C.1', 'C.2', 'C.3'"),
        (
            MODULE,
            "5y5",
            "module 3a: unknown branch '5y5' (known: 1x1, 3x3, 5x5, pool, –)",
        ),
        (MODULE, "5y5", "did you mean '5x5'?"),
        (WHOLE, "3a/5x6/2", "did you mean '3a/5x5/2'?"),
        (WHOLE, "", "unknown module ''"),
        (WHOLE, 0, "a line is named by a text, as in report['3a'], not by 0; report.lines is"),
        (WHOLE, None, "not by None"),
        (WHOLE, ("3a", "5x5"), "not by ('3a', '5x5')"),
    ],
)
def test_a_name_that_means_no_line_or_several(report: fc.Report, name: str, phrase: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        report[name]
    assert phrase in str(error.value)
    assert "\n" not in str(error.value)
    assert name not in report


def test_a_report_is_its_lines() -> None:
    assert list(WHOLE) == WHOLE.lines
    assert len(WHOLE) == len(WHOLE.lines) == len(fc.load("googlenet"))
    assert WHOLE.lines[3] in WHOLE
    assert MODULE.total not in WHOLE
    assert WHOLE
    assert len(pickle.loads(pickle.dumps(MODULE))) == len(MODULE) == 5  # noqa: S301  our own


def test_a_report_and_a_line_have_their_numbers() -> None:
    line = MODULE["5x5"]
    assert (line.multiplies, line.params) == (BRANCH_5X5, 192 * 16 + 16 + 25 * 16 * 32 + 32)
    batch = fc.analyze("googlenet", modules=["3a"], branch="5x5", batch=8)
    assert batch.multiplies == batch.macs == 8 * BRANCH_5X5
    assert batch.flops == 16 * BRANCH_5X5
    assert batch.params == line.params
    for number in (batch.multiplies, batch.macs, batch.flops, batch.params, line.multiplies):
        assert type(number) is int


# --- the arithmetic


def test_the_arithmetic_of_a_report_is_what_explain_adds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["googlenet", "--module", "3a", "--explain"])
    arithmetic = capsys.readouterr().out.rstrip("\n").rpartition("\n\n")[2]
    assert str(MODULE.explain()) == repr(MODULE.explain()) == arithmetic
    assert isinstance(MODULE.explain(), str)


def test_the_arithmetic_of_a_line() -> None:
    said = MODULE.explain("5x5").splitlines()
    assert said[0] == (
        "3a/5x5 multiplies  1²·28²·192·16 + 5²·28²·16·32 = 2,408,448 + 10,035,200 = 12,443,648"
    )
    assert [line.split()[1] for line in said] == ["multiplies", "naive", "params", "saved", "share"]
    every = MODULE.explain().splitlines()
    assert [line.split() for line in said] == [
        line.split() for line in every if line.startswith("3a/5x5 ")
    ]
    total = [line.split() for line in MODULE.explain("total").splitlines()]
    assert total == [line.split() for line in every if line.startswith("total ")]


def test_the_arithmetic_of_a_line_elsewhere_and_of_nothing() -> None:
    assert "3a/5x5/2 multiplies  5²·28²·16·32 = 10,035,200" in WHOLE.explain("3a/5x5/2")
    assert WHOLE.explain("pool1") == "pool1  costs nothing of what is counted here"
    chosen = fc.analyze("googlenet", modules=["3a"], columns=["activations"])
    assert chosen.explain("5x5") == "3a/5x5 activations  12,544 + 25,088 = 37,632"
    with pytest.raises(fc.FlopcountError, match="unknown branch"):
        MODULE.explain("5y5")


def test_a_line_is_shown_in_brief() -> None:
    """A report's line at the prompt: its name and what it costs, not all that it is made of."""
    report = fc.analyze("googlenet")
    assert (
        repr(fc.analyze("googlenet", modules=["3a"])["5x5"])
        == "<Line 3a/5x5: 12,443,648 multiplies, 15,920 parameters>"
    )
    assert repr(report["3a"]) == "<Line 3a: 128,049,152 multiplies, 163,696 parameters>"
    assert repr(report["3a/5x5/2"]) == "<Line 3a/5x5/2: 10,035,200 multiplies, 12,832 parameters>"
    assert repr(report["maxpool"]) == "<Line maxpool: 0 multiplies, 0 parameters>"
    assert repr(report.total) == "<Line total: 1,582,671,872 multiplies, 6,998,552 parameters>"
