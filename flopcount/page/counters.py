"""The section of a page that says what other counters print for the network, folded."""

from ..analysis import Report
from ..counters.sheet import counters_sheet
from ..errors import FlopcountError
from ..pictures.words import network_of
from .file import lines
from .sheets import sheet_table


def counters_section(report: Report) -> str:
    """The markup: a row a counter, each difference by kind; why there is none, if there is none.

    It is of one sample, as built, whatever the page's sliders say.
    """
    try:
        sheet = counters_sheet(network_of(report)).for_print()
    except FlopcountError as error:
        said = lines([f"What other counters print is not known: {error}"], "note")
        return f'<section id="counters">\n<h2>Other counters</h2>\n{said}</section>'
    told = lines([f"Of one sample, as built: {'; '.join(sheet.heading[1:])}."], "note")
    table = sheet_table(sheet, "What other counters print for this network", titled=False)
    return (
        '<section id="counters" aria-labelledby="counters-title">\n'
        '<h2 id="counters-title">Other counters</h2>\n'
        "<details>\n<summary>What other counters print for this network, and why</summary>\n"
        f"{told}{table}{lines(sheet.footer, 'note')}</details>\n</section>"
    )
