"""Formulas: the issue's own, and each one held to the concrete count at sampled sizes."""

import itertools
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sympy

import flopcount as fc
from flopcount import FlopcountError
from flopcount.analysis.formulas import symbol, tidy
from flopcount.cli.main import main
from flopcount.sizes.mathtext import python, text

GOOGLENET = (
    "9408·⌈H/2⌉⌈W/2⌉ + 114688·⌈H/4⌉⌈W/4⌉ + 551424·⌈H/8⌉⌈W/8⌉ + 2805504·⌈H/16⌉⌈W/16⌉"
    " + 2485248·⌈H/32⌉⌈W/32⌉ + 1024000"
)
SPECS = [  # each over H and W
    "HxWx3 > conv 7x7/2 8",
    "HxWx3 > conv 3x3 8 valid > conv 3x3/2 8 valid > maxpool 3x3/2 valid",
    "HxWx4 > conv 5x5/3 8 > conv 2x2/2 8 > conv 2x1 8 valid",
    "HxWx4 > maxpool 3x3/2 ceil valid > conv 3x3 8 > avgpool 2x2/2 ceil valid > conv 1x1 4",
    "HxWx8 > conv 3x3 12 groups=4 > depthwise 5x5/2 multiplier=2 > separable 3x3/2 16",
    "HxWx4 > conv 3x3/2 8 pad=1 > conv 7x1 8 pad=3x0 > maxpool 3x3/2 pad=1 > conv 1x3 8",
    "HxWx4 > conv 3x3 8 dilation=2 valid > conv 3x3/2 8 dilation=3x2",
    "HxWx4 > maxpool 3x3/2 valid > maxpool 2x2/2 ceil valid > conv 3x3 8 > flatten > dense 5",
    "HxWx4 > [conv 1x1 4 | conv 1x1 2 reduce > conv 5x5 8 | maxpool 3x3 > conv 1x1 2] > conv 3x3 8",
    "HxWx4 > (identity + conv 3x3 in) > relu > avgpool global > dense 7 > softmax",
    "HxWx4 > [conv 3x3/2 4 | maxpool 3x3/2]",
    "HxWx4 > [conv 3x3/2 4 pad=1 | maxpool 3x3/2 ceil valid]",
    "HxWx4 > [conv 3x3/2 4 valid | maxpool 3x3/2 ceil valid]",
]
UNPADDED = [
    "HxWx8 > conv 3x3/2 8 pad=2 > avgpool 5x5/3 pad=2 ceil > conv 3x3 4",  # signs that alternate
    "HxWx3 > conv 3x3 8 > conv 5x5 4",
    "HxWx3 > conv 3x3/2 8",
    "HxWx3 > conv 3x3 8 valid > conv 1x1 4",
    "HxWx4 > depthwise 3x3 > conv 3x1 4 groups=2",
    "HxWx3 > conv 2x4 8 pad=1",
    "HxWx3 > conv 3x3 2 dilation=2",
    "HxWx3 > maxpool 3x3/2 ceil pad=1 > conv 3x3 4",
]
SYMBOLS = {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "·": "*", "−": "-"}
SYMBOLS |= {"≥": ">=", "≤": "<=", "²": "**2"}


def concrete(reference: str, count: str, module: str | None = None, **options: Any) -> int:
    """What the report says: the count of a network without any symbol."""
    network = fc.load(reference, **options)
    report = fc.analyze(network, modules=[module] if module else [])
    found = report.total.cost
    return int(getattr(found, count))


def holds(sentence: str, sizes: Mapping[str, int]) -> bool:
    """Whether a sentence of a domain is true of some sizes; its text is read, not the program's."""
    divides = re.fullmatch(r"(\d+) divides (.+)", sentence)
    if divides:
        sentence = f"({divides[2]}) % {divides[1]} < 1"
    written = re.sub(r"([⌉⌋)])([⌈⌊(])", r"\1·\2", sentence)
    for mark, plain in SYMBOLS.items():
        written = written.replace(mark, plain)
    exact = {name: sympy.Integer(size) for name, size in sizes.items()}
    functions = {"floor": sympy.floor, "ceil": sympy.ceiling}
    return bool(eval(written, {"__builtins__": {}}, {**functions, **exact}))  # noqa: S307


