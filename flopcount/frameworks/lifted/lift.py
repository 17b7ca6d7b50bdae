"""A model's network in the notation's own layers, proved by its counts."""

from collections.abc import Mapping

from ...core import Network, Row, is_channels_last
from ...errors import FlopcountError, shorten
from ...records import dataclass
from ...sizes import Shape
from .attended import Attended
from .lifting import Lifting, ints
from .proof import proved
from .table import rule_of
from .values import Value, first, last


@dataclass(frozen=True)
class Lifted:
    """A network of the notation's own layers, for one sample, channels last.

    Its nodes have the paths and scopes of the model's main ones. `stands_for` has for each node
    the paths of the model's nodes that it stands for, each of which is there once. `beside` are
    sentences: which elementwise operations a table does not have, summed by their reason.
    """

    network: Network
    stands_for: Mapping[str, tuple[str, ...]]
    beside: tuple[str, ...] = ()


def lifted(network: Network) -> Lifted:
    """Say a model that was read in the notation's own layers, and prove that the counts are equal.

    Raises `FlopcountError`, with the path of the layer, for what the notation cannot say, for a
    batch other than 1, and where a count would differ.
    """
    lifting = Lifting(network)
    attended = Attended(lifting.graph)
    channels_last = any(is_channels_last(node.op) for node in network.nodes)
    for name, shape in network.inputs.items():
        lifting.values[name] = _input(name, shape, channels_last=channels_last)
    for row in network.rows:
        _lift(lifting, attended, row)
    made = _network(lifting)
    beside = proved(lifting, made)
    stands_for = {at: tuple(paths) for at, paths in lifting.stands_for.items()}
    return Lifted(made, stands_for, tuple(beside))


def _lift(lifting: Lifting, attended: Attended, row: Row) -> None:
    node = row.node
    head = f"{shorten(lifting.network.name)}: {node.path} ({node.op.word})"
    if not row.held.known:
        raise FlopcountError(f"{head}: nobody knows what it computes")
    lifting.begin(row)
    try:
        if attended.lift(lifting, row):
            return
        made = rule_of(node.op)
        if made is None:
            raise FlopcountError("the notation has no word for it")
        made(lifting, row)
    except FlopcountError as error:
        raise FlopcountError(f"{head}: {error}") from None


def _input(name: str, shape: Shape, *, channels_last: bool) -> Value:
    sizes = ints(shape)
    if not sizes or sizes[0] != 1:
        read = "×".join(map(str, sizes)) or "a single number"
        raise FlopcountError(
            f"the input {name} is {read}: a table is of one sample; read the model at a batch of 1"
        )
    if len(sizes) == 2:  # numbers in a row
        return first(Value(name, (sizes[1],), ()))
    if channels_last or len(sizes) == 3:
        return last(Value(name, sizes[1:], ()))
    return first(Value(name, (*sizes[2:], sizes[1]), ()))


def _network(lifting: Lifting) -> Network:
    model = lifting.network
    inputs = {name: lifting.values[name].shape for name in model.inputs}
    outputs = {name: lifting.read(at).port for name, at in model.outputs.items()}
    return Network(
        model.name,
        tuple(lifting.nodes.values()),
        inputs,
        lifting.read(model.output).port,
        title=model.title,
        source=model.source,
        outputs=outputs,
    )
