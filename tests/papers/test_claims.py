"""Claims are data, their figures and verdicts are computed; the pages made from them are fresh."""

import runpy
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.analysis.catalog import references
from flopcount.notation.shipped import note_files
from flopcount.papers.claims import claims, claims_table
from tests.shipped import INCEPTION

ROOT = Path(__file__).parents[2]
CLAIMS = list(claims())


def total(reference: str, count: str = "multiplies", *, aux: bool = False) -> int:
    return int(getattr(fc.analyze(fc.load(reference, aux=aux)).cost, count))


def found(says: str, scope: str = "") -> tuple[Fraction, str]:
    (claim,) = [one for one in CLAIMS if one.says == says and one.scope.startswith(scope)]
    value, _ = claim.measured()
    return value, claim.verdict(value)


def test_every_claim_is_of_a_shipped_network_and_can_be_measured() -> None:
    for claim in CLAIMS:
        assert set(claim.networks) <= set(fc.names()), claim.says
        value, text = claim.measured()
        assert text
        assert claim.verdict(value).split()[0] in ("true", "false")


def test_the_article_has_its_claims_judged() -> None:
    article = [claim for claim in CLAIMS if claim.by == "the article"]
    assert len(article) >= 24
    false = [claim.says for claim in article if not claim.holds(claim.measured()[0])]
    assert false == [
        "v3 has all of v2's upgrades, and so no 5×5",
        "Inception-ResNet-v2 costs about as much as v4",
        "its 1×1 convolutions make the larger ones cheaper",
        "A, B and C look much like those of v2 and v3",
    ]


@pytest.mark.parametrize(
    ("says", "scope", "value", "verdict"),
    [
        ("22 layers deep", "", 22, "true"),  # 1 + 2 + 9·2 + 1
        ("27 layers with the pooling layers", "", 27, "true"),  # 22 + 4 + 1
        ("nine inception modules", "", 9, "true"),
        ("a 5×5 is 2.78 times a 3×3", "", Fraction(25, 9), "true at equal widths"),
        (
            "two 3×3 cost less than the 5×5 that they replace",
            "",
            Fraction(18, 25),
            "true at equal widths",
        ),
        ("1×3 then 3×1 is 33 % cheaper than a 3×3", "", Fraction(1, 3), "true at equal widths"),
        ("v3 has all of v2's upgrades, and so no 5×5", "", 3, "false of the released v3"),
        (
            "Inception-ResNet-v2 costs about as much as v4",
            "of the released",
            Fraction(13_155_794_016, 12_253_974_624),  # keras.applications, tf-slim
            "true of the released v2",
        ),
        (
            "Inception-ResNet-v2 costs about as much as v4",
            "of the paper",
            Fraction(9_257_953_632, 12_253_974_624),
            "false of the paper's scheme",
        ),
        (
            "Inception-ResNet-v1 costs about as much as v3",
            "",
            Fraction(6_206_361_696, 5_713_216_096),
            "true",
        ),
        ("fewer than 25 million parameters", "without", 23_817_352, "true without the auxiliary"),
        ("5 billion multiply-adds", "", 5_713_216_096, "false of the released v3"),
        ("B adds 1154 channels", "", 384 + 384 + 384, "false"),
        ("C adds 2048 channels", "", 384 + 288 + 320 + 1152, "false"),
        ("two auxiliary classifiers", "", 2, "true"),
        ("each weighs 0.3 in the loss", "", Fraction(3, 10), "true"),
        ("batch norm in the auxiliary classifier", "", 2, "true"),
    ],
)
def test_figures_and_verdicts(says: str, scope: str, value: Fraction, verdict: str) -> None:
    measured, judged = found(says, scope)
    assert measured == value
    assert judged.startswith(verdict)


def test_a_verdict_follows_the_figure() -> None:
    (claim,) = [one for one in CLAIMS if one.says == "22 layers deep"]
    for printed, holds in (("22", True), ("23", False), ("> 21", True), ("< 22", False)):
        assert replace(claim, printed=printed).holds(Fraction(22)) is holds
    assert replace(claim, printed="1.5B").holds(Fraction(1_549_999_999))
    assert not replace(claim, printed="1.5B").holds(Fraction(1_550_000_001))
    assert replace(claim, printed="1×", within=Fraction(1, 10)).holds(Fraction(10, 9))
    assert not replace(claim, printed="1×", within=Fraction(1, 10)).holds(Fraction(10, 8))


def test_every_claim_says_why() -> None:
    assert [claim.says for claim in CLAIMS if not claim.why] == []


def test_a_claim_that_measures_nothing_known_is_refused() -> None:
    claim = replace(CLAIMS[0], exact={"of": "googlenet", "count": "layres"})
    with pytest.raises(fc.FlopcountError, match="unknown measure 'layres'"):
        claim.measured()
    with pytest.raises(fc.FlopcountError, match="no layer of"):
        replace(CLAIMS[0], exact={"of": "googlenet", "count": "params", "part": "6a"}).measured()


def test_each_network_is_shown_its_own_claims() -> None:
    for name in INCEPTION:
        table = claims_table(name)
        assert table is not None, f"nothing is claimed of {name}"
        assert len(table.rows) == sum(name in claim.networks for claim in CLAIMS)
    everything = claims_table()
    assert everything is not None
    assert len(everything.rows) == len(CLAIMS)


@pytest.mark.slow
def test_the_page_of_networks_is_fresh() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "generate_networks.py"))["page"]()
    assert made == (ROOT / "docs" / "networks.md").read_text(encoding="utf-8"), (
        "docs/networks.md is stale: python docs/generate_networks.py"
    )
    for reference in references():
        assert f"| {reference} " in made
    for claim in CLAIMS:
        assert claim.says.replace("<", "\\<") in made


def test_every_network_has_its_decisions() -> None:
    notes: dict[str, object] = {}
    for path in note_files():
        notes |= tomllib.loads(path.read_text(encoding="utf-8")).get("networks", {})
    assert set(INCEPTION) <= set(notes) <= set(fc.names())


@pytest.mark.parametrize(
    ("figure", "exact"),
    [
        ("84,295,680", total("googlenet") - total("googlenet@torchvision")),
        ("380,928", total("googlenet", "weights") - total("googlenet@torchvision", "weights")),
        ("17,216", total("inception-v3@torchvision", "params") - total("inception-v3", "params")),
        ("31,584", total("inception-v4@timm", "params") - total("inception-v4", "params")),
        (
            "30,272",
            total("inception-resnet-v2@timm", "params") - total("inception-resnet-v2", "params"),
        ),
        # TensorFlow's count for facenet: the trainable ones and the moving statistics
        (
            "22,808,144",
            total("inception-resnet-v1@facenet", "params")
            + total("inception-resnet-v1@facenet", "norm_stats"),
        ),
        ("27,143,152", total("inception-v3", "params", aux=True)),
        ("5,966,272", total("googlenet", "weights") - 1024 * 1000),
        ("13,824", 9 * 16 * 32 + 9 * 32 * 32),
        ("12,800", 25 * 16 * 32),
    ],
)
def test_figures_in_notes_are_right(figure: str, exact: int) -> None:
    texts = [path.read_text(encoding="utf-8") for path in note_files()]
    assert any(figure in text for text in texts)
    assert figure == f"{exact:,}"