def made(source: str, name: str) -> Callable[..., int]:
    """Run emitted Python in a namespace of its own, without any builtin but abs."""
    namespace: dict[str, Any] = {"__builtins__": {"abs": abs}}
    exec(source, namespace)  # noqa: S102  what is emitted is there to be run
    function = namespace[name]
    assert callable(function)
    return function


def evaluated(found: fc.Formula, sizes: Mapping[str, int]) -> int:
    """The value of a formula; in the emitted Python too, which must be the same whole number."""
    value = found.expr.subs({symbol(name): size for name, size in sizes.items()})
    assert value.is_Integer, value
    names = sorted(symbol.name for symbol in found.expr.free_symbols)
    function = made(found.python(), re.sub(r"\W", "_", found.count))
    by_python = function(*(sizes[name] for name in names))
    assert type(by_python) is int
    assert by_python == int(value)
    return int(value)


# -- the issue's


def test_googlenet_over_its_input_is_the_issue_s_formula() -> None:
    found = fc.formula("googlenet", free=["H", "W"])
    assert found.text() == str(found) == GOOGLENET
    assert found.domain == ()
    assert fc.formula("googlenet") == found


def test_googlenet_over_multiples_of_32() -> None:
    found = fc.formula("googlenet", free=["H", "W"], let={"H": "32n", "W": "32n"})
    assert found.text() == "32278528·n² + 1024000"
    # 7·7 of them are 224×224: 32,278,528·49 + 1,024,000
    assert evaluated(found, {"n": 7}) == 32_278_528 * 49 + 1_024_000 == 1_582_671_872


def test_the_coefficients_are_those_of_the_layers() -> None:
    # 7²·3·64 on ⌈H/2⌉; 64·64 + 9·64·192 on ⌈H/4⌉; 1024·1000 of the classifier
    assert GOOGLENET.startswith(f"{49 * 3 * 64}·⌈H/2⌉⌈W/2⌉ + {64 * 64 + 9 * 64 * 192}·⌈H/4⌉⌈W/4⌉")
    assert GOOGLENET.endswith(f" {1024 * 1000}")


def test_the_5x5_branch_over_its_width() -> None:
    found = fc.formula("googlenet", module="3a", branch="5x5", free=["H", "W", "r5"])
    # C + 25·F = 192 + 25·32 per channel
    assert found.text() == "992·r5·⌈H/8⌉⌈W/8⌉"
    assert found.diff("r5").text() == "992·⌈H/8⌉⌈W/8⌉"
    assert evaluated(found, {"H": 224, "W": 224, "r5": 16}) == 12_443_648


# -- sampled agreement


SIZES = ((224, 224), (96, 320), (128, 113), (299, 75), (75, 331))


@pytest.mark.parametrize("count", ["multiplies", "params", "activations"])
@pytest.mark.parametrize("name", fc.names())
def test_each_network_over_its_input(name: str, count: str) -> None:
    found = fc.formula(name, count=count)
    inside = 0
    for size in SIZES:
        sizes = dict(zip("HW", size, strict=True))
        if all(holds(sentence, sizes) for sentence in found.domain):
            inside += 1
            assert evaluated(found, sizes) == concrete(name, count, input=f"{size[0]}x{size[1]}")
        else:
            with pytest.raises(FlopcountError):
                concrete(name, count, input=f"{size[0]}x{size[1]}")
    assert inside >= 2


@pytest.mark.parametrize("count", ["multiplies", "params", "activations"])
@pytest.mark.parametrize("spec", SPECS)
def test_each_spec_in_its_domain_and_around_it(spec: str, count: str) -> None:
    found = fc.formula(spec, count=count)
    inside = outside = 0
    for high, wide in itertools.product((*range(1, 10), 16, 23), (7, 12)):
        sizes = {"H": high, "W": wide}
        plain = spec.replace("HxW", f"{high}x{wide}")
        if all(holds(sentence, sizes) for sentence in found.domain):
            inside += 1
            assert evaluated(found, sizes) == concrete(plain, count), sizes
        else:
            outside += 1
            with pytest.raises(FlopcountError):
                concrete(plain, count)
    assert inside >= 2
    assert found.domain or not outside


