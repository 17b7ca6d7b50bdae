"""How nodes are drawn, and the table that cases are put into."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from flopcount.frameworks.onnx.checking.calls import Call

Case = Callable[["Draw"], Call]
CASES: dict[tuple[str, str], Case] = {}  # by domain and operator
MICROSOFT = "com.microsoft"


def case(*names: str, domain: str = "") -> Callable[[Case], Case]:
    """Put a case into the table under these names. Raises `ValueError` for one that is there."""

    def register(draw: Case) -> Case:
        for name in names:
            if (domain, name) in CASES:
                raise ValueError(f"{name} has a case")
            CASES[domain, name] = draw
        return draw

    return register


class Draw:
    """Random numbers, sizes and settings, for the operator of that name."""

    def __init__(self, seed: int, name: str) -> None:
        self.random = Random(seed)  # noqa: S311  not for secrets
        self.numbers = np.random.default_rng(seed)
        self.name = name

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def yes(self) -> bool:
        return self.random.random() < 0.5

    def size(self, least: int = 1, most: int = 4) -> int:
        return self.random.randint(least, most)

    def sizes(self, axes: int, least: int = 1, most: int = 4) -> list[int]:
        return [self.size(least, most) for _ in range(axes)]

    def shape(self, least: int = 1, most: int = 3) -> list[int]:
        return self.sizes(self.size(least, most))

    def axis(self, rank: int) -> int:
        return self.random.randrange(-rank, rank)

    def tensor(self, *shape: int) -> Any:
        return self.numbers.normal(size=shape).astype(np.float32)

    def whole(self, *shape: int) -> Any:
        """Whole numbers from −3 to 3, as floats: what is summed of them is exact."""
        return self.numbers.integers(-3, 4, shape).astype(np.float32)

    def above(self, *shape: int, least: float = 0.5, most: float = 2.0) -> Any:
        return self.numbers.uniform(least, most, size=shape).astype(np.float32)

    def bytes(self, *shape: int, signed: bool = False) -> Any:
        kind = np.int8 if signed else np.uint8
        return self.numbers.integers(-5 if signed else 0, 10, shape).astype(kind)

    def held(self, *places: int) -> tuple[int, ...]:
        """Which of these inputs are parameters: none, the first, or all."""
        return self.one_of((), places[:1], places)


def one(value: float, kind: Any = np.float32) -> Any:
    """A single number without an axis."""
    return np.array(value, kind)


def sizes(*values: int) -> Any:
    """A shape as a tensor."""
    return np.array(values, np.int64)
