"""Python and JavaScript as a printed formula uses them: a function's frame, and what it calls."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from .alphabets import javascript_walk, python_walk
from .forms import Walk


class Language(NamedTuple):
    """How a function, a check and the helpers are written in a language."""

    walk: Callable[[Mapping[str, str]], Walk]
    reserved: Sequence[str]  # what no argument may be called
    helpers: Mapping[str, str]  # by what is called, in the order in which they stand
    between: str  # functions
    head: str
    size: str
    check: str
    answer: str
    long: str  # an answer of several lines
    end: str


PYTHON = Language(
    python_walk,
    ("size", "gcd", "taps", "below", "int", "min", "max", "ValueError"),
    {
        "size": """\
def size(value, least, name):
    if value % 1 != 0 or value < least:
        raise ValueError(f"{name} is {value}, not a whole number from {least}")
    return int(value)
""",
        "gcd": """\
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a
""",
        "taps": """\
def taps(n, m, k, s, d, p):
    # how many pairs of an output o < m and a tap t < k have 0 <= o*s + t*d - p < n
    first, last = (below(x, k, s, d) - below(x - s*m, k, s, d) for x in (p, n + p))
    return last - first


def below(x, k, s, d):
    # how many o >= 0 and 0 <= t < k have o*s + t*d < x
    n = min(max(-(-x // d), 0), k)
    a, b, m, total = d, x - (n - 1)*d + s - 1, s, 0
    while True:  # the sum of (a*i + b) // m over i < n, as Euclid's algorithm goes
        total += n*(n - 1) // 2*(a // m) + n*(b // m)
        a, b = a % m, b % m
        if not a:
            return total
        n, b, m, a = (a*n + b) // m, (a*n + b) % m, a, m
""",
    },
    "\n\n",
    "def {name}({names}):",
    '    {name} = size({name}, {least}, "{shown}")',
    '    if {condition}:\n        raise ValueError("these sizes do not fit: {sentence}")',
    "    return {formula}",
    "    return (\n        {formula}\n    )",
    "",
)
_CALLED = {
    # BigInt's own / cuts towards zero, and its % has the sign of the first
    "floor": "const floorDiv = (a, b) => a / b - (a % b < 0n ? 1n : 0n);\n",
    "gcd": "const gcd = (a, b) => (b ? gcd(b, a % b) : a < 0n ? -a : a);\n",
    "max": "const max = (a, b) => (a > b ? a : b);\n",
    "min": "const min = (a, b) => (a < b ? a : b);\n",
    "taps": """\
// how many pairs of an output o < m and a tap t < k have 0 <= o*s + t*d - p < n
const taps = (n, m, k, s, d, p) => {
  const [first, last] = [p, n + p].map((x) => below(x, k, s, d) - below(x - s*m, k, s, d));
  return last - first;
};
// how many o >= 0 and 0 <= t < k have o*s + t*d < x
const below = (x, k, s, d) => {
  let n = -floorDiv(-x, d);
  n = n < 0n ? 0n : n > k ? k : n;
  let [a, b, m, total] = [d, x - (n - 1n)*d + s - 1n, s, 0n];
  for (;;) { // the sum of floorDiv(a*i + b, m) over i < n, as Euclid's algorithm goes
    total += n*(n - 1n)/2n*(a/m) + n*floorDiv(b, m);
    [a, b] = [a % m, b - m*floorDiv(b, m)];
    if (!a) return total;
    [n, b, m, a] = [(a*n + b)/m, (a*n + b) % m, a, m];
  }
};
""",
}
_RESERVED = """
size floorDiv gcd max min taps below
arguments await break case catch class const continue debugger default delete do else enum eval
export extends false finally for function if implements import in instanceof interface let new null
package private protected public return static super switch this throw true try typeof var void
while with yield BigInt RangeError undefined NaN Infinity
"""
JAVASCRIPT = Language(
    javascript_walk,
    _RESERVED.split(),
    {
        "size": """\
function size(value, least, name) {
  const whole = BigInt(value);
  if (whole < least) throw new RangeError(`${name} is ${value}, which is below ${least}`);
  return whole;
}
""",
        **_CALLED,
    },
    "\n",
    "function {name}({names}) {{",
    '  {name} = size({name}, {least}n, "{shown}");',
    '  if ({condition}) throw new RangeError("these sizes do not fit: {sentence}");',
    "  return {formula};",
    "  return (\n    {formula}\n  );",
    "}\n",
)


def helpers(language: Language, called: Collection[str]) -> str:
    """What a formula calls, and what that calls in turn."""
    wanted = {*called, *(["floor"] if "taps" in called else [])}
    return language.between.join(code for name, code in language.helpers.items() if name in wanted)