@pytest.mark.parametrize("spec", UNPADDED)
def test_taps_inside_the_image(spec: str) -> None:
    found = fc.formula(spec, count="multiplies_unpadded")
    inside = 0
    for high, wide in itertools.product((1, 2, 3, 5, 8), (4, 7)):
        sizes = {"H": high, "W": wide}
        if all(holds(sentence, sizes) for sentence in found.domain):
            inside += 1
            plain = spec.replace("HxW", f"{high}x{wide}")
            assert evaluated(found, sizes) == concrete(plain, "multiplies_unpadded"), sizes
    assert inside >= 4


@pytest.mark.parametrize(("name", "least"), [("inception-v3", 75), ("inception-resnet-v2", 75)])
def test_just_outside_its_domain_the_walk_refuses(name: str, least: int) -> None:
    found = fc.formula(name)
    assert found.domain == (f"H ≥ {least}", f"W ≥ {least}")
    at = f"{least}x{least}"
    assert evaluated(found, {"H": least, "W": least}) == concrete(name, "multiplies", input=at)
    for size in (f"{least - 1}x{least}", f"{least}x{least - 1}"):
        with pytest.raises(FlopcountError, match="kernel does not fit"):
            concrete(name, "multiplies", input=size)


@pytest.mark.parametrize("stride", [8, 64, 200])
def test_branches_that_stop_fitting_far_out(stride: int) -> None:
    # ⌈n/2⌉ beside ⌊n/2⌋ + 1: equal for n = 1, not for n = 2, for n = ⌈H/stride⌉
    spec = f"HxWx4 > conv 3x3/{stride} 4 > [conv 3x3/2 4 | conv 2x2/2 4 pad=1]"
    found = fc.formula(spec)
    for high, fits in ((1, True), (stride, True), (stride + 1, False), (2 * stride + 1, True)):
        assert all(holds(sentence, {"H": high, "W": 1}) for sentence in found.domain) == fits
        plain = spec.replace("HxW", f"{high}x1")
        if fits:
            assert evaluated(found, {"H": high, "W": 1}) == concrete(plain, "multiplies")
        else:
            with pytest.raises(FlopcountError, match="branches that do not fit a concat"):
                concrete(plain, "multiplies")


def test_branches_that_fit_for_some_sizes_only() -> None:
    found = fc.formula("bn-inception")
    assert found.domain[:2] == ("H ≥ 39", "W ≥ 39")
    fitting = {
        high: all(holds(sentence, {"H": high, "W": 224}) for sentence in found.domain)
        for high in (*range(36, 44), *range(218, 232))
    }
    assert fitting[224]
    assert set(fitting.values()) == {True, False}
    for high, fits in fitting.items():
        size = f"{high}x224"
        if fits:
            here = concrete("bn-inception", "multiplies", input=size)
            assert evaluated(found, {"H": high, "W": 224}) == here
        else:
            with pytest.raises(FlopcountError):
                concrete("bn-inception", "multiplies", input=size)


@pytest.mark.parametrize("reference", ["googlenet@torchvision", "googlenet@naive", "googlenet@aux"])
def test_variants_and_rewrites_have_formulas(reference: str) -> None:
    aux = reference.endswith("@aux")
    name = reference.removesuffix("@aux")
    found = fc.formula(name, aux=aux)
    for high, wide in ((224, 224), (299, 131)):
        here = concrete(name, "multiplies", input=f"{high}x{wide}", aux=aux)
        assert evaluated(found, {"H": high, "W": wide}) == here


