"""A formula in each of the formats that a file of it may have."""

from ..errors import comment, visible
from ..writing.records import json_document
from .formulas import Formula


def written(formula: Formula, form: str) -> str:
    """A formula in one of the formats of `FORMULA_FILES`, with for which sizes it holds."""
    title = f"{formula.name}, {formula.count}"
    if form == "json":
        return json_document(
            {
                "schema": 1,
                "network": formula.name,
                "count": formula.count,
                "formula": formula.text(),
                "latex": formula.latex(),
                "python": formula.python(),
                "javascript": formula.javascript(),
                "domain": list(formula.domain),
                "definitions": list(formula.definitions()),
                **({"notes": list(formula.notes)} if formula.notes else {}),
            }
        )
    if form == "text":
        where = f"for {', '.join(formula.domain)}" if formula.domain else "for all sizes"
        said = visible(f"{title} = {formula.text()}")
        return "\n".join([said, where, *formula.definitions(), *formula.notes, ""])
    mark = {"latex": "%", "python": "#", "javascript": "//"}[form]
    where = "; ".join(formula.domain) or "all sizes"
    lines = (f"{title}; for {where}", *formula.notes)
    heading = "".join(comment(mark, line) + "\n" for line in lines)
    if form == "latex":
        known = "".join(
            f"% {definition} (\\operatorname is of amsmath)\n"
            for definition in formula.definitions("latex")
        )
        return f"{heading}{known}{formula.latex()}\n"
    return heading + (formula.python() if form == "python" else formula.javascript())
