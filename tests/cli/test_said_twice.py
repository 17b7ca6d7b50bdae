"""An option that is given twice holds twice, or is refused: nothing of it is dropped."""

from collections.abc import Callable

import pytest

from tests.cli.lines import Cli

SPEC = "HxWx96 > attention 3 window=7"


@pytest.mark.parametrize("option", ["--let", "--free"])
def test_names_behind_two_options_are_as_behind_one(cli: Cli, option: str) -> None:
    first, second = ("H=7n", "W=7n") if option == "--let" else ("H", "W")
    apart = cli("formula", SPEC, option, first, option, second)
    assert apart == cli("formula", SPEC, option, f"{first},{second}")
    assert ("n²" in apart) == (option == "--let")


def test_a_name_has_one_value(refused: Callable[..., str]) -> None:
    message = refused("formula", SPEC, "--let", "H=7n", "--let", "H=14n")
    assert message == refused("formula", SPEC, "--let", "H=7n,H=14n")
