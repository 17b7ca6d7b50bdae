"""The kinds of equations of a program, each on small arrays beside its nests."""

from collections.abc import Callable, Iterable
from typing import Any

from ....core import Network
from ....errors import shorten
from ...models.checked import Kind, Progress
from .noting import Used
from .smaller import Small, smaller
from .values import Beside, TooLargeError, beside


def look(
    noted: Iterable[Used],
    network: Network,
    *,
    device: Any = None,
    within: Callable[[str], bool] = lambda _: True,
    progress: Progress = lambda items, _: items,
) -> tuple[Kind, ...]:
    """Run each kind of equation on small random arrays, beside the nests of what it is read as.

    Of those alone whose node's path is `within` what is looked at. JAX computes on the `device`.
    """
    found: dict[str, list[Used]] = {}
    for used in noted:
        if within(network.nodes[used.place].path):
            found.setdefault(_key(used), []).append(used)
    return tuple(
        _kind(used[0], network.nodes[used[0].place].path, len(used), device)
        for used in progress(list(found.values()), "running small operations")
    )


def _key(used: Used) -> str:
    """What is alike in equations of one kind: settings, and what is held, constant or spread."""
    small = next(iter(smaller(used.equation)))
    each = [
        (
            str(variable.aval.dtype),
            value.number,
            value.operand.is_weights,
            [one == 1 for one in value.operand.shape],
        )
        for variable, value in zip(used.equation.invars, used.values, strict=True)
    ]
    params = sorted(small.params.items(), key=lambda item: item[0])
    return repr((used.equation.primitive.name, small.shapes, params, each))


def _kind(used: Used, path: str, uses: int, device: Any) -> Kind:
    """A kind, run as small as it runs."""
    name, said = used.equation.primitive.name, ""
    for small in smaller(used.equation):
        try:
            ran = _run(used, small, device)
        except TooLargeError as error:
            said = str(error)
            continue
        except Exception as error:  # noqa: BLE001  whatever JAX raises where operands do not fit
            said = said or shorten(str(error).partition("\n")[0]) or type(error).__name__
            continue
        return Kind(name, path, uses, ran.lines, ran.differs, ran.skipped)
    return Kind(name, path, uses, skipped=said)


def _run(used: Used, small: Small, device: Any) -> Beside:
    """Run it on random numbers; where these have no result, as of a root, on others above 0."""
    ran = None
    for above_zero in (False, True):
        try:
            ran = beside(used, small, device, above_zero=above_zero)
        except (ArithmeticError, TypeError, ValueError):  # of a root it is complex
            if above_zero:
                raise
            continue
        if ran.finite and not ran.differs:
            return ran
    if ran is None:
        raise ValueError("no random numbers have a result")
    return ran
