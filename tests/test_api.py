"""What a notebook's user calls: load, parse, analyze, and the report's ways out."""

import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import flopcount as fc
from flopcount.cli.main import main

NET = fc.load("googlenet")
COUNTS = [
    *("multiplies", "multiplies_unpadded", "params", "weights", "biases", "norm_params"),
    *("norm_stats", "params_with_stats", "activations", "naive_multiplies", "naive_params"),
]


def test_what_the_package_offers() -> None:
    assert set(fc.__all__) >= {"FlopcountError", "Network", "Report", "analyze", "load", "parse"}
    for name in fc.__all__:
        assert hasattr(fc, name)
    assert fc.__version__.count(".") == 2


def test_a_module_of_a_network() -> None:
    module = NET["3a"]
    assert module.modules == ("3a",)
    assert fc.analyze(module).total.cost.multiplies == 128_049_152
    assert repr(module) == "<Network googlenet, module 3a: 28×28×192 → 28×28×256, 8 layers>"
    assert repr(NET) == "<Network googlenet: 224×224×3 → 1×1×1000, 85 layers>"
    assert [node.path for node in NET["inception_3a"].nodes] == [n.path for n in module.nodes]


def test_a_report_by_branch() -> None:
    report = fc.analyze(NET["3a"]).by("branch")
    found = {line.branch: line.cost.multiplies for line in report.lines}
    assert found == {
        "1x1": 28**2 * 192 * 64,
        "3x3": 28**2 * (192 * 96 + 9 * 96 * 128),
        "5x5": 28**2 * (192 * 16 + 25 * 16 * 32),
        "pool": 28**2 * 192 * 32,
        None: 0,
    }
    assert sum(found.values()) == report.total.cost.multiplies


def test_the_grain_changes_nothing_but_the_lines() -> None:
    report = fc.analyze(NET)
    layers = report.by("layer")
    assert report.grain == "module"
    assert layers.total == report.total
    assert layers.by("module") == report
    assert len(layers.lines) == 85


def test_analyze_takes_the_command_lines_options(capsys: pytest.CaptureFixture[str]) -> None:
    report = fc.analyze(
        fc.load("googlenet", input="299x299", classes=10, set={"3a.r5": 24}, aux=True),
        modules=["3a", "3b"],
        batch=8,
        naive="chained",
        unit="flops",
        by="layer",
    )
    what_if = ["--input", "299x299", "--classes", "10", "--set", "3a.r5=24", "--aux"]
    shown = ["--module", "3a", "--module", "3b", "--unit", "flops", "--by", "layer"]
    main(["googlenet", *what_if, *shown, "--batch", "8", "--naive", "chained"])
    assert str(report) == capsys.readouterr().out


@pytest.mark.parametrize("grain", ["layer", "branch", "module", "op"])
def test_a_data_frame_of_integers(grain: str) -> None:
    report = fc.analyze(NET).by(grain)
    frame = report.to_frame()
    assert len(frame) == len(report.lines)
    for name in COUNTS:
        assert frame[name].dtype == "int64"
    assert frame["multiplies"].sum() == 1_582_671_872
    assert frame["params"].sum() == 6_998_552
    assert grain in frame.columns


def test_a_data_frame_of_numbers_past_64_bits_is_exact() -> None:
    report = fc.analyze(fc.parse("2147483648x2147483648x3 > conv 3x3 2147483648"))
    assert report.to_frame()["multiplies"].sum() == 27 * 2**93


def test_a_data_frame_names_the_parts() -> None:
    frame = fc.analyze(NET).by("branch").to_frame().set_index(["module", "branch"])
    assert frame.loc[("3a", "5x5"), "multiplies"] == 12_443_648
    assert frame.loc[("3a", "5x5"), "naive_multiplies"] == 120_422_400


def test_each_way_out_holds_the_same() -> None:
    report = fc.analyze(NET, modules=["3a"])
    assert "12,443,648" in report.to_markdown()
    assert r"\toprule" in report.to_latex()
    frame = pd.read_csv(io.StringIO(report.to_csv()))
    assert frame["multiplies"].iloc[-1] == 128_049_152
    assert json.loads(report.to_json())["total"]["multiplies"] == 128_049_152
    assert report.to_dict() == json.loads(report.to_json())
    assert "5²·28²·192·32 = 120,422,400" in report.to_markdown(explain=True)
    assert "5²·28²·192·32 = 120,422,400" in report.to_csv(explain=True)
    assert "5²·28²·192·32 = 120,422,400" in report.to_json(explain=True)
    assert isinstance(report.plot(), Figure)


