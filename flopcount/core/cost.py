"""What a layer costs: counts by kind, never mixed, for one sample."""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..sizes.size import Size


@dataclass(frozen=True, slots=True)
class Elementwise:
    """Operations outside the multiplies of `Cost`, by kind.

    A subtraction is an add; a square a multiply; the larger of two a compare; `exponentials` are
    the exponential function and powers with a real exponent.
    """

    adds: "Size" = 0
    multiplies: "Size" = 0
    compares: "Size" = 0
    divides: "Size" = 0
    exponentials: "Size" = 0

    def __add__(self, other: "Elementwise") -> "Elementwise":
        """Add kind by kind."""
        return Elementwise(
            self.adds + other.adds,
            self.multiplies + other.multiplies,
            self.compares + other.compares,
            self.divides + other.divides,
            self.exponentials + other.exponentials,
        )

    def __mul__(self, times: "Size") -> "Elementwise":
        """Do it `times` times over."""
        return Elementwise(
            self.adds * times,
            self.multiplies * times,
            self.compares * times,
            self.divides * times,
            self.exponentials * times,
        )


NOTHING = Elementwise()


@dataclass(frozen=True, slots=True)
class Cost:
    """The counts of a layer, or of a sum of layers, for one sample.

    multiplies           multiplications, the paper's count: taps on zero padding included
    multiplies_unpadded  multiplications whose tap falls inside the image: what a compiler counts
    weights, biases      parameters
    norm_params          batch norm's γ and β, those that exist
    norm_stats           batch norm's moving mean and variance (not trained, not in `params`)
    activations          output elements
    elementwise          all other operations, by kind

    >>> (Cost(multiplies=3, weights=2) + Cost(multiplies=4, biases=1)).params
    3
    """

    multiplies: "Size" = 0
    multiplies_unpadded: "Size" = 0
    weights: "Size" = 0
    biases: "Size" = 0
    norm_params: "Size" = 0
    norm_stats: "Size" = 0
    activations: "Size" = 0
    elementwise: Elementwise = NOTHING

    @property
    def params(self) -> "Size":
        """What trains: weights + biases + norm_params."""
        return self.weights + self.biases + self.norm_params

    def __add__(self, other: "Cost") -> "Cost":
        """Add count by count."""
        return Cost(
            self.multiplies + other.multiplies,
            self.multiplies_unpadded + other.multiplies_unpadded,
            self.weights + other.weights,
            self.biases + other.biases,
            self.norm_params + other.norm_params,
            self.norm_stats + other.norm_stats,
            self.activations + other.activations,
            self.elementwise + other.elementwise,
        )

    @classmethod
    def total(cls, costs: "Iterable[Cost]") -> "Cost":
        """Add many up, count by count.

        >>> Cost.total([Cost(weights=1), Cost(weights=2, biases=3)]).params
        6
        """
        counts = list(map(_COUNTS, costs))
        if not counts:
            return cls()
        *columns, work = zip(*counts, strict=True)
        kinds = zip(*map(_KINDS, work), strict=True)
        multiplies, unpadded, weights, biases, params, stats, activations = map(sum, columns)
        other = Elementwise(*map(sum, kinds))
        return cls(multiplies, unpadded, weights, biases, params, stats, activations, other)

    def for_batch(self, batch: "Size") -> "Cost":
        """The cost of `batch` samples: all but the parameters are multiplied.

        >>> Cost(multiplies=5, weights=5).for_batch(8)
        Cost(multiplies=40, multiplies_unpadded=0, weights=5, biases=0, norm_params=0, \
norm_stats=0, activations=0, elementwise=Elementwise(adds=0, multiplies=0, compares=0, \
divides=0, exponentials=0))
        """
        return Cost(
            self.multiplies * batch,
            self.multiplies_unpadded * batch,
            self.weights,
            self.biases,
            self.norm_params,
            self.norm_stats,
            self.activations * batch,
            self.elementwise * batch,
        )


_COUNTS = attrgetter(*(field.name for field in fields(Cost)))
_KINDS = attrgetter(*(field.name for field in fields(Elementwise)))
