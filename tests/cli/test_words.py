"""The words that stand in a verb's place: help and version."""

from collections.abc import Callable

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.cli.overview import OVERVIEW
from flopcount.cli.verbs import VERBS, WORDS

from .lines import Cli


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_is_what_its_option_prints(
    verb: str, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert cli("help", verb) == printed


def test_help_alone_is_the_overview(cli: Cli) -> None:
    assert cli("help") == cli("--help") == OVERVIEW
    assert "flopcount help VERB " in OVERVIEW


@pytest.mark.parametrize("word", WORDS)
def test_each_word_has_a_help_of_its_own(word: str, cli: Cli) -> None:
    said = cli("help", word)
    assert said == cli(word, "--help") == cli(word, "-h")
    assert said.startswith(f"usage: flopcount {word}")


def test_the_version(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli("version") == f"flopcount {fc.__version__}\n"
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"flopcount {fc.__version__}\n"


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ("help comprae", "unknown verb 'comprae'"),
        ("help comprae", "did you mean 'compare'?"),
        ("help googlenet", "flopcount help show has the options of a report"),
        ("help --module", "unknown verb '--module'"),
        ("help compare sweep", "unexpected 'sweep' (flopcount help --help)"),
        ("version please", "unexpected 'please' (flopcount version --help)"),
        ("hlep", "did you mean 'help'?"),
        ("versoin", "did you mean 'version'?"),
    ],
)
def test_words_that_are_typed_wrongly(words: str, phrase: str, refused: Callable[..., str]) -> None:
    assert phrase in refused(*words.split())


def test_no_network_is_named_like_a_verb() -> None:
    assert not {*VERBS, *WORDS} & {*fc.names()}