class _Cells(HTMLParser):
    """The cells of a table, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


def test_a_notebook_shows_a_table(tmp_path: Path) -> None:
    report = fc.analyze(NET, modules=["3a"])
    html = report._repr_html_()
    cells = _Cells()
    cells.feed(html)
    assert cells.open == []
    assert [cell.strip() for cell in cells.cells][:8] == [
        *("branch", "layers", "output", "multiplies", "share", "params"),
        *("naive multiplies", "saved"),
    ]
    assert "12,443,648" in [cell.strip() for cell in cells.cells]
    assert report._repr_markdown_() == report.to_markdown()
    assert "<code>5²·28²·192·32 = 120,422,400</code>" in report.sheet(explain=True)._repr_html_()
    hostile = tmp_path / "a.toml"
    hostile.write_text(
        'title = "<script>alert(1)</script>"\nsource = "a & <b>"\ninput = "8x8x3"\n'
        '[rows]\na = "conv 3x3 4"\n'
    )
    text = fc.analyze(fc.load(str(hostile)))._repr_html_()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "a &amp; &lt;b&gt;" in text


def test_a_table_shows_itself() -> None:
    table = fc.compare([NET, fc.load("googlenet@torchvision")])
    assert str(table).startswith("googlenet beside googlenet@torchvision\n")
    assert repr(table) == "<Sheet: googlenet beside googlenet@torchvision; 19 rows>"
    assert "| total" in table._repr_markdown_()
    cells = _Cells()
    cells.feed(table._repr_html_())
    assert cells.open == []
    assert "1,498,376,192" in [cell.strip() for cell in cells.cells]


def test_the_claims_of_one_network_or_of_all() -> None:
    table = fc.claims_table("inception-v4")
    assert table is not None
    assert ("the article", "true") in {(row[0], row[4]) for row in table.rows}
    for given in (fc.load("inception-v4@timm"), "Inception v4", "inception-v4@naive"):
        assert str(fc.claims_table(given)) == str(table)
    with pytest.raises(fc.FlopcountError, match="expected a network's name, or a Network; not 3"):
        fc.claims_table(3)  # type: ignore[arg-type]
    everything = fc.claims_table()
    assert everything is not None
    assert len(everything.rows) > len(table.rows)
    of_one = everything.choose(
        *(column.name for column in table.columns), of=lambda names: "inception-v4" in names
    )
    assert list(of_one.rows) == table.rows
    assert fc.claims_table("small.toml") is None


def test_a_check_from_python() -> None:
    result = fc.check("9x9x4 > conv 3x3 8")
    assert result.differing == ()
    assert repr(result) == "<Check of 9x9x4 > conv 3x3 8: 1 layer, none differing>"
    assert str(result).startswith("9x9x4 > conv 3x3 8 on 9×9×4, built in Keras and run")
    assert str(result) == str(result.sheet())
    assert result.sheet(quiet=True).rows == []
    assert "| spec/1" in result._repr_markdown_()
    cells = _Cells()
    cells.feed(result._repr_html_())
    assert cells.open == []
    assert "spec/1" in [cell.strip() for cell in cells.cells]
    off = replace(result, layers=(replace(result.layers[0], differs=("output",)),))
    assert repr(off).endswith("1 layer, 1 differing>")
    total = replace(result.totals[0], differs="a total", samples=1)
    assert repr(replace(result, totals=(total,))).endswith("none differing; a total differs>")
    (layer,) = result.layers
    assert layer.flops == 2 * (3 * 9 - 2) ** 2 * 4 * 8  # each axis: 27 taps, 2 on the padding


def test_reports_say_what_they_are() -> None:
    assert repr(fc.analyze(NET)) == (
        "<Report of googlenet by module: 1,582,671,872 multiplies, 6,998,552 parameters>"
    )


def test_a_spec_parsed() -> None:
    net = fc.parse("28×28×192>conv 1x1 16 reduce>conv 5x5 32")
    assert str(net) == "28x28x192 > conv 1x1 16 reduce > conv 5x5 32"
    total = fc.analyze(net).total
    assert (total.cost.multiplies, total.naive.multiplies) == (12_443_648, 120_422_400)
    assert total.saved == 120_422_400 / 12_443_648
    assert str(fc.parse(str(net))) == str(net)


@pytest.mark.parametrize(
    ("call", "phrase"),
    [
        (lambda: fc.load("googlnet"), "did you mean 'googlenet'?"),
        (lambda: fc.load("googlenet", set={"3a.r5": 24.0}), "24.0"),
        (lambda: fc.load("googlenet", set={"3a.r5": True}), "True"),
        (lambda: fc.load("googlenet", classes=0), "0"),
        (lambda: fc.load("googlenet", classes=True), "True"),
        (lambda: fc.load("googlenet", classes=1.5), "1.5"),  # type: ignore[arg-type]
        (lambda: fc.parse("8x8x3 > conv 3x3"), "width"),
        (lambda: fc.parse(""), "the end"),
        (lambda: NET["3z"], "unknown module '3z'"),
        (lambda: NET[""], "unknown module ''"),
        (lambda: fc.analyze(NET, batch=0), "batch is 0"),
        (lambda: fc.analyze(NET, batch=True), "batch is True"),
        (lambda: fc.analyze(NET, batch=1.0), "batch is 1.0"),  # type: ignore[arg-type]
        (lambda: fc.analyze(NET, by="modul"), "did you mean 'module'?"),
        (lambda: fc.analyze(NET, unit="flop"), "did you mean 'flops'?"),
        (lambda: fc.analyze(NET, naive="chain"), "did you mean 'chained'?"),
        (lambda: fc.analyze(NET).by("x"), "unknown grain 'x'"),
        (lambda: fc.analyze(NET).to_format("xml"), "unknown format 'xml'"),
    ],
)
def test_mistakes_raise_the_one_error(call: object, phrase: str) -> None:
    assert callable(call)
    with pytest.raises(fc.FlopcountError) as raised:
        call()
    message = str(raised.value)
    assert phrase in message
    assert "\n" not in message
    assert isinstance(raised.value, ValueError)


@pytest.mark.slow
def test_a_report_draws_each_kind_of_picture() -> None:
    from flopcount.pictures import KINDS

    report = fc.analyze(fc.load("googlenet"), modules=["3a"])
    for kind in set(KINDS) - {"compare"}:  # which is of several
        words = [text.get_text() for text in report.plot(kind).findobj(Text)]
        assert any("3a" in word or "googlenet" in word for word in words), kind
    with pytest.raises(fc.FlopcountError, match="unknown kind of picture 'pie'"):
        report.plot("pie")