@pytest.mark.parametrize("count", ["multiplies", "params", "weights", "biases", "activations"])
def test_widths_of_a_row_and_classes(count: str) -> None:
    free = ["3a.r5", "3a.n3", "5b.proj", "classes"]
    found = fc.formula("googlenet", count=count, free=free)
    for widths in ((16, 128, 128, 1000), (7, 31, 5, 10), (200, 1, 90, 3)):
        sizes = dict(zip(free, widths, strict=True))
        columns = {name: width for name, width in sizes.items() if "." in name}
        here = concrete("googlenet", count, set=columns, classes=sizes["classes"])
        assert evaluated(found, sizes) == here


def test_widths_through_a_rewrite() -> None:
    found = fc.formula("googlenet@width=0.5", free=["3a.r5"], count="params")
    for width in (1, 2, 15, 16):
        here = concrete("googlenet@width=0.5", "params", set={"3a.r5": width})
        assert evaluated(found, {"3a.r5": width}) == here


def test_norm_counts() -> None:
    spec = "HxWx3 > conv 3x3 F norm nobias > conv 1x1 F norm=shift"
    # γ and β of the first, β of the second; a bias too
    assert fc.formula(spec, count="norm_params").text() == "3·F"
    assert fc.formula(spec, count="norm_stats").text() == "4·F"


def test_a_spec_s_own_names() -> None:
    found = fc.formula("HxWxC > conv 1x1 r reduce > conv 5x5 F")
    assert found.text() == "C·H·W·r + 25·F·H·W·r"
    unpadded = fc.formula("HxWxC > conv 3x3 F", count="multiplies_unpadded")
    # (3H − 2)(3W − 2) taps fall inside the image
    assert sympy.expand(unpadded.expr) == sympy.expand(
        symbol("C") * symbol("F") * (3 * symbol("H") - 2) * (3 * symbol("W") - 2)
    )


def test_taps_are_written_per_axis() -> None:
    # the 2 outputs next to each end lose 2 + 1 of their 5 taps: 5n − 6
    found = fc.formula("HxWx3 > conv 5x5 8", count="multiplies_unpadded")
    assert (found.text(), found.domain) == ("24·(5·H − 6)(5·W − 6)", ("H ≥ 2", "W ≥ 2"))


def test_groups_that_have_to_divide() -> None:
    found = fc.formula("HxWx8 > conv 3x3 F groups=4")
    assert found.domain == ("4 divides F",)
    assert fc.formula("HxWx8 > conv 3x3 8 groups=4").domain == ()


def test_the_largest_multiples_of_a_size() -> None:
    found = fc.formula("googlenet", let={"H": "100n", "W": "64n"})
    for n in (1, 2, 3):
        here = concrete("googlenet", "multiplies", input=f"{100 * n}x{64 * n}")
        assert evaluated(found, {"n": n}) == here


def test_a_domain_is_written_in_the_names_put_in() -> None:
    found = fc.formula("inception-v3", let={"H": "8n", "W": "8n"})
    assert found.domain == ("n ≥ 10",)  # 8·10 ≥ 75 > 8·9


@pytest.mark.parametrize(
    ("let", "same_as"),
    [
        ({"H": "W"}, {"H": "n", "W": "n"}),
        ({"H": "2*n", "W": "n"}, {"H": "2n", "W": "1n"}),
    ],
)
def test_let_in_other_words(let: dict[str, str], same_as: dict[str, str]) -> None:
    one, other = (fc.formula("googlenet", let=given) for given in (let, same_as))
    (name,) = one.expr.free_symbols
    assert one.expr.subs(name, symbol("n")) == other.expr


def test_numbers_alone() -> None:
    found = fc.formula("googlenet", let={"H": "224", "W": "224"})
    assert found.text() == "1582671872"
    assert evaluated(found, {}) == 1_582_671_872
    assert fc.formula("googlenet", free=["H"], let={"H": "224"}).text() == "1582671872"


# -- one more of it


