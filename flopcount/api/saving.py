"""A report handed on: as text, as Python objects, as a file.

Their `save` and the command line's ``-o`` make a file's content in one place, `written`.
"""

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from ..analysis import Report
from ..notation import draft_of
from ..rewrites import place_of
from ..writing.formats import PICTURES, render, report_files

if TYPE_CHECKING:
    import pandas as pd

    from ..analysis.explain import Explanation
    from ..counters.breakdown import Breakdown
    from ..notation import Draft
    from ..writing.sheet import Sheet


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

    def as_counter(self, tool: str) -> "Breakdown":
        """What another counter counts of each line, ``torchinfo``; together what it prints.

        `tool` may name a version, ``ptflops@0.6.9``, or a file of rules. What comes back is shown
        by `print`, saved by `save`; `sheet()` is its table and `to_dict()` its JSON. Raises
        `FlopcountError` as `flopcount.other_counters` does.

        >>> import flopcount as fc
        >>> found = fc.analyze("googlenet", by="op").as_counter("calflops-macs")
        >>> found
        <Breakdown of googlenet as calflops-macs: 1,582,671,872 MAC>
        >>> [(share.name, share.value) for share in found.lines][:2]
        [('conv 7x7', 118013952), ('maxpool 3x3', 0)]
        """
        from ..counters.breakdown import breakdown

        return breakdown(self, tool)

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
