"""A report or a comparison handed on: as text, as Python objects, as a file.

Their `save` and the command line's ``-o`` make a file's content in one place, `written`.
"""

import os
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..analysis import Report
from ..analysis.units import MULTIPLIES, Measure, read_measure
from ..core import Network
from ..notation import Given, draft_of, networks_of
from ..records import dataclass, fields
from ..rewrites import place_of
from ..writing.formats import PICTURES, render, report_files
from ..writing.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd

    from ..analysis.explain import Explanation
    from ..notation import Draft


class Writable(Report):
    """A report with its ways out."""

    def sheet(self, *, explain: bool = False) -> "Sheet":
        """The report as it is printed: heading, columns, rows, total, footer."""
        from ..analysis.layout import report_sheet

        return report_sheet(self, explain=explain)

    def to_frame(self) -> "pd.DataFrame":
        """The lines as a pandas DataFrame, one row each and no total; counts are integers.

        It has the `columns` that were chosen, else every count but the elementwise ones. Where
        something is unknown, what nobody knows is NA, and `complete` says which lines lack it.
        """
        import pandas as pd

        from ..analysis.records import line_record

        records = [line_record(line, self.grain, self.columns) for line in self.lines]
        if self.complete:
            return pd.DataFrame(records)
        for line, record in zip(self.lines, records, strict=True):
            record["complete"] = line.complete
        frame = pd.DataFrame(records)
        names = {"module", "branch", "layer", "op", "complete"}
        return frame.astype({name: "Int64" for name in frame.columns if name not in names})

    def to_csv(self, *, explain: bool = False) -> str:
        """What the terminal holds, as CSV: plain integers, the total as the last row."""
        return self.to_format("csv", explain=explain)

    def to_markdown(self, *, explain: bool = False) -> str:
        """What the terminal holds, as Markdown."""
        return self.to_format("markdown", explain=explain)

    def to_latex(self, *, explain: bool = False) -> str:
        """The report for LaTeX, with booktabs rules."""
        return self.to_format("latex", explain=explain)

    def to_text(self, *, explain: bool = False, conventions: bool = False) -> str:
        """What the terminal shows; with `conventions`, what is counted in full sentences."""
        from ..writing.terminal import Screen, text

        return text(self.sheet(explain=explain), Screen(conventions=conventions))

    def to_format(self, form: str, *, explain: bool = False) -> str:
        """The report in a format: table, markdown, csv, latex or html."""
        return render(self.sheet(explain=explain), form)

    def to_json(self, *, explain: bool = False) -> str:
        """Schema 1 of the JSON that other programs rely on: all grains, all counts."""
        from ..writing.records import json_document

        return json_document(self.to_dict(explain=explain))

    def to_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """What `to_json` writes, as Python objects."""
        from ..analysis.document import report_dict

        return report_dict(self, explain=explain)

    def to_page(self, plan: "Draft | None" = None) -> str:
        """A self-contained page of HTML; with the network's `plan` (`draft`), sliders.

        Raises `FlopcountError` where ``flopcount[html]`` is missing, or for too large a report.
        """
        from ..page import page

        return page(self, plan)

    def save(self, path: str | os.PathLike[str], *, explain: bool = False) -> None:
        """Write a file in the format of its ending, as the command line's ``-o`` does.

        A table (.csv .md .tex), every count (.json), the page with its sliders (.html), a picture
        of what was saved (.png .svg .pdf). `explain` adds the arithmetic to a table. Raises
        `FlopcountError` for another ending, and where the file cannot be written; there is the
        whole file then, or what was there before.
        """
        from ..writing.files import save

        save(path, report_files(), partial(self.written, explain=explain))

    def written(self, form: str, *, explain: bool = False) -> str | bytes:
        """What a file of a format holds: one of `report_files`, or another of `to_format`.

        A page has sliders for a network that `flopcount.load` gave, or modules or a branch of it.
        Raises `FlopcountError` where a picture or the page cannot be made.
        """
        if form == "json":
            return self.to_json(explain=explain)
        if form == "page":
            return self.to_page(draft_of(self.network) if place_of(self.network) else None)
        if form not in PICTURES.values():
            return self.to_format(form, explain=explain)
        from ..pictures import draw
        from ..pictures.style import picture

        return picture(draw("savings", [self]), form)

    def explain(self, name: str | None = None) -> "Explanation":
        """The arithmetic behind each number, a line a sum; with a `name`, behind that line's alone.

        A name is one that ``report[name]`` takes. Raises `FlopcountError` likewise.

        >>> import flopcount as fc
        >>> fc.analyze("googlenet", modules=["3a"]).explain("3a/5x5/2")
        3a/5x5/2 multiplies  5²·28²·16·32 = 10,035,200
        3a/5x5/2 naive       5²·28²·192·32 = 120,422,400
        3a/5x5/2 params      5²·16·32 + 32 = 12,832
        3a/5x5/2 saved       120,422,400 ÷ 10,035,200 = 12.00×
        3a/5x5/2 share       10,035,200 ÷ 128,049,152 = 7.84 %
        """
        from ..analysis.explain import explanation
        from ..analysis.layout import shown

        if name is None:
            return explanation(self, shown(self), rows=slice(None))
        if name == "total":
            return explanation(self, shown(self), rows=slice(-1, None))
        return explanation(self, [self[name]], rows=slice(-1))


@dataclass(frozen=True, repr=False)
class Comparison(Sheet):
    """A table of `networks` side by side, which is also saved as a page or a picture."""

    networks: tuple[Network, ...] = ()
    measure: Measure = MULTIPLIES

    def to_page(self) -> str:
        """A self-contained page of HTML: what each row is made of, bars, and controls for all.

        A network that `flopcount.load` gave has controls, and so have modules or a branch of it.
        Raises `FlopcountError` where ``flopcount[html]`` is missing, or for too much to show.
        """
        from ..page.compared import compared

        return compared(self.networks)

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

        Raises `FlopcountError` where a picture or the page cannot be made.
        """
        if form == "page":
            return self.to_page()
        if form not in PICTURES.values():
            return render(self, form)
        from ..pictures.matched import by_module
        from ..pictures.style import picture

        return picture(by_module(self.networks, self.measure), form)


def compare(
    networks: Iterable[Given], *, unit: str = "multiplies", digits: int | None = None
) -> Comparison:
    """Multiplies and parameters of each network, and the ratio of its multiplies to the first's.

    Each is a `Network`, or its name, path or spec. Two of one name get numbers. The table is
    saved as a page too: ``compare(…).save("compare.html")``. `unit` and `digits` are those of
    `analyze`; the page is of multiplies. Raises `FlopcountError` for fewer than two networks, or
    for too many or too large ones, for another unit, and as `load` does.

    >>> sheet = compare(["googlenet", "googlenet@torchvision"])
    >>> sheet.total[1:4]
    (1582671872, 6998552, 1498376192)
    """
    from ..analysis import comparisons

    measure = read_measure(unit, digits)
    found = tuple(comparisons.few_enough(networks_of(networks)))
    sheet = comparisons.compare(found, measure)
    made: dict[str, Any] = {field.name: getattr(sheet, field.name) for field in fields(sheet)}
    return Comparison(**made, networks=found, measure=measure)
