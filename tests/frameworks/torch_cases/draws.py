"""How arguments are drawn, and the table that cases are put into."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import torch

CASES: dict[str, Callable[["Draw"], "Call"]] = {}


class Call(NamedTuple):
    """A form of an operation, its arguments, and which of these are parameters, by name."""

    form: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    held: frozenset[str]


def call(form: str, *args: Any, held: tuple[str, ...] = (), **kwargs: Any) -> Call:
    return Call(form, args, kwargs, frozenset(held))


def case(*names: str) -> Callable[[Callable[["Draw"], Call]], Callable[["Draw"], Call]]:
    """Put a case into the table under these names. Raises `ValueError` for one that is there."""

    def register(draw: Callable[["Draw"], Call]) -> Callable[["Draw"], Call]:
        for name in names:
            if name in CASES:
                raise ValueError(f"{name} has a case")
            CASES[name] = draw
        return draw

    return register


class Draw:
    """Random numbers, sizes and settings; `in_place`: for an operation that writes into `self`."""

    def __init__(self, seed: int, name: str = "", *, in_place: bool = False) -> None:
        self.random = Random(seed)  # noqa: S311  not for secrets
        self.maker = torch.Generator().manual_seed(seed)
        self.name = name
        self.in_place = in_place

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

    def tensor(self, *shape: int) -> Any:
        kind = torch.float32 if self.name.startswith("mkldnn") else torch.float64
        return torch.randn(shape, generator=self.maker, dtype=kind)

    def above(self, *shape: int, least: float = 0.1, most: float = 2.0) -> Any:
        """Numbers between two bounds."""
        spread = torch.rand(shape, generator=self.maker, dtype=torch.float64)
        return least + (most - least) * spread

    def whole(self, *shape: int, most: int = 4) -> Any:
        """Whole numbers from 0 to below `most`."""
        return torch.randint(0, most, shape, generator=self.maker)

    def truths(self, *shape: int) -> Any:
        return torch.rand(shape, generator=self.maker) > 0.5

    def spread(self, shape: list[int]) -> list[int]:
        """A shape that is spread over another: with 1 on some axes, or without the first."""
        own = [1 if self.yes() else n for n in shape]
        return own[self.size(0, len(own)) :] if self.yes() else own

    def axes(self, rank: int) -> list[int]:
        """Some of the axes of a tensor, from either end, in any order."""
        chosen = self.random.sample(range(rank), self.size(1, rank))
        return [axis - rank if self.yes() else axis for axis in chosen]

    def axis(self, rank: int) -> int:
        return self.random.randrange(-rank, rank)
