"""Every printed form of every network, variant and rewrite is run, and says what the report says.

Python is executed and JavaScript run in V8; text and LaTeX are read back (printed.py). Inside the
domain all are equal to the report, and outside it the report and both programs refuse.
"""

import re
from collections.abc import Sequence
from operator import attrgetter

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core import COUNTS
from flopcount.sizes import atoms, bounds, simplest
from flopcount.sizes.polynomial import ONE, Number, Polynomial
from flopcount.sizes.printed import programs
from tests.analysis import printed
from tests.shipped import INCEPTION, INCEPTION_AND_VARIANTS

ASKED = ("multiplies", "multiplies_unpadded", "params", "activations")
REWRITES = (
    "naive",
    "naive=chained",
    "factorize=nxn",
    "factorize=5x5:3x3",
    "separable",
    "width=0.5",
    "width=0.75@separable",
    "input=299x299",
)
# One of each kind, the conditions on its input too; the others are slow.
FEW = ("googlenet@torchvision", "cifar10-inception", "inception-v3", "inception-resnet-v1")
SOME = [
    pytest.param(head, marks=[pytest.mark.slow] * (head not in FEW))
    for head in INCEPTION_AND_VARIANTS
]
SPECS = [
    "HxWx192 > conv 1x1 16 reduce > conv 5x5 32",
    (
        "HxWx3 > conv 7x5/2x3 64 pad=2x1 > maxpool 3x3/2 valid ceil"
        " > conv 3x3 32 groups=4 dilation=2 norm silu > avgpool 2x2/2 > flatten > dense 10"
    ),
    (
        "HxWx8 > (identity + conv 3x3 in linear > scale) > relu > avgpool to=3x3 > flatten"
        " > dense 7 > softmax"
    ),
    (
        "HxWx3 > separable 3x3/2 16 multiplier=2 norm=shift > depthwise 4x4/3 valid > lrn"
        " > [a: conv 1x1 8 | b: conv 2x2 8 | maxpool 3x3] > avgpool global > dropout"
        " > dense 5 nobias > softmax"
    ),
    "HxWx4 > conv 2x2/5 4 > avgpool 3x3/7 > conv 4x1/3x2 4",  # strides above their kernels
    "HxWx8 > conv 3x3/2 8 pad=2 > avgpool 5x5/3 pad=2 ceil > conv 3x3 4",
    "HxWx4 > avgpool to=6x7 > conv 3x3 4",
    "HxWx4 > [conv 3x3/2 4 pad=1 | maxpool 3x3/2 ceil valid]",  # fit for odd sizes alone
    "HxWx2 > conv 9x9/4 4 dilation=3 pad=7 > conv 6x6/5 4 dilation=2",
    "HxWx1 > conv 3x3 8 valid dilation=100",
]


def report(reference: str, point: Sequence[int], *, aux: bool) -> dict[str, int] | None:
    """What the report counts at a size; None where it refuses it."""
    size = "x".join(map(str, point))
    try:
        if ">" in reference:
            network = fc.load(reference.replace("HxW", size, 1))
        else:  # the input is what the formula has open, and a modifier would set it
            network = fc.load(reference.replace("@input=299x299", ""), input=size, aux=aux)
        cost = fc.analyze(network).total.cost
    except FlopcountError as error:
        if "not fit" not in str(error):
            raise
        return None
    return {count: attrgetter(count)(cost) for count in COUNTS}


def far(reference: str) -> int:
    """How large an image may be: a flatten of it puts out one size, of 2**31 at most."""
    return 2_000 if reference.startswith("cifar10-inception") else 30_000


