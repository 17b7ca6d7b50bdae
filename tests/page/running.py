"""The script of a page's what-ifs, run: by V8, without a browser."""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

import flopcount as fc
from flopcount.cli.main import run
from flopcount.core import COUNTS, Row
from flopcount.notation.references import draft
from flopcount.page.controls import Control
from flopcount.page.kinds import Kinds
from flopcount.page.live import Live, live
from flopcount.page.program import Program, open_network, trace
from flopcount.page.script import script, text
from flopcount.sizes.polynomial import Space

# By layer: each count of the registry by its name, and the shape that it puts out, "output".
Counts: TypeAlias = dict[str, dict[str, Any]]
# Counts as texts, since they may pass 2**53; a map as the list of its pairs, a function as what it
# gives.
_PLAIN = """(key, value) => {
  const plain = typeof value === "function" ? value() : value;
  return typeof plain === "bigint" ? String(plain) : plain instanceof Map ? [...plain] : plain;
}"""


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
    """By layer all counts and the output, as the page's script has them.

    Raises `FlopcountError` with what the script says where they do not fit.
    """
    (found,) = shown_at(page, [values], which)
    if isinstance(found, str):
        raise fc.FlopcountError(found)
    return found


def shown_at(
    page: Live, settings_: Iterable[Mapping[str, int]], which: str = "built"
) -> list[Counts | str]:
    """The same at many settings; where they do not fit, what the script says."""
    called = [f"live.{which}({settings(page.controls, values)})" for values in settings_]
    return [_counts(found) for found in ran(page.script, f"[{', '.join(called)}]")]


def command(page: Live, values: Mapping[str, int], *, naive: bool = False) -> str:
    """The command line that the page prints."""
    called = f"live.command({settings(page.controls, values)}, {str(naive).lower()})"
    return str(ran(page.script, called))


def reference(
    page: Live, values: Mapping[str, int], *, naive: bool = False, counted: bool = False
) -> str:
    """The network as one word."""
    asked = f"{str(naive).lower()}, {str(counted).lower()}"
    return str(ran(page.script, f"live.reference({settings(page.controls, values)}, {asked})"))


def _counts(found: Mapping[str, Any]) -> Counts | str:
    if "error" in found:
        return str(found["error"])
    layers = {}
    for path, record in found["layers"]:
        assert record.keys() <= {"output", *COUNTS}
        assert list(record) == [name for name in ("output", *COUNTS) if name in record]
        counts = {name: int(record.get(name, 0)) for name in COUNTS}
        layers[path] = counts | {"output": tuple(map(int, record["output"]))}
    return layers


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
    return trace([open_network(draft(reference), controls, space)], space, Kinds()), controls


def priced_unbounded(reference: str, values: Mapping[str, int]) -> Counts:
    """As `shown`, with sliders that go down to 1."""
    program, controls = unbounded(reference)
    code = script({"built": program}, list(program.layers), [], controls)
    found = _counts(ran(code, f"built({settings(controls, values)})"))
    if isinstance(found, str):
        raise fc.FlopcountError(found)
    return found


def counted(reference: str, **options: Any) -> Counts:
    """The same by a report's own walk."""
    return rows_counted(fc.analyze(fc.load(reference, **options)).rows)


def rows_counted(rows: Iterable[Row]) -> Counts:
    """The same of some rows."""
    return {
        row.node.path: {name: int(row.count(name)) for name in COUNTS} | {"output": row.output}
        for row in rows
    }


def counted_at(
    page: Live, reference: str, values: Mapping[str, int], rewrite: str = ""
) -> Counts | str:
    """What the report's own walk says at a page's settings, given to `load` by hand.

    Where they do not fit, the message.
    """
    at = {control.name: values.get(control.name, control.start) for control in page.controls}
    sides = [str(at[one.name]) for one in page.controls if one.kind == "side"]
    widths = {one.name: at[one.name] for one in page.controls if one.kind == "width"}
    options = {"input": "x".join(sides), "set": widths, "classes": at.get("classes")}
    factor = f"@width={at['width'] / 100}" if "width" in at else ""
    return outcome(counted, f"{reference}{factor}{rewrite}", **options)


def outcome(counts: Callable[..., Counts], *of_what: Any, **options: Any) -> Counts | str:
    """Counts, or what is said where something does not fit."""
    try:
        return counts(*of_what, **options)
    except fc.FlopcountError as error:
        return str(error)


def layer_of(error: object) -> str:
    """The layer that a page says does not fit."""
    found = re.fullmatch("(.+) does not fit these sizes", str(error))
    assert found, error
    return found[1]


def assert_same(found: Counts | str, expected: Counts | str) -> None:
    """What a page shows is what the report says; or what does not fit is the same layer."""
    if isinstance(expected, str):
        # a part of a column is refused as the table is read, where the branch stands for its layer
        layer = layer_of(found)
        assert any(f" {path}: " in expected for path in (layer, layer.rpartition("/")[0]))
    else:
        assert found == expected


def said(line: str) -> Counts:
    """By layer all counts and the output, as a command line prints them: of the whole batch."""
    program, *argv = shlex.split(line)
    assert program == "flopcount"
    layers = json.loads(run([*argv, "--format", "json"])[0])["layers"]
    return {layer["layer"]: _said_of(layer) for layer in layers}


def _said_of(layer: Mapping[str, Any]) -> dict[str, Any]:
    flat = {**layer, **{f"elementwise.{kind}": n for kind, n in layer["elementwise"].items()}}
    return {name: flat[name] for name in COUNTS} | {"output": tuple(layer["output"])}
