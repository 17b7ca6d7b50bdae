"""Embeddings: what they read, and ``dense tied=embed``, whose weights are an embedding's."""

from typing import NamedTuple

from ..core import Node, Op, family_of, has_weights, text_of, width_of
from ..core.graph import layer_of
from ..core.ops.lookup import vocabulary_of
from ..errors import FlopcountError, one_of, quote
from ..records import replace
from .trees import Layer

_ANY = "embed"  # the one embedding that there is, whatever its row is called


class Embedding(NamedTuple):
    """Where its node stands among all, its vocabulary, and the key of its weights."""

    place: int
    vocabulary: int
    key: str


class Embeddings:
    """Those among the nodes of a network, which grow: each by its row and its path."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._seen = 0
        self._named: dict[str, dict[str, Embedding]] = {}  # path or module → by key
        self._names: dict[str, str] = {}  # of each embedding: path → module
        self._computed: dict[str, Node] = {}  # path → the layer up to it that no token passes

    def check(self, op: Op, here: str) -> None:
        """Raise `FlopcountError` where an embedding would read what a layer before it computes."""
        if vocabulary_of(op) is None:
            return
        self._look()
        before = self._computed.get(layer_of(here))
        if before is None:
            return
        beside = ""
        if vocabulary_of(before.op) is not None and width_of(before.op) == width_of(op):
            both = f"({text_of(before.op)} + {text_of(op)})"
            beside = f"; a second table of the same tokens stands beside the first: {both}"
        raise FlopcountError(
            f"{op.word} reads tokens, the numbers of words, and these are channels that "
            f"{before.path} puts out{beside}"
        )

    def of(self, layer: Layer) -> Embedding | None:
        """The embedding that a layer is tied to, by its row or path; None for any other layer.

        Raises `FlopcountError` where there is none of that name, or several.
        """
        name = next((w.partition("=")[2] for w in layer.words if w.startswith("tied=")), None)
        if name is None:
            return None
        self._look()
        if not self._names:
            raise FlopcountError(
                "no embedding stands before it, as in: embed 30522 768 > dense tied=embed"
            )
        found = self._named.get(name) or (self._named[""] if name == _ANY else {})
        if not found:
            modules = list(dict.fromkeys(self._names.values()))
            names = modules if len(modules) == len(self._names) else list(self._names)
            raise FlopcountError(one_of(name, names, "name of an embedding,"))
        if len(found) > 1:
            places = [one.place for one in found.values()][:3]
            paths = " or ".join(self._nodes[place].path for place in places)
            raise FlopcountError(f"tied={quote(name)} may be {paths}: name one of them")
        return next(iter(found.values()))

    def _look(self) -> None:
        """Look at the nodes that came since."""
        for place in range(self._seen, len(self._nodes)):
            node = self._nodes[place]
            if has_weights(node.op) or family_of(node.op):
                self._computed[node.path] = node
            elif node.inputs and layer_of(node.inputs[0]) in self._computed:
                self._computed[node.path] = self._computed[layer_of(node.inputs[0])]
            if (vocabulary := vocabulary_of(node.op)) is not None:
                key = node.weights.get("E", f"{node.path}:E")
                self._names[node.path] = node.module
                found = Embedding(place, vocabulary, key)
                for name in ("", node.path, node.module):
                    self._named.setdefault(name, {}).setdefault(key, found)
        self._seen = len(self._nodes)

    def tie(self, embedding: Embedding) -> None:
        """Let the last layer have the weights of an embedding."""
        for place in (embedding.place, len(self._nodes) - 1):
            node = self._nodes[place]
            self._nodes[place] = replace(node, weights={**node.weights, "E": embedding.key})
