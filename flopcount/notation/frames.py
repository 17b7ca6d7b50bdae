"""Brackets that are open while a spec is read, and the signs that join their arms."""

from ..records import dataclass, field
from .tokens import Token
from .trees import JOINS, Arm, Number, Term


@dataclass
class Frame:
    """A bracket that is open: its finished arms, and the chain that is being read."""

    opener: Token
    split: bool = False
    join: str = ""  # what its arms are joined by, once a second one starts
    arms: list[Arm] = field(default_factory=list)
    label: str | None = None
    terms: list[Term] = field(default_factory=list)
    count: Number | None = None
    wants_term: bool = True
    shared: str | None = None  # what comes next is shared, by this name or none
    experts: tuple[Number, Number] | None = None  # how many, and how many of them a token takes


JOIN_OF = {sign: join for join, (_, sign, _) in JOINS.items()}
CLOSES = {"]": "[", ")": "("}
JOINED = (
    "('|' concatenates inside [ ], '+' adds and '*' multiplies inside ( ); "
    "a width such as 6*c has no spaces in it, and a whole number before '*' repeats)"
)
