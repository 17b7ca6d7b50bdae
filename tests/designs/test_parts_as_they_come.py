"""Parts that come one after the other merge to the same, and to a great one seldom."""

from collections.abc import Sequence
from typing import Any

import pytest

from flopcount.designs.chosen import Merging, merging


class Clock:
    """Goes on only where it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Sum:
    """Merges numbers, which takes so many seconds each time."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock, self.seconds = clock, seconds
        self.merged_at: list[float] = []

    def merged(self, parts: Sequence[int]) -> int:
        self.merged_at.append(self.clock.now)
        self.clock.now += self.seconds
        return sum(parts)

    def known(self, part: int) -> Sequence[Sequence[int]]:
        return [[part]]


@pytest.mark.parametrize(
    ("seconds", "times"),
    [(0.0, 100), (0.5, 100), (2.0, 26), (20.0, 4), (1000.0, 2)],
    ids=["at once", "fast", "slower", "slow", "the first and the rest"],
)
def test_half_of_the_time_goes_into_merging(
    seconds: float, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(merging, "monotonic", clock)
    choice: Any = Sum(clock, seconds)
    found: Any = Merging(choice)
    assert found.known() == ()
    for number in range(1, 101):  # one comes each second
        clock.now = max(clock.now, number)
        found.add(number)
    assert found.known()[0][0] <= 5050
    assert found.end() == found.end() == 5050
    assert found.known() == [[5050]]
    assert len(choice.merged_at) == times
    pauses = [
        later - earlier
        for earlier, later in zip(choice.merged_at, choice.merged_at[1:-1], strict=False)
    ]
    assert all(pause >= 2 * seconds for pause in pauses)
