"""Networks side by side, handed on: as a table, as JSON, as a page, as a picture."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..analysis.units import MULTIPLIES, Measure, read_measure
from ..core import Network
from ..notation import Given, networks_of
from ..records import dataclass, fields, replace
from ..writing.formats import PICTURES, render, report_files
from ..writing.sheet import Sheet

if TYPE_CHECKING:
    from ..analysis.aligned import Alignment


@dataclass(frozen=True, repr=False)
class Comparison(Sheet):
    """A table of `networks` side by side, which is also saved as a page or a picture.

    `alignments` has each but the first held against the first, layer by layer; `by_layer`: the
    table has a line for each pair of layers, and not one for each module.
    """

    networks: tuple[Network, ...] = ()
    measure: Measure = MULTIPLIES
    alignments: "tuple[Alignment, ...]" = ()
    by_layer: bool = False

    def to_page(self) -> str:
        """A self-contained page of HTML: what each row is made of, bars, and controls for all.

        A network that `flopcount.load` gave has controls, and so have modules or a branch of it.
        Raises `FlopcountError` where the extra ``html`` is not installed, or for too much to show.
        """
        from ..page.compared import compared

        return compared(self.networks, self.alignments)

    def to_dict(self) -> dict[str, Any]:
        """What a JSON file holds, as Python objects: the table, verdicts, differences by kind."""
        from ..analysis.aligned.document import against
        from ..analysis.comparisons import names_of
        from ..writing.records import sheet_document

        rows = _by_module(self.networks, self.measure) if self.by_layer else self
        document = sheet_document(replace(rows, footer=self.footer, more=()))
        return document | against(names_of(self.networks), self.alignments, pairs=self.by_layer)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file in the format of its ending, as the command line's ``-o`` does.

        The table (.csv .md .json .tex), the page (.html), a picture of the multiplies by matching
        module (.png .svg .pdf). Raises `FlopcountError` for another ending, and where the file
        cannot be written; there is the whole file then, or what was there before.
        """
        from ..writing.files import save

        save(path, report_files(), self.written)

    def written(self, form: str) -> str | bytes:
        """What a file of a format holds: one of `report_files`, or another of `render`.

        CSV is the one table. Raises `FlopcountError` where a picture or the page cannot be made.
        """
        if form == "page":
            return self.to_page()
        if form == "json":
            from ..writing.records import json_document

            return json_document(self.to_dict())
        if form not in PICTURES.values():
            return render(replace(self, more=()) if form == "csv" else self, form)
        from ..pictures.matched import by_module
        from ..pictures.style import picture

        return picture(by_module(self.networks, self.measure), form)


def _by_module(networks: Iterable[Network], measure: Measure) -> Sheet:
    from ..analysis import comparisons

    return comparisons.compare(networks, measure)


def compare(
    networks: Iterable[Given],
    *,
    unit: str = "multiplies",
    digits: int | None = None,
    align: bool = False,
) -> Comparison:
    """Multiplies and parameters of each network, and the ratio of its multiplies to the first's.

    Each is a `Network`, or its name, path or spec. Two of one name get numbers. Below stands
    whether each is equal to the first, layer by layer, and how much more of each count it has, by
    kind of layer; with `align` the table has a line for each pair of layers, as `align` finds them.
    The table is saved as a page too: ``compare(…).save("compare.html")``. `unit` and `digits` are
    those of `analyze`; the page is of multiplies. Raises `FlopcountError` for fewer than two
    networks, or too many, and as `load` does.

    >>> print(compare(["googlenet", "googlenet@torchvision"]).footer[0])
    first difference: 3a/5x5/2 (5×5 32, 10,035,200 multiplies) beside 3a/5x5/2 (3×3 32, ...
    """
    from ..analysis import comparisons
    from ..analysis.aligned import align as held_against
    from ..analysis.aligned.sheets import difference_sheets, pair_sheet, verdict_lines

    measure = read_measure(unit, digits)
    found = tuple(comparisons.few_enough(networks_of(networks)))
    sheet = comparisons.compare(found, measure)
    alignments = tuple([held_against(found[0], other) for other in found[1:]])
    names = comparisons.names_of(found)
    made: dict[str, Any] = {field.name: getattr(sheet, field.name) for field in fields(sheet)}
    made["footer"] = (*verdict_lines(names, alignments), *sheet.footer)
    made["more"] = difference_sheets(names, alignments)
    if align:
        pairs = pair_sheet(names, alignments, measure)
        made |= {"columns": pairs.columns, "rows": pairs.rows, "total": pairs.total}
        made["notes"] = sheet.notes[comparisons.EXPLAINED :]
    return Comparison(
        **made, networks=found, measure=measure, alignments=alignments, by_layer=align
    )
