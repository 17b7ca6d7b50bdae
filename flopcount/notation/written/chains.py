"""What a text of the notation is made of: chains of layers, and brackets of such chains."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from ...core import Node
from ...core.ops.joining import Add, Concat, Multiply
from ...sizes import Size
from ..trees import Layer

_JOINS = {Concat.word: "concat", Add.word: "add", Multiply.word: "multiply"}


class Step(NamedTuple):
    """A layer; `enters` are the channels that it reads, `channels` those that ``in`` stands for."""

    node: Node
    layer: Layer
    enters: Size
    channels: Size

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes that it is."""
        return (self.node,)


class Fork(NamedTuple):
    """Chains side by side that one `node` joins; with a `parted` node each reads a part.

    `enters` are the channels that come in. Where the chains start from rows of their own, `reads`
    has the port of each.
    """

    node: Node
    join: str
    arms: tuple["Chain", ...]
    enters: Size
    parted: Node | None = None
    reads: tuple[str, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes that are in it, in the order in which the notation makes them."""
        inside = (node for arm in self.arms for term in arm for node in term.nodes)
        return (*((self.parted,) if self.parted else ()), *inside, self.node)


Term: TypeAlias = Step | Fork
Chain: TypeAlias = tuple[Term, ...]


def steps_of(chains: Iterable[Chain]) -> Iterator[Step]:
    """The layers of chains, whatever brackets they stand in, in the order of the text."""
    for chain in chains:
        for term in chain:
            if isinstance(term, Step):
                yield term
            else:
                yield from steps_of(term.arms)


def as_block(chain: Chain) -> Chain:
    """The chain where it stands as a block: ``in`` are the channels that enter it."""
    enters = chain[0].enters
    return tuple([t._replace(channels=enters) if isinstance(t, Step) else t for t in chain])


def is_identity(node: Node) -> bool:
    """Whether it says that nothing happens, as a text has to where an arm is empty."""
    return node.op.word == "identity"


def with_layers(chain: Chain, layer: Callable[[Step], Layer]) -> Chain:
    """The chain with another layer at each step."""
    changed: list[Term] = []
    for term in chain:
        if isinstance(term, Step):
            changed.append(term._replace(layer=layer(term)))
        else:
            arms = tuple([with_layers(arm, layer) for arm in term.arms])
            changed.append(term._replace(arms=arms))
    return tuple(changed)
