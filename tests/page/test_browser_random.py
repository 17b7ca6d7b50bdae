"""Random settings in a real browser: each number that is shown is that of the command line."""

import shlex
from random import Random
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import run
from tests.page.browsing import Open, assert_agrees, counted
from tests.shipped import INCEPTION

pytestmark = pytest.mark.slow

SETTINGS = 12  # for each network; V8 takes the scripts' numbers at hundreds


def typed(control: dict[str, Any], value: int) -> str:
    """A value as it is typed: the multiplier's hundredths as a decimal."""
    return str(value) if control["divisor"] == 1 else f"{value / control['divisor']:g}"


def drawn(controls: list[dict[str, Any]], random: Random, share: float) -> dict[str, str]:
    """Values for a share of the controls: anywhere, at an end, or near where one starts."""
    some = [one for one in controls if random.random() < share] or [random.choice(controls)]
    found = {}
    for one in some:
        low, high, start = one["low"], one["high"], one["start"]
        near = (max(low, start - start // 8 - 1), min(high, start + start // 8 + 1))
        least, most = random.choice([(low, high), (low, low), (high, high), near, near])
        value = random.randint(least, most)
        if value != start:
            found[one["name"]] = typed(one, value)
    return found


@pytest.mark.parametrize("name", INCEPTION)
def test_random_settings_say_what_the_command_line_says(opened: Open, name: str) -> None:
    page = opened(name, viewport={"width": 800, "height": 600})
    controls = page.data()["live"]["controls"]
    random = Random(f"the page of {name}")  # noqa: S311  the same each time
    original = page.rows()
    fitting, touched = 0, set()
    for at in range(SETTINGS):
        share = random.choice((0.02, 0.1, 0.5, 1)) if at else 1
        values = drawn(controls, random, share)
        naive = random.random() < 0.3
        words = [f"{control}={value}" for control, value in values.items()]
        page.go("&".join([*words, *(["naive"] if naive else [])]))
        assert not page.tab.is_visible("#address")
        shown = page.tab.evaluate("""() => Object.fromEntries(
          [...document.querySelectorAll(".control:has(.said:not(:empty))")].map((row) =>
            [row.dataset.control, row.querySelector("[type=number]").value]))""")
        assert shown == values
        assert page.tab.is_checked("#naive") == naive
        command = page.command()
        touched |= values.keys()
        if page.tab.is_visible("#misfit"):
            with pytest.raises(fc.FlopcountError):
                run(shlex.split(command)[1:])
            assert page.rows() == original
            continue
        fitting += 1
        assert_agrees(page)
        said = counted(command)
        for row, cells in page.result().items():
            multiplies, params, bare = said["total" if row == "the network" else row,]
            numbers = [int(cells[at][0].replace(",", "")) for at in ("main", "params", "naive")]
            assert numbers == [multiplies, params, bare]
    assert fitting > SETTINGS / 2
    assert touched == {control["name"] for control in controls}
