"""The sliders of pages whose networks have tokens: each number is the report's own."""

import pytest

import flopcount as fc
from flopcount.page.data import open_text
from tests.page.running import command, counted, counted_at, of, said, shown_at

SPECS = {
    "words": "32 > embed 60 24 > position 99 > attention 4 causal > dense tied=embed",
    "masks": "64x96 > attention 4 causal > attention 6 kv=2 headdim=16 window=24 relative rotary",
    "windows": "14x7x8 > attention 2 window=7 relative > attention 2 window=7 shift=3 > conv 1x1 4",
    "patches": "32x32x3 > tokens 8 64 class > position > (identity + attention 4) > select first",
    "experts": "16x24 > experts 8 top=2 [(dense 32 silu * dense 32) > dense in]",
    "recurrent": "20x24 > gru 16 both > lstm 24 projection=8 back > rnn 8 > select last > dense 10",
    "mixer": "16x24 > (identity + transpose > dense 32 gelu > dense 16 > transpose)",
}


@pytest.mark.parametrize("name", SPECS)
def test_what_sequences_cost_follows_each_slider(name: str) -> None:
    spec = SPECS[name]
    page = of(spec)
    moved: list[dict[str, int]] = [{}]
    for control in page.controls:
        if control.kind != "batch":
            near = (control.low + 6, control.start + 7, control.start - 8, control.high)
            moved += [{control.name: value} for value in near if value >= control.low]
    fit = 0
    for values, found in zip(moved, shown_at(page, moved), strict=True):
        expected = counted_at(page, spec, values)
        if isinstance(expected, str):
            assert isinstance(found, str), values
            continue
        assert found == expected, values
        fit += 1
    assert fit > 1


def test_the_command_line_of_tokens_is_the_pages_own() -> None:
    page = of(SPECS["masks"])
    assert said(command(page, {"L": 40})) == counted(SPECS["masks"], input="40")


def test_a_width_that_is_not_put_out_is_not_in_a_layers_text() -> None:
    rows = fc.analyze(SPECS["recurrent"]).rows
    texts = {row.node.path: open_text(row) for row in rows}
    assert texts["spec/1/backward"] == "gru {width} back"
    assert texts["spec/2"] == "lstm back projection=8"