@pytest.mark.parametrize("count", ["multiplies", "multiplies_unpadded", "activations"])
@pytest.mark.parametrize("name", ["H", "W", "r", "F"])
def test_diff_is_the_finite_difference(name: str, count: str) -> None:
    stride = "" if count == "multiplies_unpadded" else "/2"
    spec = f"HxWx4 > conv 3x3{stride} r > maxpool 3x3/2 ceil valid > conv 3x3 F"
    found = fc.formula(spec, count=count)
    more = found.diff(name)
    assert more.count == f"{count} for one more {name}"
    for sizes in ({"H": 12, "W": 9, "r": 3, "F": 5}, {"H": 33, "W": 34, "r": 1, "F": 1}):
        step = {**sizes, name: sizes[name] + 1}
        assert evaluated(more, sizes) == evaluated(found, step) - evaluated(found, sizes)


def test_diff_of_a_network_is_the_difference_of_reports() -> None:
    more = fc.formula("googlenet", free=["3a.n5"]).diff("3a.n5")
    after, before = (
        concrete("googlenet", "multiplies", set={"3a.n5": width}) for width in (33, 32)
    )
    assert evaluated(more, {"3a.n5": 32}) == after - before
    # 25·16·28² of its own, and each layer of 3b that reads it: (128 + 128 + 32 + 64)·28²
    assert after - before == (25 * 16 + 128 + 128 + 32 + 64) * 28**2


# -- forms


FORMULAS = ["googlenet", "inception-v3", "bn-inception", *SPECS[:4]]


@pytest.mark.parametrize("reference", FORMULAS)
def test_latex_is_well_formed(reference: str) -> None:
    found = fc.formula(reference)
    written = found.latex()
    assert found._repr_latex_() == f"${written}$"
    assert written.isascii()
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", written):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    for side in ("ceil", "floor"):
        assert written.count(rf"\left\l{side}") == written.count(rf"\right\r{side}")
    assert written.count(r"\left") == written.count(r"\right")
    assert "+ -" not in written
    flat, level = "", 0
    for part in re.split(r"(\\left|\\right)", written):
        level += {r"\left": 1, r"\right": -1}.get(part, 0)
        flat += part if level == 0 else ""
    assert len(re.findall(r" [+-] ", flat)) == len(sympy.Add.make_args(found.expr)) - 1


def test_latex_is_drawn() -> None:
    from matplotlib.mathtext import MathTextParser

    for reference in FORMULAS[2:]:
        MathTextParser("path").parse(
            f"${fc.formula(reference).latex()}$".replace(r"\left\l", r"\l").replace(
                r"\right\r", r"\r"
            )
        )


def test_the_terms_fall() -> None:
    H, W = symbol("H"), symbol("W")  # noqa: N806  as they are called everywhere
    assert text(3 + 2 * H - H * W) == "−H·W + 2·H + 3"
    assert text(sympy.Integer(0)) == "0"
    assert text((H + 1) * (W - 2)) == "(H + 1)(W − 2)"
    assert text(H * W / 2) == "H·W/2"
    assert text(3 * H / 4) == "3·H/4"


def test_emitted_python_has_arguments_that_python_allows() -> None:
    names = ["class", "3a.r5", "abs", "r-1", "r.1", "x"]
    total = sum((position + 1) * symbol(name) for position, name in enumerate(names))
    source = python(total + abs(symbol("x") - 5), "multiplies")
    arguments = re.search(r"\((.*?)\)", source)
    assert arguments
    assert sorted(arguments[1].split(", ")) == ["_3a_r5", "abs_", "class_", "r_1", "r_1_", "x"]
    order = sorted(names)
    values = {name: 10**position for position, name in enumerate(order)}
    expected = sum((position + 1) * values[name] for position, name in enumerate(names))
    assert made(source, "multiplies")(*(values[name] for name in order)) == expected + abs(
        values["x"] - 5
    )


@pytest.mark.parametrize("inner", [sympy.floor, sympy.ceiling])
@pytest.mark.parametrize("outer", [sympy.floor, sympy.ceiling])
def test_tidied_is_equal(outer: Any, inner: Any) -> None:
    n = symbol("n")
    for m, k, a, b in itertools.product((2, 3), (2, 4), (-3, 0, 1), (-5, 2)):
        nested = outer((inner((n + a) / sympy.Integer(m)) + b) / sympy.Integer(k))
        merged = tidy(nested)
        assert len(merged.atoms(sympy.floor, sympy.ceiling)) == 1, merged
        for value in range(1, 40):
            assert merged.subs(n, value) == nested.subs(n, value), (nested, merged, value)


