"""Files of rules: what is read of them, and each mistake with file, entry and column."""

from pathlib import Path

import pytest

from flopcount.counters.rules import files, read, tool_named, tools
from flopcount.counters.versions import Span, known_version, older, read_version
from flopcount.errors import FlopcountError
from tests.counters.rule_files import HEAD, file_of, tool_of

CONV = '[[rule]]\nmodule = "Conv2d"\n'
RULE = f'{CONV}count = "macs"\n'
UNVERSIONED = HEAD.replace('version = "2.0.1"\n', "")


def test_each_file_that_is_shipped_is_read_and_names_its_tools_once() -> None:
    named = [tool.name for path in files() for tool in read(path)]
    assert sorted(named) == sorted(tools())
    assert len(named) == len(set(named))


def test_no_rule_names_a_network() -> None:
    import flopcount as fc

    networks = {name.replace("-", "") for name in fc.names()}
    for path in files():
        for tool in read(path):
            for rule in tool.written:
                names = {name.casefold().replace("_", "") for name in rule.of.names}
                assert not names & networks


def test_what_is_read(tmp_path: Path) -> None:
    rules = (
        '[[rule]]\nmodule = ["Conv*", "Linear"]\ncount = "macs + bias"\nfault = "it is wrong"\n'
        'thread = "https://example.org/1"\n'
        '[[rule]]\nkind = "ReLU"\nwhen = "in > 3"\ncount = 5\nuntil = "1.9"\n'
        '[[fault]]\nsays = "it is slow"\n'
    )
    tool = tool_of(tmp_path, rules, f'covers = "function"\nancestry = true\n{HEAD}')
    assert (tool.name, tool.version, tool.unit) == ("mine", "2.0.1", "MAC")
    assert (tool.covers, tool.ancestry) == (("function",), True)
    assert [rule.number for rule in tool.rules] == [1]  # the other one is of older versions
    assert [rule.number for rule in tool.at_version("1.9").rules] == [1, 2]
    assert str(tool.rules[0].fault) == "it is wrong (https://example.org/1)"
    assert [fault.says for fault in tool.faults] == ["it is slow"]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (f'{CONV}count = "2*mcas"', "mine.toml: rule 1 (module Conv2d): count: '2*mcas': unknown"),
        (f'{RULE}{CONV}count = "2*"', "mine.toml: rule 2 (module Conv2d): count: '2*' is no"),
        (f"{CONV}count = 2.5", "rule 1 (module Conv2d): count: expected an expression in quotes"),
        (f"{CONV}count = true", "count: expected an expression in quotes"),
        (f'{CONV}count = ["macs"]', "count: expected an expression in quotes"),
        (f'{RULE}wen = "in"', "rule 1 (module Conv2d): unknown key 'wen'"),
        (f'{RULE}when = "size"', None),
        (f'{RULE}when = "sizes"', "rule 1 (module Conv2d): when: 'sizes': unknown size of a call"),
        ('[[rule]]\nmodul = "Conv2d"\ncount = "macs"', "rule 1: unknown key 'modul'"),
        ('[[rule]]\ncount = "macs"', "rule 1: what is it of? one of module, function, operator"),
        (f'{RULE}operator = "conv2d"', "module and operator: an entry is of one of these"),
        (CONV, "rule 1 (module Conv2d): what does it count? count is missing"),
        ('[[rule]]\nmodule = 3\ncount = "macs"', "module: expected a name or a list of names"),
        ('[[rule]]\nmodule = [3]\ncount = "macs"', "module: expected a name or a list of names"),
        ('[[rule]]\nmodule = []\ncount = "macs"', "module: expected names, not an empty list"),
        (f'{RULE}since = "2.1"\n', "version: a rule is of a version after 2.0.1"),
        (f'{RULE}since = "1.2"\nuntil = "1.1"', "since 1.2 is after until 1.1"),
        (f"{RULE}since = 1.2", "since: expected a version such as '0.7.5', not 1.2"),
        (f'{RULE}until = "new"', "until: expected a version such as '0.7.5', not 'new'"),
        (f"{RULE}fault = 3", "fault: expected a text in quotes, not 3"),
        (f'{RULE}thread = "x"', "thread: there is no fault that it is about"),
        (f'{RULE}[[fault]]\nthread = "x"', "fault 1: says is missing"),
        (f'{RULE}[[fault]]\nsays = "x"\nwhen = "in"', "fault 1: when: it goes with one of"),
        (f'{RULE}[[fault]]\nsay = "x"', "fault 1: unknown key 'say'"),
        ("", "it has no [[rule]]"),
        ('rule = "macs"', "prints.mine: unknown key 'rule'"),
        (f"{RULE}[prints.other]\nunit = 'MAC'", "prints.other: column is missing"),
        (f"{RULE}[prints.other]\ncolumn = 'count'", "prints.other: unit is missing"),
        (f"{RULE}[prints.other]\nunit = 'GFLOP'\ncolumn = 'n'", "prints.other: unknown unit"),
        (f"{RULE}[prints.other]\nunit = 'MAC'\ncolumn = 'n'", "prints.other: no rule has the col"),
        (f"{RULE}[prints.other]\nunit = 'MAC'\ncolumn = 'when'", "'when' is no name that a column"),
        (f"{RULE}[rule", "cannot be read: "),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, rules: str, said: str | None) -> None:
    path = file_of(tmp_path, rules)
    if said is None:
        assert list(read(path))
        return
    with pytest.raises(FlopcountError) as raised:
        list(read(path))
    assert str(raised.value).startswith("mine.toml: ")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace('title = "A tool"', ""), "title is missing"),
        (f"versions = ['1.9']\n{UNVERSIONED}", "version is missing: which is the newest?"),
        (HEAD.replace('"2.0.1"', "2.0"), "version: expected a text in quotes, not 2.0"),
        (HEAD.replace('"2.0.1"', '"beta"'), "version: expected a version such as"),
        (HEAD.partition("[prints")[0], "[prints.NAME] is missing"),
        (f"covers = 3\n{HEAD}", "covers: expected a name or a list of names, not 3"),
        (f'covers = "modules"\n{HEAD}', "covers: unknown level 'modules'"),
        (f"ancestry = 1\n{HEAD}", "ancestry: expected true or false, not 1"),
        (f"shared = 'place'\n{HEAD}", "shared: 'place': unknown size of a call 'place'"),
        (f"versions = ['one']\n{HEAD}", "versions: expected a version such as"),
        (f"prints = 3\n{HEAD.partition('[prints')[0]}", "prints: expected tables [prints.NAME]"),
    ],
)
def test_a_mistake_above_the_rules(tmp_path: Path, head: str, said: str) -> None:
    with pytest.raises(FlopcountError) as raised:
        list(read(file_of(tmp_path, RULE, head)))
    assert str(raised.value).startswith("mine.toml: ")
    assert said in str(raised.value)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FlopcountError, match=r"none\.toml: there is no such file of rules"):
        tool_named(str(tmp_path / "none.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FlopcountError, match=r"bytes\.toml: cannot be read: it is not UTF-8"):
        tool_named(str(tmp_path / "bytes.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(FlopcountError, match="cannot be read: Is a directory"):
        tool_named(str(tmp_path / "folder.toml"))
    (tmp_path / "large.toml").write_text("#" * (2**20 + 1), encoding="utf-8")
    with pytest.raises(FlopcountError, match="rules of at most 1 MiB are read"):
        tool_named(str(tmp_path / "large.toml"))


def test_a_habit_has_no_version_and_needs_no_word(tmp_path: Path) -> None:
    path = tmp_path / "habit.toml"
    path.write_text(f'unknown = ""\n{UNVERSIONED}{RULE}', encoding="utf-8")
    (tool,) = read(path)
    assert (tool.version, tool.with_version, tool.unknown, tool.older) == ("", "mine", "", [])
    with pytest.raises(FlopcountError, match="it has no versions; leave out @2"):
        tool.at_version("2")


def test_a_tool_is_named_by_name_by_version_by_file(tmp_path: Path) -> None:
    assert tool_named("FVCORE") is tools()["fvcore"]
    path = file_of(tmp_path, RULE)
    assert tool_named(str(path)).name == "mine"
    two = f"{RULE}flops = '2*macs'\n[prints.other]\nunit = 'FLOP'\ncolumn = 'flops'\n"
    path = file_of(tmp_path, two, name="two.toml")
    with pytest.raises(FlopcountError, match="prints several numbers: name one, as in"):
        tool_named(str(path))
    assert tool_named(f"{path}:other").unit == "FLOP"
    path = file_of(tmp_path, two.replace("prints.other", "prints.Other"), name="two.toml")
    assert tool_named(f"{path}:Other").unit == "FLOP"
    with pytest.raises(FlopcountError, match=r"unknown counter 'fvcoer'.*did you mean 'fvcore'"):
        tool_named("fvcoer")


def test_a_version_is_one_that_is_known(tmp_path: Path) -> None:
    rules = f'{RULE}until = "1.4"\n{CONV}count = "macs + bias"\n'
    tool = tool_of(tmp_path, rules)
    assert [rule.number for rule in tool.rules] == [2]
    assert [rule.number for rule in tool.at_version("1.4").rules] == [1, 2]
    assert tool.at_version("1.4").named == "mine@1.4"
    assert tool.at_version("2.0.1") is tool
    assert [one.says for one in tool.older] == ["≤ 1.4"]
    for wrong, near in (("1.3", "take 1.4"), ("3", "take 2.0.1")):
        with pytest.raises(FlopcountError, match=f"'{wrong}': its rules are known from .*{near}"):
            tool.at_version(wrong)
    with pytest.raises(FlopcountError, match="expected a version such as"):
        tool.at_version("newest")


def test_spans_of_versions() -> None:
    span = Span(read_version("0.7.0"), read_version("0.7.2.2"))
    tried = ("0.6.9", "0.7", "0.7.2", "0.7.2.2", "0.7.3")
    assert [text for text in tried if span.has(read_version(text))] == ["0.7", "0.7.2", "0.7.2.2"]
    assert known_version("1", "1.0.0", []) == (1,)
    found = older([Span((1, 0), ()), Span((), (2, 3))])
    assert [one.says for one in found] == ["before 1.0", "1.0 to 2.3"]
    assert not Span((1, 0)).has(found[0].version)
    assert Span((1, 0)).has(found[1].version)
