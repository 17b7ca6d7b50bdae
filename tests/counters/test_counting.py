"""What a tool counts of calls: which rule holds, what it hides, what has no rule."""

from pathlib import Path

import pytest

from flopcount.calls import Call
from flopcount.counters.counting import count, own_count
from flopcount.errors import FlopcountError
from tests.counters.rule_files import HEAD, RELU, layer, network, tool_of

HOOKED = '[[rule]]\nmodule = ["Conv2d"]\ncount = "macs + bias"\n'
PATCHED = '[[rule]]\nfunction = "F.relu"\ncount = "out"\n'


def test_the_first_rule_that_fits_a_call_holds(tmp_path: Path) -> None:
    rules = '[[rule]]\nmodule = "Conv*"\nwhen = "in > 5"\ncount = "1"\n' + HOOKED
    assert count(tool_of(tmp_path, rules), network()).value == 77


def test_what_is_both_a_module_and_a_function_counts_twice(tmp_path: Path) -> None:
    rules = PATCHED + '[[rule]]\nmodule = "ReLU"\ncount = "out"\n'
    counted = count(tool_of(tmp_path, rules), network())
    assert counted.value == 14
    assert [(line.kind, line.formula, line.calls) for line in counted.kinds] == [
        ("ReLU", "2 × out", 1)
    ]


def test_what_a_rule_of_a_module_hides(tmp_path: Path) -> None:
    rules = PATCHED + '[[rule]]\nmodule = "ReLU"\ncount = "{}"\n'
    covers = f'covers = ["function"]\n{HEAD}'
    assert count(tool_of(tmp_path, rules.format("3*out"), covers), network()).value == 21
    assert count(tool_of(tmp_path, rules.format("0*out"), covers), network()).value == 0
    assert count(tool_of(tmp_path, rules.format("0"), covers), network()).value == 7


def test_levels_names_and_kinds(tmp_path: Path) -> None:
    for rule, value in (
        ('operator = "relu"', 0),
        ('operator = "relu_"', 7),
        ('operator = "relu*"', 7),
        ('kind = "ReLU"', 7),
        ('dispatched = "convolution"', 7),
        ('module = "ReLU"', 7),
        ('module = "ELU"', 0),
    ):
        assert (
            count(tool_of(tmp_path, f'[[rule]]\n{rule}\ncount = "out"'), network()).value == value
        )


def test_a_class_that_is_derived(tmp_path: Path) -> None:
    own = Call(
        "module", "my.nets.Conv", "convolution", "a", -1, {"out": 3}, ("my.nets.Conv", "Conv2d")
    )
    rule = '[[rule]]\nmodule = "{}"\ncount = "out"\n'
    assert count(tool_of(tmp_path, rule.format("Conv2d")), [own]).value == 0
    assert count(tool_of(tmp_path, rule.format("*Conv*")), [own]).value == 3
    assert count(tool_of(tmp_path, rule.format("*nets*")), [own]).value == 0
    derived = tool_of(tmp_path, rule.format("Conv2d"), f"ancestry = true\n{HEAD}")
    assert count(derived, [own]).value == 3


def test_calls_inside_a_call(tmp_path: Path) -> None:
    rule = '[[rule]]\noperator = "*"\ninside = ["{}"]\ncount = "out"\n'
    assert count(tool_of(tmp_path, rule.format("Conv2d")), network()).value == 7
    assert count(tool_of(tmp_path, rule.format("F.relu")), network()).value == 7
    assert count(tool_of(tmp_path, rule.format("Linear")), network()).value == 0


def test_a_module_at_several_places(tmp_path: Path) -> None:
    calls = [one._replace(facts={**one.facts, "leaf": 3}) for one in network()]
    tool = tool_of(tmp_path, HOOKED + PATCHED, f'shared = "leaf"\n{HEAD}')
    assert count(tool, calls).value == 3 * 77 + 7


def test_a_size_that_is_missing_is_named_with_the_rule(tmp_path: Path) -> None:
    tool = tool_of(tmp_path, HOOKED + '[[rule]]\nmodule = "ReLU"\ncount = "out*kernel"\n')
    with pytest.raises(FlopcountError) as raised:
        count(tool, network())
    assert str(raised.value) == (
        "mine.toml: rule 2 (module ReLU): count: 'out*kernel': this call has no size 'kernel'"
    )
    tool = tool_of(tmp_path, '[[rule]]\nmodule = "ReLU"\nwhen = "axes"\ncount = "1"\n')
    with pytest.raises(FlopcountError) as raised:
        count(tool, network())
    assert str(raised.value) == (
        "mine.toml: rule 1 (module ReLU): when: 'axes': this call has no size 'axes'"
    )


def test_what_has_no_rule(tmp_path: Path) -> None:
    calls = [*network(), Call("operator", "view", "view", "a", -1, {"out": 7})]
    assert count(tool_of(tmp_path, HOOKED), calls).unruled == ("ReLU",)
    assert count(tool_of(tmp_path, PATCHED), calls).unruled == ("convolution",)
    known = count(tool_of(tmp_path, f'{HOOKED}[[rule]]\nkind = "ReLU"\ncount = "0"'), calls)
    assert (known.unruled, known.nothing) == ((), ("ReLU",))
    low = '[[rule]]\ndispatched = ["convolution", "relu_"]\ncount = "out"\n'
    assert count(tool_of(tmp_path, low), calls).unruled == ()


def test_faults_are_those_that_show(tmp_path: Path) -> None:
    rules = (
        f'{HOOKED}fault = "of convolutions"\n'
        '[[rule]]\nmodule = "Linear"\ncount = "macs"\nfault = "of dense layers"\n'
        '[[fault]]\nsays = "of all"\n'
        '[[fault]]\nsays = "of large ReLUs"\nkind = "ReLU"\nwhen = "out > 7"\n'
        '[[fault]]\nsays = "of ReLUs"\nkind = "ReLU"\nwhen = "out > 6"\n'
        '[[fault]]\nsays = "who knows"\nkind = "ReLU"\nwhen = "kernel"\n'
    )
    counted = count(tool_of(tmp_path, rules), network())
    assert [fault.says for fault in counted.faults] == [
        "of convolutions",
        "of all",
        "of ReLUs",
        "who knows",
    ]


def test_our_own_count_is_of_products() -> None:
    calls = network() + layer("ReLU", RELU, {"in": 7, "out": 7, "stored": 4}, 8)
    assert own_count("MAC", calls).value == 70
    assert own_count("mult-adds", calls).value == 70
    assert own_count("FLOP", calls).value == 140
    assert own_count("parameters", calls).value == 4
