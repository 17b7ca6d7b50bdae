"""The script of a page's what-ifs, run: by V8, without a browser."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

import flopcount as fc
from flopcount.core import Row
from flopcount.notation.references import draft
from flopcount.page.controls import Control
from flopcount.page.live import Live, live
from flopcount.page.program import Program, open_network, trace
from flopcount.page.script import script, text
from flopcount.sizes.polynomial import Space

Counts: TypeAlias = dict[str, tuple[int, ...]]  # by layer: multiplies, parameters, the output
# Counts as texts, since they may pass 2**53; a map as the list of its pairs.
_PLAIN = """(key, value) =>
  typeof value === "bigint" ? String(value) : value instanceof Map ? [...value] : value"""


def ran(code: str, answer: str) -> Any:
    """What an expression comes to after some code, as plain data."""
    from py_mini_racer import MiniRacer

    with MiniRacer() as engine:  # one that is not closed keeps the process from its end
        whole = f"(() => {{ {code}\nreturn JSON.stringify({answer}, {_PLAIN}); }})()"
        return json.loads(str(engine.eval(whole)))


def settings(controls: Sequence[Control], values: Mapping[str, int]) -> str:
    """What the controls are set to, as the script takes it."""
    given = {control.name: values.get(control.name, control.start) for control in controls}
    return f"{{{', '.join(f'{text(name)}: {value}n' for name, value in given.items())}}}"


def shown(page: Live, values: Mapping[str, int], which: str = "built") -> Counts:
    """By layer the multiplies, the parameters and the output, as the page's script has them.

    Raises `FlopcountError` with what the script says where they do not fit.
    """
    found = ran(page.script, f"live.{which}({settings(page.controls, values)})")
    return _counts(page.layers, found)


def command(page: Live, values: Mapping[str, int], *, naive: bool = False) -> str:
    """The command line that the page prints."""
    called = f"live.command({settings(page.controls, values)}, {str(naive).lower()})"
    return str(ran(page.script, called))


def _counts(layers: Sequence[str], found: Mapping[str, Any]) -> Counts:
    if "error" in found:
        raise fc.FlopcountError(found["error"])
    counts = zip(layers, found["counts"], strict=True)
    return {
        path: (int(one["multiplies"]), int(one["params"]), *map(int, one["output"]))
        for path, one in counts
        if one is not None
    }


@cache
def of(reference: str, naive: str = "reduce") -> Live:
    """The what-ifs of a report on a whole network."""
    return what_ifs(reference, naive)


def what_ifs(reference: str, naive: str = "reduce", **options: Any) -> Live:
    """The same with options of `load`."""
    plan = draft(reference, **options)
    return live(plan, fc.analyze(plan.build(), naive=naive))


def unbounded(reference: str) -> tuple[Program, tuple[Control, ...]]:
    """The program behind a page's sliders, if they went down to 1."""
    controls = tuple(replace(control, low=1) for control in of(reference).controls)
    space = Space()
    return trace([open_network(draft(reference), controls, space)], space), controls


def priced_unbounded(reference: str, values: Mapping[str, int]) -> Counts:
    """As `shown`, with sliders that go down to 1."""
    program, controls = unbounded(reference)
    layers = list(program.layers)
    code = script({"built": program}, layers, [], controls)
    return _counts(layers, ran(code, f"built({settings(controls, values)})"))


def counted(reference: str, **options: Any) -> Counts:
    """The same by a report's own walk."""
    return rows_counted(fc.analyze(fc.load(reference, **options)).rows)


def rows_counted(rows: Iterable[Row]) -> Counts:
    """The same of some rows."""
    return {
        row.node.path: (row.count("multiplies"), row.count("params"), *row.output) for row in rows
    }
