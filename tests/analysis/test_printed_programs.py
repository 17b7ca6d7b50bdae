"""Printed programs: what they refuse, and formulas over widths, other names, `let` and `diff`."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from tests.analysis import printed

OF_NO_MATTER = dict.fromkeys("HWCFG", 12)  # for names that a count does not have


def cost(count: str, reference: str, **options: Any) -> int | None:
    """What the report counts; None where it refuses."""
    try:
        return int(getattr(fc.analyze(fc.load(reference, **options)).total.cost, count))
    except FlopcountError:
        return None


def spelt(spec: str, sizes: Mapping[str, int]) -> str:
    """A spec with numbers in the place of its names."""
    head, _, rest = spec.partition(" > ")
    first = "x".join(str(sizes.get(part, part)) for part in head.split("x"))
    names = "|".join(map(re.escape, sorted(sizes, key=len, reverse=True)))
    whole_words = rf"(?<=[\s])({names})(?=[\s)\]]|$)"
    return f"{first} hwc > {re.sub(whole_words, lambda word: str(sizes[word[0]]), rest)}"


def disagree(
    found: fc.Formula, points: Sequence[printed.Point], expected: Callable[..., int | None]
) -> list[tuple[object, ...]]:
    """Where a form does not say what is expected, and where the domain does not."""
    names = printed.arguments(found)
    answers = [expected(dict(zip(names, point, strict=True))) for point in points]
    assert len([answer for answer in answers if answer is not None]) >= 5
    return printed.wrong_answers(found, points, answers)


# --- what is refused

NO_SIZES = (0, -1, -224, 1.5, float("nan"), float("inf"), "x", "", "224", None, [], {}, 1e-9)
NO_SIZES_OF_JAVASCRIPT = "0 0n -1 -1n -224n 1.5 NaN Infinity 'x' '' null undefined [] {} 1e-9"
REFUSING = [
    ("googlenet", "multiplies", (224, 224)),
    ("googlenet", "multiplies_unpadded", (224, 224)),
    ("inception-v3", "params", (299, 299)),
    ("bn-inception", "activations", (224, 224)),
    ("HxWx8 > conv 3x3 F groups=4", "params", (4, 4, 4)),
]


@pytest.mark.parametrize(("reference", "count", "good"), REFUSING)
def test_what_is_no_size_is_refused_by_python(
    reference: str, count: str, good: tuple[int, ...]
) -> None:
    found = fc.formula(reference, count=count)
    function = printed.called_with(found)
    good = good[: len(found.names)]
    assert function(*good) == found_in_report(found, reference, good)
    assert function(*map(float, good)) == function(*good)
    assert type(function(*map(float, good))) is int
    for place in range(len(good)):
        for bad in NO_SIZES:
            with pytest.raises((ValueError, TypeError)):
                function(*good[:place], bad, *good[place + 1 :])
    with pytest.raises(TypeError):
        function(*good, 224)


def found_in_report(found: fc.Formula, reference: str, point: Sequence[int]) -> int | None:
    sizes = dict(zip(found.names, point, strict=True))
    if ">" in reference:
        return cost(found.count, spelt(reference, {"H": 4, "W": 4, **sizes}))
    return cost(found.count, reference, input=f"{sizes['H']}x{sizes['W']}" if sizes else None)


@pytest.mark.parametrize(("reference", "count", "good"), REFUSING)
def test_what_is_no_size_is_refused_by_javascript(
    reference: str, count: str, good: tuple[int, ...]
) -> None:
    found = fc.formula(reference, count=count)
    good = good[: len(found.names)]
    calls = [
        ", ".join([*map(str, good[:place]), bad, *map(str, good[place + 1 :])])
        for place in range(len(good))
        for bad in NO_SIZES_OF_JAVASCRIPT.split()
    ]
    tried = "".join(
        f"try {{ {found.count}({call}); accepted.push('{place}') }} catch (error) {{ }}\n"
        for place, call in enumerate(calls)
    )
    program = f"const accepted = [];\n{found.javascript()}\n{tried}"
    assert not printed.evaluated(f"(() => {{ {program} return accepted.join() }})()")
    numbers, whole = ", ".join(map(str, good)), ", ".join(f"{size}n" for size in good)
    for call in (numbers, whole):
        assert printed.evaluated(
            f"(() => {{ {found.javascript()}\nreturn String({found.count}({call})) }})()"
        ) == str(found_in_report(found, reference, good))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["inception-v3", "inception-resnet-v2", "bn-inception"],
)
def test_just_outside_the_domain_all_refuse(name: str) -> None:
    found = fc.formula(name)
    low = found.holds.least["H"]
    points = [(high, wide) for high in range(low - 2, low + 33) for wide in (low - 1, 224)]
    assert not disagree(
        found, points, lambda sizes: cost("multiplies", name, input="{H}x{W}".format(**sizes))
    )


def test_a_refusal_says_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match=r"^H is 74, not a whole number from 75$"):
        printed.called_with(fc.formula("inception-v3"))(74, 299)
    with pytest.raises(ValueError, match=r"^these sizes do not fit: 4 divides F$"):
        printed.called_with(fc.formula("HxWx8 > conv 3x3 F groups=4"))(6, 8, 8)
    with pytest.raises(ValueError, match=r"^3a\.r5 is 0, not a whole number from 1$"):
        printed.called_with(fc.formula("googlenet", free=["3a.r5"]))(0)
    source = fc.formula("inception-v3").javascript()
    said = f"try {{ multiplies(74, 299) }} catch (error) {{ String(error) }}\n{source}"
    assert printed.evaluated(said) == "RangeError: H is 74, which is below 75"


# --- widths and names


@pytest.mark.slow
@pytest.mark.parametrize("count", ["multiplies", "multiplies_unpadded", "params", "activations"])
def test_widths_and_classes(count: str) -> None:
    found = fc.formula("googlenet", count=count, free=["3a.r5", "classes", "4c.n3"])
    points = printed.points(found.names, 40, count, far=2_000)

    def expected(sizes: Mapping[str, int]) -> int | None:
        widths = {name: size for name, size in sizes.items() if "." in name}
        classes = sizes.get("classes", 1000)
        return cost(count, "googlenet", set=widths, classes=classes)

    assert not disagree(found, points, expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec",
    [
        "HxWxC > conv 3x3 F groups=4",
        "HxWx8 > conv 3x3/2 F groups=4 > conv 1x1 G groups=6",
        "HxWxC > [conv 3x3 F | conv 1x1 G] > conv 3x3 8 groups=4",  # 4 divides F + G
        "HxWxC > (identity + conv 3x3 F) > relu",  # C = F
        "HxWxC > (conv 3x3/2 F + conv 1x1/2 G)",
    ],
)
def test_groups_and_widths_that_have_to_fit(spec: str) -> None:
    for count in ("multiplies_unpadded", "params"):
        found = fc.formula(spec, count=count)
        names = printed.arguments(found)
        rng = random.Random(spec)  # noqa: S311  nothing secret
        points = [rng.choices((1, 4, 6, 8, 12, 24), k=len(names)) for _ in range(300)]

        def expected(sizes: Mapping[str, int], count: str = count) -> int | None:
            return cost(count, spelt(spec, {**OF_NO_MATTER, **sizes}))

        assert not disagree(found, points, expected)


ODD_NAMES = """
below gcd max int ValueError RangeError BigInt floorDiv arguments eval let def None lambda a-b a.b
a_b a_b_ F2 F_2 a1.5 undefined multiplies_unpadded await typeof
"""


@pytest.mark.slow
def test_names_that_are_no_identifiers_or_are_taken() -> None:
    names = ODD_NAMES.split()
    spec = "classxsizextaps > conv 3x3/2 " + " > conv 2x1/3 ".join(names)
    found = fc.formula(spec, count="multiplies_unpadded")
    assert set(found.names) == {"class", "size", "taps", *names}
    points = printed.points(found.names, 40, "odd", far=50)
    assert not disagree(found, points, lambda sizes: cost(found.count, spelt(spec, sizes)))
    parameters = re.search(r"\((.*?)\)", found.python())
    assert parameters
    assert len(set(parameters[1].split(", "))) == len(found.names)


def test_upright_names_do_not_run_into_their_neighbours() -> None:
    found = fc.formula("googlenet", module="3a", branch="5x5", free=["3a.r5"])
    assert found.latex() == r"777728 \, \mathrm{3a.r5}"  # (192 + 25·32)·28²
    assert fc.formula("HxWx3 > conv 1x1 r5").latex() == "3 H W r_{5}"


# --- let, and the difference of one more


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reference", "let"),
    [
        ("googlenet", {"H": "32n", "W": "32n"}),
        ("googlenet", {"H": "n", "W": "2n"}),
        ("bn-inception", {"H": "n", "W": "n"}),
        ("bn-inception", {"H": "8n", "W": "9m"}),
        ("googlenet", {"H": "224", "W": "7n"}),
        ("cifar10-inception", {"H": "W"}),
        ("inception-v3", {"H": "224", "W": "7n"}),
        ("inception-v4", {"H": "W"}),
    ],
)
@pytest.mark.parametrize("count", ["multiplies", "params", "multiplies_unpadded"])
def test_let(reference: str, let: Mapping[str, str], count: str) -> None:
    found = fc.formula(reference, count=count, let=let)

    def put(side: str, sizes: Mapping[str, int]) -> int:
        read = re.fullmatch(r"(\d*)([A-Za-z]?)", let.get(side, side))
        assert read
        name = read[2]
        # of what a formula does not hold any number will do; 224 fits all
        return int(read[1] or 1) * (sizes.get(name, 224) if name else 1)

    def expected(sizes: Mapping[str, int]) -> int | None:
        return cost(count, reference, input=f"{put('H', sizes)}x{put('W', sizes)}")

    names = printed.arguments(found)
    many = 120 if found.domain else 24
    assert not disagree(found, printed.points(names, many, str(let), far=900), expected)


def test_numbers_alone() -> None:
    found = fc.formula("googlenet", let={"H": "224", "W": "224"})
    assert printed.arguments(found) == ()
    assert {form: run([()]) for form, run in printed.forms(found).items()} == {
        form: [1_582_671_872] for form in ("Python", "JavaScript", "text", "LaTeX", "sympy")
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reference", "name", "count"),
    [
        ("googlenet", "H", "multiplies"),
        ("googlenet", "W", "multiplies_unpadded"),
        ("inception-v3", "H", "multiplies_unpadded"),
        ("bn-inception", "H", "multiplies"),
        ("bn-inception", "W", "activations"),
        ("HxWx4 > conv 3x3/2 8 valid > conv 2x2 8 valid", "W", "multiplies"),
        ("HxWxC > [conv 3x3 F | conv 1x1 G] > conv 3x3 8 groups=4", "C", "params"),
        ("HxWxC > (conv 3x3 F + conv 1x1 G)", "C", "params"),
    ],
)
def test_diff_is_the_difference_of_two_reports(reference: str, name: str, count: str) -> None:
    found = fc.formula(reference, count=count).diff(name)
    names = printed.arguments(found)
    low = max([1, *found.holds.least.values()])
    points = [*printed.points(names, 40, reference, low, 600), *printed.points(names, 8, name)]
    points += [(size,) * len(names) for size in (low, 12, 24, 160, 200, 224)]

    def at(sizes: Mapping[str, int]) -> int | None:
        if ">" in reference:
            return cost(count, spelt(reference, {**OF_NO_MATTER, **sizes}))
        return cost(count, reference, input="{H}x{W}".format(**sizes))

    def expected(sizes: Mapping[str, int]) -> int | None:
        more = sizes.get(name, OF_NO_MATTER.get(name, 0)) + 1
        here, there = at(sizes), at({**sizes, name: more})
        return None if here is None or there is None else there - here

    renamed = re.sub(r"\W", "_", found.count)
    assert f"def {renamed}(" in found.python()
    assert not disagree(found, points, expected)


def test_one_more_channel_of_four_groups_never_fits() -> None:
    found = fc.formula("HxWx8 > conv 3x3 F groups=4 > conv 1x1 F").diff("F")
    assert found.domain == ("4 divides F", "4 divides F + 1")
    points = [(width, 5, 5) for width in range(1, 20)]
    assert [*map(printed.fits(found), points)] == [False] * len(points)
    for run in printed.programs(found).values():
        assert run(points) == [None] * len(points)
