"""The best design that was found within budgets, what it costs, and how it was searched for."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ...analysis.conventions import NONE, Families, of_one_sample
from ...analysis.count_names import restated
from ...core import NAMED, UNITS
from ...records import dataclass
from ...writing.cells import number
from ...writing.sheet import Column, Sheet
from .scaling import shown

if TYPE_CHECKING:
    import pandas as pd


class Aim(NamedTuple):
    """What is to be most, or least: a count, or a varied name."""

    name: str
    least: bool = False

    def __str__(self) -> str:
        """As a heading has it: the most params, the largest input."""
        words = ("most", "least") if self.name in NAMED else ("largest", "smallest")
        return f"{words[self.least]} {self.name}"


class Limits(NamedTuple):
    """The most, and the least, that counts may be."""

    most: Mapping[str, int]
    least: Mapping[str, int]

    @property
    def counts(self) -> list[str]:
        """The counts that have any."""
        return list(dict.fromkeys([*self.most, *self.least]))

    def __str__(self) -> str:
        """As an error has them: params ≤ 1,000,000, multiplies ≥ 5,000."""
        texts = [f"{name} ≤ {number(limit)}" for name, limit in self.most.items()]
        texts += [f"{name} ≥ {number(limit)}" for name, limit in self.least.items()]
        return ", ".join(texts)


@dataclass(frozen=True)
class BestDesign:
    """The best design of a grid within budgets: its `values`, by varied name, and its `counts`.

    `goal` is what it has of `maximize`, or of `minimize`, whichever is not empty. No design within
    the budgets has more, or less, than `bound`: where that is the goal, it is `proved` that this
    is the best. `how` says what was searched. A value is a whole number, or of ``width`` a
    `Fraction`. `base` has the same of the network as it is, where that has all these sizes.
    """

    network: str
    maximize: str
    minimize: str
    limits: Limits
    values: Mapping[str, int | Fraction]
    counts: Mapping[str, int]
    goal: int | Fraction
    bound: int | Fraction
    how: str
    base: "tuple[Mapping[str, int | Fraction], Mapping[str, int]] | None" = None
    modules: tuple[str, ...] = ()  # that alone are meant
    families: Families = NONE  # of its layers, for what a heading says
    notes: tuple[str, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether no other design is better."""
        return self.bound == self.goal

    @property
    def budget(self) -> Mapping[str, int]:
        """The most that counts may be."""
        return self.limits.most

    @property
    def at_least(self) -> Mapping[str, int]:
        """The least that counts may be."""
        return self.limits.least

    @property
    def _which(self) -> str:
        several = "s" if len(self.modules) > 1 else ""
        return f", module{several} {', '.join(self.modules)}" if self.modules else ""

    def sheet(self) -> Sheet:
        """The design, and the network as it is, as they are printed."""
        rows = [("best", self.values, self.counts)]
        if self.base is not None:
            rows.append(("as it is", *self.base))
        aim = Aim(self.maximize or self.minimize, bool(self.minimize))
        asked = {*self.limits.counts, aim.name}
        fractions = [
            name
            for name in self.values
            if not all(isinstance(values[name], int) for _, values, _ in rows)
        ]
        bounds = {**self.at_least, **self.budget}
        alone = len(bounds) == len(self.budget) == 1
        titles = {name: "of budget" if alone else f"of {name}" for name in bounds}
        return Sheet(
            (
                Column("design", "design", key=True),
                *(
                    Column(name, name, "text" if name in fractions else "count", key=True)
                    for name in self.values
                ),
                *(
                    Column(
                        name, NAMED[name].title, "count", key=name in asked, counted=name in UNITS
                    )
                    for name in self.counts
                ),
                *(Column(f"{name}_share_percent", titles[name], "share") for name in bounds),
            ),
            [
                (
                    label,
                    *(
                        shown(value) if name in fractions else value
                        for name, value in values.items()
                    ),
                    *counts.values(),
                    *(1000 * counts[name] // limit for name, limit in bounds.items()),
                )
                for label, values, counts in rows
            ],
            heading=(f"{self.network}{self._which}: the {aim} with {self.limits}",),
            footer=(self.how,),
            convention=of_one_sample(self.families),
            notes=(*restated([*self.counts], self.families), *self.notes),
        )

    def to_frame(self) -> "pd.DataFrame":
        """The same as a pandas DataFrame."""
        return self.sheet().to_frame()