def sizes_for(found: fc.Formula, reference: str, many: int) -> list[tuple[int, ...]]:
    """So many sizes inside the domain, and a quarter as many anywhere."""
    fit = printed.fits(found)
    low = max([1, *found.holds.least.values()])
    around = [
        (high, wide)
        for high in (low - 1, low, low + 1)
        for wide in (low - 1, low, low + 1)
        if low > 1
    ]
    drawn = printed.points("HW", 60 * many, reference, low, far(reference))
    inside = [point for point in drawn if fit(point)][:many]
    assert len(inside) == many
    return [*inside, *around, *printed.points("HW", many // 4, reference, far=far(reference))]


def differences(
    reference: str, counts: Sequence[str], many: int, *, aux: bool = False
) -> list[tuple[object, ...]]:
    """Where a form does not say what the report does: the form, the sizes, the report and it."""
    wrong: list[tuple[object, ...]] = []
    points: list[tuple[int, ...]] = []
    for count in counts:
        found = fc.formula(reference, count=count, aux=aux)
        if not points:
            points = sizes_for(found, reference, many)
            reports = [report(reference, point, aux=aux) for point in points]
        takes = ["HW".index(name) for name in printed.arguments(found)]
        wrong += printed.wrong_answers(
            found,
            [tuple(point[place] for place in takes) for point in points],
            [here and here[count] for here in reports],
        )
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("reference", [*SOME, *SPECS])
def test_each_form_says_what_the_report_says(reference: str) -> None:
    assert differences(reference, ("multiplies", "multiplies_unpadded"), 16) == []


@pytest.mark.slow
@pytest.mark.parametrize("rewrite", REWRITES)
@pytest.mark.parametrize("name", ["googlenet", "inception-v3"])
def test_each_form_of_a_rewrite(name: str, rewrite: str) -> None:
    assert differences(f"{name}@{rewrite}", ("multiplies_unpadded",), 8) == []


@pytest.mark.slow
@pytest.mark.parametrize("reference", ["googlenet@torchvision", "bn-inception", *SPECS[:4]])
def test_each_form_of_every_count(reference: str) -> None:
    assert differences(reference, [*COUNTS], 4) == []


@pytest.mark.slow
@pytest.mark.parametrize("reference", [*INCEPTION_AND_VARIANTS, *SPECS])
def test_each_form_at_200_sizes(reference: str) -> None:
    assert differences(reference, ASKED, 200) == []


def is_refused(reference: str, *, aux: bool = False) -> bool:
    """Whether there is no such network: no auxiliary head, no 5×5; a formula says so too."""
    try:
        fc.load(reference, aux=aux)
    except FlopcountError as error:
        with pytest.raises(FlopcountError, match=re.escape(str(error))):
            fc.formula(reference, aux=aux)
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("reference", INCEPTION_AND_VARIANTS)
def test_each_form_with_auxiliary_heads(reference: str) -> None:
    """What the heads add stands on windows of the network itself, which 200 sizes try above."""
    assert is_refused(reference, aux=True) or not differences(reference, ASKED, 16, aux=True)


@pytest.mark.slow
@pytest.mark.parametrize("rewrite", REWRITES)
@pytest.mark.parametrize("name", INCEPTION)
def test_each_form_of_a_rewrite_at_16_sizes(name: str, rewrite: str) -> None:
    """Likewise: a report at each size is nearly all of the time. Nor does a variant change it."""
    reference = f"{name}@{rewrite}"
    assert is_refused(reference) or not differences(reference, ASKED, 16)


def test_a_rewrite_that_does_not_fit_has_no_formula() -> None:
    for name in INCEPTION:
        with pytest.raises(FlopcountError, match="1x1 kernels do not stack up to a 3x3"):
            fc.formula(f"{name}@factorize=3x3:1x1")


# --- the figures


@pytest.mark.parametrize("form", ["Python", "JavaScript", "text", "LaTeX", "sympy"])
def test_googlenet_at_224(form: str) -> None:
    run = printed.forms(fc.formula("googlenet"))[form]
    assert run([(224, 224)]) == [1_582_671_872]
    run = printed.forms(fc.formula("googlenet", let={"H": "n", "W": "n"}))[form]
    assert run([(224,)]) == [1_582_671_872]


@pytest.mark.slow
def test_a_wide_dilation_far_out() -> None:
    spec = "HxWx1 > conv 3x3 8 valid dilation=100000"
    found = fc.formula(spec, count="multiplies_unpadded")
    # every tap of (300000 − 200000)² outputs falls inside: 8·9·100000²
    at = (300_000, 300_000)
    assert [run([at]) for run in printed.forms(found).values()] == [[720_000_000_000]] * 5
    inside = printed.points("HW", 60, spec, 200_001)
    for form, run in printed.forms(found).items():
        here = [report(spec, point, aux=False) for point in inside]
        assert run(inside) == [one and one["multiplies_unpadded"] for one in here], form
    for point in ((200_000, 300_000), (300_000, 200_000)):
        assert report(spec, point, aux=False) is None
        assert [run([point]) for run in printed.programs(found).values()] == [[None], [None]]


@pytest.mark.parametrize(
    "layer",
    [
        "1000000x2147483648/7777x1 8",
        "9999x10000/7777x1 8",
        "3x2/1000000000 8",
        "1001x999/37x1000 8 dilation=1000x1 valid",
    ],
)
def test_wide_kernels_and_strides(layer: str) -> None:
    spec = f"HxWx1 > conv {layer}"
    found = fc.formula(spec, count="multiplies_unpadded")
    at = [*printed.points("HW", 60, spec, far=2_000_000), *printed.points("HW", 12, spec, 10**9)]
    at = [point for point in at if max(point) <= 2**31]
    expected = [
        one and one["multiplies_unpadded"] for one in (report(spec, p, aux=False) for p in at)
    ]
    assert len([one for one in expected if one]) >= 12
    for form, run in printed.programs(found).items():
        assert run(at) == expected, form


# --- the tests find what they are there to find


def test_a_floor_of_javascript_that_cuts_towards_zero_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = {**programs.JAVASCRIPT.helpers, "floor": "const floorDiv = (a, b) => a / b;\n"}
    monkeypatch.setattr(programs, "JAVASCRIPT", programs.JAVASCRIPT._replace(helpers=broken))
    wrong = differences("HxWx4 > conv 3x3/3 8 dilation=2", ("multiplies_unpadded",), 16)
    assert {form for form, *_ in wrong} == {"JavaScript"}


@pytest.mark.slow
def test_a_lost_check_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = programs.PYTHON._replace(check="")
    monkeypatch.setattr(programs, "PYTHON", lost)
    wrong = differences("bn-inception", ("multiplies",), 16)
    assert {form for form, *_ in wrong} == {"Python"}


def test_a_merged_floor_that_forgets_its_shift_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = simplest._floor  # noqa: SLF001

    def wrong(inside: Polynomial, by: int) -> Number:
        merges = any(isinstance(atom, atoms.Floor) for atom in inside.atoms)
        return right(inside - inside.terms.get(ONE, 0) if merges else inside, by)

    monkeypatch.setattr(simplest, "_floor", wrong)
    found = differences("HxWx4 > conv 3x3/2 8 > conv 3x3/2 8", ("multiplies",), 16)
    assert {form for form, *_ in found} == {"Python", "JavaScript", "text", "LaTeX", "sympy"}


def test_a_bound_that_is_too_high_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bounds, "_plus", lambda one, other: (one[0] + other[0] + 2, one[1] + other[1])
    )
    wrong = differences("HxWx4 > conv 3x3 8 valid", ("multiplies",), 8)
    assert {form for form, *_ in wrong} >= {"domain", "Python", "JavaScript"}
