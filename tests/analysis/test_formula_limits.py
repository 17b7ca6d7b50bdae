"""How much a formula may take to be worked out: counted, not timed."""

import re

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import run
from flopcount.notation import Draft, Variable
from flopcount.sizes import polynomial
from flopcount.sizes.polynomial import MAX_STEPS, Space, total
from flopcount.sizes.values import Substitution


@pytest.mark.parametrize(
    "spec",
    [
        "HxWx3 > 1000 * conv 3x3 8 valid",  # another size each
        "HxWx3 > 1000 * conv 2x2/2 8",  # ⌈H/2^i⌉, of ever more digits
        f"HxWx3 > [{' | '.join(f'conv 1x1 n{i}' for i in range(300))}]",
        f"HxWxC > {' > '.join(f'[conv 1x1 n{i} | identity]' for i in range(200))}",
    ],
)
def test_a_formula_that_takes_too_much_is_refused(
    spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_STEPS == 250_000
    monkeypatch.setattr(polynomial, "MAX_STEPS", 20_000)
    with pytest.raises(FlopcountError, match="takes more than 20000 terms"):
        fc.formula(spec)


def test_shipped_networks_are_far_from_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polynomial, "MAX_STEPS", MAX_STEPS // 10)
    for name in ("googlenet", "inception-resnet-v2"):
        assert fc.formula(name, count="multiplies_unpadded").names == ("H", "W")


@pytest.mark.parametrize(
    "words",
    [
        ["sweep", "googlenet", "--vary", "input=128:256:32"],
        ["fit", "googlenet", "--scale", "input", "--budget", "multiplies=1000000000"],
        ["sweep", "googlenet@width=0.5", "--vary", "3a.r5=8,16"],
        ["fit", "googlenet", "--scale", "width", "--budget", "multiplies=1000000000"],
    ],
)
def test_a_sweep_and_a_budget_that_take_too_much_say_so(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polynomial, "MAX_STEPS", 50)
    with pytest.raises(FlopcountError, match="takes more than 50 terms"):
        run(words)


def test_putting_sizes_into_a_sum_takes_a_few_steps_a_term() -> None:
    space = Space()
    names = [space.name(f"n{i}") for i in range(2_000)]
    summed = total(names)
    before = space._steps  # noqa: SLF001
    put = Substitution({f"n{i}": space.name("m") * (i + 1) for i in range(2_000)})
    assert put.of(summed) == space.name("m") * (2_000 * 2_001 // 2)
    assert space._steps - before < 20 * 2_000  # noqa: SLF001


def test_variables_are_listed_once_however_many_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[int] = []
    plain = Draft.variables

    def counted(self: Draft) -> list[Variable]:
        found = plain(self)
        listed.append(len(found))
        return found

    monkeypatch.setattr(Draft, "variables", counted)
    spec = " > ".join(f"conv 1x1 n{i}" for i in range(300))
    found = fc.formula(f"HxWx3 > {spec}", free=["H", "W", *(f"n{i}" for i in range(300))])
    assert len(found.names) == 302
    assert len(listed) <= 3


def test_a_short_name_still_means_a_column_and_a_wrong_one_is_explained() -> None:
    assert fc.formula("googlenet", free=["r5"], module="3a").names == ("r5",)
    with pytest.raises(FlopcountError, match=re.escape("unknown name 'r7'")):
        fc.formula("googlenet", free=["r7"], module="3a")
    with pytest.raises(FlopcountError, match=re.escape("(which row's? 3a.r5, 3b.r5")):
        fc.formula("googlenet", free=["r5"])
