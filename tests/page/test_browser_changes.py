"""A page's controls in a real browser: what they change is what the command line says."""

import shlex
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.cli.main import run
from tests.page.browsing import Open, assert_agrees, counted

pytestmark = pytest.mark.slow


WHAT_IFS = [
    (["googlenet"], {"H": "299"}),
    (["googlenet"], {"3a.r5": "24"}),
    (["googlenet"], {"3a.r5": "1", "5b.r3": "384", "H": "97"}),
    (["googlenet"], {"width": "0.5"}),
    (["googlenet"], {"naive": "on"}),
    (["googlenet"], {"naive": "on", "width": "0.25", "H": "320", "4e.r3": "200"}),
    (["googlenet", "--module", "3a"], {"3a.r3": "48", "H": "512"}),
    (["googlenet", "--module", "3a"], {"naive": "on", "3a.r5": "24", "width": "1.5"}),
    (["inception-v3"], {"H": "160", "5c/5x5/1": "40", "6b.c7": "100", "width": "0.75"}),
    (["inception-resnet-v2"], {"H": "331", "naive": "on"}),
    (["googlenet", "--naive", "figure"], {"H": "299", "3a.r5": "24", "width": "0.5"}),
    # 9 channels have no 2 groups, but the naive network reads the 16 above them
    (["32x32x16 > conv 1x1 8 reduce > conv 3x3 24 groups=2"], {"naive": "on", "spec/1": "9"}),
    (["inception-v4", "--module", "C"], {"C.2/3x3/1": "100", "H": "400"}),
    (["28x28x192 > conv 1x1 16 reduce > conv 5x5 32"], {"H": "31", "width": "2"}),
    (
        ["googlenet", "--batch", "8", "--unit", "flops", "--input", "96x128"],
        {"H": "97", "W": "131"},
    ),
]


@pytest.mark.parametrize(("argv", "sliders"), WHAT_IFS)
def test_sliders_say_what_the_command_line_says(
    opened: Open, argv: list[str], sliders: dict[str, str]
) -> None:
    page = opened(*argv)
    before, first = page.rows(), page.command()
    assert counted(first) == counted("flopcount " + shlex.join(argv))
    for control, value in sliders.items():
        page.set(control, value)
    changed = page.command()
    assert changed != first
    unit = 2 if "flops" in argv else 1
    rows, said = page.rows(), counted(changed)
    assert rows != before
    assert_agrees(page)
    *_, total = page.result().values()
    assert int(total["main"][0].replace(",", "")) == said["total",][0] * unit
    page.tab.click("#reset")
    assert page.command() == first
    assert page.rows() == before


def test_what_was_changed_is_told_from_the_original(opened: Open) -> None:
    page = opened("googlenet")
    assert page.tab.locator("#table .change:visible").count() == 0
    page.set("3a.r5", "24")
    before = counted("flopcount googlenet")
    after = counted("flopcount googlenet --set 3a.r5=24")
    more = after["total",][0] - before["total",][0]
    change = page.tab.locator("#table tfoot td.was >> nth=0").inner_text()
    assert change == f"+{more:,} (+{100 * more / before['total',][0]:.1f} %)"
    result = page.result()
    assert result["the network"]["main"] == [f"{after['total',][0]:,}", change]
    naive = f"{after['3a',][2]:,}"  # it has no reductions
    assert result["3a"]["naive"] == [naive, ""]
    assert result["3a"]["main"][0] == f"{after['3a',][0]:,}"
    assert result["3a"]["saved"] == [f"{after['3a',][2] / after['3a',][0]:.2f}×"]
    params = [counts["3a",][1] for counts in (before, after)]
    percent = 100 * (params[1] - params[0]) / params[0]
    assert result["3a"]["params"] == [
        f"{params[1]:,}",
        f"+{params[1] - params[0]:,} (+{percent:.1f} %)",
    ]
    untouched = page.tab.locator("#table tbody tr >> nth=0").locator("td.was >> nth=0")
    assert untouched.inner_text() == "–"
    assert page.tab.text_content("#drawing .changed .name") == "1×1 24"
    page.tab.select_option("#choice", label="3b")
    assert page.tab.inner_text("#elsewhere") == "Also changed: 3a.r5 = 24"
    assert not page.tab.locator('[data-control="3a.r5"]').is_visible()
    assert page.tab.locator('[data-control="3b.r5"]').is_visible()


def test_sizes_that_do_not_fit_are_said(opened: Open) -> None:
    page = opened("32x32x6 > conv 1x1 8 reduce > conv 3x3 12 groups=2")
    page.set("spec/1", "7")
    said = "spec/2 does not fit these sizes; the numbers are the original's."
    assert page.tab.inner_text("#misfit") == said
    assert not page.tab.locator("#same").is_visible()
    page.set("spec/1", "4")
    assert not page.tab.locator("#misfit").is_visible()
    assert_agrees(page)


@pytest.mark.parametrize("reading", ["reduce", "figure", "chained"])
def test_a_naive_reading_that_does_not_fit_is_said(
    opened: Open, tmp_path: Path, reading: str
) -> None:
    table = tmp_path / "own.toml"
    table.write_text(
        'input = "16x16x3"\n[rows]\nstem = "conv 3x3 8"\n'
        'm = "[p: conv 1x1 16 reduce > conv 3x3 16 groups=4 | q: conv 1x1 8]"\n'
    )
    page = opened(str(table), "--naive", reading)
    page.set("width", "0.75")  # without the reduction 4 groups read 6 channels
    said = "in the naive reading, m/p/2 does not fit these sizes; the numbers are the original's."
    assert page.tab.inner_text("#misfit") == said
    assert not page.tab.locator("#same").is_visible()
    command = shlex.split(page.tab.text_content("#command"))[1:]
    with pytest.raises(fc.FlopcountError, match="groups=4 does not divide 6 input"):
        run(command)
    page.set("width", "0.5")
    assert_agrees(page)


