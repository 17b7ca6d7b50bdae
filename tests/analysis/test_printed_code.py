"""How printed Python and JavaScript read: names first, checks, one formula, what they call."""

import re

import pytest

import flopcount as fc


def test_code_reads_as_one_writes_it() -> None:
    spec = "HxWx8 > (conv 3x3/2 F same + conv 1x1 F > maxpool 2x2/2 valid)"
    found = fc.formula(spec, count="multiplies")
    assert found.python().startswith("""\
def multiplies(F, H, W):
    F = size(F, 1, "F")
    H = size(H, 2, "H")
    W = size(W, 2, "W")
    if H % 2 != 0:
        raise ValueError("these sizes do not fit: 2 divides H")
    if W % 2 != 0:
        raise ValueError("these sizes do not fit: 2 divides W")
    return 26*F*H*W


def size(value""")
    assert found.javascript().startswith("""\
function multiplies(F, H, W) {
  F = size(F, 1n, "F");
  H = size(H, 2n, "H");
  W = size(W, 2n, "W");
  if (H % 2n != 0n) throw new RangeError("these sizes do not fit: 2 divides H");
  if (W % 2n != 0n) throw new RangeError("these sizes do not fit: 2 divides W");
  return 26n*F*H*W;
}

function size(value""")


@pytest.mark.parametrize(
    ("reference", "count"),
    [
        ("HxWx4 > conv 5x5/2 8 dilation=3", "multiplies_unpadded"),  # calls taps
        ("HxWx4 > conv 3x3/2 8 > avgpool to=3x2", "elementwise.adds"),  # calls gcd
        ("HxWx4 > conv 3x3 8", "multiplies"),
    ],
)
def test_functions_stand_apart_and_lines_end(reference: str, count: str) -> None:
    found = fc.formula(reference, count=count)
    *functions, end = re.split(r"\n\n\n|(?<=\n)$", found.python())
    assert end == ""
    assert all(re.fullmatch(r"def \w+\(.*\):(\n    .*)+\n?", one) for one in functions)
    *functions, end = re.split(r"\n\n|(?<=\n)$", found.javascript())
    assert end == ""
    assert all(re.match(r"(// .*\n)?(const|function) ", one) for one in functions)
    for line in "\n".join(functions).splitlines():
        inside = line.startswith("    ")  # of a sum of several lines
        assert inside or line.endswith(("{", "}", ";", "(")) or "// " in line


def test_a_long_sum_has_a_line_for_each_term() -> None:
    found = fc.formula("googlenet")
    terms = re.split(r" (?=\+ )", found.text())
    for code, closed in ((found.python(), "\n    )\n"), (found.javascript(), "\n  );\n")):
        _, lines = code.partition(closed)[0].split("return (\n")
        assert len(lines.splitlines()) == len(terms) == 6
        signs = [line.split()[0] for line in lines.splitlines()]
        assert signs[1:] == ["+"] * 5


def test_what_is_added_to_a_rounding_stands_in_it() -> None:
    found = fc.formula("Hx1x1 > maxpool 7x1/2 valid", count="activations")  # ⌊(H − 7)/2⌋ + 1
    assert "\n    return ((H - 5) // 2)\n" in found.python()
    assert "\n  return floorDiv(H - 5n, 2n);\n" in found.javascript()
