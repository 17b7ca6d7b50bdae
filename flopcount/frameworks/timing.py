"""How long something takes to run: warm, repeated, the median and the quartiles."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from ..records import dataclass

WARM_UPS = 3
LEAST_RUNS = 7
MOST_RUNS = 101
SECONDS = 0.3  # of runs, once the least number of them is done


@dataclass(frozen=True)
class Times:
    """The median of repeated runs, their quartiles, in seconds, and how many there were."""

    median: float
    low: float
    high: float
    runs: int
    multiplies: int

    @property
    def rate(self) -> float:
        """Multiplies per second."""
        return self.multiplies / self.median

    def as_dict(self) -> dict[str, Any]:
        """For JSON: seconds, and what they achieve."""
        return {
            "seconds": self.median,
            "quartiles": [self.low, self.high],
            "runs": self.runs,
            "multiplies": self.multiplies,
            "multiplies_per_second": self.rate,
        }

    @property
    def milliseconds(self) -> str:
        """The median in print."""
        return f"{1e3 * self.median:.3f}"

    @property
    def quartiles(self) -> str:
        """The quartiles in print, in milliseconds."""
        return f"{1e3 * self.low:.3f}–{1e3 * self.high:.3f}"

    @property
    def giga(self) -> str:
        """10⁹ multiplies per second, in print."""
        return f"{self.rate / 1e9:.2f}"


def measure(parts: Sequence[tuple[Callable[[], Any], int]]) -> list[Times]:
    """Run parts in turn, so that what disturbs one disturbs the others.

    Of each: what runs it once and waits for its end, and how many multiplies it makes.
    """
    taken: list[list[float]] = [[] for _ in parts]
    for once, _ in list(parts) * WARM_UPS:
        once()
    started = time.perf_counter()
    while len(taken[0]) < LEAST_RUNS or (
        len(taken[0]) < MOST_RUNS and time.perf_counter() - started < SECONDS
    ):
        for seconds, (once, _) in zip(taken, parts, strict=True):
            before = time.perf_counter()
            once()
            seconds.append(time.perf_counter() - before)
    return [
        Times(*_spread(seconds), len(seconds), multiplies)
        for seconds, (_, multiplies) in zip(taken, parts, strict=True)
    ]


def _spread(seconds: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return middle, low, high
