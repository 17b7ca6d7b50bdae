from pathlib import Path

import pytest

from tests.frameworks import attack_seeds, attack_seeds_keras
from tests.frameworks.attacked import MOST_MEMORY, MOST_SECONDS, Outcome, attack, changed, judged

SEED = 18_000  # benchmarks/attack_models.py does more of them


def outcomes(seeds: list[Path], first: int, cases: int, folder: Path) -> list[Outcome]:
    """What came of some changes, with those that are wrong."""
    found = list(attack(seeds, iter(range(first, first + cases)), 2, str(folder)))
    wrong = [one for one in found if one.wrong]
    said = [f"{one.seed} {one.number}: {one.wrong}" for one in wrong]
    assert not wrong, "\n".join(said)
    assert max(one.seconds for one in found) < MOST_SECONDS
    assert max(one.memory for one in found) < MOST_MEMORY
    return found


@pytest.mark.slow
def test_200_onnx_files_that_are_changed_at_random(tmp_path: Path) -> None:
    attack_seeds.of_onnx_package(tmp_path)
    attack_seeds.of_helpers(tmp_path)
    found = outcomes(sorted(tmp_path.glob("*.onnx")), SEED, 200, tmp_path)
    assert {one.code for one in found} >= {0, 2}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
def test_100_keras_files_that_are_changed_at_random(tmp_path: Path) -> None:
    attack_seeds_keras.of_keras(tmp_path)
    seeds = sorted([*tmp_path.glob("*.keras"), *tmp_path.glob("*.h5")])
    found = outcomes(seeds, SEED, 100, tmp_path)
    assert {one.code for one in found} >= {0, 2}


def test_a_change_is_the_same_for_its_number(tmp_path: Path) -> None:
    attack_seeds.of_helpers(tmp_path)
    seeds = sorted(tmp_path.glob("*.onnx"))
    for number in range(40):
        seed = seeds[number % len(seeds)]
        assert changed(seed, number) == changed(seed, number)


@pytest.mark.parametrize(
    ("code", "out", "err", "wrong"),
    [
        (0, "a report\n", "", ""),
        (2, "", "flopcount: no\n", ""),
        (2, "", "flopcount: no\nat all\n", "2 lines of error"),
        (2, "half a report", "flopcount: no\n", "letters of output"),
        (0, "a report\n", "a warning\n", "and beside it: a warning"),
        (0, "a \x1b[31m report\n", "", "signs in it that do not print"),
        (1, "", "", "exit code 1"),
        (2, "", "x" * 2000, "a line of 2000 letters"),
    ],
)
def test_what_is_wrong_is_seen(code: int, out: str, err: str, wrong: str) -> None:
    found = judged(code, out, err, "")
    assert wrong in found
    assert bool(found) == bool(wrong)
    assert judged(0, "", "", "Traceback") == "Traceback"