def test_what_cannot_be_merged_stays() -> None:
    n = symbol("n")
    nested = sympy.ceiling(3 * sympy.ceiling(n / 2) / 4)
    assert all(tidy(nested).subs(n, value) == nested.subs(n, value) for value in range(1, 40))


@pytest.mark.parametrize("form", ["text", "latex", "python", "json"])
def test_the_verb_in_each_form(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "inception-v3", "--format", form]) == 0
    seen = capsys.readouterr().out
    assert seen.endswith("\n")
    assert "H ≥ 75" in seen
    if form == "json":
        document = json.loads(seen)
        found = fc.formula("inception-v3")
        assert document == {
            "schema": 1,
            "network": "inception-v3",
            "count": "multiplies",
            "formula": found.text(),
            "latex": found.latex(),
            "python": found.python(),
            "domain": ["H ≥ 75", "W ≥ 75"],
        }
    if form == "python":
        assert made(seen, "multiplies")(299, 299) == concrete("inception-v3", "multiplies")


def test_the_verb_s_files(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / f"x.{ending}" for ending in ("txt", "tex", "py", "json")]
    words = [word for file in files for word in ("-o", str(file))]
    assert main(["formula", "googlenet", "--let", "H=32n, W=32n", *words]) == 0
    assert capsys.readouterr().out == ""
    whole = files[0].read_text(encoding="utf-8")
    assert whole == "googlenet, multiplies = 32278528·n² + 1024000\nfor all sizes\n"
    assert made(files[2].read_text(encoding="utf-8"), "multiplies")(7) == 1_582_671_872


def test_spaces_between_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", "--free", "H, W"]) == 0
    assert GOOGLENET in capsys.readouterr().out


