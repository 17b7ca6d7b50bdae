"""What people know from other programs leads to the right verb or option, in one line."""

import re
from collections.abc import Callable

import pytest

from flopcount.cli.main import _parser
from flopcount.cli.synonyms import _OPTIONS, _VERBS
from flopcount.cli.verbs import VERBS, WORDS, verb

# What is typed → the end of the message, or a phrase of it.
OPTIONS = {
    "googlenet --json": "'--json'; did you mean '--format json' or '-o FILE.json'?",
    "googlenet --csv": "'--csv'; did you mean '--format csv' or '-o FILE.csv'?",
    "googlenet --csv x.csv": "'--csv'; did you mean '--format csv' or '-o FILE.csv'?",
    "googlenet --markdown": "did you mean '--format markdown' or '-o FILE.md'?",
    "googlenet --latex": "did you mean '--format latex' or '-o FILE.tex'?",
    "googlenet --html": "did you mean '-o FILE.html'?",
    "googlenet --png": "did you mean '-o FILE.png'?",
    "googlenet --output x.csv": "'--output'; did you mean '-o FILE'?",
    "googlenet --output=x.csv": "'--output=x.csv'; did you mean '-o FILE'?",
    "googlenet --out x.csv": "'--out'; did you mean '-o FILE'?",
    "googlenet --save x.csv": "did you mean '-o FILE'?",
    "googlenet --flops": "did you mean '--unit flops'?",
    "googlenet --FLOPs": "did you mean '--unit flops'?",
    "googlenet --macs": "did you mean '--unit macs'?",
    "googlenet --GFLOPs": "did you mean '--unit GFLOPs'?",
    "googlenet --gmacs": "did you mean '--unit GMACs'?",
    "googlenet --params": "did you mean '--columns params'?",
    "googlenet --help-all": "did you mean '--help'?",
    "googlenet --per-layer": "did you mean '--by layer'?",
    "googlenet --by_op": "did you mean '--by op'?",
    "googlenet --image-size 299": "did you mean '--input HxW'?",
    "googlenet --batch-size 8": "did you mean '--batch N'?",
    "googlenet --seq-len 8": "did you mean '--input N'?",
    "googlenet --tokens 8": "did you mean '--input N'?",
    "googlenet --context 8": "did you mean '--input N' or '--past N'?",
    "googlenet --kv-cache 8": "did you mean '--past N'?",
    "googlenet --kv-heads 8": "it stands behind the network, as in 'NETWORK@kv=8'",
    "compare googlenet --window 8": "it stands behind the network, as in 'NETWORK@window=512'",
    "googlenet --num-classes 10": "did you mean '--classes N'?",
    "googlenet --modules 3a": "did you mean '--module'?",
    "googlenet -f json": "did you mean '--format FORMAT'?",
    "googlenet -v": "did you mean '--version'?",
    "-V": "did you mean '--version'?",
    "--model googlenet": "a network stands without an option, as in 'flopcount googlenet'",
    "--list": "did you mean 'flopcount list'?",
    "googlenet --compare inception-v3": "did you mean 'flopcount compare'?",
    "compare googlenet inception-v3 --json": "did you mean '--format json' or '-o FILE.json'?",
    # an option that the verb does not have
    "paper googlenet --flops": "'--flops'; 'flopcount NETWORK' takes '--unit flops'",
    "list --per-layer": "'--per-layer'; 'flopcount NETWORK' takes '--by layer'",
    "plot googlenet --json": "'flopcount NETWORK' takes '--format json' or '-o FILE.json'",
    "plot googlenet --png": "did you mean '-o FILE.png'?",
    "formula googlenet --png": "'flopcount NETWORK' takes '-o FILE.png'",
    # what nothing is known of
    "googlenet --frobnicate": "unexpected '--frobnicate' (",
    "googlenet -q": "unexpected '-q' (",
}
COMMANDS = {
    "diff googlenet googlenet@naive": "flopcount compare googlenet googlenet@naive",
    "diff": "flopcount compare",
    "Diff a b": "flopcount compare a b",
    "summary googlenet": "flopcount googlenet",
    "summary": "flopcount NETWORK",
    "count googlenet --module 3a": "flopcount googlenet --module 3a",
    "analyze googlenet": "flopcount googlenet",
    "flops googlenet": "flopcount googlenet",
    "ls": "flopcount list",
    "models": "flopcount list",
    "draw googlenet": "flopcount plot googlenet",
    "verify googlenet": "flopcount check googlenet",
    "search googlenet": "flopcount sweep googlenet",
    "usage": "flopcount help",
}


@pytest.mark.parametrize(("typed", "phrase"), OPTIONS.items())
def test_an_option_of_other_programs(typed: str, phrase: str, refused: Callable[..., str]) -> None:
    message = refused(*typed.split())
    assert phrase in message
    assert message.count("unexpected") == 1


@pytest.mark.parametrize(("typed", "meant"), COMMANDS.items())
def test_a_verb_of_other_programs(typed: str, meant: str, refused: Callable[..., str]) -> None:
    message = refused(*typed.split())
    verb = typed.partition(" ")[0]
    assert message.startswith(f"unknown verb '{verb}'; did you mean 'flopcount ")
    assert meant in message


def test_help_for_a_verb_of_other_programs(refused: Callable[..., str]) -> None:
    assert "; did you mean 'flopcount help compare'?" in refused("help", "diff")
    assert "; did you mean 'flopcount help show'?" in refused("help", "Summary")


def test_what_is_offered_is_there() -> None:
    assert _VERBS.keys() <= {*VERBS, *WORDS}
    known = {option for name in VERBS for option in _parser(name, verb(name)).options}
    offered = [one for options in _OPTIONS for one in options.split(" or ")]
    assert {option.partition(" ")[0] for option in offered} <= known
    typed = [name for names in (*_VERBS.values(),) for name in names.split()]
    assert not {*typed} & {*VERBS, *WORDS}
    assert len({*typed}) == len(typed)
    words = [name for names in _OPTIONS.values() for name in names.split()]
    assert len({*words}) == len(words)
    assert not {f"--{word}" for word in words if len(word) > 1} & {
        *_parser("show", verb("show")).options
    }


@pytest.mark.parametrize(
    "size", ["28x28x192", "28×28×192", "28X28X192", "HxWxC", "H×W×C", "128x64", "8x8x8x3"]
)
def test_a_size_alone_is_a_spec_that_nobody_quoted(size: str, refused: Callable[..., str]) -> None:
    for rest in ([], ["1x1", "64"], ["--module", "a"], ["64", "--explain"]):
        message = refused(size, *rest)
        found = re.search(
            f"'{size}' is a size alone; quote the whole spec: flopcount '([^']*)'", message
        )
        assert found
        assert " > conv 1" in found[1]
    assert "is a size alone" in refused("formula", size, "1x1", "64")
    assert "is a size alone" in refused("compare", size, "googlenet")


def test_the_spec_that_is_offered_is_read(
    cli: Callable[..., str], refused: Callable[..., str]
) -> None:
    for size in ("28x28x192", "128x64", "8x8x8x3"):
        found = re.search("flopcount '([^']*)'", refused(size))
        assert found
        assert found[1].startswith(size)
        assert cli(found[1])


def test_a_layer_alone_is_a_spec_that_nobody_quoted(refused: Callable[..., str]) -> None:
    for words in (["conv", "3x3", "4"], ["conv"], ["maxpool", "3x3/2"]):
        assert f"'{words[0]}' is a layer alone; quote the whole spec" in refused(*words)
