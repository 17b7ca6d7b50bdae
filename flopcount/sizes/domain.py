"""For which sizes a formula holds: where none of the conditions holds that the walk left undecided.

Nothing is sampled. A condition on one name in which everything grows is settled by bisection, which
finds the one place where it changes; what cannot be said so is given as it stands.
"""

from collections.abc import Iterable

from ..errors import FlopcountError
from ..reading import MAX_SIZE
from ..records import dataclass, field
from .atoms import Atom, Name
from .condition import Condition, unequal
from .multiples import divisor, multiples, multiplied
from .polynomial import ONE, Number, Space, terms_of
from .printed.forms import text
from .values import Substitution, holds

# What has to be so, for what a condition says does not fit.
_MUST = {"<": "≥", "≠": "=", "=": "≠"}


@dataclass
class Domain:
    """The least value of each name, where it is above 1, and the conditions that must not hold."""

    least: dict[str, int] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Such as ``H ≥ 75``; a formula holds where all of them are true."""
        parts = filter(None, map(divisor, self.conditions))
        of = {text(whole): by for whole, by in parts}  # a multiple of 32 is 32 at least
        bounds = [f"{n} ≥ {low}" for n, low in sorted(self.least.items()) if low > of.get(n, 0)]
        return (*bounds, *map(negated, self.conditions))

    def over(self, names: frozenset[str]) -> "Domain":
        """What it says of these names alone."""
        least = {name: bound for name, bound in self.least.items() if name in names}
        return Domain(least, [one for one in self.conditions if names_of(one.value) <= names])


def domain(conditions: Iterable[Condition | bool], space: Space) -> tuple[Domain, Substitution]:
    """The domain, and what puts into a formula that its names are at least so large.

    Raises `FlopcountError` where a condition holds for all sizes.
    """
    found = Domain()
    left = dict.fromkeys(conditions)
    while True:  # what is known of one name can decide a condition on two
        if True in left:
            raise FlopcountError("a layer does not fit these sizes; the report names it")
        found.conditions = [one for one in left if not isinstance(one, bool)]
        before = dict(found.least)
        for name, bound in filter(None, map(_least, found.conditions)):
            found.least[name] = max(bound, found.least.get(name, 1))
        larger = Substitution({name: space.name(name, low) for name, low in found.least.items()})
        if found.least == before:
            found.conditions = _without_weaker(found.conditions)
            return found, larger
        left = dict.fromkeys(map(larger.condition, found.conditions))


def _without_weaker(conditions: list[Condition]) -> list[Condition]:
    """Without those that others say: what 16 divides, 8 divides too.

    Of a name all that has to divide it is said at once: 4 divides H, for 2 divides H and ⌊H/2⌋.
    """
    by_name = multiples(conditions)
    put, said, left = multiplied(by_name), set[Condition | bool](), list[Condition]()
    for one in conditions:
        if put.condition(one) is not False:
            left.append(one)
            continue
        for name in sorted(names_of(one.value) & by_name.keys()):
            whole = _divided(name, by_name[name], one)
            if whole not in said and isinstance(whole, Condition):
                said.add(whole)
                left.append(whole)
    known = [divisor(one) for one in left]

    def is_said(place: int) -> bool:
        found = known[place]
        return found is not None and any(
            other is not None
            and other[0] == found[0]
            and other[1] % found[1] == 0
            and (other[1] > found[1] or earlier < place)
            for earlier, other in enumerate(known)
        )

    return [one for place, one in enumerate(left) if not is_said(place)]


def _divided(name: str, by: int, where: Condition) -> Condition | bool:
    """That a number does not divide a name, which is as large as it is in a condition."""
    low = _names(where.value)[name]
    return unequal(Space().name(name, low) % by, 0)


def _least(condition: Condition) -> tuple[str, int] | None:
    """The name and its least value from which a condition does not hold; None if it is not so."""
    names = _names(condition.value)
    if condition.relation != "<" or len(names) != 1 or not grows(condition.value):
        return None
    ((name, first),) = names.items()
    last = MAX_SIZE
    if holds(condition, {name: last}):
        return None
    while first < last:
        middle = (first + last) // 2
        if holds(condition, {name: middle}):
            first = middle + 1
        else:
            last = middle
    return name, first


def grows(number: Number) -> bool:
    """Whether it is proved that a size grows, or stays, with each of its names."""
    if isinstance(number, int):
        return True
    return all(
        monomial == ONE
        or (count > 0 and all(atom.low >= 0 and _grows(atom) for atom, _ in monomial))
        for monomial, count in number.terms.items()
    )


def _grows(atom: Atom) -> bool:
    return isinstance(atom, Name) or (atom.grows and all(map(grows, atom.parts)))


def names_of(number: Number) -> frozenset[str]:
    """The names in a size."""
    return frozenset() if isinstance(number, int) else number.names


def _names(number: Number) -> dict[str, int]:
    """The names, and from where they start."""
    if isinstance(number, int):
        return {}
    found: dict[str, int] = {}
    for atom in number.atoms:
        if isinstance(atom, Name):
            found[atom.name] = int(atom.low)
        for part in atom.parts:
            found |= _names(part)
    return found


def negated(condition: Condition) -> str:
    """What has to be so for a condition not to hold: ``4 divides F``, ``⌈H/2⌉ ≥ W``, ``a = 24``."""
    found = divisor(condition)
    if found is not None:
        return f"{found[1]} divides {text(found[0])}"
    terms = terms_of(condition.value)
    positive = Space().sum({one: count for one, count in terms.items() if count > 0})
    taken = Space().sum({one: -count for one, count in terms.items() if count < 0})
    if condition.relation != "<" and isinstance(positive, int):  # an equation starts with a name
        positive, taken = taken, positive
    return f"{text(positive)} {_MUST[condition.relation]} {text(taken)}"
