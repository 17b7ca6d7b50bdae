"""What enters a network and what comes out, where there is more than one of it, by their names."""

from collections.abc import Mapping
from typing import TypeAlias

from ..core import INPUT
from ..errors import FlopcountError, at, one_of, plural, quote
from .fields import named, section
from .inputs import InputSize, in_order, input_of, read_input
from .trees import Bracket, From, Spec

Inputs: TypeAlias = Mapping[str, InputSize]
ALL = ""  # what a size is of that is given without a name


def inputs_of(value: object) -> dict[str, InputSize]:
    """The inputs of a table: ``"224x224x3"``, or a section with a name for each.

    Raises `FlopcountError` for what is no size.
    """
    if not isinstance(value, dict):
        return {INPUT: _size(value, "input")}
    if not value:
        raise FlopcountError("input: an empty section, expected a name and a size for each input")
    return {
        named(name, "input"): _size(size, f"input.{name}")
        for name, size in section(value, "input").items()
    }


def _size(value: object, place: str) -> InputSize:
    if not isinstance(value, str):
        raise FlopcountError(f"{place} is {quote(value)}, not a string such as '224x224x3'")
    with at(place):
        return in_order(read_input(value, least=1 if value.isdigit() else 2))


def read_inputs(given: object) -> dict[str, InputSize]:
    """The sizes that are given for inputs: ``"64x64"`` for all, ``"left=64x64"``, or a mapping.

    >>> read_inputs("left=64x48")["left"].axes, read_inputs({"left": "8x8x3"})["left"].axes
    ((64, 48), (8, 8, 3))
    """
    if isinstance(given, Mapping):
        if not given:
            raise FlopcountError("input is {}: expected a size for each name, {'left': '64x64x3'}")
        for name in given:
            if not isinstance(name, str):
                raise FlopcountError(f"input {quote(name)}: expected the name of an input")
        return {name: read_input(size) for name, size in given.items()}
    name, equals, size = given.partition("=") if isinstance(given, str) else ("", "", "")
    if not equals:
        return {ALL: read_input(given)}
    if not name.strip():
        raise FlopcountError(f"input {quote(given)}: expected NAME=SIZE, as in left=64x64x3")
    return {name.strip(): read_input(size.strip())}


def changed_inputs(own: Inputs, given: Inputs) -> dict[str, InputSize]:
    """The sizes that hold: a network's `own`, with those `given` in their places.

    Raises `FlopcountError` for a name that no input has, for one size where the inputs have
    different ones, and as `input_of` does.
    """
    for name in given:
        if name not in own and name != ALL:
            raise FlopcountError(one_of(name, own, "input"))
    if ALL in given and not equal_grids(own) and not own.keys() <= given.keys():
        raise FlopcountError(
            f"input '{given[ALL]}' is one size, but the inputs have different ones "
            f"({sizes_text(own)}): name one of them, as in {next(iter(own))}={given[ALL]}"
        )
    return {name: input_of(size, given.get(name, given.get(ALL))) for name, size in own.items()}


def equal_grids(inputs: Inputs) -> bool:
    """Whether all have the same grid, so that its sides are of all of them; or as many tokens."""
    return len({size.axes[:-1] or size.axes for size in inputs.values()}) == 1


def sizes_text(inputs: Inputs) -> str:
    """The inputs with their sizes.

    >>> sizes_text(inputs_of({"left": "29x29x3", "right": "8x8x3"}))
    'left 29x29x3, right 8x8x3'
    """
    return ", ".join(f"{name} {size}" for name, size in inputs.items())


def check_first(name: str, spec: Spec, inputs: Inputs) -> None:
    """Raise `FlopcountError` where the first row does not say which of several inputs it reads."""
    if len(inputs) > 1 and not _says_what(spec):
        raise FlopcountError(
            f"rows.{name}: with {plural(len(inputs), 'input')} ({', '.join(inputs)}) the first row "
            f"starts with 'from' and one of them, as in: from {next(iter(inputs))} > …"
        )


def _says_what(spec: Spec) -> bool:
    first = spec[0]
    if isinstance(first, Bracket):
        return all(_says_what(arm.spec) for arm in first.arms)
    return isinstance(first, From)


def outputs_of(value: object) -> tuple[str, ...]:
    """The names of the rows whose outputs are results: a list. Raises `FlopcountError` else."""
    if not isinstance(value, list) or not value:
        raise FlopcountError(f"outputs: read {quote(value)}, expected a list of rows")
    for name in value:
        if not isinstance(name, str):
            raise FlopcountError(f"outputs: read {quote(name)}, expected a row")
        if value.count(name) > 1:
            raise FlopcountError(f"outputs: {quote(name)} is named twice")
    return tuple(value)


def results_of(names: tuple[str, ...], known: Mapping[str, str], inputs: Inputs) -> dict[str, str]:
    """The port of each result by its name; `known` has those of rows and modules.

    Raises `FlopcountError` for one that is no row, or has no layer.
    """
    rows = {name: port for name, port in known.items() if name not in inputs}
    for name in names:
        if name not in rows:
            raise FlopcountError(f"outputs: {one_of(name, rows, 'row')}")
        if rows[name] in inputs:
            raise FlopcountError(f"outputs: {name} is the input itself; there is no layer")
    return {name: rows[name] for name in names}
