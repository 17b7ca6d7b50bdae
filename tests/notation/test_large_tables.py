"""Tables of a megabyte: what each line costs does not grow with the number of lines."""

import difflib
import tomllib
from collections.abc import Iterable
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.errors import one_of
from flopcount.notation import fields
from flopcount.notation.fields import MAX_BRANCHES, Specs, blocks_of
from flopcount.notation.networks import Options, build
from flopcount.notation.parser import parse
from flopcount.notation.tables import parse_table

MANY = 20_000


def table(text: str, **options: Any) -> fc.Network:
    document = tomllib.loads(f'input = "8x8x4"\n{text}')
    return build(parse_table(document), "t", Options(**options))  # type: ignore[return-value]


def chain(count: int) -> dict[str, dict[str, str]]:
    alike = {f"b{i}": {"like": f"b{i - 1}"} for i in range(1, count + 1)}
    return {"b0": {"x": "conv 3x3 8", "y": "relu"}, **alike}


@pytest.mark.parametrize("turned", [False, True])
def test_a_chain_of_likes_reads_each_block_once(
    turned: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    plain = fields._block  # noqa: SLF001

    def counted(name: str, *rest: Any) -> Any:
        read.append(name)
        return plain(name, *rest)

    monkeypatch.setattr(fields, "_block", counted)
    sections = chain(MANY)
    order = reversed(sections) if turned else sections
    blocks = blocks_of({"block": {name: sections[name] for name in order}}, Specs())
    assert len(read) == len(set(read)) == MANY + 1
    assert blocks[f"b{MANY}"] == blocks["b0"]
    assert list(blocks) == (list(sections)[::-1] if turned else list(sections))


def test_a_block_like_another_has_what_it_leaves_as_it_is() -> None:
    first = {"columns": ["n"], "as": "branches > relu", "x": "conv 1x1 {n}", "y": "relu"}
    sections = {
        "third": {"like": "second", "as": "branches"},
        "second": {"like": "first", "z": "identity", "x": "conv 3x3 {n}"},
        "first": first,
    }
    blocks = blocks_of({"block": sections}, Specs())
    arms = {arm.label: str(arm) for arm in blocks["third"].branches}
    assert arms == {"x": "x: conv 3x3 {n}", "y": "y: relu", "z": "z: identity"}
    assert list(arms) == ["x", "y", "z"]
    assert blocks["third"].columns == ("n",)
    assert blocks["second"].layout == parse("branches > relu").spec
    assert blocks["third"].layout == parse("branches").spec


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"a": {"like": "a"}}, r"block.a.like: goes in a circle"),
        ({"a": {"like": "b"}, "b": {"like": "a"}}, r"block.b.like: goes in a circle"),
        ({"a": {"like": "b"}, "b": {"like": "cc"}}, r"block.b.like: unknown block 'cc'"),
        ({"a": {"like": "b"}, "b": {"columns": ["n"]}}, r"block.b: a block needs a branch"),
        ({"a": {"like": 3}}, r"block.a.like: read 3, expected a string"),
    ],
)
def test_a_like_that_is_none(sections: dict[str, Any], message: str) -> None:
    with pytest.raises(FlopcountError, match=message):
        blocks_of({"block": sections}, Specs())


def test_the_branches_that_like_fills_in_have_a_limit() -> None:
    wide = {f"x{i}": "relu" for i in range(1_000)}
    fit = {f"b{i}": {"like": "b0"} for i in range(1, 100)}
    assert len(blocks_of({"block": {"b0": wide, **fit}}, Specs())) * 1_000 == MAX_BRANCHES
    with pytest.raises(FlopcountError, match=r"^block.more: .* have more than 100000 br"):
        blocks_of({"block": {"b0": wide, **fit, "more": {"like": "b0"}}}, Specs())


def test_many_assumed_widths() -> None:
    listed = "\n".join(f'"a/{i}" = "x"' for i in range(MANY, 0, -1))
    net = table(f'[rows]\na = "{MANY} * relu"\n[assumed]\n{listed}')
    assert len(net.nodes) == MANY


BLOCK = '[block.c]\n"3x3" = "conv 3x3 4"\n"3x3b" = "relu"\n[rows]\nC = "2 * c"\n[assumed]\n'


@pytest.mark.parametrize("path", ["C", "C.1", "C.2/3x3", "C.2/3x3/1", "C.1/concat"])
def test_an_assumed_path_names_a_layer_a_branch_a_module_or_a_row(path: str) -> None:
    assert "contains assumed widths" in table(f'{BLOCK}"{path}" = "x"').notes[0]


@pytest.mark.parametrize("path", ["", "c", "C.", "C.3", "C.1/", "C.1/3x", "C.1/3x3/", "C.1/3x3/11"])
def test_an_assumed_path_that_names_none(path: str) -> None:
    with pytest.raises(FlopcountError, match=r"^assumed: unknown layer"):
        table(f'{BLOCK}"{path}" = "x"')


def test_the_nearest_of_many_names_is_looked_for_among_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    plain = difflib.get_close_matches

    def counted(word: str, possibilities: Iterable[str], **options: Any) -> list[str]:
        known = list(possibilities)
        compared.append(len(known))
        return plain(word, known, **options)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    names = [f"stem/{i}" for i in range(100_000)]
    assert "did you mean 'stem/" in one_of("stem/100001", names, "layer")
    assert "did you mean 'googlenet'" in one_of("googlnet", [*names, "googlenet"], "network")
    assert max(compared) <= 200