# -- what does not fit


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--free", "zz"], "googlenet: unknown name 'zz'"),
        (["--free", "h"], "googlenet: unknown name 'h'; did you mean 'H'?"),
        (["--free", "r5"], "unknown name 'r5' (which row's? 3a.r5, 3b.r5, 4a.r5, 4b.r5, …)"),
        (["--free", "3a.r6"], "googlenet: unknown name '3a.r6'; did you mean '3a.r5'?"),
        (["--free", "r5", "--module", "conv1"], "unknown name 'r5' (which row's? 3a.r5"),
        (["--free", "H", "--let", "W=3"], "--let: unknown name 'W' (known: H)"),
        (["--let", "H"], "--let 'H': expected NAME=…, as in H=32n,W=32n"),
        (["--let", "H=n+1"], "--let H=n+1: expected a number, a name, or 32n"),
        (["--let", "H="], "--let H=: expected a number, a name, or 32n"),
        (["--let", "H=0n"], "--let H='0n': a size is at least 1"),
        (["--let", "H=1.5n"], "--let H=1.5n: expected a number, a name, or 32n"),
        (["--let", "H=-3"], "--let H=-3: expected a number, a name, or 32n"),
        (["--let", "H=__import__('os')"], "expected a number, a name, or 32n"),
        (["--count", "multplies"], "unknown count 'multplies' (known: multiplies, "),
        (["--count", "elementwise"], "unknown count 'elementwise'"),
        (["--module", "3z"], "googlenet: unknown module '3z' (known: conv1, pool1"),
        (
            ["--module", "3a", "--branch", "5y5"],
            "unknown branch '5y5' (known: 1x1, 3x3, 5x5, pool)",
        ),
        (["--diff", "r5"], "unknown name of the formula 'r5' (known: H, W)"),
    ],
)
def test_bad_input(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", *words]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert message in seen.err
    assert seen.err.count("\n") == 1


def test_an_unknown_form(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", "-o", str(tmp_path / "x.png")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.iterdir())


# -- the tests find what they are there to find


def test_a_wrong_coefficient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from flopcount.analysis import formulas

    monkeypatch.setattr(formulas, "_merged", lambda part: sympy.floor(part.args[0]))
    wrong = fc.formula("HxWx3 > conv 3x3/2 8")
    assert evaluated(wrong, {"H": 7, "W": 7}) != concrete("7x7x3 > conv 3x3/2 8", "multiplies")


def test_a_lost_condition_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from flopcount.analysis import formulas

    monkeypatch.setattr(formulas, "domain", lambda _: ())
    found = fc.formula("HxWx3 > conv 3x3 8 valid")
    assert all(holds(sentence, {"H": 2, "W": 2}) for sentence in found.domain)
    with pytest.raises(FlopcountError):
        concrete("2x2x3 > conv 3x3 8 valid", "multiplies")


def test_sentences_are_read() -> None:
    assert holds("H ≥ 75", {"H": 75})
    assert not holds("H ≥ 75", {"H": 74})
    assert holds("4 divides F", {"F": 8})
    assert not holds("4 divides F", {"F": 9})
    assert holds("⌊(H + 1)/2⌋⌈W/2⌉ ≤ 2·H − 2", {"H": 3, "W": 4}) is (2 * 2 <= 4)
    assert not holds("⌊H/2⌋ ≥ ⌈H/2⌉", {"H": 7})
    assert math.floor(7 / 2) == 3


def test_a_formula_is_the_same_every_time() -> None:
    spec, count = "HxWx3 > conv 3x3/2 8 > conv 3x3 4", "multiplies_unpadded"
    first = fc.formula(spec, count=count)
    for made in (1, 9, 10):  # sympy orders by name, and numbers its own dummies from here on
        sympy.symbols(f"x:{made}", cls=sympy.Dummy)
        again = fc.formula(spec, count=count)
        assert (again.text(), again.domain) == (first.text(), first.domain)


@pytest.mark.parametrize(
    ("argv", "phrase"),
    [
        (["HxWx3 > conv 5x5 8 valid", "--let", "H=2,W=2"], "does not fit these sizes"),
        (["inception-v3", "--let", "H=10,W=10"], "does not fit these sizes"),
        (["inception-v3", "--let", "H=74,W=74"], "does not fit these sizes"),
        (["inception-v3", "--let", "H=10"], "does not fit these sizes"),
        (
            ["HxWx8 > [conv 3x3/2 8 valid | maxpool 3x3/2 same]", "--let", "H=4,W=4"],
            "does not fit these sizes",
        ),
        (["googlenet", "--let", "H=2**n"], "--let H=2**n: expected a number, a name, or 32n"),
        (["googlenet", "--let", "H=3*"], "--let H=3*: expected"),
        (["googlenet", "--let", "H=*n"], "--let H=*n: expected"),
        (["googlenet", "--let", "H="], "--let H=: expected"),
        (["googlenet", "--let", "H=0n"], "a size is at least 1"),
        (["googlenet", "--let", "H=n,H=m"], "--let: H is named twice"),
    ],
)
def test_what_may_not_be_put_for_a_size(
    argv: list[str], phrase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["formula", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert phrase in captured.err
    assert captured.err.count("\n") == 1


def test_what_may_be_put_for_a_size() -> None:
    for let, factor in (("32n", 32), ("32*n", 32), ("n", 1)):
        found = fc.formula("HxWx3 > conv 1x1 1", let={"H": let})
        assert found.text() == f"{3 * factor}·W·n"
    assert fc.formula("HxWx3 > conv 1x1 1", let={"H": "7"}).text() == "21·W"


def test_sympy_takes_a_formula_for_its_expression() -> None:
    found = fc.formula("googlenet", let={"H": "32n", "W": "32n"})
    n = sympy.Symbol("n", integer=True, positive=True)
    assert sympy.sympify(found) == found.expr == 32_278_528 * n**2 + 1_024_000


def test_the_input_is_height_and_width_together() -> None:
    found = fc.formula("28x28x3 > conv 1x1 2", free=["input"])
    assert found.text() == "6·input²"
