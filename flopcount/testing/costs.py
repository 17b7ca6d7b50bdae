"""`assert_cost`: a network's counts beside what a test says that they are."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..analysis import Report
from ..analysis.count_names import count_named
from ..analysis.ends import inputs_text
from ..analysis.model_notes import unpriced
from ..api import analyze
from ..core import NAMED
from ..errors import FlopcountError, quote, shorten, visible
from . import running
from .figures import Expected, read_figure, read_within
from .layers import Priced, layers_of, saved_layers
from .message import Judged, message, unknown_message
from .remembered import last_passed, remember

_DEFAULT = ("multiplies", "params")  # what a baseline is held against where no count is named
_JSON = ".json"


def assert_cost(
    model: Any,
    inputs: Any = None,
    *,
    within: float | str = 0,
    baseline: Any = None,
    **counts: float | str,
) -> None:
    """Fail a test, and name the layers that grew, where a network costs something else than said.

    `model` and `inputs` are what `flopcount.analyze` takes: a module with ``fc.inputs(1, 3, 224,
    224)``, a model's or a network's name, a `Network`; a `Report` too. `counts` are any of the
    registry by name, ``multiplies``, ``params``, ``macs``, ``flops``, ``activations``, …, with an
    underscore for a dot: ``elementwise_adds``. Each is a whole number, which is meant exactly, or a
    text, which is as exact as its last digit: ``"4.1G"`` is each number that is 4.1 G when rounded
    or cut off. `within` lets a count be off by so much of the figure, above and below: ``"2%"``,
    0.02. A count that is less fails too: what the test says is out of date.

    `baseline` is what the layers are held against, one by one: the path of a JSON report
    (``fc.analyze(model).save("cost.json")``), a `Report`, or a model or network, which is read on
    the same `inputs` if it takes some. Where no count is named, multiplies and parameters are
    those of the baseline. Without one, under pytest, it is the layers of the last run of this test
    that passed, from pytest's cache. Layers are in pairs by what they are and what they cost:
    another name is no growth.

    Raises `AssertionError`, whose message has the counts and the layers; also where a count is
    *at least* so much, since it has operations that nobody here knows. Raises `FlopcountError`
    for arguments that mean nothing, and as `flopcount.analyze` does.

    >>> from flopcount.testing import assert_cost
    >>> assert_cost("googlenet", multiplies="1.58G", params=6_998_552)
    >>> assert_cost("googlenet", multiplies="1.4G", within="2%")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: googlenet costs more than the test says, on 224×224×3
    ...
    """
    __tracebackhide__ = True
    part, asked = read_within(within), _asked(counts)
    if not asked and baseline is None:
        raise FlopcountError('name a count: assert_cost(model, multiplies="4.1G", params=25557032)')
    report = _report(model, inputs)
    base = None if baseline is None else _baseline(baseline, inputs)
    if not asked and base is not None:
        asked = {name: base.total(name) for name in _DEFAULT}
    expected = {name: read_figure(figure, name, part) for name, figure in asked.items()}
    _check(report, expected, base)


def _asked(counts: Mapping[str, Any]) -> dict[str, Any]:
    """What is given by count. Raises `FlopcountError` for a name that is none, and for None."""
    asked = {}
    spelled = {name.replace(".", "_"): name for name in NAMED}
    for name, figure in counts.items():
        known = spelled.get(name.lower()) or count_named(name, "assert_cost").name
        if known in asked:
            raise FlopcountError(f"assert_cost: {known} is named twice")
        asked[known] = figure
    return asked


def _report(model: Any, inputs: Any) -> Report:
    if not isinstance(model, Report):
        return analyze(model, inputs)
    if inputs is not None:
        raise FlopcountError("a Report has its inputs already: give the model, or no inputs")
    return model


def _baseline(baseline: Any, inputs: Any) -> Priced:
    """The layers that are compared with, by whatever names them."""
    if isinstance(baseline, Report):
        return Priced(layers_of(baseline), "the baseline")
    if isinstance(baseline, str | os.PathLike):
        name = os.fspath(baseline)
        if isinstance(name, bytes):
            raise FlopcountError(f"baseline is {quote(name)}, not a text")
        if name.lower().endswith(_JSON) and ":" not in name.partition(_JSON)[0].partition("/")[0]:
            return Priced(saved_layers(name), shorten(visible(Path(name).name)))
        return Priced(layers_of(analyze(name)), shorten(visible(name)))
    own = inputs if getattr(baseline, "nodes", None) is None else None  # a Network's are its own
    return Priced(layers_of(analyze(baseline, own)), "the baseline")


def _check(report: Report, expected: Mapping[str, Expected], base: Priced | None) -> None:
    __tracebackhide__ = True
    name, on = shorten(visible(report.network.name)), _on(report)
    partial = [count for count in expected if not report.cost.is_whole(count)]
    if partial:
        raise AssertionError(unknown_message(name, on, report, partial, unpriced(report.rows)))
    judged = [Judged(count, int(report.cost[count]), one) for count, one in expected.items()]
    layers = layers_of(report)
    number = running.next_call()
    if all(one.fine for one in judged):
        remember(number, layers)
        return
    base = base or last_passed(number)
    raise AssertionError(message(name, on, judged, layers, base))


def _on(report: Report) -> str:
    return inputs_text(report.network)
