"""Filters mean what Python means by them, and say where they do not parse."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.designs.grid.filters import MAX_NESTING, MAX_TOKENS, parse_filter
from flopcount.errors import FlopcountError

NAMES = ("multiplies", "params", "3a.r5", "input")
LARGE = 10**6

numbers = st.recursive(
    st.integers(0, 60).map(str) | st.sampled_from(NAMES),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(" ".join),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"({text})"),
    ),
    max_leaves=6,
)
comparisons = st.lists(numbers, min_size=2, max_size=4).flatmap(
    lambda parts: st.lists(
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        min_size=len(parts) - 1,
        max_size=len(parts) - 1,
    ).map(
        lambda signs: " ".join(
            f"{part} {sign}" for part, sign in zip(parts, [*signs, ""], strict=True)
        ).rstrip()
    )
)
filters = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map(lambda text: f"not {text}"),
        inner.map(lambda text: f"({text})"),
    ),
    max_leaves=5,
)
values = st.fixed_dictionaries({name: st.integers(1, 60) for name in NAMES})


def python(text: str, named: dict[str, int]) -> bool:
    """What Python makes of the same text, ``3a.r5`` written as a name that it knows."""
    plain = {"multiplies": "m", "params": "p", "3a.r5": "r", "input": "i"}
    for name, short in plain.items():
        text = text.replace(name, short)
    scope = {plain[name]: value for name, value in named.items()}
    return bool(eval(text, {"__builtins__": {}}, scope))  # noqa: S307  what it is compared with


@pytest.mark.slow
@given(filters, values)
def test_a_filter_means_what_python_means(text: str, named: dict[str, int]) -> None:
    parsed = parse_filter(text, NAMES)
    assert bool(parsed.holds(named.__getitem__)) is python(text, named)


@pytest.mark.slow
@given(filters, st.lists(values, min_size=1, max_size=4))
def test_arrays_are_filtered_element_by_element(text: str, many: list[dict[str, int]]) -> None:
    parsed = parse_filter(text, NAMES)
    arrays = {name: np.array([named[name] for named in many]) for name in NAMES}
    got = np.broadcast_to(parsed.holds(arrays.__getitem__), len(many))
    assert got.tolist() == [python(text, named) for named in many]


@pytest.mark.slow
@given(filters)
def test_the_names_that_a_filter_asks_for_are_known(text: str) -> None:
    assert set(parse_filter(text, NAMES).names) == {name for name in NAMES if name in text}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100e6", 100_000_000),
        ("1.5e9", 1_500_000_000),
        ("1_000", 1_000),
        ("1E3", 1_000),
        ("9007199254740993", 2**53 + 1),  # no float holds it
        ("9007199254740.993e3", 2**53 + 1),
        ("007", 7),
    ],
)
def test_numbers_are_exact(text: str, number: int) -> None:
    assert parse_filter(f"params == {text}", NAMES).holds({"params": number}.__getitem__) is True
    assert parse_filter(f"params < {text}", NAMES).holds({"params": number}.__getitem__) is False


@given(st.integers(0, 10**6), st.integers(0, 6))
def test_powers_of_ten_are_exact(digits: int, power: int) -> None:
    text = f"{digits / 1000:.3f}e{power}"
    exact = Fraction(digits, 1000) * 10**power
    if exact.denominator == 1:
        parsed = parse_filter(f"params == {text}", NAMES)
        assert parsed.holds({"params": int(exact)}.__getitem__) is True
    else:
        with pytest.raises(FlopcountError, match="is not a whole number"):
            parse_filter(f"params == {text}", NAMES)


def test_a_name_is_read_whole() -> None:
    names = ["r", "r5", "r5.n", "5b.r", "and.x"]
    parsed = parse_filter("r5 < r5.n and 5b.r < r and and.x == 1", names)
    assert parsed.names == ("r5", "r5.n", "5b.r", "r", "and.x")


def test_a_name_may_look_like_numbers_and_signs() -> None:
    named = {"3a/5x5/1": 1, "a-b": 2, "1.5": 3, "a": 4, "b": 5, "x": 6, "lambda": 7, "é": 8}
    for name, value in named.items():
        text = f"11*{name} == 11 * {value} and not {name}-1!={value}-1 and " + " and ".join(
            f"{other} == {value}" for other, value in named.items()
        )
        parsed = parse_filter(text, named)
        assert parsed.holds(named.__getitem__) is True
        assert parsed.holds((named | {name: 99}).__getitem__) is False
        assert parsed.names == tuple(dict.fromkeys([name, *named]))


def test_numbers_are_no_place_for_names() -> None:
    parsed = parse_filter("e6 < 100e6 and 1_000 < e6 and x != 0", ["e6", "0", "x", "_000"])
    assert parsed.names == ("e6", "x", "0"), "a name may be 0, and 100e6 holds none"
    assert parsed.holds({"e6": 10**6, "x": 1, "0": 2}.__getitem__) is True


def test_the_limits_are_what_they_say() -> None:
    assert parse_filter("+".join(["1"] * 99) + "<2", NAMES).holds({}.__getitem__) is False
    most = " ".join(["-"] * 43 + ["1<2"] + ["and 1<2"] * 37 + ["or - - 1<2"])
    assert len(most.replace("<", " < ").split()) == MAX_TOKENS
    assert parse_filter(most, NAMES).holds({}.__getitem__) is True
    for opening, closing in (("(", ")"), ("-", ""), ("not ", "")):
        deep = opening * MAX_NESTING + "1<2" + closing * MAX_NESTING
        text = deep if opening != "-" else f"{deep} and {deep}"  # side by side is no deeper
        assert parse_filter(text, NAMES).holds({}.__getitem__) is True


# What is typed, the phrases of the message, and the column that it names.
WRONG = [
    ("", "expected a number or a name, read the end", 1),
    ("multiplies", "expected a comparison", 1),
    ("multiplies + 3", "expected a comparison", 1),
    ("multiplies <", "expected a number or a name, read the end", 13),
    ("multiplies <= 1.5", "'1.5' is not a whole number", 15),
    ("multiplies <= " + "9" * 10**5, "has too many digits", 15),
    ("multiplies = 3", "unexpected '=' (equality is ==)", 12),
    ("params ≥ 7M", "unexpected '≥' (write >=)", 8),
    ("params < 7M & 3a.r5 > 3", "unexpected '&' (write and)", 13),
    ("params < 7,000,000", "unexpected ',' (numbers have no commas", 11),
    ("params / 2 > 3", "unexpected '/' (there is no division", 8),
    ("multiplies === 3", "unexpected '=' (equality is ==)", 14),
    ("(multiplies < 3", "expected ')'", 16),
    ("(multiplies < 3 4)", "unexpected '4'", 17),
    ("multiplies (3) < 4", "unexpected '('", 12),
    ("() < 4", "expected a number or a name, read ')'", 2),
    ("+multiplies < 4", "expected a number or a name, read '+'", 1),
    ("params < not input", "expected a number or a name, read 'not'", 10),
    ("params not < 4", "unexpected 'not'", 8),
    ("multiplies < 3)", "unexpected ')'", 15),
    ("multiplies < 3 4", "unexpected '4'", 16),
    ("multiplies < 3 and params", "'and' takes a comparison on both sides", 20),
    ("(params < 3) + 1 < 2", "'+' takes a number on both sides", 2),
    ("not params", "'not' takes a comparison (", 5),
    ("-(params < 3) < 2", "'-' takes a number (", 3),
    ("input < (params < 3) <= 2", "'<' takes a number on both sides", 10),
    ("input < params <= (params < 3)", "'<=' takes a number on both sides", 20),
    ("multiplise < 3", "did you mean 'multiplies'?", 1),
    ("3a.r3 < 3", "unknown name '3a.r3' (known: 3a.r5, input, multiplies, params)", 1),
    ("multiplies < 3k", "unknown name '3k'", 14),
    ("multiplies < 1__0", "unknown name '1__0'", 14),
    ("multiplies < 1e9999", "unknown name '1e9999'", 14),
    ("multiplies / 2 < 3", "unexpected '/'", 12),
    ("multiplies ** 2 < 3", "expected a number or a name, read '*'", 13),
    ("multiplies & params < 3", "unexpected '&'", 12),
    ("__import__('os') == 1", "unknown name '__import__'", 1),
    ("params.real < 3", "unknown name 'params.real'", 1),
    ("params < 'x'", 'unexpected "\'"', 10),
    ("params[0] < 1", "unexpected '['", 7),
    ("lambda: 1", "unknown name 'lambda'", 1),
    ("params < 3 if 1", "unknown name 'if'", 12),
    ("params < 3\n$", "unexpected '$'", 12),
    # what Python would run, or read as more than the language has
    ("().__class__.__bases__ == 1", "unexpected '.'", 3),
    ("params.__class__ == 1", "unknown name 'params.__class__'", 1),
    ("x == 1", "unknown name 'x'", 1),  # how Python's parser is given a name
    ("(params := 3) < 4", "unexpected ':'", 9),
    ("params < (lambda: 1)()", "unknown name 'lambda'", 11),
    ("f'{params}' == 3", "unknown name 'f'", 1),
    ("[i for i in params] == 3", "unexpected '['", 1),
    ("params == {1}", "unexpected '{'", 11),
    ("params in input", "unknown name 'in'", 8),
    ("params < 3, input < 3", "unexpected ','", 11),
    ("params < 3; input < 3", "unexpected ';'", 11),
    ("params < 3 # input", "unexpected '#'", 12),
    ("params < \\\n3", r"unexpected '\\'", 10),
    ("params < True", "unknown name 'True'", 10),
    ("params == 0x10", "unknown name '0x10'", 11),
    ("params == 1j", "unknown name '1j'", 11),
    ("params < ...", "unexpected '.'", 10),
    ("9 ** 9 ** 9 ** 9 < params", "expected a number or a name, read '*'", 4),
    ("params << 99999 < 3", "expected a number or a name, read '<'", 9),
    ("params < 3\0", r"unexpected '\x00'", 11),
    # what looks like a name, a number or a sign; Python reads the first as params
    ("\N{FULLWIDTH LATIN SMALL LETTER P}arams < 3", "mean 'params'?", 1),
    ("\N{CYRILLIC SMALL LETTER ER}arams < 3", "mean 'params'?", 1),
    ("params < \N{FULLWIDTH DIGIT THREE}", "unexpected '\N{FULLWIDTH DIGIT THREE}'", 10),
    ("params < 3\N{SUPERSCRIPT TWO}", "unknown name '3\N{SUPERSCRIPT TWO}'", 10),
    ("params \N{FULLWIDTH LESS-THAN SIGN} 3", "unexpected '\N{FULLWIDTH LESS-THAN SIGN}'", 8),
    ("params \N{LESS-THAN OR EQUAL TO} 3", "unexpected '\N{LESS-THAN OR EQUAL TO}'", 8),
    ("params < 3 \N{MINUS SIGN} 1", "unexpected '\N{MINUS SIGN}'", 12),
    ("params < 3\N{RIGHT-TO-LEFT OVERRIDE}", r"unexpected '\u202e'", 11),
    ("(" * (MAX_NESTING + 1) + "1<2" + ")" * (MAX_NESTING + 1), "50 levels deep", 51),
    ("-" * (MAX_NESTING + 1) + "1<2", "50 levels deep", 51),
    ("not " * (MAX_NESTING + 1) + "1<2", "50 levels deep", 201),
    ("not (" * 25 + "-1<2" + ")" * 25, "50 levels deep", 126),
    ("(" * 10**6, f"more than {MAX_TOKENS}", MAX_TOKENS + 1),
    (("(" * 45 + "1<2" + ")" * 45 + " and ") * 2 + "(", "the end", 198),
    ("+".join(["1"] * 5_000) + " < 2", f"more than {MAX_TOKENS}", MAX_TOKENS + 1),
]


@pytest.mark.parametrize(("text", "phrase", "column"), WRONG)
def test_what_does_not_parse_is_placed(text: str, phrase: str, column: int) -> None:
    with pytest.raises(FlopcountError) as caught:
        parse_filter(text, NAMES)
    message = str(caught.value)
    assert message.startswith("--keep ")
    assert phrase in message
    assert f"(column {column}: " in message
    shown = message.rpartition("(column ")[2].partition(": ")[2]
    before, _, after = shown.removesuffix(")").partition("‸")
    whole = "".join(sign if sign.isprintable() else " " for sign in text)
    assert whole[: column - 1].endswith(before.removeprefix("…"))
    assert whole[column - 1 :].startswith(after.removesuffix("…"))
    assert message.isprintable()
    assert len(message) < 400


@given(st.text(alphabet="mp<>=!()+-*0159eand .or3a5_\n'\"", max_size=40))
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    try:
        parsed = parse_filter(text, NAMES)
    except FlopcountError as error:
        assert str(error).isprintable()  # noqa: PT017  either outcome is right
    else:
        assert parsed.holds(dict.fromkeys(NAMES, 1).__getitem__) in (True, False)


@pytest.mark.slow
@given(filters, values)
def test_what_may_pass_int64_is_refused_beforehand(text: str, named: dict[str, int]) -> None:
    ranges = dict.fromkeys(NAMES, (0, LARGE))
    parsed = parse_filter(text, NAMES)
    try:
        parsed.check(ranges)
    except FlopcountError as error:
        assert "2**63 - 1" in str(error)  # noqa: PT017
    else:  # then int64 gives what Python gives, even at the largest
        huge = {name: LARGE - value for name, value in named.items()}
        arrays = {name: np.array([value]) for name, value in huge.items()}
        got = np.broadcast_to(parsed.holds(arrays.__getitem__), 1)
        assert got.tolist() == [python(text, huge)]


def test_the_part_that_passes_int64_is_placed() -> None:
    parsed = parse_filter("input < 3 and 2 * (params * multiplies) < 5", NAMES)
    parsed.check(dict.fromkeys(NAMES, (0, 2**30)))
    with pytest.raises(FlopcountError, match=r"column 20: .*‸params \* multiplies"):
        parsed.check(dict.fromkeys(NAMES, (0, 2**32)))


@pytest.mark.parametrize(
    ("text", "large", "column"),
    [
        ("0 - params * 2 < 5", 2**62, "column 5: 0 - ‸params"),  # 2**63, before it is taken away
        ("-params * 2 < 5", 2**62, "column 1: ‸-params"),
        ("0 - params - params < 5", 2**62, "column 1: ‸0 - params"),
        ("(0 - params) * multiplies < 5", 2**32, r"column 1: ‸\(0 - params"),
    ],
)
def test_what_is_far_below_zero_passes_int64_too(text: str, large: int, column: str) -> None:
    parsed = parse_filter(text, NAMES)
    parsed.check(dict.fromkeys(NAMES, (0, large // 2)))
    with pytest.raises(FlopcountError, match=column):
        parsed.check(dict.fromkeys(NAMES, (0, large)))


def test_the_largest_and_the_least_that_are_taken_are_alike() -> None:
    for text in ("params + 1 > 0", "0 - params - 1 > 0", "-params - 1 > 0"):
        parsed = parse_filter(text, NAMES)
        parsed.check(dict.fromkeys(NAMES, (0, 2**63 - 2)))
        with pytest.raises(FlopcountError, match=r"this can pass 2\*\*63 - 1 in this grid"):
            parsed.check(dict.fromkeys(NAMES, (0, 2**63 - 1)))
