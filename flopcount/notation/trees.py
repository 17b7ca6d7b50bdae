"""The tree of a spec, and the way back to text: what the parser makes, `str` writes."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from ..core.ops.words import OPS
from ..records import dataclass
from .inputs import InputSize

COUNT = re.compile(r"[0-9.,_-]+")  # before a '*' it is how often something is repeated


@dataclass(frozen=True)
class Column:
    """What stands in a column of the row: ``{r5}``; of a number of repeats, `less` of it than that.

    >>> str(Column("r5")), str(Column("n", less=1))
    ('{r5}', '{n}-1')
    """

    name: str
    less: int = 0

    def __str__(self) -> str:
        """As the notation writes it."""
        return f"{{{self.name}}}-{self.less}" if self.less else f"{{{self.name}}}"


Number: TypeAlias = int | Column
PerAxis: TypeAlias = tuple[Number, ...]


@dataclass(frozen=True)
class Multiple:
    """A width as a multiple or a part of another: the product of `factors`, `over` a number.

    A str is a name; the last may be ``in``.

    >>> str(Multiple((6, Column("c")))), str(Multiple((3, "in"), 4))
    ('6*{c}', '3*in/4')
    """

    factors: tuple[int | str | Column, ...]
    over: Number = 1

    def __str__(self) -> str:
        """As the notation writes it."""
        return "*".join(map(str, self.factors)) + (f"/{self.over}" if self.over != 1 else "")


Width: TypeAlias = int | str | Column | Multiple  # a str is a name, or ``in``


def names_in(width: Width | None) -> Iterator[str]:
    """The names that stand for numbers in a width."""
    factors = width.factors if isinstance(width, Multiple) else (width,)
    for factor in factors:
        if isinstance(factor, str) and factor != "in":
            yield factor


@dataclass(frozen=True)
class Layer:
    """``op [KxK[/S[xS]]] [width] word*``, its words in the order of their groups.

    A kernel or stride of one number holds for each axis of the grid. A column may stand for each
    number, in words too (``groups={g}``), or for a kernel and its stride as a whole. `reads` is the
    row of ``from``, which an attention's keys and values are made of.
    """

    op: str
    kernel: PerAxis | None = None
    stride: PerAxis = (1,)
    width: Width | None = None
    words: tuple[str, ...] = ()
    reads: str = ""

    def __str__(self) -> str:
        """As the notation writes it."""
        parts = [] if self.op == "norm" and self.words else [self.op]  # norm=shift says both
        if self.kernel:
            stride = "" if self.stride == (1,) else f"/{'x'.join(map(str, self.stride))}"
            parts.append("x".join(map(str, self.kernel)) + stride)
        if self.width is not None:
            parts.append(str(self.width))
        reads = ["from", self.reads] if self.reads else []
        return " ".join((*parts, *self.words, *reads))


@dataclass(frozen=True)
class Ref:
    """The name of a block, or ``branches``."""

    name: str

    def __str__(self) -> str:
        """As the notation writes it."""
        return self.name


BRANCHES = Ref("branches")


@dataclass(frozen=True)
class Shared:
    """``shared name``, ``shared name (spec)``, ``shared (spec)``: layers with the same weights.

    Without a `spec`, `name` is that of a block, of an earlier row, or of a spec that was given
    before; without a name, the uses are those that a repeat makes.
    """

    name: str
    spec: "Spec | None" = None

    def __str__(self) -> str:
        """As the notation writes it."""
        spec = "" if self.spec is None else f"({unparse(self.spec)})"
        return " ".join(filter(None, ("shared", self.name, spec)))


@dataclass(frozen=True)
class From:
    """``from row``: the output of an earlier row instead of what came before."""

    row: str

    def __str__(self) -> str:
        """As the notation writes it."""
        return f"from {self.row}"


@dataclass(frozen=True)
class Experts:
    """``experts 8 top=2 [spec]``: so many of the spec side by side, of which a token takes some."""

    count: Number
    top: Number
    spec: "Spec"

    def __str__(self) -> str:
        """As the notation writes it."""
        return f"experts {self.count} top={self.top} [{unparse(self.spec)}]"


@dataclass(frozen=True)
class Repeat:
    """``count * term``."""

    count: Number
    spec: "Spec"

    def __str__(self) -> str:
        """As the notation writes it."""
        single = len(self.spec) == 1 and not isinstance(self.spec[0], Repeat)
        inner = unparse(self.spec)
        return f"{self.count} * {inner if single else f'({inner})'}"


@dataclass(frozen=True)
class Arm:
    """One of the specs side by side in a bracket, with its label if it has one."""

    label: str | None
    spec: "Spec"

    def __str__(self) -> str:
        """As the notation writes it."""
        return f"{self.label}: {unparse(self.spec)}" if self.label else unparse(self.spec)


@dataclass(frozen=True)
class Bracket:
    """Arms side by side: ``[a | b]`` concatenated, ``(a + b)`` added, ``(a * b)`` multiplied.

    Where it is `split`, arm i reads part i of the channels.
    """

    join: str
    arms: tuple[Arm, ...]
    split: bool = False

    def __str__(self) -> str:
        """As the notation writes it."""
        opener, sign, closer = JOINS[self.join]
        arms = map(_before_times, self.arms) if sign == "*" else self.arms
        inner = f" {sign} ".join(map(str, arms))
        return f"{'split ' if self.split else ''}{opener}{inner}{closer}"


# What a bracket does with its arms: how it is written.
JOINS = {"concat": ("[", "|", "]"), "add": ("(", "+", ")"), "multiply": ("(", "*", ")")}


def _before_times(arm: Arm) -> str:
    """An arm that another is multiplied with: a block named like a number is no repeat of that."""
    last = arm.spec[-1]
    while isinstance(last, Repeat):
        last = last.spec[-1]
    if isinstance(last, Ref | Shared) and COUNT.fullmatch(last.name):
        return f"{arm.label + ': ' if arm.label else ''}({unparse(arm.spec)})"
    return str(arm)


Term: TypeAlias = Layer | Ref | Shared | From | Repeat | Bracket | Experts
Spec: TypeAlias = tuple[Term, ...]  # one after the other; a plain group is spliced into it


@dataclass(frozen=True)
class Source:
    """A spec, and the size of its input where one is given."""

    size: InputSize | None
    spec: Spec

    def __str__(self) -> str:
        """As the notation writes it."""
        return f"{self.size} > {unparse(self.spec)}" if self.size else unparse(self.spec)


def layers_of(spec: Spec) -> Iterator[Layer]:
    """All layers of a spec, each once, whatever brackets and repeats they stand in."""
    open_specs = [spec]
    while open_specs:
        for term in open_specs.pop():
            if isinstance(term, Layer):
                yield term
            elif isinstance(term, Repeat | Experts):
                open_specs.append(term.spec)
            elif isinstance(term, Shared):
                open_specs.append(term.spec or ())
            elif isinstance(term, Bracket):
                open_specs += [arm.spec for arm in term.arms]


def reads_tokens(spec: Spec) -> bool:
    """Whether its first layer is an embedding, whose tokens have no channels yet."""
    first = next(layers_of(spec[:1]), None)
    return first is not None and OPS[first.op].kernel == "vocabulary"


def unparse(spec: Spec) -> str:
    """Write a spec as the notation has it."""
    return " > ".join(map(str, spec))
