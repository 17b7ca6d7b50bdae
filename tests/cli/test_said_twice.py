"""An option that is given twice holds twice, or is refused: nothing of it is dropped."""

from collections.abc import Callable
from itertools import chain

import pytest

from flopcount.cli import main
from flopcount.cli.once import Once
from flopcount.cli.verbs import VERBS, verb
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


@pytest.mark.parametrize("name", VERBS)
def test_an_option_of_one_value_has_one(name: str, refused: Callable[..., str]) -> None:
    actions = main._parser(name, verb(name))._actions  # noqa: SLF001  no other list of them
    options = [*chain.from_iterable(each.option_strings for each in actions if type(each) is Once)]
    assert options
    for option in options:
        message = refused(name, "googlenet", option, "1", f"{option}=2")
        assert message == f"{option} is given twice (flopcount {name} --help)"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["googlenet", "--set", "3a.r5=20", "--set", "3a.r5=24"], "--set: 3a.r5 is named twice"),
        (["googlenet", "--input", "8x8", "--input", "9x9"], "--input is given twice; each of"),
        (["googlenet", "--input", "8x8", "--input", "a=9x9"], "--input '8x8': expected NAME=SIZE"),
    ],
)
def test_a_size_is_set_once(argv: list[str], message: str, refused: Callable[..., str]) -> None:
    assert refused(*argv).startswith(message)


def test_what_says_the_same_may_stand_twice(cli: Cli) -> None:
    assert cli("googlenet", "--aux", "--aux") == cli("googlenet", "--aux")


@pytest.mark.parametrize(
    ("reference", "option", "value"),
    [
        ("googlenet@input=64x64", "--input", "32x32"),
        ("whisper-base@input=audio=80x80", "--input", "audio=60x80"),
        ("googlenet@classes=10", "--classes", "5"),
        ("googlenet@set=3a.r5:7", "--set", "3a.r5=8"),
        ("gpt2@past=3", "--past", "4"),
    ],
)
@pytest.mark.parametrize("name", ["show", "formula", "sweep", "counters", "plot"])
def test_a_reference_and_an_option_say_one_thing(
    name: str, reference: str, option: str, value: str, refused: Callable[..., str]
) -> None:
    more = {"sweep": ["--vary", "a=1"], "plot": ["-o", "a.png"]}.get(name, [])
    modifier = reference[reference.index("@") :]
    message = refused(name, reference, option, value, *more)
    assert message == f"'{modifier}' and {option}: give one of them"


def test_of_several_networks_an_option_is_for_those_that_say_nothing(cli: Cli) -> None:
    assert "googlenet@no-aux beside googlenet" in cli(
        "compare", "googlenet@no-aux", "googlenet", "--aux"
    )
    set_twice = cli("googlenet@set=3a.r5:7", "--set", "3a.r3=8", "--format", "csv")
    assert set_twice == cli("googlenet", "--set", "3a.r5=7", "--set", "3a.r3=8", "--format", "csv")
