"""Formulas to test, and how they are worked out: as a user would, from what they print."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import sympy

import flopcount as fc
from flopcount.sizes.printed.expression import symbol

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
    "HxWx4 > maxpool 3x3/2 valid > conv 3x3/2 8 pad=1 > flatten > dense 5",
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
    """Whether a sentence of a domain is true of some sizes: what is read is its text."""
    if divides := re.fullmatch(r"(\d+) divides (.+)", sentence):
        sentence = f"({divides[2]}) % {divides[1]} = 0"
    sentence = sentence.replace(" = ", " == ")
    written = re.sub(r"([⌉⌋)])([⌈⌊(])", r"\1·\2", sentence)
    for mark, plain in SYMBOLS.items():
        written = written.replace(mark, plain)
    exact = {name: sympy.Integer(size) for name, size in sizes.items()}
    functions = {"floor": sympy.floor, "ceil": sympy.ceiling}
    return bool(eval(written, {"__builtins__": {}}, {**functions, **exact}))  # noqa: S307


def made(source: str, name: str) -> Callable[..., int]:
    """Run emitted Python in a namespace of its own."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)  # noqa: S102  what is emitted is there to be run
    function = namespace[name]
    assert callable(function)
    return function


def evaluated(found: fc.Formula, sizes: Mapping[str, int]) -> int:
    """The value of a formula; in the emitted Python too, which must be the same whole number."""
    value = found.expr.subs({symbol(name): size for name, size in sizes.items()})
    assert value.is_Integer, value
    function = made(found.python(), re.sub(r"\W", "_", found.count))
    assert set(found.names) == {symbol.name for symbol in found.expr.free_symbols}
    by_python = function(*(sizes[name] for name in found.names))
    assert type(by_python) is int
    assert by_python == int(value)
    return int(value)