def test_a_reading_that_is_no_network_has_no_switch_and_says_why(opened: Open) -> None:
    page = opened("googlenet", "--naive", "figure")
    assert not page.tab.locator("#naive").is_visible()
    assert "prices each module alone" in page.tab.inner_text("#alone")
    assert not opened("googlenet").tab.locator("#alone").is_visible()


TYPED = {
    "-5": "at least 1 here",
    "0": "at least 1 here",
    "193": "at most 192 here",
    "1e9": "at most 192 here",
    "2.5": "whole numbers only",
    "e": "not a number",
}


def test_what_is_out_of_range_is_said_beside_the_field_and_changes_nothing(opened: Open) -> None:
    page = opened("googlenet", "--module", "3a")
    page.set("3a.n1", "48")
    rows, result, command = page.rows(), page.result(), page.command()
    field = page.tab.locator('[data-control="3a.r5"] input[type=number]')
    slider = page.tab.locator('[data-control="3a.r5"] input[type=range]')
    for typed, wrong in TYPED.items():
        field.fill("")
        field.press_sequentially(typed)
        assert page.said_of("3a.r5") == wrong
        assert page.tab.locator(".said.error").count() == 1
        assert field.get_attribute("aria-invalid") == "true"
        assert field.get_attribute("aria-describedby") == page.tab.get_attribute(
            '[data-control="3a.r5"] .said', "id"
        )
        assert slider.input_value() == "16"
        assert (page.rows(), page.result(), page.command()) == (rows, result, command)
    page.set("3a.n3", "100")  # another one, meanwhile
    assert page.said_of("3a.r5") == "not a number"
    assert_agrees(page)
    for typed, value in (("24", "24"), ("", "16")):
        page.set("3a.r5", "193")
        page.set("3a.r5", typed)
        assert field.input_value() == value
        assert field.get_attribute("aria-invalid") == "false"
        assert page.said_of("3a.r5") == ("was 16" if value == "24" else "")
        assert_agrees(page)
    number = page.tab.locator('[data-control="width"] input[type=number]')
    for typed in ("1.05", "0.50", "0.333"):  # what is typed is not written over
        number.fill("")
        number.press_sequentially(typed)
        assert number.input_value() == typed
    assert "@width" not in page.command()
    assert page.said_of("width") == "two decimals at most"
    page.set("width", "3")
    assert page.said_of("width") == "at most 2 here"
    for name in ("3a.n1", "3a.n3"):
        page.set(name, "")
    page.tab.click("#reset")  # what was typed goes too
    assert number.input_value() == "1"
    assert page.said_of("width") == ""
    assert page.tab.is_disabled("#reset")


def test_the_command_is_copied_or_else_selected(opened: Open) -> None:
    page = opened("googlenet", permissions=[])
    page.tab.evaluate(
        "Object.defineProperty(navigator, 'clipboard',"
        " { value: { writeText: () => Promise.reject(new Error('refused')) } })"
    )
    page.tab.click("#copy")
    page.until("document.getElementById('copied').textContent !== ''")
    assert page.tab.inner_text("#copied") == "selected; copy it with the keyboard"
    assert page.tab.evaluate("String(getSelection())") == "flopcount googlenet"


def test_a_chart_has_tooltips_and_follows_the_sliders(opened: Open) -> None:
    page = opened("googlenet")
    bars = page.tab.locator("#chart-count .layer_0_marks path")
    bars.nth(1).scroll_into_view_if_needed()
    bars.nth(1).hover()
    page.tab.wait_for_selector("#tip:not([hidden])")
    module, kernel = page.tab.inner_text("#tip").splitlines()
    assert module == "conv2 359,661,568 multiplies"
    assert kernel == "1×1: 12,845,056"
    page.set("H", "448")
    page.until(
        """document.querySelector("#chart-count").textContent.includes("1G")""",
    )


def test_a_module_of_hundreds_of_layers_is_not_drawn_but_said(opened: Open) -> None:
    page = opened("8x8x3 > 201 * conv 3x3 4")
    said = "Module spec has too many layers to be drawn; Table 1 lists them."
    assert page.tab.inner_text("#drawing") == said
    assert (
        page.tab.locator("#chart-count .layer_0_marks path").count() == 60
    )  # the rest in the last
    page.set("H", "9")
    assert_agrees(page)


def test_a_slider_has_the_bounds_of_its_control(opened: Open) -> None:
    page = opened("googlenet")
    bounds = "(all) => all.map((one) => ['min', 'max', 'step', 'value'].map((k) => Number(one[k])))"

    def fields(control: str) -> list[list[float]]:
        found = page.tab.locator(f'[data-control="{control}"] input')
        return [list(one) for one in found.evaluate_all(bounds)]

    assert fields("3a.r5") == [[1, 192, 1, 16]] * 2
    assert fields("H") == [[1, 512, 1, 224]] * 2
    assert fields("width") == [[0.05, 2, 0.05, 1], [0.05, 2, 0.01, 1]]
