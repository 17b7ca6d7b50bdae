"""The networks of measured designs: one for all of them, or one that each row names."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import FlopcountError, at, quote
from ...notation import (
    Draft,
    Given,
    Plan,
    check_input_unset,
    check_unset,
    is_model,
    of_modules,
    planned,
    split_reference,
)
from ..grid.axes import Axis, check_once
from ..shapes import meant_by
from .columns import NETWORK
from .typed import Typed

if TYPE_CHECKING:
    from ..grid.factors import Array

_WHAT = "a sweep"


class Group(NamedTuple):
    """What is planned, the modules that are meant of it, and the rows whose network it is."""

    plan: Plan
    modules: Sequence[str]
    rows: "Array"

    @property
    def draft(self) -> Draft:
        """The network, with what varies in it."""
        return self.plan.draft


def groups_of(
    typed: Typed, given: Given | None, modules: Sequence[str], options: Mapping[str, Any]
) -> list[Group]:
    """The networks of a table, each with its rows.

    Raises `FlopcountError` where a network is given and the rows name theirs too, where neither
    does, and for a cell that names a model: to read one may run code.
    """
    import numpy as np

    if NETWORK not in typed.columns:
        if given is None:
            raise FlopcountError(
                f"{typed.place} has no column called {NETWORK}; name the network of all rows "
                "too, such as googlenet"
            )
        plan = planned(given, _WHAT, **options)
        return [Group(plan, of_modules(plan, _WHAT, modules), np.arange(typed.size))]
    if given is not None:
        raise FlopcountError(
            f"{typed.place} has a column called {NETWORK}: each row names its own; name no other"
        )
    if options.get("trust"):
        raise FlopcountError("--trust is for a model's file, and a row of a table names none")
    of_name: dict[str, list[int]] = {}
    for row, name in enumerate(typed.columns[NETWORK]):
        of_name.setdefault(name, []).append(row)
    found = []
    for name, rows in of_name.items():
        try:
            _check_name(name)
            plan = planned(name, _WHAT, **options)
        except FlopcountError as error:
            raise FlopcountError(f"{typed.at(rows[0], NETWORK)}: {error}") from None
        found.append(Group(plan, of_modules(plan, _WHAT, modules), np.array(rows)))
    return found


def _check_name(name: str) -> None:
    head = split_reference(name)[0] if name else ""
    if head in ("", "-"):
        raise FlopcountError(f"{quote(name)} names no network")
    if is_model(head):
        raise FlopcountError(
            f"{quote(name)} is a model, and to read one may run code: a row names a network, a "
            "table or a spec"
        )


def axes_of(typed: Typed, group: Group, columns: "Mapping[str, Array]") -> list[Axis]:
    """An axis for each of the varied `columns`, with the values that the group's rows have.

    Raises `FlopcountError` for a name that the network lacks, two names of one variable, and what
    the options set besides.
    """
    import numpy as np

    known, axes = group.draft.variables(), list[Axis]()
    for name, values in columns.items():
        try:
            variables = meant_by(name, known, group.modules)
        except FlopcountError as error:
            raise FlopcountError(f"{typed.at(int(group.rows[0]))}: {error}") from None
        axes.append(Axis(name, variables, np.unique(values[group.rows]).tolist()))
    with at(typed.place):
        check_once((axis.name, axis.variables) for axis in axes)
    varied = [variable for axis in axes for variable in axis.variables]
    where = typed.at(int(group.rows[0])) if NETWORK in typed.columns else typed.place
    for check in (check_unset, check_input_unset):
        check(group.plan, varied, f"a column of {where}")
    return axes
